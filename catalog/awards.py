"""Medals and prizes as organizers record them: WorldSkills, EuroSkills, the fair's own.

An award is an exhibit's or a college's own. What the public reads of them is in `reading`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, selectinload

from catalog.audit import log_act
from catalog.choices import AwardLevel, AwardPlace, State
from catalog.errors import NotThere
from catalog.languages import LANGUAGES
from catalog.models import Award, College, Edition, Exhibit
from catalog.permissions import Action, Actor, By, Subject, actor_of, require, subject_of
from catalog.records import AwardRecord
from catalog.refusals import Reason, Refused
from catalog.store import Store, public_changed
from catalog.texts import clean_line

LENGTH: Final = 150
FIRST_YEAR, LAST_YEAR = 1950, 2100
REMOVED: Final = "remove_award"


@dataclass(frozen=True)
class Awarded:
    """An award with whose it is: an exhibit's, by its code and titles, or a college's own."""

    id: int
    award: AwardRecord
    code: str | None
    titles: Mapping[str, str]
    college: str
    college_names: Mapping[str, str]


def record_award(
    store: Store,
    award: AwardRecord,
    *,
    code: str | None = None,
    college: str | None = None,
    by: By,
    now: datetime,
) -> int:
    """Record what an exhibit (by its code) or a college (by its slug) was given; returns its id.

    Exactly one of the two is named. Raises Refused for an award that isn't whole, or that is
    recorded already.
    """
    if (code is None) == (college is None):
        raise ValueError("An award is an exhibit's or a college's: name one of them.")
    with store.writing() as session:
        actor = actor_of(session, by)
        exhibit = _exhibit(session, code) if code is not None else None
        owner = _college(session, college) if college is not None else None
        row = Award(exhibit=exhibit, college=owner)
        _require(actor, row, now)
        clean = _clean(award)
        if any(_record(one) == clean for one in _of(session, exhibit, owner)):
            raise Refused(Reason.AWARD_EXISTS)
        for language in LANGUAGES:
            setattr(row, f"name_{language}", clean.names.get(language))
        row.issuer, row.level, row.place, row.year = (
            clean.issuer, clean.level, clean.place, clean.year,
        )  # fmt: skip
        session.add(row)
        session.flush()
        log_act(session, actor, Action.RECORD_AWARD, "award", row.id, now=now)
        _announce(session, row)
        return row.id


def remove_award(store: Store, award: int, *, by: By, now: datetime) -> None:
    """Take an award back, by its id; raises NotThere if there is none."""
    with store.writing() as session:
        actor = actor_of(session, by)
        row = session.get(Award, award)
        if row is None:
            raise NotThere(f"There is no award {award}.")
        _require(actor, row, now)
        _announce(session, row)
        session.delete(row)
        log_act(session, actor, REMOVED, "award", award, now=now)


def recorded(
    session: Session, *, edition: str, by: By, first: int = 0, limit: int = 50
) -> tuple[Sequence[Awarded], int]:
    """The awards of an edition's exhibits and of all colleges, the newest first, and how many.

    `first` are left out before; for organizers.
    """
    place = session.scalars(select(Edition).where(Edition.slug == edition)).one_or_none()
    if place is None:
        raise NotThere(f"There is no edition {edition!r}.")
    require(actor_of(session, by), Action.RECORD_AWARD, Subject(edition=place.id))
    within = or_(Award.college_id.is_not(None), Exhibit.edition_id == place.id)
    joined = select(Award).outerjoin(Exhibit, Exhibit.id == Award.exhibit_id).where(within)
    total = session.scalar(joined.with_only_columns(func.count(Award.id))) or 0
    rows = session.scalars(
        joined.options(
            selectinload(Award.college),
            selectinload(Award.exhibit).options(
                selectinload(Exhibit.texts), selectinload(Exhibit.college)
            ),
        )
        .order_by(Award.year.desc(), Award.id.desc())
        .offset(first)
        .limit(limit)
    )
    return [_awarded(row) for row in rows], total


def _awarded(row: Award) -> Awarded:
    college = row.exhibit.college if row.exhibit is not None else row.college
    assert college is not None
    return Awarded(
        id=row.id,
        award=_record(row),
        code=row.exhibit.code if row.exhibit else None,
        titles={one.language: one.title for one in row.exhibit.texts} if row.exhibit else {},
        college=college.slug,
        college_names=college.names,
    )


def _require(actor: Actor, row: Award, now: datetime) -> None:
    if row.exhibit is not None:
        require(actor, Action.RECORD_AWARD, subject_of(row.exhibit, now))
    else:
        require(actor, Action.MANAGE_COLLEGES, Subject())


def _announce(session: Session, row: Award) -> None:
    if row.exhibit is None:
        public_changed(session, ())
    elif row.exhibit.state == State.PUBLISHED:
        public_changed(session, [row.exhibit.code])


def _of(session: Session, exhibit: Exhibit | None, college: College | None) -> Sequence[Award]:
    own = (
        Award.exhibit_id == exhibit.id
        if exhibit is not None
        else Award.college_id == (college and college.id)
    )
    return session.scalars(select(Award).where(own)).all()


def _record(row: Award) -> AwardRecord:
    return AwardRecord(
        row.names, row.issuer, AwardLevel(row.level), AwardPlace(row.place), row.year
    )


def _clean(award: AwardRecord) -> AwardRecord:
    names = {one: clean_line(award.names.get(one, "")) for one in LANGUAGES}
    clean = replace(
        award,
        names={language: name for language, name in names.items() if name},
        issuer=clean_line(award.issuer),
    )
    if not clean.names or not clean.issuer:
        raise Refused(Reason.AWARD_NEEDS_NAME)
    if any(len(text) > LENGTH for text in (*clean.names.values(), clean.issuer)):
        raise Refused(Reason.TEXT_TOO_LONG, limit=LENGTH)
    if not FIRST_YEAR <= clean.year <= LAST_YEAR:
        raise Refused(Reason.AWARD_YEAR, given=clean.year, least=FIRST_YEAR, most=LAST_YEAR)
    return clean


def _exhibit(session: Session, code: str) -> Exhibit:
    found = session.scalars(select(Exhibit).where(Exhibit.code == code)).one_or_none()
    if found is None:
        raise NotThere(f"There is no exhibit {code}.")
    return found


def _college(session: Session, slug: str) -> College:
    found = session.scalars(select(College).where(College.slug == slug)).one_or_none()
    if found is None:
        raise NotThere(f"There is no college {slug!r}.")
    return found
