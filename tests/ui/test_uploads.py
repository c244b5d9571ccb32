"""The door for files, by itself before an app that notes what it is given, and in the whole app."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from catalog import Store, accounts
from catalog.choices import MemberRole
from catalog.models import Account
from catalog.settings import Settings
from tests.catalog.conftest import fair, loaded_fair  # noqa: F401
from tests.catalog.people import someone
from ui.identity import SESSION_COOKIE
from ui.web.uploads import Uploads

NOW = datetime(2026, 11, 5, 6, 0, tzinfo=UTC)
DOOR = "/_stcore/upload_file/session/file"
OURS = {"Origin": "http://localhost"}


class Taker:
    """What stands behind the door: keeps the files it gets."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.taken.append(await Request(scope, receive).body())
        await PlainTextResponse("taken", status_code=204)(scope, receive, send)


class Door:
    """The door of a fair, and a browser in front of it."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.taker, self.now = store, Taker(), NOW
        doors = SimpleNamespace(
            store=lambda: store,
            settings=lambda: settings,
            person_behind=lambda cookies: accounts.signed_in(
                store,
                cookies.get(SESSION_COOKIE, ""),
                now=self.now,
                lifetimes=settings.lifetimes,
            ),
        )
        app = Uploads(self.taker, doors=lambda: doors, most_bytes=1_000_000, clock=lambda: self.now)
        self.browser = TestClient(
            app, base_url="http://localhost", headers={"Accept-Language": "ru"}
        )

    def sign_in(self, account: int) -> None:
        token = accounts.begin_sign_in(
            self.store, account, now=self.now, lifetimes=Settings().lifetimes
        )
        self.browser.cookies.set(SESSION_COOKIE, token)

    def put(self, data: bytes = b"file", **headers: str) -> int:
        answer = self.browser.put(DOOR, content=data, headers={**OURS, **headers})
        return int(answer.status_code)


@pytest.fixture
def door(fair: Store) -> Door:  # noqa: F811
    return Door(fair, Settings(hourly_uploads=3))


def editor(door: Door) -> int:
    return someone(door.store, MemberRole.EDITOR, college="temirqol").id


def test_a_strangers_file_is_not_read(door: Door) -> None:
    assert door.put() == 401
    door.browser.cookies.set(SESSION_COOKIE, "forged")
    answer = door.browser.put(DOOR, content=b"file", headers=OURS)

    assert (answer.status_code, answer.text) == (401, "Вы больше не в системе. Войдите ещё раз.")
    assert door.taker.taken == []


# One call that passes for each role that may upload, one that doesn't for each role.
@pytest.mark.parametrize(
    ("role", "college", "days", "status"),
    [
        (MemberRole.EDITOR, "temirqol", 0, 204),
        (MemberRole.EDITOR, "temirqol", 20, 403),
        (MemberRole.COORDINATOR, "temirqol", 0, 204),
        (MemberRole.COORDINATOR, "temirqol", 20, 403),
        (MemberRole.ORGANIZER, None, 20, 204),
        (MemberRole.REVIEWER, None, 0, 403),
        # With translations.
        (MemberRole.CURATOR, None, 20, 204),
        (None, None, 0, 403),
    ],
)
def test_who_may_send_a_file(
    door: Door, role: MemberRole | None, college: str | None, days: int, status: int
) -> None:
    door.now = NOW + timedelta(days=days)
    door.sign_in(someone(door.store, role, college=college).id)

    assert door.put() == status
    assert door.browser.delete(DOOR, headers=OURS).status_code == status
    assert door.taker.taken == ([b"file", b""] if status == 204 else [])


def test_an_organizer_who_was_just_blocked_sends_nothing_more(door: Door) -> None:
    account = someone(door.store, MemberRole.ORGANIZER).id
    door.sign_in(account)
    assert door.put() == 204
    with door.store.writing() as session:
        session.get_one(Account, account).blocked_at = NOW

    assert door.put() in (401, 403)
    assert len(door.taker.taken) == 1


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost.elsewhere.example"},
        {"Origin": "http://localhost:8502"},
        {"Origin": "ftp://localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
    ],
)
def test_a_file_from_another_site_is_refused(door: Door, headers: dict[str, str]) -> None:
    door.sign_in(editor(door))

    assert door.put(**headers) == 403
    assert door.taker.taken == []


def test_a_file_that_names_no_origin_is_refused(door: Door) -> None:
    door.sign_in(editor(door))

    assert door.browser.put(DOOR, content=b"file").status_code == 403
    assert door.browser.delete(DOOR).status_code == 403


def test_the_public_address_is_ours_too(fair: Store) -> None:  # noqa: F811
    door = Door(fair, Settings(public_url="https://fair.example/"))
    door.sign_in(editor(door))

    assert door.put(Origin="https://fair.example") == 204
    assert door.put(Origin="http://localhost") == 204
    assert door.put(Origin="https://fair.example.org") == 403


def test_other_methods_are_refused(door: Door) -> None:
    door.sign_in(editor(door))

    for method in ("GET", "POST", "OPTIONS", "PATCH"):
        assert door.browser.request(method, DOOR, headers=OURS).status_code == 403
    assert door.taker.taken == []


def test_a_file_that_is_too_large_is_refused_before_it_is_read(door: Door) -> None:
    door.sign_in(editor(door))

    answer = door.browser.put(DOOR, content=b"x" * 1_010_001, headers=OURS)

    assert (answer.status_code, answer.text) == (
        413, "Файл слишком большой: можно не больше 1 МБ. Загрузите его частями.",
    )  # fmt: skip
    assert door.put(b"x" * 1_000_000) == 204
    assert [len(one) for one in door.taker.taken] == [1_000_000]


def test_a_file_that_does_not_say_how_large_it_is_is_refused(door: Door) -> None:
    door.sign_in(editor(door))

    def pieces() -> Iterator[bytes]:
        yield b"x" * 10

    answer = door.browser.put(DOOR, content=pieces(), headers=OURS)

    assert answer.status_code == 403
    assert door.taker.taken == []


def test_a_file_that_brings_more_than_it_said_is_cut_off(door: Door) -> None:
    door.sign_in(editor(door))

    def pieces() -> Iterator[bytes]:
        yield b"x" * 10
        yield b"x" * 10

    with pytest.raises(ClientDisconnect):
        door.browser.put(DOOR, content=pieces(), headers={**OURS, "Content-Length": "15"})

    assert door.taker.taken == []


def test_an_account_that_has_sent_enough_waits(door: Door) -> None:
    door.sign_in(editor(door))

    assert [door.put() for _ in range(4)] == [204, 204, 204, 429]
    door.now += timedelta(hours=1)
    assert door.put() == 204


@pytest.mark.parametrize(
    "path",
    ["/_stcore/upload_file", "/_stcore//upload_file/a/b", "/base/_stcore/upload_file/a/b"],
)
def test_every_way_to_write_the_doors_address_leads_to_it(door: Door, path: str) -> None:
    assert door.browser.put(path, content=b"file", headers=OURS).status_code == 401


def test_other_addresses_are_not_its_business(door: Door) -> None:
    assert door.browser.get("/_stcore/health").status_code == 204
    assert door.browser.post("/auth/login", content=b"form").status_code == 204
