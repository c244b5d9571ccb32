"""A hall's plan as HTML: where one stands, where one wants to go, and who stands where."""

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from markupsafe import Markup

from catalog.floor import HallPlan, PlaceRecord, Shown
from catalog.languages import best
from ui.address import link
from ui.html import draw
from ui.names import Names, Phrase, phrase
from ui.sections import HALL, PLAN
from ui.text import Speech, later

# A rendering of a plan's picture that shows every number.
_PICTURE_SIZE: Final = 960


class Side(StrEnum):
    """Where a stand lies for somebody who comes in."""

    LEFT = "left"
    AHEAD = "ahead"
    RIGHT = "right"


class Depth(StrEnum):
    """How far in it lies."""

    FRONT = "front"
    MIDDLE = "middle"
    BACK = "back"


_SIDES: Final[Mapping[Side, str]] = {
    Side.LEFT: later("to the left"),
    Side.AHEAD: later("straight ahead"),
    Side.RIGHT: later("to the right"),
}
_DEPTHS: Final[Mapping[Depth, str]] = {
    Depth.FRONT: later("near the entrance"),
    Depth.MIDDLE: later("in the middle of the hall"),
    Depth.BACK: later("at the far end"),
}
_WAYS: Final[Mapping[tuple[int, int], str]] = {
    (0, 0): later("right beside you"),
    (0, -1): later("up the plan"),
    (0, 1): later("down the plan"),
    (-1, 0): later("left on the plan"),
    (1, 0): later("right on the plan"),
    (-1, -1): later("up the plan and left"),
    (1, -1): later("up the plan and right"),
    (-1, 1): later("down the plan and left"),
    (1, 1): later("down the plan and right"),
}


@dataclass(frozen=True)
class Box:
    """A place as it is drawn."""

    number: str
    label: str
    href: str
    kind: str
    x: int
    y: int
    width: int
    height: int
    size: float


@dataclass(frozen=True)
class Line:
    """A place in the list beside the plan."""

    number: str
    here: bool
    wanted: bool
    title: Phrase | None
    college: Phrase | None
    href: str
    way: str


def plan_href(hall: str, stand: str, *, light: bool, here: str = "", edition: str = "") -> str:
    """Where the plan is looked at, with a stand to find and perhaps the one that one stands at."""
    parameters = {"hall": hall, "stand": stand, "from": here, "edition": edition}
    return link(PLAN if light else HALL, **parameters)


def plan_page(
    plan: HallPlan,
    names: Names,
    speech: Speech,
    *,
    wanted: str = "",
    here: str = "",
    here_hall: str = "",
    light: bool = False,
) -> Markup:
    """The plan for visitors: it is told in words, drawn, and listed.

    `here` is the stand whose sign was scanned, in `here_hall` (the same hall if it isn't said).
    """
    say, language = speech.say, speech.language
    edition = "" if names.edition.is_current else names.edition.slug
    same_hall = here_hall in ("", plan.slug)
    start = here if same_hall else ""
    # Whoever has scanned a sign, or looks at a stand, goes on from there.
    leave = start or wanted

    def way(number: str) -> str:
        return plan_href(plan.slug, number, light=light, here=leave, edition=edition)

    def read(one: Shown) -> str:
        return f"/e/{one.code}" if light else link("/exhibit", code=one.code)

    target = plan.place(wanted) if wanted else None
    origin = plan.place(start) if start else None
    holder = _holder(plan, wanted)
    told = []
    if here and not same_hall:
        told.append(
            say("You are in another hall: %(hall)s.", hall=_called(names, here_hall, speech))
        )
    elif origin is not None:
        told.append(say("You are here: stand %(number)s.", number=start))
    if target is not None:
        told.append(_from_entrance(plan, target, speech))
        if origin is not None and origin is not target:
            told.append(_from_here(plan, origin, target, speech))
    return draw(
        "plan.html",
        language,
        light=light,
        hall=phrase(plan.names, language) or Phrase(plan.slug, language),
        halls=[
            {
                "slug": hall.slug,
                "phrase": phrase(hall.names, language) or Phrase(hall.slug, language),
                "href": link(PLAN if light else HALL, hall=hall.slug, edition=edition),
                "current": hall.slug == plan.slug,
            }
            for hall in names.edition.halls
        ],
        stand=wanted,
        unknown=say("There is no stand %(number)s in this hall.", number=wanted)
        if wanted and target is None and holder is None
        else "",
        title=_title(holder, language),
        exhibit_href=read(holder) if holder else "",
        told=[sentence for sentence in told if sentence],
        drawing=drawing(
            plan,
            speech,
            href=way,
            kind=lambda one: (
                "here" if one.facts.number == start
                else "wanted" if one.facts.number == wanted
                else "held" if one.holder else "free"
            ),
            light=light,
        ),
        lines=_lines(plan, language, start, wanted, read, way),
    )  # fmt: skip


