"""Signing in, by its pages and forms, through the whole ASGI application."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import streamlit as st
from sqlalchemy import delete, select, update
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from catalog import accounts, links, review
from catalog.choices import MemberRole, State
from catalog.models import Account, Attempt, Edition, Invitation, SignIn
from catalog.permissions import COMMAND_LINE
from catalog.store import Store
from tests.catalog.conftest import write_folder
from tests.catalog.people import PASSWORD, Someone, someone
from ui import wiring
from ui.identity import SESSION_COOKIE, next_screen
from ui.web.forms import FORM_COOKIE

ROOT = Path(__file__).parents[2]
FRAME = ROOT / "ui" / "frame.py"
NEW = "a new password"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The catalog of the small fair that the app is open on, words alone."""
    home = tmp_path_factory.mktemp("home")
    shipped = write_folder(tmp_path_factory.mktemp("shipped") / "data")
    for name in ("glossary.jsonl", "elsewhere.jsonl", "kazakh_words.txt"):
        (shipped / name).touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KORME_HOME", str(home))
        patch.setenv("KORME_ENCODER_BACKEND", "none")
        patch.delenv("KORME_DATABASE_URL", raising=False)
        patch.delenv("KORME_PUBLIC_URL", raising=False)
        patch.setattr("fair.DATA", shipped)
        st.cache_resource.clear()
        wiring.preparation().finished.wait()
        yield wiring.store()
        wiring.fair().close()
        wiring.store().close()
        st.cache_resource.clear()


@pytest.fixture
def client(store: Store) -> TestClient:
    """A browser of its own."""
    from app import app

    with store.writing() as session:
        session.execute(delete(Attempt))
    return TestClient(
        app._build_starlette_app(), base_url="http://localhost", follow_redirects=False,
        headers={"Accept-Language": "en"},
    )  # fmt: skip


def fields_of(page: str) -> dict[str, str]:
    """The hidden fields of a page's first form."""
    form = re.search(r"<form class=\"k-form\".*?</form>", page, re.DOTALL)
    assert form is not None
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0]))


def sign_in(client: TestClient, login: str, password: str = PASSWORD, **more: str) -> int:
    hidden = fields_of(client.get("/auth/login").text)
    answer = client.post(
        "/auth/login", data={**hidden, "login": login, "password": password, **more},
        headers=SAME_SITE,
    )  # fmt: skip
    return int(answer.status_code)


@pytest.fixture
def chief(store: Store) -> Someone:
    return someone(store, MemberRole.ORGANIZER, name="Әлия")


def test_the_page_to_sign_in_is_private_and_without_script(client: TestClient) -> None:
    page = client.get("/auth/login?lang=kk")
    assert page.status_code == 200
    assert "<h1>Кіру</h1>" in page.text
    assert "<script" not in page.text
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex">' in page.text
    # The fair it is open on is the demo, as every page of it says.
    assert "Демо: колледждер мен экспонаттар ойдан шығарылған." in page.text


def test_signing_in_sets_a_cookie_that_only_the_server_reads(
    client: TestClient, chief: Someone
) -> None:
    hidden = fields_of(client.get("/auth/login").text)
    answer = client.post(
        "/auth/login", data={**hidden, "login": chief.login, "password": PASSWORD},
        headers=SAME_SITE,
    )  # fmt: skip
    assert (answer.status_code, answer.headers["location"]) == (303, "/work")
    cookie = next(
        one for one in answer.headers.get_list("set-cookie") if one.startswith(SESSION_COOKIE)
    )
    assert {"HttpOnly", "SameSite=lax", "Path=/", "Max-Age=1209600"} <= set(cookie.split("; "))
    assert "Secure" not in cookie
    assert "Әлия" in client.get("/auth/account").text
    assert client.get("/auth/login?next=/people").headers["location"] == "/people"


def test_cookies_are_secure_where_the_public_address_is(
    store: Store, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KORME_PUBLIC_URL", "https://fair.example.kz")
    wiring.settings.clear()
    cookie = client.get("/auth/login").headers["set-cookie"]
    wiring.settings.clear()
    assert "Secure" in cookie


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("kk", "Логин немесе құпиясөз қате."),
        ("ru", "Неверный логин или пароль."),
        ("en", "Wrong login or password."),
    ],
)
def test_a_wrong_password_is_said_in_the_readers_language(
    client: TestClient, chief: Someone, language: str, sentence: str
) -> None:
    hidden = fields_of(client.get(f"/auth/login?lang={language}").text)
    answer = client.post(
        "/auth/login", data={**hidden, "login": chief.login, "password": "not this one"},
        headers={**SAME_SITE, "Cookie": f"korme_lang={language}; "
                 f"{FORM_COOKIE}={client.cookies[FORM_COOKIE]}"},
    )  # fmt: skip
    assert answer.status_code == 401
    assert sentence in answer.text
    assert f'value="{chief.login}"' in answer.text
    assert "not this one" not in answer.text
    assert SESSION_COOKIE not in answer.headers.get("set-cookie", "")


