import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import query_terms
from index.explain import Highlighter
from index.words import prefix_term

QUERY_WORDS = ("жылыжай", "робот", "welding", "теплица")
OTHER_WORDS = ("кітап", "дерево", "paper", "вода", "и", "3d")
Separators = st.text(" .,;—«»<>&\n🤖", min_size=1, max_size=3)


def highlighter(*words: str) -> Highlighter:
    return Highlighter([term for word in words for term in query_terms(word)])


@given(st.lists(st.tuples(st.sampled_from(QUERY_WORDS + OTHER_WORDS), Separators)))
def test_mark_marks_the_querys_words_and_no_others(parts: list[tuple[str, str]]) -> None:
    text = "".join(word + separator for word, separator in parts)

    pieces = highlighter(*QUERY_WORDS).mark(text)

    assert "".join(piece for piece, _ in pieces) == text
    assert [piece for piece, marked in pieces if marked] == [
        word for word, _ in parts if word in QUERY_WORDS
    ]


@given(st.text(), st.text())
def test_mark_joins_to_any_text(text: str, query: str) -> None:
    pieces = highlighter(*query.split()).mark(text)

    assert "".join(piece for piece, _ in pieces) == text
    assert "" not in [piece for piece, _ in pieces]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("теплица", "Теплицы и ТЕПЛИЦЕЙ", ["Теплицы", "ТЕПЛИЦЕЙ"]),
        ("жылыжай", "Ақылды жылыжайлар, жылыжайға", ["жылыжайлар", "жылыжайға"]),
        ("weld", "Welded gates, welds", ["Welded", "welds"]),
        ("счетчик", "Счётчик воды", ["Счётчик"]),
        ("кокыс", "Қоқыс сұрыптау", ["Қоқыс"]),
        ("ии", "ИИ и станок", ["ИИ"]),
    ],
)
def test_mark_knows_a_word_in_its_forms(query: str, text: str, marked: list[str]) -> None:
    assert [piece for piece, hit in highlighter(query).mark(text) if hit] == marked


def test_mark_knows_a_word_by_its_first_letters_where_asked() -> None:
    by_letters = Highlighter([prefix_term("сортировка")])

    assert by_letters.mark("сортировщик сор") == [("сортировщик", True), (" сор", False)]


@pytest.mark.parametrize(
    "word",
    [unicodedata.normalize("NFD", "жылыжай"), "жылыжа\u0301й", "жылы\u00adжай"],
    ids=["decomposed", "stressed", "hyphenated"],
)
def test_mark_marks_words_with_marks_between_their_letters(word: str) -> None:
    assert highlighter("жылыжай").mark(f"{word}!") == [(word, True), ("!", False)]


def test_mark_without_words_leaves_the_text_whole() -> None:
    assert highlighter().mark("Теплица") == [("Теплица", False)]
    assert highlighter("теплица").mark("") == []
