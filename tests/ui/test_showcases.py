"""Showcases on screen and as light pages: made by curators, seen by visitors in their time."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from catalog import review, showcases
from catalog.choices import MemberRole, ShowcaseState
from catalog.models import Showcase
from catalog.permissions import COMMAND_LINE
from catalog.records import PinRecord, ShowcaseRecord
from catalog.showcase_desk import ShowcaseView, showcase_view
from catalog.showcases import ShowcaseDraft
from catalog.store import Store
from tests.catalog.people import Someone, someone
from tests.hostile import IMAGE, SCRIPT, TEMPLATE
from tests.ui.conftest import exhibit_of
from tests.ui.test_auth import client, html_of, screen, signed_in, store
from tests.ui.test_pages import Tags
from ui import wiring
from ui.names import Names
from ui.showcases import Spread, shelf, showcase_page, spread_of
from ui.text import speech

__all__ = ["client", "store"]
ROBOT = "R2B2T2"
NOW = datetime.now(UTC)
CITY = ShowcaseDraft(
    {"ru": "Умный город", "en": "Smart city"}, {"en": "Sensors.\n\nAnd robots."}, "city", "теплица"
)


@pytest.fixture
def curator(store: Store) -> Iterator[Someone]:
    yield someone(store, MemberRole.CURATOR, name="Жанар")
    with store.writing() as session:
        session.execute(delete(Showcase))


@pytest.fixture
def city(store: Store, curator: Someone) -> int:
    """A published showcase with one pin and a note."""
    number = showcases.create(store, CITY, by=curator.id, now=NOW)
    showcases.pin(store, number, [ROBOT], version=1, by=curator.id, now=NOW)
    note = {"en": "Ask about the camera."}
    showcases.annotate(store, number, ROBOT, note, version=2, by=curator.id, now=NOW)
    showcases.put(store, number, ShowcaseState.PUBLISHED, version=3, by=curator.id, now=NOW)
    return number


def view(store: Store, number: int) -> ShowcaseView:
    with store.reading() as session:
        return showcase_view(session, number, by=COMMAND_LINE)


def builder(store: Store, who: Someone, number: int) -> AppTest:
    return screen("showcases", signed_in(store, who), id=str(number))


def press(app: AppTest, who: str, label: str, **context: str) -> AppTest:
    """Press a button, still as that person."""
    [button] = [one for one in app.button if one.label == label]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.screens.visit._cookie", lambda: who)
        return button.click().run()


@pytest.mark.parametrize("role", [*MemberRole])
def test_showcases_are_a_page_of_curators_and_organizers(
    store: Store, city: int, role: MemberRole
) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    token = signed_in(store, someone(store, role, college=college))
    listed, one = screen("showcases", token), screen("showcases", token, id=str(city))
    work = screen("work", token)
    makes = role in (MemberRole.CURATOR, MemberRole.ORGANIZER)

    for app in (listed, one):
        assert not app.exception
        assert ("Your role doesn’t allow this." in html_of(app)) is not makes
    assert ("Smart city" in html_of(listed)) is makes
    assert bool(one.tabs) is makes
    assert ('href="/showcases"' in html_of(work)) is makes


@pytest.mark.parametrize("number", ["0", "999", "x", "1" * 30, "٣"])
def test_a_number_that_leads_nowhere_says_so(store: Store, curator: Someone, number: str) -> None:
    app = screen("showcases", signed_in(store, curator), id=number)
    assert not app.exception
    assert "There is no such page" in html_of(app)


def test_a_showcase_is_begun_in_words_and_filled_by_them(store: Store, curator: Someone) -> None:
    token = signed_in(store, curator)
    app = screen("showcases", token)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.screens.visit._cookie", lambda: token)
        app.text_input(key="showcase-about").input("теплица").run()
    app = press(app, token, "Begin")

    assert not app.exception
    made = view(store, int(app.query_params["id"][0]))
    assert made.draft == ShowcaseDraft({"en": "Теплица"}, slug="teplitsa", query="теплица")
    assert "1 exhibit is shown" in html_of(app)
    captions = " ".join(one.value for one in app.caption)
    assert "The query “теплица” keeps filling it." in captions
    assert "Colleges: 1 of 2 (equal shares: 1.0) · fields: 1 of 2 (equal shares: 1.0)" in captions
    app = press(app, token, "Pin")
    [pin] = view(store, made.id).pins
    assert pin.titles == {"kk": "Шағын жылыжай"}
    press(app, token, "Leave out")
    assert [one.code for one in view(store, made.id).left_out] == [pin.code]


def test_what_somebody_else_saved_meanwhile_is_not_overwritten(
    store: Store, curator: Someone, city: int
) -> None:
    token = signed_in(store, curator)
    app = builder(store, curator, city)
    other = someone(store, MemberRole.CURATOR, name="Ерлан")
    seen = view(store, city).draft
    theirs = replace(seen, titles={**seen.titles, "en": "City of sensors", "kk": "Қала"})
    showcases.edit(store, city, theirs, seen=seen, version=4, by=other.id, now=NOW)

    def title(app: AppTest, language: str) -> str:
        [field] = [one for one in app.text_input if one.label == f"Title ({language})"]
        return str(field.key)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.screens.visit._cookie", lambda: token)
        app.text_input(key=title(app, "English")).input("My city").run()
    app = press(app, token, "Save")
    assert "Ерлан" in app.error[0].value
    assert "title (English)" in app.error[0].value
    assert view(store, city).draft == theirs
    # What was typed is still there.
    assert app.text_input(key=title(app, "English")).value == "My city"

    app = press(app, token, "Save mine over it")
    assert view(store, city).draft == replace(theirs, titles={**theirs.titles, "en": "My city"})
    assert app.text_input(key=title(app, "Қазақша")).value == "Қала"
    assert not app.error


def test_visitors_see_it_as_a_light_page_and_in_the_app(
    store: Store, client: TestClient, city: int
) -> None:
    page = client.get("/s/city?lang=en")
    assert page.status_code == 200
    assert "<script" not in page.text
    text = " ".join(Tags(page.text).text.split())
    assert "Smart city" in text
    assert page.text.count('<p class="k-summary">') == 2
    assert "Ask about the camera." in text
    # The pin, and what the query finds.
    assert re.findall(r'href="/e/(\w+)"', page.text)[0] == ROBOT
    assert len(re.findall(r'<article class="k-card', page.text)) == 2
    assert "Умный город" in client.get("/s/city?lang=ru").text
    assert client.get("/s/CITY?lang=ru").headers["location"] == "/s/city?lang=ru"
    assert '<a class="k-chip" href="/s/city">' in client.get(f"/e/{ROBOT}?lang=en").text

    start = html_of(screen(""))
    assert "k-shelf" in start
    assert 'href="/showcase?slug=city&amp;lang=en"' in start
    assert "k-shelf" not in html_of(screen("", q="robot"))
    app = screen("showcase", slug="city")
    assert not app.exception
    assert "Ask about the camera." in html_of(app)
    assert 'href="/showcase?slug=city"' in html_of(screen("exhibit", code=ROBOT))


def test_what_is_hidden_drops_out_of_every_page_at_once(
    store: Store, client: TestClient, city: int
) -> None:
    review.hide(store, ROBOT, hidden=True, by=COMMAND_LINE, now=datetime.now(UTC))
    try:
        page = client.get("/s/city?lang=en").text
        assert ROBOT not in page
        assert "Ask about the camera." not in page
        assert ROBOT not in html_of(screen("showcase", slug="city"))
    finally:
        review.hide(store, ROBOT, hidden=False, by=COMMAND_LINE, now=datetime.now(UTC))


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"starts_at": NOW + timedelta(hours=1)}, 404),
        ({"ends_at": NOW - timedelta(minutes=1)}, 410),
        ({"state": ShowcaseState.DRAFT}, 404),
        ({"state": ShowcaseState.ARCHIVED}, 410),
    ],
)
def test_out_of_its_time_it_is_not_there_or_gone(
    store: Store, client: TestClient, city: int, change: dict[str, object], status: int
) -> None:
    with store.writing() as session:
        row = session.get_one(Showcase, city)
        for name, value in change.items():
            setattr(row, name, value)
    # As the verbs do.
    wiring._showcases.clear()

    page = client.get("/s/city?lang=en")

    assert page.status_code == status
    assert "noindex" in page.text
    said = "This showcase is over" if status == 410 else "There is no such page"
    assert said in page.text
    assert said in html_of(screen("showcase", slug="city"))
    assert "k-shelf" not in html_of(screen(""))
    assert '/s/city"' not in client.get(f"/e/{ROBOT}?lang=en").text


def test_hostile_texts_of_a_showcase_stay_texts(names: Names) -> None:
    bad = f"{SCRIPT}{IMAGE}{TEMPLATE}"
    record = ShowcaseRecord(
        "city", "test", {"ru": bad}, {"ru": f"{bad}\n\n{bad}"}, bad, None, None, None,
        (PinRecord("ABC234", {"ru": bad}),), frozenset(),
    )  # fmt: skip
    exhibits = [exhibit_of()]
    for html in (
        showcase_page(record, exhibits, names, speech("ru")),
        shelf([(record, exhibits)], speech("ru")),
    ):
        page = Tags(html)
        assert SCRIPT[:20] in page.text
        assert "script" not in page.tags
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert "49" not in page.text


def test_the_shelf_holds_what_shows_something(names: Names) -> None:
    record = ShowcaseRecord("city", "test", {"ru": "Город"}, {}, "", None, None, None, (),
                            frozenset())  # fmt: skip
    assert shelf([(record, [])], speech("ru")) == ""
    assert "1 экспонат" in shelf([(record, [exhibit_of()])], speech("ru"))


def test_how_evenly_it_is_spread(names: Names) -> None:
    three = [exhibit_of("ABC234"), exhibit_of("ABC235"), exhibit_of("ABC236", field=None)]

    assert spread_of(three, names) == Spread(1, 1, 1.0, 1, 1, 1.0)
    assert Spread(9, 22, 7.36, 6, 12, 5.0).sentence(speech("ru")) == (
        "Колледжи: 9 из 22 (равных долей: 7,4) · области: 6 из 12 (равных долей: 5,0)"
    )
