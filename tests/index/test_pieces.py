import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.pieces import PieceIndex, pieces

VOCABULARY = ["су", "қабат", "қабаты", "озон"]
COUNTS = np.array([2, 1, 3, 1])
Words = st.text("абқі", min_size=1, max_size=40)


def idf(frequency: int, rows: int) -> float:
    return math.log(1 + (rows - frequency + 0.5) / (frequency + 0.5))


def shares_of(
    index: PieceIndex,
    query: list[str],
    words: NDArray[np.int32],
    starts: NDArray[np.int64],
) -> NDArray[np.float32]:
    """The shares of single texts."""
    rows = np.arange(len(starts) - 1)
    return index.shares(query, words, starts, rows, rows + 1)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("қабат", ("_каба", "кабат", "абат_")),
        ("үй", ("_уй_",)),
        ("хіх", ("_xix_",)),
        ("ааааааа", ("_аааа", "ааааа", "аааа_")),
    ],
)
def test_pieces_of_a_word(word: str, expected: tuple[str, ...]) -> None:
    assert pieces(word) == expected


def test_shares_weigh_pieces_by_their_rarity() -> None:
    index = PieceIndex(VOCABULARY, COUNTS, 5)
    words, starts = np.array([1, 3, 2, 0], np.int32), np.array([0, 2, 3, 4])

    shares = shares_of(index, ["қабат", "өзен"], words, starts)

    beginning, end, unknown = idf(4, 5), idf(1, 5), idf(0, 5)
    # _каба and кабат stand in қабат and қабаты, абат_ in the first alone, those of өзен nowhere.
    total = 2 * beginning + end + 2 * unknown
    assert shares.tolist() == pytest.approx(
        [(2 * beginning + end) / total, 2 * beginning / total, 0.0], abs=1e-6
    )


def test_shares_of_a_text_without_words_is_nothing() -> None:
    index = PieceIndex(VOCABULARY, COUNTS, 5)

    shares = shares_of(index, ["су"], np.array([0], np.int32), np.array([0, 0, 1, 1]))

    assert shares.tolist() == [0.0, 1.0, 0.0]


def test_of_a_stretch_the_best_text_counts() -> None:
    index = PieceIndex(VOCABULARY, COUNTS, 5)
    words, starts = np.array([1, 3, 2, 0], np.int32), np.array([0, 2, 3, 4])
    single = shares_of(index, ["қабат"], words, starts).tolist()

    first, end = np.array([0, 1, 2, 1]), np.array([3, 3, 3, 1])
    best = index.shares(["қабат"], words, starts, first, end)

    assert best.tolist() == [max(single), max(single[1:]), single[2], 0.0]
    assert single[0] > single[1] > single[2] == 0.0


def test_shares_of_no_words_are_nothing() -> None:
    index = PieceIndex(VOCABULARY, COUNTS, 5)

    shares = shares_of(index, [], np.array([0], np.int32), np.array([0, 1]))

    assert shares.tolist() == [0.0]


@given(st.lists(Words, min_size=1, max_size=12), st.lists(st.sets(Words), min_size=1))
def test_shares_equal_those_of_sets(query: list[str], texts: list[set[str]]) -> None:
    vocabulary = sorted(set().union(*texts))
    counts = np.array([sum(word in text for text in texts) for word in vocabulary], dtype=int)
    ids = [[vocabulary.index(word) for word in sorted(text)] for text in texts]
    starts = np.cumsum([0, *map(len, ids)])
    index = PieceIndex(vocabulary, counts, len(texts))

    words = np.array([i for text in ids for i in text], np.int32)
    shares = shares_of(index, query, words, starts)
    # What one search marked is forgotten at the next.
    assert shares_of(index, query, words, starts).tolist() == shares.tolist()

    wanted = {piece for word in query for piece in pieces(word)}
    weight = {
        piece: idf(
            min(
                sum(int(n) for n, w in zip(counts, vocabulary, strict=True) if piece in pieces(w)),
                len(texts),
            ),
            len(texts),
        )
        for piece in wanted
    }
    expected = [
        sum(weight[p] for p in wanted & {p for word in text for p in pieces(word)})
        / sum(weight.values())
        for text in texts
    ]
    assert shares.tolist() == pytest.approx(expected, abs=1e-4)
