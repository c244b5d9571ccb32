"""Pictures of the colleges: given in within a college's room, looked at by whoever may, let go.

They stand in the database by the hash of what was given; `catalog.media` makes what is kept.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, delete, exists, func, select
from sqlalchemy.orm import Session

from catalog.audit import log_act
from catalog.choices import MemberRole
from catalog.consents import picture_is_public, place
from catalog.errors import NotThere
from catalog.models import (
    College,
    Edition,
    Exhibit,
    ExhibitPicture,
    Hall,
    Picture,
    PictureSize,
    PictureUpload,
    Proposal,
    Revision,
    WorkingCopy,
)
from catalog.permissions import Action, Actor, By, Subject, actor_of, may, require
from catalog.reading import is_public
from catalog.refusals import Reason, Refused
from catalog.settings import USUAL_LIMITS, UploadLimits
from catalog.store import Store
from catalog.values import pictures_in

_MEGABYTE: Final = 1_000_000
# Between an upload and the first keeping of what it belongs to pass seconds.
_UNUSED_FOR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class PublicPicture:
    """What the public gets; `for_good`: nobody is recognizable in it, so nobody can object later."""

    webp: bytes
    for_good: bool


@dataclass(frozen=True)
class Room:
    """How many pictures a college keeps in an edition, their bytes, and how much it may.

    ``has_unused``: a full room lets some go that nothing has held for an hour.
    """

    pictures: int
    bytes: int
    limits: UploadLimits
    has_unused: bool = False

    @property
    def is_full(self) -> bool:
        """Whether not one more fits."""
        return (
            self.pictures >= self.limits.college_pictures or self.bytes >= self.limits.college_bytes
        )

    @property
    def refusal(self) -> Refused:
        """What is said where the next picture doesn't fit."""
        return Refused(
            Reason.COLLEGE_IS_FULL,
            pictures=self.pictures,
            megabytes=round(self.bytes / _MEGABYTE),
        )

    def has_room_for(self, more: int) -> bool:
        """Whether one more picture of so many bytes fits."""
        return not self.is_full and self.bytes + more <= self.limits.college_bytes


def add_picture(
    store: Store,
    data: bytes,
    *,
    college: str,
    edition: str | None = None,
    by: By,
    now: datetime,
    limits: UploadLimits = USUAL_LIMITS,
) -> str:
    """Take a picture in for a college's exhibits of an edition (None: the current one).

    Returns its hash, for `DraftPicture`; the same bytes have the same hash and take room once.
    Where the room is full, pictures go that nothing of the college's has held for an hour. Raises
    WrongPicture for what is no fit picture, Refused where there is no room even so.
    """
    # Pillow comes with it: not on the way of the first light page.
    from catalog import media

    with store.reading() as session:
        actor = actor_of(session, by)
        subject, its_college, its_edition = place(session, college, edition, now)
        require(actor, Action.UPLOAD, subject)
        room = _room(session, its_college, its_edition, limits)
        if room.is_full and not _unused(session, its_college, its_edition, now):
            raise room.refusal
        known = session.get(Picture, media.hash_of(data)) is not None
    # Decoding takes a second or two, and SQLite has one writer.
    rendered = None if known else media.render(data)
    picture = media.hash_of(data)
    with store.writing() as session:
        actor = actor_of(session, by)
        subject, its_college, its_edition = place(session, college, edition, now)
        role = require(actor, Action.UPLOAD, subject)
        # Two who upload at once wait for each other, so that both are counted.
        session.get_one(College, its_college.id, with_for_update=True)
        given = session.get(PictureUpload, (picture, its_college.id, its_edition.id))
        if given is not None:
            # Whoever gave it in before may take it out meanwhile; it is this one's too.
            given.account_id, given.uploaded_at = actor.account, now
            return picture
        if session.get(Picture, picture) is None:
            if rendered is None:
                raise NotThere("The picture was just removed; upload it again.")
            session.add(Picture(hash=picture, created_at=now))
            # The sizes refer to the picture by a plain key, which orders no inserts by itself.
            session.flush()
            session.add_all(
                PictureSize(
                    hash=picture, size=one.size, width=one.width, height=one.height, webp=one.webp
                )
                for one in rendered.renderings
            )
            session.flush()
        size = _bytes_of(session, picture)
        room = _room(session, its_college, its_edition, limits)
        if not room.has_room_for(size):
            _drop(session, _unused(session, its_college, its_edition, now))
            room = _room(session, its_college, its_edition, limits)
        if not room.has_room_for(size):
            raise room.refusal
        session.add(
            PictureUpload(
                hash=picture, college_id=its_college.id, edition_id=its_edition.id,
                account_id=actor.account, bytes=size, uploaded_at=now,
            )
        )  # fmt: skip
        if role is MemberRole.ORGANIZER and actor.account is not None:
            log_act(
                session, actor, Action.UPLOAD, "picture", picture, now=now, college=its_college.id
            )
        return picture


