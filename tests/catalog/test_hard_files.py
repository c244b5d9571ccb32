"""Files as people have them: each is read, or refused with a sentence in three languages."""

import io
import struct
import zipfile
from datetime import datetime, time, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from catalog import Store, imports
from catalog.cells import Broken
from catalog.errors import WrongFile
from catalog.file_problems import FileNote, FileReason, FileRefused, NoteCode
from catalog.languages import LANGUAGES
from catalog.models import Exhibit
from catalog.permissions import COMMAND_LINE
from catalog.spreadsheets import Sheet, read


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def workbook(*rows: list[Any]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    return out.getvalue()


def cells(sheet: Sheet) -> list[dict[str, object]]:
    return [dict(row.cells) for row in sheet.rows]


def codes(store: Store, sheet: Sheet, now: datetime) -> list[tuple[int, str, str, str]]:
    report = imports.run(store, sheet, by=COMMAND_LINE, dry_run=True, now=now)
    return [(p.row, p.column, p.value, p.problem.code) for p in report.problems]


def test_formulas_count_as_their_value_and_without_one_are_a_problem(
    sqlite_fair: Store, now: datetime
) -> None:
    book = workbook(
        ["title", "college", "summary_en", "course"],
        ["Robot", "КРТ", '=A2&"!"', "=1+1"],
        ["Crane", "КРТ", "#REF!", 2],
    )
    book.active["C3"].data_type = "e"
    bare = saved(book)
    with zipfile.ZipFile(io.BytesIO(bare)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    sheet_xml = parts["xl/worksheets/sheet1.xml"].replace(b"<f>1+1</f><v />", b"<f>1+1</f><v>2</v>")
    assert sheet_xml != parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet_xml
    sheet = read(archive(**parts), "a.xlsx")

    assert cells(sheet)[0] == {
        "title": "Robot", "college": "КРТ", "summary_en": Broken('=A2&"!"', formula=True), "course": 2,
    }  # fmt: skip
    assert codes(sqlite_fair, sheet, now) == [
        (2, "summary_en", '=A2&"!"', "formula"),
        (3, "summary_en", "#REF!", "cell_error"),
    ]


def test_what_excel_made_a_date_of_is_a_problem(sqlite_fair: Store, now: datetime) -> None:
    sheet = read(
        saved(
            workbook(
                ["title", "college", "external_id", "keywords", "course"],
                ["Robot", "КРТ", datetime(2026, 3, 1), time(10, 30), timedelta(hours=2)],
            )
        ),
        "a.xlsx",
    )

    assert codes(sqlite_fair, sheet, now) == [
        (2, "keywords", "10:30:00", "is_a_date"),
        (2, "course", "02:00:00", "is_a_date"),
        (2, "external_id", "2026-03-01", "is_a_date"),
    ]


def test_merged_cells_hold_their_value_in_each_row() -> None:
    book = workbook(
        ["Our works"], ["college", "title", "summary"], ["КРТ", "One"], [None, "Two"],
        ["zhasyl-dala", "Three"],
    )  # fmt: skip
    book.active.merge_cells("A1:C1")
    book.active.merge_cells("A3:A4")
    book.active.merge_cells("B5:C5")

    sheet = read(saved(book), "a.xlsx")

    assert [row["college"] for row in cells(sheet)] == ["КРТ", "КРТ", "zhasyl-dala"]
    assert sheet.notes == (FileNote(NoteCode.MERGED, {"ranges": "college: 3–4"}),)


def test_the_visible_sheet_that_names_works_is_read_and_others_are_told() -> None:
    book = workbook(["How to fill it in"], ["Title", "as you like"])
    book.active.title = "Help"
    for title, state in (("Works", "visible"), ("More", "visible"), ("Old", "hidden")):
        page = book.create_sheet(title)
        page.sheet_state = state
        page.append(["college", "title"])
        page.append(["КРТ", title])
    book.create_sheet("Lists").append(["kind", "field"])
    book.move_sheet("Old", -3)
    book["Help"]["A2"].value = None

    sheet = read(saved(book), "a.xlsx")

    assert cells(sheet) == [{"college": "КРТ", "title": "Works"}]
    told = [note.sentence("en") for note in sheet.notes]
    assert told == [
        "The sheet “Works” was read; others were left out: «More».",
        "Hidden sheets aren’t read: «Old».",
    ]


def test_a_workbook_whose_sheets_are_all_hidden_is_refused() -> None:
    data = saved(workbook(["title"], ["Robot"]))
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'"visible"', b'"hidden"')

    with pytest.raises(FileRefused) as refused:
        read(archive(**parts), "a.xlsx")

    assert refused.value.reason is FileReason.NO_VISIBLE_SHEET


def test_rows_behind_a_thousand_empty_ones_are_told() -> None:
    book = workbook(["title"], ["Robot"])
    book.active.cell(1_048_576, 1, "Lost")

    sheet = read(saved(book), "a.xlsx")

    assert cells(sheet) == [{"title": "Robot"}]
    assert [note.code for note in sheet.notes] == [NoteCode.ENDED_EARLY]


def test_too_wide_a_row_is_refused() -> None:
    book = workbook(["title"], ["Robot"])
    book.active.cell(2, 16_384, "far away")

    with pytest.raises(FileRefused) as refused:
        read(saved(book), "a.xlsx")

    assert refused.value.reason is FileReason.TOO_MANY_COLUMNS


@pytest.mark.parametrize(
    ("part", "size", "limit"),
    [
        ("xl/sharedStrings.xml", 60_000_001, 60_000_000),
        ("xl/styles.xml", 10_000_001, 10_000_000),
    ],
)
def test_parts_that_are_kept_whole_in_memory_have_limits(part: str, size: int, limit: int) -> None:
    data = archive(**{"[Content_Types].xml": b"<x/>", part: b"0" * size})

    with pytest.raises(FileRefused) as refused:
        read(data, "a.xlsx")

    assert refused.value.facts == {"name": "a.xlsx", "size": size, "limit": limit}


@pytest.mark.parametrize("cells", [b"<c/>" * 1_100_000, b"<row><c/></row>" * 2_000_001])
def test_what_takes_long_to_take_apart_is_not_begun(cells: bytes) -> None:
    page = b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"

    with pytest.raises(FileRefused) as refused:
        read(
            archive(**{"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": page}), "a.xlsx"
        )

    assert refused.value.reason is FileReason.TOO_COMPLEX


def test_a_part_that_lies_about_its_size_is_damaged() -> None:
    data = saved(workbook(["title"], ["Robot " * 2_000]))
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        size = packed.getinfo("xl/worksheets/sheet1.xml").file_size
    assert data.count(struct.pack("<I", size)) >= 2

    with pytest.raises(FileRefused) as refused:
        read(data.replace(struct.pack("<I", size), struct.pack("<I", 100)), "a.xlsx")

    assert refused.value.reason is FileReason.DAMAGED


def test_entities_that_grow_are_refused() -> None:
    data = saved(workbook(["title"], ["Robot"]))
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    grown = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY a0 "ha">{grown}]>'.encode()
    page = parts["xl/worksheets/sheet1.xml"].replace(b"Robot", b"&a9;")
    parts["xl/worksheets/sheet1.xml"] = (
        bomb + page.partition(b"?>")[2] if b"?>" in page else bomb + page
    )

    with pytest.raises(FileRefused) as refused:
        read(archive(**parts), "a.xlsx")

    assert refused.value.reason is FileReason.DAMAGED


