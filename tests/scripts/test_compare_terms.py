from pathlib import Path

import numpy as np
import pytest

from index.documents import Document, Text
from index.encoder import SharedEncoder
from index.evaluation import JudgedSet
from scripts.compare_terms import ndcg, nearness, schemes, word_scores
from tests.index.conftest import HashingEncoder

JUDGED = JudgedSet(
    "small",
    (
        Document("a", (Text("kk", "", body="қоқысты сұрыптау"),)),
        Document("b", (Text("kk", "", body="жылыжай салу"),)),
    ),
    {"q": "қоқыстан"},
    {"q": ()},
    {"q": {"a": 1}},
)
WAYS = schemes(Path("no dictionary"))


@pytest.mark.parametrize(
    ("way", "finds"),
    [
        ("raw words", False),
        ("first 5 letters", True),
        ("stems", True),
        ("pieces of 5 letters", True),
    ],
)
def test_word_scores_find_a_word_in_another_form_by_all_but_raw_words(
    way: str, finds: bool
) -> None:
    scores = word_scores(JUDGED, WAYS[way])

    assert (scores > 0).tolist() == [[finds, False]]


def test_word_scores_of_a_word_found_once_are_its_saturated_frequency() -> None:
    scores = word_scores(JUDGED, WAYS["stems"])

    assert scores.tolist() == [[pytest.approx(1 / 2.3), 0.0]]


def test_nearness_is_standardized_within_the_language_of_the_best_text() -> None:
    bodies = {"a": {"kk": "қоқыс", "ru": "мусор"}, "b": {"ru": "мусор завод"}, "c": {"kk": "су"}}
    documents = tuple(
        Document(code, tuple(Text(language, "", body=body) for language, body in texts.items()))
        for code, texts in bodies.items()
    )
    engine = HashingEncoder()
    judged = JudgedSet("small", documents, {"q": "мусор"}, {"q": ()}, {"q": {"a": 1}})

    found = nearness(judged, SharedEncoder(engine.model, engine))

    query = engine.vectors(["мусор"])[0]
    similar = {
        (code, language): float(engine.vectors([body])[0] @ query)
        for code, texts in bodies.items()
        for language, body in texts.items()
    }
    overall = sum(similar.values()) / len(similar)
    means = {
        there: (sum(s for (_, own), s in similar.items() if own == there) + 10 * overall) / 12
        for there in ("kk", "ru")
    }
    squares = [(value - means[own]) ** 2 for (_, own), value in similar.items()]
    deviation = (sum(squares) / len(squares)) ** 0.5
    expected = [
        max((similar[code, own] - means[own]) / deviation for own in texts)
        for code, texts in bodies.items()
    ]
    assert found.shape == (1, 3)
    assert found[0].tolist() == pytest.approx(expected, abs=0.01)


def test_ndcg_of_the_order_of_scores() -> None:
    assert ndcg(JUDGED, np.array([[1.0, 0.0]])) == 1.0
    assert ndcg(JUDGED, np.array([[0.0, 1.0]])) == 0.6309


def test_schemes_leave_hunspell_out_without_its_dictionary() -> None:
    assert not any("hunspell" in name for name in WAYS)
