"""Signs for the stands, one a sheet, and labels with QR codes, many a sheet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.print_lists import PrintedExhibit
from printing.paper import ACCENT, INK, PALE, QUIET, WHITE, Paper, PaperSize, Progress

_STAND: Final = "Стенд"
_SCAN: Final = "Толығырақ: кодты сканерлеңіз · Подробнее: отсканируйте код"
# Of the width of the sheet.
_MARGIN: Final = 0.065
# Width and height of a label, and between two of them.
_LABEL: Final = (63.0, 38.0)
_GAP: Final = 2.0


@dataclass(frozen=True)
class Sign:
    """What stands on a sign; texts by language, `address` is where the QR code leads.

    `titles` hold one at least; `hall` and `stand` may be unknown yet.
    """

    code: str
    titles: Mapping[str, str]
    college: Mapping[str, str]
    hall: Mapping[str, str]
    stand: str
    address: str
    fair: Mapping[str, str]


def sign_of(exhibit: PrintedExhibit, fair: Mapping[str, str], public_url: str) -> Sign:
    """The sign of an exhibit; `public_url` is what `catalog.print_lists.printable_address` gave."""
    return Sign(
        exhibit.code,
        exhibit.titles,
        exhibit.college_names,
        exhibit.hall_names,
        exhibit.stand,
        f"{public_url}/e/{exhibit.code}",
        fair,
    )


def signs(wanted: Sequence[Sign], paper: PaperSize, *, progress: Progress | None = None) -> bytes:
    """One upright sheet a sign: title in Kazakh, then in Russian, college, hall and stand, QR."""
    width, height = paper.size
    sheet = Paper(width, height, title="Körme")
    for number, sign in enumerate(wanted):
        if progress is not None:
            progress(number, len(wanted))
        sheet.page()
        _draw_sign(sheet, sign)
    if progress is not None:
        progress(len(wanted), len(wanted))
    return sheet.finished()


def labels(wanted: Sequence[Sign], paper: PaperSize, *, progress: Progress | None = None) -> bytes:
    """Sheets of labels to cut out and stick on: QR code, title, stand."""
    width, height = paper.size
    sheet = Paper(width, height, title="Körme")
    across, down = (int((side - _GAP) // (one + _GAP)) for side, one in zip(
        (width, height), _LABEL, strict=True))  # fmt: skip
    left, top = (
        (side - count * one - (count - 1) * _GAP) / 2
        for side, count, one in zip((width, height), (across, down), _LABEL, strict=True)
    )
    for number, sign in enumerate(wanted):
        if progress is not None:
            progress(number, len(wanted))
        place = number % (across * down)
        if place == 0:
            sheet.page()
        row, column = divmod(place, across)
        _draw_label(sheet, sign, left + column * (_LABEL[0] + _GAP), top + row * (_LABEL[1] + _GAP))
    if progress is not None:
        progress(len(wanted), len(wanted))
    return sheet.finished()


def in_order(texts: Mapping[str, str], *, most: int) -> list[str]:
    """The texts as people here read them, Kazakh first, then Russian; no text twice."""
    ordered = [texts[language] for language in ("kk", "ru", "en") if texts.get(language)]
    return list(dict.fromkeys(ordered))[:most]


def place_of(sign: Sign) -> tuple[str, str]:
    """The hall and the stand as they are written; empty where they aren't known."""
    return " · ".join(in_order(sign.hall, most=2)), sign.stand


def _draw_sign(sheet: Paper, sign: Sign) -> None:
    unit = sheet.width / 210
    margin = sheet.width * _MARGIN
    inner = sheet.width - 2 * margin
    band = 46 * unit
    sheet.box(0, 0, sheet.width, band, ACCENT)
    hall, stand = place_of(sign)
    number_width = inner * 0.42 if stand else 0.0
    fair = " · ".join(in_order(sign.fair, most=1))
    left = inner - number_width - (6 * unit if stand else 0)
    sheet.write(fair, margin, 8 * unit, left, 13 * unit, points=13 * unit, colour=WHITE)
    sheet.write(hall, margin, 23 * unit, left, 18 * unit, points=15 * unit, bold=True, colour=WHITE)
    if stand:
        x = margin + inner - number_width
        sheet.write(
            _STAND, x, 6 * unit, number_width, 8 * unit, points=14 * unit, colour=WHITE, align="R"
        )
        number = sheet.fit(stand, number_width, 28 * unit, points=62 * unit, bold=True)
        sheet.text(
            number, x, 13 * unit + (28 * unit - number.height) / 2, number_width,
            bold=True, colour=WHITE, align="R",
        )  # fmt: skip
    foot = 66 * unit
    bottom = sheet.height - margin - foot
    titles = in_order(sign.titles, most=2)
    room = bottom - band - 18 * unit
    college_height = 44 * unit
    y = band + 10 * unit
    heights = [room - college_height] if len(titles) == 1 else [
        (room - college_height) * 0.58, (room - college_height) * 0.42]  # fmt: skip
    for place, (title, height) in enumerate(zip(titles, heights, strict=True)):
        points = (50 if place == 0 else 32) * unit
        y = sheet.write(
            title, margin, y, inner, height - 6 * unit, points=points, bold=place == 0,
            colour=INK if place == 0 else QUIET,
        )  # fmt: skip
        y += 6 * unit
    colleges = in_order(sign.college, most=2)
    share = (college_height - 6 * unit) / 2
    points = min(
        sheet.fit(college, inner, share, points=20 * unit, bold=place == 0).points
        for place, college in enumerate(colleges)
    )
    y = bottom - college_height
    for place, college in enumerate(colleges):
        y = sheet.write(
            college, margin, y, inner, share, points=points, bold=place == 0,
            colour=ACCENT if place == 0 else QUIET,
        )  # fmt: skip
        y += 2 * unit
    sheet.box(0, bottom, sheet.width, sheet.height - bottom, PALE)
    side = foot
    sheet.qr(sign.address, margin, bottom + (sheet.height - bottom - side) / 2, side)
    x = margin + side + 8 * unit
    wide = sheet.width - margin - x
    y = bottom + 14 * unit
    for line in _SCAN.split(" · "):
        y = sheet.write(line, x, y, wide, 18 * unit, points=15 * unit)
        y += 3 * unit
    y = sheet.write(sign.code, x, y + 2 * unit, wide, 12 * unit, points=24 * unit, bold=True)
    sheet.write(
        sign.address, x, y + 1 * unit, wide, 12 * unit, points=12 * unit, colour=QUIET,
        link=sign.address,
    )  # fmt: skip


def _draw_label(sheet: Paper, sign: Sign, x: float, y: float) -> None:
    width, height = _LABEL
    sheet.frame(x, y, width, height, PALE)
    side = 32.0
    sheet.qr(sign.address, x + 1, y + 1, side)
    right, room = x + side + 2, width - side - 4
    hall, stand = place_of(sign)
    top = y + 3
    if stand:
        top = sheet.write(stand, right, top, room, 9, points=18, bold=True, colour=ACCENT) + 1
    for title in in_order(sign.titles, most=1):
        sheet.write(title, right, top, room, y + height - 6 - top, points=8.5)
    sheet.write(sign.code, x + 1, y + side + 0.5, side, 5, points=9, bold=True, align="C")
