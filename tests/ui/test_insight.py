"""What visitors missed leads to a synonym, by which it is found from then on."""

from datetime import UTC, datetime

from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from catalog.choices import MemberRole
from catalog.search_log import Noted, write_searches
from catalog.store import Store
from tests.ui.test_auth import FRAME, html_of, store
from tests.ui.test_editions import Open, opening
from ui import wiring

__all__ = ["opening", "store"]


def searched(query: str) -> AppTest:
    app = AppTest.from_file(str(FRAME), default_timeout=30)
    app.query_params["lang"] = "en"
    app.query_params["q"] = query
    return app.run()


def test_a_missed_query_becomes_a_synonym_and_is_found(opening: Open, store: Store) -> None:
    now = datetime.now(UTC)
    missed = Noted("fair", "en", query="kwelder", found=0, fits=False)
    write_searches(
        store, [(missed, now), (missed, now), (Noted("fair", "kk", opened="R2B2T2"), now)]
    )

    app = opening("insight", MemberRole.ORGANIZER)
    page = html_of(app)
    assert not app.exception
    assert "asked 2 times, missed 2, found at most 0" in page
    assert 'href="/vocabulary?say=kwelder"' in page
    assert "Робот-сортировщик мусора" in page
    assert "<li>searches: 2</li><li>exhibits opened: 1</li>" in page

    app = opening("vocabulary", MemberRole.ORGANIZER, say="kwelder")
    app.selectbox(key="vocabulary-synonym").select("welding").run()
    app.button(key="vocabulary-add").click().run()
    assert app.success[0].value == "Added: search knows it from now on."
    assert not app.exception
    wiring.fair().refresh("fair")

    assert "technology: Welding" in html_of(searched("kwelder"))


def test_the_vocabulary_is_changed_on_its_page(opening: Open, store: Store) -> None:
    app = opening("vocabulary", MemberRole.ORGANIZER)
    app.text_input(key="vocabulary-new-en").input("Laser cutting").run()
    app.button(key="vocabulary-enter").click().run()
    app.selectbox(key="vocabulary-technology").select("laser-cutting").run()
    app.text_area(key="vocabulary-laser-cutting-en-synonyms").input("laser").run()
    app.button(key="vocabulary-save-laser-cutting").click().run()
    assert app.success[0].value == "Saved."
    app.selectbox(key="vocabulary-technology").select("laser-cutting").run()
    app.selectbox(key="vocabulary-into-laser-cutting").select("welding").run()
    app.button(key="vocabulary-merge-laser-cutting").click().run()

    assert app.success[0].value == "The two are one now."
    assert not app.exception


def test_a_curator_sees_insight_and_others_neither(opening: Open) -> None:
    assert "What visitors look for" in html_of(opening("insight", MemberRole.CURATOR))
    assert "role" in html_of(opening("vocabulary", MemberRole.CURATOR))
    assert "role" in html_of(opening("insight", MemberRole.REVIEWER))


def test_a_visitors_search_and_opening_are_noted(store: Store) -> None:
    wiring.search_notes().take(datetime(2100, 1, 1, tzinfo=UTC))
    searched("Робот")
    exhibit = AppTest.from_file(str(FRAME), default_timeout=30)
    exhibit.query_params["code"] = "R2B2T2"
    exhibit._page_hash = calc_hash("exhibit")
    exhibit.run().run()

    taken = wiring.search_notes().take(datetime(2100, 1, 1, tzinfo=UTC))
    assert sorted((noted.query, noted.opened) for noted, _ in taken) == [
        ("", "R2B2T2"), ("Робот", None),
    ]  # fmt: skip
