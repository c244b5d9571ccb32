"""Places and who stands at them as tables: exported, edited, imported again; for organizers.

An import is made whole or not at all; what is wrong is told row by row.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import spreadsheets
from catalog.cells import YES_NO, Cell, as_flag, as_line, as_number, clears, keeps
from catalog.halls import PlaceFacts, edition_of, put_all_places, require_sane
from catalog.languages import LANGUAGES, best
from catalog.models import College, Edition, Exhibit, ExhibitText, Hall
from catalog.permissions import Action, By, Subject, actor_of, require
from catalog.problems import Problem, ProblemCode
from catalog.refusals import Refused
from catalog.seating import Stand, order
from catalog.stands import Moved, assign_all
from catalog.states import STANDING
from catalog.store import Store
from catalog.texts import folded

# What each column is called in Kazakh, Russian and English.
PLACES: Final[Mapping[str, tuple[str, str, str]]] = {
    "hall": ("зал", "зал", "hall"),
    "number": ("стенд", "стенд", "stand"),
    "x": ("x", "x", "x"),
    "y": ("y", "y", "y"),
    "width": ("ені", "ширина", "width"),
    "height": ("биіктігі", "высота", "height"),
    "power_watts": ("қуаты, Вт", "мощность, Вт", "power, W"),
    "floor_area": ("ауданы, м²", "площадь, м²", "area, m²"),
    "network": ("желі", "сеть", "network"),
    "noise": ("шуға болады", "можно шуметь", "noise allowed"),
    "fire": ("ашық отқа болады", "можно открытый огонь", "fire allowed"),
}
ASSIGNMENTS: Final[Mapping[str, tuple[str, str, str]]] = {
    "code": ("код", "код", "code"),
    "title": ("атауы", "название", "title"),
    "college": ("колледж", "колледж", "college"),
    "hall": ("зал", "зал", "hall"),
    "number": ("стенд", "стенд", "stand"),
}
_NUMBERS: Final = ("x", "y", "width", "height", "power_watts", "floor_area")
_FLAGS: Final = ("network", "noise", "fire")

Table = tuple[list[str], list[list[str]]]


@dataclass(frozen=True)
class TableProblem:
    """What is wrong in a row (0: the file as a whole), and in which column."""

    row: int
    column: str
    value: str
    problem: Problem | Refused

    def sentence(self, language: str) -> str:
        """What is wrong, in Kazakh, Russian or English."""
        return self.problem.sentence(language)


@dataclass(frozen=True)
class TableReport:
    """What an import did, or why it did nothing; `moved` undoes one of assignments."""

    rows: int
    changed: int
    problems: tuple[TableProblem, ...] = ()
    moved: Moved = Moved({}, {})


def places_table(session: Session, edition: str, language: str, *, by: By) -> Table:
    """All places of an edition, a header and its rows."""
    place = _edition(session, edition, by)
    rows = []
    for hall in place.halls:
        for one in sorted(hall.places, key=lambda one: order(Stand("", one.number))):
            values = [getattr(one, name) for name in PLACES if name != "hall"]
            rows.append([hall.slug, *(_said(value, language) for value in values)])
    return _header(PLACES, language), rows


def assignments_table(session: Session, edition: str, language: str, *, by: By) -> Table:
    """Everybody who stands or shall stand somewhere, with the stand."""
    _edition(session, edition, by)
    rows = session.execute(
        select(Exhibit.id, Exhibit.code, Exhibit.stand_number, Hall.slug.label("hall"), College)
        .join(Edition, Edition.id == Exhibit.edition_id)
        .join(College, College.id == Exhibit.college_id)
        .outerjoin(Hall, Hall.id == Exhibit.hall_id)
        .where(Edition.slug == edition, Exhibit.state.in_(STANDING))
        .order_by(College.slug, Exhibit.id)
    ).all()
    titles: dict[int, dict[str, str]] = {}
    texts = (
        select(ExhibitText.exhibit_id, ExhibitText.language, ExhibitText.title)
        .join(Exhibit, Exhibit.id == ExhibitText.exhibit_id)
        .join(Edition, Edition.id == Exhibit.edition_id)
        .where(Edition.slug == edition)
    )
    for exhibit, spoken, title in session.execute(texts):
        titles.setdefault(exhibit, {})[spoken] = title
    return _header(ASSIGNMENTS, language), [
        [
            row.code,
            _best(titles.get(row.id, {}), language),
            _best(row.College.names, language),
            row.hall or "",
            row.stand_number or "",
        ]
        for row in rows
    ]


def import_places(
    store: Store, data: bytes, name: str, *, edition: str, by: By, now: datetime
) -> TableReport:
    """Add places, or change those of the same numbers; an empty cell keeps what is there.

    Raises FileRefused for what is no table.
    """
    sheet = _read(data, name, PLACES)
    problems: list[TableProblem] = []
    places: dict[str, list[PlaceFacts]] = {}
    seen: dict[tuple[str, str], int] = {}
    with store.reading() as session:
        halls = _Halls(_edition(session, edition, by).halls)
        for row in sheet.rows:
            reader = _Cells(row.number, row.cells, _columns(sheet.headers, PLACES), problems)
            hall = reader.hall(halls)
            number = reader.line("number")
            if hall is None or not number:
                if not number:
                    reader.problem("number", ProblemCode.MISSING)
                continue
            first = seen.setdefault((hall.slug, number), row.number)
            if first != row.number:
                reader.problem("number", ProblemCode.SAME_AS_ROW, row=first)
                continue
            facts = reader.facts(_present(hall, number))
            if facts is None:
                continue
            try:
                require_sane(facts, hall)
            except Refused as refused:
                problems.append(TableProblem(row.number, "", number, refused))
                continue
            places.setdefault(hall.slug, []).append(facts)
    if problems:
        return TableReport(len(sheet.rows), 0, tuple(problems))
    put_all_places(store, places, edition=edition, by=by, now=now)
    return TableReport(len(sheet.rows), sum(map(len, places.values())))


def import_assignments(
    store: Store, data: bytes, name: str, *, edition: str, by: By, now: datetime
) -> TableReport:
    """Give stands by code; an empty cell keeps a stand, `[clear]` frees it.

    Raises FileRefused for what is no table.
    """
    sheet = _read(data, name, ASSIGNMENTS)
    problems: list[TableProblem] = []
    wanted: dict[str, Stand | None] = {}
    seen: dict[str, int] = {}
    with store.reading() as session:
        place = _edition(session, edition, by)
        halls = _Halls(place.halls)
        query = (
            select(Exhibit.code, Hall.slug)
            .outerjoin(Hall, Hall.id == Exhibit.hall_id)
            .where(Exhibit.edition_id == place.id)
        )
        known = {code: hall for code, hall in session.execute(query)}  # noqa: C416
        for row in sheet.rows:
            reader = _Cells(row.number, row.cells, _columns(sheet.headers, ASSIGNMENTS), problems)
            code = reader.line("code").upper()
            if code not in known:
                reader.problem("code", ProblemCode.UNKNOWN if code else ProblemCode.MISSING)
                continue
            first = seen.setdefault(code, row.number)
            if first != row.number:
                reader.problem("code", ProblemCode.SAME_AS_ROW, row=first)
                continue
            cell = reader.cell("number")
            if clears(cell):
                wanted[code] = None
            elif not keeps(cell):
                hall = reader.hall(halls, usual=known[code])
                if hall is not None:
                    wanted[code] = Stand(hall.slug, as_line(cell))
    if problems:
        return TableReport(len(sheet.rows), 0, tuple(problems))
    try:
        moved = assign_all(store, wanted, by=by, now=now)
    except Refused as refused:
        number = refused.facts.get("number")
        row_of = next((seen[code] for code, to in wanted.items() if to and to.number == number), 0)
        problem = TableProblem(row_of, "", str(number or ""), refused)
        return TableReport(len(sheet.rows), 0, (problem,))
    return TableReport(len(sheet.rows), len(moved.after), (), moved)


class _Halls:
    """Halls by everything they are called."""

    def __init__(self, halls: Sequence[Hall]) -> None:
        self._by_name = {
            folded(name): hall for hall in halls for name in (*hall.names.values(), hall.slug)
        }
        self.choices = ", ".join(hall.slug for hall in halls) or "–"

    def find(self, name: str) -> Hall | None:
        return self._by_name.get(folded(name))


@dataclass(frozen=True)
class _Cells:
    """One row's cells by what their columns mean; what is wrong goes into one list."""

    row: int
    cells: Mapping[str, Cell]
    columns: Mapping[str, str]
    problems: list[TableProblem]

    def cell(self, column: str) -> Cell:
        return self.cells.get(self.columns.get(column, ""))

    def line(self, column: str) -> str:
        return as_line(self.cell(column))

    def problem(self, column: str, code: ProblemCode, **facts: object) -> None:
        value = self.line(column)
        header = self.columns.get(column, column)
        self.problems.append(
            TableProblem(self.row, header, value, Problem(column, code, value, facts))
        )

    def hall(self, halls: _Halls, usual: str | None = None) -> Hall | None:
        name = self.line("hall") or usual or ""
        found = halls.find(name)
        if found is None:
            self.problem("hall", ProblemCode.HALL_NEEDED, choices=halls.choices)
        return found

    def facts(self, present: PlaceFacts) -> PlaceFacts | None:
        """The place as the row says it; None where a cell says nothing that can be understood."""
        before = len(self.problems)
        said: dict[str, Any] = {}
        readers: tuple[tuple[Sequence[str], Callable[[Cell], Any], ProblemCode], ...] = (
            (_NUMBERS, as_number, ProblemCode.NOT_A_NUMBER),
            (_FLAGS, as_flag, ProblemCode.NOT_YES_OR_NO),
        )
        for names, understood, wrong in readers:
            for name in names:
                cell = self.cell(name)
                # In a column of yes and no, no is an answer.
                if keeps(cell) and not (names is _FLAGS and as_flag(cell) is False):
                    continue
                said[name] = understood(cell)
                if said[name] is None:
                    self.problem(name, wrong)
        return replace(present, **said) if len(self.problems) == before else None