def release(
    session: Session,
    taken_out: Collection[str],
    *,
    college: int,
    edition: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Give back the room of pictures that were taken out of something, as far as nothing else of
    the college's has them: no entry, revision, proposal or working copy.

    What somebody else gave in within the hour stays for now: they may be about to use it.
    """
    if not taken_out:
        return
    session.flush()
    uploads = session.scalars(
        select(PictureUpload).where(
            PictureUpload.hash.in_(taken_out),
            PictureUpload.college_id == college,
            PictureUpload.edition_id == edition,
            (PictureUpload.account_id == actor.account)
            | (PictureUpload.uploaded_at < now - _UNUSED_FOR),
        )
    ).all()
    used = _used(session, college) if uploads else frozenset()
    _drop(session, [one for one in uploads if one.hash not in used])


def room_of(
    session: Session,
    college: str,
    *,
    edition: str | None = None,
    by: By,
    now: datetime,
    limits: UploadLimits = USUAL_LIMITS,
) -> Room:
    """How much of its room for pictures a college has taken."""
    actor = actor_of(session, by)
    subject, its_college, its_edition = place(session, college, edition, now)
    require(actor, Action.SEE_COLLEGE_WORK, subject)
    room = _room(session, its_college, its_edition, limits)
    if room.is_full:
        return replace(room, has_unused=bool(_unused(session, its_college, its_edition, now)))
    return room


def public_picture(session: Session, picture: str, size: int) -> PublicPicture | None:
    """A picture that a public exhibit or a hall's plan shows, in the size asked for or the next
    smaller one.

    None if there is none, or if somebody in it has not consented.
    """
    shown = session.execute(
        select(ExhibitPicture.nobody_recognizable)
        .join(Exhibit, Exhibit.id == ExhibitPicture.exhibit_id)
        .join(Edition, Edition.id == Exhibit.edition_id)
        .where(ExhibitPicture.hash == picture, is_public(), picture_is_public())
    ).scalars().all()  # fmt: skip
    if not shown and session.scalar(select(exists().where(Hall.plan_picture == picture))):
        shown = [True]
    webp = _webp(session, picture, size) if shown else None
    return PublicPicture(webp, all(shown)) if webp is not None else None


def private_picture(session: Session, picture: str, size: int, *, by: By) -> bytes | None:
    """The same for who works on an entry: the college that gave it in, its reviewers, organizers."""
    actor = actor_of(session, by)
    places = session.execute(
        select(PictureUpload.college_id, PictureUpload.edition_id).where(
            PictureUpload.hash == picture
        )
    )
    if not any(may(actor, Action.SEE_PEOPLE_SHOWN, Subject(*where)) for where in places):
        return None
    return _webp(session, picture, size)


def _webp(session: Session, picture: str, size: int) -> bytes | None:
    # A small picture has no large rendering.
    return session.scalars(
        select(PictureSize.webp)
        .where(PictureSize.hash == picture, PictureSize.size <= size)
        .order_by(PictureSize.size.desc())
        .limit(1)
    ).one_or_none()


def _bytes_of(session: Session, picture: str) -> int:
    query = select(func.sum(func.length(PictureSize.webp))).where(PictureSize.hash == picture)
    return int(session.scalar(query) or 0)


def _room(session: Session, college: College, edition: Edition, limits: UploadLimits) -> Room:
    number, size = session.execute(
        select(func.count(), func.coalesce(func.sum(PictureUpload.bytes), 0)).where(
            PictureUpload.college_id == college.id, PictureUpload.edition_id == edition.id
        )
    ).one()
    return Room(number, int(size), limits)


def _unused(
    session: Session, college: College, edition: Edition, now: datetime
) -> list[PictureUpload]:
    """What a college gave in a while ago and nothing holds."""
    uploads = session.scalars(
        select(PictureUpload).where(
            PictureUpload.college_id == college.id,
            PictureUpload.edition_id == edition.id,
            PictureUpload.uploaded_at < now - _UNUSED_FOR,
        )
    ).all()
    used = _used(session, college.id) if uploads else frozenset()
    return [one for one in uploads if one.hash not in used]


def _used(session: Session, college: int) -> frozenset[str]:
    """The pictures that an entry of a college has, had when it was given in, or is to have."""
    here = select(Exhibit.id).where(Exhibit.college_id == college)
    copies = WorkingCopy.college_id == college
    contents = [
        *session.scalars(select(Revision.content).where(Revision.exhibit_id.in_(here))),
        *session.scalars(select(Proposal.content).where(Proposal.exhibit_id.in_(here))),
        *session.scalars(select(WorkingCopy.content).where(copies)),
        *session.scalars(select(WorkingCopy.base).where(copies)),
    ]
    held = session.scalars(select(ExhibitPicture.hash).where(ExhibitPicture.exhibit_id.in_(here)))
    return frozenset(held).union(*map(pictures_in, contents))


def _drop(session: Session, uploads: Collection[PictureUpload]) -> None:
    """Let uploads go, and the pictures that nobody else gave in."""
    for one in uploads:
        session.delete(one)
    session.flush()
    nobodys = and_(
        ~exists().where(PictureUpload.hash == Picture.hash),
        ~exists().where(Hall.plan_picture == Picture.hash),
    )
    hashes = [one.hash for one in uploads]
    session.execute(delete(Picture).where(Picture.hash.in_(hashes), nobodys))
