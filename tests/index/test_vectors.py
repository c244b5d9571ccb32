import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import vectors as module
from index.vectors import Usual, VectorIndex

DIMENSION = 16
GROUPS = 3

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]


def unit_vectors(seed: int, count: int, dimension: int = DIMENSION) -> Halves:
    vectors = np.random.default_rng(seed).standard_normal((count, dimension))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors.astype(np.float16)


def query_vectors(seed: int, count: int, dimension: int = DIMENSION) -> Floats:
    return unit_vectors(seed + 1_000_000, count, dimension).astype(np.float32)


def query_vector(seed: int, dimension: int = DIMENSION) -> Floats:
    query: Floats = query_vectors(seed, 1, dimension)[0]
    return query


def by_brute_force(vectors: Halves, groups: NDArray[np.int32], queries: Floats) -> Floats:
    """Each passage's similarity to the query of its group, one after the other."""
    return np.array(
        [
            float(np.dot(vector.astype(np.float64), queries[group]))
            for vector, group in zip(vectors, groups, strict=True)
        ],
        dtype=np.float32,
    )


def largest_error(vectors: Halves, query: Floats) -> float:
    """The bound that `similarities` promises."""
    dimension = vectors.shape[1]
    largest = float(np.abs(vectors).max()) + float(np.abs(query).max())
    return math.sqrt(dimension) / 254 * largest


def exact_error(queries: Floats) -> float:
    """The bound that `exact` promises, beside what single precision rounds."""
    length = float(np.linalg.norm(np.atleast_2d(queries), axis=1).max())
    return length * math.sqrt(queries.shape[-1]) / 65_534 + 1e-6


