"""Which documents tell of the same thing: vectors, concepts and words, each on its own and together."""

import numpy as np
import pytest

from index.documents import Document, Text
from index.glossary import Glossary
from index.repeats import Passages, Repeat, repeats

GLOSSARY = Glossary(
    [{"ru": ["дрон"], "kk": ["дрон", "ұшқыш аппарат"], "en": ["drone"]},
     {"ru": ["пасека"], "kk": ["омарта"], "en": ["apiary"]}]
)  # fmt: skip
FILLING = 30


def document(code: str, title: str, *concepts: str, language: str = "ru") -> Document:
    return Document(code, (Text(language, title),), concepts)


def passages(vectors: np.ndarray, languages: list[int]) -> Passages:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return Passages(
        unit.astype(np.float32), np.array(languages), np.arange(len(languages))
    )  # fmt: skip


def crowd(near: float, first: Document, second: Document) -> tuple[list[Document], Passages]:
    """Two documents whose vectors lie so near, in a crowd that looks every other way."""
    random = np.random.default_rng(5)
    vectors = random.normal(size=(FILLING + 2, 64))
    one = vectors[0] / np.linalg.norm(vectors[0])
    other = vectors[1] - (vectors[1] @ one) * one
    other /= np.linalg.norm(other)
    vectors[0] = one * 8
    vectors[1] = (near * one + (1 - near**2) ** 0.5 * other) * 8
    documents = [
        first, second, *(document(f"F{n}", f"слово{n}", f"c{n}") for n in range(FILLING)),
    ]  # fmt: skip
    return documents, passages(vectors, [1] * len(documents))


def found(near: float, first: Document, second: Document) -> list[tuple[str, str]]:
    documents, given = crowd(near, first, second)
    return [(one.one, one.other) for one in repeats(documents, given, GLOSSARY)]


def test_what_lies_near_and_shares_concepts_and_words_is_one_thing() -> None:
    drone, same = document("A", "Дрон над пасекой", "drones"), document("B", "Дрон", "drones")

    assert found(0.9, drone, same) == [("A", "B")]


def test_shared_concepts_alone_make_no_repeat() -> None:
    assert found(0.0, document("A", "Дрон", "drones"), document("B", "Улей", "drones")) == []


def test_a_word_counts_in_every_language_that_the_glossary_knows() -> None:
    russian = document("A", "Дрон и пасека", "drones")
    kazakh = document("B", "Ұшқыш аппарат, омарта", "drones", language="kk")
    foreign = document("B", "Қозғалтқыш, сымдар", "drones", language="kk")

    assert found(0.12, russian, kazakh) == [("A", "B")]
    assert found(0.12, russian, foreign) == []


def test_pairs_come_once_in_the_order_of_likeness() -> None:
    documents, given = crowd(0.9, document("A", "Дрон", "drones"), document("B", "Дрон", "drones"))

    every = repeats(documents, given, GLOSSARY, least=0.3)

    assert every[0].one == "A"
    assert every[0].other == "B"
    assert [one.likeness for one in every] == sorted((one.likeness for one in every), reverse=True)
    assert len({frozenset((one.one, one.other)) for one in every}) == len(every)
    assert repeats(documents, given, GLOSSARY) == [every[0]]


def test_blocks_of_documents_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    documents, given = crowd(0.9, document("A", "Дрон", "drones"), document("B", "Дрон", "drones"))
    whole = repeats(documents, given, GLOSSARY, least=0.2)

    monkeypatch.setattr("index.repeats._AT_ONCE", 3)
    parts = repeats(documents, given, GLOSSARY, least=0.2)

    assert [(one.one, one.other) for one in parts] == [(one.one, one.other) for one in whole]
    assert [one.likeness for one in parts] == pytest.approx([one.likeness for one in whole])


def test_several_passages_of_a_document_count_by_their_nearest() -> None:
    documents, given = crowd(0.9, document("A", "Дрон", "drones"), document("B", "Дрон", "drones"))
    away = np.zeros((1, 64), np.float32)
    away[0, -1] = 1
    more = Passages(
        np.concatenate([away, given.vectors]),
        np.array([1, *given.languages]),
        np.array([0, *given.documents]),
    )

    (first, *_) = repeats(documents, more, GLOSSARY)

    assert isinstance(first, Repeat)
    assert (first.one, first.other) == ("A", "B")


@pytest.mark.parametrize("number", [0, 1])
def test_one_document_repeats_nothing(number: int) -> None:
    documents = [document("A", "Дрон")][:number]
    nothing = Passages(np.ones((number, 4), np.float32), np.ones(number, int), np.arange(number))

    assert repeats(documents, nothing, GLOSSARY) == []
