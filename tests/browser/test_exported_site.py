"""The exported site, opened from its folder: no server, no network, and search by words."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.hostile import TITLE
from tests.scripts.calls import call

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WAIT = 60_000


@pytest.fixture(scope="session")
def base_url() -> str:
    """No server runs for these."""
    return ""


@pytest.fixture(scope="session")
def browser_context_args() -> dict[str, object]:
    return {"locale": "ru-RU", "viewport": {"width": 1280, "height": 900}}


def test_a_site_from_a_folder_is_searched_and_read(page: Page, home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = call("export_edition", folder, home=home)
    assert done.exit_code == 0, done.stderr
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    rows = page.locator("#exhibits li:visible")

    page.goto((folder / "site" / "ru" / "index.html").as_uri())
    expect(rows).to_have_count(134, timeout=WAIT)
    query = page.get_by_label("Поиск по словам")

    query.fill("жылыжай")
    expect(page.get_by_text("Жылыжай терезесін ашып-жабатын автомат")).to_be_visible(timeout=WAIT)
    expect(rows.first).to_contain_text("Жылыжай")

    # «Қоқыс» as a Russian keyboard has it; the title here is the Russian one.
    query.fill("кокыс")
    robot = page.get_by_role("link", name="Робот-сортировщик бытового мусора с камерой")
    expect(robot).to_be_visible(timeout=WAIT)
    expect(page.get_by_role("heading", name="Колледжи")).to_be_hidden()

    query.fill("нетакогослова")
    expect(page.get_by_text("Ничего не найдено.")).to_be_visible(timeout=WAIT)
    expect(rows).to_have_count(0)

    query.fill("КОКЫС")
    robot.click(timeout=WAIT)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("Робот-сортировщик бытового мусора с камерой", timeout=WAIT)
    page.get_by_role("link", name="Қазақша").click()
    expect(page.locator("html")).to_have_attribute("lang", "kk", timeout=WAIT)

    # A hostile exhibit is a page like others.
    page.goto((folder / "site" / "ru" / "index.html").as_uri())
    query.fill("враждебный")
    page.locator("#exhibits li:visible a").click(timeout=WAIT)
    expect(heading).to_have_text(TITLE, timeout=WAIT)
    assert page.evaluate("window.broken") is None

    assert said == []
    assert len(asked) >= 8
    assert [url for url in asked if not url.startswith("file://")] == []