def drawing(
    plan: HallPlan,
    speech: Speech,
    *,
    href: Callable[[str], str],
    kind: Callable[[PlaceRecord], str],
    light: bool = False,
) -> Markup:
    """The plan itself: every place a link with its number and a name that is read aloud.

    A light page draws it as one SVG. Streamlit cleans SVG away and the light pages' policy forbids
    styles on elements, so the app lays links over a picture of the ground.
    """
    say = speech.say
    if not plan.places and not plan.svg and not plan.picture:
        return Markup("")
    boxes = []
    for one in plan.places:
        facts = one.facts
        kinds = kind(one)
        said = {
            "here": say("Stand %(number)s: you are here", number=facts.number),
            "wanted": say("Stand %(number)s: the one you look for", number=facts.number),
            "free": say("Stand %(number)s: free", number=facts.number),
        }.get(kinds)
        title = _title(one.holder, speech.language)
        if said is None or one.holder:
            said = said or say("Stand %(number)s", number=facts.number)
            said = f"{said}. {title.text}" if title else said
        boxes.append(
            Box(
                facts.number, said, href(facts.number), kinds, facts.x, facts.y, facts.width,
                facts.height,
                round(min(facts.height * 0.6, facts.width / (0.72 * len(facts.number))), 1),
            )
        )  # fmt: skip
    return draw(
        "plan_drawing.html" if light else "plan_laid.html",
        speech.language,
        plan=plan,
        # Cleaned when it was taken in (catalog.plans).
        ground=Markup(plan.svg),
        ground_picture=_ground(plan) if plan.svg and not light else "",
        picture=f"/p/{plan.picture}-{_PICTURE_SIZE}.webp" if plan.picture else "",
        label=say("Plan of the hall: %(hall)s", hall=_text(plan.names, plan.slug, speech.language)),
        boxes=boxes,
        unit=max(plan.width, plan.height) / 100,
        pins=[box for box in boxes if box.kind in ("here", "wanted")],
    )


def way_in(plan: HallPlan, place: PlaceRecord) -> tuple[Side, Depth] | None:
    """Where a place lies for somebody who comes in; None where nobody said how one comes in.

    One comes in through the nearest wall, looking away from it.
    """
    if plan.entrance is None:
        return None
    x, y = plan.entrance
    walls = {(1, 0): x, (-1, 0): plan.width - x, (0, 1): y, (0, -1): plan.height - y}
    ahead = min(walls, key=lambda wall: walls[wall])
    right = (-ahead[1], ahead[0])
    middle_x, middle_y = _middle(place)
    off = (middle_x - x) * right[0] + (middle_y - y) * right[1]
    far = (middle_x - x) * ahead[0] + (middle_y - y) * ahead[1]
    across = plan.width if ahead[0] == 0 else plan.height
    along = plan.height if ahead[0] == 0 else plan.width
    side = Side.AHEAD if abs(off) < across / 8 else Side.RIGHT if off > 0 else Side.LEFT
    if far < along / 3:
        return side, Depth.FRONT
    return side, Depth.MIDDLE if far < along * 2 / 3 else Depth.BACK


def _ground(plan: HallPlan) -> str:
    """The drawing as a picture's address."""
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {plan.width} {plan.height}">'
        f"{plan.svg}</svg>"
    )
    return f"data:image/svg+xml;base64,{b64encode(whole.encode()).decode()}"


def _from_entrance(plan: HallPlan, place: PlaceRecord, speech: Speech) -> str:
    found = way_in(plan, place)
    if found is None:
        return ""
    side, depth = (speech.say(_SIDES[found[0]]), speech.say(_DEPTHS[found[1]]))
    return speech.say("From the entrance: %(side)s, %(depth)s.", side=side, depth=depth)


def _from_here(plan: HallPlan, here: PlaceRecord, wanted: PlaceRecord, speech: Speech) -> str:
    (x, y), (to_x, to_y) = _middle(here), _middle(wanted)
    near = max(plan.width, plan.height) / 12

    def sign(value: float) -> int:
        return 0 if abs(value) < near else (1 if value > 0 else -1)

    way = speech.say(_WAYS[sign(to_x - x), sign(to_y - y)])
    return speech.say("From where you are: %(way)s.", way=way)


def _middle(place: PlaceRecord) -> tuple[float, float]:
    return place.facts.x + place.facts.width / 2, place.facts.y + place.facts.height / 2


def _lines(
    plan: HallPlan,
    language: str,
    here: str,
    wanted: str,
    read: Callable[[Shown], str],
    way: Callable[[str], str],
) -> Sequence[Line]:
    """Who stands where, in the order of the numbers; free places are left out."""
    every = [(one.facts.number, one.holder, True) for one in plan.places]
    every += [(number, shown, False) for number, shown in plan.elsewhere]
    return [
        Line(
            number,
            number == here,
            number == wanted,
            _title(shown, language),
            phrase(shown.college_names, language) if shown else None,
            read(shown) if shown else "",
            way(number) if drawn else "",
        )
        for number, shown, drawn in every
        if shown or number in (here, wanted)
    ]


def _holder(plan: HallPlan, number: str) -> Shown | None:
    place = plan.place(number)
    return place.holder if place else dict(plan.elsewhere).get(number)


def _title(shown: Shown | None, language: str) -> Phrase | None:
    if shown is None:
        return None
    found = best(shown.titles, language)
    return Phrase(found[1], found[0]) if found else Phrase(shown.code, language)


def _called(names: Names, hall: str, speech: Speech) -> str:
    return names.called("hall", hall, speech).text


def _text(texts: Mapping[str, str], fallback: str, language: str) -> str:
    found = phrase(texts, language)
    return found.text if found else fallback
