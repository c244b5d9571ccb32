"""Until when and how many exhibits a college may give in: the edition's deadline, its own, a quota.

A deadline is the last second that counts: what is given in at 23:59:59 is in time. The quota counts
what a college has given in and wasn't turned away, from submitted to published; drafts don't count.
"""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.audit import log_act
from catalog.choices import State
from catalog.errors import NotThere
from catalog.models import College, CollegeTerms, Edition, Exhibit
from catalog.permissions import Action, By, Subject, actor_of, require
from catalog.refusals import Reason, Refused
from catalog.store import Store

# The fair's own time: deadlines are set and told by it.
FAIRS_CLOCK: Final = ZoneInfo("Asia/Almaty")
COUNTED: Final = (State.SUBMITTED, State.CHANGES_REQUESTED, State.ACCEPTED, State.PUBLISHED)


def deadline_of(session: Session, edition: Edition, college: College) -> datetime | None:
    """The last second in which a college may give in a draft; None: there is no deadline."""
    terms = session.get(CollegeTerms, (college.id, edition.id))
    return (terms.deadline if terms else None) or edition.submission_deadline


def is_over(deadline: datetime | None, now: datetime) -> bool:
    """Whether a deadline, its whole last second included, has passed."""
    return deadline is not None and now >= deadline.replace(microsecond=0) + timedelta(seconds=1)


def quota_of(session: Session, edition: Edition, college: College) -> int | None:
    """How many exhibits a college may have in an edition; None: as many as it likes."""
    terms = session.get(CollegeTerms, (college.id, edition.id))
    return terms.quota if terms else None


def counted(session: Session, edition: Edition, college: College) -> int:
    """How many exhibits of a college count against its quota."""
    return (
        session.scalar(
            select(func.count())
            .select_from(Exhibit)
            .where(
                Exhibit.edition_id == edition.id,
                Exhibit.college_id == college.id,
                Exhibit.state.in_(COUNTED),
            )
        )
        or 0
    )


def require_time(session: Session, edition: Edition, college: College, now: datetime) -> None:
    """Raises Refused once the college's deadline is over."""
    deadline = deadline_of(session, edition, college)
    if is_over(deadline, now):
        raise Refused(Reason.DEADLINE_OVER)


def require_quota(session: Session, edition: Edition, college: College) -> None:
    """Raises Refused where one exhibit more would be too many.

    Holds the college's row until the transaction ends, so that two at once are counted one by one.
    """
    quota = quota_of(session, edition, college)
    if quota is None:
        return
    session.execute(select(College.id).where(College.id == college.id).with_for_update())
    if counted(session, edition, college) >= quota:
        raise Refused(Reason.QUOTA_USED, quota=quota)


def set_terms(
    store: Store,
    *,
    college: str,
    edition: str,
    quota: int | None,
    deadline: datetime | None,
    by: By,
    now: datetime,
) -> None:
    """Give a college a quota and a deadline of its own in an edition; None: what holds for all."""
    with store.writing() as session:
        actor = actor_of(session, by)
        its_edition = session.scalars(select(Edition).where(Edition.slug == edition)).one_or_none()
        its_college = session.scalars(select(College).where(College.slug == college)).one_or_none()
        if its_edition is None or its_college is None:
            raise NotThere(f"There is no college {college!r} or no edition {edition!r}.")
        require(actor, Action.MANAGE_COLLEGES, Subject(its_college.id, its_edition.id))
        terms = session.get(CollegeTerms, (its_college.id, its_edition.id))
        if terms is None:
            terms = CollegeTerms(college_id=its_college.id, edition_id=its_edition.id)
            session.add(terms)
        terms.quota, terms.deadline = quota, deadline
        log_act(session, actor, "set_terms", "college", its_college.id, now=now)
