"""Texts for translators: a workbook of what an edition lacks in a language, and its way back.

Only accepted and published exhibits are translated, and none whose college proposes other texts
at the moment. A translation counts at once; no text that is there is ever overwritten.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from catalog.cells import Broken, Cell, as_text
from catalog.choices import Origin, State
from catalog.codes import is_code
from catalog.drafts import Draft, DraftText, draft_of
from catalog.entries import Entries, exhibits_of
from catalog.errors import NotThere
from catalog.field_names import FIELD_NAMES, field_name, split_field
from catalog.file_problems import FileNote, FileReason, FileRefused, NoteCode
from catalog.import_rows import RowProblem
from catalog.languages import LANGUAGES
from catalog.models import Edition, Exhibit, ExhibitText, Proposal
from catalog.permissions import Action, Actor, By, actor_of, require, subject_in
from catalog.problems import Problem, ProblemCode
from catalog.spreadsheets import Row, Sheet, read
from catalog.store import Store
from catalog.submissions import APPROVED, problems_in_state, put
from catalog.texts import clean_line, clean_text, excerpt, folded, has_nul
from catalog.wording import position
from catalog.workbooks import Guide, Help, as_workbook

PARTS: Final = ("title", "summary", "description")
_HEADERS: Final[Mapping[str, tuple[str, str, str]]] = {
    "code": ("Код", "Код", "Code"),
    "part": ("Мәтін бөлігі", "Часть текста", "Part of the text"),
    "source_language": ("Түпнұсқа тілі", "Язык оригинала", "Source language"),
    "source": ("Түпнұсқа", "Оригинал", "Source text"),
    "target_language": ("Аударма тілі", "Язык перевода", "Target language"),
    "target": ("Аударма", "Перевод", "Translation"),
}
_HELP: Final[Mapping[str, tuple[str, str, str]]] = {
    "target": ("Аударманы осында жазыңыз.", "Впишите перевод сюда.", "Write the translation here."),
}
_LEAVE: Final = ("Өзгертпеңіз.", "Не меняйте.", "Leave it as it is.")
_WIDTHS: Final = {"code": 10, "source": 70, "target": 70}
_SHEET: Final = ("Аудармалар", "Переводы", "Translations")
_GUIDE: Final = ("Қалай толтыру керек", "Как заполнять", "How to fill it in")
_LISTS: Final = ("Тізімдер", "Списки", "Lists")
_FIRST_LINE: Final = (
    "Тек «Аударма» бағанын толтырыңыз, қалғанын өзгертпеңіз. Бос ұяшық ештеңені өзгертпейді.",
    "Заполните только столбец «Перевод», остальное не меняйте. Пустая ячейка ничего не меняет.",
    "Fill in the column “Translation” alone. An empty cell changes nothing.",
)
_LANGUAGES: Final = {"kk": "қазақша", "ru": "русский", "en": "English"}
_COLUMN_OF: Final = {
    folded(header): column for column, headers in _HEADERS.items() for header in headers
}
_PART_OF: Final = {folded(name): part for part in PARTS for name in FIELD_NAMES[part].short}
_LANGUAGE_OF: Final = {folded(name): language for language, name in _LANGUAGES.items()}


@dataclass(frozen=True)
class TranslationReport:
    """What taking a file back does, or would do where nothing is `saved`.

    `texts` of `exhibits` are set; `unchanged` are there already, `empty` are not translated yet.
    """

    texts: int
    exhibits: int
    unchanged: int
    empty: int
    problems: tuple[RowProblem, ...]
    notes: tuple[FileNote, ...]
    saved: bool


@dataclass(frozen=True)
class _Line:
    """One translated row of a file, understood."""

    row: int
    code: str
    part: str
    source_language: str
    source: str
    target: str
    text: str


def missing(session: Session, *, edition: str, by: By, now: datetime) -> Mapping[str, int]:
    """How many texts of an edition can be translated into each language; for curators."""
    place, _ = _place(session, edition, by, now)
    said: dict[tuple[str, str], set[str]] = defaultdict(set)
    columns = [func.length(getattr(ExhibitText, part)) > 0 for part in PARTS]
    query = (
        select(Exhibit.code, ExhibitText.language, *columns)
        .join(Exhibit, Exhibit.id == ExhibitText.exhibit_id)
        .where(*_translatable(place))
    )
    for code, language, *has in session.execute(query):
        for part, there in zip(PARTS, has, strict=True):
            if there:
                said[code, part].add(language)
    return {
        target: sum(target not in languages for languages in said.values()) for target in LANGUAGES
    }


def export(
    session: Session, language: str, *, edition: str, target: str, by: By, now: datetime
) -> bytes:
    """A workbook of a row per text that lacks in `target`, its headers in the reader's `language`.

    The source is what was first written in its language, where there is such a text.
    """
    place, _ = _place(session, edition, by, now)
    said: dict[str, dict[str, DraftText]] = defaultdict(dict)
    query = (
        select(ExhibitText, Exhibit.code)
        .join(Exhibit, Exhibit.id == ExhibitText.exhibit_id)
        .where(*_translatable(place))
        .order_by(Exhibit.code)
    )
    for row, code in session.execute(query):
        said[code][row.language] = DraftText(
            row.title, row.summary, row.description, Origin(row.origin)
        )
    rows = [
        (code, field_name(part, language), _LANGUAGES[source], text, _LANGUAGES[target], "")
        for code, texts in said.items()
        for part, source, text in _lacking(texts, target)
    ]
    place_of = position(language)
    columns = [
        Help(headers[place_of], _HELP.get(name, _LEAVE)[place_of], width=_WIDTHS.get(name, 16))
        for name, headers in _HEADERS.items()
    ]
    guide = Guide(_SHEET[place_of], _GUIDE[place_of], _LISTS[place_of], _FIRST_LINE[place_of])
    return as_workbook(guide, columns, rows)


def read_file(data: bytes, name: str) -> Sheet:
    """The rows of a translator's file; raises FileRefused for what is none."""
    marks = {header for headers in _HEADERS.values() for header in headers}
    sheet = read(data, name, headers=marks)
    there = {_COLUMN_OF.get(folded(header)) for header in sheet.headers}
    lacking = [
        " / ".join(dict.fromkeys(headers))
        for column, headers in _HEADERS.items()
        if column not in there
    ]
    if lacking:
        named = ", ".join(f"«{header}»" for header in lacking)
        raise FileRefused(FileReason.NO_TRANSLATIONS, name=name, missing=named)
    return sheet


