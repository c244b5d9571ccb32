"""Telling colleges that the deadline is near: a week before, and once more on the last day."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.choices import MemberRole, State
from catalog.models import College, Edition, Exhibit, Notice
from catalog.notices import NoticeKind, members, notify
from catalog.permissions import is_frozen
from catalog.store import Store
from catalog.terms import FAIRS_CLOCK, deadline_of, is_over

AHEAD: Final = (timedelta(days=1), timedelta(days=7))


def remind(store: Store, *, now: datetime) -> int:
    """Tell the people of colleges whose drafts aren't given in; returns how many were told.

    Nobody is told twice of the same day or week, however often this is called.
    """
    told = 0
    with store.writing() as session:
        edition = session.scalars(select(Edition).where(Edition.is_current)).one_or_none()
        if edition is None or is_frozen(edition, now):
            return 0
        drafts = session.execute(
            select(College, func.count())
            .join(Exhibit, Exhibit.college_id == College.id)
            .where(Exhibit.edition_id == edition.id, Exhibit.state == State.DRAFT)
            .group_by(College.id)
            .order_by(College.id)
        )
        for college, count in drafts:
            told += _remind(session, edition, college, count, now)
    return told


def _remind(
    session: Session, edition: Edition, college: College, drafts: int, now: datetime
) -> int:
    deadline = deadline_of(session, edition, college)
    if deadline is None or is_over(deadline, now):
        return 0
    since = next((deadline - ahead for ahead in AHEAD if now >= deadline - ahead), None)
    if since is None:
        return 0
    people = members(session, college.id, (MemberRole.EDITOR, MemberRole.COORDINATOR))
    known = session.scalars(
        select(Notice.account_id).where(
            Notice.account_id.in_(people),
            Notice.kind == NoticeKind.DEADLINE_NEAR,
            Notice.created_at >= since,
        )
    )
    due = people.difference(known)
    when = deadline.astimezone(FAIRS_CLOCK).strftime("%d.%m.%Y %H:%M")
    notify(session, due, NoticeKind.DEADLINE_NEAR, {"when": when, "drafts": str(drafts)}, now=now)
    return len(due)
