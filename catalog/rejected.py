"""Rows that could not be taken, given back as a file to mend and import again."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from catalog.cells import as_text
from catalog.import_rows import RowProblem
from catalog.spreadsheets import Sheet
from catalog.workbooks import as_csv, as_table

ERROR_COLUMN: Final[Mapping[str, str]] = {"kk": "Қате", "ru": "Ошибка", "en": "error"}
_JSON: Final = (".jsonl", ".ndjson", ".json")


def sentences(problems: Iterable[RowProblem], language: str) -> dict[int, str]:
    """What is wrong with each row, by its number, in the reader's language."""
    by_row: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        by_row[problem.row].append(f"{problem.column}: {problem.sentence(language)}")
    return {row: " ".join(told) for row, told in by_row.items()}


def rejected(sheet: Sheet, errors: Mapping[int, str], suffix: str, language: str = "en") -> bytes:
    """The rows of those numbers, as they were, with what is wrong in a last column.

    The file is XLSX, JSON Lines or CSV, as the suffix of its name says. Mended, it is imported as
    it is: the column of errors isn't read.
    """
    rows = [row for row in sheet.rows if row.number in errors]
    column = ERROR_COLUMN.get(language, ERROR_COLUMN["en"])
    headers = [header for header in sheet.headers if header not in ERROR_COLUMN.values()]
    if suffix in _JSON:
        lines = (
            json.dumps(
                {**(row.cells or {"line": row.raw}), column: errors[row.number]},
                ensure_ascii=False,
                default=str,
            )
            for row in rows
        )
        return "".join(f"{line}\n" for line in lines).encode("utf-8", errors="replace")
    texts = (
        [*(as_text(row.cells.get(header)) for header in headers), errors[row.number]]
        for row in rows
    )
    write = as_table if suffix == ".xlsx" else as_csv
    return write([*headers, column], texts)


def write_rejected(
    path: Path, sheet: Sheet, errors: Mapping[int, str], language: str = "en"
) -> Path:
    """Put the file of `rejected` beside the one the rows came from, in its format; returns it."""
    suffix = path.suffix.lower()
    target = path.with_name(f"{path.stem}.errors{suffix}")
    target.write_bytes(rejected(sheet, errors, suffix, language))
    return target
