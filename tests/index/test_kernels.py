"""Each compiled loop against the same in plain Python, from arrays that nobody may write to.

All numbers are eighths and small, so that single floats are exact and the order of adding is free.
"""

import math
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import kernels

ROWS = 6
eighths = st.integers(-40, 40).map(lambda number: number / 8)
positive = st.integers(1, 40).map(lambda number: number / 8)
Postings = list[dict[int, float]]
# What each term has in the rows it stands in.
some_postings = st.lists(
    st.dictionaries(st.integers(0, ROWS - 1), positive), min_size=1, max_size=6
)


def frozen(values: Any, kind: type[np.generic], width: int = 0) -> NDArray[Any]:
    """A read-only array; two-dimensional, of lines of `width`, if that is given."""
    array = np.array(values, kind)
    if width:
        array = array.reshape(-1, width)
    array.setflags(write=False)
    return array


def filled(values: list[float], kind: type[np.generic] = np.float32) -> NDArray[Any]:
    """An array to write to."""
    return np.array(values, kind)


def starts_of(lists: list[Any]) -> list[int]:
    return [0, *accumulate(map(len, lists))]


def flat(lists: Any) -> list[Any]:
    return [one for own in lists for one in own]


def stretches(size: int) -> st.SearchStrategy[list[list[int]]]:
    ends = st.integers(0, size)
    return st.lists(st.tuples(ends, ends).map(sorted), max_size=5)


def columns(pairs: list[list[int]]) -> tuple[NDArray[Any], NDArray[Any]]:
    return frozen([low for low, _ in pairs], np.int64), frozen(
        [high for _, high in pairs], np.int64
    )


@given(some_postings, st.data())
def test_add_words_takes_the_best_term_and_adds_what_supports(
    terms: Postings, data: st.DataObject
) -> None:
    places = list(pairwise(starts_of(terms)))
    one = st.tuples(st.integers(0, len(terms) - 1), positive)
    words = data.draw(
        st.lists(
            st.tuples(st.lists(one, max_size=3), positive, st.none() | one, positive), max_size=4
        )
    )
    before = data.draw(st.lists(positive, min_size=ROWS, max_size=ROWS))
    covered, scores = filled(before), filled(before)

    chosen = [own for own, _, _, _ in words]
    kernels.add_words(
        frozen(flat(sorted(own) for own in terms), np.int32),
        frozen(flat([own[row] for row in sorted(own)] for own in terms), np.float32),
        frozen([places[term] for term, _ in flat(chosen)], np.int64, 2),
        frozen([factor for _, factor in flat(chosen)], np.float32),
        frozen(starts_of(chosen)[1:], np.int64),
        frozen([rarity for _, rarity, _, _ in words], np.float32),
        frozen([places[more[0]] if more else (0, 0) for _, _, more, _ in words], np.int64, 2),
        frozen([factor for _, _, _, factor in words], np.float32),
        covered,
        scores,
    )

    expected_covered, expected_scores = before.copy(), before.copy()
    for own, rarity, more, factor in words:
        for row in range(ROWS):
            best = max((terms[term].get(row, 0.0) * weight for term, weight in own), default=0.0)
            surest = max((weight for term, weight in own if row in terms[term]), default=0.0)
            expected_covered[row] += rarity * surest
            expected_scores[row] += rarity * best
            if more:
                expected_scores[row] += terms[more[0]].get(row, 0.0) * factor
    assert covered.tolist() == expected_covered
    assert scores.tolist() == expected_scores


@given(st.lists(st.lists(st.just((0.0, 0.0)) | st.tuples(positive, positive), max_size=4)))
def test_best_rows_are_the_largest_of_each_document(documents: list[list[Any]]) -> None:
    covered, scores = filled([-1.0] * len(documents)), filled([-1.0] * len(documents))

    kernels.best_rows(
        frozen([one for one, _ in flat(documents)], np.float32),
        frozen([one for _, one in flat(documents)], np.float32),
        frozen(starts_of(documents), np.int64),
        covered,
        scores,
    )

    for found, i in ((covered, 0), (scores, 1)):
        assert found.tolist() == [max((row[i] for row in own), default=0.0) for own in documents]


