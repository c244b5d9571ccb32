"""Whether an account may send a file now, before any of it is read, and how much it has sent."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.models import Account, Edition, UploadTally
from catalog.permissions import Action, Actor, By, Subject, actor_of, may, require, subject_in
from catalog.refusals import Reason, Refused
from catalog.settings import UploadLimits
from catalog.store import Store

_KEPT = timedelta(days=2)
# What brings a file with it: a college's spreadsheet or picture, a translator's texts.
_WITH_FILES = (Action.UPLOAD, Action.TRANSLATE)


def admit(store: Store, size: int, *, by: By, limits: UploadLimits, now: datetime) -> None:
    """Let an account send a file of so many bytes, and count it.

    Raises Refused if it may upload nowhere, or has sent enough within this hour of the clock.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        _require_upload_somewhere(session, actor, now)
        if actor.account is None:
            return
        # Two files at once wait for each other, so that both are counted.
        session.get_one(Account, actor.account, with_for_update=True)
        hour = now.replace(minute=0, second=0, microsecond=0)
        tally = session.get(UploadTally, (actor.account, hour))
        if tally is None:
            session.execute(
                delete(UploadTally).where(
                    UploadTally.account_id == actor.account, UploadTally.hour < now - _KEPT
                )
            )
            tally = UploadTally(account_id=actor.account, hour=hour, files=0, bytes=0)
            session.add(tally)
        if tally.files + 1 > limits.account_files or tally.bytes + size > limits.account_bytes:
            raise Refused(Reason.UPLOADED_MUCH, minutes=60 - now.minute)
        tally.files += 1
        tally.bytes += size


def may_upload(session: Session, *, by: By, now: datetime) -> None:
    """Raises Refused if an account may upload nowhere now."""
    _require_upload_somewhere(session, actor_of(session, by), now)


def _require_upload_somewhere(session: Session, actor: Actor, now: datetime) -> None:
    editions = session.scalars(select(Edition).where(~Edition.is_archive)).all()
    places = [
        subject_in(edition, now, grant.college)
        for grant in actor.grants
        for edition in editions
        if grant.edition in (None, edition.id)
    ]
    if any(may(actor, action, one) for action in _WITH_FILES for one in places):
        return
    # What is said is why not at the last place that one has anything to do with.
    require(actor, Action.UPLOAD, places[-1] if places else Subject())
