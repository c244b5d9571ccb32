"""Random people act on entries at random; whatever they do, the invariants hold."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import func, select

from catalog import Store, reading
from catalog.choices import Decision, Kind, MemberRole, ProposalState, State
from catalog.drafts import Draft, DraftText, draft_of
from catalog.errors import NotAllowed, NotThere
from catalog.models import Exhibit, ExhibitHistory, Proposal, Revision
from catalog.review import apply_pending, decide, hide, mark_duplicate, move
from catalog.submissions import Conflict, autosave, drop_changes, open_copy, save, submit, withdraw
from catalog.values import draft_from, values_of
from tests.catalog.entries import COMPLETE, OPEN
from tests.catalog.people import Someone, someone
from tests.conftest import Databases

# By hand, from the table of the design: who may take an exhibit from where to where.
STEPS = {
    (None, "draft"): {"editor", "coordinator", "organizer"},
    ("draft", "submitted"): {"coordinator", "organizer"},
    ("submitted", "changes_requested"): {"reviewer"},
    ("changes_requested", "submitted"): {"coordinator", "organizer"},
    ("submitted", "accepted"): {"reviewer", "organizer"},
    ("submitted", "rejected"): {"reviewer", "organizer"},
    ("submitted", "duplicate"): {"organizer"},
    ("accepted", "submitted"): {"organizer"},
    ("rejected", "submitted"): {"organizer"},
    ("duplicate", "submitted"): {"organizer"},
    ("withdrawn", "submitted"): {"organizer"},
    ("accepted", "published"): {"organizer"},
    ("published", "cancelled"): {"organizer"},
    ("cancelled", "published"): {"organizer"},
    ("draft", "withdrawn"): {"coordinator", "organizer"},
    ("submitted", "withdrawn"): {"coordinator", "organizer"},
    ("changes_requested", "withdrawn"): {"coordinator", "organizer"},
    ("accepted", "withdrawn"): {"coordinator", "organizer"},
}
ROLES = ("editor", "coordinator", "reviewer", "organizer", "stranger")
who = st.sampled_from(ROLES)
place = st.integers(0, 5)
drafts = st.sampled_from(
    [
        COMPLETE,
        replace(COMPLETE, kind=Kind.CRAFT, hall="B", stand="B-07"),
        replace(COMPLETE, texts={"kk": DraftText("Қол", "", "Темір қол.")}),
        Draft("temirqol", {"en": DraftText("Only a title")}),
        replace(COMPLETE, texts={}),
    ]
)


class Workflow(RuleBasedStateMachine):
    """One fair on one database; `store` and `people` are set by the test."""

    store: Store
    people: dict[str, Someone]

    def __init__(self) -> None:
        super().__init__()
        self.codes = ["R2B2T2"]
        self.now = OPEN
        self.revision = self.store.revision()
        self.shown = self._public()

    @contextmanager
    def _maybe(self) -> Iterator[None]:
        """What a person may not do is refused by a sentence, and by nothing else."""
        self.now += timedelta(minutes=1)
        with suppress(NotAllowed, NotThere, Conflict):
            yield

    def _code(self, number: int) -> str:
        return self.codes[number % len(self.codes)]

    @rule(by=who, draft=drafts)
    def begin(self, by: str, draft: Draft) -> None:
        with self._maybe():
            copy = open_copy(self.store, college="temirqol", by=self._id(by), now=self.now)
            autosave(self.store, copy.id, draft, by=self._id(by), now=self.now)
            self.codes.append(save(self.store, copy.id, by=self._id(by), now=self.now).code)

    @rule(by=who, number=place, draft=drafts)
    def rewrite(self, by: str, number: int, draft: Draft) -> None:
        with self._maybe():
            copy = open_copy(self.store, code=self._code(number), by=self._id(by), now=self.now)
            autosave(self.store, copy.id, draft, by=self._id(by), now=self.now)
            save(self.store, copy.id, by=self._id(by), now=self.now)

    @rule(by=who, number=place)
    def give_in(self, by: str, number: int) -> None:
        with self._maybe():
            submit(self.store, self._code(number), by=self._id(by), now=self.now)

    @rule(by=who, number=place, changes=st.booleans())
    def take_back(self, by: str, number: int, changes: bool) -> None:
        act = drop_changes if changes else withdraw
        with self._maybe():
            act(self.store, self._code(number), by=self._id(by), now=self.now)

    @rule(
        by=who, number=place, pending=st.booleans(), reason=st.sampled_from(["", "Why?"]),
        decision=st.sampled_from(["accepted", "changes_requested", "rejected"]),
    )  # fmt: skip
    def judge(self, by: str, number: int, pending: bool, reason: str, decision: str) -> None:
        with self._maybe():
            decide(
                self.store, [self._code(number)], Decision(decision), reason=reason,
                pending=pending, by=self._id(by), now=self.now,
            )  # fmt: skip

    @rule(by=who)
    def carry_out(self, by: str) -> None:
        with self._maybe():
            apply_pending(self.store, self.codes, by=self._id(by), now=self.now)

    @rule(by=who, number=place, of=place)
    def repeat(self, by: str, number: int, of: int) -> None:
        with self._maybe():
            mark_duplicate(
                self.store, self._code(number), self._code(of), by=self._id(by), now=self.now
            )

    @rule(by=who, number=place, to=st.sampled_from(State), reason=st.sampled_from(["", "So."]))
    def move(self, by: str, number: int, to: State, reason: str) -> None:
        with self._maybe():
            move(self.store, [self._code(number)], to, reason=reason, by=self._id(by), now=self.now)

    @rule(by=who, number=place, hidden=st.booleans())
    def hide(self, by: str, number: int, hidden: bool) -> None:
        with self._maybe():
            hide(self.store, self._code(number), hidden=hidden, by=self._id(by), now=self.now)

    @invariant()
    def every_change_of_state_is_a_step_of_whoever_may_take_it(self) -> None:
        names = {one.id: role for role, one in self.people.items()}
        with self.store.reading() as session:
            lines = session.scalars(select(ExhibitHistory).order_by(ExhibitHistory.id)).all()
            states = dict(session.execute(select(Exhibit.id, Exhibit.state)).all())  # type: ignore[arg-type]
        at: dict[int, str | None] = {}
        for line in lines:
            if line.account_id is not None:
                assert line.from_state == at.get(line.exhibit_id)
                if line.deed == "moved":
                    allowed = STEPS[line.from_state, line.to_state]
                    assert names[line.account_id] in allowed
                else:
                    assert line.to_state == line.from_state
            at[line.exhibit_id] = line.to_state
        assert at == states

    @invariant()
    def what_waits_is_what_was_given_in(self) -> None:
        with self.store.reading() as session:
            waiting = {
                one.exhibit_id: one.content
                for one in session.scalars(select(Revision).where(Revision.decision.is_(None)))
            }
            proposals = {one.exhibit_id: one for one in session.scalars(select(Proposal))}
            for exhibit in session.scalars(select(Exhibit)):
                proposal = proposals.get(exhibit.id)
                given = exhibit.state == State.SUBMITTED or (
                    proposal is not None and proposal.state == ProposalState.SUBMITTED
                )
                assert (exhibit.id in waiting) is given
                if proposal is not None:
                    assert exhibit.state in ("accepted", "published", "cancelled")
                if given:
                    present = proposal.content if proposal else values_of(draft_of(exhibit))
                    assert draft_from(waiting[exhibit.id]) == draft_from(present)
                assert (exhibit.state == "duplicate") <= (exhibit.duplicate_of_id is not None)

    @invariant()
    def revisions_are_numbered_without_a_gap(self) -> None:
        with self.store.reading() as session:
            counts = session.execute(
                select(func.count(), func.max(Revision.number)).group_by(Revision.exhibit_id)
            ).all()
        assert all(count == last for count, last in counts)

    @invariant()
    def the_public_sees_what_is_published_and_not_hidden(self) -> None:
        with self.store.reading() as session:
            expected = {
                one.code: draft_of(one).texts
                for one in session.scalars(select(Exhibit))
                if one.state == "published" and not one.hidden and one.edition.gallery_on
            }
            seen = reading.exhibits(session, "fair")
        assert seen.keys() == expected.keys()
        for code, texts in expected.items():
            assert {name: text.title for name, text in seen[code].texts.items()} == {
                name: text.title for name, text in texts.items()
            }
        # Whoever keeps an index by the revision's number has noticed it.
        public, number = self._public(), self.store.revision()
        assert public == self.shown or number > self.revision
        self.shown, self.revision = public, number

    def _public(self) -> dict[str, object]:
        with self.store.reading() as session:
            return dict(reading.exhibits(session, "fair"))

    def _id(self, role: str) -> int:
        return self.people[role].id


@pytest.mark.parametrize("runs", [3, pytest.param(30, marks=pytest.mark.slow)])
def test_whatever_people_do_the_invariants_hold(
    databases: Databases, loaded_fair: str, runs: int
) -> None:
    class Machine(Workflow):
        def __init__(self) -> None:
            self.url = databases.copy(loaded_fair)
            self.store = Store(self.url)
            self.people = {
                role: someone(
                    self.store,
                    MemberRole.COORDINATOR if role == "stranger" else MemberRole(role),
                    college={"editor": "temirqol", "coordinator": "temirqol",
                             "stranger": "zhasyl-dala"}.get(role),
                )
                for role in ROLES
            }  # fmt: skip
            super().__init__()

        def teardown(self) -> None:
            self.store.close()
            databases.drop(self.url)

    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=runs, stateful_step_count=30, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