@given(st.data(), st.integers(1, 40))
def test_multiply_sets_the_products_of_the_rows_and_no_others(
    data: st.DataObject, width: int
) -> None:
    numbers = st.lists(st.integers(-128, 127), min_size=width, max_size=width)
    vectors = data.draw(st.lists(numbers, max_size=5))
    query = data.draw(numbers)
    rows = data.draw(st.permutations(range(7)))[: len(vectors)]
    found = filled([0.5] * 7)

    codes = frozen([[number + 128 for number in vector] for vector in vectors], np.uint8, width)
    kernels.multiply(codes, frozen(query, np.int16), 0.125, frozen(rows, np.int64), found)

    expected = [0.5] * 7
    for row, vector in zip(rows, vectors, strict=True):
        expected[row] = sum(a * b for a, b in zip(vector, query, strict=True)) / 8
    assert found.tolist() == expected


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(-8, 8), st.integers(0, 1)), max_size=4), st.booleans()
        )
    ),
    st.lists(eighths, min_size=2, max_size=2),
    st.sampled_from([0.25, 1.0, 4.0]),
)
def test_standardize_takes_the_best_passage_of_each_document_that_is_there(
    documents: list[tuple[list[tuple[int, int]], bool]], means: list[float], deviation: float
) -> None:
    passages = flat([own for own, _ in documents])
    near = filled([5.0] * len(documents))

    nearest = kernels.standardize(
        frozen([eighth / 8 for eighth, _ in passages], np.float32),
        frozen([group for _, group in passages], np.int32),
        frozen(starts_of([own for own, _ in documents]), np.int64),
        frozen([there for _, there in documents], np.bool_),
        frozen(means, np.float32),
        deviation,
        near,
    )

    assert near.tolist() == [
        max(((eighth / 8 - means[group]) / deviation for eighth, group in own), default=0.0)
        if there
        else -np.inf
        for own, there in documents
    ]
    assert nearest == max([-1.0, *(e / 8 for own, there in documents if there for e, _ in own)])


@given(st.lists(st.tuples(eighths, eighths, eighths)), eighths, eighths)
def test_add_weighted_gives_the_sum_and_what_was_added(
    lines: list[tuple[float, float, float]], first: float, second: float
) -> None:
    added, together = filled([9.0] * len(lines)), filled([9.0] * len(lines))

    kernels.add_weighted(
        *(frozen([line[i] for line in lines], np.float32) for i in range(3)),
        first,
        second,
        added,
        together,
    )

    assert added.tolist() == [first * one + second * two for _, one, two in lines]
    assert together.tolist() == [base + first * one + second * two for base, one, two in lines]


@given(st.lists(eighths | st.just(-np.inf)), eighths)
def test_places_reaching_are_those_of_values_large_enough(
    values: list[float], least: float
) -> None:
    places = np.full(len(values) + 1, -1, np.int64)

    count = kernels.places_reaching(frozen(values, np.float32), least, places)

    expected = [place for place, value in enumerate(values) if value >= least]
    assert places[:count].tolist() == expected


@given(st.lists(eighths, min_size=1, max_size=9), st.sampled_from([0.0, 0.5, 8.0]), st.data())
def test_usual_draws_each_group_to_the_mean_of_all(
    values: list[float], shrinkage: float, data: st.DataObject
) -> None:
    row = st.integers(0, len(values) - 1)
    groups = data.draw(
        st.lists(st.lists(row, min_size=not shrinkage, max_size=5), min_size=1, max_size=3)
    )
    means = filled([9.0] * len(groups))

    deviation = kernels.usual(
        frozen(values, np.float32),
        frozen(flat(groups), np.int64),
        frozen(starts_of(groups)[1:], np.int64),
        shrinkage,
        means,
    )

    own = [[values[i] for i in group] for group in groups]
    everything = sum(flat(own)) / max(len(flat(own)), 1)
    expected = [(sum(o) + shrinkage * everything) / (len(o) + shrinkage) for o in own]
    rest = [(v - mean) ** 2 for o, mean in zip(own, expected, strict=True) for v in o]
    assert means.tolist() == pytest.approx(expected, abs=1e-6)
    assert deviation == pytest.approx(
        math.sqrt(max(sum(rest) / max(len(rest), 1), 1e-12)), abs=1e-6
    )


@given(st.integers(1, 20), st.integers(0, 8), st.data())
def test_best_standard_multiplies_by_the_query_of_the_group(
    dimension: int, count: int, data: st.DataObject
) -> None:
    def lines(numbers: st.SearchStrategy[Any], size: int) -> list[list[Any]]:
        line = st.lists(numbers, min_size=dimension, max_size=dimension)
        found: list[list[Any]] = data.draw(st.lists(line, min_size=size, max_size=size))
        return found

    codes, queries = lines(st.integers(-99, 99), count), lines(eighths, 2)
    groups = data.draw(st.lists(st.integers(0, 1), min_size=count, max_size=count))
    means = data.draw(st.lists(eighths, min_size=2, max_size=2))
    deviation = data.draw(st.sampled_from([0.25, 1.0, 4.0]))
    asked = data.draw(stretches(count))
    before = data.draw(st.lists(eighths, min_size=len(asked), max_size=len(asked)))
    best = filled(before)

    kernels.best_standard(
        frozen(codes, np.int16, dimension),
        frozen(groups, np.int32),
        frozen(queries, np.float32),
        frozen(means, np.float32),
        deviation,
        *columns(asked),
        best,
    )

    standard = [
        (sum(a * b for a, b in zip(line, queries[own], strict=True)) - means[own]) / deviation
        for line, own in zip(codes, groups, strict=True)
    ]
    assert best.tolist() == [
        max(standard[low:high], default=least)
        for (low, high), least in zip(asked, before, strict=True)
    ]


