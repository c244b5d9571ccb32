import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import SHARE_WEIGHT, WORDS_WEIGHT, fuse

Scores = st.lists(
    st.tuples(st.floats(-5, 10, width=32), st.floats(0, 10, width=32)), min_size=2, max_size=20
)


def columns(pairs: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    nearness, words = np.ascontiguousarray(np.array(pairs, dtype=np.float32).T)
    return nearness, words


def test_fuse_adds_the_square_of_the_covered_share_of_the_query() -> None:
    nearness = np.array([3.0, 0.0, 1.5], np.float32)
    words = np.array([0.0, 4.0, 2.0], np.float32)
    shares = np.array([0.0, 1.0, 0.25], np.float32)

    fused, added = fuse(nearness, words, shares, 4.0)

    w, v = WORDS_WEIGHT, SHARE_WEIGHT
    assert added.tolist() == pytest.approx([0.0, w + v, w / 2 + v / 16], abs=1e-5)
    assert fused.tolist() == pytest.approx([3.0, w + v, 1.5 + w / 2 + v / 16], abs=1e-5)


@given(Scores, st.floats(0, 50))
def test_fuse_leaves_the_order_to_meaning_where_no_word_is_found(
    pairs: list[tuple[float, float]], rarity: float
) -> None:
    nearness, words = columns(pairs)
    none = np.zeros_like(words)

    assert fuse(nearness, none, none, rarity)[0].tolist() == nearness.tolist()


@given(Scores, st.floats(0.1, 50))
def test_fuse_never_punishes_a_document_better_in_all(
    pairs: list[tuple[float, float]], rarity: float
) -> None:
    nearness, words = columns(pairs)
    fused, _ = fuse(nearness, words, words / 10, rarity)

    better = (nearness[:, None] >= nearness) & (words[:, None] >= words)
    assert (fused[:, None] - fused)[better].min() >= -1e-3


@given(Scores, st.floats(0.1, 50))
def test_fuse_is_the_same_for_rarer_words_found_alike(
    pairs: list[tuple[float, float]], rarity: float
) -> None:
    nearness, words = columns(pairs)
    shares = words / 10

    assert fuse(nearness, 2 * words, shares, 2 * rarity)[0] == pytest.approx(
        fuse(nearness, words, shares, rarity)[0], abs=1e-3, rel=1e-4
    )


def test_fuse_takes_a_query_of_no_rarity() -> None:
    nothing = np.zeros(3, np.float32)

    assert [one.tolist() for one in fuse(nothing, nothing, nothing, 0.0)] == [[0.0] * 3] * 2
