"""What a reviewer looks at: one entry as it was given in, what to compare it with, its history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.choices import Decision, State
from catalog.drafts import Draft, draft_of
from catalog.history import HistoryLine, Round, history, rounds_of, seen_entry, shown_draft
from catalog.models import Account, Exhibit, PendingDecision
from catalog.permissions import Action, By, may, subject_of

_APPROVED = frozenset({State.ACCEPTED, State.PUBLISHED})


@dataclass(frozen=True)
class Basis:
    """Something to compare with: a former round, or (number None) what is approved and shown."""

    number: int | None
    draft: Draft


@dataclass(frozen=True)
class Kept:
    """A decision made but not applied; `stale`: the entry has changed since."""

    decision: Decision
    reason: str
    at: datetime
    decider: str
    stale: bool


@dataclass(frozen=True)
class Case:
    """One entry before its reviewer.

    `draft` is what was given in last; `waiting`: it waits for a decision. `bases` begins with what
    the difference is best shown to, and is empty for what nobody has seen before. `allowed` are the
    actions this reader may take, as far as role, place and state go.
    """

    code: str
    edition: str
    state: State
    version: int
    draft: Draft
    waiting: bool
    changes: bool
    bases: tuple[Basis, ...]
    rounds: Sequence[Round]
    history: Sequence[HistoryLine]
    kept: Kept | None
    duplicate_of: str | None
    allowed: frozenset[Action]


_ACTIONS = (
    Action.REQUEST_CHANGES, Action.DECIDE, Action.MARK_DUPLICATE, Action.REOPEN, Action.PUBLISH,
    Action.CANCEL, Action.BRING_BACK,
)  # fmt: skip


def case(session: Session, code: str, *, by: By, now: datetime) -> Case:
    """The case of an entry; raises NotThere where it isn't this reader's to review."""
    exhibit, actor = seen_entry(session, code, Action.REVIEW, by=by, now=now)
    subject = subject_of(exhibit, now)
    state = State(exhibit.state)
    present = shown_draft(draft_of(exhibit), exhibit, actor, now=now)
    given_in = rounds_of(session, exhibit, actor, now=now)
    waiting = bool(given_in) and given_in[0].decision is None
    approved = state in _APPROVED
    # What isn't approved yet may be in the college's hands again: only what it gave in is looked at.
    draft = given_in[0].draft if given_in and (waiting or not approved) else present
    return Case(
        code=exhibit.code,
        edition=exhibit.edition.slug,
        state=state,
        version=exhibit.version,
        draft=draft,
        waiting=waiting,
        changes=waiting and approved,
        bases=_bases(given_in, present if waiting and approved else None),
        rounds=given_in,
        history=history(session, code, by=by, now=now),
        kept=_kept(session, exhibit),
        duplicate_of=exhibit.duplicate_of.code if exhibit.duplicate_of else None,
        allowed=frozenset(action for action in _ACTIONS if may(actor, action, subject)),
    )


def _bases(given_in: Sequence[Round], approved: Draft | None) -> tuple[Basis, ...]:
    former = [Basis(one.number, one.draft) for one in given_in[1:]]
    if approved is None:
        return tuple(former)
    # An answer to a request is read beside what was asked about, anything else beside what is shown.
    answered = len(given_in) > 1 and given_in[1].decision is Decision.CHANGES_REQUESTED
    public = Basis(None, approved)
    return tuple([former[0], public, *former[1:]] if answered else [public, *former])


def _kept(session: Session, exhibit: Exhibit) -> Kept | None:
    row = session.execute(
        select(PendingDecision, Account.name)
        .outerjoin(Account, Account.id == PendingDecision.account_id)
        .where(PendingDecision.exhibit_id == exhibit.id)
    ).one_or_none()
    if row is None:
        return None
    kept, name = row
    return Kept(
        Decision(kept.decision), kept.reason or "", kept.at, name or "",
        stale=kept.version != exhibit.version,
    )  # fmt: skip