@given(
    st.lists(st.lists(st.integers(0, 7), unique=True, max_size=4), min_size=1, max_size=150),
    st.lists(st.lists(st.integers(0, 7), unique=True, max_size=6), max_size=6),
    st.data(),
)
def test_best_pieces_are_those_of_the_best_row_and_masks_are_0_again(
    pieces: list[list[int]], rows: list[list[int]], data: st.DataObject
) -> None:
    if data.draw(st.booleans()):
        # More than 64, and as many as fill their numbers to the last bit.
        pieces = (pieces * 192)[: data.draw(st.sampled_from([64, 65, 128, 129, 192]))]
    weights = [1 + place % 37 / 8 for place in range(len(pieces))]
    asked = data.draw(stretches(len(rows)))
    before = data.draw(
        st.lists(st.sampled_from([0.0, 20.0]), min_size=len(asked), max_size=len(asked))
    )
    best, masks = filled(before), np.zeros((-(-len(pieces) // 64), 8), np.uint64)

    kernels.best_pieces(
        frozen(flat(pieces), np.int32),
        frozen(list(pairwise(starts_of(pieces))), np.int64, 2),
        frozen(weights, np.float32),
        masks,
        frozen(flat(rows), np.int32),
        frozen(starts_of(rows), np.int64),
        *columns(asked),
        best,
    )

    totals = [
        sum(weight for having, weight in zip(pieces, weights, strict=True) if {*having} & {*row})
        for row in rows
    ]
    assert best.tolist() == [
        max([least, *totals[low:high]]) for (low, high), least in zip(asked, before, strict=True)
    ]
    assert not masks.any()


@given(
    st.lists(st.dictionaries(st.integers(0, ROWS - 1), st.booleans()), max_size=5),
    stretches(ROWS),
    st.data(),
)
def test_mark_where_raises_to_the_best_place_of_a_word(
    terms: list[dict[int, bool]], asked: list[list[int]], data: st.DataObject
) -> None:
    size = len(terms)
    words = data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    own = data.draw(st.lists(st.booleans(), min_size=size, max_size=size))
    line = st.lists(st.integers(0, 3), min_size=len(asked), max_size=len(asked))
    before = data.draw(st.lists(line, min_size=3, max_size=3))
    where = np.array(before, np.int8).reshape(3, -1)

    kernels.mark_where(
        frozen(flat(sorted(term) for term in terms), np.int32),
        frozen(flat([term[row] for row in sorted(term)] for term in terms), np.bool_),
        frozen(list(pairwise(starts_of(terms))), np.int64, 2),
        frozen(words, np.int64),
        frozen(own, np.bool_),
        *columns(asked),
        where,
    )

    worth = {(True, True): 3, (False, True): 2, (True, False): 1, (False, False): 0}
    assert where.tolist() == [
        [
            max(
                [
                    before[word][place],
                    *(
                        worth[of_word, in_text]
                        for term, belongs, of_word in zip(terms, words, own, strict=True)
                        for row, in_text in term.items()
                        if belongs == word and low <= row < high
                    ),
                ]
            )
            for place, (low, high) in enumerate(asked)
        ]
        for word in range(3)
    ]


@given(
    st.lists(st.lists(st.integers(0, 5), unique=True, max_size=5), min_size=1, max_size=8),
    st.sets(st.integers(0, 5)),
    st.integers(0, 2),
    st.data(),
)
def test_narrow_keeps_what_passes_and_counts_each_value_without_the_filter_of_its_facet(
    documents: list[list[int]], wanted: set[int], filters: int, data: st.DataObject
) -> None:
    found = data.draw(st.lists(st.integers(0, len(documents) - 1)))
    # Values 0 and 1 are one facet, 2 and 3 another, 4 and 5 a third; the first ones are filtered.
    facets = [{0, 1}, {2, 3}][:filters]
    own = [sum(1 << i for i, facet in enumerate(facets) if value in facet) for value in range(6)]
    passing = [bit if value in wanted else 0 for value, bit in enumerate(own)]
    counts, kept = np.zeros(6, np.int64), np.zeros(len(found), np.int64)

    size = kernels.narrow(
        frozen(flat(documents), np.int32),
        frozen(starts_of(documents), np.int64),
        frozen(found, np.int64),
        filters,
        frozen(passing, np.uint64),
        frozen(own, np.uint64),
        kept,
        counts,
    )

    def passes(place: int, without: int | None) -> bool:
        asked = (facet for facet in facets if without not in facet)
        return all(facet & wanted & {*documents[place]} for facet in asked)

    assert kept[:size].tolist() == [i for i, place in enumerate(found) if passes(place, None)]
    assert counts.tolist() == [
        sum(value in documents[place] and passes(place, value) for place in found)
        for value in range(6)
    ]
