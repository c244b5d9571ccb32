"""How near each passage is to a query. The only file that knows faiss."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Codes = NDArray[np.int16]
Rows = NDArray[np.int64]

# Products of this size gain nothing from a second thread, and wait for it where it has other work.
threadpool_limits(1, user_api="blas")

# How many passages stand for the corpus when a query's similarities are calibrated.
_SAMPLE = 2048
# A group's mean counts as if this many passages at the mean of all were among it.
_SHRINKAGE = 10
_LARGEST_BYTE = 127
# No number of a unit vector exceeds 1. Whole numbers become floats ten times as fast as halves do.
_ONE = np.float32(32_767)
_AT_ONCE = 65_536
_LOWEST = -float(np.finfo(np.float32).max)
# So many passages are multiplied as they are: faiss would save nothing, and nothing is rounded.
_FEW = 2048


@dataclass(frozen=True)
class Usual:
    """A query's usual similarity: the mean by group, and one standard deviation around them.

    A similarity is standardized as (similarity - mean of its group) / deviation. A group is the
    texts of one language: two texts in one language are nearer to each other than the same texts
    in two, whatever they say, and this takes the language out of the comparison.
    """

    means: Floats
    deviation: float


class VectorIndex:
    """Unit vectors of shape (passages, dimension), scanned as a whole.

    The scan reads one byte a number; two bytes, about as fine as half precision, are kept for
    `exact`, whose similarities decide an order. It never changes: a changed corpus gets a new one.
    Safe to search from many threads.
    """

    def __init__(
        self, vectors: Halves, groups: NDArray[np.int32] | None = None, *, at_least: int = 1
    ) -> None:
        """`groups` numbers the group (the language) that each passage belongs to.

        There are `at_least` so many groups, be it without a passage: those are taken for usual.
        """
        count = len(vectors)
        self._codes = np.empty(vectors.shape, np.int16)
        for start in range(0, count, _AT_ONCE):
            portion = vectors[start : start + _AT_ONCE].astype(np.float32)
            self._codes[start : start + _AT_ONCE] = np.round(np.clip(portion, -1, 1) * _ONE)
        groups = np.zeros(count, np.int32) if groups is None else groups
        self.groups = np.ascontiguousarray(groups, np.int32)
        self.group_count = max(int(self.groups.max(initial=0)) + 1, at_least)
        largest = max(abs(int(self._codes.max(initial=0))), abs(int(self._codes.min(initial=0))), 1)
        self._scale = _LARGEST_BYTE / largest
        rows = [np.flatnonzero(self.groups == group) for group in range(self.group_count)]
        self._parts = {
            group: _Part.build(self._codes, own, self._scale)
            for group, own in enumerate(rows)
            if len(own)
        }
        self.rows = {group: part.rows for group, part in self._parts.items()}
        sample = np.sort(np.random.default_rng(0).permutation(count)[:_SAMPLE])
        # Where the sample stands among the rows of each group.
        self._sample = [
            np.searchsorted(own, sample[self.groups[sample] == group])
            for group, own in self.rows.items()
        ]
        sampled = _to_floats(self._codes[sample])
        self.middles = np.zeros((self.group_count, vectors.shape[1]), np.float32)
        if count:
            self.middles[:] = sampled.mean(axis=0)
        for group in self.rows:
            of_group = sampled[self.groups[sample] == group]
            if len(of_group):
                self.middles[group] = of_group.mean(axis=0)

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def vectors(self) -> Halves:
        """The vectors in half precision, as they are kept elsewhere; made anew at each call."""
        return _to_floats(self._codes).astype(np.float16)

    def similarities(self, queries: Floats) -> Floats:
        """The similarity of every passage to the query of its group, many of them rounded to bytes.

        `queries` has the shape (groups, dimension), a row for each group, or (dimension,). Each
        number is rounded to 1/127 of the largest in the passages, or in the query: for e5 the sum
        is wrong by 0.02 of a standard deviation of similarities, and never by more than
        sqrt(dimension) / 254 times the sum of the two largest numbers.
        """
        found = np.empty(len(self), np.float32)
        for rows, own in zip(self.rows.values(), self.scan(queries), strict=True):
            found[rows] = own
        return found

    def scan(self, queries: Floats) -> list[Floats]:
        """As `similarities`, but by groups: for each in `rows` an array in the order given there."""
        largest = np.abs(queries).max(axis=-1, keepdims=True, initial=0.0)
        scale = np.float32(_LARGEST_BYTE) / np.where(largest > 0, largest, np.float32(1))
        # The codec compares whole numbers: a query is rounded here as the passages were.
        rounded: Floats = np.round(queries * scale)
        if queries.ndim == 1:
            return [part.scan(queries, rounded, scale[0]) for part in self._parts.values()]
        return [
            part.scan(queries[group], rounded[group], scale[group, 0])
            for group, part in self._parts.items()
        ]

    def exact(self, queries: Floats, rows: Rows | Sequence[int]) -> Floats:
        """The similarities of the given passages.

        None is wrong by more than sqrt(dimension) / 65,534; for e5 by 1e-5 as a rule.
        """
        chosen = self._codes[rows].astype(np.float32)
        found: Floats
        if queries.ndim == 1:
            found = chosen @ queries
        else:
            found = (chosen @ queries.T)[np.arange(len(chosen)), self.groups[rows]]
        found *= 1 / _ONE
        return found

    def typical(self, similarities: Sequence[Floats]) -> Usual:
        """A query's usual similarity, from what `scan` gave.

        Estimated on a fixed sample of 2,048 passages. Raw e5 cosines of unrelated texts lie about
        0.8, and higher between two texts of one language, so a similarity says something only
        against these. The mean of a small group is drawn towards that of all.
        """
        from index import kernels

        sampled = [
            kernels.sum_and_squares(own, rows)
            for own, rows in zip(similarities, self._sample, strict=True)
        ]
        count = max(sum(map(len, self._sample)), 1)
        everything = sum(total for total, _ in sampled) / count
        means = np.full(self.group_count, everything, np.float32)
        rest = 0.0
        for group, rows, (total, squares) in zip(self.rows, self._sample, sampled, strict=True):
            mean = (total + _SHRINKAGE * everything) / (len(rows) + _SHRINKAGE)
            rest += squares - 2 * mean * total + len(rows) * mean**2
            means[group] = mean
        return Usual(means, math.sqrt(max(rest / count, 1e-12)))

    def best_standard(self, queries: Floats, usual: Usual, first: Rows, end: Rows) -> Floats:
        """The best standardized similarity in each stretch of passages [first, end), 0 in none.

        Not rounded to bytes, as `exact`; `queries` has a row for each group.
        """
        from index import kernels

        best = np.zeros(len(first), np.float32)
        kernels.best_standard(
            self._codes, self.groups, queries * (1 / _ONE), usual.means, usual.deviation, first, end, best
        )  # fmt: skip
        return best

    def centred(self, rows: Rows, middles: Floats | None = None) -> Floats:
        """Unit vectors of passages without the mean of their groups (languages), or `middles`."""
        middles = self.middles if middles is None else middles
        rest = _to_floats(self._codes[rows]) - middles[self.groups[rows]]
        rest /= np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6)
        return rest


class _Part:
    """The passages of one group, as bytes in one list of faiss."""

    def __init__(self, rows: Rows, scale: float, few: Floats | None, scanner: Any) -> None:
        self.rows, self._scale = rows, scale
        self._few, self._scanner = few, scanner

    @classmethod
    def build(cls, codes: Codes, rows: Rows, scale: float) -> "_Part":
        """`scale` makes the largest of all codes the largest byte."""
        if len(rows) <= _FEW:
            return cls(rows, scale, _to_floats(codes[rows]), None)
        import faiss  # 60 ms and 40 MB: word search does without

        faiss.omp_set_num_threads(1)
        dimension = codes.shape[1]
        # One list, because only lists have the fast scan that returns every similarity in the
        # order of the rows; its one centre plays no part.
        centre = faiss.IndexFlatIP(dimension)
        centre.add(np.ones((1, dimension), np.float32))
        scanner = faiss.IndexIVFScalarQuantizer(
            centre, dimension, 1, faiss.ScalarQuantizer.QT_8bit_direct_signed,
            faiss.METRIC_INNER_PRODUCT, False,
        )  # fmt: skip
        scanner.train(_to_bytes(codes[rows[:1]], scale))
        for start in range(0, len(rows), _AT_ONCE):
            scanner.add(_to_bytes(codes[rows[start : start + _AT_ONCE]], scale))
        return cls(rows, scale, None, scanner)

    def scan(self, query: Floats, rounded: Floats, scale: float) -> Floats:
        """The similarities of a query, given too in whole numbers, `scale` times as large."""
        if self._few is not None:
            similarities: Floats = self._few @ query
            return similarities
        found: Floats
        _, found, _ = self._scanner.range_search(rounded[None, :], _LOWEST)
        found *= np.float32(1 / (scale * self._scale * float(_ONE)))
        return found


def _to_floats(codes: Codes) -> Floats:
    found = codes.astype(np.float32)
    found *= 1 / _ONE
    return found


def _to_bytes(codes: Codes, scale: float) -> Floats:
    rounded: Floats = np.round(codes * np.float32(scale))
    return rounded