@pytest.fixture
def rounding() -> Iterator[None]:
    """Even a single passage is rounded to bytes, as many are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FEW", 0)
        yield


@given(st.integers(0, 10_000), st.integers(1, 200))
@settings(max_examples=50)
def test_similarities_of_few_passages_equal_brute_force(seed: int, count: int) -> None:
    vectors, query = unit_vectors(seed, count), query_vector(seed)

    found = VectorIndex(vectors).similarities(query)

    assert found.dtype == np.float32
    expected = (vectors.astype(np.float32) @ query).tolist()
    assert found.tolist() == pytest.approx(expected, abs=exact_error(query))


@pytest.mark.parametrize(
    ("count", "dimension"), [(2048, 16), (2049, 16), (5_000, 16), (5_000, 384)]
)
def test_similarities_of_many_passages_are_rounded_by_no_more_than_told(
    count: int, dimension: int
) -> None:
    vectors, query = unit_vectors(count, count, dimension), query_vector(count, dimension)
    exact = vectors.astype(np.float32) @ query

    found = VectorIndex(vectors).similarities(query)

    error = np.abs(found - exact)
    assert error.max() <= largest_error(vectors, query)
    # So the rows are in their order, and bytes were compared above the limit and only there.
    assert error.max() < 0.1 * exact.std()
    assert (error.max() > exact_error(query)) == (count > 2048)


@given(st.integers(0, 10_000), st.integers(1, 60), st.sampled_from([1.0, 0.1]))
@settings(max_examples=50)
def test_similarities_of_rounded_passages_are_no_more_wrong_than_told(
    seed: int, count: int, length: float
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FEW", 0)
        vectors = (unit_vectors(seed, count) * length).astype(np.float16)
        query = query_vector(seed) * np.float32(length)

        found = VectorIndex(vectors).similarities(query)

    exact = vectors.astype(np.float32) @ query
    bound = largest_error(vectors, query) * length
    assert np.abs(found - exact).max() <= bound


def test_similarities_of_rounded_numbers_are_those_of_whole_ones(rounding: None) -> None:
    vectors = np.array([[1.0, 0.25, -1.0], [0.0, 0.5, 0.004]], np.float16)
    query = np.array([0.5, 1.0, -0.003], np.float32)

    found = VectorIndex(vectors).similarities(query)

    # 127 × each number over the largest, halves to the even one: -0.003 is 0, 0.004 is 1.
    passages = [[127, 32, -127], [0, 64, 1]]
    asked = [64, 127, 0]
    expected = [sum(a * b for a, b in zip(one, asked, strict=True)) / 127**2 for one in passages]
    assert found.tolist() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("few", [0, 2048])
@given(st.integers(0, 10_000), st.lists(st.integers(0, GROUPS - 1), min_size=1, max_size=80))
@settings(max_examples=50)
def test_every_passage_is_compared_with_the_query_of_its_group(
    few: int, seed: int, chosen: list[int]
) -> None:
    vectors, queries = unit_vectors(seed, len(chosen)), query_vectors(seed, GROUPS)
    groups = np.array(chosen, np.int32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FEW", few)
        index = VectorIndex(vectors, groups)

        found = index.similarities(queries)
        together = index.similarities(queries[0])

    room = exact_error(queries) if few else max(largest_error(vectors, query) for query in queries)
    exact = by_brute_force(vectors, groups, queries)
    assert np.abs(found - exact).max() <= room
    assert np.abs(together - by_brute_force(vectors, groups * 0, queries)).max() <= room


def test_groups_of_many_passages_are_each_in_order() -> None:
    groups = np.random.default_rng(5).integers(0, GROUPS, 9_000).astype(np.int32)
    vectors, queries = unit_vectors(5, 9_000), query_vectors(5, GROUPS)
    assert np.bincount(groups).min() > 2048

    found = VectorIndex(vectors, groups).similarities(queries)

    error = np.abs(found - by_brute_force(vectors, groups, queries)).max()
    assert 1e-6 < error <= max(largest_error(vectors, query) for query in queries)
    assert error < 0.03


@pytest.mark.parametrize("few", [0, 2048])
def test_a_group_without_a_passage_is_passed_over(
    few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_FEW", few)
    vectors, queries = unit_vectors(6, 4), query_vectors(6, GROUPS)
    groups = np.array([2, 0, 2, 0], np.int32)
    index = VectorIndex(vectors, groups)

    assert index.group_count == GROUPS
    exact = by_brute_force(vectors, groups, queries)
    room = exact_error(queries) if few else max(largest_error(vectors, query) for query in queries)
    assert np.abs(index.similarities(queries) - exact).max() <= room


@given(st.integers(0, 10_000), st.lists(st.integers(0, 49), max_size=20), st.booleans())
@settings(max_examples=50)
def test_exact_are_those_of_the_rows_asked(seed: int, rows: list[int], grouped: bool) -> None:
    vectors, queries = unit_vectors(seed, 50), query_vectors(seed, GROUPS)
    groups = (np.arange(50) % GROUPS if grouped else np.zeros(50)).astype(np.int32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_FEW", 0)
        index = VectorIndex(vectors, groups)

        found = index.exact(queries if grouped else queries[0], np.array(rows, dtype=np.int64))

    exact = by_brute_force(vectors, groups, queries)[np.array(rows, np.int64)]
    assert found.tolist() == pytest.approx(exact.tolist(), abs=exact_error(queries))


@given(st.integers(0, 10_000), st.lists(st.integers(0, 50), max_size=20))
@settings(max_examples=50)
def test_the_best_of_a_stretch_is_standardized_by_its_group(seed: int, edges: list[int]) -> None:
    vectors, queries = unit_vectors(seed, 50), query_vectors(seed, GROUPS)
    groups = (np.arange(50) % GROUPS).astype(np.int32)
    usual = Usual(np.array([0.1, 0.2, -0.1], np.float32), 0.25)
    pairs = np.sort(np.array(edges[: len(edges) // 2 * 2], np.int64).reshape(-1, 2), axis=1)

    first, end = np.ascontiguousarray(pairs[:, 0]), np.ascontiguousarray(pairs[:, 1])
    found = VectorIndex(vectors, groups).best_standard(queries, usual, first, end)

    standard = (by_brute_force(vectors, groups, queries) - usual.means[groups]) / 0.25
    expected = [standard[a:b].max() if a < b else 0.0 for a, b in pairs]
    assert found.tolist() == pytest.approx(expected, abs=4 * exact_error(queries))


@pytest.mark.parametrize("few", [0, 40, 1000])
def test_nearest_are_the_most_similar_of_all_groups(
    monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(module, "_FEW", few)
    groups = (np.arange(100) % 3 % 2).astype(np.int32)
    index, query = VectorIndex(unit_vectors(5, 100), groups), query_vector(5)

    rows, similarities = index.nearest(query, 70)

    scanned = index.similarities(query)
    assert similarities.tolist() == sorted(scanned.tolist(), reverse=True)[:70]
    assert len(set(rows.tolist())) == 70
    assert scanned[rows].tolist() == similarities.tolist()


def test_typical_of_one_group_is_mean_and_deviation() -> None:
    vectors, query = unit_vectors(1, 300), query_vector(1)
    exact = vectors.astype(np.float32) @ query

    usual = VectorIndex(vectors).typical(exact)

    [mean] = usual.means
    assert (mean, usual.deviation) == pytest.approx((exact.mean(), exact.std()), abs=1e-5)


def test_typical_of_groups_draws_the_small_one_to_the_mean_of_all() -> None:
    groups = np.array([0] * 90 + [1] * 10, np.int32)
    similarities = np.array([0.7] * 90 + [0.9] * 10, np.float32)

    index = VectorIndex(unit_vectors(2, 100), groups)
    usual = index.typical(similarities)

    # Ten more passages at the mean of all, 0.72, are in each group.
    expected = [(90 * 0.7 + 10 * 0.72) / 100, (10 * 0.9 + 10 * 0.72) / 20]
    assert usual.means.tolist() == pytest.approx(expected, abs=1e-6)
    rest = [0.7 - expected[0]] * 90 + [0.9 - expected[1]] * 10
    assert usual.deviation == pytest.approx(math.sqrt(sum(r**2 for r in rest) / 100), abs=1e-6)


@given(st.integers(0, 10_000), st.integers(1, 40))
@settings(max_examples=50)
def test_typical_of_a_group_lies_between_its_own_and_everyones(seed: int, small: int) -> None:
    vectors, query = unit_vectors(seed, 200), query_vector(seed)
    groups = (np.arange(200) < small).astype(np.int32)
    exact = vectors.astype(np.float32) @ query

    usual = VectorIndex(vectors, groups).typical(exact)

    for group in (0, 1):
        low, high = sorted((exact.mean(), exact[groups == group].mean()))
        assert low - 1e-5 <= usual.means[group] <= high + 1e-5
    assert 0 < usual.deviation <= exact.std() + 0.1


def test_typical_of_many_is_estimated_on_a_sample() -> None:
    similarities = np.random.default_rng(7).normal(0.8, 0.02, 20_000).astype(np.float32)
    index = VectorIndex(unit_vectors(7, 20_000))

    usual = index.typical(similarities)

    [mean], deviation = usual.means, usual.deviation
    # Five standard errors of 2,048 draws.
    assert mean == pytest.approx(0.8, abs=5 * 0.02 / math.sqrt(2048))
    assert deviation == pytest.approx(0.02, abs=5 * 0.02 / math.sqrt(2 * 2048))


def test_typical_of_equal_vectors_has_a_deviation_to_divide_by() -> None:
    index = VectorIndex(np.repeat(unit_vectors(3, 1), 5, axis=0))

    assert index.typical(index.similarities(query_vector(3))).deviation > 0


def test_a_group_without_a_passage_is_as_usual_as_all_together() -> None:
    vectors, groups = unit_vectors(8, 50), np.zeros(50, np.int32)
    index = VectorIndex(vectors, groups, at_least=GROUPS)
    similarities = vectors.astype(np.float32) @ query_vector(8)

    means = index.typical(similarities).means

    assert index.group_count == GROUPS
    assert means.tolist() == pytest.approx([float(similarities.mean())] * GROUPS, abs=1e-6)
    middle = vectors.astype(np.float32).mean(axis=0).tolist()
    assert [own.tolist() for own in index.middles] == [pytest.approx(middle, abs=3e-5)] * GROUPS


@given(st.integers(0, 10_000), st.lists(st.integers(0, 29), min_size=1, max_size=8))
@settings(max_examples=50)
def test_centred_is_what_is_left_without_the_mean_of_the_group(seed: int, rows: list[int]) -> None:
    vectors = unit_vectors(seed, 30)
    groups = (np.arange(30) % GROUPS).astype(np.int32)

    found = VectorIndex(vectors, groups).centred(np.array(rows, np.int64))

    for row, unit in zip(rows, found, strict=True):
        own = [
            v.astype(float) for v, group in zip(vectors, groups, strict=True) if group == row % 3
        ]
        rest = vectors[row].astype(float) - sum(own) / len(own)
        assert unit.tolist() == pytest.approx((rest / np.linalg.norm(rest)).tolist(), abs=1e-4)


@pytest.mark.parametrize("count", [1_000, 9_000])
def test_searches_from_many_threads_are_those_of_one(count: int) -> None:
    groups = (np.arange(count) % GROUPS).astype(np.int32)
    index = VectorIndex(unit_vectors(4, count), groups)
    queries = [query_vectors(seed, GROUPS) for seed in range(40)]
    alone = [index.similarities(one).tolist() for one in queries]

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda one: index.similarities(one).tolist(), queries))

    assert together == alone
