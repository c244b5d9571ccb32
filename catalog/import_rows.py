"""Understanding one row of a spreadsheet: what it says of an exhibit, and what can't be taken."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Any, Final

from catalog.cells import (
    CHOICE_NAMES,
    KINDS,
    ROLES,
    SEEKING,
    Broken,
    Cell,
    Choice,
    as_flag,
    as_items,
    as_line,
    as_number,
    as_paragraphs,
    as_text,
    clears,
    keeps,
)
from catalog.codes import is_code
from catalog.columns import IN_LANGUAGES, LISTS, Column
from catalog.drafts import (
    TECHNOLOGIES_LIMIT,
    TITLE_LENGTH,
    Draft,
    DraftPicture,
    DraftText,
    Logistics,
)
from catalog.entries import Entries
from catalog.import_scope import Scope
from catalog.languages import LANGUAGES, language_of
from catalog.names import NameBook
from catalog.picture_archive import PictureArchive
from catalog.problems import Problem, ProblemCode
from catalog.refusals import Refused
from catalog.spreadsheets import Row
from catalog.texts import excerpt, folded, has_nul, shortened
from catalog.vocabulary import Technologies

STAND_NEEDS: Final = tuple(Logistics.__dataclass_fields__)
PICTURES_LIMIT: Final = 8
_NAME_LIMIT: Final = 200
_HALL_LIMIT: Final = 20
# Real archives hold titles of up to 195 characters; what is much longer is no title.
_ARCHIVE_TITLE_LIMIT: Final = 2 * TITLE_LENGTH[1]


@dataclass(frozen=True)
class RowProblem:
    """A problem and where it stands: the row and column as the person sees them in the file."""

    row: int
    column: str
    value: str
    problem: Problem

    @property
    def message(self) -> str:
        return self.problem.message

    def sentence(self, language: str) -> str:
        return self.problem.sentence(language)


@dataclass(frozen=True)
class Understood:
    """What one row says: only the fields it speaks of are here, an empty value clears one.

    `tags` are technologies by the keyword that names them; `pictures` are hashes.
    """

    row: int
    code: str | None
    college: str | None
    external_id: str | None
    texts: Mapping[tuple[str, str], str]
    values: Mapping[str, Any]
    tags: Mapping[str, str]
    long_titles: Mapping[str, str]
    pictures: tuple[str, ...] | None
    picture_alt: str | None
    nobody_recognizable: bool | None

    @property
    def titles(self) -> list[str]:
        return [text for (_, part), text in self.texts.items() if part == "title" and text]

    def merged_into(self, base: Draft | None) -> Draft:
        """The draft that this row makes of what was there (None: of nothing)."""
        draft = base or Draft(college=self.college or "")
        values = dict(self.values)
        if self.external_id is not None:
            values["external_id"] = self.external_id or None
        stand = {name: values.pop(name) for name in STAND_NEEDS if name in values}
        technologies = dict.fromkeys(values.get("technologies", draft.technologies))
        for keyword, tag in self.tags.items():
            if keyword not in draft.keywords and len(technologies) < TECHNOLOGIES_LIMIT:
                technologies[tag] = None
        values["technologies"] = tuple(technologies)
        texts = self._merged_texts(draft.texts)
        return replace(
            draft,
            texts=texts,
            pictures=self._merged_pictures(draft.pictures, texts),
            logistics=replace(draft.logistics, **stand),
            **values,
        )

    def _merged_pictures(
        self, base: tuple[DraftPicture, ...], texts: Mapping[str, DraftText]
    ) -> tuple[DraftPicture, ...]:
        """The pictures the row names, or those that were there, with what the row says of them.

        A new one that nobody has described is called what the exhibit is called.
        """
        kept = {picture.hash: picture for picture in base}
        titles = {language: text.title for language, text in texts.items() if text.title}
        pictures = [
            kept.get(one, DraftPicture(one, titles, nobody_recognizable=False))
            for one in (kept if self.pictures is None else self.pictures)
        ]
        if self.picture_alt:
            alt = {language_of(self.picture_alt): self.picture_alt}
            pictures = [replace(one, alt={**one.alt, **alt}) for one in pictures]
        if self.nobody_recognizable is not None:
            nobody = self.nobody_recognizable
            pictures = [replace(one, nobody_recognizable=nobody) for one in pictures]
        return tuple(pictures)

    def _merged_texts(self, base: Mapping[str, DraftText]) -> dict[str, DraftText]:
        texts: dict[str, DraftText] = {}
        for language in LANGUAGES:
            kept = base.get(language, DraftText())
            text = replace(
                kept,
                title=self.texts.get((language, "title"), kept.title),
                summary=self.texts.get((language, "summary"), kept.summary),
                description=self.texts.get((language, "description"), kept.description),
            )
            whole_title = self.long_titles.get(language)
            if whole_title and not text.description.startswith(whole_title):
                description = f"{whole_title}\n\n{text.description}".strip()
                text = replace(text, description=description)
            if text.title or text.summary or text.description:
                texts[language] = text
        return texts


class RowReader:
    """Understands the rows of one sheet in the light of what the catalog knows."""

    def __init__(
        self,
        columns: Mapping[str, Column],
        entries: Entries,
        technologies: Technologies,
        fields: NameBook,
        scope: Scope,
        archive: PictureArchive | None = None,
    ) -> None:
        self.columns = columns
        self.pictures = archive
        self.scope = scope
        self.headers: dict[str, list[tuple[Column, str]]] = {}
        for header, column in columns.items():
            self.headers.setdefault(column.field, []).append((column, header))
        for found in self.headers.values():
            found.sort(key=lambda pair: pair[0].number or 0)
        self.entries = entries
        self.technologies = technologies
        self.fields = fields
        self.archive = entries.edition.is_archive
        self.halls = NameBook(
            (name, hall.slug)
            for hall in entries.edition.halls
            for name in (hall.slug, *hall.names.values())
        )

    def header(self, field: str) -> str:
        """The file's own header of a field (`title_ru`), or the field's name if it has none."""
        base, _, language = field.rpartition("_")
        if language not in LANGUAGES:
            base, language = field, ""
        columns = self.headers.get(base, [])
        for column, header in columns:
            if column.language == (language or None):
                return header
        return columns[0][1] if len(columns) == 1 and base in IN_LANGUAGES else field

    def understand(self, row: Row) -> tuple[Understood, list[RowProblem]]:
        """What a row says, and everything in it that can't be taken."""
        return _OneRow(self, row).read()

    def at(self, row: Row, problem: Problem) -> RowProblem:
        """A problem of an entry, put where the row has that field."""
        header = self.header(problem.field)
        value = problem.value or _shown(row.cells.get(header))
        return RowProblem(row.number, header, value, problem)


