"""The booklet of a fair: its exhibits by hall, then where each college and technology is found."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.languages import best, collation_key
from catalog.print_lists import stand_order
from catalog.records import EditionRecord, ExhibitRecord, TechnologyRecord
from printing.paper import ACCENT, INK, PALE, QUIET, WHITE, Paper, PaperSize, Progress
from printing.words import Word, said

_MARGIN: Final = 0.08
_FOOT: Final = 10.0
_PICTURE: Final = (34.0, 26.0)
_QR: Final = 17.0
# A contents line for each hall and for the two indexes fits one page.
_MOST_HALLS: Final = 30


@dataclass(frozen=True)
class Entry:
    """An exhibit in the booklet; texts by language, `picture` the bytes of its first one."""

    code: str
    titles: Mapping[str, str]
    summaries: Mapping[str, str]
    college: Mapping[str, str]
    hall: str
    hall_names: Mapping[str, str]
    stand: str
    technologies: tuple[Mapping[str, str], ...]
    address: str
    picture: bytes | None = None


@dataclass(frozen=True)
class Booklet:
    """What a booklet is made of; entries in the order of halls and stands."""

    fair: Mapping[str, str]
    venue: Mapping[str, str]
    days: str
    entries: Sequence[Entry]


def days_of(edition: EditionRecord) -> str:
    """The days of a fair, as all three languages write them."""
    first, last = edition.starts_on, edition.ends_on
    if first is None:
        return ""
    if last is None or last == first:
        return f"{first:%d.%m.%Y}"
    return f"{first:%d.%m}–{last:%d.%m.%Y}"


def entries_of(
    exhibits: Iterable[ExhibitRecord],
    technologies: Mapping[str, TechnologyRecord],
    picture: Callable[[str], bytes | None],
    public_url: str,
) -> list[Entry]:
    """Public exhibits as the booklet shows them, in the order of stands.

    `picture` gives the bytes of a public picture, or None.
    """
    return [
        Entry(
            one.code,
            {language: text.title for language, text in one.texts.items()},
            {language: text.summary for language, text in one.texts.items() if text.summary},
            one.college.names,
            one.hall or "",
            one.hall_names,
            one.stand or "",
            tuple(technologies[slug].labels for slug in one.technologies if slug in technologies),
            f"{public_url}/e/{one.code}",
            picture(one.pictures[0].hash) if one.pictures else None,
        )
        for one in sorted(exhibits, key=lambda one: stand_order(one.hall or "", one.stand or ""))
    ]


def booklet(
    made_of: Booklet, language: str, paper: PaperSize, *, progress: Progress | None = None
) -> bytes:
    """The booklet in a language: cover, contents, halls, index of colleges, of technologies.

    A text that isn't there in the language stands in the nearest one that there is.
    """
    return _Drawing(made_of, language, paper).drawn(progress)


class _Drawing:
    """A booklet being drawn, page by page."""

    def __init__(self, made_of: Booklet, language: str, paper: PaperSize) -> None:
        self.made_of, self.language = made_of, language
        width, height = paper.size
        self.sheet = Paper(width, height, title=_in(made_of.fair, language), language=language)
        # A larger sheet holds more exhibits rather than larger letters.
        self.unit = 1 + 0.3 * (width / 148 - 1)
        self.margin = width * _MARGIN
        self.inner = width - 2 * self.margin
        self.bottom = height - self.margin - _FOOT * self.unit
        self.y = self.bottom
        self.pages: dict[str, int] = {}
        self.number = 0

    def drawn(self, progress: Progress | None) -> bytes:
        self.cover()
        self.page()
        contents: list[tuple[str, int]] = []
        by_hall: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.made_of.entries:
            by_hall[entry.hall].append(entry)
        # Without a hall last.
        halls = sorted(by_hall, key=lambda hall: (not hall, hall))[:_MOST_HALLS]
        done = 0
        for hall in halls:
            name = _in(by_hall[hall][0].hall_names, self.language)
            name = name or said(Word.WITHOUT_HALL, self.language)
            self.begin(name)
            contents.append((name, self.number))
            for entry in by_hall[hall]:
                if progress is not None:
                    progress(done, len(self.made_of.entries))
                self.entry(entry)
                done += 1
        for word, found in (
            (Word.BY_COLLEGE, self.colleges()),
            (Word.BY_TECHNOLOGY, self.technologies()),
        ):
            title = said(word, self.language)
            self.begin(title)
            contents.append((title, self.number))
            self.index(found)
        self.contents(contents)
        if progress is not None:
            progress(len(self.made_of.entries), len(self.made_of.entries))
        return self.sheet.finished()

    def cover(self) -> None:
        sheet, unit = self.sheet, self.unit
        sheet.page()
        self.number += 1
        sheet.box(0, 0, sheet.width, sheet.height, ACCENT)
        y = sheet.height * 0.28
        ordered = sorted(self.made_of.fair, key=lambda one: one != self.language)
        for place, name in enumerate(ordered):
            y = sheet.write(
                self.made_of.fair[name], self.margin, y, self.inner, 40 * unit,
                points=(26 if place == 0 else 13) * unit, bold=place == 0, colour=WHITE,
            )  # fmt: skip
            y += 5 * unit
        foot = sheet.height * 0.8
        foot = sheet.write(
            self.made_of.days, self.margin, foot, self.inner, 10 * unit, points=14 * unit,
            bold=True, colour=WHITE,
        )  # fmt: skip
        sheet.write(
            _in(self.made_of.venue, self.language), self.margin, foot + 2 * unit, self.inner,
            20 * unit, points=11 * unit, colour=WHITE,
        )  # fmt: skip

    def page(self) -> None:
        """Begin a page, with its number at the foot."""
        self.sheet.page()
        self.number += 1
        self.sheet.write(
            str(self.number), self.margin, self.sheet.height - self.margin, self.inner, 6,
            points=9 * self.unit, colour=QUIET, align="C",
        )  # fmt: skip
        self.y = self.margin

    def begin(self, title: str) -> None:
        """Begin a part on a page of its own."""
        self.page()
        self.sheet.pdf.start_section(title)
        self.y = self.sheet.write(
            title, self.margin, self.y, self.inner, 24 * self.unit, points=18 * self.unit,
            bold=True, colour=ACCENT,
        )  # fmt: skip
        self.y += 4 * self.unit

    def room(self, height: float) -> None:
        """Go on to the next page where so much doesn't fit any more."""
        if self.y + height > self.bottom:
            self.page()

    def entry(self, entry: Entry) -> None:
        """Picture, stand, title, college, summary, technologies, QR code."""
        sheet, unit = self.sheet, self.unit
        wide, tall = _PICTURE[0] * unit, _PICTURE[1] * unit
        x = self.margin + wide + 4 * unit
        width = self.inner - wide - (_QR + 8) * unit
        title = sheet.fit(
            _in(entry.titles, self.language), width, 24 * unit, points=11 * unit, bold=True
        )
        college = sheet.fit(_in(entry.college, self.language), width, 12 * unit, points=8.5 * unit)
        summary = sheet.fit(
            _in(entry.summaries, self.language), width, 34 * unit, points=8.5 * unit
        )
        named = ", ".join(_in(one, self.language) for one in entry.technologies)
        technologies = sheet.fit(named, width, 12 * unit, points=7.5 * unit)
        texts = title.height + college.height + summary.height + technologies.height + 4 * unit
        height = max(texts, tall + 2 * unit, _QR * unit) + 5 * unit
        self.room(height)
        self.pages[entry.code] = self.number
        top = self.y
        sheet.box(self.margin, top, wide, tall, PALE)
        if entry.picture is not None:
            sheet.picture(entry.picture, self.margin, top, wide, tall)
        else:
            sheet.write(
                entry.stand or entry.code, self.margin, top + tall / 2 - 5 * unit, wide, 10 * unit,
                points=18 * unit, bold=True, colour=ACCENT, align="C",
            )  # fmt: skip
        y = sheet.text(title, x, top, width, bold=True, colour=INK) + unit
        y = sheet.text(college, x, y, width, colour=ACCENT) + unit
        y = sheet.text(summary, x, y, width, colour=INK) + unit
        sheet.text(technologies, x, y, width, colour=QUIET)
        right = self.margin + self.inner - _QR * unit
        sheet.qr(entry.address, right, top, _QR * unit)
        below = top + _QR * unit
        if entry.stand:
            below = sheet.write(
                entry.stand, right, below, _QR * unit, 8 * unit, points=11 * unit, bold=True,
                colour=ACCENT, align="C",
            )  # fmt: skip
        sheet.write(
            entry.code, right, below, _QR * unit, 5 * unit, points=7 * unit, colour=QUIET, align="C"
        )
        self.y = top + height
        sheet.line(self.margin, self.y - 2.5 * unit, self.inner, PALE)

    def colleges(self) -> list[tuple[str, list[Entry]]]:
        """The exhibits of each college, by its name."""
        return self.grouped((_in(one.college, self.language), one) for one in self.made_of.entries)

    def technologies(self) -> list[tuple[str, list[Entry]]]:
        """The exhibits of each technology, by its name."""
        return self.grouped(
            (_in(technology, self.language), one)
            for one in self.made_of.entries
            for technology in one.technologies
        )

    def grouped(self, pairs: Iterable[tuple[str, Entry]]) -> list[tuple[str, list[Entry]]]:
        found: dict[str, list[Entry]] = defaultdict(list)
        for name, entry in pairs:
            if name:
                found[name].append(entry)
        return sorted(found.items(), key=lambda one: collation_key(one[0], self.language))

    def index(self, groups: Sequence[tuple[str, list[Entry]]]) -> None:
        """Each name with its exhibits, their stands and their pages."""
        sheet, unit = self.sheet, self.unit
        for name, entries in groups:
            heading = sheet.fit(name, self.inner, 20 * unit, points=9.5 * unit, bold=True)
            # A name isn't left alone at the foot of a page.
            self.room(heading.height + 6 * unit)
            self.y = sheet.text(heading, self.margin, self.y, self.inner, bold=True)
            for entry in entries:
                line = sheet.fit(
                    _in(entry.titles, self.language), self.inner - 36 * unit, 12 * unit,
                    points=8.5 * unit,
                )  # fmt: skip
                self.room(line.height)
                page = self.pages[entry.code]
                right = self.margin + self.inner
                sheet.write(
                    entry.stand or entry.code, right - 32 * unit, self.y, 20 * unit, 5 * unit,
                    points=8.5 * unit, colour=ACCENT, align="R",
                )  # fmt: skip
                sheet.write(
                    f"→ {page}", right - 11 * unit, self.y, 11 * unit, 5 * unit,
                    points=8.5 * unit, align="R",
                )  # fmt: skip
                self.y = sheet.text(
                    line, self.margin + 4 * unit, self.y, self.inner - 36 * unit, colour=QUIET
                )
            self.y += 2 * unit

    def contents(self, lines: Sequence[tuple[str, int]]) -> None:
        """Write the contents on the second page, now that the pages are known."""
        sheet, unit = self.sheet, self.unit
        sheet.pdf.page = 2
        y = sheet.write(
            said(Word.CONTENTS, self.language), self.margin, self.margin, self.inner, 20 * unit,
            points=18 * unit, bold=True, colour=ACCENT,
        ) + 4 * unit  # fmt: skip
        for title, page in lines:
            sheet.write(
                str(page), self.margin + self.inner - 12 * unit, y, 12 * unit, 6 * unit,
                points=11 * unit, align="R",
            )  # fmt: skip
            y = sheet.write(
                title, self.margin, y, self.inner - 16 * unit, 11 * unit, points=11 * unit
            )
            y += 2 * unit


def _in(texts: Mapping[str, str], language: str) -> str:
    found = best(texts, language)
    return found[1] if found else ""
