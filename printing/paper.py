"""A sheet of paper: its fonts, texts that are fitted and never cut, QR codes, pictures.

Everything is in millimetres from the upper left corner, sizes of letters in points.
"""

import io
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Final

import segno
from fpdf import FPDF

FONTS: Final = Path(__file__).parent / "fonts"
# `progress(done, total)`
Progress = Callable[[int, int], None]
Colour = tuple[int, int, int]

INK: Final[Colour] = (20, 24, 32)
QUIET: Final[Colour] = (90, 96, 108)
ACCENT: Final[Colour] = (11, 110, 106)
PALE: Final[Colour] = (227, 241, 239)
WHITE: Final[Colour] = (255, 255, 255)

_FAMILY: Final = "DejaVu"
_MM_PER_POINT: Final = 25.4 / 72
_LINE: Final = 1.22
# What a reader needs beside a code to tell it from the rest of the page, in modules.
_QUIET_ZONE: Final = 4
_STEP: Final = 0.97
_LEAST_POINTS: Final = 1.0
# Rather than break a word, letters become so much smaller.
_SMALLER: Final = 0.6


class PaperSize(StrEnum):
    """The formats there are."""

    A4 = "A4"
    A5 = "A5"

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the upright sheet."""
        return (210.0, 297.0) if self is PaperSize.A4 else (148.0, 210.0)


@dataclass(frozen=True)
class Fitted:
    """A text broken into lines, and the size at which they fit."""

    lines: tuple[str, ...]
    points: float

    @property
    def height(self) -> float:
        return len(self.lines) * self.points * _MM_PER_POINT * _LINE


class Paper:
    """A document being drawn; its fonts lie in the file, cut down to the letters that are used."""

    def __init__(self, width: float, height: float, *, title: str, language: str = "kk") -> None:
        self.width, self.height = width, height
        self.pdf = FPDF(unit="mm", format=(width, height))
        self.pdf.set_auto_page_break(False)
        self.pdf.set_margin(0)
        self.pdf.c_margin = 0
        self.pdf.set_title(title)
        self.pdf.set_lang(language)
        self.pdf.set_creator("Körme")
        # Photographs: without it they would be kept pixel by pixel.
        self.pdf.set_image_filter("DCTDecode")
        self.pdf.add_font(_FAMILY, "", FONTS / "DejaVuSansCondensed.ttf")
        self.pdf.add_font(_FAMILY, "B", FONTS / "DejaVuSansCondensed-Bold.ttf")
        self._widths: dict[tuple[str, bool], float] = {}

    def page(self) -> None:
        """Begin a sheet."""
        self.pdf.add_page()

    def finished(self) -> bytes:
        """The document as a file."""
        return bytes(self.pdf.output())

    def fit(
        self,
        text: str,
        width: float,
        height: float,
        *,
        points: float,
        bold: bool = False,
    ) -> Fitted:
        """The text in the largest letters, at most so many points, in which it fits whole.

        It is broken between words and after hyphens; within a word only where the letters would
        else become much smaller.
        """
        pieces = _pieces(printable(text))
        widest = max((self._measure(piece, bold) for piece, _ in pieces), default=0.0)
        unbroken = min(points, width / widest) if widest else points
        if unbroken >= points * _SMALLER:
            points = unbroken
        while True:
            fitted = Fitted(tuple(self._broken(pieces, width, points, bold)), points)
            if fitted.height <= height or points < _LEAST_POINTS:
                return fitted
            points *= _STEP

    def text(
        self,
        fitted: Fitted,
        x: float,
        y: float,
        width: float,
        *,
        bold: bool = False,
        colour: Colour = INK,
        align: str = "L",
        link: str | int = "",
    ) -> float:
        """Write the lines from here downwards; returns where they end."""
        self._font(fitted.points, bold)
        self.pdf.set_text_color(*colour)
        step = fitted.points * _MM_PER_POINT * _LINE
        for line in fitted.lines:
            self.pdf.set_xy(x, y)
            self.pdf.cell(width, step, line, align=align, link=link)
            y += step
        return y

    def write(
        self,
        text: str,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        points: float,
        bold: bool = False,
        colour: Colour = INK,
        align: str = "L",
        link: str | int = "",
    ) -> float:
        """Fit a text into a box and write it from its top; returns where it ends."""
        fitted = self.fit(text, width, height, points=points, bold=bold)
        return self.text(fitted, x, y, width, bold=bold, colour=colour, align=align, link=link)

    def box(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A filled rectangle."""
        self.pdf.set_fill_color(*colour)
        self.pdf.rect(x, y, width, height, style="F")

    def line(self, x: float, y: float, width: float, colour: Colour = QUIET) -> None:
        """A thin level line."""
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(0.2)
        self.pdf.line(x, y, x + width, y)

    def frame(self, x: float, y: float, width: float, height: float, colour: Colour) -> None:
        """A thin rectangle."""
        self.pdf.set_draw_color(*colour)
        self.pdf.set_line_width(0.2)
        self.pdf.rect(x, y, width, height)

    def qr(self, address: str, x: float, y: float, side: float) -> None:
        """The address as a QR code, its quiet zone within the side given."""
        rows = [bytes(row) for row in segno.make(address, error="m", micro=False).matrix]
        module = side / (len(rows) + 2 * _QUIET_ZONE)
        self.box(x, y, side, side, WHITE)
        self.pdf.set_fill_color(0, 0, 0)
        for number, row in enumerate(rows):
            for start, length in _runs(row):
                # A hair taller, so that no white line is left between two rows on a screen.
                self.pdf.rect(
                    x + (start + _QUIET_ZONE) * module,
                    y + (number + _QUIET_ZONE) * module,
                    length * module,
                    module * 1.02,
                    style="F",
                )

    def picture(self, data: bytes, x: float, y: float, width: float, height: float) -> None:
        """A picture, whole, in the middle of a box."""
        self.pdf.image(io.BytesIO(data), x, y, width, height, keep_aspect_ratio=True)

    def _broken(
        self, pieces: Sequence[tuple[str, bool]], width: float, points: float, bold: bool
    ) -> list[str]:
        space = self._measure(" ", bold) * points
        # What a sum of roundings may be more than the sum itself.
        width += 1e-6
        lines: list[str] = []
        line, taken = "", 0.0
        for piece, spaced in pieces:
            wide = self._measure(piece, bold) * points
            before = space if spaced else 0.0
            if line and taken + before + wide <= width:
                line, taken = f"{line}{' ' if spaced else ''}{piece}", taken + before + wide
                continue
            if line:
                lines.append(line)
            while wide > width and len(piece) > 1:
                head = self._head(piece, width, points, bold)
                lines.append(head)
                piece = piece[len(head) :]
                wide = self._measure(piece, bold) * points
            line, taken = piece, wide
        return [*lines, line] if line else lines

    def _head(self, word: str, width: float, points: float, bold: bool) -> str:
        """As much of a word as a line holds, one letter at least."""
        length = len(word) - 1
        while length > 1 and self._measure(word[:length], bold) * points > width:
            length -= 1
        return word[:length]

    def _measure(self, text: str, bold: bool) -> float:
        """How wide a text is in letters of one point."""
        key = (text, bold)
        if key not in self._widths:
            self._font(100, bold)
            self._widths[key] = self.pdf.get_string_width(text) / 100
        return self._widths[key]

    def _font(self, points: float, bold: bool) -> None:
        self.pdf.set_font(_FAMILY, "B" if bold else "", points)


class _Letters:
    """Which characters the fonts have."""

    @cached_property
    def known(self) -> frozenset[int]:
        from fontTools.ttLib import TTFont

        with TTFont(FONTS / "DejaVuSansCondensed.ttf", lazy=True) as font:
            return frozenset(font.getBestCmap())


_letters = _Letters()


def printable(text: str) -> str:
    """The text composed, without what the fonts can't draw: emoji and other alphabets."""
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        letter for letter in composed if letter.isspace() or ord(letter) in _letters.known
    )


def _pieces(text: str) -> list[tuple[str, bool]]:
    """What a line may be broken between, each with whether a space stands before it."""
    found = []
    for word in text.split():
        parts = re.findall(r"[^-‐–/]+[-‐–/]*|[-‐–/]+", word)
        found += [(part, number == 0) for number, part in enumerate(parts)]
    return found


def _runs(row: bytes) -> list[tuple[int, int]]:
    """(start, length) of the dark stretches of a row."""
    found: list[tuple[int, int]] = []
    for place, dark in enumerate(row):
        if not dark:
            continue
        if found and sum(found[-1]) == place:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((place, 1))
    return found
