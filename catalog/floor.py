"""What is read of halls and stands: the plan for visitors, the floor for organizers."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlalchemy.orm import Session, selectinload

from catalog.choices import State
from catalog.halls import PlaceFacts
from catalog.languages import LANGUAGES
from catalog.models import (
    College,
    Edition,
    Exhibit,
    ExhibitLogistics,
    ExhibitText,
    Field,
    Hall,
    HallPlace,
)
from catalog.permissions import Action, By, Subject, actor_of, require
from catalog.reading import is_public
from catalog.seating import Guest, Needs, Place, Stand, order
from catalog.states import STANDING
from catalog.texts import folded

PAGE_SIZE: Final = 50


@dataclass(frozen=True)
class Shown:
    """An exhibit at its place, as far as a plan names it."""

    code: str
    titles: Mapping[str, str]
    college_names: Mapping[str, str]
    state: State = State.PUBLISHED


@dataclass(frozen=True)
class PlaceRecord:
    """A place of a plan and who stands there; without a size it has a number alone."""

    facts: PlaceFacts
    holder: Shown | None


@dataclass(frozen=True)
class HallPlan:
    """A hall's plan with its places in the order of their numbers."""

    slug: str
    names: Mapping[str, str]
    width: int
    height: int
    svg: str
    picture: str
    entrance: tuple[int, int] | None
    places: tuple[PlaceRecord, ...]
    # Who stands in the hall at a number that the plan doesn't have.
    elsewhere: tuple[tuple[str, Shown], ...] = ()

    def place(self, number: str) -> PlaceRecord | None:
        """The place of a number."""
        return next((one for one in self.places if one.facts.number == number), None)


class Standing(StrEnum):
    """What of the exhibits in the hall's care is listed."""

    ALL = "all"
    WITHOUT = "without"
    PLACED = "placed"


@dataclass(frozen=True)
class StandLine:
    """An exhibit in the organizers' list, with what it needs."""

    code: str
    titles: Mapping[str, str]
    college: str
    college_names: Mapping[str, str]
    state: State
    hidden: bool
    stand: Stand | None
    needs: Needs


@dataclass(frozen=True)
class StandPage:
    """A page of the list, how many there are in all, and how many of each college."""

    lines: tuple[StandLine, ...]
    total: int
    colleges: Mapping[str, int]


@dataclass(frozen=True)
class FloorFigures:
    """How a hall fills: its places, how many are held, and what is held at no place of it."""

    slug: str
    names: Mapping[str, str]
    places: int
    held: int


def hall_plan(session: Session, edition: str, hall: str) -> HallPlan | None:
    """A hall as visitors see it: only public exhibits stand there. None if there is none such."""
    row = _hall_row(session, edition, hall)
    return _plan(session, row, is_public()) if row is not None else None


def floor(session: Session, edition: str, hall: str, *, by: By) -> HallPlan | None:
    """A hall as organizers see it, with everybody who holds a place."""
    _require(session, edition, by)
    row = _hall_row(session, edition, hall)
    return _plan(session, row, Exhibit.state.in_(STANDING)) if row is not None else None


def figures(session: Session, edition: str, *, by: By) -> tuple[FloorFigures, ...]:
    """How each hall of an edition fills."""
    _require(session, edition, by)
    places = _counted(session, select(HallPlace.hall_id, func.count()).group_by(HallPlace.hall_id))
    held = _counted(
        session,
        select(Exhibit.hall_id, func.count())
        .where(Exhibit.state.in_(STANDING), Exhibit.stand_number.is_not(None))
        .group_by(Exhibit.hall_id),
    )
    rows = session.scalars(
        select(Hall).join(Edition).where(Edition.slug == edition).order_by(Hall.slug)
    )
    return tuple(
        FloorFigures(row.slug, row.names, places.get(row.id, 0), held.get(row.id, 0))
        for row in rows
    )


def stand_page(
    session: Session,
    edition: str,
    *,
    standing: Standing = Standing.ALL,
    hall: str = "",
    college: str = "",
    words: str = "",
    page: int = 1,
    by: By,
) -> StandPage:
    """A page of those who stand, or shall stand, in the halls; by hall and number, then by college.

    `words` are a code, a stand's number or a part of a title.
    """
    _require(session, edition, by)
    within = [Edition.slug == edition, Exhibit.state.in_(STANDING)]
    placed = and_(Exhibit.stand_number.is_not(None), Exhibit.hall_id.is_not(None))
    if standing is Standing.WITHOUT:
        within.append(~placed)
    elif standing is Standing.PLACED:
        within.append(placed)
    if hall:
        within.append(Hall.slug == hall)
    if words:
        codes = _speaking_of(session, words, *within)
        within.append(Exhibit.code.in_(codes))
    counted = _joined(select(College.slug, func.count())).where(*within).group_by(College.slug)
    colleges = _counted(session, counted)
    if college:
        within.append(College.slug == college)
    total = session.scalar(_joined(select(func.count(Exhibit.id))).where(*within)) or 0
    lines = _lines(
        session,
        _joined(select(*_LINE))
        .where(*within)
        .order_by(
            case((Exhibit.stand_number.is_(None), 0), else_=1),
            Hall.slug,
            func.length(Exhibit.stand_number),
            Exhibit.stand_number,
            College.slug,
            Exhibit.id,
        )
        .limit(PAGE_SIZE)
        .offset((max(page, 1) - 1) * PAGE_SIZE),
    )
    return StandPage(lines, total, colleges)


