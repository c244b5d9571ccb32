"""Who stands where: a proposal, made of nothing but what is given, applied by nobody here."""

import re
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


@dataclass(frozen=True, order=True)
class Stand:
    """A place by the hall's slug and its number there."""

    hall: str
    number: str


@dataclass(frozen=True)
class Needs:
    """What an exhibit needs of its place."""

    power_watts: int = 0
    floor_area: int = 1
    network: bool = False
    noise: bool = False
    fire: bool = False


@dataclass(frozen=True)
class Place:
    """A place and what it offers; x and y are its middle on the hall's plan."""

    stand: Stand
    x: float
    y: float
    power_watts: int = 0
    floor_area: int = 1
    network: bool = False
    noise: bool = True
    fire: bool = False


@dataclass(frozen=True)
class Guest:
    """An exhibit to be placed; those of one group shall stand together."""

    code: str
    group: str
    needs: Needs = Needs()


class Lack(StrEnum):
    """What an exhibit's place lacks, or why it got none."""

    POWER = "power"
    AREA = "area"
    NETWORK = "network"
    NOISE = "noise"
    FIRE = "fire"
    # No single place has all that it needs, though each need is met somewhere.
    TOGETHER = "together"
    # Places would fit, and all of them are needed by others.
    FULL = "full"


@dataclass(frozen=True)
class Seating:
    """A proposal: stands by code, and why those left over got none."""

    stands: Mapping[str, Stand]
    left: Mapping[str, Lack]
    # Groups of two or more, and how many of them stand in one hall.
    groups: int = 0
    together: int = 0


# What a place offers beyond need costs as much as this part of the hall's length: sockets and open
# fire shall be left for whom they are for.
_WASTE: Final = 0.25


def lacks(needs: Needs, place: Place) -> tuple[Lack, ...]:
    """What a place lacks for these needs; nothing where it fits."""
    if (
        needs.power_watts <= place.power_watts
        and needs.floor_area <= place.floor_area
        and needs.network <= place.network
        and needs.noise <= place.noise
        and needs.fire <= place.fire
    ):
        return ()
    found = (
        (Lack.POWER, needs.power_watts > place.power_watts),
        (Lack.AREA, needs.floor_area > place.floor_area),
        (Lack.NETWORK, needs.network and not place.network),
        (Lack.NOISE, needs.noise and not place.noise),
        (Lack.FIRE, needs.fire and not place.fire),
    )
    return tuple(lack for lack, missing in found if missing)


def propose(
    guests: Sequence[Guest],
    places: Sequence[Place],
    fixed: Mapping[str, Stand],
    *,
    held: Iterable[Stand] = (),
) -> Seating:
    """Stands for all guests that are not in `fixed`; `held` are taken by others.

    Never two at one place, never a place that lacks what is needed, never a fixed one moved. As many
    are placed as can be at all: who is left over could not be placed by any exchange of the others.
    Groups are kept in one hall and near each other as far as that allows.
    """
    taken = {*fixed.values(), *held}
    free = sorted(
        (place for place in places if place.stand not in taken), key=lambda one: order(one.stand)
    )
    known = {place.stand: place for place in places}
    groups: dict[str, list[Guest]] = defaultdict(list)
    anchors: dict[str, list[Place]] = defaultdict(list)
    for guest in guests:
        if guest.code not in fixed:
            groups[guest.group].append(guest)
        elif fixed[guest.code] in known:
            anchors[guest.group].append(known[fixed[guest.code]])
    hall = _Halls(free)
    left: list[Guest] = []
    for name in sorted(groups, key=lambda one: (-len(groups[one]), one)):
        left += hall.seat(groups[name], anchors[name])
    waiting = {guest.code: guest for group in groups.values() for guest in group}
    reachable = list(free)
    for guest in list(left):
        if _make_room(guest, waiting, hall.stands, reachable):
            left.remove(guest)
    stands = dict(sorted(hall.stands.items()))
    return Seating(
        stands,
        {guest.code: _why(guest, free) for guest in sorted(left, key=lambda one: one.code)},
        *_together(guests, {**fixed, **stands}),
    )


def order(stand: Stand) -> tuple[object, ...]:
    """A sort key that puts A-2 before A-10."""
    parts = re.split(r"(\d+)", stand.number)
    return stand.hall, [(0, int(one), "") if one.isdecimal() else (1, 0, one) for one in parts]


