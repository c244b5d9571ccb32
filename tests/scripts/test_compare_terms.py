from pathlib import Path

import numpy as np
import pytest

from index.documents import Document, Text
from index.evaluation import JudgedSet
from scripts.compare_terms import ndcg, schemes, word_scores

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


def test_ndcg_of_the_order_of_scores() -> None:
    assert ndcg(JUDGED, np.array([[1.0, 0.0]])) == 1.0
    assert ndcg(JUDGED, np.array([[0.0, 1.0]])) == 0.6309


def test_schemes_leave_hunspell_out_without_its_dictionary() -> None:
    assert not any("hunspell" in name for name in WAYS)
