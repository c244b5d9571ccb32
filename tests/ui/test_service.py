"""Coming back from a sign-in service, through the whole ASGI application."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from catalog import Store, accounts
from catalog.choices import MemberRole
from catalog.models import Account
from catalog.permissions import COMMAND_LINE
from tests.catalog.people import someone
from tests.ui.test_auth import client, store  # noqa: F401
from ui import wiring
from ui.identity import SESSION_COOKIE

HERE = "http://localhost"
LOGIN = "aigul@example.kz"
COOKIE = "_streamlit_user"


@pytest.fixture
def account(
    store: Store,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> int:
    """The account of an address that a service may verify, in a fair that has a service."""
    monkeypatch.setattr(wiring, "sign_in_services", lambda: (None,))
    monkeypatch.setattr(
        "streamlit.web.server.starlette.starlette_websocket.get_cookie_secret", lambda: "secret"
    )
    with store.reading() as session:
        known = session.scalar(select(Account.id).where(Account.login == LOGIN))
    if known is None:
        return someone(store, MemberRole.EDITOR, college="temirqol", login=LOGIN).id
    accounts.unblock(store, known, by=COMMAND_LINE, now=datetime.now(UTC))
    return known


def back(
    browser: TestClient, *, secret: str = "secret", late: float = 0, **changes: object
) -> tuple[int, str]:
    """Where a browser is sent, or what it reads, that a service has said something of."""
    issued = datetime.now(UTC) + timedelta(seconds=1, minutes=-late)
    said = {
        "origin": HERE, "is_logged_in": True, "email": LOGIN, "email_verified": True,
        "iat": issued.timestamp(), **changes,
    }  # fmt: skip
    signed = create_signed_value(secret, COOKIE, json.dumps(said))
    browser.cookies.set(COOKIE, signed.decode(), domain="localhost.local")
    answer = browser.get("/auth/service")
    return answer.status_code, answer.headers.get("location") or answer.text


def test_the_account_is_entered_and_what_was_said_goes(
    client: TestClient,  # noqa: F811
    account: int,
) -> None:
    assert back(client) == (303, "/work")
    person = wiring.person(client.cookies[SESSION_COOKIE])
    assert person is not None
    assert person.id == account
    assert COOKIE not in client.cookies
    # Asked for once more, by a step back: nothing is said, and one is in.
    assert client.get("/auth/service").headers["location"] == "/work"


def test_some_services_write_the_verification_as_text(
    client: TestClient,  # noqa: F811
    account: int,
) -> None:
    assert back(client, email_verified="true") == (303, "/work")


@pytest.mark.parametrize(
    ("changes", "status", "sentence"),
    [
        ({"secret": "another"}, 400, "has not told who you are"),
        ({"origin": "https://elsewhere.example"}, 400, "has not told who you are"),
        ({"is_logged_in": False}, 400, "has not told who you are"),
        ({"late": 11}, 400, "has not told who you are"),
        ({"iat": "now"}, 400, "has not told who you are"),
        ({"email": 5}, 400, "has not told who you are"),
        ({"email_verified": False}, 403, "has not verified your e-mail address"),
        ({"email_verified": None}, 403, "has not verified your e-mail address"),
        ({"email": "<b>@example.kz"}, 403, "with the address &lt;b&gt;@example.kz"),
    ],
)
def test_anything_less_is_told_and_makes_nobody(
    client: TestClient,  # noqa: F811
    store: Store,  # noqa: F811
    account: int,
    changes: dict[str, str],
    status: int,
    sentence: str,
) -> None:
    with store.reading() as session:
        before = session.scalar(select(func.count()).select_from(Account))
    answer, page = back(client, **changes)
    assert answer == status
    assert sentence in page
    assert SESSION_COOKIE not in client.cookies
    assert COOKIE not in client.cookies
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Account)) == before


def test_a_blocked_account_is_told_so(
    client: TestClient,  # noqa: F811
    store: Store,  # noqa: F811
    account: int,
) -> None:
    accounts.block(store, account, by=COMMAND_LINE, now=datetime.now(UTC))
    answer, page = back(client)
    assert answer == 403
    assert "This account is blocked. Write to an organizer." in page


def test_without_a_service_nobody_comes_back(
    client: TestClient,  # noqa: F811
    account: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(wiring, "sign_in_services", tuple)
    assert back(client)[0] == 404
    assert SESSION_COOKIE not in client.cookies


def test_a_callback_that_nobody_began_leads_to_the_sentence(
    client: TestClient,  # noqa: F811
    account: int,
) -> None:
    answer = client.get("/oauth2callback?state=forged&code=forged")
    assert (answer.status_code, answer.headers["location"]) == (302, "/auth/service")
    assert "has not told who you are" in client.get("/auth/service").text


def test_a_link_signs_nobody_out(client: TestClient) -> None:  # noqa: F811
    assert client.get("/auth/logout").status_code == 404
