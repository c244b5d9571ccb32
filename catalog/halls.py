"""The halls of a fair: their names, their plans, their numbered places; for organizers."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from catalog.audit import log_act
from catalog.errors import NotThere
from catalog.languages import LANGUAGES
from catalog.models import (
    Edition,
    Exhibit,
    ExhibitPicture,
    Hall,
    HallPlace,
    Picture,
    PictureSize,
    PictureUpload,
)
from catalog.permissions import Action, Actor, By, Subject, actor_of, require
from catalog.plans import clean_drawing
from catalog.refusals import Reason, Refused
from catalog.states import STANDING
from catalog.store import Store, public_changed

_SLUG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,19}")
_LONGEST_NAME: Final = 200
_UNITS: Final = 1000


@dataclass(frozen=True)
class PlaceFacts:
    """A place as an organizer describes it: where it lies in the plan's units, what it offers."""

    number: str
    x: int
    y: int
    width: int
    height: int
    power_watts: int = 0
    floor_area: int = 4
    network: bool = False
    noise: bool = True
    fire: bool = False


@dataclass(frozen=True)
class Grid:
    """A row of places (`rows` 1), or several rows of them, numbered from `first` line by line."""

    prefix: str
    first: int
    columns: int
    rows: int = 1
    x: int = 0
    y: int = 0
    width: int = 60
    height: int = 40
    gap_x: int = 10
    gap_y: int = 40
    digits: int = 2
    power_watts: int = 0
    floor_area: int = 4
    network: bool = False
    noise: bool = True
    fire: bool = False

    def places(self) -> list[PlaceFacts]:
        """The places it stands for."""
        return [
            PlaceFacts(
                f"{self.prefix}{self.first + row * self.columns + column:0{self.digits}d}",
                self.x + column * (self.width + self.gap_x),
                self.y + row * (self.height + self.gap_y),
                self.width,
                self.height,
                self.power_watts,
                self.floor_area,
                self.network,
                self.noise,
                self.fire,
            )
            for row in range(self.rows)
            for column in range(self.columns)
        ]


def add_hall(
    store: Store,
    slug: str,
    names: Mapping[str, str],
    *,
    edition: str | None = None,
    by: By,
    now: datetime,
) -> None:
    """Add a hall to an edition (None: the current one); its plan is empty."""
    with store.writing() as session:
        actor, place = _managing(session, edition, by)
        if not _SLUG.fullmatch(slug):
            raise Refused(Reason.BAD_HALL)
        if any(hall.slug.casefold() == slug.casefold() for hall in place.halls):
            raise Refused(Reason.HALL_TAKEN, hall=slug)
        hall = Hall(slug=slug)
        _name(hall, names)
        place.halls.append(hall)
        _noted(session, actor, hall, now)


def edit_hall(
    store: Store,
    slug: str,
    names: Mapping[str, str],
    *,
    entrance: tuple[int, int] | None = None,
    edition: str | None = None,
    by: By,
    now: datetime,
) -> None:
    """Give a hall other names, and say where one comes in (None: not known)."""
    with store.writing() as session:
        actor, hall = _hall(session, edition, slug, by)
        _name(hall, names)
        if entrance is not None and not (
            0 <= entrance[0] <= hall.plan_width and 0 <= entrance[1] <= hall.plan_height
        ):
            raise _bad("→", hall)
        hall.entrance_x, hall.entrance_y = entrance or (None, None)
        _noted(session, actor, hall, now)


def remove_hall(
    store: Store, slug: str, *, edition: str | None = None, by: By, now: datetime
) -> None:
    """Remove a hall that no exhibit names; raises Refused for another."""
    with store.writing() as session:
        actor, hall = _hall(session, edition, slug, by)
        user = session.execute(
            select(Exhibit.code, Exhibit.stand_number).where(Exhibit.hall_id == hall.id).limit(1)
        ).first()
        if user is not None:
            raise Refused(Reason.PLACE_IN_USE, number=user.stand_number or slug, by=user.code)
        _noted(session, actor, hall, now)
        session.delete(hall)


