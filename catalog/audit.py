"""The log of acts: who, in whose stead, what, on which object; numbers alone, never names."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.models import AuditEntry
from catalog.permissions import Action, Actor, By, Subject, actor_of, require


@dataclass(frozen=True)
class Act:
    """One line of the log; account None: the command line, college None: in nobody's stead."""

    at: datetime
    account: int | None
    college: int | None
    action: str
    object_kind: str
    object_id: str


def log_act(
    session: Session,
    actor: Actor,
    action: str,
    object_kind: str,
    object_id: int | str,
    *,
    now: datetime,
    college: int | None = None,
) -> None:
    """Add a line in the session's transaction; `college` is the one an organizer acts for."""
    session.add(
        AuditEntry(
            at=now,
            account_id=actor.account,
            college_id=college,
            action=action,
            object_kind=object_kind,
            object_id=str(object_id),
        )
    )


def read_acts(session: Session, *, by: By, limit: int = 200) -> Sequence[Act]:
    """The newest acts, newest first; for organizers."""
    require(actor_of(session, by), Action.SEE_AUDIT, Subject())
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    return [
        Act(one.at, one.account_id, one.college_id, one.action, one.object_kind, one.object_id)
        for one in session.scalars(query)
    ]


def erased_people(session: Session) -> frozenset[int]:
    """The numbers of all people who were ever erased."""
    query = select(AuditEntry.object_id).where(AuditEntry.action == Action.ERASE_PERSON)
    return frozenset(int(number) for number in session.scalars(query))