def test_too_many_tries_are_told_to_wait(client: TestClient, chief: Someone) -> None:
    for _ in range(10):
        assert sign_in(client, chief.login, "wrong") == 401
    hidden = fields_of(client.get("/auth/login").text)
    answer = client.post(
        "/auth/login", data={**hidden, "login": chief.login, "password": PASSWORD},
        headers=SAME_SITE,
    )  # fmt: skip
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "900")
    assert "Try again in 15 min." in answer.text


@pytest.mark.parametrize(
    ("wanted", "screen"),
    [
        ("/people", "/people"),
        ("/?q=робот&hall=A", "/?q=робот&hall=A"),
        ("//evil.example/work", "/work"),
        ("/\\evil.example", "/work"),
        ("https://evil.example/work", "/work"),
        ("javascript:alert(1)", "/work"),
        ("/auth/logout", "/work"),
        ("/work\r\nSet-Cookie: a=b", "/work"),
        ("", "/work"),
    ],
)
def test_one_is_sent_to_a_screen_of_ours_alone(wanted: str, screen: str) -> None:
    assert next_screen(wanted) == screen


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_a_form_from_another_site_does_nothing(
    client: TestClient, store: Store, chief: Someone, headers: dict[str, str]
) -> None:
    hidden = fields_of(client.get("/auth/login").text)
    answer = client.post(
        "/auth/login", data={**hidden, "login": chief.login, "password": PASSWORD}, headers=headers
    )
    assert answer.status_code == 403
    assert SESSION_COOKIE not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://localhost"}, {"Origin": "null"}])
def test_an_old_browser_may_sign_in(
    client: TestClient, chief: Someone, headers: dict[str, str]
) -> None:
    hidden = fields_of(client.get("/auth/login").text)
    answer = client.post(
        "/auth/login", data={**hidden, "login": chief.login, "password": PASSWORD}, headers=headers
    )
    assert answer.status_code == 303


@pytest.mark.parametrize(
    "path",
    ["/auth/login", "/auth/invite", "/auth/logout", "/auth/logout-everywhere", "/auth/password"],
)
def test_a_form_without_its_token_does_nothing(
    client: TestClient, chief: Someone, path: str
) -> None:
    assert sign_in(client, chief.login) == 303
    for token in ("", "0" * 64, "ы"):
        answer = client.post(path, data={"form_token": token}, headers=SAME_SITE)
        assert answer.status_code == 403
        assert "grown old" in answer.text
    no_form = client.post(path, content=b"{}", headers={"Content-Type": "application/json"})
    huge = client.post(path, data={"login": "x" * 30_000}, headers=SAME_SITE)
    assert (no_form.status_code, huge.status_code) == (403, 403)
    assert client.get("/auth/account").status_code == 200


