"""The page Translations: the texts taken, given back translated, looked at, saved."""

import io
from datetime import UTC, datetime

import openpyxl

from catalog import translations
from catalog.choices import MemberRole
from catalog.drafts import draft_of
from catalog.entries import entry
from catalog.permissions import COMMAND_LINE
from catalog.store import Store
from tests.ui.test_auth import html_of, store
from tests.ui.test_editions import Open, opening

__all__ = ["opening", "store"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_of(store: Store, texts: dict[str, str]) -> tuple[str, bytes, str]:
    """The Kazakh file of the fair, with these translations by their sources."""
    with store.reading() as session:
        data = translations.export(
            session, "en", edition="fair", target="kk", by=COMMAND_LINE, now=datetime.now(UTC)
        )
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book.worksheets[0]
    for row in range(3, page.max_row + 1):
        page[f"F{row}"].value = texts.get(str(page[f"D{row}"].value))
    out = io.BytesIO()
    book.save(out)
    return "fair-kk.xlsx", out.getvalue(), XLSX


def summary(store: Store) -> str:
    with store.reading() as session:
        return draft_of(entry(session, "R2B2T2")).texts["kk"].summary


def test_texts_are_given_back_looked_at_and_saved(opening: Open, store: Store) -> None:
    app = opening("translations", MemberRole.CURATOR)
    assert app.radio(key="translations-target").options == [
        "Қазақша: 3", "Русский: 3", "English: 5",
    ]  # fmt: skip
    assert app.radio(key="translations-target").value == "en"
    assert [one.proto.label for one in app.get("download_button")] == ["Texts in Excel"]

    file = file_of(
        store, {"Сортирует мусор.": "Қоқысты сұрыптайды.", "Welded garden gate": "x" * 151}
    )
    app.file_uploader[0].set_value(file).run()

    page = html_of(app)
    assert "1 text translated" in page
    assert "1 failed row" in page
    assert "Too long: 151 characters, at most 150 fit. Shorten it." in page
    assert summary(store) == ""
    assert app.button(key="translations-save").label == "Save only the 1 good translation"

    app.button(key="translations-save").click().run()

    assert not app.exception
    assert app.success[0].value == "1 text is saved."
    assert summary(store) == "Қоқысты сұрыптайды."
    assert app.radio(key="translations-target").options[0] == "Қазақша: 2"


def test_a_file_that_is_none_of_ours_gets_its_sentence(opening: Open) -> None:
    app = opening("translations", MemberRole.ORGANIZER)

    app.file_uploader[0].set_value(("a.csv", b"title;college\nA;B\n", "text/csv")).run()

    assert app.error[0].value.startswith("a.csv is no file of translations")
    assert not app.exception


def test_others_read_why_it_is_not_theirs(opening: Open) -> None:
    app = opening("translations", MemberRole.REVIEWER)

    assert "role" in html_of(app)
    assert not app.file_uploader
    assert 'href="/translations"' not in html_of(opening("work", MemberRole.REVIEWER))
    assert 'href="/translations"' in html_of(opening("work", MemberRole.CURATOR))
