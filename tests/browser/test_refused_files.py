"""A file that isn't taken: whoever chose it reads why, in their language, where they chose it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import delete, update

from catalog.choices import MemberRole
from catalog.models import Edition, SignIn, UploadTally
from catalog.settings import Settings
from catalog.store import Store
from tests.browser.conftest import Server, free_port
from tests.browser.test_accounts import SETTLED
from tests.catalog.people import PASSWORD, Someone, someone

pytestmark = pytest.mark.browser

WAIT = 90_000


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """An app where an account sends two files an hour."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KORME_HOURLY_UPLOADS", "2")
        running = Server(home, free_port())
        running.start()
    yield running.address
    running.stop()


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[Store]:
    opened = Store(Settings(home=home, database_url=None).database)
    later = datetime.now(UTC) + timedelta(days=30)
    with opened.writing() as session:
        session.execute(update(Edition).values(submission_deadline=later, freeze_at=later))
    yield opened
    opened.close()


@pytest.fixture
def coordinator(store: Store) -> Someone:
    return someone(store, MemberRole.COORDINATOR, college="taza-bulaq")


def picture(folder: Path, name: str) -> Path:
    path = folder / name
    Image.effect_noise((200, 150), 40).save(path, "PNG")
    return path


def choose(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(list(files))


def refusals(page: Page, *sentences: str) -> None:
    """These and no others stand there, and Streamlit says nothing of its own."""
    expect(page.locator(".k-refused li")).to_have_text(list(sentences), timeout=WAIT)
    expect(page.get_by_test_id("stFileChipIconError")).to_have_count(0)
    expect(page.get_by_text("Error")).to_have_count(0)


def open_form(page: Page, address: str, one: Someone, language: str, path: str) -> None:
    page.goto(f"{address}/auth/login?lang={language}")
    page.locator("input[name=login]").fill(one.login)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form button.k-button").click()
    page.wait_for_url(f"{address}/work")
    page.goto(f"{address}{path}")
    expect(page.locator("input[type=file]").first).to_be_attached(timeout=WAIT)


KINDS = {
    "ru": "Здесь принимаются только такие файлы: JPG, JPEG, PNG, WEBP.",
    "kk": "Мұнда тек осындай файлдар қабылданады: JPG, JPEG, PNG, WEBP.",
    "en": "Only files of these kinds are taken: JPG, JPEG, PNG, WEBP.",
}
LARGE = {
    "ru": "Файл слишком большой: можно не больше 20 МБ. Загрузите его частями.",
    "kk": "Файл тым үлкен: ең көбі 20 МБ. Бөліп жүктеңіз.",
    "en": "The file is too large: at most 20 MB are taken. Upload it in parts.",
}


@pytest.mark.parametrize("language", ["ru", "kk", "en"])
def test_what_the_browser_would_not_even_send(
    page: Page, address: str, coordinator: Someone, tmp_path: Path, language: str
) -> None:
    open_form(page, address, coordinator, language, "/entry?new=taza-bulaq&step=pictures")
    phone, text, large = tmp_path / "IMG_1.HEIC", tmp_path / "a.txt", tmp_path / "large.png"
    phone.write_bytes(b"\0\0\0\x18ftypheic")
    text.write_text("no picture")
    with large.open("wb") as file:
        file.truncate(21_000_000)

    choose(page, text)
    refusals(page, f"a.txt: {KINDS[language]}")
    choose(page, large)
    refusals(page, f"large.png: {LARGE[language]}")
    choose(page, phone)
    refused = page.locator(".k-refused li")
    expect(refused).to_have_count(1)
    expect(refused).to_contain_text("IMG_1.HEIC: ")
    expect(refused).to_contain_text("JPEG")
    expect(refused).not_to_contain_text("WEBP")


def test_what_the_server_refuses_is_told_in_its_words(
    page: Page, address: str, store: Store, coordinator: Someone, tmp_path: Path
) -> None:
    open_form(page, address, coordinator, "ru", "/entry?new=taza-bulaq&step=pictures")
    for number in (1, 2):
        choose(page, picture(tmp_path, f"{number}.png"))
        expect(page.get_by_label("Что на снимке")).to_have_count(3 * number, timeout=WAIT)
        # The place to choose the next ones is a new one.
        expect(page.get_by_test_id("stFileChip")).to_have_count(0, timeout=WAIT)
        expect(page.locator(SETTLED)).to_be_attached(timeout=WAIT)
    choose(page, picture(tmp_path, "3.png"))
    told = page.locator(".k-refused li")
    expect(told).to_contain_text("3.png: За последний час вы загрузили слишком много.")
    expect(page.get_by_test_id("stFileChipIconError")).to_have_count(0)
    expect(page.get_by_text("Error")).to_have_count(0)

    # Large enough to be still under way when the answer comes.
    with store.writing() as session:
        session.execute(delete(UploadTally))
        session.execute(delete(SignIn))
    heavy = tmp_path / "heavy.png"
    Image.effect_noise((3200, 3200), 90).save(heavy, "PNG", compress_level=0)
    choose(page, heavy)
    refusals(page, "heavy.png: Вы больше не в системе. Войдите ещё раз.")


def test_a_spreadsheets_place_says_so_too(
    page: Page, address: str, coordinator: Someone, tmp_path: Path
) -> None:
    open_form(page, address, coordinator, "ru", "/bulk")
    large = tmp_path / "all.xlsx"
    with large.open("wb") as file:
        file.truncate(53_000_000)
    choose(page, large)
    refusals(page, "all.xlsx: Файл слишком большой: можно не больше 50 МБ. Загрузите его частями.")
    page.locator("input[type=file]").nth(1).set_input_files([picture(tmp_path, "1.png")])
    expect(page.locator(".k-refused li").nth(1)).to_have_text(
        "1.png: Здесь принимаются только такие файлы: ZIP."
    )
