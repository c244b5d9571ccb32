"""What became of an entry: its history and its rounds, for those who may see the entry."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.choices import Decision, Deed, MemberRole, State
from catalog.drafts import Draft, Logistics
from catalog.entries import entry
from catalog.errors import NotThere
from catalog.models import Account, Exhibit, ExhibitHistory, Revision
from catalog.permissions import Action, Actor, By, actor_of, may, subject_of
from catalog.values import draft_from

_OF_A_COLLEGE: Final = frozenset({MemberRole.EDITOR, MemberRole.COORDINATOR})


@dataclass(frozen=True)
class Who:
    """Somebody as a reader may know them: the role, and a name where it is theirs to see."""

    role: MemberRole
    name: str = ""


@dataclass(frozen=True)
class HistoryLine:
    """One line of an entry's history; `on_behalf`: an organizer did it for the college."""

    at: datetime
    who: Who
    deed: Deed
    from_state: State | None
    to_state: State
    reason: str
    on_behalf: bool
    revision: int | None


@dataclass(frozen=True)
class Round:
    """What was given in for review once, and what was answered; without a decision it waits."""

    number: int
    at: datetime
    sender: str
    draft: Draft
    decision: Decision | None
    comment: str
    decided_at: datetime | None
    decider: str


def history(session: Session, code: str, *, by: By, now: datetime) -> Sequence[HistoryLine]:
    """An entry's history, newest first; raises NotThere for an entry one may not see.

    Colleges learn who of their own did what, and of the fair's people the role alone.
    """
    exhibit, actor = seen_entry(session, code, Action.SEE_ENTRY, by=by, now=now)
    query = (
        select(ExhibitHistory)
        .where(ExhibitHistory.exhibit_id == exhibit.id)
        .order_by(ExhibitHistory.id.desc())
    )
    rows = session.scalars(query).all()
    names = _names(session, (row.account_id for row in rows))
    inside = _runs_the_fair(actor, exhibit, now)
    return [
        HistoryLine(
            at=row.at,
            who=_who(row, names, inside=inside),
            deed=Deed(row.deed),
            from_state=State(row.from_state) if row.from_state else None,
            to_state=State(row.to_state),
            reason=row.reason or "",
            on_behalf=row.on_behalf,
            revision=row.revision,
        )
        for row in rows
    ]


def rounds(session: Session, code: str, *, by: By, now: datetime) -> Sequence[Round]:
    """What was given in for review, the last round first; raises NotThere as `history` does."""
    exhibit, actor = seen_entry(session, code, Action.SEE_ENTRY, by=by, now=now)
    return rounds_of(session, exhibit, actor, now=now)


def rounds_of(
    session: Session, exhibit: Exhibit, actor: Actor, *, now: datetime
) -> Sequence[Round]:
    """The rounds of an entry that an actor is known to see."""
    rows = session.scalars(
        select(Revision).where(Revision.exhibit_id == exhibit.id).order_by(Revision.number.desc())
    ).all()
    names = _names(session, (who for row in rows for who in (row.created_by, row.decided_by)))
    inside = _runs_the_fair(actor, exhibit, now)
    return [
        Round(
            number=row.number,
            at=row.created_at,
            sender=names.get(row.created_by or 0, ""),
            draft=shown_draft(draft_from(row.content), exhibit, actor, now=now),
            decision=Decision(row.decision) if row.decision else None,
            comment=row.comment or "",
            decided_at=row.decided_at,
            decider=names.get(row.decided_by or 0, "") if inside else "",
        )
        for row in rows
    ]


def seen_entry(
    session: Session, code: str, action: Action, *, by: By, now: datetime
) -> tuple[Exhibit, Actor]:
    """The entry of a code and who looks at it; NotThere where the actor may not do this with it."""
    actor = actor_of(session, by)
    exhibit = entry(session, code)
    if not may(actor, action, subject_of(exhibit, now)):
        raise NotThere(f"There is no exhibit {code}.")
    return exhibit, actor


def shown_draft(draft: Draft, exhibit: Exhibit, actor: Actor, *, now: datetime) -> Draft:
    """A draft without what isn't this reader's to see."""
    if may(actor, Action.SEE_LOGISTICS, subject_of(exhibit, now)):
        return draft
    return replace(draft, logistics=Logistics())


def _who(row: ExhibitHistory, names: Mapping[int, str], *, inside: bool) -> Who:
    role = MemberRole(row.actor)
    known = inside or role in _OF_A_COLLEGE
    return Who(role, names.get(row.account_id or 0, "") if known else "")


def _runs_the_fair(actor: Actor, exhibit: Exhibit, now: datetime) -> bool:
    return may(actor, Action.REVIEW, replace(subject_of(exhibit, now), state=None))


def _names(session: Session, accounts: Iterable[int | None]) -> Mapping[int, str]:
    wanted = {account for account in accounts if account is not None}
    query = select(Account.id, Account.name).where(Account.id.in_(wanted))
    return dict(session.execute(query).tuples().all()) if wanted else {}
