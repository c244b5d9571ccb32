"""The loops over all rows, passages and documents, compiled: the only file that knows numba.

Each does in one pass what numpy does in ten, and holds no lock of Python's meanwhile. Places are
unsigned in the busiest, so that none is asked whether it counts from an array's end. They are
compiled at the first import ever (some seconds) and read from a file beside this one after that;
so import it where it is needed, not at the start.
"""

import math
from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit, types
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., Any])
Bools = NDArray[np.bool_]
Bytes = NDArray[np.uint8]
Shorts = NDArray[np.int16]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Masks = NDArray[np.uint64]
Floats = NDArray[np.float32]


def _read(dtype: types.Type, dimensions: int = 1) -> types.Array:
    return types.Array(dtype, dimensions, "C", readonly=True)


_BOOL, _BYTE, _SHORT, _INT, _LONG, _MASK = (
    types.boolean,
    types.uint8,
    types.int16,
    types.int32,
    types.int64,
    types.uint64,
)
_FLOAT = types.float32


def _compiled(*signature: types.Type, fast: bool = False) -> Callable[[F], F]:
    return cast(
        Callable[[F], F],
        njit(signature, cache=True, nogil=True, fastmath=fast, error_model="numpy"),
    )


@_compiled(
    _read(_INT), _read(_FLOAT), _read(_LONG, 2), _read(_FLOAT), _read(_LONG), _read(_FLOAT),
    _read(_LONG, 2), _read(_FLOAT), _FLOAT[::1], _FLOAT[::1],
)  # fmt: skip
def add_words(
    rows: Ints,
    weights: Floats,
    postings: Longs,
    factors: Floats,
    ends: Longs,
    rarities: Floats,
    supports: Longs,
    support_factors: Floats,
    covered: Floats,
    scores: Floats,
) -> None:
    """Add a query's words to the rows they stand in: to `covered` the rarity, to `scores` the score.

    Word i has the terms up to `ends[i]`, each with its stretch of `rows` and `weights` in `postings`
    (shape (terms, 2)) and its factor; of several in a row the best counts, for what is covered the
    one with the largest factor. `supports` (shape
    (words, 2)) are the postings of what supports each word.
    """
    best = np.zeros(len(scores), np.float32)
    sure = np.zeros(len(scores), np.float32)
    start = 0
    for word in range(len(ends)):
        for term in range(start, ends[word]):
            factor = factors[term]
            for i in range(np.uint64(postings[term, 0]), np.uint64(postings[term, 1])):
                row = np.uint64(rows[i])
                best[row] = max(best[row], weights[i] * factor)
                sure[row] = max(sure[row], factor)
        for term in range(start, ends[word]):
            for i in range(np.uint64(postings[term, 0]), np.uint64(postings[term, 1])):
                row = np.uint64(rows[i])
                if best[row] > 0:
                    covered[row] += sure[row] * rarities[word]
                    scores[row] += best[row] * rarities[word]
                    best[row] = 0
                    sure[row] = 0
        for i in range(np.uint64(supports[word, 0]), np.uint64(supports[word, 1])):
            scores[np.uint64(rows[i])] += weights[i] * support_factors[word]
        start = ends[word]


@_compiled(_read(_FLOAT), _read(_FLOAT), _read(_LONG), _FLOAT[::1], _FLOAT[::1])
def best_rows(
    covered: Floats, scores: Floats, starts: Longs, best_covered: Floats, best_scores: Floats
) -> None:
    """The largest of both numbers, none negative, among the rows of each document.

    Document d has the rows from `starts[d]` to `starts[d + 1]`, which may be none.
    """
    for place in range(len(best_scores)):
        most_covered, most = np.float32(0), np.float32(0)
        for row in range(starts[place], starts[place + 1]):
            most_covered = max(most_covered, covered[row])
            most = max(most, scores[row])
        best_covered[place] = most_covered
        best_scores[place] = most


@_compiled(_read(_BYTE, 2), _read(_SHORT), _FLOAT, _read(_LONG), _FLOAT[::1])
def multiply(codes: Bytes, query: Shorts, unit: float, rows: Longs, found: Floats) -> None:
    """Set `found` at each of the rows to the product of its vector and the query, times `unit`.

    `codes` holds the vectors in the order of the rows, each number as a byte that is 128 more.
    """
    shift = np.int32(0)
    for i in range(len(query)):
        shift = np.int32(shift + np.int32(query[i]) * np.int32(128))
    for place in range(len(rows)):
        # All in 32 bits: so the compiler multiplies 32 numbers at once.
        product = np.int32(0)
        for i in range(codes.shape[1]):
            product = np.int32(product + np.int32(codes[place, i]) * np.int32(query[i]))
        found[rows[place]] = np.float32(product - shift) * unit


