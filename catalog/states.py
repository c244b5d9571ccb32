"""The table of an exhibit's states, and the one function that moves it from one to the next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from catalog.choices import State
from catalog.drafts import (
    Demands,
    draft_of,
    problems_for_draft,
    problems_for_publication,
)
from catalog.errors import NotAllowed
from catalog.models import Exhibit, ExhibitHistory
from catalog.permissions import Action, Actor, require, subject_of
from catalog.problems import Problem
from catalog.store import public_changed


@dataclass(frozen=True)
class Step:
    """One line of the table: from nothing (a new exhibit) or a state, to a state, by an action.

    Who may do the action stands in `permissions.TABLE`.
    """

    origin: State | None
    to: State
    action: Action
    needs_reason: bool = False


STEPS: Final = (
    Step(None, State.DRAFT, Action.CREATE_DRAFT),
    Step(None, State.PUBLISHED, Action.ADD_WALK_IN),
    Step(State.PUBLISHED, State.CANCELLED, Action.CANCEL, needs_reason=True),
    Step(State.CANCELLED, State.PUBLISHED, Action.BRING_BACK),
)

_BY_ENDS: Final = {(step.origin, step.to): step for step in STEPS}


class Incomplete(NotAllowed):
    """A step's guard found the exhibit incomplete; `problems` says in what."""

    def __init__(self, code: str, to: State, problems: list[Problem]) -> None:
        self.problems = problems
        reasons = " ".join(problem.message for problem in problems)
        super().__init__(f"Exhibit {code} can't become {to}: {reasons}")


def transition(
    session: Session,
    exhibit: Exhibit,
    to: State,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> None:
    """Move an exhibit to a state: state, history and public revision in the session's transaction.

    An exhibit without a state is new. Raises NotAllowed when the table has no such step, the actor
    may not take it or a reason is missing, Incomplete when the exhibit isn't ready for it.
    """
    origin = State(exhibit.state) if exhibit.state else None
    step = _BY_ENDS.get((origin, to))
    if step is None:
        raise NotAllowed(f"Exhibit {exhibit.code} can't go from {origin or 'new'} to {to}.")
    role = require(actor, step.action, subject_of(exhibit, now))
    if step.needs_reason and not (reason and reason.strip()):
        raise NotAllowed(f"Exhibit {exhibit.code} can't become {to} without a reason.")
    draft = draft_of(exhibit)
    problems = (
        problems_for_publication(draft, Demands.of(exhibit.edition))
        if to is State.PUBLISHED
        else problems_for_draft(draft)
    )
    if problems:
        raise Incomplete(exhibit.code, to, problems)
    exhibit.state = to
    exhibit.updated_at = now
    session.add(
        ExhibitHistory(
            exhibit=exhibit,
            at=now,
            actor=role,
            from_state=origin,
            to_state=to,
            reason=reason,
        )
    )
    if State.PUBLISHED in (origin, to):
        public_changed(session, [exhibit.code])
