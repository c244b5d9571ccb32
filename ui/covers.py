"""A drawn cover for each field: a few shapes in the field's own hue, as SVG.

Where an exhibit has no picture its card shows its field's cover. Drawn, not downloaded; under 3 KB.
"""

import math
from collections.abc import Callable
from functools import cache

WIDTH, HEIGHT = 320, 200
_DEFAULT_HUE = 176


class _Palette:
    """Four tones of one hue, and a warm accent across from it."""

    def __init__(self, hue: int) -> None:
        self.back = f"hsl({hue} 42% 88%)"
        self.light = f"hsl({hue} 46% 74%)"
        self.mid = f"hsl({hue} 44% 52%)"
        self.deep = f"hsl({hue} 50% 30%)"
        self.warm = "#f2b632" if not 30 <= hue % 360 <= 65 else "#d9573f"
        self.paper = "#fffdf8"


@cache
def cover(field: str, hue: int = _DEFAULT_HUE) -> str:
    """The cover of a field as an SVG document; an unknown field gets the fair's own."""
    palette = _Palette(hue % 360)
    draw = _DRAWINGS.get(field, _exhibition)
    ground = (
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="{palette.back}"/>'
        f'<circle cx="262" cy="38" r="92" fill="{palette.light}" opacity=".55"/>'
        f'<path d="M0 168Q90 148 170 164T320 156V200H0Z" fill="{palette.light}"/>'
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'preserveAspectRatio="xMidYMid slice" stroke-linecap="round" stroke-linejoin="round">'
        f"{ground}{draw(palette)}</svg>"
    )


def _rect(x: float, y: float, w: float, h: float, fill: str, r: float = 0, extra: str = "") -> str:
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{r:g}" fill="{fill}" {extra}/>'
    )


def _circle(x: float, y: float, r: float, fill: str, extra: str = "") -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="{r:g}" fill="{fill}" {extra}/>'


def _path(d: str, fill: str = "none", stroke: str = "", width: float = 0) -> str:
    line = f' stroke="{stroke}" stroke-width="{width:g}"' if stroke else ""
    return f'<path d="{d}" fill="{fill}"{line}/>'


def _gear(x: float, y: float, radius: float, teeth: int, fill: str) -> str:
    points = []
    for step in range(teeth * 4):
        reach = radius if step % 4 in (0, 1) else radius * 0.78
        angle = math.tau * (step + 0.5) / (teeth * 4)
        points.append(f"{x + reach * math.cos(angle):.1f} {y + reach * math.sin(angle):.1f}")
    return _path("M" + "L".join(points) + "Z", fill)


def _robotics(p: _Palette) -> str:
    return (
        _path("M160 46V64", stroke=p.deep, width=6)
        + _circle(160, 40, 9, p.warm)
        + _rect(104, 62, 112, 84, p.deep, 24)
        + _rect(118, 78, 84, 44, p.back, 20)
        + _circle(140, 100, 10, p.deep)
        + _circle(180, 100, 10, p.deep)
        + _rect(136, 130, 48, 6, p.light, 3)
        + _rect(84, 88, 14, 34, p.mid, 7)
        + _rect(222, 88, 14, 34, p.mid, 7)
    )


def _manufacturing(p: _Palette) -> str:
    return (
        _gear(132, 108, 52, 10, p.deep)
        + _circle(132, 108, 20, p.back)
        + _gear(206, 78, 36, 8, p.mid)
        + _circle(206, 78, 13, p.back)
        + _gear(214, 144, 26, 8, p.warm)
        + _circle(214, 144, 9, p.back)
    )


def _energy(p: _Palette) -> str:
    blades = "".join(
        f'<path d="M112 70Q120 42 112 18Q102 42 112 70Z" fill="{p.deep}" '
        f'transform="rotate({turn} 112 72)"/>'
        for turn in (20, 140, 260)
    )
    panels = "".join(
        _rect(178 + column * 32, 112 + row * 22, 28, 18, p.mid, 3)
        for row in range(2)
        for column in range(3)
    )
    return (
        _circle(240, 62, 26, p.warm)
        + _path("M108 172L111 76H113L118 172Z", p.deep)
        + blades
        + _circle(112, 72, 6, p.paper)
        + panels
        + _path("M222 156V176", stroke=p.deep, width=5)
    )