def _present(hall: Hall, number: str) -> PlaceFacts:
    for one in hall.places:
        if one.number == number:
            return PlaceFacts(**{each.name: getattr(one, each.name) for each in fields(PlaceFacts)})
    return PlaceFacts(number, 0, 0, 60, 40)


def _read(
    data: bytes, name: str, columns: Mapping[str, tuple[str, str, str]]
) -> spreadsheets.Sheet:
    marks = {name for called in columns.values() for name in called}
    every = {form for mark in marks for form in (mark, mark.capitalize(), mark.upper())}
    return spreadsheets.read(data, name, headers=every | set(columns))


def _columns(
    headers: Sequence[str], columns: Mapping[str, tuple[str, str, str]]
) -> Mapping[str, str]:
    """The file's header of each column that it has."""
    known = {folded(name): column for column, called in columns.items() for name in called}
    known |= {column: column for column in columns}
    found: dict[str, str] = {}
    for header in headers:
        column = known.get(folded(header))
        if column is not None:
            found.setdefault(column, header)
    return found


def _edition(session: Session, slug: str, by: By) -> Edition:
    place = edition_of(session, slug)
    require(actor_of(session, by), Action.MANAGE_STANDS, Subject(edition=place.id))
    return place


def _header(columns: Mapping[str, tuple[str, str, str]], language: str) -> list[str]:
    return [called[LANGUAGES.index(language)] for called in columns.values()]


def _said(value: object, language: str) -> str:
    if isinstance(value, bool):
        return YES_NO[value][LANGUAGES.index(language)]
    return str(value)


def _best(texts: Mapping[str, str], language: str) -> str:
    found = best(texts, language)
    return found[1] if found else ""