def set_plan(
    store: Store,
    slug: str,
    data: bytes,
    *,
    edition: str | None = None,
    by: By,
    now: datetime,
) -> None:
    """Draw a hall's plan from an SVG file or a picture; no bytes take the drawing away.

    The places keep where they lie in proportion. Raises Refused for what is neither.
    """
    with store.reading() as session:
        _hall(session, edition, slug, by)
    drawing = rendered = None
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        drawing = clean_drawing(data)
    elif data:
        # Pillow comes with it.
        from catalog import media

        rendered = media.render(data)
    with store.writing() as session:
        actor, hall = _hall(session, edition, slug, by)
        former = hall.plan_picture
        hall.plan_svg = hall.plan_picture = None
        session.flush()
        if former is not None:
            _drop_picture(session, former)
        if drawing is not None:
            hall.plan_svg = drawing.svg
            _resize(hall, drawing.width, drawing.height)
        elif rendered is not None:
            picture = media.hash_of(data)
            if session.get(Picture, picture) is None:
                session.add(Picture(hash=picture, created_at=now))
                # The sizes refer to the picture by a plain key, which orders no inserts by itself.
                session.flush()
                session.add_all(
                    PictureSize(
                        hash=picture, size=one.size, width=one.width, height=one.height,
                        webp=one.webp,
                    )
                    for one in rendered.renderings
                )  # fmt: skip
                session.flush()
            hall.plan_picture = picture
            largest = max(rendered.renderings, key=lambda one: one.width)
            _resize(hall, _UNITS, max(1, round(_UNITS * largest.height / largest.width)))
        _noted(session, actor, hall, now)


def set_plan_size(
    store: Store,
    slug: str,
    width: int,
    height: int,
    *,
    edition: str | None = None,
    by: By,
    now: datetime,
) -> None:
    """Say how large the plan is in its own units; what lies on it is scaled along."""
    with store.writing() as session:
        actor, hall = _hall(session, edition, slug, by)
        if not (1 <= width <= 100_000 and 1 <= height <= 100_000):
            raise _bad("↔", hall)
        _resize(hall, width, height)
        _noted(session, actor, hall, now)


def put_places(
    store: Store,
    slug: str,
    places: Sequence[PlaceFacts],
    *,
    edition: str | None = None,
    by: By,
    now: datetime,
) -> int:
    """Add places to a hall, or change those of the same numbers; returns how many are new.

    Raises Refused, and changes nothing, if one of them won't do.
    """
    return put_all_places(store, {slug: places}, edition=edition, by=by, now=now)


def put_all_places(
    store: Store,
    places: Mapping[str, Sequence[PlaceFacts]],
    *,
    edition: str | None = None,
    by: By,
    now: datetime,
) -> int:
    """The same for several halls at once, by their slugs: all of it, or nothing."""
    with store.writing() as session:
        new = 0
        for slug, given in places.items():
            actor, hall = _hall(session, edition, slug, by)
            new += _put(hall, given)
            _noted(session, actor, hall, now)
        return new


def _put(hall: Hall, places: Sequence[PlaceFacts]) -> int:
    known = {place.number: place for place in hall.places}
    new = 0
    for facts in places:
        require_sane(facts, hall)
        place = known.get(facts.number)
        if place is None:
            new += 1
            place = known[facts.number] = HallPlace(number=facts.number)
            hall.places.append(place)
        place.x, place.y, place.width, place.height = (
            facts.x, facts.y, facts.width, facts.height,
        )  # fmt: skip
        place.power_watts, place.floor_area = facts.power_watts, facts.floor_area
        place.network, place.noise, place.fire = facts.network, facts.noise, facts.fire
    return new


def remove_places(
    store: Store,
    slug: str,
    numbers: Collection[str],
    *,
    edition: str | None = None,
    by: By,
    now: datetime,
) -> None:
    """Take places out of a hall; raises Refused, and removes none, if an exhibit holds one."""
    with store.writing() as session:
        actor, hall = _hall(session, edition, slug, by)
        user = session.execute(
            select(Exhibit.code, Exhibit.stand_number)
            .where(
                Exhibit.hall_id == hall.id,
                Exhibit.stand_number.in_(numbers),
                Exhibit.state.in_(STANDING),
            )
            .order_by(Exhibit.id)
        ).first()
        if user is not None:
            raise Refused(Reason.PLACE_IN_USE, number=user.stand_number, by=user.code)
        for place in [one for one in hall.places if one.number in numbers]:
            hall.places.remove(place)
        _noted(session, actor, hall, now)


