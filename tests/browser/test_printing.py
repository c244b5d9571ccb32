"""A sign from the page to the paper: its QR code leads a phone to the exhibit."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from catalog.choices import MemberRole
from catalog.settings import Settings
from catalog.store import Store
from tests.browser.conftest import Server
from tests.catalog.people import PASSWORD, someone
from tests.printing.pages import codes, texts

pytestmark = pytest.mark.browser

PUBLIC = "http://korme.example.kz"
WAIT = 60_000


@pytest.fixture(scope="module")
def with_address(home: Path) -> Iterator[Server]:
    """The app again, beside the other one, with the address that visitors will open."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = Server(home, port, KORME_PUBLIC_URL=PUBLIC)
    running.start()
    yield running
    running.stop()


def test_a_sign_is_printed_and_its_code_leads_to_the_exhibit(
    page: Page, home: Path, with_address: Server
) -> None:
    store = Store(Settings(home=home, database_url=None).database)
    chief = someone(store, MemberRole.ORGANIZER, login="chief-who-prints")
    store.close()
    page.goto(f"{with_address.address}/auth/login?lang=ru")
    page.get_by_label("Логин или почта").fill(chief.login)
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    page.get_by_role("link", name="Печать").click(timeout=WAIT)
    chosen = page.get_by_label("Только эти экспонаты")
    chosen.click(timeout=WAIT)
    chosen.fill("Робот-сортировщик бытового")
    page.get_by_role("option", name="Робот-сортировщик бытового мусора").click(timeout=WAIT)
    expect(page.get_by_text("1 экспонат", exact=True)).to_be_visible(timeout=WAIT)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Сделать PDF").click()
    with page.expect_download(timeout=WAIT) as download:
        page.get_by_role("button", name="Скачать").click(timeout=WAIT)
    data = download.value.path().read_bytes()

    assert codes(data) == [[f"{PUBLIC}/e/JTSC3Q"]]
    assert "Робот-сортировщик бытового мусора с камерой" in texts(data)[0]
    # What a phone opens is that exhibit's light page, here at this server's own address.
    (address,) = codes(data)[0]
    page.goto(with_address.address + address.removeprefix(PUBLIC))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Робот-сортировщик", timeout=WAIT)
