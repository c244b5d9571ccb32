"""A stand given by an organizer and found by a visitor; the acts of the day by one thumb, undone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from catalog.choices import MemberRole
from catalog.models import Exhibit
from catalog.store import Store
from tests.browser import test_review as reviewing
from tests.browser.test_review import open_at, person, press, settle
from tests.catalog.people import Someone

pytestmark = pytest.mark.browser

store, signed_in = reviewing.store, reviewing.signed_in
WAIT = 20_000


def type_in(page: Page, label: str, text: str) -> None:
    field = page.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Enter")
    settle(page)


def pick(page: Page, label: str, letters: str, option: str) -> None:
    """Choose in a box that is typed into."""
    box = page.get_by_role("combobox", name=label)
    box.click()
    box.fill(letters)
    page.get_by_role("option", name=option).first.click()
    settle(page)


def test_a_stand_given_by_an_organizer_is_seen_on_the_plan_by_a_visitor(
    page: Page, store: Store, signed_in: Callable[[Someone], Page]
) -> None:
    with store.reading() as session:
        code = session.scalars(select(Exhibit.code).where(Exhibit.stand_number == "A-06")).one()
    organizer = signed_in(person(store, MemberRole.ORGANIZER))
    open_at(organizer, f"/stands?hall=A&code={code}")
    expect(organizer.get_by_role("link", name="Стенд A-34: свободен")).to_be_visible(timeout=WAIT)
    pick(organizer, "Стенд", "A-34", "A-34")
    press(organizer, "Назначить")
    result = organizer.locator(".st-key-stands-result")
    expect(result).to_contain_text("теперь стоит здесь: A-34", timeout=WAIT)

    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/e/{code}?lang=ru")
    expect(page.locator(".k-sign").first).to_contain_text("A-34")
    page.get_by_role("link", name="Показать на плане").click()
    told = page.locator(".k-plan-told")
    expect(told).to_contain_text("A-34")
    expect(told).to_contain_text("От входа: прямо, в дальнем конце.")
    expect(page.locator(".k-place-wanted")).to_have_text("A-34")
    # From the stand whose sign was scanned one is led to another.
    page.goto("/plan?hall=A&stand=A-34&from=A-29&lang=ru")
    expect(page.locator(".k-place-here")).to_have_text("A-29")
    expect(told).to_contain_text("Вы здесь: стенд A-29.")
    expect(told).to_contain_text("От вас: вверх и вправо по плану.")
    assert page.evaluate("document.documentElement.scrollWidth") == 390

    open_at(page, f"/exhibit?code={code}&lang=ru")
    page.get_by_role("link", name="Показать на плане").click()
    expect(page.locator(".k-laid .k-place-wanted")).to_have_text("A-34", timeout=WAIT)

    settle(organizer)
    press(organizer, "Отменить")
    expect(result).to_contain_text("Отменено.", timeout=WAIT)
    page.goto(f"/e/{code}?lang=ru")
    expect(page.locator(".k-sign").first).to_contain_text("A-06")


def test_the_acts_of_the_day_by_one_thumb_each_with_its_undo(
    page: Page, store: Store, signed_in: Callable[[Someone], Page]
) -> None:
    with store.reading() as session:
        code = session.scalars(select(Exhibit.code).where(Exhibit.stand_number == "B-03")).one()
    phone = signed_in(person(store, MemberRole.ORGANIZER))
    phone.set_viewport_size({"width": 390, "height": 844})
    open_at(phone, "/day")
    type_in(phone, "Код, стенд или слова названия", code)
    last = phone.locator(".st-key-day-result")

    def done(said: str) -> None:
        expect(last).to_contain_text(said, timeout=WAIT)
        settle(phone)

    def undo() -> None:
        press(phone, "Отменить")
        done("Отменено: ")

    pick(phone, "Свободный стенд", "B-50", "B-50")
    press(phone, "Переставить сюда")
    done("теперь стоит здесь: B-50")
    page.goto(f"/e/{code}?lang=ru")
    expect(page.locator(".k-sign").first).to_contain_text("B-50")
    undo()
    page.goto(f"/e/{code}?lang=ru")
    expect(page.locator(".k-sign").first).to_contain_text("B-03")

    press(phone, "Скрыть от посетителей")
    done("» скрыт.")
    assert page.goto(f"/e/{code}?lang=ru").status == 404  # type: ignore[union-attr]
    undo()
    assert page.goto(f"/e/{code}?lang=ru").status == 200  # type: ignore[union-attr]

    press(phone, "Снять с ярмарки")
    expect(last).to_contain_text("Напишите причину", timeout=WAIT)
    type_in(phone, "Почему снимаем (прочитает колледж)", "Сломался")
    press(phone, "Снять с ярмарки")
    done("» снят с ярмарки.")
    assert page.goto(f"/e/{code}?lang=ru").status == 404  # type: ignore[union-attr]
    press(phone, "Вернуть на ярмарку")
    done("возвращён")
    assert page.goto(f"/e/{code}?lang=ru").status == 200  # type: ignore[union-attr]

    phone.get_by_text("Добавить пришедший экспонат").click()
    type_in(phone, "Название", "Самовар с датчиком")
    pick(phone, "Колледж", "Тем", "Темірқол")
    pick(phone, "Технология", "Робот", "Робототехника")
    what = phone.get_by_label("Что это, в двух словах")
    what.fill("Самовар, который говорит, когда вскипел.")
    what.blur()
    settle(phone)
    press(phone, "Добавить и опубликовать")
    done("Самовар с датчиком добавлен: ")
    added = last.inner_text().split("добавлен: ")[1][:6]
    page.goto(f"/e/{added}?lang=ru")
    expect(page.get_by_role("heading", name="Самовар с датчиком")).to_be_visible()
    undo()
    assert page.goto(f"/e/{added}?lang=ru").status == 404  # type: ignore[union-attr]
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
