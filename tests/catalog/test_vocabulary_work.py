"""Technologies are added, renamed, merged, given synonyms; what people write is kept in step."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from catalog import Store, reading, submissions
from catalog import vocabulary_work as work
from catalog.choices import MemberRole, MovedKind
from catalog.errors import CatalogError, NotThere
from catalog.models import Exhibit, Revision, Technology, TechnologyBroader, WorkingCopy
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Reason, Refused
from catalog.vocabulary import Technologies
from catalog.vocabulary_work import TechnologyFacts
from tests.catalog.entries import COMPLETE, OPEN, given_in, written
from tests.catalog.people import someone

LASER = TechnologyFacts(
    "",
    {"ru": " Лазерная  резка ", "en": "Laser cutting"},
    {"kk": ("лазермен кесу", "лазермен кесу"), "ru": ("",)},
    broader=("welding",),
)


def facts(store: Store) -> dict[str, TechnologyFacts]:
    with store.reading() as session:
        return {
            one.facts.slug: one.facts for one in work.all_technologies(session, by=COMMAND_LINE)
        }


def recognized(store: Store, label: str) -> str | None:
    with store.reading() as session:
        return Technologies(session).recognize(label)


def test_a_technology_is_added_renamed_and_called_otherwise(fair: Store) -> None:
    revision = fair.revision()

    slug = work.enter_technology(fair, LASER, by=COMMAND_LINE, now=OPEN)

    assert slug == "laser-cutting"
    assert facts(fair)[slug] == TechnologyFacts(
        slug,
        {"ru": "Лазерная резка", "en": "Laser cutting"},
        {"kk": ("лазермен кесу",), "ru": (), "en": ()},
        ("welding",),
    )
    assert recognized(fair, "Лазермен кесу") == slug
    work.add_synonym(fair, slug, "ru", "резка лазером", by=COMMAND_LINE, now=OPEN)
    assert recognized(fair, "Резка лазером") == slug
    renamed = replace(facts(fair)[slug], labels={"ru": "Лазер"}, broader=())
    work.change_technology(fair, renamed, by=COMMAND_LINE, now=OPEN)
    assert facts(fair)[slug] == renamed
    assert fair.revision() == revision + 3


def test_merging_two_technologies_loses_no_exhibit(fair: Store) -> None:
    editor = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    both = replace(COMPLETE, technologies=("welding", "robotics", "greenhouse"))
    code = given_in(fair, editor, both)
    other = written(fair, editor, replace(COMPLETE, technologies=("robotics",)))
    copy = submissions.open_copy(fair, code=other, by=editor.id, now=OPEN)
    with fair.writing() as session:
        by_slug = {row.slug: row.id for row in session.scalars(select(Technology))}
        session.add(
            TechnologyBroader(technology_id=by_slug["greenhouse"], broader_id=by_slug["robotics"])
        )

    named = work.merge_technologies(fair, "robotics", "welding", by=COMMAND_LINE, now=OPEN)

    # The two entries above and the robot that the small fair has.
    assert named == 3
    with fair.reading() as session:
        entry = session.scalars(select(Exhibit).where(Exhibit.code == code)).one()
        links = sorted(entry.technology_links, key=lambda link: link.position)
        assert [(link.position, link.technology.slug) for link in links] == [
            (0, "welding"), (1, "greenhouse"),
        ]  # fmt: skip
        [revision] = session.scalars(select(Revision))
        assert revision.content["technologies"] == ["welding", "greenhouse"]
        held = session.get_one(WorkingCopy, copy.id)
        assert held.content["technologies"] == held.base["technologies"] == ["welding"]
        assert reading.moved_to(session, MovedKind.TECHNOLOGY, "robotics") == "welding"
    kept = facts(fair)
    assert "robotics" not in kept
    assert kept["greenhouse"].broader == ("welding",)
    # What stood above the one that went stays where it was.
    assert kept["welding"].broader == ()
    assert {"Робототехника"} <= set(kept["welding"].synonyms["ru"])
    assert recognized(fair, "robots") == "welding"


def test_merging_into_what_is_narrower_makes_no_circle(fair: Store) -> None:
    work.merge_technologies(fair, "digital", "robotics", by=COMMAND_LINE, now=OPEN)

    assert facts(fair)["robotics"].broader == ()
    assert facts(fair)["machine-learning"].broader == ("robotics",)


def test_keywords_that_many_use_are_proposed(fair: Store) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    for keyword in ("Дрон", "дрон", "«Дрон»"):
        written(fair, editor, replace(COMPLETE, keywords=(keyword, "Робототехника", "редко")))

    with fair.reading() as session:
        proposed = work.proposed_technologies(session, edition="fair", by=COMMAND_LINE)
        twice = work.proposed_technologies(session, edition="fair", by=COMMAND_LINE, least=4)

    assert [(one.keyword.casefold().strip("«»"), len(one.exhibits)) for one in proposed] == [
        ("дрон", 3), ("редко", 3),
    ]  # fmt: skip
    assert twice == []


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (TechnologyFacts("", {"ru": " "}), Reason.TECHNOLOGY_NEEDS_LABEL),
        (TechnologyFacts("", {"ru": "x" * 121}), Reason.TEXT_TOO_LONG),
        (TechnologyFacts("", {"ru": "робототехника"}), Reason.TECHNOLOGY_EXISTS),
        (TechnologyFacts("", {"en": "ROBOTS"}), Reason.TECHNOLOGY_EXISTS),
    ],
)
def test_what_is_no_new_technology_is_refused(
    fair: Store, wanted: TechnologyFacts, reason: Reason
) -> None:
    with pytest.raises(Refused) as refused:
        work.enter_technology(fair, wanted, by=COMMAND_LINE, now=OPEN)
    assert refused.value.reason is reason


def test_circles_and_what_is_not_there(fair: Store) -> None:
    with pytest.raises(CatalogError, match="circle"):
        work.change_technology(
            fair, replace(facts(fair)["digital"], broader=("robotics",)), by=COMMAND_LINE, now=OPEN
        )
    with pytest.raises(NotThere, match="no technology 'none'"):
        work.add_synonym(fair, "none", "ru", "ничто", by=COMMAND_LINE, now=OPEN)
    with pytest.raises(Refused) as refused:
        work.merge_technologies(fair, "welding", "welding", by=COMMAND_LINE, now=OPEN)
    assert refused.value.reason is Reason.MERGED_WITH_ITSELF


def test_only_organizers_change_the_vocabulary(fair: Store) -> None:
    curator = someone(fair, MemberRole.CURATOR)
    for verb in (
        lambda: work.enter_technology(fair, LASER, by=curator.id, now=OPEN),
        lambda: work.change_technology(
            fair, TechnologyFacts("welding", {"en": "W"}), by=curator.id, now=OPEN
        ),
        lambda: work.add_synonym(fair, "welding", "en", "joining", by=curator.id, now=OPEN),
        lambda: work.merge_technologies(fair, "welding", "robotics", by=curator.id, now=OPEN),
    ):
        with pytest.raises(Refused) as refused:
            verb()
        assert refused.value.reason is Reason.NOT_YOUR_ROLE
    with fair.reading() as session, pytest.raises(Refused):
        work.all_technologies(session, by=curator.id)
    with fair.reading() as session, pytest.raises(Refused):
        work.proposed_technologies(session, edition="fair", by=curator.id)