@pytest.mark.parametrize("path", ["/auth/logout-everywhere", "/auth/password", "/auth/invite"])
def test_nothing_is_done_on_get(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_another_browsers_token_is_no_good(client: TestClient, chief: Someone) -> None:
    from app import app

    other = TestClient(app._build_starlette_app(), base_url="http://localhost")
    foreign = fields_of(other.get("/auth/login").text)
    client.get("/auth/login")
    answer = client.post(
        "/auth/login", data={**foreign, "login": chief.login, "password": PASSWORD},
        headers=SAME_SITE,
    )  # fmt: skip
    assert answer.status_code == 403


def invited(store: Store) -> str:
    made = links.invite(
        store, by=COMMAND_LINE, role=MemberRole.COORDINATOR, college="temirqol",
        now=datetime.now(UTC),
    )  # fmt: skip
    return made.token


def test_an_invitation_leads_to_ones_work(client: TestClient, store: Store) -> None:
    token = invited(store)
    page = client.get(f"/auth/invite/{token}")
    assert "college coordinator" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    hidden = fields_of(page.text)
    assert hidden["token"] == token
    who = {"login": "gulnar", "name": "<b>Гүлнар</b>"}

    differ = client.post(
        "/auth/invite", data={**hidden, **who, "password": NEW, "again": "x"}, headers=SAME_SITE
    )
    assert differ.status_code == 400
    assert "The two passwords differ." in differ.text
    assert 'value="&lt;b&gt;Гүлнар&lt;/b&gt;"' in differ.text
    assert f'href="/auth/invite/{token}?lang=kk"' in differ.text

    taken = client.post(
        "/auth/invite", data={**hidden, **who, "password": NEW, "again": NEW}, headers=SAME_SITE
    )
    assert (taken.status_code, taken.headers["location"]) == (303, "/work")
    assert "&lt;b&gt;Гүлнар&lt;/b&gt;" in client.get("/auth/account").text
    again = client.get(f"/auth/invite/{token}")
    assert again.status_code == 410
    assert "This link has been used." in again.text


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        ({"revoked_at": datetime(2026, 11, 1, tzinfo=UTC)}, 410, "This link was revoked."),
        ({"expires_at": datetime(2026, 11, 2, tzinfo=UTC),
          "created_at": datetime(2026, 11, 1, tzinfo=UTC)}, 410, "This link has expired."),
        ({"token_hash": "0" * 64}, 404, "This link is not valid"),
    ],
)  # fmt: skip
def test_a_link_that_leads_nowhere_says_why(
    client: TestClient, store: Store, change: dict[str, object], status: int, sentence: str
) -> None:
    token = invited(store)
    with store.writing() as session:
        session.execute(
            update(Invitation)
            .where(Invitation.token_hash == links.token_hash(token))
            .values(**change)
        )
    page = client.get(f"/auth/invite/{token}")
    with store.writing() as session:
        session.execute(delete(Invitation).where(Invitation.token_hash == "0" * 64))
    assert page.status_code == status
    assert sentence in page.text
    assert "<input" not in page.text


def test_who_is_signed_in_adds_the_role(client: TestClient, store: Store) -> None:
    person = someone(store, MemberRole.REVIEWER)
    assert sign_in(client, person.login) == 303
    hidden = fields_of(client.get(f"/auth/invite/{invited(store)}").text)
    assert hidden["join"] == "1"

    assert client.post("/auth/invite", data=hidden, headers=SAME_SITE).status_code == 303

    page = client.get("/auth/account").text
    assert "reviewer" in page
    assert "college coordinator" in page


def test_a_new_password_by_a_link(client: TestClient, store: Store, chief: Someone) -> None:
    made = links.reset_link(store, chief.id, by=COMMAND_LINE, now=datetime.now(UTC))
    page = client.get(f"/auth/invite/{made.token}")
    assert "<h1>A new password</h1>" in page.text
    hidden = fields_of(page.text)
    answer = client.post(
        "/auth/invite", data={**hidden, "password": NEW, "again": NEW}, headers=SAME_SITE
    )
    assert answer.status_code == 303
    client.cookies.clear()
    assert sign_in(client, chief.login, NEW) == 303


def account_fields(client: TestClient) -> dict[str, str]:
    return fields_of(client.get("/auth/account").text)


def test_signing_out_ends_the_sign_in_here(
    client: TestClient, store: Store, chief: Someone
) -> None:
    assert sign_in(client, chief.login) == 303
    hidden, cookie = account_fields(client), client.cookies[SESSION_COOKIE]

    answer = client.post("/auth/logout", data=hidden, headers=SAME_SITE)

    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert SESSION_COOKIE not in client.cookies
    client.cookies.set(SESSION_COOKIE, cookie)
    page = client.get("/auth/account")
    assert page.status_code == 401
    assert "You are no longer signed in." in page.text


def test_signing_out_everywhere(client: TestClient, store: Store, chief: Someone) -> None:
    elsewhere = accounts.sign_in(store, chief.login, PASSWORD, address="::1", now=datetime.now(UTC))
    assert sign_in(client, chief.login) == 303
    client.post("/auth/logout-everywhere", data=account_fields(client), headers=SAME_SITE)
    assert accounts.signed_in(store, elsewhere, now=datetime.now(UTC)) is None
    with store.reading() as session:
        mine = select(SignIn).where(SignIn.account_id == chief.id)
        assert session.scalars(mine).all() == []