def _transport(p: _Palette) -> str:
    return (
        _rect(0, 158, 320, 42, p.mid)
        + "".join(_rect(24 + 76 * i, 176, 40, 5, p.paper, 2) for i in range(4))
        + _path(
            "M62 148V112Q62 104 72 102L102 98L126 72Q132 66 142 66H196Q206 66 214 74"
            "L238 100Q258 104 258 122V148Z",
            p.deep,
        )
        + _path("M118 98L136 80H160V98Z", p.back)
        + _path("M170 98V80H196L212 98Z", p.back)
        + _circle(106, 150, 20, p.paper)
        + _circle(106, 150, 11, p.deep)
        + _circle(214, 150, 20, p.paper)
        + _circle(214, 150, 11, p.deep)
        + _rect(246, 116, 12, 9, p.warm, 4)
    )


def _agriculture(p: _Palette) -> str:
    rows = "".join(
        _path(f"M{160 + d} 150Q{160 + d * 2} 172 {160 + d * 3.2:g} 200", stroke=p.mid, width=5)
        for d in (-60, -30, 0, 30, 60)
    )
    return (
        _circle(246, 56, 26, p.warm)
        + _path("M0 156Q160 130 320 156V200H0Z", p.light)
        + rows
        + _path("M160 152V84", stroke=p.deep, width=7)
        + _path("M160 112Q112 112 104 66Q152 66 160 112Z", p.deep)
        + _path("M160 96Q164 50 212 48Q210 94 160 96Z", p.mid)
    )


def _food(p: _Palette) -> str:
    steam = "".join(
        _path(f"M{x} 76Q{x - 12} 62 {x} 50T{x} 26", stroke=p.mid, width=6) for x in (128, 160, 192)
    )
    return (
        steam
        + _path("M84 96H236Q236 158 160 160Q84 158 84 96Z", p.deep)
        + _rect(74, 88, 172, 14, p.mid, 7)
        + _path(
            "M112 122L124 134L136 122L148 134L160 122L172 134L184 122L196 134L208 122",
            stroke=p.warm,
            width=5,
        )
        + _rect(130, 160, 60, 10, p.deep, 5)
    )


def _ecology(p: _Palette) -> str:
    return (
        _path("M160 168C90 150 88 74 206 40C226 118 204 162 160 168Z", p.mid)
        + _path("M146 176Q156 118 190 76", stroke=p.deep, width=6)
        + _path("M162 128L188 126M172 104L190 100M157 146L178 150", stroke=p.deep, width=4)
        + _path("M92 92C92 92 68 122 68 138A24 24 0 0 0 116 138C116 122 92 92 92 92Z", p.deep)
        + _path("M80 140A12 12 0 0 0 92 152", stroke=p.back, width=4)
        + _circle(248, 132, 12, p.warm)
    )


def _medicine(p: _Palette) -> str:
    return (
        _rect(112, 44, 96, 112, p.paper, 20)
        + _path("M146 62H174V86H198V114H174V138H146V114H122V86H146Z", p.deep)
        + _path("M24 152H84L96 128L112 172L126 152H196L210 134L222 152H296", stroke=p.warm, width=5)
    )


def _it(p: _Palette) -> str:
    return (
        _rect(72, 44, 176, 108, p.deep, 12)
        + _rect(82, 54, 156, 88, p.paper, 6)
        + _path("M122 78L100 98L122 118M198 78L220 98L198 118", stroke=p.mid, width=8)
        + _path("M170 72L150 124", stroke=p.warm, width=8)
        + _path("M146 152H174L180 172H140Z", p.mid)
        + _rect(118, 170, 84, 8, p.deep, 4)
    )


def _design(p: _Palette) -> str:
    return (
        _circle(128, 100, 54, p.mid, 'opacity=".85"')
        + _rect(140, 62, 92, 92, p.deep, 10, 'opacity=".85"')
        + _path("M176 34L226 118H126Z", p.warm, "", 0).replace("/>", ' opacity=".9"/>')
        + _path("M64 168Q110 120 160 158T262 140", stroke=p.paper, width=5)
        + _rect(58, 162, 12, 12, p.deep, 2)
        + _rect(256, 134, 12, 12, p.deep, 2)
    )


