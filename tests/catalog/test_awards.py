"""Medals and prizes are recorded, read with what has them, and taken back."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from catalog import Store, audit, awards, college_register, reading
from catalog.awards import Awarded
from catalog.choices import AwardLevel, AwardPlace, MemberRole
from catalog.errors import NotThere
from catalog.models import Award
from catalog.permissions import COMMAND_LINE
from catalog.records import AwardRecord
from catalog.refusals import Reason, Refused
from tests.catalog.entries import OPEN, written
from tests.catalog.people import someone

BEST = AwardRecord(
    {"kk": "Үздік жоба", "ru": "Лучший проект"}, "Körme", AwardLevel.FAIR, AwardPlace.WINNER, 2026
)
MEDAL = AwardRecord(
    {"en": "WorldSkills Lyon 2024"}, "WorldSkills International", AwardLevel.INTERNATIONAL,
    AwardPlace.MEDALLION, 2024,
)  # fmt: skip


def record(store: Store, award: AwardRecord = BEST, **whose: str) -> int:
    return awards.record_award(store, award, by=COMMAND_LINE, now=OPEN, **whose)


def test_an_award_is_read_with_its_exhibit_and_its_college(fair: Store) -> None:
    before = fair.revision()
    untidy = replace(BEST, names={**BEST.names, "ru": " Лучший  проект ", "en": " "})
    record(fair, MEDAL, code="R2B2T2")
    record(fair, untidy, code="R2B2T2")
    record(fair, MEDAL, college="zhasyl-dala")

    with fair.reading() as session:
        exhibits = reading.exhibits(session, "fair")
        colleges = reading.colleges(session, "fair")
        one = reading.college(session, "temirqol", "fair")
        changed = reading.changes(session, before)
    assert [exhibit.awards for exhibit in exhibits.values() if exhibit.code == "R2B2T2"] == [
        (BEST, MEDAL)
    ]
    assert [one.awards for one in exhibits.values() if one.code != "R2B2T2"] == [(), ()]
    assert {one.slug: one.awards for one in colleges} == {
        "temirqol": (), "zhasyl-dala": (MEDAL,), "empty": (),
    }  # fmt: skip
    assert one is not None
    assert one.awards == ()
    assert changed == {"R2B2T2"}
    assert fair.revision() == before + 3


def test_organizers_read_all_of_them_page_by_page(fair: Store) -> None:
    medal = record(fair, MEDAL, college="empty")
    best = record(fair, code="R2B2T2")

    with fair.reading() as session:
        everything = awards.recorded(session, edition="fair", by=COMMAND_LINE)
        second = awards.recorded(session, edition="fair", by=COMMAND_LINE, first=1, limit=1)
        with pytest.raises(NotThere):
            awards.recorded(session, edition="none", by=COMMAND_LINE)
    of_college = Awarded(
        medal, MEDAL, None, {}, "empty", {"en": "A college that shows nothing"}
    )  # fmt: skip
    of_exhibit = Awarded(
        best, BEST, "R2B2T2",
        {"ru": "Робот-сортировщик мусора", "kk": "Қоқыс сұрыптау роботы"}, "temirqol",
        {"kk": "«Темірқол» робототехника колледжі", "ru": "Колледж робототехники «Темірқол»"},
    )  # fmt: skip
    assert everything == ([of_exhibit, of_college], 2)
    assert second == ([of_college], 2)


def test_a_removed_award_is_gone_and_the_log_has_both_acts(fair: Store) -> None:
    award = record(fair, code="R2B2T2")
    before = fair.revision()

    awards.remove_award(fair, award, by=COMMAND_LINE, now=OPEN)

    with fair.reading() as session:
        found = reading.exhibit(session, "R2B2T2")
        assert found is not None
        assert found.awards == ()
        assert reading.changes(session, before) == {"R2B2T2"}
        acts = [
            (act.action, act.object_id)
            for act in audit.read_acts(session, by=COMMAND_LINE)
            if act.object_kind == "award"
        ]
    assert acts == [("remove_award", str(award)), ("record_award", str(award))]
    with pytest.raises(NotThere):
        awards.remove_award(fair, award, by=COMMAND_LINE, now=OPEN)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"names": {"ru": " "}}, Reason.AWARD_NEEDS_NAME),
        ({"issuer": ""}, Reason.AWARD_NEEDS_NAME),
        ({"names": {"ru": "x" * 151}}, Reason.TEXT_TOO_LONG),
        ({"issuer": "x" * 151}, Reason.TEXT_TOO_LONG),
        ({"year": 1949}, Reason.AWARD_YEAR),
        ({"year": 2101}, Reason.AWARD_YEAR),
        ({}, Reason.AWARD_EXISTS),
    ],
)
def test_what_is_not_whole_or_is_there_already_is_refused(
    fair: Store, change: dict[str, Any], reason: Reason
) -> None:
    record(fair, code="R2B2T2")

    with pytest.raises(Refused) as refused:
        record(fair, replace(BEST, **change), code="R2B2T2")

    assert refused.value.reason is reason
    assert all(refused.value.sentence(language) for language in ("kk", "ru", "en"))
    with fair.reading() as session:
        assert len(session.scalars(select(Award)).all()) == 1


def test_only_organizers_record_and_only_what_is_in_the_hall(fair: Store) -> None:
    chief = someone(fair, MemberRole.ORGANIZER).id
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    draft = written(fair, coordinator)
    award = awards.record_award(fair, BEST, code="R2B2T2", by=chief, now=OPEN)
    awards.record_award(fair, BEST, college="temirqol", by=chief, now=OPEN)

    for whose in ({"code": "R2B2T2"}, {"college": "temirqol"}):
        with pytest.raises(Refused) as refused:
            awards.record_award(fair, MEDAL, by=coordinator.id, now=OPEN, **whose)
        assert refused.value.reason is Reason.NOT_YOUR_ROLE
    with pytest.raises(Refused) as refused:
        awards.remove_award(fair, award, by=coordinator.id, now=OPEN)
    assert refused.value.reason is Reason.NOT_YOUR_ROLE
    with fair.reading() as session, pytest.raises(Refused):
        awards.recorded(session, edition="fair", by=coordinator.id)
    with pytest.raises(Refused) as refused:
        awards.record_award(fair, MEDAL, code=draft, by=chief, now=OPEN)
    assert refused.value.reason is Reason.NOT_IN_STATE
    with pytest.raises(NotThere):
        record(fair, code="ZZZZZZ")
    with pytest.raises(NotThere):
        record(fair, college="none")


def test_the_awards_of_a_merged_college_are_the_others(fair: Store) -> None:
    record(fair, MEDAL, college="empty")

    college_register.merge_colleges(fair, "empty", "temirqol", by=COMMAND_LINE, now=OPEN)

    with fair.reading() as session:
        merged = reading.college(session, "temirqol", "fair")
    assert merged is not None
    assert merged.awards == (MEDAL,)


@pytest.mark.parametrize(
    ("exhibit", "college", "rest"),
    [
        ("NULL", "NULL", "'Körme', 'fair', 'gold', 2026"),
        ("1", "1", "'Körme', 'fair', 'gold', 2026"),
        ("1", "NULL", "'', 'fair', 'gold', 2026"),
        ("1", "NULL", "'Körme', 'world', 'gold', 2026"),
        ("1", "NULL", "'Körme', 'fair', 'first', 2026"),
        ("1", "NULL", "'Körme', 'fair', 'gold', 1949"),
    ],
)
def test_the_database_refuses_what_is_no_award(
    fair: Store, exhibit: str, college: str, rest: str
) -> None:
    statement = (
        "INSERT INTO award (exhibit_id, college_id, name_ru, issuer, level, place, year)"
        f" VALUES ({exhibit}, {college}, 'Приз', {rest})"
    )
    with pytest.raises(IntegrityError), fair.writing() as session:
        session.execute(text(statement))