def test_changing_the_password(client: TestClient, chief: Someone) -> None:
    assert sign_in(client, chief.login) == 303
    hidden = account_fields(client)
    wrong = client.post(
        "/auth/password",
        data={**hidden, "present": "no", "password": NEW, "again": NEW}, headers=SAME_SITE,
    )  # fmt: skip
    assert (wrong.status_code, "The present password is wrong." in wrong.text) == (400, True)
    done = client.post(
        "/auth/password",
        data={**hidden, "present": PASSWORD, "password": NEW, "again": NEW}, headers=SAME_SITE,
    )  # fmt: skip
    assert done.headers["location"] == "/auth/account?done=password"
    assert "The password is changed." in client.get(done.headers["location"]).text


def test_who_is_blocked_is_out_at_once(client: TestClient, store: Store, chief: Someone) -> None:
    person = someone(store, MemberRole.CURATOR)
    assert sign_in(client, person.login) == 303
    assert client.get("/auth/account").status_code == 200
    hidden = account_fields(client)
    accounts.block(store, person.id, by=chief.id, now=datetime.now(UTC))

    assert client.get("/auth/account").status_code == 401
    changed = {"present": PASSWORD, "password": NEW, "again": NEW}
    answer = client.post("/auth/password", data={**hidden, **changed}, headers=SAME_SITE)
    assert answer.status_code == 401
    assert sign_in(client, person.login) == 403


