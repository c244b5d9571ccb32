"""A visitor's path in a real browser, on a phone and at a desk."""

import re
from urllib.parse import urlencode

import pytest

pytest.importorskip("playwright.sync_api", reason="pip install -r requirements-dev.txt")
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import Server
from tests.hostile import HOSTILE, IMAGE, SCRIPT

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 640}
DESK = {"width": 1280, "height": 900}
both_sizes = pytest.mark.parametrize("size", [PHONE, DESK], ids=["360px", "1280px"])


def open_at(page: Page, address: str) -> None:
    page.goto(address)
    settle(page)


def settle(page: Page) -> None:
    """Wait until there is a screen and it stands still."""
    expect(page.locator("[data-testid='stHtml'] .k-head")).to_be_attached(timeout=20_000)
    expect(
        page.locator(
            "[data-testid='stApp'][data-test-connection-state='CONNECTED']"
            "[data-test-script-state='notRunning']"
        )
    ).to_be_attached(timeout=20_000)


def titles(page: Page) -> list[str]:
    expect(page.locator(".k-results .k-title a").first).to_be_visible()
    return page.locator(".k-results .k-title a").all_inner_texts()


def field_of(page: Page) -> Locator:
    """The field of the query; a facet of many values has one of its own."""
    return page.locator(".st-key-finder").get_by_role("searchbox")


def choose(page: Page, facet: str, number: int = 0) -> str:
    """Choose a value of a facet; returns how many it promises."""
    filters = page.locator(".k-filters > summary")
    if filters.is_visible():
        filters.click()
    group = page.locator(".k-facet").filter(has=page.locator("> summary", has_text=facet))
    if group.get_attribute("open") is None:
        group.locator("> summary").click()
    option = group.locator("> ul a").nth(number)
    promised = option.locator(".k-count").inner_text()
    option.click()
    return promised


