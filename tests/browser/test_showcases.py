"""A showcase from a few words of a curator to what a visitor sees."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from catalog import review, showcases
from catalog.choices import MemberRole
from catalog.models import Showcase
from catalog.permissions import COMMAND_LINE
from catalog.settings import Settings
from catalog.store import Store
from tests.browser.test_review import notice, open_at, press, settle, signed_in
from tests.catalog.people import Someone, someone

__all__ = ["signed_in"]
pytestmark = pytest.mark.browser
WAIT = 20_000
SMOG = "Пять датчиков смога от предгорий до низины"
BUS = "Сигнализация «Никто не забыт» для школьного автобуса"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    """The server's catalog; showcases begun here are taken away again."""
    opened = Store(Settings(home=home, database_url=None).database)
    with opened.reading() as session:
        before = set(session.scalars(select(Showcase.id)))
    yield opened
    with opened.writing() as session:
        session.execute(delete(Showcase).where(Showcase.id.not_in(before)))
    opened.close()


def find_and_add(page: Page, words: str, title: str) -> None:
    field = page.get_by_label("Найти экспонаты словами")
    field.fill(words)
    field.press("Enter")
    found = page.locator("[class*='st-key-candidate-found-']").filter(has_text=title)
    expect(found).to_be_visible(timeout=WAIT)
    found.get_by_role("button", name="Добавить").click()
    expect(page.locator(".st-key-showcase-pins")).to_contain_text(title, timeout=WAIT)
    settle(page)


def test_a_showcase_is_built_by_a_curator_and_seen_by_a_visitor(
    page: Page, store: Store, signed_in: Callable[[Someone], Page]
) -> None:
    curator = signed_in(someone(store, MemberRole.CURATOR, login="curator-of-city"))
    curator.get_by_role("link", name="Подборки").click()
    curator.get_by_label("Новая подборка: о чём она?").fill("умный город")
    press(curator, "Начать")
    expect(curator.get_by_role("heading", name="Умный город")).to_be_visible(timeout=WAIT)
    settle(curator)

    find_and_add(curator, "датчик смога", SMOG)
    find_and_add(curator, "школьный автобус", BUS)
    pins = curator.locator(".st-key-showcase-pins strong")
    expect(pins).to_have_text([f"1. {SMOG}", f"2. {BUS}"])
    press(curator, "Выше")
    expect(pins).to_have_text([f"1. {BUS}", f"2. {SMOG}"], timeout=WAIT)
    settle(curator)
    curator.get_by_role("button", name="Пояснение").first.click()
    note = curator.get_by_label("Пояснение (Русский)")
    note.fill("Послушайте сирену.")
    press(curator, "Сохранить пояснение")
    expect(curator.locator(".st-key-showcase-pins")).to_contain_text(
        "Послушайте сирену.", timeout=WAIT
    )
    settle(curator)

    curator.get_by_role("tab", name="Название и вступление").click()
    curator.get_by_label("Название (Қазақша)").fill("Ақылды қала")
    curator.get_by_label("Вступление (Русский)").fill("Город, который замечает людей.")
    curator.get_by_label("Вступление (Русский)").blur()
    expect(curator.get_by_text("Ещё не сохранено.").first).to_be_visible(timeout=WAIT)
    settle(curator)
    press(curator, "Сохранить")
    expect(curator.get_by_text("Сохранено.", exact=True).first).to_be_visible(timeout=WAIT)
    settle(curator)

    page.goto("/s/umnyy-gorod?lang=ru")
    expect(page.get_by_text("Такой страницы нет").first).to_be_visible()
    curator.get_by_role("tab", name="Публикация").click()
    press(curator, "Опубликовать")
    expect(curator.get_by_role("link", name="/s/umnyy-gorod")).to_be_visible(timeout=WAIT)

    open_at(page, "/?lang=ru")
    page.locator(".k-shelf").get_by_role("link", name="Умный город").click()
    expect(page.get_by_role("heading", name="Умный город")).to_be_visible(timeout=WAIT)
    titles = page.locator(".k-showcase .k-title")
    expect(titles.first).to_have_text(BUS)
    expect(page.locator(".k-showcase")).to_contain_text("Послушайте сирену.")
    expect(page.locator(".k-showcase")).to_contain_text("Город, который замечает людей.")
    page.goto("/s/umnyy-gorod?lang=kk")
    expect(page.get_by_role("heading", name="Ақылды қала")).to_be_visible()

    review.hide(store, "X5JQXR", hidden=True, by=COMMAND_LINE, now=datetime.now(UTC))
    try:
        page.goto("/s/umnyy-gorod?lang=ru")
        expect(titles.first).to_have_text(SMOG)
        expect(page.locator(".k-showcase")).not_to_contain_text("Послушайте сирену.")
        open_at(curator, "/work")
        told = f"Экспонат «{BUS}» больше не опубликован, поэтому в подборке «Умный город» его не видно."
        expect(notice(curator, told)).to_be_visible(timeout=WAIT)
    finally:
        review.hide(store, "X5JQXR", hidden=False, by=COMMAND_LINE, now=datetime.now(UTC))


def test_what_two_curators_change_at_once_is_not_lost(
    store: Store, signed_in: Callable[[Someone], Page]
) -> None:
    first = someone(store, MemberRole.CURATOR, login="curator-first")
    draft = showcases.ShowcaseDraft({"ru": "Чистая вода"}, slug="clean-water")
    number = showcases.create(store, draft, by=first.id, now=datetime.now(UTC))
    curator = signed_in(first)
    open_at(curator, f"/showcases?id={number}")
    other = someone(store, MemberRole.CURATOR, login="curator-second", name="Ерлан")
    showcases.edit(
        store, number, showcases.ShowcaseDraft({"ru": "Вода и люди"}, slug="clean-water"),
        seen=draft, version=1, by=other.id, now=datetime.now(UTC),
    )  # fmt: skip

    curator.get_by_role("tab", name="Название и вступление").click()
    curator.get_by_label("Название (Русский)").fill("Вода рядом")
    curator.get_by_label("Название (Русский)").blur()
    settle(curator)
    press(curator, "Сохранить")
    expect(curator.get_by_role("alert").first).to_contain_text("Ерлан", timeout=WAIT)
    settle(curator)
    expect(curator.get_by_label("Название (Русский)")).to_have_value("Вода рядом")
    press(curator, "Оставить чужое")
    expect(curator.get_by_label("Название (Русский)")).to_have_value("Вода и люди", timeout=WAIT)


@pytest.mark.parametrize("width", [390, 1280])
def test_the_builder_fits_the_screen(
    store: Store, signed_in: Callable[[Someone], Page], width: int
) -> None:
    who = someone(store, MemberRole.CURATOR, login=f"curator-{width}")
    draft = showcases.ShowcaseDraft({"ru": "Ы" * 150}, {"ru": "Щ" * 500}, f"wide-{width}", "робот")
    number = showcases.create(store, draft, by=who.id, now=datetime.now(UTC))
    showcases.pin(store, number, ["X5JQXR"], version=1, by=who.id, now=datetime.now(UTC))
    curator = signed_in(who)
    curator.set_viewport_size({"width": width, "height": 900})
    for address in ("/showcases", f"/showcases?id={number}"):
        open_at(curator, address)
        main = curator.locator("[data-testid='stMain']")
        expect(main).to_be_visible()
        assert main.evaluate("box => box.scrollWidth > box.clientWidth") is False
