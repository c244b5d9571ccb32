"""Spreadsheets in: CSV, XLSX and JSON Lines become one table of rows, numbered as people see them."""

import codecs
import csv
import io
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from catalog.cells import Cell
from catalog.columns import known_headers, names_work
from catalog.errors import WrongFile
from catalog.file_problems import FileNote, FileReason, FileRefused, NoteCode
from catalog.pages import MOST_COLUMNS, Page, pages
from catalog.texts import clean_line
from catalog.workbooks import unmarked

MOST_ROWS: Final = 20_000
MOST_BYTES: Final = 50_000_000
_HEADER_WITHIN: Final = 30
_EMPTY_ROWS_END: Final = 1_000
_MOST_FILLED: Final = 200_000
_DELIMITERS: Final = (";", ",", "\t", "|")
# How files begin that people take for tables because of their names.
_OTHER_KINDS: Final = (
    (b"%pdf", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<table", "HTML"),
    (b"<?xml", "XML"),
)


@dataclass(frozen=True)
class Row:
    """One row: its number in the file as a person sees it, and its cells by header.

    A row that can't be read has an `error`, its `raw` text, and no cells.
    """

    number: int
    cells: Mapping[str, Cell]
    error: str | None = None
    raw: str = ""


@dataclass(frozen=True)
class Sheet:
    """A file's headers in their order, its rows that are not empty, and what is odd about it."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    notes: tuple[FileNote, ...] = ()
    # Headers by the number of their column, from 1.
    places: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


def read_file(path: Path, *, headers: Collection[str] = (), limit: int | None = None) -> Sheet:
    """Read a file by its path; see `read`. Raises WrongFile when it isn't there."""
    try:
        _refuse_large(path.stat().st_size, path.name)
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise WrongFile(f"{path} can't be opened: {reason}.") from error
    return read(data, path.name, headers=headers, limit=limit)


def read(
    data: bytes, name: str, *, headers: Collection[str] = (), limit: int | None = None
) -> Sheet:
    """Read the first `limit` rows of a file; its kind is told by its content, then by its name.

    `headers` are further words that mark the header row (those a mapping names). Of a workbook the
    first sheet that people see and that names works is read; merged cells hold their value in each
    row. Raises FileRefused, with a sentence, for anything that can't be read as a table.
    """
    _refuse_large(len(data), name)
    if not data.strip():
        raise FileRefused(FileReason.EMPTY, name=name)
    if data.startswith(b"PK\x03\x04"):
        return _from_workbook(pages(data, name), name, headers, limit)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        # An encrypted .xlsx is wrapped in the old format, in a part of this name.
        locked = "EncryptedPackage".encode("utf-16-le") in data
        raise FileRefused(FileReason.PASSWORD if locked else FileReason.OLD_EXCEL, name=name)
    for start, what in _OTHER_KINDS:
        if data.lstrip()[:20].lower().startswith(start):
            raise FileRefused(FileReason.NOT_A_TABLE, name=name, what=what)
    text, encoding = _decoded(data, name)
    if Path(name).suffix.lower() in (".jsonl", ".ndjson", ".json"):
        return _from_json_lines(text, name, limit)
    sheet = _from_cells(_csv_rows(text, name), name, headers, limit)
    if encoding == "cp1251" and re.search(r"\w\?\w", text):
        return replace(sheet, notes=(FileNote(NoteCode.LOST_LETTERS),))
    return sheet


def _refuse_large(size: int, name: str) -> None:
    if size > MOST_BYTES:
        raise FileRefused(FileReason.TOO_LARGE, name=name, size=size, limit=MOST_BYTES)


def _from_workbook(
    sheets: list[Page], name: str, marks: Collection[str], limit: int | None
) -> Sheet:
    """The first visible sheet that names works, else the first with a header."""
    shown = [page for page in sheets if not page.hidden]
    if not shown:
        raise FileRefused(FileReason.NO_VISIBLE_SHEET, name=name)
    heads = {page.title: list(islice(page.rows(), _HEADER_WITHIN)) for page in sheets[:20]}
    with_works = [
        page
        for page in sheets
        if any(names_work(_texts(row)) for _, row in heads.get(page.title, ()))
    ]
    with_header = [
        page for page in shown
        if any(_header_score(row, marks) for _, row in heads.get(page.title, ()))
    ]  # fmt: skip
    page = next((one for one in with_works if not one.hidden), (with_header or shown)[0])
    notes = []
    for code, hidden in ((NoteCode.OTHER_SHEETS, False), (NoteCode.HIDDEN_SHEETS, True)):
        others = ", ".join(
            f"«{one.title}»" for one in with_works if one is not page and one.hidden is hidden
        )
        if others:
            notes.append(FileNote(code, {"sheet": page.title, "others": others, "sheets": others}))
    sheet = _from_cells(page.rows(), name, marks, limit)
    filled, ranges = _filled(sheet, page)
    if ranges:
        notes.append(FileNote(NoteCode.MERGED, {"ranges": ", ".join(ranges)}))
    return replace(filled, notes=(*notes, *sheet.notes))


def _filled(sheet: Sheet, page: Page) -> tuple[Sheet, list[str]]:
    """The sheet with the value of merged cells in each of their rows, and the ranges it was for."""
    by_number = {row.number: row for row in sheet.rows}
    ranges: list[str] = []
    left = _MOST_FILLED
    for first, column, last, _ in page.merged:
        header = sheet.places.get(column)
        top = by_number.get(first)
        if header is None or top is None or header not in top.cells:
            continue
        for number in range(first + 1, min(last, first + MOST_ROWS) + 1):
            row, left = by_number.get(number), left - 1
            if row is not None and left > 0:
                by_number[number] = replace(row, cells={**row.cells, header: top.cells[header]})
        if last > first and len(ranges) < 5:
            ranges.append(f"{header}: {first}–{last}")
    return replace(sheet, rows=tuple(by_number.values())), ranges


def _from_cells(
    rows: Iterator[tuple[int, list[Cell]]], name: str, marks: Collection[str], limit: int | None
) -> Sheet:
    """Find the header among the first rows, and name the cells of the rows below it."""
    head = list(islice(rows, _HEADER_WITHIN))
    scores = [_header_score(cells, marks) for _, cells in head]
    best = max(range(len(head)), key=lambda place: scores[place], default=None)
    if best is None or not scores[best]:
        raise FileRefused(FileReason.NO_HEADER, name=name, within=_HEADER_WITHIN)
    headers = _unique(_header_text(cell) for cell in head[best][1])
    found: list[Row] = []
    notes: tuple[FileNote, ...] = ()
    last = head[best][0]
    for number, cells in chain(head[best + 1 :], rows):
        named = {
            header: cell
            for header, cell in zip(headers, cells, strict=False)
            if header and not _is_blank(cell)
        }
        if number - last > _EMPTY_ROWS_END:
            facts = {"row": last, "count": _EMPTY_ROWS_END}
            notes = (FileNote(NoteCode.ENDED_EARLY, facts),) if named else ()
            break
        if not named:
            continue
        if limit is not None and len(found) == limit:
            break
        if len(found) == MOST_ROWS:
            raise FileRefused(FileReason.TOO_MANY_ROWS, name=name, limit=MOST_ROWS)
        found.append(Row(number, named))
        last = number
    places = {place: header for place, header in enumerate(headers, start=1) if header}
    return Sheet(tuple(places.values()), tuple(found), notes, places)


def _texts(cells: Iterable[Cell]) -> list[str]:
    return [_header_text(cell) for cell in cells]


def _header_text(cell: Cell) -> str:
    return clean_line(cell.replace("\0", " "))[:200] if isinstance(cell, str) else ""


def _header_score(cells: list[Cell], marks: Collection[str]) -> int:
    texts = [_header_text(cell) for cell in cells]
    return known_headers(texts) + len(set(texts) & set(marks))


def _unique(headers: Iterable[str]) -> list[str]:
    """The headers, a second one of the same text marked by a number."""
    seen: dict[str, int] = {}
    unique = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        unique.append(f"{header} ({seen[header]})" if header and seen[header] > 1 else header)
    return unique


def _is_blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _from_json_lines(text: str, name: str, limit: int | None) -> Sheet:
    """JSON Lines: one object a line; a line that is none becomes a row with an error."""
    headers: dict[str, None] = {}
    rows: list[Row] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        if limit is not None and len(rows) == limit:
            break
        if len(rows) == MOST_ROWS:
            raise FileRefused(FileReason.TOO_MANY_ROWS, name=name, limit=MOST_ROWS)
        row = _json_row(number, line)
        headers.update(dict.fromkeys(row.cells))
        rows.append(row)
    if not headers:
        raise FileRefused(FileReason.NO_JSON, name=name)
    return Sheet(tuple(headers), tuple(rows))


def _json_row(number: int, line: str) -> Row:
    try:
        value: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Row(number, {}, f"not JSON ({str(error)[:100]})", line)
    if not isinstance(value, dict):
        return Row(number, {}, "not a JSON object {…}", line)
    return Row(number, {clean_line(key): cell for key, cell in value.items()})


def _decoded(data: bytes, name: str) -> tuple[str, str]:
    """The text of a file in UTF-8, UTF-16 or cp1251, with or without a byte order mark, and which."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decode(data, encoding, name), encoding
    sample = data[:4_000]
    for encoding, high_bytes in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        # Before UTF-8, as which it would pass: the high bytes of Latin and Cyrillic are 0 and 4.
        if high_bytes.count(0) + high_bytes.count(4) > 0.8 * len(high_bytes):
            return _decode(data, encoding, name), encoding
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        if 0 in sample:
            raise FileRefused(FileReason.NO_TEXT, name=name) from error
    return _decode(data, "cp1251", name), "cp1251"


def _decode(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileRefused(
            FileReason.BAD_ENCODING, name=name, encoding=encoding.upper(), at=error.start
        ) from error


def _csv_rows(text: str, name: str) -> Iterator[tuple[int, list[Cell]]]:
    declared = re.match(r"sep=(.)\r?\n", text)
    delimiter = declared.group(1) if declared else _delimiter(text)
    # A cell may be as long as a file: its length is judged later, by a sentence.
    csv.field_size_limit(MOST_BYTES)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 1
    try:
        for cells in reader:
            if len(cells) > MOST_COLUMNS and any(cells[MOST_COLUMNS:]):
                raise FileRefused(
                    FileReason.TOO_MANY_COLUMNS,
                    name=name,
                    row=number,
                    count=len(cells),
                    limit=MOST_COLUMNS,
                )
            yield number, [unmarked(cell) for cell in cells]
            number = reader.line_num + 1
    except csv.Error as error:
        raise FileRefused(FileReason.BAD_CSV, name=name, line=number, error=error) from error


def _delimiter(text: str) -> str:
    """The delimiter that names most known columns in one of the first lines."""
    lines = text[:20_000].splitlines()[:_HEADER_WITHIN]

    def columns(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(lines, delimiter=delimiter))
        return max(map(known_headers, rows), default=0), max(map(len, rows), default=0)

    return max(_DELIMITERS, key=columns)