@both_sizes
def test_search_while_typing_keeps_the_field_and_one_history_entry(
    page: Page, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    open_at(page, "/")
    entries = page.evaluate("history.length")
    field = field_of(page)
    field.press_sequentially("тепл", delay=60)
    expect(page.locator(".k-results mark").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=%D1%82%D0%B5%D0%BF%D0%BB"))
    field.press_sequentially("ица", delay=60)
    expect(page).to_have_url(re.compile(r"%D0%B8%D1%86%D0%B0"))
    expect(page.locator(".k-results mark").first).to_have_text(re.compile("теплиц", re.IGNORECASE))
    expect(field).to_be_focused()
    assert page.evaluate("history.length") == entries


@both_sizes
def test_filter_page_open_and_back_lead_to_the_same_list(page: Page, size: dict[str, int]) -> None:
    page.set_viewport_size(size)
    open_at(page, "/")
    page.evaluate("window.sameDocument = true")
    page.locator(".k-pager a[rel=next]").click()
    expect(page).to_have_url(re.compile("page=2"))
    expect(page.locator(".k-current")).to_have_text("2")
    second_page = titles(page)
    promised = choose(page, "Зал")
    expect(page).to_have_url(re.compile("hall="))
    expect(page.locator(".k-total")).to_have_text(re.compile(rf"^{promised} "))
    assert "page=" not in page.url
    filtered, address = titles(page), page.url

    page.locator(".k-title a").nth(3).click()
    expect(page.locator(".k-exhibit h1")).to_have_text(filtered[3])
    page.go_back()
    expect(page.locator(".k-total")).to_have_text(re.compile(rf"^{promised} "))
    assert (titles(page), page.url) == (filtered, address)
    page.go_back()
    expect(page.locator(".k-current")).to_have_text("2")
    assert titles(page) == second_page
    page.go_forward()
    expect(page.locator(".k-total")).to_have_text(re.compile(rf"^{promised} "))
    assert page.evaluate("window.sameDocument"), "a click loaded the whole app again"


def test_back_from_an_exhibit_restores_the_query(page: Page) -> None:
    open_at(page, "/")
    field_of(page).press_sequentially("робот", delay=60)
    expect(page.locator(".k-results mark").first).to_be_visible()
    settle(page)
    found = titles(page)
    page.locator(".k-title a").first.click()
    expect(page.locator(".k-exhibit h1")).to_be_visible()
    page.locator(".k-back a").click()
    expect(field_of(page)).to_have_value("робот")
    expect(page.locator(".k-title a").first).to_have_text(found[0])
    assert titles(page) == found


def test_a_new_query_starts_from_its_first_page(page: Page) -> None:
    open_at(page, "/?page=3")
    expect(page.locator(".k-current")).to_have_text("3")
    field_of(page).press_sequentially("с", delay=60)
    expect(page).not_to_have_url(re.compile("page="))
    expect(page.locator(".k-results mark").first).to_be_visible()


def test_language_is_switched_and_remembered(page: Page) -> None:
    open_at(page, "/?q=робот")
    assert page.locator("html").get_attribute("lang") == "ru"
    page.locator(".k-langs a", has_text="Қаз").click()
    expect(page.locator(".k-nav a").first).to_have_text("Іздеу")
    assert page.locator("html").get_attribute("lang") == "kk"
    expect(field_of(page)).to_have_value("робот")
    open_at(page, "/technologies")
    expect(page.locator("h1")).to_have_text("Технологиялар")
    open_at(page, "/?lang=en")
    expect(page.locator(".k-nav a").first).to_have_text("Search")


def test_browser_language_is_the_first_guess(browser: Browser, base_url: str) -> None:
    context = browser.new_context(locale="kk-KZ", base_url=base_url)
    page = context.new_page()
    open_at(page, "/")
    expect(page.locator(".k-nav a").first).to_have_text("Іздеу")
    context.close()


def test_server_that_went_away_gives_the_same_list_back(page: Page, server: Server) -> None:
    open_at(page, "/?q=робот&hall=A")
    found = titles(page)
    server.stop()
    expect(page.locator("[data-test-connection-state='CONNECTED']")).to_have_count(0)
    server.start()
    expect(page.locator("[data-test-connection-state='CONNECTED']")).to_have_count(
        1, timeout=60_000
    )
    expect(page.locator(".k-title a")).to_have_text(found, timeout=20_000)
    expect(field_of(page)).to_have_value("робот")
    assert "hall=A" in page.url


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/?q=робот",
        "/?q=робот&hall=A&lang=kk",
        "/technologies",
        "/colleges",
        "/about",
        "/college?slug=temirqol",
        "/technology?slug=robotics",
    ],
)
def test_phone_never_scrolls_sideways_and_targets_are_large(page: Page, address: str) -> None:
    page.set_viewport_size(PHONE)
    open_at(page, address)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    # Our frame clips what is too wide: look at the boxes themselves.
    outside = page.evaluate(
        """() => [...document.querySelectorAll('.k *:not(.k-sr)')]
            .filter(one => one.checkVisibility() && !one.closest('.k-sr'))
            .filter(one => one.getBoundingClientRect().right > innerWidth - 8)
            .filter(one => !one.closest('.k-nav') && !one.closest('.k-shelf ul'))
            .map(one => `${one.className}: ${one.innerText}`)"""
    )
    assert outside == []
    small = page.evaluate(
        """() => [...document.querySelectorAll('.k a, .k button, .k summary')]
            .filter(one => one.checkVisibility())
            .map(one => [one.innerText, one.getBoundingClientRect()])
            .filter(([, box]) => box.width < 44 || box.height < 43.5)
            .map(([text, box]) => `${text}: ${box.width} x ${box.height}`)"""
    )
    assert small == []


def test_phone_shows_the_field_and_the_first_stand_without_scrolling(page: Page) -> None:
    page.set_viewport_size(PHONE)
    for address in ("/", "/?q=робот"):
        open_at(page, address)
        bar = page.locator(".k-nav").bounding_box()
        stand = page.locator(".k-results .k-sign").first.bounding_box()
        field = field_of(page).bounding_box()
        assert bar
        assert stand
        assert field
        assert field["y"] >= 0
        assert stand["y"] + stand["height"] <= bar["y"]


def test_hostile_texts_are_shown_as_text(page: Page, base_url: str) -> None:
    asked_elsewhere = []
    page.on(
        "request",
        lambda request: (
            request.url.startswith((base_url, "data:", "blob:", "ws"))
            or asked_elsewhere.append(request.url)
        ),
    )
    open_at(page, "/?q=Враждебный")
    expect(page.locator(".k-title a").first).to_contain_text(SCRIPT)
    expect(page.locator(".k-lines").first).to_contain_text(IMAGE)
    page.locator(".k-title a").first.click()
    expect(page.locator(".k-exhibit h1")).to_contain_text(SCRIPT)
    code = page.locator(".k-code").inner_text()
    page.goto(f"/e/{code}")
    expect(page.locator("h1")).to_contain_text(SCRIPT)
    assert page.evaluate("window.broken") is None
    assert page.locator("a[href^='javascript']").count() == 0
    assert asked_elsewhere == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_query_gets_an_answer(page: Page, base_url: str, text: str) -> None:
    query = urlencode({"q": text, "page": "99999999999", "sort": text[:50], "hall": text[:50]})
    open_at(page, f"/?{query}")
    expect(page.locator(".k-total, .k-empty").first).to_be_visible()
    assert page.evaluate("window.broken") is None