def find_in_hall(
    session: Session, edition: str, words: str, *, by: By, limit: int = 10
) -> tuple[StandLine, ...]:
    """The exhibits of the day by code, stand or words of the title; cancelled ones too."""
    _require(session, edition, by)
    if not folded(words):
        return ()
    within = [Edition.slug == edition, Exhibit.state.in_((*STANDING, State.CANCELLED))]
    codes = _speaking_of(session, words, *within)
    found = _lines(session, _joined(select(*_LINE)).where(Exhibit.code.in_(codes[:limit])))
    return tuple(sorted(found, key=lambda line: codes.index(line.code)))


def to_seat(
    session: Session, edition: str, *, by_field: bool = False, by: By
) -> tuple[list[Guest], list[Place], dict[str, Stand]]:
    """What a proposal is made of: who shall stand, the places, and who stands already."""
    _require(session, edition, by)
    rows = session.execute(
        _joined(select(*_LINE, Field.slug.label("field")))
        .outerjoin(Field, Field.id == Exhibit.field_id)
        .where(Edition.slug == edition, Exhibit.state.in_(STANDING))
        .order_by(Exhibit.id)
    ).all()
    guests = [
        Guest(row.code, (row.field or "") if by_field else row.college, _needs(row)) for row in rows
    ]
    fixed = {row.code: stand for row in rows if (stand := _stand(row)) is not None}
    places = _places(session, edition)
    return guests, places, fixed


def places_held(session: Session, edition: str, *, by: By) -> tuple[list[Place], dict[Stand, str]]:
    """All places of an edition in their order, and the code of who holds which stand."""
    _require(session, edition, by)
    rows = session.execute(
        select(Hall.slug, Exhibit.stand_number, Exhibit.code)
        .join(Edition, Edition.id == Exhibit.edition_id)
        .join(Hall, Hall.id == Exhibit.hall_id)
        .where(
            Edition.slug == edition,
            Exhibit.state.in_(STANDING),
            Exhibit.stand_number.is_not(None),
        )
    )
    holders = {Stand(hall, number or ""): code for hall, number, code in rows}
    places = sorted(_places(session, edition), key=lambda place: order(place.stand))
    return places, holders


def lines_of(
    session: Session, edition: str, codes: Sequence[str], *, by: By
) -> Mapping[str, StandLine]:
    """The lines of these exhibits, by code."""
    _require(session, edition, by)
    query = _joined(select(*_LINE)).where(Edition.slug == edition, Exhibit.code.in_(codes))
    return {line.code: line for line in _lines(session, query)}


_LINE: Final[tuple[Any, ...]] = (
    Exhibit.id, Exhibit.code, Exhibit.state, Exhibit.hidden, Exhibit.stand_number,
    Hall.slug.label("hall"), College.slug.label("college"),
    *(getattr(College, f"name_{language}") for language in LANGUAGES),
    ExhibitLogistics.power_watts, ExhibitLogistics.floor_area, ExhibitLogistics.network,
    ExhibitLogistics.noise, ExhibitLogistics.fire,
)  # fmt: skip


def _places(session: Session, edition: str) -> list[Place]:
    # By columns: a hall may have hundreds, and whole rows take four times as long.
    rows = session.execute(
        select(
            Hall.slug, HallPlace.number, HallPlace.x, HallPlace.y, HallPlace.width,
            HallPlace.height, HallPlace.power_watts, HallPlace.floor_area, HallPlace.network,
            HallPlace.noise, HallPlace.fire,
        )
        .join(HallPlace, HallPlace.hall_id == Hall.id)
        .join(Edition, Edition.id == Hall.edition_id)
        .where(Edition.slug == edition)
    )  # fmt: skip
    return [
        Place(Stand(slug, number), x + width / 2, y + height / 2, *offer)
        for slug, number, x, y, width, height, *offer in rows
    ]


