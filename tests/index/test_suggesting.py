"""What a text that is being written is about and like, against plain arithmetic."""

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest

from index.documents import Document, Text, passages
from index.encoder import SharedEncoder
from index.memory import MemoryCache
from index.search_index import SearchIndex
from index.suggesting import ALIKE, OPENING, Suggestion, opening
from tests.index.conftest import CONCEPTS, Floats, HashingEncoder
from tests.index.test_search_index import NOUNS

LANGUAGES = ("kk", "ru", "en")


def text(language: str, title: str, body: str = "") -> Text:
    return Text(language, title, body=body)


def slugs(found: Sequence[Suggestion]) -> list[str]:
    return [one.slug for one in found]


def unit(vectors: Floats) -> Floats:
    rest: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return rest


def crowd(count: int, *, seed: int, prefix: str = "D") -> list[Document]:
    """Documents of random words in Russian and Kazakh, tagged at random."""
    chance = random.Random(seed)
    return [
        Document(
            f"{prefix}{number:02}",
            (
                text(
                    chance.choice(("ru", "kk")),
                    " ".join(chance.sample(NOUNS, 3)),
                    " ".join(chance.sample(NOUNS, 6)),
                ),
            ),
            tuple(chance.sample([one.slug for one in CONCEPTS], chance.randint(0, 3))),
        )
        for number in range(count)
    ]


@pytest.fixture
def encoder() -> HashingEncoder:
    return HashingEncoder()


@pytest.fixture
def large(encoder: HashingEncoder) -> SearchIndex:
    """Thirty documents, enough to know what is usual."""
    made = SearchIndex(SharedEncoder(encoder.model, encoder), MemoryCache())
    made.refresh(crowd(30, seed=1), CONCEPTS, 1)
    return made


@pytest.mark.parametrize(
    ("written_in", "title", "expected"),
    [
        ("kk", "Мектепке арналған жылыжайлар", ["greenhouse"]),
        ("ru", "Теплицы и сварка", ["greenhouse", "welding"]),
        ("en", "AI for a greenhouse", ["greenhouse", "machine-learning"]),
        ("ru", "Полка для книг", []),
    ],
)
def test_what_a_text_names_is_suggested_without_an_encoder(
    words_index: SearchIndex, written_in: str, title: str, expected: list[str]
) -> None:
    found = words_index.suggest([text(written_in, title)])

    assert slugs(found) == expected
    assert all(one.named for one in found)


def test_a_concept_named_again_in_another_language_comes_first(words_index: SearchIndex) -> None:
    found = words_index.suggest([text("ru", "Сварка", "Теплица."), text("kk", "Жылыжай")])

    assert found == (Suggestion("greenhouse", 0.3, True), Suggestion("welding", 0.15, True))


def test_a_broader_concept_is_left_out_unless_it_is_named(words_index: SearchIndex) -> None:
    assert slugs(words_index.suggest([text("ru", "Машинное обучение")])) == ["machine-learning"]
    both = words_index.suggest([text("ru", "Машинное обучение", "Цифровые технологии.")])
    assert slugs(both) == ["digital", "machine-learning"]


def test_meaning_suggests_what_lies_near_by_brute_force(
    large: SearchIndex, encoder: HashingEncoder
) -> None:
    written = text("ru", "Машинное зрение", "Компьютерное дело.")

    found = large.suggest([written], limit=100)

    labels = [(one.slug, lang, two[0]) for one in CONCEPTS for lang, two in one.labels.items()]
    names = encoder.vectors([label for _, _, label in labels])
    for language in LANGUAGES:
        own = [place for place, (_, its, _) in enumerate(labels) if its == language]
        names[own] -= names[own].mean(axis=0)
    texts = [one.texts[0] for one in crowd(30, seed=1)]
    russian = encoder.vectors([p for one in texts if one.language == "ru" for p in passages(one)])
    asked = unit(encoder.vectors([opening(written)]) - russian.mean(axis=0))[0]
    near: dict[str, float] = {}
    for (slug, _, _), value in zip(labels, unit(names) @ asked, strict=True):
        near[slug] = max(near.get(slug, -1.0), float(value))
    close = {slug for slug, value in near.items() if value >= 0.2}
    broader = {above for one in CONCEPTS if one.slug in close for above in one.broader}
    expected = sorted(close - broader, key=lambda slug: -near[slug])
    assert len(expected) >= 2
    assert slugs(found) == expected
    assert [one.score for one in found] == pytest.approx([near[s] for s in expected], abs=2e-3)
    assert large.suggest([written], but=expected[:1], limit=1)[0].slug == expected[1]


