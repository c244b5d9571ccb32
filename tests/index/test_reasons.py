import pytest

from index.contents import LanguageData
from index.documents import Concept, Document, Text
from index.explain import Reason, ReasonKind
from index.glossary import Glossary
from index.memory import MemoryCache
from index.ranking import Mode
from index.search_index import SearchIndex, SearchResult
from tests.index.test_search_index import opened

CONCEPTS = (
    Concept("digital", {"ru": ("Цифровые технологии",), "en": ("Digital technology",)}),
    Concept("vision", {"ru": ("Компьютерное зрение",), "en": ("Computer vision",)}, ("digital",)),
)
DOCUMENT = Document(
    "ONE",
    (
        Text("ru", "Станок", summary="Режет бумагу.", body="Сварка стали."),
        Text("kk", "Білдек", body="Болатты кеседі."),
    ),
    concepts=("vision",),
    names=("Колледж «Маяк»", "Аида Маякова"),
    keywords=("лазерная резка",),
)
OTHER = Document("TWO", (Text("en", "Loaf of bread", body="Baked in an oven."),))
LANGUAGE = LanguageData(glossary=Glossary([{"kk": ["қағаз"], "ru": ["бумага"], "en": ["paper"]}]))

WORDS, TRANSLATION = ReasonKind.WORDS, ReasonKind.TRANSLATION
CONCEPT, NAME, KEYWORD = ReasonKind.CONCEPT, ReasonKind.NAME, ReasonKind.KEYWORD


@pytest.fixture(scope="module")
def words_alone() -> SearchIndex:
    made = SearchIndex(None, MemoryCache(), language=LANGUAGE)
    made.refresh([DOCUMENT, OTHER], CONCEPTS, 1)
    return made


@pytest.fixture(scope="module")
def by_meaning() -> SearchIndex:
    made = opened(LANGUAGE)
    made.refresh([DOCUMENT, OTHER], CONCEPTS, 1)
    return made


def why(found: SearchResult, code: str) -> list[tuple[ReasonKind, str]]:
    [hit] = [hit for hit in found.hits if hit.code == code]
    return [(reason.kind, reason.value) for reason in hit.why]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("бумагой", [(WORDS, "бумагой")]),
        ("режет", [(WORDS, "режет")]),
        ("сварка стали", [(WORDS, "сварка, стали")]),
        # In a text of another language than most of the query.
        ("сварка болат", [(WORDS, "сварка, болат")]),
        ("paper", [(TRANSLATION, "paper")]),
        ("бумага", [(WORDS, "бумага")]),
        ("сварка қағаз", [(WORDS, "сварка"), (TRANSLATION, "қағаз")]),
        ("компьютерное зрение", [(CONCEPT, "vision")]),
        ("digital technology", [(CONCEPT, "vision")]),
        # A word of a label names the technology, though the query isn't the label.
        ("зрение", [(CONCEPT, "vision")]),
        ("маяк", [(NAME, "Колледж «Маяк»")]),
        ("лазерная", [(KEYWORD, "лазерная")]),
        ("лазерная сварка", [(WORDS, "сварка"), (KEYWORD, "лазерная")]),
        (
            "маяк зрение қағаз лазерная станок",
            [
                (CONCEPT, "vision"),
                (NAME, "Колледж «Маяк»"),
                (WORDS, "станок"),
                (TRANSLATION, "қағаз"),
                (KEYWORD, "лазерная"),
            ],
        ),
    ],
)
def test_reasons_say_where_the_words_stand(
    words_alone: SearchIndex, by_meaning: SearchIndex, query: str, expected: list[object]
) -> None:
    found = words_alone.search(query)

    assert why(found, "ONE") == expected
    assert [hit.code for hit in found.hits] == ["ONE"]
    # The same where meaning was searched too: it is told only where there is nothing else.
    assert why(by_meaning.search(query), "ONE") == expected


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.DENSE])
def test_what_has_none_of_the_words_is_there_by_meaning(
    by_meaning: SearchIndex, words_alone: SearchIndex, mode: Mode
) -> None:
    query = "неслыханное"

    found = by_meaning.search(query, mode=mode)

    assert {hit.why for hit in found.hits} == {(Reason(ReasonKind.MEANING),)}
    assert {hit.why for hit in words_alone.search(query).hits} == {()}


def test_an_empty_query_has_no_reasons(by_meaning: SearchIndex) -> None:
    assert [hit.why for hit in by_meaning.search("").hits] == [(), ()]


def test_a_changed_document_has_the_reasons_of_its_new_text() -> None:
    index = opened(LANGUAGE)
    index.refresh([DOCUMENT, OTHER], CONCEPTS, 1)
    changed = Document("TWO", (Text("ru", "Хлеб", body="Печь на бумаге."),), concepts=("vision",))

    index.update([changed], [], 2)

    assert why(index.search("зрение хлеб қағаз"), "TWO") == [
        (CONCEPT, "vision"), (WORDS, "хлеб"), (TRANSLATION, "қағаз"),
    ]  # fmt: skip
    assert why(index.search("зрение bread", limit=99), "ONE") == [(CONCEPT, "vision")]
    assert [kind for kind, _ in why(index.search("зрение bread", limit=99), "TWO")] == [CONCEPT]
