"""What the benchmarks measure on: the same in every run, and as it is said to be."""

import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from index import Document, Encoder, Text
from index.contents import LanguageData
from index.documents import content_hash, passages
from scripts.bench_data import (
    KnownPassages,
    KnownVectors,
    Material,
    Vectors,
    filter_value,
    frequent_words,
    made_records,
    nearest,
    read_records,
    recall,
    short_queries,
    slips,
)
from tests.index.conftest import HashingEncoder

LINES = [
    {
        "title": f"Mapping tool {number}",
        "description": f"Draws map {number}. Reads file {number}. Writes file {number}.",
        "organization": f"Group {number % 3}",
        "technologies": ["c++", "python"],
        "category": "Maps",
    }
    for number in range(10)
]


@pytest.fixture
def material(tmp_path: Path) -> Material:
    """Ten real records, with vectors of a hashing encoder."""
    path = tmp_path / "records.jsonl"
    path.write_text("\n".join(map(json.dumps, LINES)), "utf-8")
    return Material(read_records(path), Vectors(tmp_path / "kept", "m", HashingEncoder))


def test_the_first_documents_are_the_records_and_have_their_sentences_vectors(
    material: Material,
) -> None:
    scale = material.scale(10, 10)

    assert scale.documents[3].texts == (
        Text("en", "Mapping tool 3", body="Draws map 3. Reads file 3. Writes file 3."),
    )
    assert scale.documents[3].facets["college"] == ("group-0",)
    assert scale.documents[3].facets["technology"] == ("c", "python")
    (expected,) = HashingEncoder.vectors(["Draws map 3."]).astype(np.float16)
    np.testing.assert_array_equal(scale.vectors[3], expected)


def test_further_documents_shuffle_sentences_and_have_vectors_near_real_ones(
    material: Material,
) -> None:
    scale = material.scale(200, 200)

    known = {sentence for record in material.records for sentence in record.sentences}
    body = scale.documents[150].texts[0].body
    assert {f"{part}." for part in body.rstrip(".").split(". ")} <= known
    real = scale.vectors[:10].astype(np.float32)
    made = scale.vectors[10:].astype(np.float32)
    np.testing.assert_allclose(np.linalg.norm(made, axis=1), 1, atol=2e-3)
    likest = (made @ real.T).max(axis=1)
    assert likest.max() < 0.9999
    # A unit vector with noise of a quarter of its length: 1 / sqrt(1 + 0.25²).
    assert np.median(likest) == pytest.approx(0.970, abs=0.01)


def test_passages_are_shared_out_and_each_hash_names_its_passage(material: Material) -> None:
    scale = material.scale(40, 100)

    assert Counter(len(document.texts) for document in scale.documents) == {2: 20, 3: 20}
    parts = [
        (place, content_hash(part))
        for place, document in enumerate(scale.documents)
        for text in document.texts
        for part in passages(text)
    ]
    assert list(zip(scale.owner.tolist(), scale.hashes, strict=True)) == parts
    assert [text.language for text in scale.documents[1].texts] == ["en", "ru", "kk"]


def test_passages_of_one_text_share_their_vector(material: Material) -> None:
    scale = material.scale(400, 400)

    first: dict[bytes, int] = {}
    for row, one in enumerate(scale.hashes):
        np.testing.assert_array_equal(scale.vectors[row], scale.vectors[first.setdefault(one, row)])


def test_documents_are_the_same_in_every_run(material: Material) -> None:
    one, other = material.scale(60, 120), material.scale(60, 120)

    assert one.documents == other.documents
    np.testing.assert_array_equal(one.vectors, other.vectors)


@pytest.mark.parametrize("passage_count", [39, 121])
def test_a_number_of_passages_that_cannot_be_is_refused(
    material: Material, passage_count: int
) -> None:
    with pytest.raises(ValueError, match="40 documents have 40 to 120 passages"):
        material.scale(40, passage_count)


