"""The table of an exhibit's states, and the one function that moves it from one to the next."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.audit import log_act
from catalog.choices import Deed, MemberRole, State
from catalog.consents import problems_of_people
from catalog.drafts import (
    Demands,
    draft_of,
    problems_for_draft,
    problems_for_publication,
    problems_for_submission,
)
from catalog.errors import NotAllowed
from catalog.models import Exhibit, ExhibitHistory, Hall
from catalog.permissions import (
    FOR_A_COLLEGE,
    Action,
    Actor,
    is_organizer,
    require,
    subject_of,
)
from catalog.pinned import tell_curators
from catalog.problems import Problem, ProblemCode
from catalog.refusals import Reason, Refused
from catalog.store import public_changed
from catalog.terms import require_quota, require_time


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
    Step(State.DRAFT, State.SUBMITTED, Action.SUBMIT),
    Step(State.SUBMITTED, State.CHANGES_REQUESTED, Action.REQUEST_CHANGES, needs_reason=True),
    Step(State.CHANGES_REQUESTED, State.SUBMITTED, Action.ANSWER_CHANGES),
    Step(State.SUBMITTED, State.ACCEPTED, Action.DECIDE),
    Step(State.SUBMITTED, State.REJECTED, Action.DECIDE, needs_reason=True),
    Step(State.SUBMITTED, State.DUPLICATE, Action.MARK_DUPLICATE),
    Step(State.ACCEPTED, State.SUBMITTED, Action.REOPEN),
    Step(State.REJECTED, State.SUBMITTED, Action.REOPEN),
    Step(State.DUPLICATE, State.SUBMITTED, Action.REOPEN),
    Step(State.WITHDRAWN, State.SUBMITTED, Action.REOPEN),
    Step(State.ACCEPTED, State.PUBLISHED, Action.PUBLISH),
    Step(State.PUBLISHED, State.CANCELLED, Action.CANCEL, needs_reason=True),
    Step(State.CANCELLED, State.PUBLISHED, Action.BRING_BACK),
    Step(State.DRAFT, State.WITHDRAWN, Action.WITHDRAW),
    Step(State.SUBMITTED, State.WITHDRAWN, Action.WITHDRAW),
    Step(State.CHANGES_REQUESTED, State.WITHDRAWN, Action.WITHDRAW),
    Step(State.ACCEPTED, State.WITHDRAWN, Action.WITHDRAW),
)

# Who is in one of these states holds its stand; a cancelled exhibit's is free.
STANDING: Final = (State.ACCEPTED, State.PUBLISHED)

_BY_ENDS: Final = {(step.origin, step.to): step for step in STEPS}


class Incomplete(NotAllowed):
    """A step's guard found the exhibit incomplete; `problems` says in what."""

    def __init__(self, code: str, to: State, problems: list[Problem]) -> None:
        self.problems = problems
        reasons = " ".join(problem.message for problem in problems)
        super().__init__(f"Exhibit {code} can't become {to}: {reasons}")

    def sentence(self, language: str) -> str:
        """What is wrong, in Kazakh, Russian or English."""
        return " ".join(dict.fromkeys(problem.sentence(language) for problem in self.problems))


def transition(
    session: Session,
    exhibit: Exhibit,
    to: State,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    revision: int | None = None,
) -> None:
    """Move an exhibit to a state: state, history and public revision in the session's transaction.

    An exhibit without a state is new; `revision` is the number of what was given in or decided on.
    Raises Refused when the table has no such step, the actor may not take it, a reason is missing,
    the time is over or the quota used up; Incomplete when the exhibit isn't ready for it.
    """
    origin = State(exhibit.state) if exhibit.state else None
    step = _BY_ENDS.get((origin, to))
    if step is None:
        raise Refused(Reason.NO_SUCH_STEP, code=exhibit.code, state=origin or "new", to=to)
    subject = subject_of(exhibit, now)
    role = require(actor, step.action, subject)
    if step.needs_reason and not (reason and reason.strip()):
        raise Refused(Reason.REASON_NEEDED, code=exhibit.code, to=to)
    if step.action is Action.SUBMIT and not is_organizer(actor, subject):
        require_time(session, exhibit.edition, exhibit.college, now)
    if to is State.SUBMITTED and step.action is not Action.ANSWER_CHANGES:
        require_quota(session, exhibit.edition, exhibit.college)
    problems = _problems(session, exhibit, to)
    if problems:
        raise Incomplete(exhibit.code, to, problems)
    exhibit.state = to
    exhibit.updated_at = now
    exhibit.version = (exhibit.version or 0) + 1
    record(
        session, exhibit, Deed.MOVED, origin=origin, action=step.action, role=role, actor=actor,
        reason=reason, revision=revision, now=now,
    )  # fmt: skip
    if State.PUBLISHED in (origin, to):
        public_changed(session, [exhibit.code])
    if origin is State.PUBLISHED:
        tell_curators(session, exhibit, now=now)


def record(
    session: Session,
    exhibit: Exhibit,
    deed: Deed,
    *,
    origin: State | None,
    action: Action,
    role: MemberRole,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
    revision: int | None = None,
) -> None:
    """A line of the exhibit's history, and of the log of acts for whoever runs the fair."""
    on_behalf = role is MemberRole.ORGANIZER and action in FOR_A_COLLEGE
    session.add(
        ExhibitHistory(
            exhibit=exhibit, at=now, actor=role, from_state=origin, to_state=exhibit.state,
            reason=reason, deed=deed, account_id=actor.account, revision=revision,
            on_behalf=on_behalf and actor.account is not None,
        )
    )  # fmt: skip
    if actor.account is not None and role in (MemberRole.ORGANIZER, MemberRole.REVIEWER):
        place = exhibit.college.id if on_behalf else None
        log_act(session, actor, action, "exhibit", exhibit.code, now=now, college=place)


def _problems(session: Session, exhibit: Exhibit, to: State) -> list[Problem]:
    draft = draft_of(exhibit)
    if to is State.PUBLISHED:
        return [
            *problems_for_publication(draft, Demands.of(exhibit.edition)),
            *stand_taken(session, exhibit, exhibit.hall, exhibit.stand_number),
            *problems_of_people(session, draft, faces=True),
        ]
    if to is State.ACCEPTED:
        return stand_taken(session, exhibit, exhibit.hall, exhibit.stand_number)
    if to is State.SUBMITTED:
        people = problems_of_people(session, draft, faces=False)
        return [*problems_for_submission(draft), *people]
    return problems_for_draft(draft) if to is State.DRAFT else []


def stand_taken(
    session: Session, exhibit: Exhibit, hall: Hall | None, number: str | None
) -> list[Problem]:
    """Whether another exhibit that is accepted or published holds this stand."""
    if number is None:
        return []
    with session.no_autoflush:
        other = session.scalars(
            select(Exhibit.code).where(
                Exhibit.edition_id == exhibit.edition.id,
                Exhibit.hall_id.is_(None) if hall is None else Exhibit.hall_id == hall.id,
                Exhibit.stand_number == number,
                Exhibit.state.in_(STANDING),
                Exhibit.code != exhibit.code,
            )
        ).first()
    if other is None:
        return []
    return [Problem("stand", ProblemCode.STAND_TAKEN, number, {"by": other})]
