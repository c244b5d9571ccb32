import csv
import io
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import pages
from catalog.errors import WrongFile
from catalog.rejected import write_rejected
from catalog.spreadsheets import Sheet, read, read_file

TABLE = "Название;Колледж;Описание\r\nРобот;КРТ;«Берёт» деталь\r\n"


def workbook(*rows: list[object], hidden: bool = False) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    for row in rows:
        page.append(row)
    if hidden:
        page.sheet_state = "hidden"
        book.create_sheet("shown").append(["title"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(sheet: Sheet) -> list[dict[str, object]]:
    return [dict(row.cells) for row in sheet.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1251"])
def test_csv_is_read_in_every_usual_encoding(encoding: str) -> None:
    sheet = read(TABLE.encode(encoding), "table.csv")

    assert sheet.headers == ("Название", "Колледж", "Описание")
    assert cells(sheet) == [{"Название": "Робот", "Колледж": "КРТ", "Описание": "«Берёт» деталь"}]


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_csv_delimiter_is_found(delimiter: str) -> None:
    text = f'title{delimiter}college\n"a; b, c"{delimiter}КРТ\n'

    assert cells(read(text.encode(), "t.csv")) == [{"title": "a; b, c", "college": "КРТ"}]


def test_csv_row_numbers_are_lines_in_spite_of_quoted_newlines_and_a_preamble() -> None:
    text = 'Заявка на ярмарку;;\n;;\nНазвание;Колледж;Заметки\n"Два\nряда";КРТ;\n;;\nТретий;КРТ;x\n'

    sheet = read(text.encode(), "t.csv")

    assert [row.number for row in sheet.rows] == [4, 7]
    assert sheet.rows[0].cells["Название"] == "Два\nряда"


def test_csv_takes_off_the_mark_that_keeps_excel_from_calculating() -> None:
    rows = cells(read(b"title,college\n'=1+1,'quoted\n'@x,KRT\n", "t.csv"))

    assert rows == [
        {"title": "=1+1", "college": "'quoted"},
        {"title": "@x", "college": "KRT"},
    ]


def test_limit_takes_the_first_rows() -> None:
    assert len(read(b"title\na\nb\nc\n", "t.csv", limit=2).rows) == 2
    assert len(read(b'{"title":"a"}\n{"title":"b"}\n', "t.jsonl", limit=1).rows) == 1


def test_xlsx_is_read_below_a_preamble_with_numbers_and_dates() -> None:
    data = workbook(
        ["Ярмарка 2026"], [], ["Название", "Курс", "Номер"], ["Робот", 3, datetime(2026, 5, 1)]
    )

    sheet = read(data, "table.xlsx")

    assert sheet.rows[0].number == 4
    assert cells(sheet) == [{"Название": "Робот", "Курс": 3, "Номер": datetime(2026, 5, 1)}]


def test_xlsx_passes_over_a_hidden_sheet() -> None:
    assert read(workbook(["title"], ["secret"], hidden=True), "t.xlsx").rows == ()


def test_xlsx_with_a_million_empty_rows_is_read_quickly() -> None:
    book = openpyxl.Workbook()
    book.active.append(["title"])
    book.active.append(["Robot"])
    book.active.cell(row=1_000_000, column=1, value=" ")
    out = io.BytesIO()
    book.save(out)

    assert len(read(out.getvalue(), "t.xlsx").rows) == 1


def test_json_lines_report_a_broken_line_as_a_row() -> None:
    sheet = read(b'{"title": "a"}\n{broken\n[1]\n\n{"college": "b"}\n', "t.jsonl")

    assert sheet.headers == ("title", "college")
    assert [(row.number, row.error is None) for row in sheet.rows] == [
        (1, True), (2, False), (3, False), (5, True),
    ]  # fmt: skip


def test_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "MOST_UNZIPPED_BYTES", 3_000_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"xl/{number}.xml", b"0" * 1_000_000)

    with pytest.raises(WrongFile, match="would unpack to 4,000,000 bytes, more than 3,000,000"):
        read(out.getvalue(), "bomb.xlsx")


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"", "a.csv", "is empty"),
        (b"  \n", "a.csv", "is empty"),
        (b"a;b\n1;2\n", "a.csv", "no header row"),
        (b"PK\x03\x04rubbish", "a.xlsx", "BadZipFile.*damaged"),
        (b"\xd0\xcf\x11\xe0old", "a.xls", "old Excel format"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", "a.csv", "no text and no XLSX"),
        (b"not json at all", "a.jsonl", "no JSON object a line"),
        (b"title" + b",x" * 300 + b"\n", "a.csv", "columns"),
    ],
)
def test_wrong_files_get_a_sentence(data: bytes, name: str, sentence: str) -> None:
    with pytest.raises(WrongFile, match=sentence):
        read(data, name)


def test_an_archive_that_is_no_workbook_gets_a_sentence() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<broken")

    with pytest.raises(WrongFile, match="can't be read as an XLSX workbook"):
        read(out.getvalue(), "a.xlsx")


def test_a_file_that_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(WrongFile, match=r"can't be opened: No such file"):
        read_file(tmp_path / "nothing.csv")
    with pytest.raises(WrongFile, match=r"can't be opened: Is a directory"):
        read_file(tmp_path)


@given(st.binary(max_size=400), st.sampled_from(["a.csv", "a.xlsx", "a.jsonl"]))
def test_any_bytes_are_a_sheet_or_a_sentence(data: bytes, name: str) -> None:
    for content in (data, b"title;college\n" + data, b'{"title":"x"}\n' + data):
        try:
            read(content, name)
        except WrongFile as error:
            assert str(error)


@pytest.fixture(scope="module")
def small_workbook() -> bytes:
    return workbook(["title", "college"], ["Robot", "KRT"])


@given(st.data())
def test_any_damage_to_a_workbook_is_a_sheet_or_a_sentence(
    small_workbook: bytes, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(small_workbook) - 1))
    damaged = bytearray(small_workbook)
    damaged[place] ^= data.draw(st.integers(1, 255))
    try:
        read(bytes(damaged[: data.draw(st.integers(4, len(damaged)))]), "a.xlsx")
    except WrongFile as error:
        assert str(error)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".jsonl"])
def test_rejected_rows_come_back_in_the_format_of_their_file(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table{suffix}"
    if suffix == ".csv":
        path.write_text('title;college\n"=1+1\nx";КРТ\nDrop;КРТ\n', encoding="cp1251")
    elif suffix == ".xlsx":
        path.write_bytes(workbook(["title", "college"], ["'=1+1\nx", "КРТ"], ["Drop", "КРТ"]))
    else:
        path.write_text('{"title": "=1+1\\nx", "college": "КРТ"}\n{"title": "Drop"}\n', "utf-8")
    sheet = read_file(path)
    number = sheet.rows[0].number

    target = write_rejected(path, sheet, {number: "title: too odd"})

    assert target == tmp_path / f"table.errors{suffix}"
    title = "'=1+1\nx" if suffix == ".xlsx" else "=1+1\nx"
    assert cells(read_file(target)) == [
        {"title": title, "college": "КРТ", "error": "title: too odd"}
    ]


def test_rejected_csv_is_harmless_in_excel(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("title;college\n=HYPERLINK(1);КРТ\n", encoding="utf-8")

    target = write_rejected(path, read_file(path), {2: "no"})

    rows = list(csv.reader(io.StringIO(target.read_text(encoding="utf-8-sig")), delimiter=";"))
    assert rows[1][0] == "'=HYPERLINK(1)"
