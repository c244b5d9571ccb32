"""The page Spreadsheet: take, upload, look, save, undo; as a person of one college and as others."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from catalog.choices import MemberRole
from catalog.models import Edition, Exhibit
from catalog.store import Store
from tests.catalog.people import someone
from tests.ui.test_auth import FRAME, html_of, screen, signed_in, store

__all__ = ["store"]
FILE = (
    "works.csv",
    "title;college;course;other\nA robot;КРТ;2;x\nA crane;;9;\nA lathe;;;\n".encode(),
    "text/csv",
)


@pytest.fixture
def opened(store: Store) -> Iterator[AppTest]:
    """The page of a college's coordinator, open."""
    with store.writing() as session:
        session.execute(update(Edition).values(freeze_at=datetime(2100, 1, 1, tzinfo=UTC)))
    token = signed_in(store, someone(store, MemberRole.COORDINATOR, college="temirqol"))
    app = AppTest.from_file(str(FRAME), default_timeout=30)
    app.query_params["lang"] = "en"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ui.screens.visit._cookie", lambda: token)
        app._page_hash = calc_hash("bulk")
        yield app.run()


def drafts(store: Store) -> set[str]:
    with store.reading() as session:
        rows = session.scalars(select(Exhibit).where(Exhibit.state == "draft"))
        return {text.title for row in rows for text in row.texts}


def labels(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def problems_in(app: AppTest) -> list[list[str]]:
    rows = re.findall(r"<tr>(<td.*?)</tr>", html_of(app))
    return [re.findall(r"<td[^>]*>(.*?)</td>", row) for row in rows]


def test_from_a_file_with_problems_to_the_good_rows_and_back(opened: AppTest, store: Store) -> None:
    assert not opened.exception
    assert "Nothing is saved before you have seen" in html_of(opened)
    downloads = [one.proto.label for one in opened.get("download_button")]
    assert downloads == ["Empty spreadsheet", "Exhibits in Excel", "Exhibits in CSV"]

    opened.file_uploader[0].set_value(FILE).run()

    assert drafts(store) == set()
    assert problems_in(opened) == [["3", "course", "9", "A number from 1 to 4 is needed."]]
    assert "Columns that are not read: «other»." in html_of(opened)
    assert "2 new" in html_of(opened)
    assert "1 failed row" in html_of(opened)
    assert labels(opened) == ["Save only the 2 good rows"]

    opened.button[0].click().run()

    assert drafts(store) == {"A robot", "A lathe"}
    assert "<h2>Saved</h2>" in html_of(opened)
    assert [one.proto.label for one in opened.get("download_button")][0] == "File of failed rows"
    assert labels(opened) == ["Undo"]

    opened.button[0].click().run()
    assert drafts(store) == {"A robot", "A lathe"}
    assert labels(opened) == ["Undo", "Undo the import", "Leave it"]
    opened.button[1].click().run()

    assert drafts(store) == set()
    assert opened.success[0].value == "Undone: 2 exhibits go away."
    assert labels(opened) == []
    assert not opened.exception


def test_a_file_that_changes_nothing_offers_nothing_to_save(opened: AppTest) -> None:
    same = ("a.csv", "code;title_ru\nR2B2T2;Робот-сортировщик мусора\n".encode(), "text/csv")

    opened.file_uploader[0].set_value(same).run()

    assert opened.info[0].value == "Everything in this file is in the catalog already."
    assert "bulk-do" not in {button.key for button in opened.button}


def test_a_file_that_is_no_table_gets_its_sentence(opened: AppTest) -> None:
    opened.file_uploader[0].set_value(("a.pdf", b"%PDF-1.7", "application/pdf")).run()

    assert opened.error[0].value == ("a.pdf is no table but PDF; save the table as .xlsx or .csv.")
    assert not opened.exception


def test_hostile_cells_are_shown_as_text(opened: AppTest) -> None:
    row = 'title;kind\n<script>alert(1)</script>;"<img src=x onerror=alert(1)>"\n'

    opened.file_uploader[0].set_value(("a.csv", row.encode(), "text/csv")).run()

    assert "<img" not in html_of(opened)
    assert "&lt;img src=x onerror=alert(1)&gt;" in html_of(opened)


@pytest.mark.parametrize("role", MemberRole)
def test_the_page_is_for_those_who_enter_exhibits(store: Store, role: MemberRole) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    token = signed_in(store, someone(store, role, college=college))

    bulk, work = screen("bulk", token), screen("work", token)

    enters = role not in (MemberRole.REVIEWER, MemberRole.CURATOR)
    assert not bulk.exception
    assert bool(bulk.file_uploader) is enters
    assert bool(bulk.selectbox) is (role is MemberRole.ORGANIZER)
    assert ('href="/bulk"' in html_of(work)) is enters


def test_a_stranger_is_asked_to_sign_in(store: Store) -> None:
    bulk = screen("bulk")

    assert "Sign in to go on" in html_of(bulk)
    assert not bulk.file_uploader
