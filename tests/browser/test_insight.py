"""What a visitor looked for in vain is seen by an organizer, made a synonym, and found."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from catalog.choices import MemberRole
from catalog.store import Store
from tests.browser import test_review as reviewing
from tests.browser.test_review import open_at, person, press, settle
from tests.catalog.people import Someone

pytestmark = [pytest.mark.browser, pytest.mark.slow]

store, signed_in = reviewing.store, reviewing.signed_in
WAIT = 20_000
# A search is settled some seconds after the last letter, and written a few later.
WRITTEN_SECONDS = 120
MISSED = "брынзогрейка"


def look_for(page: Page, query: str) -> None:
    """Type a query as a visitor does, and wait for its answer."""
    field = page.get_by_role("searchbox").first
    field.fill(query)
    expect(page.locator(".k-results")).to_be_visible(timeout=WAIT)
    settle(page)


def search_anew(page: Page) -> None:
    open_at(page, f"/?q={MISSED}&lang=ru")
    expect(page.locator(".k-results")).to_be_visible(timeout=WAIT)
    settle(page)


def again_until(done: Callable[[], bool], act: Callable[[], None]) -> None:
    """Do something until it shows what is being written meanwhile; the last try tells if it never
    does."""
    deadline = time.monotonic() + WRITTEN_SECONDS
    act()
    while not done() and time.monotonic() < deadline:
        act()


def test_a_missed_query_becomes_a_synonym_and_is_found(
    page: Page, store: Store, signed_in: Callable[[Someone], Page]
) -> None:
    open_at(page, "/?lang=ru")
    look_for(page, MISSED)
    expect(page.locator(".k-results")).not_to_contain_text("технология: Сварка")

    organizer = signed_in(person(store, MemberRole.ORGANIZER))
    row = organizer.locator(".k-insight .k-entry-row").filter(has_text=MISSED)
    again_until(lambda: bool(row.count()), lambda: open_at(organizer, "/insight"))
    expect(row).to_contain_text("без ответа: 1")
    row.get_by_role("link", name="Добавить как синоним").click()

    word = organizer.locator(".st-key-vocabulary-word")
    expect(word).to_contain_text(f"«{MISSED}» — то же самое, что …", timeout=WAIT)
    settle(organizer)
    technology = word.get_by_role("combobox", name="Технология")
    technology.click()
    technology.fill("Сварка")
    organizer.get_by_role("option", name="Сварка", exact=True).click()
    settle(organizer)
    press(organizer, "Добавить синоним")
    expect(organizer.get_by_text("Добавлено: поиск уже знает это слово.")).to_be_visible(
        timeout=WAIT
    )

    found = page.locator(".k-results").filter(has_text="технология: Сварка")
    again_until(lambda: bool(found.count()), lambda: search_anew(page))
    expect(found.locator(".k-title").first).to_be_visible()
