"""The log of acts: who, in whose stead, what, on which object; numbers alone, never names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Text, cast, or_, select
from sqlalchemy.orm import Session

from catalog.models import Account, AuditEntry, College
from catalog.permissions import Action, Actor, By, Subject, actor_of, require


@dataclass(frozen=True)
class Act:
    """One line of the log; account None: the command line, college None: in nobody's stead."""

    id: int
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


def read_acts(
    session: Session,
    *,
    by: By,
    words: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    limit: int = 200,
) -> Sequence[Act]:
    """The newest acts, newest first; for organizers.

    `words` are looked for in the act, the kind and number of its object, and are the number of the
    account that acted; all of them have to be there. `before` is the number of an act that was
    read already, to go on from.
    """
    require(actor_of(session, by), Action.SEE_AUDIT, Subject())
    query = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(limit)
    for word in words.split():
        within = or_(
            AuditEntry.action.icontains(word, autoescape=True),
            AuditEntry.object_kind.icontains(word, autoescape=True),
            AuditEntry.object_id == word,
            cast(AuditEntry.account_id, Text) == word,
        )
        query = query.where(within)
    if since is not None:
        query = query.where(AuditEntry.at >= since)
    if until is not None:
        query = query.where(AuditEntry.at < until)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return [
        Act(
            one.id, one.at, one.account_id, one.college_id, one.action, one.object_kind,
            one.object_id,
        )
        for one in session.scalars(query)
    ]  # fmt: skip


def people_behind(session: Session, acts: Sequence[Act], *, by: By) -> Mapping[int, str]:
    """The names, as they are today, of the accounts that acted; who is gone has none."""
    require(actor_of(session, by), Action.SEE_AUDIT, Subject())
    numbers = {act.account for act in acts if act.account is not None}
    rows = session.execute(select(Account.id, Account.name).where(Account.id.in_(numbers)))
    return {row.id: row.name for row in rows}


def colleges_behind(session: Session, acts: Sequence[Act]) -> Mapping[int, Mapping[str, str]]:
    """The names of the colleges that were acted for, by language."""
    numbers = {act.college for act in acts if act.college is not None}
    rows = session.scalars(select(College).where(College.id.in_(numbers)))
    return {row.id: row.names for row in rows}


def erased_people(session: Session) -> frozenset[int]:
    """The numbers of all people who were ever erased."""
    query = select(AuditEntry.object_id).where(AuditEntry.action == Action.ERASE_PERSON)
    return frozenset(int(number) for number in session.scalars(query))