def test_filters_leave_their_share_and_likeness_those_nearest_to_one_passage(
    material: Material,
) -> None:
    scale = material.scale(1000, 1000)

    def left(facet: str, value: str) -> list[int]:
        return [i for i, one in enumerate(scale.documents) if value in one.facets[facet]]

    assert [len(left("likeness", filter_value(share, "p"))) for share in (0.5, 0.1, 0.01, 0.001)] == [
        500, 100, 10, 1
    ]  # fmt: skip
    assert len(left("chance", "50%")) == pytest.approx(500, abs=60)
    assert set(left("chance", "1%")) <= set(left("chance", "10%"))
    centre = scale.vectors[left("likeness", "p0.1%")[0]].astype(np.float32)
    similarity = scale.vectors.astype(np.float32) @ centre
    near = left("likeness", "p10%")
    far = sorted(set(range(1000)) - set(near))
    assert similarity[near].min() >= similarity[far].max() - 1e-3


class Counting(HashingEncoder):
    """Ends, as if killed, at the given text."""

    deadly = ""

    def encode_documents(self, texts: Sequence[str]) -> np.ndarray:
        if self.deadly in texts:
            raise KeyboardInterrupt
        return super().encode_documents(texts)


def test_vectors_are_encoded_once_and_a_killed_run_goes_on_where_it_was(tmp_path: Path) -> None:
    texts = [f"text {number} {'long ' * (number % 7)}" for number in range(2500)]
    killed, second = Counting(), Counting()
    killed.deadly = texts[2100]

    with pytest.raises(KeyboardInterrupt):
        Vectors(tmp_path, "m", lambda: killed).documents(texts)
    found = Vectors(tmp_path, "m", lambda: second).documents(texts)

    assert sorted(second.documents) == sorted(texts[2000:])
    expected = HashingEncoder.vectors([texts[0], texts[999], texts[2499]]).astype(np.float16)
    np.testing.assert_array_equal(found[[0, 999, 2499]], expected)


def test_another_model_encodes_anew(tmp_path: Path) -> None:
    one, other = HashingEncoder(), HashingEncoder()
    opened: list[Encoder] = []

    Vectors(tmp_path, "one", lambda: one).queries(["a b"])
    Vectors(tmp_path, "other", lambda: other).queries(["a b"])
    Vectors(tmp_path, "one", lambda: opened.append(one) or one).queries(["a b"])

    assert (one.queries, other.queries, opened) == (["a b"], ["a b"], [])


def test_frequent_words_stand_in_more_than_the_share_of_texts() -> None:
    documents = [
        Document("a", (Text("en", "Robots", body="Garden robot waters."),)),
        Document("b", (Text("en", "A robot", body="Cooking together."),)),
        Document("c", (Text("en", "Robots", body="The gardens."),)),
        Document("d", (Text("ru", "Роботы", body="Поливают."),)),
    ]

    # "robot" and "robots" are one word, in three texts of four; "garden" in two of four.
    assert frequent_words(documents, 0.5) == {"en": ["robots"]}
    assert frequent_words(documents, 0.49) == {"en": ["robots", "garden"]}


def test_queries_are_short_all_different_and_half_have_a_frequent_word() -> None:
    frequent = {"en": ["project"], "ru": ["проект"]}
    made = short_queries(1200, frequent)

    assert len({query.text for query in made}) == 1200
    assert {len(query.text.split()) for query in made} <= {2, 3, 4, 5, 6}
    assert sum(query.frequent for query in made) == 600
    assert all(query.text.split()[-1] in ("project", "проект") for query in made if query.frequent)
    assert made[:100] == short_queries(100, frequent)
    # The languages take turns, and Kazakh has no frequent word of its own.
    assert [query.text.split()[-1] for query in made[:2]] == ["project", "проект"]


def test_queries_that_were_asked_are_not_made() -> None:
    made = short_queries(50, {})
    others = short_queries(50, {}, without={query.text for query in made})

    assert {query.text for query in made}.isdisjoint(query.text for query in others)
    assert not any(query.frequent for query in made)


def test_slips_differ_from_every_known_word_by_one_letter_or_swap() -> None:
    documents = [Document(str(i), (Text("en", "Watering gardens"),)) for i in range(3)]
    made = slips(documents, 60)

    assert len(set(made)) == 60
    for query in made[::3]:
        good, bad = query.split()
        assert good in ("watering", "gardens")
        assert bad not in ("watering", "gardens")
        near = [word for word in ("watering", "gardens") if set(bad) <= set(word)]
        assert near
        assert len(near[0]) - len(bad) in (0, 1)


