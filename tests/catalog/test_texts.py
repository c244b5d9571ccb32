import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from catalog.texts import clean_line, clean_text, folded, shortened


def test_clean_line_drops_what_cannot_be_seen() -> None:
    assert clean_line("  Ро\u00adбот\u200b \u202egpj.exe\u202c\x1b\n на\tколёсах ") == (
        "Робот gpj.exe на колёсах"
    )


def test_clean_line_keeps_emoji_with_their_joiners() -> None:
    assert clean_line("👩\u200d🌾 теплица") == "👩\u200d🌾 теплица"


def test_clean_line_composes_letters() -> None:
    assert clean_line("и\u0306") == "й"


def test_clean_text_keeps_paragraphs_and_their_line_ends() -> None:
    assert clean_text("a  b \r\n\r\n\r\n\r\nc\u2028d\n") == "a b\n\nc\nd"


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    for clean in (clean_line, clean_text):
        once = clean(text)
        assert clean(once) == once
        assert unicodedata.is_normalized("NFC", once)
        once.encode("utf-8")


def test_folded_titles_meet_in_spite_of_case_width_and_yo() -> None:
    assert folded("  ЁЛКА Ｘ ") == folded("елка x")


def test_shortened_cuts_between_words_and_only_late() -> None:
    assert shortened("one two three four", 16) == "one two three…"
    assert shortened("short", 16) == "short"
    assert shortened("x" * 20, 16) is None
    assert shortened("one " + "x" * 20, 16) is None