def test_only_the_opening_of_a_long_description_is_encoded(
    large: SearchIndex, encoder: HashingEncoder
) -> None:
    encoder.queries.clear()
    large.alike([Text("ru", "Лодка", "Весло", "ы" * 5000)], ())

    assert encoder.queries == ["Лодка\nВесло\n" + "ы" * OPENING]


def likeness(
    encoder: HashingEncoder, written: Text, concepts: Sequence[str], others: Sequence[Document]
) -> dict[str, float]:
    """The likeness of a text to each document, by plain arithmetic over all of them."""
    vectors = encoder.vectors([passage for one in others for passage in passages(one.texts[0])])
    languages = [one.texts[0].language for one in others]
    middles = {
        language: vectors[[place for place, own in enumerate(languages) if own == language]].mean(0)
        for language in set(languages)
    }
    theirs = unit(vectors - np.stack([middles[one] for one in languages]))
    mine = unit(encoder.vectors([opening(written)]) - middles[written.language])[0]
    tagged = {one.slug: sum(one.slug in other.concepts for other in others) for one in CONCEPTS}

    def weight(chosen: set[str]) -> float:
        return sum(math.log(1 + len(others) / tagged[slug]) for slug in chosen)

    found = {}
    for document, value in zip(others, theirs @ mine, strict=True):
        both = weight(set(concepts) & set(document.concepts))
        all_of_them = weight(set(concepts)) + weight(set(document.concepts))
        found[document.code] = float(value) + 0.3 * 2 * both / max(all_of_them, 1e-6)
    return found


@pytest.mark.parametrize("number", range(6))
def test_documents_alike_are_those_of_brute_force(
    large: SearchIndex, encoder: HashingEncoder, number: int
) -> None:
    others = crowd(30, seed=1)
    original = others[number]
    written = text(original.texts[0].language, original.texts[0].title, original.texts[0].body)

    found = large.alike([written], original.concepts)

    near = likeness(encoder, written, original.concepts, others)
    expected = sorted((code for code in near if near[code] >= ALIKE), key=lambda code: -near[code])
    assert [code for _, code in found] == expected
    assert [value for value, _ in found] == pytest.approx([near[c] for c in expected], abs=5e-3)
    assert original.code in expected


def test_a_document_beside_the_index_counts_once_it_was_learned(large: SearchIndex) -> None:
    [draft] = crowd(1, seed=2, prefix="OWN")
    written = draft.texts[0]

    assert not large.is_learned(draft)
    assert "OWN00" not in [code for _, code in large.alike([written], (), beside=[draft])]
    large.learn([draft])

    assert large.is_learned(draft)
    likest = large.alike([written], (), beside=[draft])[0]
    assert likest == (pytest.approx(1.0, abs=2e-3), "OWN00")
    assert "OWN00" not in [code for _, code in large.alike([written], ())]


@pytest.mark.parametrize(("count", "expected"), [(23, []), (24, ["OWN07"])])
def test_a_few_documents_are_too_few_to_compare_with(
    index: SearchIndex, count: int, expected: list[str]
) -> None:
    beside = crowd(count, seed=3, prefix="OWN")
    index.learn(beside)

    found = index.alike(beside[7].texts, (), beside=beside)

    assert [code for _, code in found][:1] == expected


def test_without_an_encoder_or_a_text_nothing_is_alike(
    words_index: SearchIndex, large: SearchIndex
) -> None:
    assert words_index.alike([text("ru", "Теплица с поливом")], ()) == []
    assert large.alike([text("ru", "")], ()) == []
    assert large.suggest([text("ru", "")]) == ()
