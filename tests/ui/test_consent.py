"""The consent to print, as it comes to those who work on an entry and to others."""

from datetime import UTC, datetime
from html import unescape
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.testclient import TestClient

from catalog import Store, accounts, consents
from catalog.choices import MemberRole
from catalog.models import Account, College, Exhibit
from catalog.settings import Settings
from tests.catalog.conftest import fair, loaded_fair  # noqa: F401
from tests.catalog.people import someone
from tests.hostile import IMAGE, SCRIPT, TEMPLATE
from ui.identity import SESSION_COOKIE
from ui.web import consent
from ui.web.consent import consent_href

NOW = datetime(2026, 11, 5, 6, 0, tzinfo=UTC)
LIFETIMES = Settings().lifetimes
CODE = "R2B2T2"


class Desk:
    def __init__(self, store: Store) -> None:
        self.store = store
        doors = SimpleNamespace(
            store=lambda: store,
            settings=lambda: Settings(public_url="https://fair.example"),
            person_behind=lambda cookies: accounts.signed_in(
                store, cookies.get(SESSION_COOKIE, ""), now=NOW, lifetimes=LIFETIMES
            ),
        )
        self.app = Starlette(routes=consent.routes(lambda: doors, lambda: NOW))

    def browser(
        self, role: MemberRole | None = MemberRole.EDITOR, college: str | None = "temirqol"
    ) -> TestClient:
        account = someone(self.store, role, college=college).id
        token = accounts.begin_sign_in(self.store, account, now=NOW, lifetimes=LIFETIMES)
        client = TestClient(self.app, follow_redirects=False, headers={"Accept-Language": "en"})
        client.cookies.set(SESSION_COOKIE, token)
        return client

    def person(self, name: str, *, is_minor: bool, college: str = "temirqol") -> int:
        by = someone(self.store, MemberRole.EDITOR, college=college).id
        return consents.add_person(
            self.store, college=college, name=name, is_minor=is_minor, by=by, now=NOW
        )


@pytest.fixture
def desk(fair: Store) -> Desk:  # noqa: F811
    return Desk(fair)


def test_the_sheets_are_in_kazakh_and_russian_with_what_is_known(desk: Desk) -> None:
    answer = desk.browser().get(consent_href(code=CODE))

    page = unescape(answer.text).replace("\u202f", " ")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert "<script" not in answer.text
    assert page.count('<article class="k-sheet" lang="kk">') == 1
    assert page.count('<article class="k-sheet" lang="ru">') == 1
    kazakh, russian = page.split('<article class="k-sheet" lang="ru">')
    for sheet, said in (
        (kazakh, ("Қоқыс сұрыптау роботы", "«Темірқол» робототехника колледжі", "заңды өкілі",
                  "Жәрмеңке", "2026 ж. 26 қараша")),
        (russian, ("Робот-сортировщик мусора", "Колледж робототехники «Темірқол»",
                   "законный представитель", "26 ноября 2026 г.", "+7 727 000-00-01")),
    ):  # fmt: skip
        assert [text for text in (*said, "https://fair.example") if text not in sheet] == []
    # Name, who signs, whose parent, signature, date, who has seen it.
    assert russian.count("k-blank") == 6


def test_one_language_can_be_printed_alone(desk: Desk) -> None:
    page = desk.browser().get(consent_href(code=CODE, sheet="kk")).text

    assert page.count('k-sheet"') == 1
    assert 'class="k-sheet" lang="kk"' in page


@pytest.mark.parametrize(
    ("is_minor", "blanks", "said"),
    [
        (True, 5, "согласие даёт законный представитель (мать, отец, опекун)"),
        (False, 3, "Согласие даёт сам названный выше человек"),
    ],
)
def test_a_chosen_person_is_filled_in_and_who_signs_follows(
    desk: Desk, is_minor: bool, blanks: int, said: str
) -> None:
    person = desk.person("Дана Ержанқызы", is_minor=is_minor)

    page = desk.browser().get(consent_href(code=CODE, person=person, sheet="ru")).text

    assert page.count("Дана Ержанқызы") == (1 if is_minor else 2)
    assert page.count("k-blank") == blanks
    assert said in page
    assert "отметьте одно" not in page


def test_an_exhibit_that_has_no_code_yet_leaves_its_line_blank(desk: Desk) -> None:
    page = desk.browser().get(consent_href(college="temirqol", sheet="ru")).text

    assert "Колледж робототехники «Темірқол»" in page
    assert page.count("k-blank") == 7


def test_another_colleges_person_is_not_named(desk: Desk) -> None:
    theirs = desk.person("Ержан Асанов", is_minor=True, college="zhasyl-dala")

    page = desk.browser().get(consent_href(code=CODE, person=theirs)).text

    assert "Ержан" not in page


@pytest.mark.parametrize("person", ["x", "-1", "9" * 30, "1 OR 1=1"])
def test_a_person_that_is_none_is_nobody(desk: Desk, person: str) -> None:
    answer = desk.browser().get(f"/auth/consent/{CODE}", params={"person": person})

    assert answer.status_code == 200


# One call that passes for each role that may, and one that doesn't for each role.
@pytest.mark.parametrize(
    ("role", "college", "status"),
    [
        (MemberRole.EDITOR, "temirqol", 200),
        (MemberRole.COORDINATOR, "temirqol", 200),
        (MemberRole.ORGANIZER, None, 200),
        (MemberRole.EDITOR, "zhasyl-dala", 404),
        (MemberRole.COORDINATOR, "zhasyl-dala", 404),
        (MemberRole.REVIEWER, None, 404),
        (MemberRole.CURATOR, None, 404),
        (None, None, 404),
    ],
)
def test_who_gets_the_form(
    desk: Desk, role: MemberRole | None, college: str | None, status: int
) -> None:
    browser = desk.browser(role, college)

    assert browser.get(consent_href(code=CODE)).status_code == status
    assert browser.get(consent_href(college="temirqol")).status_code == status
    assert browser.get(consent_href(code="ZZZZZZ")).status_code == 404
    assert browser.get("/auth/consent").status_code == 404


def test_a_stranger_is_asked_to_sign_in_and_a_blocked_account_gets_nothing(desk: Desk) -> None:
    stranger = TestClient(desk.app, follow_redirects=False)
    answer = stranger.get(consent_href(code=CODE))
    assert (answer.status_code, answer.headers["location"]) == (303, "/auth/login")

    browser = desk.browser(MemberRole.ORGANIZER, None)
    with desk.store.writing() as session:
        for account in session.scalars(select(Account)):
            account.blocked_at = NOW
    assert browser.get(consent_href(code=CODE)).status_code in (303, 404)


def test_hostile_texts_stay_texts(desk: Desk) -> None:
    with desk.store.writing() as session:
        exhibit = session.scalars(select(Exhibit).where(Exhibit.code == CODE)).one()
        for text in exhibit.texts:
            text.title = f"{SCRIPT}{TEMPLATE}"
        college = session.scalars(select(College).where(College.slug == "temirqol")).one()
        college.name_ru = college.name_kk = IMAGE
    person = desk.person(IMAGE.replace("1", "one"), is_minor=True)

    page = desk.browser().get(consent_href(code=CODE, person=person)).text

    assert "<script" not in page
    assert "<img" not in page
    assert "{{7*7}}" in page
