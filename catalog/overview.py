"""What an organizer sees before the fair: how much came in, from whom, and what is still missing.

Every number is that of a list, and `listed` gives the list. What counts is what is given in and not
turned away, as for a college's quota; of those without a stand, what has a place in the hall.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session

from catalog.agenda import Line
from catalog.choices import State
from catalog.consents import name_is_public, picture_is_public
from catalog.errors import NotThere
from catalog.languages import LANGUAGES
from catalog.models import (
    College,
    CollegeTerms,
    Edition,
    Exhibit,
    ExhibitHistory,
    ExhibitPerson,
    ExhibitPicture,
    ExhibitText,
    Field,
)
from catalog.permissions import Action, By, Subject, actor_of, require
from catalog.print_lists import IN_THE_HALL
from catalog.terms import COUNTED, FAIRS_CLOCK

PAGE: Final = 50
# A college that has only these has sent nothing.
_NOT_SENT: Final = (State.DRAFT, State.WITHDRAWN)


class Lack(StrEnum):
    """What an exhibit may be without."""

    KAZAKH = "kazakh"
    RUSSIAN = "russian"
    ENGLISH = "english"
    TEXT = "text"
    PICTURE = "picture"
    CONSENT = "consent"
    STAND = "stand"


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; the day is that of the first giving in, by the fair's clock.

    Without a lack, a state or a day it holds what counts; a field of "" is any, `NO_FIELD` none.
    """

    lack: Lack | None = None
    state: State | None = None
    college: str = ""
    field: str = ""
    day: date | None = None


NO_FIELD: Final = "-"


@dataclass(frozen=True)
class Overview:
    """The numbers; `by_college`, `by_field` and `total` are of what counts, `by_state` of all.

    `by_college` has every college, with 0 too; `by_field` has NO_FIELD where none is chosen.
    """

    total: int
    by_state: Mapping[State, int]
    by_college: Mapping[str, int]
    by_field: Mapping[str, int]
    by_day: Mapping[date, int]
    lacks: Mapping[Lack, int]
    silent: int


@dataclass(frozen=True)
class SilentCollege:
    """A college that has given nothing in, how many drafts it has, and until when it has time."""

    slug: str
    names: Mapping[str, str]
    drafts: int
    deadline: datetime | None


@dataclass(frozen=True)
class Listed:
    """One page of a list, and how many are on all pages."""

    lines: tuple[Line, ...]
    total: int


def overview(session: Session, *, edition: str, by: By) -> Overview:
    """The numbers of an edition; for organizers. Raises NotThere for an unknown edition."""
    place = _place(session, edition, by)
    by_state: Counter[State] = Counter()
    by_field: Counter[str] = Counter()
    by_college = Counter(dict.fromkeys(session.scalars(select(College.slug)), 0))
    rows = session.execute(
        select(Exhibit.state, College.slug, Field.slug, func.count())
        .join(College, College.id == Exhibit.college_id)
        .outerjoin(Field, Field.id == Exhibit.field_id)
        .where(Exhibit.edition_id == place.id)
        .group_by(Exhibit.state, College.slug, Field.slug)
    )
    for state, college, field, number in rows:
        by_state[State(state)] += number
        if state in COUNTED:
            by_college[college] += number
            by_field[field or NO_FIELD] += number
    return Overview(
        sum(by_college.values()),
        {state: by_state[state] for state in State if by_state[state]},
        dict(by_college),
        dict(by_field),
        _by_day(session, place),
        {lack: _number(session, place, Wanted(lack)) for lack in Lack},
        session.scalar(select(func.count()).select_from(College).where(_is_silent(place))) or 0,
    )


def listed(
    session: Session, wanted: Wanted, *, edition: str, by: By, page: int = 1, size: int = PAGE
) -> Listed:
    """A page of the exhibits behind a number, the last changed first; for organizers."""
    place = _place(session, edition, by)
    query = _lines_query(*_conditions(place, wanted)).offset((page - 1) * size).limit(size)
    return Listed(tuple(_lines(session, query)), _number(session, place, wanted))


def lines_by_code(
    session: Session, codes: Collection[str], *, edition: str, by: By
) -> Mapping[str, Line]:
    """The exhibits of an edition with these codes, by code; for organizers."""
    place = _place(session, edition, by)
    query = _lines_query(Exhibit.edition_id == place.id, Exhibit.code.in_(codes))
    return {one.code: one for one in _lines(session, query)}


def silent_colleges(session: Session, *, edition: str, by: By) -> Sequence[SilentCollege]:
    """The colleges that have given nothing in, as they were entered; for organizers."""
    place = _place(session, edition, by)
    of_college = session.execute(
        select(Exhibit.college_id, func.count())
        .where(Exhibit.edition_id == place.id, Exhibit.state == State.DRAFT)
        .group_by(Exhibit.college_id)
    )
    drafts = {row[0]: row[1] for row in of_college}
    terms = session.execute(
        select(CollegeTerms.college_id, CollegeTerms.deadline).where(
            CollegeTerms.edition_id == place.id
        )
    )
    own = {row[0]: row[1] for row in terms}
    colleges = session.scalars(select(College).where(_is_silent(place)).order_by(College.id))
    return [
        SilentCollege(
            one.slug,
            one.names,
            drafts.get(one.id, 0),
            own.get(one.id) or place.submission_deadline,
        )
        for one in colleges
    ]