def apply(
    store: Store,
    sheet: Sheet,
    *,
    edition: str,
    by: By,
    now: datetime,
    dry_run: bool = False,
    accept_good: bool = False,
) -> TranslationReport:
    """Set the translations of a file: all of them, or with `accept_good` those without a problem.

    A row counts only if its source text is still what it was when the file was made, and if there
    is no text in its place. The same file once more changes nothing.
    """
    with store.reading() if dry_run else store.writing() as session:
        place, actor = _place(session, edition, by, now)
        judged = _Judged(session, place, sheet, lock=not dry_run)
        saved = not dry_run and (accept_good or not judged.problems)
        if saved and judged.changes:
            entries = Entries(session, place)
            for exhibit, draft in judged.changes:
                put(
                    session, exhibit, draft, entries=entries, action=Action.TRANSLATE, actor=actor,
                    now=now,
                )  # fmt: skip
        return TranslationReport(
            judged.texts,
            len(judged.changes),
            judged.unchanged,
            judged.empty,
            tuple(sorted(judged.problems, key=lambda one: one.row)),
            # The sheet that explains the columns is ours.
            tuple(note for note in sheet.notes if note.code is not NoteCode.OTHER_SHEETS),
            saved,
        )


class _Judged:
    """What a file asks for beside what there is: the changes it makes, and its problems."""

    def __init__(self, session: Session, place: Edition, sheet: Sheet, *, lock: bool) -> None:
        self.problems: list[RowProblem] = []
        self.changes: list[tuple[Exhibit, Draft]] = []
        self.texts = self.unchanged = self.empty = 0
        self._headers = {_COLUMN_OF.get(folded(header)): header for header in sheet.headers}
        by_code: dict[str, list[_Line]] = defaultdict(list)
        for row in sheet.rows:
            line = self._understood(row)
            if line is not None:
                by_code[line.code].append(line)
        known = _exhibits(session, place, by_code.keys(), lock=lock)
        proposed = set(
            session.scalars(
                select(Exhibit.code)
                .join(Proposal, Proposal.exhibit_id == Exhibit.id)
                .where(Exhibit.edition_id == place.id)
            )
        )
        for code, lines in by_code.items():
            exhibit = known.get(code)
            if exhibit is None:
                self._refuse(lines, ProblemCode.UNKNOWN)
            elif exhibit.state not in APPROVED:
                self._refuse(lines, ProblemCode.NOT_IN_STATE, state=State(exhibit.state))
            elif code in proposed:
                self._refuse(lines, ProblemCode.CHANGES_WAIT)
            else:
                self._judge(exhibit, lines)

    def _understood(self, row: Row) -> _Line | None:
        """A row that says a translation; None for one that is empty or has a problem."""
        if row.error is not None:
            self._problem(row.number, "code", row.raw, ProblemCode.BAD_ROW, reason=row.error)
            return None
        said: dict[str, str] = {}
        for column in _HEADERS:
            cell = row.cells.get(self._headers[column])
            problem = _unreadable(cell)
            if problem is not None:
                shown = as_text(cell) if not isinstance(cell, list | dict) else ""
                self._problem(row.number, column, shown, problem)
                return None
            said[column] = as_text(cell)
        if not clean_line(said["target"]):
            self.empty += 1
            return None
        code = clean_line(said["code"]).upper()
        part = _PART_OF.get(folded(said["part"]), "")
        languages = [
            _LANGUAGE_OF.get(folded(said[column]), "")
            for column in ("source_language", "target_language")
        ]
        parts = {
            language: ", ".join(field_name(one, language) for one in PARTS)
            for language in LANGUAGES
        }
        checks: Sequence[tuple[str, bool, ProblemCode, object]] = (
            ("code", is_code(code), ProblemCode.BAD_CODE, ""),
            ("part", bool(part), ProblemCode.NOT_ONE_OF, parts),
            ("source_language", bool(languages[0]), ProblemCode.NOT_ONE_OF,
             ", ".join(_LANGUAGES.values())),
            ("target_language", bool(languages[1]) and languages[1] != languages[0],
             ProblemCode.NOT_ONE_OF,
             ", ".join(name for one, name in _LANGUAGES.items() if one != languages[0])),
            ("target", not has_nul(said["target"]), ProblemCode.NUL, ""),
        )  # fmt: skip
        for column, fits, reason, choices in checks:
            if not fits:
                self._problem(row.number, column, said[column], reason, choices=choices)
                return None
        return _Line(
            row.number, code, part, languages[0], _clean(part, said["source"]), languages[1],
            _clean(part, said["target"]),
        )  # fmt: skip

    def _judge(self, exhibit: Exhibit, lines: Sequence[_Line]) -> None:
        draft = draft_of(exhibit)
        taken: dict[tuple[str, str], _Line] = {}
        for line in lines:
            there = getattr(draft.texts.get(line.target, DraftText()), line.part)
            source = getattr(draft.texts.get(line.source_language, DraftText()), line.part)
            first = taken.get((line.part, line.target))
            if there == line.text or (first is not None and first.text == line.text):
                self.unchanged += 1
            elif there:
                self._problem(line.row, "target", line.text, ProblemCode.TEXT_IS_THERE)
            elif first is not None:
                self._problem(
                    line.row, "target", line.text, ProblemCode.TRANSLATED_TWICE, row=first.row
                )
            elif not source or _clean(line.part, source) != line.source:
                self._problem(line.row, "source", line.source, ProblemCode.SOURCE_CHANGED)
            else:
                taken[line.part, line.target] = line
        # A text that doesn't fit keeps none of the others from being saved that fit without it.
        while taken:
            changed = _translated(draft, taken.values())
            problems = problems_in_state(exhibit, changed)
            if not problems:
                self.changes.append((exhibit, changed))
                self.texts += len(taken)
                return
            blamed = {_blamed(problem, taken): problem for problem in problems}
            for key, problem in blamed.items():
                line = taken.pop(key)
                self.problems.append(
                    RowProblem(line.row, self._headers["target"], excerpt(line.text), problem)
                )

    def _refuse(self, lines: Iterable[_Line], code: ProblemCode, **facts: object) -> None:
        for line in lines:
            self._problem(line.row, "code", line.code, code, **facts)

    def _problem(
        self, row: int, column: str, value: str, code: ProblemCode, /, **facts: object
    ) -> None:
        header = self._headers[column]
        problem = Problem(column, code, value, facts)
        self.problems.append(RowProblem(row, header, excerpt(value), problem))