@dataclass
class _Halls:
    """The free places, given away one by one."""

    free: Sequence[Place]
    stands: dict[str, Stand] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._left: dict[str, dict[Stand, Place]] = defaultdict(dict)
        for place in self.free:
            self._left[place.stand.hall][place.stand] = place

    def seat(self, guests: Sequence[Guest], anchors: Sequence[Place]) -> list[Guest]:
        """Place a group near its anchors, the most demanding first; returns who found none."""
        near = list(anchors)
        left = []
        for guest in sorted(guests, key=_demand):
            halls = self._halls(near, len(guests))
            place = next((one for h in halls if (one := self._nearest(guest, h, near))), None)
            if place is None:
                left.append(guest)
                continue
            del self._left[place.stand.hall][place.stand]
            self.stands[guest.code] = place.stand
            near.append(place)
        return left

    def _halls(self, near: Sequence[Place], size: int) -> list[str]:
        """Where the group stands already, then where all of it has room, the tightest first."""
        here: dict[str, int] = defaultdict(int)
        for place in near:
            here[place.stand.hall] += 1
        room = {name: len(places) for name, places in self._left.items()}
        return sorted(
            room,
            key=lambda name: (
                -here[name],
                room[name] < size,
                room[name] if room[name] >= size else -room[name],
                name,
            ),
        )

    def _nearest(self, guest: Guest, hall: str, near: Sequence[Place]) -> Place | None:
        here = [place for place in near if place.stand.hall == hall]
        fitting = [place for place in self._left[hall].values() if not lacks(guest.needs, place)]
        if not fitting:
            return None
        if not here:
            # The first of the row that costs others least.
            return min(fitting, key=lambda place: _waste(guest.needs, place))
        x = sum(place.x for place in here) / len(here)
        y = sum(place.y for place in here) / len(here)
        length = max(abs(place.x - x) + abs(place.y - y) for place in fitting) or 1.0
        return min(
            fitting,
            key=lambda place: (
                (abs(place.x - x) + abs(place.y - y)) / length + _WASTE * _waste(guest.needs, place)
            ),
        )


def _make_room(
    guest: Guest, waiting: Mapping[str, Guest], stands: dict[str, Stand], reachable: list[Place]
) -> bool:
    """Place one more by moving others along a shortest chain of exchanges, if there is one.

    Where there is none, what was searched in vain is taken out of `reachable`: no later chain leads
    through it either.
    """
    holder = {stand: code for code, stand in stands.items()}
    came_from: dict[Stand, str] = {}
    unseen = list(reachable)
    queue = deque([guest.code])
    while queue:
        code = queue.popleft()
        needs = waiting[code].needs
        fitting = [place for place in unseen if not lacks(needs, place)]
        unseen = [place for place in unseen if lacks(needs, place)]
        for place in fitting:
            came_from[place.stand] = code
            if place.stand in holder:
                queue.append(holder[place.stand])
                continue
            stand: Stand | None = place.stand
            while stand is not None:
                mover = came_from[stand]
                before = stands.get(mover)
                stands[mover] = stand
                stand = before
            return True
    reachable[:] = unseen
    return False


def _demand(guest: Guest) -> tuple[object, ...]:
    needs = guest.needs
    special = needs.fire + needs.noise + needs.network
    return -special, -needs.power_watts, -needs.floor_area, guest.code


def _waste(needs: Needs, place: Place) -> float:
    """How much of what others may need a place would lose, from 0."""
    power = place.power_watts - needs.power_watts
    return (
        (place.fire and not needs.fire)
        + (place.network and not needs.network) / 4
        + (place.noise and not needs.noise) / 8
        + power / (place.power_watts or 1) / 2
        + (place.floor_area - needs.floor_area) / place.floor_area / 2
    )


def _why(guest: Guest, free: Sequence[Place]) -> Lack:
    if not free:
        return Lack.FULL
    missing = [set(lacks(guest.needs, place)) for place in free]
    if not all(missing):
        return Lack.FULL
    everywhere = set.intersection(*missing)
    return next((lack for lack in Lack if lack in everywhere), Lack.TOGETHER)


def _together(guests: Iterable[Guest], stands: Mapping[str, Stand]) -> tuple[int, int]:
    halls: dict[str, list[str]] = defaultdict(list)
    for guest in guests:
        if guest.code in stands:
            halls[guest.group].append(stands[guest.code].hall)
    several = [names for names in halls.values() if len(names) > 1]
    return len(several), sum(len(set(names)) == 1 for names in several)