def test_brute_force_takes_the_nearest_passage_of_each_document() -> None:
    vectors = np.array([[1, 0], [0, 1], [0.6, 0.8], [0.8, 0.6]], np.float16)
    owner = np.array([0, 0, 1, 2])

    ((order, similarities),) = nearest(vectors, owner, np.array([[0.6, 0.8]], np.float32), 3)

    # By hand: 0.6 and 0.8 for the passages of the first; 1.0; 0.96.
    assert order.tolist() == [1, 2, 0]
    np.testing.assert_allclose(similarities, [1.0, 0.96, 0.8], atol=1e-3)


def test_brute_force_gives_equally_near_documents_in_their_order() -> None:
    vectors = np.ones((5, 1), np.float16)

    ((order, _),) = nearest(vectors, np.arange(5), np.ones((1, 1), np.float32), 3)

    assert order.tolist() == [0, 1, 2]


def test_recall_counts_the_nearest_and_those_as_near_as_the_last() -> None:
    order, similarities = np.array([7, 3, 5, 2]), np.array([0.9, 0.8, 0.8, 0.7], np.float32)

    # By hand: both of 7 and 3; 5 is as near as 3; 2 isn't; what comes after the second place
    # doesn't count.
    assert recall([3, 7], order, similarities, 2) == 1.0
    assert recall([7, 5], order, similarities, 2) == 1.0
    assert recall([7, 2], order, similarities, 2) == 0.5
    assert recall([2, 1, 7, 3], order, similarities, 2) == 0.0


def test_a_lengthened_query_keeps_its_vector_and_a_corrected_one_has_always_the_same() -> None:
    one, other = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    encoder = KnownVectors("m", {"a robot": one, "the garden": other})

    assert encoder.encode_queries(["a robot", "the garden"]).tolist() == [[1, 0], [0, 1]]
    assert encoder.encode_queries(["the garden жылыжай"]).tolist() == [[0, 1]]
    assert encoder.last is not None
    assert encoder.last.tolist() == [0, 1]
    unknown = encoder.encode_queries(["gardne"])
    np.testing.assert_array_equal(unknown, encoder.encode_queries(["gardne"]))
    assert encoder.encoded == 0


def test_topics_keep_their_vectors_and_lend_none_to_a_query() -> None:
    own, topic = np.array([1, 0], np.float32), np.array([0, 1], np.float32)
    encoder = KnownVectors("m", {"a robot": own}, {"weather tomorrow": topic})

    assert encoder.encode_queries(["weather tomorrow"]).tolist() == [[0, 1]]
    unknown = encoder.encode_queries([f"unknown{number}" for number in range(20)])
    assert unknown.tolist() == [[1, 0]] * 20


def test_topics_are_encoded_once_as_queries(tmp_path: Path) -> None:
    language = LanguageData(elsewhere=("курс доллара", "погода", "курс доллара"))
    first, again = HashingEncoder(), HashingEncoder()

    found = Vectors(tmp_path, "m", lambda: first).topics(language)
    Vectors(tmp_path, "m", lambda: again).topics(language)

    assert (sorted(first.queries), again.queries) == (["курс доллара", "погода"], [])
    np.testing.assert_allclose(
        [found["курс доллара"], found["погода"]],
        HashingEncoder.vectors(["курс доллара", "погода"]),
        atol=1e-3,
    )
    assert Vectors(tmp_path, "m", lambda: again).topics(LanguageData()) == {}


def test_new_passages_are_encoded_by_the_encoder_given_for_them() -> None:
    encoder = KnownVectors("m", {"a": np.zeros(16, np.float32)})
    encoder.new_documents = HashingEncoder()

    found = encoder.encode_documents(["new text"])

    np.testing.assert_array_equal(found, HashingEncoder.vectors(["new text"]))
    assert encoder.encoded == 1


def test_known_passages_are_those_given_and_those_put() -> None:
    cache = KnownPassages([b"a", b"b"], np.array([[1], [2]], np.float16))
    cache.put_many("m", {b"c": np.array([3], np.float16)})

    found = cache.get_many([b"b", b"c", b"d"], "m")

    assert {key: vector.tolist() for key, vector in found.items()} == {b"b": [2], b"c": [3]}


def test_made_records_speak_three_languages_and_stay_the_same() -> None:
    records = made_records(60)

    assert Counter(record.language for record in records) == {"en": 20, "ru": 20, "kk": 20}
    assert records[:30] == made_records(30)
    assert len({one.title for one in records}) == 60