def _tourism(p: _Palette) -> str:
    return (
        _circle(240, 60, 24, p.warm)
        + _path("M20 172L116 58L176 130L206 94L300 172Z", p.mid)
        + _path("M116 58L92 86L108 94L118 84L132 96L142 90Z", p.paper)
        + _path("M20 172L86 116L150 172Z", p.deep)
        + _path("M196 172L214 142L232 172Z", p.warm)
        + _path("M214 142V172", stroke=p.deep, width=4)
    )


def _pedagogy(p: _Palette) -> str:
    return (
        _path("M160 74Q118 50 66 62V150Q118 138 160 162Z", p.paper)
        + _path("M160 74Q202 50 254 62V150Q202 138 160 162Z", p.light)
        + _path(
            "M160 74V162M66 62Q118 50 160 74Q202 50 254 62V150Q202 138 160 162Q118 138 66 150Z",
            stroke=p.deep,
            width=6,
        )
        + _path(
            "M86 86Q116 80 140 92M86 108Q116 102 140 114M180 92Q204 80 234 86",
            stroke=p.mid,
            width=5,
        )
        + _path("M196 40L204 20L212 40L232 44L216 58L220 78L204 68L188 78L192 58L176 44Z", p.warm)
    )


def _fashion(p: _Palette) -> str:
    return (
        _path(
            "M128 44Q160 66 192 44L208 54L196 98Q192 112 214 168H106Q128 112 124 98L112 54Z", p.deep
        )
        + _path("M128 44Q160 66 192 44", stroke=p.warm, width=6)
        + _path("M120 140Q132 130 142 140T164 140T186 140T204 142", stroke=p.warm, width=4)
        + _circle(244, 132, 22, p.mid)
        + _path("M228 120L260 144M226 132L262 132", stroke=p.paper, width=3)
        + _path("M244 154Q250 178 290 172", stroke=p.mid, width=4)
        + _path("M60 60L84 168", stroke=p.mid, width=4)
        + _circle(59, 54, 5, "none", f'stroke="{p.mid}" stroke-width="4"')
    )


def _construction(p: _Palette) -> str:
    bricks = "".join(
        _rect(
            70 + column * 40 + (20 if row % 2 else 0),
            128 + row * 18,
            36,
            14,
            p.deep if (row + column) % 3 else p.warm,
            2,
        )
        for row in range(3)
        for column in range(4)
    )
    return (
        bricks
        + _path("M96 120V36H226", stroke=p.mid, width=9)
        + _path("M96 64L130 36M96 36L66 56V36H96", stroke=p.mid, width=6)
        + _path("M202 40V74", stroke=p.deep, width=4)
        + _path("M178 98L202 76L226 98V116H178Z", p.mid)
    )


def _crafts(p: _Palette) -> str:
    rings = "".join(
        f'<path d="M160 104Q138 82 160 58Q182 82 160 104Z" fill="{p.deep}" '
        f'transform="rotate({turn} 160 104)"/>'
        for turn in range(0, 360, 90)
    )
    horns = "".join(
        f'<path d="M160 60Q132 40 116 60Q110 78 128 80" fill="none" stroke="{p.mid}" '
        f'stroke-width="8" transform="rotate({turn} 160 104)"/>'
        f'<path d="M160 60Q188 40 204 60Q210 78 192 80" fill="none" stroke="{p.mid}" '
        f'stroke-width="8" transform="rotate({turn} 160 104)"/>'
        for turn in (0, 180)
    )
    return horns + rings + _circle(160, 104, 10, p.warm)


def _exhibition(p: _Palette) -> str:
    return (
        _rect(78, 44, 108, 84, p.deep, 8)
        + _rect(90, 56, 84, 60, p.paper, 4)
        + _path("M96 110L122 80L142 100L152 90L168 110Z", p.mid)
        + _circle(154, 70, 8, p.warm)
        + _path("M132 128V168M108 168H156", stroke=p.deep, width=6)
        + _rect(206, 92, 44, 80, p.mid, 6)
        + _circle(228, 76, 14, p.warm)
    )


_DRAWINGS: dict[str, Callable[[_Palette], str]] = {
    "robotics": _robotics,
    "manufacturing": _manufacturing,
    "energy": _energy,
    "transport": _transport,
    "agriculture": _agriculture,
    "food": _food,
    "ecology": _ecology,
    "medicine": _medicine,
    "it": _it,
    "design": _design,
    "tourism": _tourism,
    "pedagogy": _pedagogy,
    "fashion": _fashion,
    "construction": _construction,
    "crafts": _crafts,
}
