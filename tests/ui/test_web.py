"""The light pages and what stands around the app, through the whole ASGI application."""

import gzip
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import brotli
import pytest
import streamlit as st
from sqlalchemy import update
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from catalog import demo, reading
from catalog.models import Exhibit
from catalog.settings import Settings
from catalog.store import Store, public_changed
from ui import wiring
from ui.address import SearchAddress, Sort
from ui.results import draw_results
from ui.text import speech

ROOT = Path(__file__).parents[2]
FRAME = ROOT / "ui" / "frame.py"


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The code of one exhibit of a demo fair that the app is open on, words alone."""
    home = tmp_path_factory.mktemp("home")
    store = Store(Settings(home=home, database_url=None).database)
    store.migrate()
    demo.load(store, ROOT / "data", datetime.now(UTC))
    with store.reading() as session:
        current = reading.current_edition(session)
        assert current is not None
        found = next(iter(reading.exhibits(session, current.slug)))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("KORME_HOME", str(home))
        environment.setenv("KORME_ENCODER_BACKEND", "none")
        environment.delenv("KORME_DATABASE_URL", raising=False)
        st.cache_resource.clear()
        yield found
        wiring.fair().close()
        wiring.store().close()
        st.cache_resource.clear()
    store.close()


@pytest.fixture(scope="module")
def client(code: str) -> TestClient:
    from app import app

    # Not entered as a context: the runtime of the screens isn't needed for the pages.
    return TestClient(app._build_starlette_app(), client=("127.0.0.1", 50000))


def test_light_page_shows_the_exhibit_without_script(client: TestClient, code: str) -> None:
    page = client.get(f"/e/{code}", headers={"Accept-Language": "kk"})
    assert page.status_code == 200
    assert '<html lang="kk">' in page.text
    assert "<script" not in page.text
    assert "unsafe" not in page.headers["content-security-policy"]


def test_code_in_small_letters_leads_to_the_page(client: TestClient, code: str) -> None:
    answer = client.get(f"/e/{code.lower()}?lang=en", follow_redirects=False)
    assert answer.status_code == 301
    assert answer.headers["location"] == f"/e/{code}?lang=en"


@pytest.mark.parametrize("path", ["/e/ZZZZZZ", "/e/%3Cscript%3E", "/nothing/here", "/index.html"])
def test_unknown_address_is_a_404_in_three_languages(client: TestClient, path: str) -> None:
    page = client.get(path)
    assert page.status_code == 404
    for sentence in ("По этому адресу ничего нет", "Бұл мекенжайда", "Nothing is at this address"):
        assert sentence in page.text
    assert "<script" not in page.text


def test_app_page_is_in_the_visitors_language_and_remembers_it(client: TestClient) -> None:
    asked = client.get("/?lang=kk")
    assert '<html lang="kk">' in asked.text
    assert "korme_lang=kk" in asked.headers["set-cookie"]
    assert '<html lang="en">' in client.get("/about", headers={"Cookie": "korme_lang=en"}).text
    assert "script-src 'self';" in asked.headers["content-security-policy"]
    assert "set-cookie" not in client.get("/?lang=<x>").headers


def test_language_cookie_is_not_set_for_what_is_no_language(client: TestClient) -> None:
    answer = client.get("/?lang=kk%0d%0aSet-Cookie:%20a=b")
    assert "set-cookie" not in answer.headers


def test_uploads_and_metrics_are_closed_to_strangers(client: TestClient) -> None:
    assert client.put("/_stcore/upload_file/a/b", content=b"x").status_code == 403
    far = {"X-Forwarded-For": "203.0.113.7"}
    assert client.get("/_stcore/metrics", headers=far).status_code == 403


@pytest.mark.parametrize(
    ("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
def test_streamlits_scripts_come_compressed(
    client: TestClient, encoding: str, unpack: Callable[[bytes], bytes]
) -> None:
    script = re.search(r"/(static/js/index\.[^\"]+\.js)", client.get("/").text)
    assert script is not None
    with client.stream("GET", f"/{script[1]}", headers={"Accept-Encoding": encoding}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == encoding
    plain = client.get(f"/{script[1]}", headers={"Accept-Encoding": "identity"}).content
    assert unpack(packed) == plain
    assert len(packed) < len(plain) / 3


def test_static_files_outside_the_folder_are_not_read(client: TestClient) -> None:
    assert client.get("/static/..%2f..%2fversion.py").status_code in (400, 404)
    assert client.get("/assets/..%2ftext.py").status_code == 404


def test_cover_is_drawn_for_every_field(client: TestClient, code: str) -> None:
    with wiring.store().reading() as session:
        fields = reading.fields(session)
    assert len(fields) >= 12
    for field in fields:
        cover = client.get(f"/cover/{field.slug}-{field.hue}.svg")
        assert cover.headers["content-type"].startswith("image/svg+xml")
        assert len(cover.content) < 3000


def screen(path: str = "", **parameters: str) -> AppTest:
    app = AppTest.from_file(str(FRAME), default_timeout=30)
    for name, value in parameters.items():
        app.query_params[name] = value
    if path:
        app.switch_page(path)
    return app.run()


def html_of(app: AppTest) -> str:
    return " ".join(block.proto.body for block in app.get("html"))


def test_search_screen_answers_in_the_asked_language(code: str) -> None:
    app = screen(q="робот", lang="kk")
    assert not app.exception
    assert "Іздеу" in html_of(app)
    assert "<mark>" in html_of(app)
    assert app.text_input(key="q").value == "робот"


@pytest.mark.parametrize(
    "parameters",
    [
        {"page": "99999999999"},
        {"q": "a\x00b"},
        {"q": "ы" * 10_000},
        {"technology": "<script>"},
        {"technology": "no-such-technology"},
        {"edition": "no-such-edition"},
        {"sort": "'; DROP TABLE exhibit; --"},
    ],
)
def test_search_screen_survives_any_address(code: str, parameters: dict[str, str]) -> None:
    app = screen(**parameters)
    assert not app.exception
    assert "k-results" in html_of(app) or "k-message" in html_of(app)


def test_facet_count_equals_the_total_after_choosing(code: str) -> None:
    known = wiring.names(None)
    assert known is not None
    everything = wiring.answer(SearchAddress(query="робот"), known, speech("ru"))
    for facet, counts in everything.result.facets.items():
        for value, count in list(counts.items())[:3]:
            chosen = SearchAddress(query="робот").choosing(facet, value)
            assert wiring.answer(chosen, known, speech("ru")).result.total == count


def test_change_costs_the_records_that_it_is_about(code: str) -> None:
    with wiring.store().reading() as session:
        kept, changed = list(reading.exhibits(session, wiring.fair().current_edition))[-2:]

    def hide(hidden: bool, about: list[str] | None) -> None:
        with wiring.store().writing() as session:
            session.execute(update(Exhibit).where(Exhibit.code == changed).values(hidden=hidden))
            public_changed(session, about)

    before = wiring.exhibits([kept, changed])
    hide(True, [changed])
    meanwhile = wiring.exhibits([kept, changed])
    hide(False, None)
    after = wiring.exhibits([kept, changed])

    assert [one.code for one in before] == [kept, changed]
    assert after == before
    assert meanwhile == before[:1]
    assert meanwhile[0] is before[0]
    assert after[0] is not before[0]


def test_a_list_is_drawn_once_for_an_address_and_a_language_until_something_changes(
    code: str,
) -> None:
    wiring._pages.clear()
    known = wiring.names(None)
    assert known is not None
    hall = SearchAddress(filters={"hall": "A"})

    def drawn(address: SearchAddress, language: str = "ru", sticky: str = "") -> str:
        now = wiring.names(None)
        assert now is not None
        return wiring.results(address, now, speech(language), sticky=sticky)

    first = drawn(hall)
    assert first == draw_results(
        wiring.answer(hall, known, speech("ru")), known, speech("ru"),
        examples=wiring.examples(known, speech("ru")),
    )  # fmt: skip
    others = [drawn(replace(hall, page=2)), drawn(hall, "kk"), drawn(hall, sticky="ru"),
              drawn(hall.sorted_by(Sort.TITLE)), drawn(replace(hall, shortened=True))]  # fmt: skip
    assert len({first, *others}) == 6
    assert drawn(hall) is first

    with wiring.store().writing() as session:
        public_changed(session)
    assert drawn(hall) is not first


def test_what_words_alone_found_is_drawn_anew(code: str) -> None:
    known = wiring.names(None)
    assert known is not None
    robots = SearchAddress(query="робот")

    first, second = (wiring.results(robots, known, speech("ru")) for _ in range(2))

    assert first == second
    assert first is not second


def test_records_of_the_edition_in_sight_are_read_ahead(code: str) -> None:
    wiring._records.clear()
    with wiring.store().reading() as session:
        every = reading.exhibits(session, wiring.fair().current_edition)

    wiring.read_ahead()

    kept = wiring._records().at(wiring.store().revision())
    assert {code: kept.get(code) for code in every} == every


def test_values_of_a_facet_are_found_by_letters_under_the_search(
    client: TestClient, code: str
) -> None:
    known = wiring.names(None)
    assert known is not None
    wiring.preparation().usable.wait()
    counts = wiring.facet_counts(SearchAddress(query="робот", filters={"hall": "A"}), known)
    assert counts is not None

    page = client.get("/values?facet=college&q=робот&hall=A&find=кол&lang=ru")

    assert page.status_code == 200
    found = dict(re.findall(r'href="/\?[^"]*college=([\w-]+)[^"]*"[^>]*>.*?>(\d+)<', page.text))
    named = {
        slug: count
        for slug, count in counts["college"].items()
        if any(
            word.casefold().startswith("кол")
            for name in (
                *known.colleges[slug].names.values(), *known.colleges[slug].short_names.values(),
                *known.colleges[slug].aliases,
            )
            for word in re.findall(r"\w+", name)
        )
    }  # fmt: skip
    assert found == {slug: str(count) for slug, count in named.items()}
    assert 3 < len(found) <= 20


@pytest.mark.parametrize(
    "query", ["facet=college", "facet=shoe&find=a", "facet=college&find=a&edition=none", "find=a"]
)
def test_no_values_are_found_of_what_there_is_not(client: TestClient, query: str) -> None:
    wiring.preparation().usable.wait()
    assert client.get(f"/values?{query}").status_code == 404


def test_hostile_letters_are_only_looked_for(client: TestClient) -> None:
    page = client.get("/values", params={"facet": "college", "find": "<script>alert(1)</script>"})
    assert page.status_code == 200
    assert "<script" not in page.text


def test_config_spares_every_rerun_the_garbage_collection() -> None:
    from streamlit import config

    config.get_config_options(force_reparse=True)
    assert config.get_option("runner.postScriptGC") is False
    assert config.get_option("client.showErrorDetails") == "none"