@_compiled(
    _read(_FLOAT), _read(_INT), _read(_LONG), _read(_BOOL), _read(_FLOAT), _FLOAT, _FLOAT[::1]
)  # fmt: skip
def standardize(
    similarities: Floats,
    groups: Ints,
    starts: Longs,
    present: Bools,
    means: Floats,
    deviation: float,
    near: Floats,
) -> float:
    """How near each document is: (similarity - mean of its group) / deviation of its best passage.

    Document d has the passages from `starts[d]` to `starts[d + 1]`: 0 if none, and minus infinity
    if it isn't present. Returns the highest similarity, at least -1, of those present.
    """
    nearest = np.float32(-1)
    for place in range(len(near)):
        if not present[place]:
            near[place] = -np.inf
            continue
        # Far below whatever a similarity can be.
        best = np.float32(-9)
        first, end = np.uint64(starts[place]), np.uint64(starts[place + 1])
        for row in range(first, end):
            value = similarities[row]
            nearest = max(nearest, value)
            best = max(best, value - means[np.uint64(groups[row])])
        near[place] = best / deviation if first < end else np.float32(0)
    return float(nearest)


@_compiled(
    _read(_FLOAT), _read(_FLOAT), _read(_FLOAT), _FLOAT, _FLOAT, _FLOAT[::1], _FLOAT[::1]
)  # fmt: skip
def add_weighted(
    base: Floats,
    first: Floats,
    second: Floats,
    first_weight: float,
    second_weight: float,
    added: Floats,
    together: Floats,
) -> None:
    """Make `added` the sum of first and second, each by its weight, and `together` base and it."""
    for i in range(len(base)):
        added[i] = first_weight * first[i] + second_weight * second[i]
        together[i] = base[i] + added[i]


@_compiled(_read(_FLOAT), _FLOAT, _LONG[::1])
def places_reaching(values: Floats, least: float, places: Longs) -> int:
    """Fill `places`, longer by one, with those of values that are at least `least`; returns how many."""
    count = 0
    for place in range(len(values)):
        places[count] = place
        count += values[place] >= least
    return count


@_compiled(_read(_FLOAT), _read(_LONG), _read(_LONG), _FLOAT, _FLOAT[::1])
def usual(values: Floats, rows: Longs, ends: Longs, shrinkage: float, means: Floats) -> float:
    """Fill `means` of the groups, and return the deviation of the values from these.

    Group g has those of the rows up to `ends[g]`, from where the one before ends; as if so many more
    as `shrinkage` says were among them, at the mean of all.
    """
    everything = 0.0
    for row in rows:
        everything += values[row]
    everything /= max(len(rows), 1)
    rest, first = 0.0, 0
    for group in range(len(ends)):
        total, squares = 0.0, 0.0
        for row in rows[first : ends[group]]:
            total += values[row]
            squares += values[row] * values[row]
        size = ends[group] - first
        mean = (total + shrinkage * everything) / (size + shrinkage)
        rest += squares - 2 * mean * total + size * mean**2
        means[group] = mean
        first = ends[group]
    return math.sqrt(max(rest / max(len(rows), 1), 1e-12))


@_compiled(
    _read(_SHORT, 2), _read(_INT), _read(_FLOAT, 2), _read(_FLOAT), _FLOAT, _read(_LONG),
    _read(_LONG), _FLOAT[::1], fast=True,
)  # fmt: skip
def best_standard(
    codes: Shorts,
    groups: Ints,
    queries: Floats,
    means: Floats,
    deviation: float,
    first: Longs,
    end: Longs,
    best: Floats,
) -> None:
    """The best standardized product of each stretch of vectors [first, end); an empty one keeps its.

    A vector of a group is multiplied by the query of its group, and taken against its mean.
    """
    for place in range(len(first)):
        for row in range(first[place], end[place]):
            group = groups[row]
            product = np.float32(0)
            for i in range(codes.shape[1]):
                product += np.float32(codes[row, i]) * queries[group, i]
            standard = (product - means[group]) / deviation
            if row == first[place] or standard > best[place]:
                best[place] = standard