class _OneRow:
    """The reading of one row; problems gather as its cells are looked at."""

    def __init__(self, reader: RowReader, row: Row) -> None:
        self._reader = reader
        self._row = row
        self._problems: list[RowProblem] = []

    def read(self) -> tuple[Understood, list[RowProblem]]:
        texts = self._texts()
        long_titles = self._shorten_titles(texts) if self._reader.archive else {}
        values: dict[str, Any] = {}
        self._lists(values)
        self._choices(values)
        for field in ("team_size", "course", "power_watts", "floor_area", "people"):
            self._one(values, field, self._number, empty=None)
        for field in ("stand", "teacher_phone"):
            self._one(values, field, lambda cell, header: as_line(cell), empty=None)
        for field in ("contactable", "network", "noise", "fire"):
            self._flag(values, field)
        self._list(values, "pictures", self._picture)
        self._flag(values, "nobody_recognizable")
        pictures = values.pop("pictures", None)
        if pictures is not None and len(pictures) > PICTURES_LIMIT:
            self._report(self._reader.header("pictures"), ProblemCode.TOO_MANY, "",
                         count=len(pictures), limit=PICTURES_LIMIT)  # fmt: skip
        understood = Understood(
            row=self._row.number,
            code=self._code(),
            college=self._college(),
            external_id=self._line("external_id", cleared=""),
            texts=texts,
            values=values,
            tags=self._tags(values.get("keywords", ())),
            long_titles=long_titles,
            pictures=pictures,
            picture_alt=self._line("picture_alt"),
            nobody_recognizable=values.pop("nobody_recognizable", None),
        )
        return understood, self._problems

    def _texts(self) -> dict[tuple[str, str], str]:
        """Texts by (language, part); a column without a language has the language of its texts."""
        said: dict[tuple[str | None, str], str] = {}
        for part in ("title", "summary", "description"):
            for column, _, cell in self._cells(part):
                if clears(cell):
                    said[column.language, part] = ""
                elif not keeps(cell):
                    clean = as_paragraphs if part == "description" else as_line
                    said[column.language, part] = clean(cell)
        language = language_of(" ".join(text for (own, _), text in said.items() if own is None))
        return {(own or language, part): text for (own, part), text in said.items()}

    def _shorten_titles(self, texts: dict[tuple[str, str], str]) -> dict[str, str]:
        """Cut an archive's overlong titles between two words; returns the whole ones."""
        whole = {}
        for (language, part), text in list(texts.items()):
            if part == "title" and TITLE_LENGTH[1] < len(text) <= _ARCHIVE_TITLE_LIMIT:
                short = shortened(text, TITLE_LENGTH[1])
                if short is not None:
                    texts[language, part] = short
                    whole[language] = text
        return whole

    def _lists(self, values: dict[str, Any]) -> None:
        self._list(values, "technologies", self._technology)
        self._list(values, "keywords", lambda item, header: item)
        self._list(values, "links", lambda item, header: item)
        self._list(
            values, "creators", lambda item, header: self._choice("creators", item, header, ROLES),
            repeats=True,
        )  # fmt: skip
        self._list(
            values, "seeking", lambda item, header: self._choice("seeking", item, header, SEEKING)
        )
        if "seeking" in values:
            values["seeking"] = frozenset(values["seeking"])

    def _choices(self, values: dict[str, Any]) -> None:
        self._one(values, "kind", lambda cell, header: self._choice(
            "kind", as_line(cell), header, KINDS), empty=None)  # fmt: skip
        self._one(values, "field", self._field, empty=None)
        self._one(values, "hall", self._hall, empty=None)
        names: dict[str, str] = {}
        for column, _, cell in self._cells("specialty"):
            if clears(cell):
                values["specialty"] = None
            elif not keeps(cell):
                name = as_line(cell)
                names[column.language or language_of(name)] = name
        if names and self._short_enough("specialty", names.values()):
            found = self._reader.entries.specialties.find(names)
            if len(found) > 1:
                self._report("specialty", ProblemCode.AMBIGUOUS, "; ".join(names.values()),
                             choices=", ".join(found))  # fmt: skip
            else:
                values["specialty"] = self._reader.entries.specialties.reserve(names)

    def _cells(self, field: str) -> Iterator[tuple[Column, str, Cell]]:
        """The cells of a field; what can't be read as a text is reported and left out."""
        for column, header in self._reader.headers.get(field, ()):
            cell = self._row.cells.get(header)
            parts = cell if isinstance(cell, list) and field in LISTS else [cell]
            if any(isinstance(part, str) and has_nul(part) for part in parts):
                self._report(header, ProblemCode.NUL, cell)
            elif any(isinstance(part, list | dict) for part in parts if part != []):
                self._report(header, ProblemCode.NOT_A_TEXT, cell)
            elif isinstance(cell, Broken):
                code = ProblemCode.FORMULA if cell.formula else ProblemCode.CELL_ERROR
                self._report(header, code, cell.shown)
            elif isinstance(cell, date | time):
                # Excel makes one of 1-3 and of 10.12; no column of ours holds a date.
                self._report(header, ProblemCode.IS_A_DATE, as_text(cell))
            else:
                yield column, header, None if cell == [] else cell

    def _one(
        self,
        values: dict[str, Any],
        field: str,
        understand: Callable[[Cell, str], Any],
        *,
        empty: Any,
    ) -> None:
        for _, header, cell in self._cells(field):
            if clears(cell):
                values[field] = empty
            elif not keeps(cell):
                values[field] = understand(cell, header)

    def _list(
        self,
        values: dict[str, Any],
        field: str,
        understand: Callable[[str, str], Any],
        *,
        repeats: bool = False,
    ) -> None:
        """One list of all columns of a field; what isn't understood is reported and left out."""
        items: list[Any] = []
        for _, header, cell in self._cells(field):
            if clears(cell):
                values[field] = ()
            elif not keeps(cell):
                items.extend(understand(item, header) for item in as_items(cell))
        known = [item for item in items if item is not None]
        if known:
            values[field] = tuple(known if repeats else dict.fromkeys(known))

    def _line(self, field: str, *, cleared: str | None = None) -> str | None:
        for _, _, cell in self._cells(field):
            if clears(cell):
                return cleared
            if not keeps(cell):
                return as_line(cell) or None
        return None

    def _code(self) -> str | None:
        text = self._line("code")
        if text is None:
            return None
        if not is_code(text.upper()):
            self._report(self._reader.header("code"), ProblemCode.BAD_CODE, text)
            return None
        return text.upper()

    def _college(self) -> str | None:
        name, scope = self._line("college"), self._reader.scope
        if name is None:
            return scope.only
        header = self._reader.header("college")
        colleges = self._reader.entries.colleges
        known = colleges.find(name)
        found = tuple(slug for slug in known if scope.covers(slug))
        if len(found) == 1:
            return found[0]
        if known and not found:
            self._report(header, ProblemCode.OTHER_COLLEGE, name)
            return None
        if len(found) > 1:
            self._report(header, ProblemCode.AMBIGUOUS, name, choices=", ".join(found))
        elif not self._reader.archive or scope.colleges is not None:
            self._unknown(header, name, colleges.suggest(name))
        elif self._short_enough("college", [name]):
            return colleges.reserve(name)
        return None

    def _technology(self, item: str, header: str) -> str | None:
        slug = self._reader.technologies.recognize(item)
        if slug is None:
            self._unknown(header, item, self._reader.technologies.suggest(item))
        return slug

    def _picture(self, name: str, header: str) -> str | None:
        """The hash of a picture by the name of its file in the ZIP."""
        archive = self._reader.pictures
        if archive is None:
            self._report(header, ProblemCode.NO_ARCHIVE, name)
        elif not archive.find(name):
            self._report(header, ProblemCode.NO_SUCH_PICTURE, name)
        elif archive.find(name) > 1:
            self._report(header, ProblemCode.SEVERAL_PICTURES, name)
        else:
            try:
                return archive.hash_of(name)
            except Refused as error:
                said = {language: error.sentence(language) for language in LANGUAGES}
                self._report(header, ProblemCode.WRONG_PICTURE, name, reason=said)
        return None

    def _tags(self, keywords: Sequence[str]) -> dict[str, str]:
        """The technologies that keywords name, where the file has no column for technologies."""
        if "technologies" in self._reader.headers:
            return {}
        found = ((keyword, self._reader.technologies.recognize(keyword)) for keyword in keywords)
        return {keyword: slug for keyword, slug in found if slug is not None}

    def _field(self, cell: Cell, header: str) -> str | None:
        name = as_line(cell)
        found = self._reader.fields.find(name)
        if not found:
            self._unknown(header, name, self._reader.fields.suggest(name))
        return found[0] if found else None

    def _hall(self, cell: Cell, header: str) -> str | None:
        name = as_line(cell)
        halls = self._reader.halls
        found = halls.find(name)
        if found:
            return found[0]
        if self._reader.archive and len(name) <= _HALL_LIMIT:
            halls.add(name, name)
            return name
        choices = ", ".join(hall.slug for hall in self._reader.entries.edition.halls) or "–"
        self._report(header, ProblemCode.HALL_NEEDED, name, choices=choices)
        return None

    def _choice(
        self, field: str, text: str, header: str, known: Mapping[str, Choice]
    ) -> Choice | None:
        choice = known.get(folded(text))
        if choice is None:
            names = CHOICE_NAMES[field].values()
            choices = {
                language: ", ".join(triple[place] for triple in names)
                for place, language in enumerate(LANGUAGES)
            }
            self._report(header, ProblemCode.NOT_ONE_OF, text, choices=choices)
        return choice

    def _number(self, cell: Cell, header: str) -> int | None:
        number = as_number(cell)
        if number is None:
            self._report(header, ProblemCode.NOT_A_NUMBER, cell)
        return number

    def _flag(self, values: dict[str, Any], field: str) -> None:
        for _, header, cell in self._cells(field):
            flag = as_flag(cell)
            if flag is not None:
                values[field] = flag
            elif clears(cell):
                values[field] = False
            elif not keeps(cell):
                self._report(header, ProblemCode.NOT_YES_OR_NO, cell)

    def _short_enough(self, field: str, names: Iterable[str]) -> bool:
        long = [name for name in names if len(name) > _NAME_LIMIT]
        for name in long:
            self._report(self._reader.header(field), ProblemCode.TOO_LONG, name,
                         length=len(name), limit=_NAME_LIMIT)  # fmt: skip
        return not long

    def _unknown(self, header: str, name: str, suggestion: str | None) -> None:
        if suggestion is None:
            self._report(header, ProblemCode.UNKNOWN, name)
        else:
            self._report(header, ProblemCode.UNKNOWN_DID_YOU_MEAN, name, suggestion=suggestion)

    def _report(self, header: str, code: ProblemCode, cell: object, **facts: object) -> None:
        column = self._reader.columns.get(header)
        problem = Problem(column.name if column else header, code, _shown(cell), facts)
        self._problems.append(RowProblem(self._row.number, header, problem.value, problem))


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    return excerpt(cell if isinstance(cell, str) else str(cell))
