"""The page Print: what may be printed, what is said before it, what comes out."""

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from catalog.choices import MemberRole
from catalog.settings import Settings
from catalog.store import Store
from tests.catalog.people import Someone, someone
from tests.printing.pages import codes, texts
from tests.ui.test_auth import FRAME, html_of, screen, signed_in, store
from ui.screens.printing import _Made, _read

__all__ = ["store"]


@pytest.fixture(scope="module")
def chief(store: Store) -> Someone:
    return someone(store, MemberRole.ORGANIZER, login="chief-of-print")


@pytest.fixture
def opened(store: Store, chief: Someone) -> Iterator[AppTest]:
    """The page of an organizer, open, of a fair that has an address."""
    token = signed_in(store, chief)
    app = AppTest.from_file(str(FRAME), default_timeout=30)
    app.query_params["lang"] = "en"
    app._page_hash = calc_hash("print")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.screens.visit._cookie", lambda: token)
        settings = Settings(public_url="https://korme.example.kz/")
        patch.setattr("ui.wiring.settings", lambda: settings)
        yield app.run()


def made(app: AppTest) -> bytes:
    app.button(key="print-make").click().run()
    assert not app.exception
    done = app.session_state["print-made"]
    assert isinstance(done, _Made)
    return done.data


def test_missing_titles_are_told_before_signs_are_printed(opened: AppTest) -> None:
    assert not opened.exception
    assert [one.label for one in opened.expander] == [
        "1 exhibit has no title in this language: Қазақша",
        "2 exhibits have no title in this language: Русский",
    ]
    assert "Welded garden gate" in html_of(opened)
    assert [one.value for one in opened.text] == ["3 exhibits"]


def test_signs_lead_to_the_public_address_in_the_order_of_stands(opened: AppTest) -> None:
    data = made(opened)

    found = codes(data)
    assert found[0] == ["https://korme.example.kz/e/R2B2T2"]
    assert len(found) == 3
    assert ["A-01" in text for text in texts(data)] == [True, False, False]
    assert opened.get("download_button")[0].proto.label == "Download (0.0 MB)"


def test_another_choice_takes_the_file_away(opened: AppTest) -> None:
    made(opened)
    opened.selectbox(key="print-hall").select("B").run()

    assert not opened.get("download_button")
    assert [one.value for one in opened.text] == ["2 exhibits"]
    assert len(codes(made(opened))) == 2


def test_a_booklet_has_what_is_published(opened: AppTest) -> None:
    opened.selectbox(key="print-kind").select("booklet").run()
    opened.selectbox(key="print-language").select("ru").run()

    pages = texts(made(opened))

    assert pages[0].startswith("Ярмарка")
    assert "Содержание Зал A 3 Зал B 4 По колледжам 5 По технологиям 6" in pages[1]
    assert "Робот-сортировщик мусора" in pages[2]


def test_certificates_are_made_of_what_is_typed_and_need_no_address(
    opened: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.wiring.settings", lambda: Settings(public_url=None))
    opened.selectbox(key="print-kind").select("certificates").run()
    opened.text_area(key="print-list").set_value("Ұлан Әбдіғали; Робот\nАйгүл").run()

    pages = texts(made(opened))

    assert ["Ұлан Әбдіғали Робот" in page for page in pages] == [True, False]
    assert not opened.error


def test_an_address_that_is_not_set_is_said_and_nothing_is_printed(
    store: Store, chief: Someone
) -> None:
    page = screen("print", signed_in(store, chief))

    (said,) = page.error
    assert said.value.startswith("The fair’s address isn’t set")
    assert page.button(key="print-make").disabled


@pytest.mark.parametrize(
    "role", [role for role in MemberRole if role is not MemberRole.ORGANIZER]
)  # fmt: skip
def test_the_page_is_the_organizers(store: Store, role: MemberRole) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None

    page = screen("print", signed_in(store, someone(store, role, college=college)))

    assert "Your role doesn’t allow this" in html_of(page)
    assert not page.selectbox


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
def test_a_list_is_read_as_it_was_saved(encoding: str) -> None:
    assert _read("Айгул; Робот".encode(encoding)) == "Айгул; Робот"