@_compiled(
    _read(_INT), _read(_LONG, 2), _read(_FLOAT), _MASK[:, ::1], _read(_INT), _read(_LONG),
    _read(_LONG), _read(_LONG), _FLOAT[::1],
)  # fmt: skip
def best_pieces(
    having: Ints,
    bounds: Longs,
    weights: Floats,
    masks: Masks,
    words: Ints,
    starts: Longs,
    first: Longs,
    end: Longs,
    best: Floats,
) -> None:
    """Make `best` of each stretch of rows [first, end) at least the most that one of them has.

    A row has the weights of those pieces that one of its words has: row r has the words from
    `starts[r]` to `starts[r + 1]`, and piece i stands in the words that `having` lists from
    `bounds[i, 0]` to `bounds[i, 1]`. `masks` has a number for each word that there is, in a line
    for every 64 pieces; all are 0, and are so again afterwards.
    """
    pieces = len(bounds)
    for piece in range(pieces):
        for i in range(bounds[piece, 0], bounds[piece, 1]):
            masks[piece // 64, having[i]] |= np.uint64(1) << np.uint64(piece % 64)
    for place in range(len(first)):
        for row in range(first[place], end[place]):
            total = np.float32(0)
            for line in range(len(masks)):
                standing = np.uint64(0)
                for i in range(np.uint64(starts[row]), np.uint64(starts[row + 1])):
                    standing |= masks[line, np.uint64(words[i])]
                for piece in range(64 * line, min(pieces, 64 * line + 64)):
                    if (standing >> np.uint64(piece % 64)) & np.uint64(1):
                        total += weights[piece]
            best[place] = max(best[place], total)
    for piece in range(pieces):
        for i in range(bounds[piece, 0], bounds[piece, 1]):
            masks[piece // 64, having[i]] = 0


@_compiled(
    _read(_INT), _read(_BOOL), _read(_LONG, 2), _read(_LONG), _read(_BOOL), _read(_LONG),
    _read(_LONG), types.int8[:, ::1],
)  # fmt: skip
def mark_where(
    rows: Ints,
    in_text: Bools,
    postings: Longs,
    words: Longs,
    own: Bools,
    first: Longs,
    end: Longs,
    where: NDArray[np.int8],
) -> None:
    """Make `where` each word (line) stands in each stretch of rows [first, end) at least what it is.

    3 if a term of its own stands in a text, 2 if another of its terms does, 1 if a term of its own
    stands elsewhere. Term i has the stretch `postings[i]` of `rows`, which rise within each.
    """
    for term in range(len(postings)):
        for place in range(len(first)):
            low, high = postings[term, 0], postings[term, 1]
            while low < high:
                middle = (low + high) // 2
                if rows[middle] < first[place]:
                    low = middle + 1
                else:
                    high = middle
            while low < postings[term, 1] and rows[low] < end[place]:
                found = 0
                if in_text[low]:
                    found = 3 if own[term] else 2
                elif own[term]:
                    found = 1
                if found > where[words[term], place]:
                    where[words[term], place] = found
                low += 1


@_compiled(
    _read(_INT), _read(_LONG), _read(_LONG), _LONG, _read(_MASK), _read(_MASK), _LONG[::1],
    _LONG[::1],
)  # fmt: skip
def narrow(
    values: Ints,
    starts: Longs,
    found: Longs,
    filters: int,
    passing: Masks,
    own: Masks,
    kept: Longs,
    counts: Longs,
) -> int:
    """Which of the documents found pass all filters, and what values there are; returns how many.

    Document p has the values from `starts[p]` on, each once. Filter number i has bit i: `own` has it
    at each value of the filter's facet, `passing` at those that one may have. `kept` takes the
    positions in `found`; `counts` grows at each value by the documents that pass all filters but the
    one, if any, of the value's facet.
    """
    count, seen = 0, 0
    everything = (np.uint64(1) << np.uint64(filters)) - np.uint64(1)
    for position in range(len(found)):
        if position % 32 == 0:
            # Fetched from memory all at once: one after another each would be waited for.
            for place in found[position : position + 32]:
                seen += values[starts[place]] if starts[place] < len(values) else 0
        first = np.uint64(starts[np.uint64(found[position])])
        end = np.uint64(starts[np.uint64(found[position]) + np.uint64(1)])
        missing = everything
        if missing:
            for i in range(first, end):
                missing &= ~passing[np.uint64(values[i])]
        if not missing:
            kept[count] = position
            count += 1
            for i in range(first, end):
                counts[np.uint64(values[i])] += 1
        elif not missing & (missing - np.uint64(1)):
            for i in range(first, end):
                value = np.uint64(values[i])
                counts[value] += own[value] == missing
    # Never so, but what nobody asks for would not be fetched.
    return count if seen >= 0 else -1
