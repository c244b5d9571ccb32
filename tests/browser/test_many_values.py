"""Facets of an edition with hundreds of colleges and technologies, in a real browser."""

import json
import re
import socket
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

pytest.importorskip("playwright.sync_api", reason="pip install -r requirements-dev.txt")
from playwright.sync_api import Locator, Page, expect

from catalog import imports
from catalog.permissions import COMMAND_LINE
from catalog.settings import Settings
from catalog.spreadsheets import read_file
from catalog.store import Store
from tests.browser.conftest import Server
from tests.browser.test_visitor import both_sizes, settle

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COLLEGES, EXHIBITS = 300, 900


def college_of(number: int) -> str:
    """Who shows an exhibit: the lower a college's number, the more it shows, six at most."""
    return f"Колледж {COLLEGES - int((number / EXHIBITS) ** 0.5 * COLLEGES):03}"


SHOWN = Counter(map(college_of, range(EXHIBITS)))


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a search in an edition with hundreds of colleges, and none chosen."""
    home = tmp_path_factory.mktemp("crowded")
    store = Store(Settings(home=home, database_url=None).database)
    store.migrate()
    rows = home / "rows.jsonl"
    with rows.open("w", encoding="utf-8") as file:
        for number in range(EXHIBITS):
            title, college = f"Работа номер {number}", college_of(number)
            row = {"title_ru": title, "college": college, "external_id": str(number)}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    with store.writing() as session:
        plan = imports.plan(
            session, read_file(rows), edition="crowd", publish=True, open_archive=True,
            by=COMMAND_LINE, now=datetime.now(UTC),
        )  # fmt: skip
        assert not plan.report.problems
        imports.apply(session, plan, now=datetime.now(UTC))
    store.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Server(home, port)
    running.start()
    yield f"{running.address}/?edition=crowd&q=работа"
    running.stop()


def colleges(page: Page) -> Locator:
    """The facet of colleges, opened where it is folded away."""
    filters = page.locator(".k-filters > summary")
    if filters.is_visible():
        filters.click()
    return page.locator(".k-facet").filter(has=page.locator("> summary", has_text="Колледж"))


def values(options: Locator) -> list[tuple[str, int]]:
    """The names and counts of options in sight."""
    lines = [re.split(r"\s+(?=\d+\D*$)", text) for text in options.all_inner_texts()]
    return [(name, int(re.sub(r"\D", "", count))) for name, count in lines]


@both_sizes
def test_commonest_colleges_are_in_sight_and_the_page_stays_light(
    page: Page, crowded: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    page.goto(crowded)
    settle(page)

    facet = colleges(page)
    expected = sorted(SHOWN.items(), key=lambda one: (-one[1], one[0]))[:8]
    assert values(facet.locator(".k-common a")) == expected
    expect(facet.locator(".k-find-value")).to_have_attribute(
        "placeholder", f"Найти среди {len(SHOWN)}"
    )
    assert page.evaluate("document.querySelectorAll('.k-facets *').length") < 400
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@both_sizes
def test_a_rare_college_is_found_by_letters_chosen_and_left_by_back(
    page: Page, crowded: str, size: dict[str, int]
) -> None:
    page.set_viewport_size(size)
    page.goto(crowded)
    settle(page)
    field = colleges(page).locator(".k-find-value")
    box = field.bounding_box()
    assert box
    assert box["height"] >= 44

    field.press_sequentially("27", delay=40)
    found = colleges_found(page)
    expect(found.first).to_be_visible()
    rare = {name: count for name, count in SHOWN.items() if name.startswith("Колледж 27")}
    assert dict(values(found)) == rare
    assert not page.locator(".k-facet.k-finding .k-common").is_visible()
    name, promised = values(found)[0]
    field.press("Enter")

    expect(page).to_have_url(re.compile("college="))
    expect(page.locator(".k-total")).to_have_text(re.compile(rf"^{promised} "))
    facet = colleges(page)
    assert values(facet.locator(".k-common a"))[0] == (name, promised)
    expect(facet.locator(".k-common a").first).to_have_attribute("aria-current", "true")
    expect(facet.locator(".k-find-value")).to_have_value("")
    page.go_back()
    expect(page.locator(".k-total")).to_have_text(re.compile(rf"^{EXHIBITS} "))
    assert "college=" not in page.url


def colleges_found(page: Page) -> Locator:
    return page.locator(".k-facet.k-finding .k-found a")


def test_keyboard_reaches_what_was_found_and_erasing_brings_the_commonest_back(
    page: Page, crowded: str
) -> None:
    page.goto(crowded)
    settle(page)
    field = colleges(page).locator(".k-find-value")
    field.focus()
    page.keyboard.type("колледж 1", delay=20)
    expect(colleges_found(page)).to_have_count(20)
    expect(page.locator(".k-finding .k-hint")).to_have_text("Ещё 80: введите больше букв.")
    page.keyboard.press("Tab")
    expect(colleges_found(page).first).to_be_focused()
    field.fill("")
    expect(page.locator(".k-finding")).to_have_count(0)
    expect(colleges(page).locator(".k-common a")).to_have_count(8)
    field.fill("нет такого")
    expect(page.locator(".k-finding .k-hint")).to_have_text("Такого названия среди найденного нет.")