def _place(session: Session, edition: str, by: By) -> Edition:
    place = session.scalars(select(Edition).where(Edition.slug == edition)).one_or_none()
    require(
        actor_of(session, by),
        Action.MANAGE_EDITION,
        Subject(edition=place.id if place else None),
    )
    if place is None:
        raise NotThere(f"There is no edition {edition!r}.")
    return place


def _is_silent(place: Edition) -> ColumnElement[bool]:
    return ~exists().where(
        Exhibit.college_id == College.id,
        Exhibit.edition_id == place.id,
        Exhibit.state.not_in(_NOT_SENT),
    )


def _lines_query(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(Exhibit.id, Exhibit.code, Exhibit.state, Exhibit.updated_at, College, Field.slug)
        .join(College, College.id == Exhibit.college_id)
        .outerjoin(Field, Field.id == Exhibit.field_id)
        .where(*where)
        .order_by(Exhibit.updated_at.desc(), Exhibit.id.desc())
    )


def _lines(session: Session, query: Select[*tuple[Any, ...]]) -> list[Line]:
    rows = session.execute(query).all()
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    texts = select(ExhibitText.exhibit_id, ExhibitText.language, ExhibitText.title).where(
        ExhibitText.exhibit_id.in_([row.id for row in rows])
    )
    for owner, language, title in session.execute(texts):
        titles[owner][language] = title
    return [
        Line(
            row.code,
            {one: titles[row.id][one] for one in LANGUAGES if one in titles[row.id]},
            row.College.slug,
            row.College.names,
            row.slug,
            State(row.state),
            row.updated_at,
        )
        for row in rows
    ]


def _number(session: Session, place: Edition, wanted: Wanted) -> int:
    query = (
        select(func.count())
        .select_from(Exhibit)
        .join(College, College.id == Exhibit.college_id)
        .outerjoin(Field, Field.id == Exhibit.field_id)
        .where(*_conditions(place, wanted))
    )
    return session.scalar(query) or 0


def _conditions(place: Edition, wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [Exhibit.edition_id == place.id]
    if wanted.state is not None:
        where.append(Exhibit.state == wanted.state)
    elif wanted.day is None or wanted.lack is not None:
        where.append(Exhibit.state.in_(IN_THE_HALL if wanted.lack is Lack.STAND else COUNTED))
    if wanted.lack is not None:
        where.append(_lacks(wanted.lack))
    if wanted.college:
        where.append(College.slug == wanted.college)
    if wanted.field:
        where.append(
            Field.slug.is_(None) if wanted.field == NO_FIELD else Field.slug == wanted.field
        )
    if wanted.day is not None:
        begins = datetime.combine(wanted.day, time(), FAIRS_CLOCK).astimezone(UTC)
        first = _first_given_in(place).subquery()
        where.append(
            Exhibit.id.in_(
                select(first.c.exhibit_id).where(
                    first.c.at >= begins, first.c.at < begins + timedelta(days=1)
                )
            )
        )
    return where


def _lacks(lack: Lack) -> ColumnElement[bool]:
    texts = ExhibitText.exhibit_id == Exhibit.id
    pictures = ExhibitPicture.exhibit_id == Exhibit.id
    match lack:
        case Lack.KAZAKH:
            return ~exists().where(texts, ExhibitText.language == "kk")
        case Lack.RUSSIAN:
            return ~exists().where(texts, ExhibitText.language == "ru")
        case Lack.ENGLISH:
            return ~exists().where(texts, ExhibitText.language == "en")
        case Lack.TEXT:
            return ~exists().where(texts, ExhibitText.description != "")
        case Lack.PICTURE:
            return ~exists().where(pictures)
        case Lack.STAND:
            return Exhibit.stand_number.is_(None)
        case Lack.CONSENT:
            named = ExhibitPerson.exhibit_id == Exhibit.id
            return or_(
                exists().where(pictures, ~picture_is_public()),
                exists().where(named, ExhibitPerson.shown, ~name_is_public()),
            )


def _first_given_in(place: Edition) -> Select[*tuple[Any, ...]]:
    """When each exhibit of the edition was first given in, by id."""
    return (
        select(ExhibitHistory.exhibit_id, func.min(ExhibitHistory.at).label("at"))
        .join(Exhibit, Exhibit.id == ExhibitHistory.exhibit_id)
        .where(Exhibit.edition_id == place.id, ExhibitHistory.to_state.in_(COUNTED))
        .group_by(ExhibitHistory.exhibit_id)
    )


def _by_day(session: Session, place: Edition) -> Mapping[date, int]:
    days = Counter(
        at.astimezone(FAIRS_CLOCK).date() for _, at in session.execute(_first_given_in(place))
    )
    return dict(sorted(days.items()))
