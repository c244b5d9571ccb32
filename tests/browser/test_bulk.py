"""A coordinator's spreadsheet: taken, uploaded, looked at, saved in part, undone."""

import io
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from catalog.choices import MemberRole
from tests.browser.test_accounts import SETTLED, accept, invited

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("width", [390, 1280])
def test_a_spreadsheet_goes_in_and_out_again(page: Page, home: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(invited(home, MemberRole.COORDINATOR, "temirqol"))
    accept(page, f"bulk-{width}")
    page.get_by_role("link", name="Таблица").click()
    page.wait_for_selector(SETTLED)

    with page.expect_download() as taken:
        page.get_by_role("button", name="Пустая таблица").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(taken.value.path()).read_bytes()))
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[2]}
    for row, (title, course) in enumerate((("Первый станок", "1"), ("Второй станок", "7")), 3):
        sheet.cell(row, places["Название (рус.)"], title)
        sheet.cell(row, places["Курс"], course)
    filled = io.BytesIO()
    book.save(filled)
    page.locator("input[type=file]").first.set_input_files(
        {"name": "станки.xlsx", "mimeType": "application/octet-stream", "buffer": filled.getvalue()}
    )

    expect(page.get_by_text("Нужно число от 1 до 4.")).to_be_visible(timeout=20_000)
    expect(page.get_by_text("1 строка с ошибками")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with page.expect_download() as failed:
        page.get_by_role("button", name="Файл строк с ошибками").click()
    errors = openpyxl.load_workbook(io.BytesIO(Path(failed.value.path()).read_bytes())).worksheets[
        0
    ]
    rows = list(errors.iter_rows(values_only=True))
    assert (rows[0][-1], rows[1][-1]) == ("Ошибка", "Курс: Нужно число от 1 до 4.")

    page.get_by_role("button", name="Сохранить только 1 верную строку").click()
    expect(page.get_by_role("heading", name="Сохранено")).to_be_visible(timeout=20_000)
    page.get_by_role("button", name="Отменить", exact=True).first.click()
    page.get_by_role("button", name="Отменить загрузку").click()
    expect(page.get_by_text("Отменено: 1 экспонат исчезнет.")).to_be_visible(timeout=20_000)
