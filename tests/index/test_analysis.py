import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import (
    document_terms,
    fold,
    guess_language,
    query_terms,
    russian_letters,
    spelled,
    word_spans,
    words,
)

RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
KAZAKH = RUSSIAN + "қғңөұүіәһ"
ENGLISH = "abcdefghijklmnopqrstuvwxyz"


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ЁЛКА", "елка"),
        ("Қоқыс ҺӘМ", "қоқыс һәм"),
        ("ＣＮＣ", "cnc"),
        ("и\u0306ога", "йога"),
        ("ро\u0301бот", "робот"),
        ("теп\u00adлица", "теплица"),
        ("ﬁlm", "film"),
        ("it’s", "it's"),
    ],
)
def test_fold_gives_a_text_one_spelling(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_russian_letters_stand_for_each_kazakh_one() -> None:
    assert russian_letters("қғңөұүіәһ") == "кгноууиах"
    assert russian_letters("жылыжай robot 3") == "жылыжай robot 3"


@pytest.mark.parametrize("word", ["xix", "хіх", "xіx", "хих"])
def test_spelled_takes_a_number_for_one_in_any_letters(word: str) -> None:
    assert spelled(word) == "xix"


@pytest.mark.parametrize("word", ["ии", "хан", "химия", "ai", "3"])
def test_spelled_leaves_what_is_no_roman_number(word: str) -> None:
    assert spelled(word) == word


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3D-принтер, ИИ!", ["3d", "принтер", "ии"]),
        ("C++ и C#", ["c++", "и", "c#"]),
        ("student's work", ["student's", "work"]),
        ("snake_case", ["snake", "case"]),
        ("«Темірқол»", ["темірқол"]),
        ("👩\u200d🌾 — …", []),
    ],
)
def test_words_of_a_text(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@given(st.text(KAZAKH + KAZAKH.upper() + ENGLISH + "0123456789 .,-«»'\n"))
def test_word_spans_lie_where_the_words_stand(text: str) -> None:
    spans = word_spans(text)

    assert [word for _, _, word in spans] == words(text)
    assert [fold(text[start:end]) for start, end, _ in spans] == words(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (unicodedata.normalize("NFD", "Жылыжай"), "жылыжай"),
        ("ро\u0301бот", "робот"),
        ("теп\u00adлица", "теплица"),
    ],
    ids=["decomposed", "stressed", "hyphenated"],
)
def test_word_spans_hold_marks_that_words_leave_out(text: str, word: str) -> None:
    assert word_spans(text) == [(0, len(text), word)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Робот сортирует мусор", "ru"),
        ("Қоқыс сұрыптау роботы", "kk"),
        ("Garbage sorting robot", "en"),
        ("Программа на Python", "ru"),
        ("Колледж «Темірқол» показывает большую коллекцию механических моделей", "ru"),
        ("Python SDK для всех", "en"),
    ],
)
def test_guess_language_by_letters(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("ru", "теплица теплицы теплице теплицей теплиц теплицами"),
        ("ru", "сварка сварки сваркой сварку"),
        ("ru", "счётчик счетчики счётчиков"),
        ("en", "robot robots robot's"),
        ("en", "weld welds welded welding"),
        ("kk", "жылыжай жылыжайлар жылыжайда жылыжайдың жылыжайға жылыжайлардан"),
        ("kk", "мектеп мектептер мектепте мектептің"),
    ],
)
def test_document_terms_of_one_words_forms_are_one(language: str, forms: str) -> None:
    assert len(set(document_terms(forms, language))) == 1


@pytest.mark.parametrize("word", ["ии", "жи", "ai", "3d", "c++", "с#", "it"])
def test_document_terms_of_an_abbreviation_are_itself(word: str) -> None:
    assert document_terms(word, "ru") == [word]


@given(st.text(KAZAKH + ENGLISH + "0123456789", min_size=1), st.sampled_from(["kk", "ru", "en"]))
def test_query_terms_hold_the_documents_term(word: str, language: str) -> None:
    [term] = document_terms(word, language)

    assert term in query_terms(word)


@given(st.text(KAZAKH, min_size=1))
def test_query_terms_hold_the_kazakh_term_from_a_russian_keyboard(word: str) -> None:
    [term] = document_terms(word, "kk")

    assert term in query_terms(russian_letters(word))


@given(st.text())
def test_document_terms_are_one_a_word(text: str) -> None:
    for language in ("kk", "ru", "en"):
        assert len(document_terms(text, language)) == len(words(text))
