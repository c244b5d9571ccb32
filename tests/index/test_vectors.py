from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index.vectors import VectorIndex

DIMENSION = 16


def unit_vectors(seed: int, count: int) -> NDArray[np.float16]:
    vectors = np.random.default_rng(seed).standard_normal((count, DIMENSION))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16)


def query_vector(seed: int) -> NDArray[np.float32]:
    query: NDArray[np.float32] = unit_vectors(seed + 1_000_000, 1)[0].astype(np.float32)
    return query


@given(st.integers(0, 10_000), st.integers(1, 200), st.integers(1, 250))
@settings(max_examples=50)
def test_nearest_equals_brute_force(seed: int, count: int, wanted: int) -> None:
    vectors, query = unit_vectors(seed, count), query_vector(seed)
    exact = vectors.astype(np.float32) @ query

    rows, similarities = VectorIndex(vectors).nearest(query, wanted)

    assert rows.tolist() == np.argsort(-exact, kind="stable")[:wanted].tolist()
    assert similarities == pytest.approx(exact[rows], abs=1e-5)


@given(st.integers(0, 10_000), st.integers(1, 200), st.floats(-1, 1))
@settings(max_examples=50)
def test_above_equals_brute_force(seed: int, count: int, threshold: float) -> None:
    vectors, query = unit_vectors(seed, count), query_vector(seed)
    exact = vectors.astype(np.float32) @ query

    rows, similarities = VectorIndex(vectors).above(query, threshold)

    sure = np.abs(exact - threshold) > 1e-5
    assert set(rows[sure[rows]].tolist()) == set(
        np.flatnonzero(sure & (exact > threshold)).tolist()
    )
    assert similarities == pytest.approx(exact[rows], abs=1e-5)


@given(st.integers(0, 10_000), st.lists(st.integers(0, 49), max_size=20))
@settings(max_examples=50)
def test_similarities_are_those_of_the_rows_asked(seed: int, rows: list[int]) -> None:
    vectors, query = unit_vectors(seed, 50), query_vector(seed)

    found = VectorIndex(vectors).similarities(query, np.array(rows, dtype=np.int64))

    exact = [float(vectors[row].astype(np.float32) @ query) for row in rows]
    assert found.tolist() == pytest.approx(exact, abs=1e-5)


def test_typical_of_one_group_is_mean_and_deviation() -> None:
    vectors, query = unit_vectors(1, 300), query_vector(1)
    exact = vectors.astype(np.float32) @ query

    [mean], deviation = VectorIndex(vectors).typical(query)

    assert (mean, deviation) == pytest.approx((exact.mean(), exact.std()), abs=1e-5)


@given(st.integers(0, 10_000), st.integers(1, 40))
@settings(max_examples=50)
def test_typical_of_a_group_lies_between_its_own_and_everyones(seed: int, small: int) -> None:
    vectors, query = unit_vectors(seed, 200), query_vector(seed)
    groups = (np.arange(200) < small).astype(np.int32)
    exact = vectors.astype(np.float32) @ query

    means, deviation = VectorIndex(vectors, groups).typical(query)

    for group in (0, 1):
        low, high = sorted((exact.mean(), exact[groups == group].mean()))
        assert low - 1e-5 <= means[group] <= high + 1e-5
    assert 0 < deviation <= exact.std() + 0.1


def test_typical_of_equal_vectors_has_a_deviation_to_divide_by() -> None:
    vectors = np.repeat(unit_vectors(3, 1), 5, axis=0)

    _, deviation = VectorIndex(vectors).typical(query_vector(3))

    assert deviation > 0


def test_searches_from_many_threads_are_those_of_one() -> None:
    index = VectorIndex(unit_vectors(4, 5_000))
    queries = [query_vector(seed) for seed in range(40)]
    alone = [index.nearest(query, 10)[0].tolist() for query in queries]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda query: index.nearest(query, 10)[0].tolist(), queries))

    assert together == alone