def test_the_visitors_address_is_the_one_the_proxy_adds(
    client: TestClient, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[str] = []

    def remember(*values: object, address: str, **more: object) -> str:
        seen.append(address)
        from catalog.refusals import Reason, Refused

        raise Refused(Reason.WRONG_LOGIN)

    monkeypatch.setattr("catalog.accounts.sign_in", remember)
    for behind in ("false", "true"):
        monkeypatch.setenv("KORME_BEHIND_PROXY", behind)
        wiring.settings.clear()
        hidden = fields_of(client.get("/auth/login").text)
        client.post(
            "/auth/login", data=hidden,
            headers={**SAME_SITE, "X-Forwarded-For": "198.51.100.1, 203.0.113.9"},
        )  # fmt: skip
    monkeypatch.delenv("KORME_BEHIND_PROXY")
    wiring.settings.clear()
    assert seen == ["testclient", "203.0.113.9"]


def screen(path: str, token: str = "", **parameters: str) -> AppTest:
    app = AppTest.from_file(str(FRAME), default_timeout=30)
    app.query_params["lang"] = "en"
    for name, value in parameters.items():
        app.query_params[name] = value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.screens.visit._cookie", lambda: token)
        # A page that is a function has no file to switch to; it is known by its address.
        app._page_hash = calc_hash(path)
        return app.run()


def html_of(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


def signed_in(store: Store, person: Someone) -> str:
    return accounts.sign_in(store, person.login, PASSWORD, address="::1", now=datetime.now(UTC))


@pytest.mark.parametrize("role", MemberRole)
def test_people_are_an_organizers_page(store: Store, client: TestClient, role: MemberRole) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    token = signed_in(store, someone(store, role, college=college))

    people, work = screen("people", token), screen("work", token)

    assert not people.exception
    assert not work.exception
    assert "Айгүл" in html_of(work)
    organizes = role is MemberRole.ORGANIZER
    assert bool(people.selectbox) is organizes
    assert ("Your role doesn’t allow this." in html_of(people)) is not organizes
    assert ('href="/people"' in html_of(work)) is organizes


@pytest.mark.parametrize("role", MemberRole)
def test_review_is_a_page_of_reviewers_and_organizers(
    store: Store, client: TestClient, role: MemberRole
) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    token = signed_in(store, someone(store, role, college=college))

    queue, case, work = (
        screen("review", token),
        screen("review", token, code="R2B2T2"),
        screen("work", token),
    )

    assert not queue.exception
    assert not case.exception
    reviews = role in (MemberRole.REVIEWER, MemberRole.ORGANIZER)
    assert ("Waiting for a decision" in html_of(queue)) is reviews
    assert ("Your role doesn’t allow this." in html_of(queue)) is not reviews
    assert ("As visitors will see it" in html_of(case)) is reviews
    assert ("There is no such page" in html_of(case)) is not reviews
    assert ('href="/review"' in html_of(work)) is reviews


@pytest.mark.parametrize("role", MemberRole)
def test_stands_and_the_day_are_an_organizers_pages(
    store: Store, client: TestClient, role: MemberRole
) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    token = signed_in(store, someone(store, role, college=college))

    stands, hall, day = (
        screen("stands", token, code="R2B2T2"),
        screen("stands", token, hall="A"),
        screen("day", token),
    )

    organizes = role is MemberRole.ORGANIZER
    for page in (stands, hall, day):
        assert not page.exception
        assert ("Your role doesn’t allow this." in html_of(page)) is not organizes
        assert bool(page.text_input) is organizes
    assert ("A-01" in html_of(stands)) is organizes
    assert ("R2B2T2 · published" in html_of(hall)) is organizes
    assert 'href="/stands"' not in html_of(screen("search", token))
    assert ('href="/day"' in html_of(screen("work", token))) is organizes


def test_an_exhibits_past_is_for_those_who_work_on_it(store: Store, client: TestClient) -> None:
    college = someone(store, MemberRole.EDITOR, college="temirqol")
    other = someone(store, MemberRole.EDITOR, college="zhasyl-dala")
    reviewer = someone(store, MemberRole.REVIEWER)
    seen = {}
    for name, token in (
        ("visitor", ""),
        *(
            (name, signed_in(store, person))
            for name, person in (("college", college), ("other", other), ("reviewer", reviewer))
        ),
    ):
        page = html_of(screen("exhibit", token, code="R2B2T2"))
        assert "Робот-сортировщик мусора" in page
        seen[name] = ("k-history" in page, 'href="/review?code=R2B2T2' in page)
    assert seen == {
        "visitor": (False, False), "college": (True, False), "other": (False, False),
        "reviewer": (True, True),
    }  # fmt: skip


def test_what_is_not_public_is_shown_to_its_college_alone(store: Store, client: TestClient) -> None:
    now = datetime.now(UTC)
    chief = someone(store, MemberRole.ORGANIZER)
    review.move(store, ["R2B2T2"], State.CANCELLED, reason="Сломался", by=chief.id, now=now)
    own = signed_in(store, someone(store, MemberRole.EDITOR, college="temirqol"))
    other = signed_in(store, someone(store, MemberRole.EDITOR, college="zhasyl-dala"))

    page = html_of(screen("exhibit", own, code="R2B2T2"))
    assert "Visitors don’t see this. State: cancelled." in page
    assert "Робот-сортировщик мусора" in page
    assert "Сломался" in page
    for token in ("", other):
        page = html_of(screen("exhibit", token, code="R2B2T2"))
        assert "There is no such page" in page
        assert "Робот-сортировщик мусора" not in page

    review.move(store, ["R2B2T2"], State.PUBLISHED, by=chief.id, now=now)
    assert "Visitors don’t see this." not in html_of(screen("exhibit", own, code="R2B2T2"))


@pytest.mark.parametrize("path", ["people", "work", "review"])
def test_a_stranger_is_asked_to_sign_in(store: Store, path: str) -> None:
    app = screen(path)
    assert "Sign in to go on" in html_of(app)
    assert f'href="/auth/login?next=%2F{path}' in html_of(app)
    assert not app.selectbox


def test_an_open_page_of_somebody_blocked_shows_nothing_more(
    store: Store, client: TestClient, chief: Someone
) -> None:
    person = someone(store, MemberRole.ORGANIZER)
    token = signed_in(store, person)
    assert screen("people", token).selectbox
    accounts.block(store, person.id, by=chief.id, now=datetime.now(UTC))
    assert "Sign in to go on" in html_of(screen("people", token))


def test_a_visitor_costs_no_look_for_a_sign_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*values: object, **more: object) -> None:
        raise AssertionError("A visitor was looked for.")

    monkeypatch.setattr("catalog.accounts.signed_in", refuse)
    app = screen("about")
    assert not app.exception
    assert "For colleges and organizers: sign in" in html_of(app)
    assert "My work" not in html_of(app)


def test_an_old_sign_in_is_nobodys(store: Store, client: TestClient, chief: Someone) -> None:
    token = signed_in(store, chief)
    client.cookies.set(SESSION_COOKIE, token)
    assert client.get("/auth/account").status_code == 200
    with store.writing() as session:
        session.execute(
            update(SignIn)
            .where(SignIn.account_id == chief.id)
            .values(
                created_at=datetime.now(UTC) - timedelta(days=1),
                last_seen_at=datetime.now(UTC) - timedelta(hours=12),
            )
        )
    assert client.get("/auth/account").status_code == 401
    with store.reading() as session:
        assert session.get(Account, chief.id) is not None
        assert session.scalars(select(Edition.is_demo)).all() == [True]