def test_the_name_of_a_file_doesnt_matter_but_its_content_does() -> None:
    table = "title;college\nRobot;КРТ\n"

    assert cells(read(saved(workbook(["title"], ["Robot"])), "a.csv")) == [{"title": "Robot"}]
    assert cells(read(table.encode(), "a.xlsx")) == [{"title": "Robot", "college": "КРТ"}]
    assert cells(read(table.encode("utf-16"), "a.xls")) == [{"title": "Robot", "college": "КРТ"}]


@pytest.mark.parametrize(
    ("data", "name", "reason", "what"),
    [
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "a.xlsx",
         FileReason.PASSWORD, None),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.xls", FileReason.OLD_EXCEL, None),
        (b"<html><table><tr><td>title", "a.xls", FileReason.NOT_A_TABLE, "HTML"),
        (b"\n<?xml version='1.0'?><Workbook>", "a.xls", FileReason.NOT_A_TABLE, "XML"),
        (b"%PDF-1.7 title", "a.csv", FileReason.NOT_A_TABLE, "PDF"),
        (archive(mimetype=b"application/vnd.oasis"), "a.ods", FileReason.NOT_A_TABLE,
         "OpenDocument (.ods)"),
        (archive(**{"word/document.xml": b"x"}), "a.docx", FileReason.NOT_A_TABLE, "Word (.docx)"),
        (archive(**{"xl/workbook.bin": b"x"}), "a.xlsb", FileReason.NOT_A_TABLE,
         "Excel binary (.xlsb)"),
        (archive(**{"photo.jpg": b"x"}), "a.zip", FileReason.NOT_A_TABLE, "ZIP"),
        ("title;college\nРобот;КРТ".encode("utf-16") + b"\0", "a.csv", FileReason.BAD_ENCODING, None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_table_is_named(
    data: bytes, name: str, reason: FileReason, what: str | None, language: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        read(data, name)

    assert refused.value.reason is reason
    assert refused.value.facts.get("what") == what
    sentence = refused.value.sentence(language)
    assert sentence.startswith(name)
    assert sentence.endswith(".")


def test_kazakh_letters_that_cp1251_lost_are_told() -> None:
    text = "title;college\nҚазақ роботы;КРТ\n"
    lost = read(text.encode("cp1251", errors="replace").replace(b"?", b"\xea?", 1), "a.csv")
    whole = read("title;college\nКакой робот?;КРТ\n".encode("cp1251"), "a.csv")

    assert [note.code for note in lost.notes] == [NoteCode.LOST_LETTERS]
    assert whole.notes == ()


def test_every_sentence_is_there_in_three_languages() -> None:
    facts = dict.fromkeys(
        (
            "name",
            "what",
            "encoding",
            "error",
            "has",
            "sheet",
            "others",
            "sheets",
            "ranges",
            "missing",
        ),
        "x",
    ) | dict.fromkeys(("size", "limit", "at", "line", "within", "row", "count"), 7)
    for language in LANGUAGES:
        for reason in FileReason:
            assert FileRefused(reason, **facts).sentence(language)
        for code in NoteCode:
            assert FileNote(code, facts).sentence(language)


anything = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 1, 1)),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=40)),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.sampled_from(["=1/0", "=A1", "#N/A", "КРТ", "temirqol", "title", "Название", "R2B2T2", "[clear]"]),
)  # fmt: skip
grids = st.lists(st.lists(anything, max_size=6), max_size=8)


@given(grids, st.lists(st.tuples(*[st.integers(1, 9)] * 4), max_size=3))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40,
          deadline=None)  # fmt: skip
def test_any_grid_is_imported_whole_or_refused_with_a_sentence(
    sqlite_fair: Store, now: datetime, grid: list[list[Any]], merges: list[tuple[int, ...]]
) -> None:
    book = workbook(["title", "college", "course", "keywords", "code"], *grid)
    for top, left, down, across in merges:
        book.active.merge_cells(
            start_row=top, start_column=left, end_row=top + down, end_column=left + across
        )
    before = count(sqlite_fair)
    try:
        sheet = read(saved(book), "a.xlsx")
        report = imports.run(sqlite_fair, sheet, by=COMMAND_LINE, now=now)
    except imports.ImportRefused as refused:
        assert refused.report.problems
        assert count(sqlite_fair) == before
    except WrongFile as error:
        assert str(error).endswith((".", "?"))
    else:
        assert count(sqlite_fair) == before + report.create


def count(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(Exhibit)) or 0