def _joined(query: Any) -> Any:
    return (
        query.select_from(Exhibit)
        .join(Edition, Edition.id == Exhibit.edition_id)
        .join(College, College.id == Exhibit.college_id)
        .outerjoin(Hall, Hall.id == Exhibit.hall_id)
        .outerjoin(ExhibitLogistics, ExhibitLogistics.exhibit_id == Exhibit.id)
    )


def _counted(session: Session, query: Any) -> dict[Any, int]:
    return {key: number for key, number in session.execute(query)}  # noqa: C416


def _lines(session: Session, query: Any) -> tuple[StandLine, ...]:
    rows = session.execute(query).all()
    titles = _titles(session, [row.id for row in rows])
    return tuple(
        StandLine(
            row.code, titles.get(row.id, {}), row.college, _names(row), State(row.state),
            row.hidden, _stand(row), _needs(row),
        )
        for row in rows
    )  # fmt: skip


def _speaking_of(session: Session, words: str, *within: ColumnElement[bool]) -> list[str]:
    """The codes of exhibits whose code or stand this is, else whose titles hold all the words."""
    wanted = folded(words)
    rows = session.execute(
        _joined(select(Exhibit.code, Exhibit.stand_number, ExhibitText.title))
        .join(ExhibitText, ExhibitText.exhibit_id == Exhibit.id)
        .where(*within)
        .order_by(Exhibit.id)
    ).all()
    exact = dict.fromkeys(
        code for code, stand, _ in rows if wanted in (folded(code), folded(stand or ""))
    )
    parts = wanted.split()
    # Folding is Python's: databases differ in what they know of Cyrillic capitals.
    told = dict.fromkeys(
        code for code, _, title in rows if all(part in folded(title) for part in parts)
    )
    return list(exact | told)


def _plan(session: Session, hall: Hall, seen: ColumnElement[bool]) -> HallPlan:
    rows = session.execute(
        select(
            Exhibit.id, Exhibit.code, Exhibit.state, Exhibit.stand_number,
            *(getattr(College, f"name_{language}") for language in LANGUAGES),
        )
        .join(Edition, Edition.id == Exhibit.edition_id)
        .join(College, College.id == Exhibit.college_id)
        .where(Exhibit.hall_id == hall.id, Exhibit.stand_number.is_not(None), seen)
    ).all()  # fmt: skip
    titles = _titles(session, [row.id for row in rows])
    holders = {
        row.stand_number: Shown(row.code, titles.get(row.id, {}), _names(row), State(row.state))
        for row in rows
    }
    places = [
        PlaceRecord(
            PlaceFacts(
                one.number, one.x, one.y, one.width, one.height, one.power_watts, one.floor_area,
                one.network, one.noise, one.fire,
            ),
            holders.pop(one.number, None),
        )
        for one in hall.places
    ]  # fmt: skip
    inside = None
    if hall.entrance_x is not None and hall.entrance_y is not None:
        inside = (hall.entrance_x, hall.entrance_y)
    return HallPlan(
        hall.slug, hall.names, hall.plan_width, hall.plan_height, hall.plan_svg or "",
        hall.plan_picture or "", inside,
        tuple(sorted(places, key=lambda one: order(Stand(hall.slug, one.facts.number)))),
        tuple(sorted(holders.items(), key=lambda item: order(Stand(hall.slug, item[0])))),
    )  # fmt: skip


def _hall_row(session: Session, edition: str, hall: str) -> Hall | None:
    return session.scalars(
        select(Hall)
        .join(Edition, Edition.id == Hall.edition_id)
        .where(Edition.slug == edition, Hall.slug == hall)
        .options(selectinload(Hall.places))
    ).one_or_none()


def _titles(session: Session, exhibits: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    rows = session.execute(
        select(ExhibitText.exhibit_id, ExhibitText.language, ExhibitText.title).where(
            ExhibitText.exhibit_id.in_(exhibits)
        )
    )
    for exhibit, language, title in rows:
        titles[exhibit][language] = title
    return titles


def _names(row: Any) -> dict[str, str]:
    values = ((language, getattr(row, f"name_{language}")) for language in LANGUAGES)
    return {language: value for language, value in values if value}


def _stand(row: Any) -> Stand | None:
    return Stand(row.hall, row.stand_number) if row.hall and row.stand_number else None


def _needs(row: Any) -> Needs:
    return Needs(
        row.power_watts or 0, row.floor_area or 1, bool(row.network), bool(row.noise),
        bool(row.fire),
    )  # fmt: skip


def _require(session: Session, edition: str, by: By) -> None:
    actor = actor_of(session, by)
    place = session.scalars(select(Edition.id).where(Edition.slug == edition)).one_or_none()
    require(actor, Action.MANAGE_STANDS, Subject(edition=place))
