"""Who sent a request to a page that is no screen."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from catalog import Store, accounts
from catalog.choices import MemberRole
from catalog.settings import Settings
from tests.catalog.conftest import fair, loaded_fair  # noqa: F401
from tests.catalog.people import someone
from ui import wiring
from ui.identity import SESSION_COOKIE

HERE = "https://fair.example"
LOGIN = "aigul@example.kz"


@pytest.fixture
def account(fair: Store, monkeypatch: pytest.MonkeyPatch) -> int:  # noqa: F811
    """The account of an address that a sign-in service may verify, in a fair that has one."""
    monkeypatch.setattr(wiring, "store", lambda: fair)
    monkeypatch.setattr(wiring, "settings", Settings)
    monkeypatch.setattr(wiring, "sign_in_services", lambda: (None,))
    monkeypatch.setattr(
        "streamlit.web.server.starlette.starlette_websocket.get_cookie_secret", lambda: "secret"
    )
    return someone(fair, MemberRole.EDITOR, college="temirqol", login=LOGIN).id


def by_service(secret: str = "secret", **changes: object) -> Mapping[str, str]:
    """What the browser carries after the service has said who it is."""
    said = {
        "origin": HERE, "is_logged_in": True, "email": LOGIN, "email_verified": True,
        "iat": (datetime.now(UTC) - timedelta(minutes=5)).timestamp(), **changes,
    }  # fmt: skip
    signed = create_signed_value(secret, "_streamlit_user", json.dumps(said))
    return {"_streamlit_user": signed.decode()}


def who(cookies: Mapping[str, str], origin: str = HERE) -> int | None:
    person = wiring.person_behind(cookies, origin)
    return person.id if person else None


def test_our_own_cookie_says_who_it_is(fair: Store, account: int) -> None:  # noqa: F811
    token = accounts.begin_sign_in(
        fair, account, now=datetime.now(UTC), lifetimes=Settings().lifetimes
    )

    assert who({SESSION_COOKIE: token}) == account
    assert who({SESSION_COOKIE: "forged"}) is None
    assert who({}) is None


def test_what_a_sign_in_service_verified_says_who_it_is(account: int) -> None:
    assert who(by_service()) == account


@pytest.mark.parametrize(
    "changes",
    [
        {"secret": "another"},
        {"origin": "https://elsewhere.example"},
        {"is_logged_in": False},
        {"email_verified": False},
        {"email": "nobody@example.kz"},
        {"iat": 0},
        {"iat": "now"},
    ],
)
def test_anything_less_says_nothing(account: int, changes: dict[str, str]) -> None:
    assert who(by_service(**changes)) is None


def test_it_holds_for_our_own_pages_alone(account: int) -> None:
    assert who(by_service(), "https://elsewhere.example") is None
    assert who(by_service(), "") is None


def test_without_a_service_its_cookie_is_not_read(
    account: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wiring, "sign_in_services", tuple)

    assert who(by_service()) is None
