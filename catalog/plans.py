"""The drawing of a hall from somebody's file: only shapes and words come through."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr

from catalog.refusals import Reason, Refused

MOST_BYTES: Final = 1_000_000
# What is kept, as the table `hall` bounds it.
MOST_KEPT: Final = 500_000
_MOST_SHAPES: Final = 20_000
_DEEPEST: Final = 60
_SVG: Final = "{http://www.w3.org/2000/svg}"

_SHAPES: Final = frozenset(
    {"g", "rect", "line", "polyline", "polygon", "circle", "ellipse", "path", "text", "tspan"}
)
_WORDS: Final = frozenset({"text", "tspan"})
_LENGTH: Final = re.compile(r"-?(\d{1,9}(\.\d{0,9})?|\.\d{1,9})(e-?\d{1,2})?(px|%)?", re.IGNORECASE)
_NUMBERS: Final = re.compile(r"[-+.\d,\seE]{1,100000}")
_PATH: Final = re.compile(r"[-+.\d,\sMmLlHhVvCcSsQqTtAaZzEe]{1,200000}")
_TRANSFORM: Final = re.compile(
    r"\s*((matrix|translate|scale|rotate|skewX|skewY)\s*\([-+.\d,\seE]{1,200}\)[\s,]*){1,20}"
)
_COLOUR: Final = re.compile(
    r"#[0-9a-f]{3,8}|[a-z]{3,24}|rgba?\([\d\s.,%/]{1,40}\)|hsla?\([\d\s.,%/deg]{1,40}\)",
    re.IGNORECASE,
)
_WORD: Final = re.compile(r"[a-z-]{1,20}|\d{3}", re.IGNORECASE)
_FAMILY: Final = re.compile(r"[\w ,'\"-]{1,100}")

_ALLOWED: Final[Mapping[str, re.Pattern[str]]] = {
    **dict.fromkeys(
        (
            "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "width", "height",
            "dx", "dy", "stroke-width", "font-size", "opacity", "fill-opacity", "stroke-opacity",
            "stroke-dashoffset", "stroke-miterlimit",
        ),
        _LENGTH,
    ),
    **dict.fromkeys(("points", "stroke-dasharray"), _NUMBERS),
    **dict.fromkeys(("fill", "stroke"), _COLOUR),
    **dict.fromkeys(
        (
            "fill-rule", "stroke-linecap", "stroke-linejoin", "font-weight", "font-style",
            "text-anchor", "dominant-baseline",
        ),
        _WORD,
    ),
    "font-family": _FAMILY,
    "d": _PATH,
    "transform": _TRANSFORM,
}  # fmt: skip


@dataclass(frozen=True)
class Drawing:
    """Harmless shapes to stand inside an `svg` element whose view is 0 0 width height."""

    svg: str
    width: int
    height: int


def clean_drawing(data: bytes) -> Drawing:
    """What an SVG file draws, by a list of what is allowed: shapes, words, colours, nothing else.

    Scripts, links, pictures, styles, names and everything that could load something are left out.
    Raises Refused for what is no SVG, too large, or draws nothing that is allowed.
    """
    if len(data) > MOST_BYTES:
        raise Refused(Reason.PLAN_TOO_LARGE, most=MOST_BYTES // 1000)
    # Entities come from a DOCTYPE alone, and only they can make a small file large. ElementTree
    # itself decodes UTF-16 too, where these letters would not be found.
    if b"\x00" in data or re.search(rb"<!(DOCTYPE[^>]*\[|ENTITY)", data, re.IGNORECASE):
        raise Refused(Reason.PLAN_NOT_SVG)
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise Refused(Reason.PLAN_NOT_SVG) from error
    if root.tag not in ("svg", f"{_SVG}svg"):
        raise Refused(Reason.PLAN_NOT_SVG)
    left, top, width, height = _view(root)
    parts: list[str] = []
    shapes = 0
    for piece, is_shape in _pieces(root, 0):
        parts.append(piece)
        shapes += is_shape
        if shapes > _MOST_SHAPES:
            raise Refused(Reason.PLAN_TOO_LARGE, most=MOST_BYTES // 1000)
    if not shapes:
        raise Refused(Reason.PLAN_NOT_SVG)
    # Small drawings get more units, so that places can be told apart in whole numbers.
    scale = 1 if max(width, height) >= 300 else math.ceil(1000 / max(width, height))
    moves = []
    if scale != 1:
        moves.append(f"scale({scale})")
    if left or top:
        moves.append(f"translate({-left:g} {-top:g})")
    drawn = "".join(parts)
    if moves:
        drawn = f'<g transform="{" ".join(moves)}">{drawn}</g>'
    if len(drawn) > MOST_KEPT:
        raise Refused(Reason.PLAN_TOO_LARGE, most=MOST_KEPT // 1000)
    return Drawing(drawn, max(1, round(width * scale)), max(1, round(height * scale)))


def _view(root: ElementTree.Element) -> tuple[float, float, float, float]:
    """The part of the plane that is seen: left, top, width, height."""
    numbers = re.split(r"[\s,]+", root.get("viewBox", "").strip())
    if len(numbers) != 4:
        numbers = ["0", "0", root.get("width", ""), root.get("height", "")]
    try:
        left, top, width, height = (float(re.sub(r"(px|mm|cm|pt|in)$", "", n)) for n in numbers)
    except ValueError as error:
        raise Refused(Reason.PLAN_NOT_SVG) from error
    sane = all(math.isfinite(one) and abs(one) <= 100_000 for one in (left, top, width, height))
    if not sane or width <= 0 or height <= 0:
        raise Refused(Reason.PLAN_NOT_SVG)
    return left, top, width, height


def _pieces(parent: ElementTree.Element, depth: int) -> Iterator[tuple[str, bool]]:
    """The allowed elements below one, as text; with each whether it draws something."""
    if depth > _DEEPEST:
        return
    for child in parent:
        if not isinstance(child.tag, str):
            continue
        name = child.tag.removeprefix(_SVG)
        if name not in _SHAPES:
            continue
        attributes = "".join(f" {key}={quoteattr(value)}" for key, value in _attributes(child))
        yield f"<{name}{attributes}>", name != "g"
        if name in _WORDS and child.text:
            yield escape(child.text), False
        yield from _pieces(child, depth + 1)
        yield f"</{name}>", False
        if name == "tspan" and child.tail:
            yield escape(child.tail), False


def _attributes(element: ElementTree.Element) -> Iterator[tuple[str, str]]:
    """The allowed attributes; what `style` says counts as said by attributes."""
    said = dict(element.attrib)
    for declaration in said.pop("style", "").split(";"):
        name, _, value = declaration.partition(":")
        said[name.strip()] = value.strip()
    for name, value in said.items():
        shape = _ALLOWED.get(name)
        if shape is not None and shape.fullmatch(value.strip()):
            yield name, value.strip()