def copy_of(hall: Hall) -> Hall:
    """The same hall for another edition: its names, its plan, its places, nobody in it."""
    return Hall(
        slug=hall.slug, name_kk=hall.name_kk, name_ru=hall.name_ru, name_en=hall.name_en,
        plan_width=hall.plan_width, plan_height=hall.plan_height, plan_svg=hall.plan_svg,
        plan_picture=hall.plan_picture, entrance_x=hall.entrance_x, entrance_y=hall.entrance_y,
        places=[
            HallPlace(**{one.name: getattr(place, one.name) for one in fields(PlaceFacts)})
            for place in hall.places
        ],
    )  # fmt: skip


def edition_of(session: Session, slug: str | None) -> Edition:
    """An edition (None: the current one); raises NotThere."""
    wanted = Edition.is_current if slug is None else Edition.slug == slug
    found = session.scalars(select(Edition).where(wanted)).one_or_none()
    if found is None:
        raise NotThere("There is no such edition.")
    return found


def _managing(session: Session, edition: str | None, by: By) -> tuple[Actor, Edition]:
    actor = actor_of(session, by)
    place = edition_of(session, edition)
    require(actor, Action.MANAGE_STANDS, Subject(edition=place.id))
    return actor, place


def _hall(session: Session, edition: str | None, slug: str, by: By) -> tuple[Actor, Hall]:
    actor, place = _managing(session, edition, by)
    hall = next((hall for hall in place.halls if hall.slug == slug), None)
    if hall is None:
        raise NotThere(f"There is no hall {slug}.")
    return actor, hall


def _noted(session: Session, actor: Actor, hall: Hall, now: datetime) -> None:
    log_act(session, actor, Action.MANAGE_STANDS, "hall", hall.slug, now=now)
    public_changed(session)


def _name(hall: Hall, names: Mapping[str, str]) -> None:
    given = {language: names.get(language, "").strip() for language in LANGUAGES}
    if not any(given.values()) or any(len(name) > _LONGEST_NAME for name in given.values()):
        raise Refused(Reason.BAD_HALL)
    for language, name in given.items():
        setattr(hall, f"name_{language}", name or None)


def _drop_picture(session: Session, picture: str) -> None:
    """Let a plan's picture go that nobody shows and no college gave in."""
    session.execute(
        delete(Picture).where(
            Picture.hash == picture,
            ~exists().where(Hall.plan_picture == Picture.hash),
            ~exists().where(PictureUpload.hash == Picture.hash),
            ~exists().where(ExhibitPicture.hash == Picture.hash),
        )
    )
    session.expire_all()


def _resize(hall: Hall, width: int, height: int) -> None:
    across, down = width / hall.plan_width, height / hall.plan_height
    for place in hall.places:
        place.x, place.y = int(place.x * across), int(place.y * down)
        place.width = max(1, int(place.width * across))
        place.height = max(1, int(place.height * down))
    if hall.entrance_x is not None and hall.entrance_y is not None:
        hall.entrance_x = int(hall.entrance_x * across)
        hall.entrance_y = int(hall.entrance_y * down)
    hall.plan_width, hall.plan_height = width, height


def require_sane(facts: PlaceFacts, hall: Hall) -> None:
    """Raises Refused for a place that has no short number, lies off the plan or offers nonsense."""
    fits = (
        facts.x >= 0
        and facts.y >= 0
        and facts.width >= 1
        and facts.height >= 1
        and facts.x + facts.width <= hall.plan_width
        and facts.y + facts.height <= hall.plan_height
    )
    named = 1 <= len(facts.number) <= 20 and facts.number == " ".join(facts.number.split())
    sane = 0 <= facts.power_watts <= 100_000 and 1 <= facts.floor_area <= 1_000
    if not (fits and named and sane):
        raise _bad(facts.number, hall)


def _bad(number: str, hall: Hall) -> Refused:
    return Refused(
        Reason.BAD_PLACE, number=number[:40], width=hall.plan_width, height=hall.plan_height
    )
