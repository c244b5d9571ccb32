import itertools
from datetime import datetime

import pytest
from sqlalchemy import select

from catalog import Store
from catalog.choices import State
from catalog.errors import NotAllowed
from catalog.models import Edition, Exhibit, ExhibitHistory
from catalog.permissions import MACHINE
from catalog.refusals import Reason, Refused
from catalog.states import STEPS, Incomplete, transition

# By hand, from the table of the design.
ALLOWED = {
    (None, "draft"),
    (None, "published"),
    ("draft", "submitted"),
    ("submitted", "changes_requested"),
    ("changes_requested", "submitted"),
    ("submitted", "accepted"),
    ("submitted", "rejected"),
    ("submitted", "duplicate"),
    ("accepted", "submitted"),
    ("rejected", "submitted"),
    ("duplicate", "submitted"),
    ("withdrawn", "submitted"),
    ("accepted", "published"),
    ("published", "cancelled"),
    ("cancelled", "published"),
    ("draft", "withdrawn"),
    ("submitted", "withdrawn"),
    ("changes_requested", "withdrawn"),
    ("accepted", "withdrawn"),
}


def the_robot(session: object) -> Exhibit:
    return session.scalars(  # type: ignore[attr-defined,no-any-return]
        select(Exhibit).where(Exhibit.code == "R2B2T2")
    ).one()


def test_the_table_holds_the_steps_of_the_design() -> None:
    assert {(step.origin, step.to) for step in STEPS} == ALLOWED


def test_cancelling_and_publishing_again_write_state_history_and_revision(
    fair: Store, now: datetime
) -> None:
    with fair.writing() as session:
        transition(
            session, the_robot(session), State.CANCELLED, actor=MACHINE, now=now,
            reason="The team fell ill.",
        )  # fmt: skip
    assert fair.revision() == 2
    with fair.writing() as session:
        transition(session, the_robot(session), State.PUBLISHED, actor=MACHINE, now=now)
    assert fair.revision() == 3

    with fair.reading() as session:
        robot = the_robot(session)
        history = session.scalars(
            select(ExhibitHistory)
            .where(ExhibitHistory.exhibit_id == robot.id)
            .order_by(ExhibitHistory.id)
        ).all()
        assert (robot.state, robot.updated_at) == ("published", now)
        assert [(row.from_state, row.to_state, row.actor, row.reason) for row in history] == [
            (None, "published", "organizer", None),
            ("published", "cancelled", "organizer", "The team fell ill."),
            ("cancelled", "published", "organizer", None),
        ]


def test_a_cancellation_needs_a_reason(fair: Store, now: datetime) -> None:
    for reason in (None, "", "  "):
        with pytest.raises(NotAllowed, match="without a reason"), fair.writing() as session:
            transition(
                session, the_robot(session), State.CANCELLED, actor=MACHINE, now=now,
                reason=reason,
            )  # fmt: skip
    assert fair.revision() == 1


def test_every_step_that_is_not_in_the_table_is_refused(sqlite_fair: Store, now: datetime) -> None:
    for origin, to in itertools.product(State, State):
        if (origin, to) in ALLOWED:
            continue
        with sqlite_fair.reading() as session:
            robot = the_robot(session)
            robot.state = origin
            with pytest.raises(Refused) as refused:
                transition(session, robot, to, actor=MACHINE, now=now, reason="x")
            assert refused.value.reason is Reason.NO_SUCH_STEP
            assert robot.state == origin


def test_what_an_edition_demands_is_asked_before_publication(fair: Store, now: datetime) -> None:
    with fair.writing() as session:
        edition = session.scalars(select(Edition)).one()
        edition.demand_kind = edition.demand_technology = edition.demand_title_ru = True
        gate = session.scalars(select(Exhibit).where(Exhibit.external_id == "a-2")).one()
        transition(session, gate, State.CANCELLED, actor=MACHINE, now=now, reason="x")

    with pytest.raises(Incomplete) as incomplete, fair.writing() as session:
        gate = session.scalars(select(Exhibit).where(Exhibit.external_id == "a-2")).one()
        transition(session, gate, State.PUBLISHED, actor=MACHINE, now=now)

    assert [problem.field for problem in incomplete.value.problems] == ["kind", "title_ru"]
    assert str(incomplete.value).endswith(
        "can't become published: This has to be filled in. This fair asks for a title in: ru."
    )
