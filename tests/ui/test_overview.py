"""The organizers' start page: its numbers lead to its lists, its reminders can be sent."""

import re
from datetime import UTC, date, datetime

import pytest
from markupsafe import Markup

from catalog.choices import MemberRole, State
from catalog.overview import NO_FIELD, Lack, Wanted
from catalog.store import Store
from tests.catalog.people import Someone, someone
from tests.ui.test_auth import html_of, screen, signed_in, store
from ui.names import Names
from ui.overview import address_of, page_of, pager_block, reminder, title_of, wanted_of
from ui.text import speech

__all__ = ["store"]
DEADLINE = datetime(2026, 11, 10, 18, 59, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def chief(store: Store) -> Someone:
    return someone(store, MemberRole.ORGANIZER, name="Әлия", login="chief-of-overview")


def numbers(html: str) -> dict[str, tuple[str, str]]:
    """Each number of the page by what it counts: (number, where it leads)."""
    found = re.findall(r'<a href="([^"]+)"[^>]*><strong>(\d+)</strong> ([^<]+)</a>', html)
    return {label: (number, Markup(href).unescape()) for href, number, label in found}


def test_every_number_leads_to_the_list_that_it_counts(store: Store, chief: Someone) -> None:
    token = signed_in(store, chief)
    page = screen("overview", token)
    assert not page.exception
    found = numbers(html_of(page))
    assert {label: number for label, (number, _) in found.items()} == {
        "Waiting for a decision": "0", "Decisions kept for later": "0", "With the colleges": "0",
        "Accepted": "0", "No text in Kazakh": "1", "No text in Russian": "2",
        "No text in English": "2", "No description": "1", "No picture": "3",
        "A consent is missing": "0", "Accepted or published, without a stand": "0",
        "Colleges that have sent nothing": "1",
    }  # fmt: skip
    for label, (number, href) in found.items():
        if "lack=" not in href:
            continue
        parameters = dict(re.findall(r"(\w+)=([^&]*)", href))
        listed = screen("overview", token, **parameters)
        assert not listed.exception
        assert html_of(listed).count('class="k k-review-row"') == int(number), label


def test_tables_say_what_the_charts_show(store: Store, chief: Someone) -> None:
    html = html_of(screen("overview", signed_in(store, chief)))

    tables = re.findall(r'<table class="k k-table">.*?</table>', html, re.DOTALL)
    assert len(tables) == 4
    rows = [
        re.findall(r'<th scope="row">([^<]+)</th><td><a href="[^"]+"[^>]*>(\d+)</a>', table)
        for table in tables
    ]
    assert rows[1] == [("published", "3")]
    assert rows[3] == [
        ("Аграрный колледж «Жасыл дала»", "2"), ("Колледж робототехники «Темірқол»", "1"),
        ("A college that shows nothing", "0"),
    ]  # fmt: skip


def test_a_list_names_what_is_on_it(store: Store, chief: Someone) -> None:
    page = screen("overview", signed_in(store, chief), list="exhibits", lack="text")

    html = html_of(page)
    assert "<h1>No description</h1>" in html
    assert "Welded garden gate" in html
    assert [one.value for one in page.text] == ["1 exhibit"]


def test_a_silent_college_is_reminded_in_kazakh_and_russian(store: Store, chief: Someone) -> None:
    page = screen("overview", signed_in(store, chief), list="silent")

    assert not page.exception
    assert [one.label for one in page.expander] == ["A college that shows nothing"]
    kazakh, russian = (one.value for one in page.code)
    assert kazakh.startswith("A college that shows nothing: «Жәрмеңке» каталогында сіздің")
    assert russian.startswith("A college that shows nothing: в каталоге «Ярмарка» пока нет")
    assert "10.11.2026, 23:59" in russian


def test_without_an_encoder_the_page_says_that_nothing_is_compared(
    store: Store, chief: Someone
) -> None:
    page = screen("overview", signed_in(store, chief), list="repeats")

    assert not page.exception
    assert [one.value for one in page.caption] == [
        "Exhibits aren’t compared: search by meaning is switched off."
    ]


@pytest.mark.parametrize("listed", ["", "exhibits", "silent", "repeats"])
@pytest.mark.parametrize(
    "role", [role for role in MemberRole if role is not MemberRole.ORGANIZER]
)  # fmt: skip
def test_the_page_is_the_organizers(store: Store, role: MemberRole, listed: str) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    token = signed_in(store, someone(store, role, college=college))

    page = screen("overview", token, list=listed)

    assert not page.exception
    assert "Your role doesn’t allow this" in html_of(page)
    assert "k-counts" not in html_of(page)
    assert not page.code


def test_an_address_says_what_a_list_is_narrowed_to(names: Names) -> None:
    wanted = Wanted(Lack.STAND, State.ACCEPTED, "one", NO_FIELD, date(2026, 11, 5))

    href = address_of(wanted, lang="kk")
    parameters = dict(re.findall(r"(\w+)=([^&]*)", href))

    assert href.startswith("/overview?list=exhibits&")
    assert wanted_of(parameters) == wanted
    assert title_of(wanted, names, speech("en")) == (
        "Accepted or published, without a stand · accepted · Первый колледж · No field · "
        "given in on 05.11.2026"
    )


@pytest.mark.parametrize(
    ("given", "page"), [("", 1), ("3", 3), ("0", 1), ("-1", 1), ("x", 1), ("9999999", 1), ("²", 1)]
)
def test_a_page_that_means_nothing_is_the_first(given: str, page: int) -> None:
    assert page_of({"page": given}) == page


def test_what_an_address_says_wrongly_is_left_out() -> None:
    assert wanted_of({"lack": "money", "state": "lost", "day": "2026-13-01"}) == Wanted()


def test_the_pager_leads_to_other_pages_of_the_same_list() -> None:
    html = pager_block(2, 120, {"list": "silent", "page": "2"}, speech("en"))

    assert re.findall(r'href="([^"]+)"', html) == [
        "/overview?list=silent&amp;page=1", "/overview?list=silent&amp;page=1",
        "/overview?list=silent&amp;page=3", "/overview?list=silent&amp;page=3",
    ]  # fmt: skip


def test_a_reminder_can_be_sent_by_messenger() -> None:
    ready = reminder(
        "ru", college={"ru": "Колледж «Жебе»"}, fair={"ru": "«Ярмарка»"}, drafts=2,
        deadline=DEADLINE, address="https://korme.example.kz/work",
    )  # fmt: skip

    assert ready.text == (
        "Колледж «Жебе»: в каталоге «Ярмарка» пока нет ни одной вашей заявки. Начаты 2 черновика, "
        "их осталось отправить. Заявки принимаются до 10.11.2026, 23:59. Это делается здесь: "
        "https://korme.example.kz/work"
    )
    assert ready.whatsapp.startswith("https://wa.me/?text=%D0%9A")