def _translated(draft: Draft, lines: Iterable[_Line]) -> Draft:
    texts = dict(draft.texts)
    for line in lines:
        said: dict[str, Any] = {line.part: line.text, "origin": Origin.PERSON}
        texts[line.target] = replace(texts.get(line.target, DraftText()), **said)
    return replace(draft, texts={one: texts[one] for one in LANGUAGES if one in texts})


def _blamed(problem: Problem, taken: Mapping[tuple[str, str], _Line]) -> tuple[str, str]:
    """The part and language whose translation a problem is told of."""
    key = split_field(problem.field)
    if key in taken:
        return key
    return next((one for one in taken if one[1] == key[1]), next(iter(taken)))


def _lacking(texts: Mapping[str, DraftText], target: str) -> Iterator[tuple[str, str, str]]:
    """The parts that lack in a language, each with the language and text to translate it from."""
    sources = sorted(
        (one for one in LANGUAGES if one in texts and one != target),
        key=lambda one: texts[one].origin is not Origin.ORIGINAL,
    )
    for part in PARTS:
        if not getattr(texts.get(target, DraftText()), part):
            for source in sources:
                text: str = getattr(texts[source], part)
                if text:
                    yield part, source, text
                    break


def _unreadable(cell: Cell) -> ProblemCode | None:
    """Why a cell is no text."""
    if isinstance(cell, Broken):
        return ProblemCode.FORMULA if cell.formula else ProblemCode.CELL_ERROR
    if isinstance(cell, datetime | date | time):
        return ProblemCode.IS_A_DATE
    return ProblemCode.NOT_A_TEXT if isinstance(cell, list | dict) else None


