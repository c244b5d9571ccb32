"""What compiled loops find is what plain Python finds."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import kernels
from index.fusion import standardize

Numbers = st.lists(st.floats(-4, 4, width=32), min_size=1, max_size=30)


def unwritable(values: NDArray[np.generic]) -> NDArray[np.generic]:
    """The same numbers, which nobody may change: a snapshot is read so."""
    values.flags.writeable = False
    return values


@given(Numbers, st.data())
def test_the_best_of_each_owner_is_standardized(values: list[float], data: st.DataObject) -> None:
    owners = data.draw(st.lists(st.integers(0, 4), min_size=len(values), max_size=len(values)))
    best = np.full(5, -np.inf, np.float32)

    kernels.raise_to_standard(
        unwritable(np.array(values, np.float32)), np.array(owners, np.int32), 0.5, 0.25, best
    )

    standard = standardize(np.array(values, np.float32), np.float32(0.5), 0.25)
    expected = [
        max((s for s, o in zip(standard, owners, strict=True) if o == owner), default=-np.inf)
        for owner in range(5)
    ]
    assert best.tolist() == pytest.approx(expected, rel=1e-5)


@given(Numbers, st.data())
def test_best_rows_are_the_largest_of_each_number(values: list[float], data: st.DataObject) -> None:
    scores = np.abs(np.array(values, np.float32))
    owners = data.draw(st.lists(st.integers(0, 4), min_size=len(values), max_size=len(values)))
    covered = scores[::-1].copy() * (scores > 0)
    best_covered, best_scores = np.zeros(5, np.float32), np.zeros(5, np.float32)

    kernels.best_rows(covered, scores, np.array(owners, np.int32), best_covered, best_scores)

    for owner in range(5):
        own = [i for i, other in enumerate(owners) if other == owner]
        assert best_scores[owner] == max((scores[i] for i in own), default=0)
        assert best_covered[owner] == max((covered[i] for i in own), default=0)


@given(Numbers, st.data())
def test_sum_and_squares(values: list[float], data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.integers(0, len(values) - 1), max_size=20))

    total, squares = kernels.sum_and_squares(np.array(values, np.float32), np.array(rows, np.int64))

    chosen = [values[row] for row in rows]
    assert (total, squares) == pytest.approx((sum(chosen), sum(v * v for v in chosen)), abs=1e-5)


@given(st.lists(st.lists(st.integers(0, 5), max_size=4), min_size=1, max_size=8), st.data())
def test_values_are_counted_and_looked_for(rows: list[list[int]], data: st.DataObject) -> None:
    places = data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=8))
    wanted = data.draw(st.sets(st.integers(0, 5)))
    values = unwritable(np.array([value for row in rows for value in row], np.int32))
    starts = unwritable(np.cumsum([0, *map(len, rows)]))
    counts, having = np.zeros(6, np.int64), np.zeros(len(rows), bool)

    kernels.count_values(values, starts, np.array(places, np.int64), counts)
    kernels.mark_having(values, starts, np.isin(np.arange(6), list(wanted)), having)

    assert counts.tolist() == [sum(rows[p].count(value) for p in places) for value in range(6)]
    assert having.tolist() == [not wanted.isdisjoint(row) for row in rows]
