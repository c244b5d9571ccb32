"""Spreadsheets out: workbooks and CSV in which every cell is a text and no text is calculated."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

_CELL_LIMIT: Final = 32_767
_ROWS_TO_FILL_IN: Final = 1_000
_DANGEROUS: Final = ("=", "+", "-", "@")
# What Excel takes for an escaped character: `_x0041_` would come back as A.
_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Help:
    """A column: its header, what to write in it, what its drop-down offers, how wide it is.

    `open_ended`: something that is not in the list may be written, too.
    """

    header: str
    text: str
    choices: tuple[str, ...] = ()
    open_ended: bool = False
    width: int = 16


@dataclass(frozen=True)
class Guide:
    """What the sheets are called, and what stands above the table."""

    sheet: str
    guide: str
    lists: str
    first_line: str


def as_workbook(guide: Guide, columns: Sequence[Help], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook to fill in: a line of advice, the header, the rows; a sheet that explains every
    column; the lists of the drop-downs."""
    # openpyxl takes 0.3 s to import, and most processes never write a workbook.
    import openpyxl
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    page, explained, lists = book.active, book.create_sheet(), book.create_sheet()
    page.title, explained.title, lists.title = guide.sheet, guide.guide, guide.lists
    _put(page, 1, 1, guide.first_line).font = Font(italic=True)
    bold, shade = Font(bold=True), PatternFill("solid", start_color="E8EEF4")
    top, as_text = Alignment(vertical="top", wrap_text=True), "@"
    kept: dict[tuple[str, ...], str] = {}
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        head = _put(page, 2, number, column.header)
        head.font, head.fill, head.alignment = bold, shade, top
        # As text: Excel would make a date of 1-3 and a number of 007.
        page.column_dimensions[letter].number_format = as_text
        page.column_dimensions[letter].width = column.width
        if column.choices:
            if column.choices not in kept:
                kept[column.choices] = _listed(lists, len(kept) + 1, column)
            offered = DataValidation(
                type="list",
                formula1=kept[column.choices],
                allow_blank=True,
                errorStyle="warning" if column.open_ended else "stop",
                showErrorMessage=not column.open_ended,
                showInputMessage=True,
                promptTitle=column.header[:32],
                prompt=column.text[:250],
            )
            page.add_data_validation(offered)
            offered.add(f"{letter}3:{letter}{_ROWS_TO_FILL_IN + 2}")
        _put(explained, number, 1, column.header).font = bold
        _put(explained, number, 2, column.text).alignment = top
    for line, row in enumerate(rows, start=3):
        for number, text in enumerate(row, start=1):
            if text:
                cell = _put(page, line, number, text)
                cell.alignment, cell.number_format = top, as_text
    page.freeze_panes = "A3"
    explained.column_dimensions["A"].width, explained.column_dimensions["B"].width = 28, 90
    return _saved(book)


def as_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A plain workbook of one sheet."""
    import openpyxl
    from openpyxl.cell.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet()

    def cell(text: str) -> Any:
        made = WriteOnlyCell(page, _fit(text))
        # A text that begins with = stays a text.
        made.data_type = "s"
        return made

    for row in (header, *rows):
        page.append([cell(text) for text in row])
    return _saved(book)


def as_csv(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV table that Excel opens as it is and calculates nothing of."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=";")
    writer.writerow([harmless(text) for text in header])
    writer.writerows([harmless(text) for text in row] for row in rows)
    return out.getvalue().encode("utf-8-sig", errors="replace")


def harmless(text: str) -> str:
    """A cell of a CSV file with a quote before what Excel would calculate; `unmarked` undoes it."""
    return f"'{text}" if _needs_mark(text) else text


def unmarked(cell: str) -> str:
    """A cell of a CSV file without the quote that `harmless` puts before = + - @."""
    return cell[1:] if cell.startswith("'") and _is_dangerous(cell.lstrip("'")) else cell


def _needs_mark(text: str) -> bool:
    # A dash alone is nothing to calculate, and says that a cell is left as it is.
    return _is_dangerous(text.lstrip("'")) and len(text) > 1


def _is_dangerous(text: str) -> bool:
    return text.startswith(_DANGEROUS)


def _listed(page: "Worksheet", number: int, column: Help) -> str:
    """Write a list down a column of the sheet of lists; returns the range a drop-down names."""
    from openpyxl.utils import get_column_letter, quote_sheetname

    letter = get_column_letter(number)
    _put(page, 1, number, column.header)
    for line, choice in enumerate(column.choices, start=2):
        _put(page, line, number, choice)
    page.column_dimensions[letter].width = 36
    title = quote_sheetname(page.title)
    return f"{title}!${letter}$2:${letter}${len(column.choices) + 1}"


def _put(page: "Worksheet", row: int, column: int, text: str) -> Any:
    cell = page.cell(row, column)
    cell.value = _fit(text)
    cell.data_type = "s"
    return cell


def _fit(text: str) -> str:
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    # Excel's limit, and what XML can't hold.
    plain = ILLEGAL_CHARACTERS_RE.sub("", text)
    plain = "".join(
        sign for sign in plain if not "\ud800" <= sign <= "\udfff" and sign not in "\ufffe\uffff"
    )
    return _ESCAPE.sub("_x005F_", plain)[:_CELL_LIMIT]


def _saved(book: Any) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
