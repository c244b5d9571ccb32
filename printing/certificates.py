"""Certificates of participation, one a sheet, from a list that is given for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from printing.paper import ACCENT, INK, PALE, QUIET, Paper, PaperSize, Progress
from printing.signs import in_order

_MARGIN: Final = 0.08
_HEAD: Final = ("СЕРТИФИКАТ", "қатысқаны үшін · за участие")
_SIGNED: Final = "Ұйымдастырушы · Организатор"


@dataclass(frozen=True)
class Certificate:
    """Whose it is, what they showed and for which college; both may be empty."""

    name: str
    exhibit: str = ""
    college: str = ""


def certificates_from(text: str) -> list[Certificate]:
    """The certificates of a list: a name a line, then exhibit and college behind `;` or a tab.

    A name that stands twice with the same exhibit gets one.
    """
    found = []
    for line in text.splitlines():
        parts = [" ".join(part.split()) for part in line.replace("\t", ";").split(";")]
        if parts[0]:
            found.append(Certificate(*(parts + ["", ""])[:3]))
    return list(dict.fromkeys(found))


def certificates(
    wanted: Sequence[Certificate],
    paper: PaperSize,
    *,
    fair: Mapping[str, str],
    place: str,
    progress: Progress | None = None,
) -> bytes:
    """A sheet on its side for each name, in Kazakh and Russian; `place` are venue and days."""
    height, width = paper.size
    sheet = Paper(width, height, title="Körme")
    for number, one in enumerate(wanted):
        if progress is not None:
            progress(number, len(wanted))
        sheet.page()
        _draw(sheet, one, fair, place)
    if progress is not None:
        progress(len(wanted), len(wanted))
    return sheet.finished()


def _draw(sheet: Paper, one: Certificate, fair: Mapping[str, str], place: str) -> None:
    unit = sheet.width / 297
    margin = sheet.width * _MARGIN
    inner = sheet.width - 2 * margin
    for inset, colour in ((7, ACCENT), (9, PALE)):
        sheet.frame(
            inset * unit, inset * unit, sheet.width - 2 * inset * unit,
            sheet.height - 2 * inset * unit, colour,
        )  # fmt: skip

    def centred(
        text: str, y: float, height: float, points: float, bold: bool, colour: tuple[int, int, int]
    ) -> float:
        return sheet.write(
            text, margin, y, inner, height * unit, points=points * unit, bold=bold, colour=colour,
            align="C",
        )  # fmt: skip

    y = centred(_HEAD[0], 26 * unit, 20, 40, True, ACCENT)
    y = centred(_HEAD[1], y + 2 * unit, 10, 14, False, QUIET)
    y = centred(one.name, y + 12 * unit, 34, 36, True, INK)
    lines = [text for text in (one.exhibit, one.college) if text]
    for text in lines:
        y = centred(text, y + 3 * unit, 16, 16, False, INK)
    y += 8 * unit
    for name in in_order(fair, most=2):
        y = centred(name, y, 14, 13, False, QUIET) + 2 * unit
    foot = sheet.height - 30 * unit
    sheet.line(margin, foot, inner * 0.3)
    sheet.write(
        _SIGNED, margin, foot + 1.5 * unit, inner * 0.4, 6 * unit, points=10 * unit, colour=QUIET
    )
    sheet.write(
        place, margin + inner * 0.45, foot + 1.5 * unit, inner * 0.55, 14 * unit, points=10 * unit,
        colour=QUIET, align="R",
    )  # fmt: skip
