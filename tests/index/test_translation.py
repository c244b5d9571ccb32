import numpy as np
import pytest

from index.glossary import LANGUAGES, Found, Glossary
from index.translation import (
    LONGEST,
    WEIGHT,
    Translated,
    longest,
    mixed,
    query_language,
    spread,
    translate,
)

GLOSSARY = Glossary(
    [
        {"kk": ["көмір"], "ru": ["уголь"], "en": ["coal"]},
        {"kk": ["белсендірілген көмір"], "ru": ["активированный уголь"], "en": ["charcoal"]},
        {"kk": ["сүзгі"], "ru": ["фильтр"], "en": ["filter", "strainer"]},
        {"kk": ["мектеп", "оқу орны"], "ru": ["школа"], "en": ["school"]},
        {"kk": ["дәріхана"], "ru": ["аптека"], "en": ["chemist's shop nearby"]},
        {"kk": ["бала"], "ru": ["ребёнок"], "en": ["child"]},
    ]
)


def translated(query: str, language: str) -> Translated:
    found = query.split()
    return translate(found, GLOSSARY.recognize(found, language), language, LANGUAGES)


def test_known_words_are_called_by_their_first_names_and_unknown_ones_left_out() -> None:
    assert translated("мектептегі сүзгілер бұлбұл", "kk") == Translated(
        "kk", {"ru": "школа фильтр", "en": "school filter"}, pytest.approx(WEIGHT * 2 / 3)
    )


def test_words_without_meaning_count_neither_as_known_nor_as_unknown() -> None:
    assert translated("фильтр для школы", "ru") == Translated(
        "ru", {"kk": "сүзгі мектеп", "en": "filter school"}, WEIGHT
    )


@pytest.mark.parametrize(
    "query",
    [
        "неведомые слова",
        "фильтр неведомых чудесных слов",
        "где фильтр",
        " ".join(["фильтр"] * (LONGEST + 1)),
        "",
    ],
)
def test_there_is_no_translation_of_what_is_unknown_a_question_or_long(query: str) -> None:
    assert translated(query, "ru") == Translated("ru")


def test_longest_leaves_out_what_overlaps_a_longer_term_or_comes_later() -> None:
    first, second, whole, apart = (
        Found(0, 1, ({"en": ["first"]},)),
        Found(0, 1, ({"en": ["second"]},)),
        Found(1, 3, ({"en": ["whole"]},)),
        Found(2, 3, ({"en": ["apart"]},)),
    )

    assert longest([apart, first, second, whole]) == [first, whole]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("сүзгі", "kk"),
        ("фильтр сүзгі", "kk"),
        ("фильтр", "ru"),
        ("бала", "kk"),
        ("неведомое", "ru"),
        ("filter", "en"),
        ("", "ru"),
    ],
)
def test_a_querys_language_is_told_by_letters_and_then_by_known_words(
    text: str, language: str
) -> None:
    assert query_language(text, text.split(), GLOSSARY) == language


def test_spread_deals_the_words_of_a_name_out_in_order() -> None:
    def shares(query: str, language: str) -> dict[str, list[str]]:
        found = query.split()
        dealt = spread(found, GLOSSARY.recognize(found, language))
        return {word: list(terms) for word, terms in dealt.items()}

    assert shares("белсендірілген көмір", "kk") == {
        "белсендірілген": ["белсендир", "активирова", "charcoal"],
        "көмір": ["комир", "угол", "charcoal"],
    }
    assert shares("аптека", "ru") == {}


def test_mixed_is_the_unit_vector_between_two_by_weight() -> None:
    query, there = np.array([1, 0], np.float32), np.array([0, 1], np.float32)

    assert mixed(query, there, 0.0).tolist() == [1, 0]
    assert mixed(query, there, 1.0).tolist() == [0, 1]
    assert mixed(query, there, 0.6).tolist() == pytest.approx([0.4 / 0.52**0.5, 0.6 / 0.52**0.5])
