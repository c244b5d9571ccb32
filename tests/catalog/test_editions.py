"""The next fair begun from this one, and this one archived."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from catalog import Store, consents, desk, editions, imports, reading, review, submissions, terms
from catalog.audit import read_acts
from catalog.choices import MemberRole, Scope, State
from catalog.drafts import Demands
from catalog.editions import EditionFacts
from catalog.errors import NotThere
from catalog.models import CollegeTerms, Edition, Exhibit, Hall, Membership
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Reason, Refused
from catalog.spreadsheets import read
from tests.catalog.entries import OPEN, written
from tests.catalog.people import someone
from tests.catalog.test_consents import LATER, Team, team

__all__ = ["team"]

NEXT = EditionFacts(
    slug="fair-2027",
    year=2027,
    names={"ru": "Ярмарка 2027", "kk": " Жәрмеңке\n2027 "},
    venue={"ru": "Павильон"},
    starts_on=date(2027, 11, 25),
    ends_on=date(2027, 11, 27),
    submission_deadline=datetime(2027, 11, 9, 18, 59, 59, tzinfo=UTC),
    freeze_at=datetime(2027, 11, 23, 18, 59, 59, tzinfo=UTC),
    demands=Demands(kind=True, titles=("kk",)),
)


def test_the_next_edition_takes_halls_quotas_people_and_chosen_exhibits(
    fair: Store, team: Team
) -> None:
    reviewer = someone(fair, MemberRole.REVIEWER, edition="fair")
    terms.set_terms(
        fair,
        college="temirqol",
        edition="fair",
        quota=7,
        deadline=OPEN,
        by=team.organizer,
        now=OPEN,
    )

    made = editions.start_next(
        fair, "fair", NEXT, exhibits=[team.code], by=team.organizer, now=LATER
    )

    assert made == 1
    with fair.reading() as session:
        edition = session.scalars(select(Edition).where(Edition.slug == "fair-2027")).one()
        states = editions.all_editions(session, by=team.organizer)
        halls = session.scalars(select(Hall.slug).where(Hall.edition_id == edition.id)).all()
        quota = session.scalars(
            select(CollegeTerms).where(CollegeTerms.edition_id == edition.id)
        ).one()
        roles = session.scalars(
            select(Membership.account_id).where(Membership.edition_id == edition.id)
        ).all()
        [draft] = session.scalars(select(Exhibit).where(Exhibit.edition_id == edition.id)).all()

        assert [(one.facts.slug, one.is_current) for one in states] == [
            ("fair", True), ("fair-2027", False),
        ]  # fmt: skip
        assert states[1].facts == replace(NEXT, names={"ru": "Ярмарка 2027", "kk": "Жәрмеңке 2027"})
        assert (states[0].exhibits, states[0].published) == (4, 4)
        assert (states[1].exhibits, states[1].published) == (1, 0)
        assert sorted(halls) == ["A", "B"]
        assert (quota.quota, quota.deadline) == (7, None)
        assert roles == [reviewer.id]
        assert draft.state == State.DRAFT
        assert draft.code != team.code
        assert [text.title for text in draft.texts] == ["Станок"]
        assert [link.technology.slug for link in draft.technology_links] == ["robotics"]
        # People consented to this fair, and their picture shows them.
        assert draft.people == []
        assert [person for picture in draft.pictures for person in picture.people] == []
        assert draft.stand_number is None


def test_a_demo_keeps_being_one(fair: Store) -> None:
    editions.start_next(fair, "fair", NEXT, by=COMMAND_LINE, now=OPEN)

    with fair.reading() as session:
        states = editions.all_editions(session, by=COMMAND_LINE)
    assert [one.is_demo for one in states] == [True, True]


def test_visitors_see_the_edition_that_was_made_current(fair: Store) -> None:
    editions.start_next(fair, "fair", NEXT, by=COMMAND_LINE, now=OPEN)
    revision = fair.revision()

    editions.make_current(fair, "fair-2027", by=COMMAND_LINE, now=OPEN)

    with fair.reading() as session:
        current = reading.current_edition(session)
        assert current is not None
        assert current.slug == "fair-2027"
        # Last year's exhibit is at its address as before.
        assert reading.exhibit(session, "R2B2T2") is not None
    assert fair.revision() > revision


def test_an_archive_is_read_but_not_changed(fair: Store, team: Team) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    draft = written(fair, coordinator)
    editions.start_next(fair, "fair", NEXT, by=team.organizer, now=OPEN)
    editions.make_current(fair, "fair-2027", by=team.organizer, now=OPEN)
    editions.archive(fair, "fair", by=team.organizer, now=OPEN)
    sheet = read(b"title,college\nNew,temirqol\n", "a.csv")

    def refused(verb: object) -> Reason:
        with pytest.raises(Refused) as error:
            verb()  # type: ignore[operator]
        return error.value.reason

    assert {
        refused(lambda: submissions.open_copy(
            fair, college="temirqol", edition="fair", by=coordinator.id, now=OPEN)),
        refused(lambda: submissions.submit(fair, draft, by=coordinator.id, now=OPEN)),
        refused(lambda: consents.add_person(
            fair, college="temirqol", edition="fair", name="Жаңа Адам", is_minor=False,
            by=team.editor, now=OPEN)),
        refused(lambda: imports.run(
            fair, sheet, edition="fair", by=team.organizer, now=OPEN)),
        refused(lambda: editions.change_edition(
            fair, "fair", replace(NEXT, slug="fair"), by=team.organizer, now=OPEN)),
        refused(lambda: editions.make_current(fair, "fair", by=team.organizer, now=OPEN)),
    } == {Reason.ARCHIVED}  # fmt: skip
    [outcome] = review.move(
        fair, [team.code], State.CANCELLED, reason="x", by=team.organizer, now=OPEN
    )
    assert isinstance(outcome.error, Refused)
    assert outcome.error.reason is Reason.ARCHIVED
    # What somebody asks to take out goes out, and what is public stays.
    consents.revoke_consent(fair, team.minor, Scope.BOTH, by=team.coordinator, now=OPEN)
    review.hide(fair, "R2B2T2", hidden=True, by=team.organizer, now=OPEN)
    with fair.reading() as session:
        assert reading.exhibit(session, team.code) is not None
        assert reading.exhibit(session, "R2B2T2") is None
        acts = [act.action for act in read_acts(session, by=team.organizer)]
        earlier = desk.earlier_entries(session, college="temirqol", by=coordinator.id)
    assert {"archive", "make_current", "manage_edition"} <= set(acts)
    assert team.code in [one.code for one in earlier]

    editions.open_again(fair, "fair", by=team.organizer, now=OPEN)
    submissions.submit(fair, draft, by=coordinator.id, now=OPEN)


def test_the_current_edition_is_not_archived(fair: Store) -> None:
    with pytest.raises(Refused) as refused:
        editions.archive(fair, "fair", by=COMMAND_LINE, now=OPEN)
    assert refused.value.reason is Reason.CURRENT_EDITION


@pytest.mark.parametrize(
    "facts",
    [
        replace(NEXT, slug="Fair 2027"),
        replace(NEXT, slug=""),
        replace(NEXT, year=20),
        replace(NEXT, names={"ru": " "}),
        replace(NEXT, names={"ru": "x" * 201}),
        replace(NEXT, ends_on=date(2027, 11, 24)),
    ],
)
def test_facts_that_do_not_hold_together_are_refused(fair: Store, facts: EditionFacts) -> None:
    with pytest.raises(Refused) as refused:
        editions.start_next(fair, "fair", facts, by=COMMAND_LINE, now=OPEN)

    assert refused.value.reason is Reason.BAD_EDITION
    with fair.reading() as session:
        assert len(editions.all_editions(session, by=COMMAND_LINE)) == 1


def test_what_is_not_there_and_what_is_there_already(fair: Store) -> None:
    with pytest.raises(NotThere, match="no edition 'none'"):
        editions.start_next(fair, "none", NEXT, by=COMMAND_LINE, now=OPEN)
    with pytest.raises(NotThere, match="no exhibit ZZZZZZ"):
        editions.start_next(fair, "fair", NEXT, exhibits=["ZZZZZZ"], by=COMMAND_LINE, now=OPEN)
    with pytest.raises(Refused) as refused:
        editions.start_next(fair, "fair", replace(NEXT, slug="fair"), by=COMMAND_LINE, now=OPEN)
    assert refused.value.reason is Reason.EDITION_EXISTS


def test_only_organizers_of_all_editions(fair: Store) -> None:
    for role in MemberRole:
        if role is MemberRole.ORGANIZER:
            continue
        college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
        person = someone(fair, role, college=college)
        with fair.reading() as session, pytest.raises(Refused):
            editions.all_editions(session, by=person.id)
        for verb in (
            lambda by: editions.start_next(fair, "fair", NEXT, by=by, now=OPEN),
            lambda by: editions.change_edition(fair, "fair", NEXT, by=by, now=OPEN),
            lambda by: editions.make_current(fair, "fair", by=by, now=OPEN),
            lambda by: editions.archive(fair, "fair", by=by, now=OPEN),
            lambda by: editions.open_again(fair, "fair", by=by, now=OPEN),
        ):
            with pytest.raises(Refused) as refused:
                verb(person.id)
            assert refused.value.reason is Reason.NOT_YOUR_ROLE


def test_an_edition_is_given_other_facts(fair: Store) -> None:
    facts = replace(NEXT, slug="fair", gallery_on=False)

    editions.change_edition(fair, "fair", facts, by=COMMAND_LINE, now=OPEN)

    with fair.reading() as session:
        [state] = editions.all_editions(session, by=COMMAND_LINE)
        assert state.facts.submission_deadline == NEXT.submission_deadline
        assert not state.facts.gallery_on
        # What isn't in the gallery is seen by nobody.
        assert reading.exhibit(session, "R2B2T2") is None
