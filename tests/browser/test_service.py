"""Signing in by a real sign-in service (OIDC) that runs here, and all it may say."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from catalog import accounts
from catalog.choices import MemberRole
from catalog.models import Account
from catalog.permissions import COMMAND_LINE
from catalog.settings import Settings
from catalog.store import Store
from tests.browser.conftest import Server, free_port
from tests.catalog.people import Someone, someone

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    # The service is written for an older Authlib.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]

BY_SERVICE = "Войти через аккаунт организации"
# Other tests may keep the machine busy.
PATIENCE = 90_000


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """The address of a sign-in service; whoever signs in there types the subject."""
    from oidc_provider_mock import run_server_in_thread

    with run_server_in_thread() as running:
        yield f"http://localhost:{running.server_port}"


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[Store]:
    opened = Store(Settings(home=home, dataaddress=None).database)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def address(home: Path, provider: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app with the secrets that name the service."""
    port = free_port()
    secrets = tmp_path_factory.mktemp("secrets") / "secrets.toml"
    secrets.write_text(
        "[auth]\n"
        f'redirect_uri = "http://localhost:{port}/oauth2callback"\n'
        'cookie_secret = "only for this test, and long enough"\n'
        'client_id = "korme"\n'
        'client_secret = "only for this test"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n',
        encoding="utf-8",
    )
    running = Server(home, port, f"--secrets.files={secrets}")
    running.start()
    yield running.address
    running.stop()


@pytest.fixture
def page(page: Page, address: str) -> Page:
    page.set_default_timeout(PATIENCE)
    return page


def known(store: Store, login: str) -> Someone:
    return someone(store, MemberRole.COORDINATOR, college="temirqol", login=login, name="Айгүл")


def enter(page: Page, base: str, provider: str, email: str, *, verified: bool = True) -> None:
    """From our page to the service, sign in there, and back."""
    claims = {"email": email, "email_verified": verified}
    assert httpx.put(f"{provider}/users/{email}", json=claims).status_code == 204
    page.goto(f"{base}/auth/login")
    page.get_by_role("link", name=BY_SERVICE).click()
    page.get_by_role("button", name=BY_SERVICE).click()
    page.wait_for_url(f"{provider}/**")
    page.get_by_placeholder("sub").fill(email)
    page.get_by_role("button", name="Authorize").click()
    page.wait_for_url(f"{base}/**")


def test_a_verified_address_comes_in_and_goes_out(
    page: Page, address: str, provider: str, store: Store
) -> None:
    known(store, "aigul@college.kz")
    enter(page, address, provider, "Aigul@college.kz")

    expect(page.get_by_role("heading", name="Айгүл")).to_be_visible(timeout=PATIENCE)
    expect(page).to_have_url(f"{address}/work")
    # One may do here what this account may, on screens and on light pages alike.
    expect(page.get_by_role("link", name="Таблица")).to_be_visible(timeout=PATIENCE)
    page.get_by_role("link", name="Пароль и выход").click()
    expect(page.get_by_text("aigul@college.kz")).to_be_visible(timeout=PATIENCE)
    names = {one["name"] for one in page.context.cookies()}
    assert "korme_session" in names
    assert not {one for one in names if one.startswith("_streamlit_user")}

    page.get_by_role("button", name="Выйти", exact=True).click()
    page.goto(f"{address}/work")
    expect(page.get_by_text("Войдите, чтобы продолжить")).to_be_visible(timeout=PATIENCE)
    assert "korme_session" not in {one["name"] for one in page.context.cookies()}


def test_an_address_without_an_account_is_told_and_makes_none(
    page: Page, address: str, provider: str, store: Store
) -> None:
    with store.reading() as session:
        before = session.scalar(select(func.count()).select_from(Account))
    enter(page, address, provider, "stranger@elsewhere.kz")

    expect(page.get_by_role("alert")).to_have_text(
        "С адресом stranger@elsewhere.kz здесь никто не зарегистрирован. Попросите у организатора "
        "ссылку-приглашение."
    )
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == before
    # From here one may try again as somebody else.
    known(store, "other@college.kz")
    enter(page, address, provider, "other@college.kz")
    expect(page.get_by_role("heading", name="Айгүл")).to_be_visible(timeout=PATIENCE)


def test_an_address_that_is_not_verified_is_refused(
    page: Page, address: str, provider: str, store: Store
) -> None:
    known(store, "unverified@college.kz")
    enter(page, address, provider, "unverified@college.kz", verified=False)

    expect(page.get_by_role("alert")).to_contain_text("не подтвердила адрес почты")
    page.goto(f"{address}/work")
    expect(page.get_by_text("Войдите, чтобы продолжить")).to_be_visible(timeout=PATIENCE)


def test_a_blocked_account_is_refused_and_out_at_once(
    page: Page, address: str, provider: str, store: Store
) -> None:
    person = known(store, "blocked@college.kz")
    enter(page, address, provider, "blocked@college.kz")
    expect(page.get_by_role("heading", name="Айгүл")).to_be_visible(timeout=PATIENCE)
    accounts.block(store, person.id, by=COMMAND_LINE, now=datetime.now(UTC))
    page.get_by_role("link", name="Колледжи").first.click()
    expect(page.get_by_role("link", name="Моя работа")).to_have_count(0, timeout=PATIENCE)

    enter(page, address, provider, "blocked@college.kz")
    expect(page.get_by_role("alert")).to_have_text("Этот вход закрыт. Напишите организатору.")


def test_who_changes_their_mind_at_the_service_is_told(
    page: Page, address: str, provider: str
) -> None:
    page.goto(f"{address}/work")
    page.get_by_role("button", name=BY_SERVICE).click()
    page.get_by_role("button", name="Deny").click()

    expect(page.get_by_role("alert")).to_have_text(
        "Служба входа не сообщила, кто вы. Попробуйте войти ещё раз."
    )
