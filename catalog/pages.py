"""The sheets of an XLSX workbook, read row by row, and what is refused before it is unpacked."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from catalog.cells import Broken, Cell
from catalog.file_problems import FileReason, FileRefused

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MOST_COLUMNS: Final = 200
# All that is read of a workbook; a whole fair's is a tenth of that.
MOST_UNZIPPED_BYTES: Final = 150_000_000
# What openpyxl keeps whole in memory, at several times the size: the texts, and all the rest.
_MOST_STRINGS_BYTES: Final = 60_000_000
_MOST_PART_BYTES: Final = 10_000_000
# What takes time and memory is each element, not each byte: so many signs `<` in sheets (some
# 600,000 cells), in the texts (some 400,000) and in any other part.
_MOST_SHEET_TAGS: Final = 2_400_000
_MOST_STRINGS_TAGS: Final = 1_600_000
_MOST_PART_TAGS: Final = 500_000
# A row is taken apart as a whole.
_MOST_ROW_BYTES: Final = 4_000_000
_CHUNK: Final = 1_000_000
_MARKUP: Final = (".xml", ".rels", ".vml")
_OTHER_KINDS: Final = (
    ("word/", "Word (.docx)"),
    ("ppt/", "PowerPoint (.pptx)"),
    ("xl/workbook.bin", "Excel binary (.xlsb)"),
    ("Index/", "Apple Numbers"),
)


class Page:
    """One sheet: its title, whether it is hidden, its rows, and then which cells are merged."""

    def __init__(self, sheet: Any, name: str) -> None:
        self.title: str = sheet.title
        self.hidden = sheet.sheet_state != "visible"
        self.merged: tuple[tuple[int, int, int, int], ...] = ()
        self._sheet, self._name = sheet, name

    def rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """The rows that the file holds, as (number from 1, cells from the first column).

        When all are read, `merged` are the merged ranges as (first row, column, last row, column).
        Raises FileRefused for a damaged file and for a row with too many columns.
        """
        book = self._sheet.parent
        # openpyxl's own iterator fills every gap, a million rows wide; and it forgets formulas.
        from openpyxl.worksheet._reader import WorkSheetParser

        class Parser(WorkSheetParser):  # type: ignore[misc]
            def parse_cell(self, element: "Element") -> dict[str, Any]:
                found: dict[str, Any] = super().parse_cell(element)
                found["value"] = _value(found, element)
                return found

        with _damage(self._name), self._sheet._get_source() as source:
            parser = Parser(
                source,
                self._sheet._shared_strings,
                data_only=True,
                epoch=book.epoch,
                date_formats=book._date_formats,
                timedelta_formats=book._timedelta_formats,
            )
            for number, row in parser.parse():
                yield number, self._cells(number, row)
            merged = getattr(parser, "merged_cells", None)
            ranges = merged.mergeCell if merged else ()
            self.merged = tuple(
                (one.min_row, one.min_col, one.max_row, one.max_col) for one in ranges
            )

    def _cells(self, number: int, row: list[dict[str, Any]]) -> list[Cell]:
        said = [one for one in row if one["value"] is not None]
        if not said:
            return []
        width = max(one["column"] for one in said)
        if width > MOST_COLUMNS:
            raise FileRefused(
                FileReason.TOO_MANY_COLUMNS,
                name=self._name,
                row=number,
                count=width,
                limit=MOST_COLUMNS,
            )
        cells: list[Cell] = [None] * width
        for one in said:
            cells[one["column"] - 1] = one["value"]
        return cells


def pages(data: bytes, name: str) -> list[Page]:
    """The sheets of a workbook, in their order.

    Raises FileRefused for what is no workbook, is damaged, or would unpack to too much.
    """
    # openpyxl takes 0.3 s to import, and most processes never read a workbook.
    import openpyxl

    _refuse(data, name)
    with _damage(name):
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        return [Page(sheet, name) for sheet in book.worksheets]


def _value(found: dict[str, Any], element: "Element") -> Cell:
    from openpyxl.worksheet._reader import FORMULA_TAG

    value: Cell | timedelta = found["value"]
    if value is None:
        formula = element.find(FORMULA_TAG)
        return None if formula is None else Broken(f"={formula.text or ''}"[:200], formula=True)
    if found["data_type"] == "e":
        return Broken(str(value), formula=False)
    if isinstance(value, timedelta):
        return (datetime.min + abs(value)).time()
    return value


def _refuse(data: bytes, name: str) -> None:
    """Refuse what isn't a workbook or unpacks to too much, by what the archive says of its parts.

    No part unpacks to more than it says: the archive's reader stops there.
    """
    with _damage(name), zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = archive.infolist()
        names = [part.filename for part in parts]
        if "mimetype" in names:
            raise FileRefused(FileReason.NOT_A_TABLE, name=name, what="OpenDocument (.ods)")
        for start, what in _OTHER_KINDS:
            if any(part.startswith(start) for part in names):
                raise FileRefused(FileReason.NOT_A_TABLE, name=name, what=what)
        if not any(part.startswith(("xl/", "[Content_Types]")) for part in names):
            raise FileRefused(FileReason.NOT_A_TABLE, name=name, what="ZIP")
        read = [part for part in parts if part.filename.lower().endswith(_MARKUP)]
        _refuse_large(sum(part.file_size for part in read), MOST_UNZIPPED_BYTES, name)
        tags = 0
        for part in read:
            lower = part.filename.lower()
            if "/worksheets/" in lower:
                tags += _tags(archive, part, _MOST_SHEET_TAGS - tags, name, in_rows=True)
            elif lower.endswith("sharedstrings.xml"):
                _refuse_large(part.file_size, _MOST_STRINGS_BYTES, name)
                _tags(archive, part, _MOST_STRINGS_TAGS, name)
            else:
                _refuse_large(part.file_size, _MOST_PART_BYTES, name)
                _tags(archive, part, _MOST_PART_TAGS, name)


def _tags(
    archive: zipfile.ZipFile, part: zipfile.ZipInfo, limit: int, name: str, *, in_rows: bool = False
) -> int:
    """How many signs `<` a part holds; refuses more than `limit`, and a row that is too long."""
    tags = since = 0
    with archive.open(part) as source:
        while chunk := source.read(_CHUNK):
            tags += chunk.count(b"<")
            begun = chunk.rfind(b"<row")
            since = len(chunk) - begun if begun >= 0 else since + len(chunk)
            if tags > limit or (in_rows and since > _MOST_ROW_BYTES):
                raise FileRefused(FileReason.TOO_COMPLEX, name=name)
    return tags


def _refuse_large(size: int, limit: int, name: str) -> None:
    if size > limit:
        raise FileRefused(FileReason.UNPACKS_TOO_LARGE, name=name, size=size, limit=limit)


@contextmanager
def _damage(name: str) -> Iterator[None]:
    """Word what openpyxl lets its XML and zip readers say of a damaged file."""
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        yield
    except FileRefused:
        raise
    except (
        InvalidFileException, zipfile.BadZipFile, zlib.error, struct.error, LookupError, ValueError,
        TypeError, OSError, AttributeError, SyntaxError, EOFError, ArithmeticError, RuntimeError,
    ) as error:  # fmt: skip
        raise FileRefused(FileReason.DAMAGED, name=name, error=type(error).__name__) from error
