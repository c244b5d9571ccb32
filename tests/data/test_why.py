"""Whether the reasons shown are true: checked by letters alone, without the index's own stems."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from index.contents import LanguageData
from index.dictionaries import Dictionaries, read_words
from index.documents import Document
from index.evaluation import JudgedSet, read_beir, read_concepts
from index.explain import Reason, ReasonKind
from index.glossary import Glossary, read_glossary
from index.memory import MemoryCache
from index.search_index import SearchIndex, SearchResult

DATA = Path(__file__).parents[2] / "data"
KEYBOARD = str.maketrans("қғңөұүіәһё", "кгноууиахе")


def letters(text: str) -> set[str]:
    """The words of a text in small Russian letters."""
    return set(re.findall(r"[^\W_]+", text.casefold().translate(KEYBOARD)))


def alike(one: str, other: str) -> bool:
    """Whether two words can be forms of one: they begin alike."""
    return one == other or one[:3] == other[:3]


def stands(word: str, texts: Iterable[str]) -> bool:
    parts = letters(word)
    found = {other for text in texts for other in letters(text)}
    return any(alike(part, other) for part in parts for other in found)


@pytest.fixture(scope="module")
def judged() -> JudgedSet:
    return read_beir(DATA / "judged")


@pytest.fixture(scope="module")
def meanings() -> list[set[str]]:
    """Sets of words with one meaning: entries of the glossary, names of a technology."""
    with (DATA / "technologies.jsonl").open(encoding="utf-8") as file:
        named = [
            [*(line[f"label_{code}"] for code in ("kk", "ru", "en")),
             *(name for code in ("kk", "ru", "en") for name in line[f"alt_{code}"])]
            for line in map(json.loads, file)
        ]  # fmt: skip
    entries = [
        [w for found in e.values() for w in found] for e in read_glossary(DATA / "glossary.jsonl")
    ]
    return [{word for name in one for word in letters(name)} for one in (*named, *entries)]


@pytest.fixture(scope="module")
def results(judged: JudgedSet) -> dict[str, SearchResult]:
    language = LanguageData(
        Dictionaries(read_words(DATA / "kazakh_words.txt")),
        Glossary(read_glossary(DATA / "glossary.jsonl")),
    )
    index = SearchIndex(None, MemoryCache(), language=language)
    index.refresh(judged.documents, read_concepts(DATA), 1)
    return {query: index.search(query) for query in judged.queries.values()}


@pytest.fixture(scope="module")
def reasons(
    judged: JudgedSet, results: dict[str, SearchResult]
) -> list[tuple[str, Document, Reason]]:
    documents = {document.code: document for document in judged.documents}
    return [
        (query, documents[hit.code], reason)
        for query, result in results.items()
        for hit in result.hits
        for reason in hit.why
    ]


def told(
    reasons: list[tuple[str, Document, Reason]], kind: ReasonKind
) -> Iterator[tuple[str, Document, str]]:
    found = [(query, document, r.value) for query, document, r in reasons if r.kind is kind]
    assert len(found) > 5
    for query, document, value in found:
        for one in [value] if kind is ReasonKind.NAME else value.split(", "):
            yield query, document, one


def written(document: Document) -> list[str]:
    return [part for text in document.texts for part in (text.title, text.summary, text.body)]


def test_words_told_stand_in_the_text(reasons: list[tuple[str, Document, Reason]]) -> None:
    untrue = [
        (query, document.code, word)
        for query, document, word in told(reasons, ReasonKind.WORDS)
        if not stands(word, written(document))
    ]
    assert untrue == []


def test_a_technology_told_is_on_the_exhibit(reasons: list[tuple[str, Document, Reason]]) -> None:
    for _, document, slug in told(reasons, ReasonKind.CONCEPT):
        assert slug in document.concepts


def test_a_name_told_is_one_of_its_names(reasons: list[tuple[str, Document, Reason]]) -> None:
    for _, document, name in told(reasons, ReasonKind.NAME):
        assert name in document.names


def test_a_keyword_told_is_among_its_keywords(
    reasons: list[tuple[str, Document, Reason]],
) -> None:
    untrue = [
        (query, document.code, word)
        for query, document, word in told(reasons, ReasonKind.KEYWORD)
        if not stands(word, document.keywords)
    ]
    assert untrue == []


@pytest.mark.slow
def test_a_translation_told_stands_in_the_text(
    reasons: list[tuple[str, Document, Reason]], meanings: list[set[str]]
) -> None:
    untrue = []
    for query, document, word in told(reasons, ReasonKind.TRANSLATION):
        (own,) = letters(word)
        others = {w for m in meanings if any(alike(own, one) for one in m) for w in m}
        if not any(stands(other, written(document)) for other in others):
            untrue.append((query, document.code, word))
    assert untrue == []


def test_marked_pieces_are_the_text(judged: JudgedSet, results: dict[str, SearchResult]) -> None:
    documents = {document.code: document for document in judged.documents}
    for result in results.values():
        for hit in result.hits[:3]:
            for text in written(documents[hit.code]):
                assert "".join(piece for piece, _ in result.terms.mark(text)) == text
