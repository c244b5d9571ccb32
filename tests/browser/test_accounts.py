"""From the link that came by messenger to one's own page and out again; what strangers see."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog import links
from catalog.choices import MemberRole
from catalog.permissions import COMMAND_LINE
from catalog.settings import Settings
from catalog.store import Store

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SETTLED = (
    "[data-testid='stApp'][data-test-connection-state='CONNECTED']"
    "[data-test-script-state='notRunning']"
)
PASSWORD = "несколько простых слов"


def invited(home: Path, role: MemberRole, college: str | None = None) -> str:
    """The path of a new invitation."""
    store = Store(Settings(home=home, database_url=None).database)
    made = links.invite(store, by=COMMAND_LINE, role=role, college=college, now=datetime.now(UTC))
    store.close()
    return f"/auth/invite/{made.token}"


def accept(page: Page, login: str) -> None:
    page.get_by_label("Ваше имя").fill("Айгүл Серікқызы")
    page.get_by_label("Логин или почта").fill(login)
    page.get_by_label("Пароль", exact=True).fill(PASSWORD)
    page.get_by_label("Пароль ещё раз").fill(PASSWORD)
    page.get_by_role("button", name="Принять приглашение").click()
    expect(page.get_by_role("heading", name="Айгүл Серікқызы")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("width", [390, 1280])
def test_from_an_invitation_to_a_password_in_and_out(page: Page, home: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(invited(home, MemberRole.COORDINATOR, "temirqol"))
    expect(page.get_by_text("координатор колледжа")).to_be_visible()
    accept(page, f"aigul-{width}")
    expect(page.get_by_text("Колледж робототехники").first).to_be_visible()
    expect(page.get_by_role("link", name="Люди")).to_have_count(0)

    page.get_by_role("link", name="Пароль и выход").click()
    page.get_by_role("button", name="Выйти", exact=True).click()
    expect(page.get_by_role("link", name="Для колледжей и организаторов: вход")).to_be_attached(
        timeout=20_000
    )
    expect(page.get_by_role("link", name="Моя работа")).to_have_count(0)

    page.goto("/work")
    page.get_by_role("link", name="Войти").click()
    page.get_by_label("Логин или почта").fill(f"aigul-{width}")
    page.get_by_label("Пароль").fill("не тот пароль")
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("alert")).to_contain_text("Неверный логин или пароль.")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()
    expect(page.get_by_role("heading", name="Айгүл Серікқызы")).to_be_visible(timeout=20_000)
    overflow = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert overflow is False


def test_an_organizer_invites_and_blocks_and_the_other_is_out_at_once(
    page: Page, browser: Browser, browser_context_args: dict[str, object], home: Path
) -> None:
    page.goto(invited(home, MemberRole.ORGANIZER))
    accept(page, "chief")
    page.get_by_role("link", name="Люди").click()
    expect(page.get_by_role("heading", name="Пригласить")).to_be_visible(timeout=20_000)
    page.get_by_label("Роль").first.click()
    page.get_by_role("option", name="куратор").click()
    page.get_by_label("Для кого").fill("для Серика")
    page.get_by_role("button", name="Создать ссылку").click()
    issued = page.locator(".st-key-issued")
    expect(issued).to_be_visible(timeout=20_000)
    expect(page.get_by_text("для Серика · куратор")).to_be_visible()
    link = issued.locator("code").first.inner_text()
    expect(issued).to_contain_text("Ваша роль: куратор")
    shared = issued.get_by_role("link", name="WhatsApp").first.get_attribute("href") or ""
    assert shared.startswith("https://wa.me/?text=")

    other = browser.new_context(**browser_context_args).new_page()  # type: ignore[arg-type]
    other.goto(link)
    accept(other, "serik")

    page.goto("/people")
    expect(page.get_by_text("serik")).to_be_visible(timeout=20_000)
    expect(page.locator(SETTLED)).to_be_attached(timeout=20_000)
    # The click scrolls the page, and scrolling closes the list that it opened.
    page.get_by_label("Человек").click()
    page.get_by_label("Человек").press("ArrowDown")
    page.get_by_role("option", name="serik").click()
    page.get_by_role("button", name="Закрыть вход").click()
    expect(page.get_by_role("button", name="Открыть вход")).to_be_visible(timeout=20_000)

    # Its page is still open; the next step finds nobody signed in.
    other.get_by_role("link", name="Колледжи").first.click()
    expect(other.get_by_role("link", name="Моя работа")).to_have_count(0, timeout=20_000)
    other.goto("/work")
    expect(other.get_by_text("Войдите, чтобы продолжить")).to_be_visible(timeout=20_000)


@pytest.mark.parametrize("path", ["/work", "/people", "/review"])
def test_a_stranger_sees_no_page_of_those_who_work(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.get_by_text("Войдите, чтобы продолжить")).to_be_visible(timeout=20_000)
