"""Spreadsheets in: CSV, XLSX and JSON Lines become one table of rows, numbered as people see them."""

import codecs
import csv
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from catalog.cells import Cell
from catalog.columns import known_headers
from catalog.errors import WrongFile
from catalog.texts import clean_line
from catalog.workbooks import unmarked

MOST_ROWS: Final = 20_000
MOST_COLUMNS: Final = 200
MOST_BYTES: Final = 50_000_000
MOST_UNZIPPED_BYTES: Final = 300_000_000
_HEADER_WITHIN: Final = 30
_EMPTY_ROWS_END: Final = 1_000
_DELIMITERS: Final = (";", ",", "\t", "|")


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
    """A file's headers in their order, and its rows that are not empty."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]


def read_file(path: Path, *, headers: Collection[str] = (), limit: int | None = None) -> Sheet:
    """Read a file by its path; see `read`. Raises WrongFile when it isn't there."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise WrongFile(
                f"{path.name} has {path.stat().st_size:,} bytes, more than {MOST_BYTES:,};"
                " split it."
            )
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise WrongFile(f"{path} can't be opened: {reason}.") from error
    return read(data, path.name, headers=headers, limit=limit)


def read(
    data: bytes, name: str, *, headers: Collection[str] = (), limit: int | None = None
) -> Sheet:
    """Read the first `limit` rows of a file; its kind is told by its content, then by its name.

    `headers` are further words that mark the header row (those a mapping names). Raises WrongFile,
    with a sentence, for anything that can't be read as a table.
    """
    if len(data) > MOST_BYTES:
        raise WrongFile(f"{name} has {len(data):,} bytes, more than {MOST_BYTES:,}; split it.")
    if not data.strip():
        raise WrongFile(f"{name} is empty.")
    if data.startswith(b"PK\x03\x04"):
        return _from_cells(_xlsx_rows(data, name), name, headers, limit)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise WrongFile(
            f"{name} is in the old Excel format (.xls) or has a password; save it as .xlsx"
            " without one."
        )
    text = _decoded(data, name)
    if Path(name).suffix.lower() in (".jsonl", ".ndjson", ".json"):
        return _from_json_lines(text, name, limit)
    return _from_cells(_csv_rows(text, name), name, headers, limit)


def _from_cells(
    rows: Iterator[tuple[int, list[Cell]]], name: str, marks: Collection[str], limit: int | None
) -> Sheet:
    """Find the header among the first rows, and name the cells of the rows below it."""
    head = list(islice(rows, _HEADER_WITHIN))
    scores = [_header_score(cells, marks) for _, cells in head]
    best = max(range(len(head)), key=lambda place: scores[place], default=None)
    if best is None or not scores[best]:
        raise WrongFile(
            f"{name} has no header row: none of its first {_HEADER_WITHIN} rows names a column such"
            " as title (название, атауы) or college (колледж). Add one, or name the columns by"
            " --map."
        )
    headers = _unique(_header_text(cell) for cell in head[best][1])
    found: list[Row] = []
    for number, cells in _chain(head[best + 1 :], rows):
        named = {
            header: cell
            for header, cell in zip(headers, cells, strict=False)
            if header and not _is_blank(cell)
        }
        if not named:
            continue
        if limit is not None and len(found) == limit:
            break
        if len(found) == MOST_ROWS:
            raise WrongFile(f"{name} has more than {MOST_ROWS:,} rows; split it.")
        found.append(Row(number, named))
    return Sheet(tuple(header for header in headers if header), tuple(found))


def _chain(
    head: Iterable[tuple[int, list[Cell]]], rest: Iterator[tuple[int, list[Cell]]]
) -> Iterator[tuple[int, list[Cell]]]:
    yield from head
    yield from rest


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
            raise WrongFile(f"{name} has more than {MOST_ROWS:,} rows; split it.")
        row = _json_row(number, line)
        headers.update(dict.fromkeys(row.cells))
        rows.append(row)
    if not headers:
        raise WrongFile(f"{name} holds no JSON object a line; is it a JSON Lines file?")
    return Sheet(tuple(headers), tuple(rows))


def _json_row(number: int, line: str) -> Row:
    try:
        value: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        return Row(number, {}, f"not JSON ({str(error)[:100]})", line)
    if not isinstance(value, dict):
        return Row(number, {}, "not a JSON object {…}", line)
    return Row(number, {clean_line(key): cell for key, cell in value.items()})


def _decoded(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, UTF-16 or cp1251, with or without a byte order mark."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _decode(data, encoding, name)
    sample = data[:4_000]
    for encoding, high_bytes in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[::2])):
        # Before UTF-8, as which it would pass: the high bytes of Latin and Cyrillic are 0 and 4.
        if high_bytes.count(0) + high_bytes.count(4) > 0.8 * len(high_bytes):
            return _decode(data, encoding, name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if 0 in sample:
            raise WrongFile(
                f"{name} is no text and no XLSX file; save the table as XLSX or CSV."
            ) from error
    return _decode(data, "cp1251", name)


def _decode(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise WrongFile(
            f"{name} can't be read as {encoding.upper()} text (at byte {error.start:,}); save it"
            " as UTF-8."
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
                raise WrongFile(
                    f"Row {number} of {name} has {len(cells):,} columns, more than"
                    f" {MOST_COLUMNS}; is it a table of exhibits?"
                )
            yield number, [unmarked(cell) for cell in cells]
            number = reader.line_num + 1
    except csv.Error as error:
        raise WrongFile(f"{name} can't be read as CSV near line {number}: {error}.") from error


def _delimiter(text: str) -> str:
    """The delimiter that names most known columns in one of the first lines."""
    lines = text[:20_000].splitlines()[:_HEADER_WITHIN]

    def columns(delimiter: str) -> tuple[int, int]:
        rows = list(csv.reader(lines, delimiter=delimiter))
        return max(map(known_headers, rows), default=0), max(map(len, rows), default=0)

    return max(_DELIMITERS, key=columns)


def _xlsx_rows(data: bytes, name: str) -> Iterator[tuple[int, list[Cell]]]:
    # openpyxl takes 0.3 s to import, and most processes never read a workbook.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    _refuse_zip_bomb(data, name)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        if not sheets:
            raise WrongFile(f"{name} has no visible sheet; show the one with the exhibits.")
        rows = sheets[0].iter_rows(max_col=MOST_COLUMNS, values_only=True)
        empty = 0
        for number, cells in enumerate(rows, start=1):
            values: list[Cell] = list(cells)
            empty = empty + 1 if all(_is_blank(cell) for cell in values) else 0
            if empty > _EMPTY_ROWS_END:
                return
            if not empty:
                yield number, values
    except WrongFile:
        raise
    # openpyxl lets whatever its XML and zip readers meet in a damaged file pass through.
    except (
        InvalidFileException, zipfile.BadZipFile, zlib.error, struct.error, LookupError, ValueError,
        TypeError, OSError, AttributeError, SyntaxError, EOFError, ArithmeticError, RuntimeError,
    ) as error:  # fmt: skip
        raise WrongFile(
            f"{name} can't be read as an XLSX workbook ({type(error).__name__}); open it in Excel"
            " or LibreOffice and save it again."
        ) from error


def _refuse_zip_bomb(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile as error:
        raise WrongFile(f"{name} is a damaged XLSX file; save it again.") from error
    if size > MOST_UNZIPPED_BYTES:
        raise WrongFile(
            f"{name} would unpack to {size:,} bytes, more than {MOST_UNZIPPED_BYTES:,};"
            " save only the sheet with the exhibits."
        )