def _clean(part: str, text: str) -> str:
    return clean_text(text) if part == "description" else clean_line(text)


def _translatable(place: Edition) -> tuple[ColumnElement[bool], ...]:
    proposed = exists().where(Proposal.exhibit_id == Exhibit.id)
    return Exhibit.edition_id == place.id, Exhibit.state.in_(APPROVED), ~proposed


def _exhibits(
    session: Session, place: Edition, codes: Collection[str], *, lock: bool
) -> dict[str, Exhibit]:
    if lock:
        # In one order, so that no two such transactions wait for each other.
        session.execute(
            select(Exhibit.id)
            .where(Exhibit.edition_id == place.id, Exhibit.code.in_(codes))
            .order_by(Exhibit.id)
            .with_for_update()
        )
    return {one.code: one for one in exhibits_of(session, place, codes=codes)}


def _place(session: Session, slug: str, by: By, now: datetime) -> tuple[Edition, Actor]:
    """The edition, and who translates its texts; raises NotThere or Refused."""
    actor = actor_of(session, by)
    place = session.scalars(select(Edition).where(Edition.slug == slug)).one_or_none()
    if place is None:
        raise NotThere(f"There is no edition {slug!r}.")
    require(actor, Action.TRANSLATE, subject_in(place, now))
    return place, actor
