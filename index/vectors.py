"""How near each passage is to a query. The only file that knows faiss."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Codes = NDArray[np.int16]
Bytes = NDArray[np.uint8]
Rows = NDArray[np.int64]

# Products of this size gain nothing from a second thread, and wait for it where it has other work.
threadpool_limits(1, user_api="blas")

# How many passages stand for the corpus when a query's similarities are calibrated.
_SAMPLE = 2048
# A group's mean counts as if this many passages at the mean of all were among it.
_SHRINKAGE = 10
# No number of a unit vector exceeds 1. Whole numbers become floats ten times as fast as halves do.
_ONE = np.float32(32_767)
# So many passages are turned into other numbers at once that they stay in the cache.
_AT_ONCE = 1024
_LARGEST_BYTE = np.float32(127)
_SHIFT = np.float32(128)
# So many passages are multiplied as they are: bytes would save nothing, and nothing is rounded.
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
    `exact`, whose similarities decide an order. faiss finds the nearest; where every passage's
    similarity is asked for, to draw the border of what is found, a loop of ours reads the same bytes:
    faiss would turn each into a float and list the rows, in twice the time. The bytes lie in large
    pages of memory, which numpy asks for and faiss does not. It never changes: a changed corpus
    gets a new one. Safe to search from many threads.
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
        self._scale = np.float32(_LARGEST_BYTE / largest)
        rows = [np.flatnonzero(self.groups == group) for group in range(self.group_count)]
        # The passages of each group of few.
        self._few = {
            group: (own, _to_floats(self._codes[own]))
            for group, own in enumerate(rows)
            if 0 < len(own) <= _FEW
        }
        self._many = {
            group: (own, self._to_bytes(own)) for group, own in enumerate(rows) if len(own) > _FEW
        }
        self._searchers: dict[int, Any] = {}
        sample = np.sort(np.random.default_rng(0).permutation(count)[:_SAMPLE])
        # By groups, and where each ends.
        self._sample = sample[np.argsort(self.groups[sample], kind="stable")]
        self._sample_ends = np.bincount(self.groups[sample], minlength=self.group_count).cumsum()
        sampled = _to_floats(self._codes[sample])
        self.middles = np.zeros((self.group_count, vectors.shape[1]), np.float32)
        if count:
            self.middles[:] = sampled.mean(axis=0)
        for group in np.unique(self.groups[sample]).tolist():
            self.middles[group] = sampled[self.groups[sample] == group].mean(axis=0)

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
        from index import kernels

        if queries.ndim == 1:
            queries = np.tile(queries, (self.group_count, 1))
        found = np.empty(len(self), np.float32)
        for group, (rows, stored) in self._many.items():
            rounded, unit = self._rounded(queries[group])
            kernels.multiply(stored, rounded.astype(np.int16), unit, rows, found)
        for group, (rows, vectors) in self._few.items():
            found[rows] = vectors @ queries[group]
        return found

    def nearest(self, query: Floats, count: int) -> tuple[Rows, Floats]:
        """The rows of the `count` passages most similar to a query, whatever their group, and how
        similar they are: rounded as `similarities` are, the most similar first."""
        rows, found = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
        for group, (own, _) in self._many.items():
            if group not in self._searchers:
                self._searchers[group] = self._searcher(group)
            rounded, unit = self._rounded(query)
            products, places = self._searchers[group].search(rounded[None], min(count, len(own)))
            rows.append(own[places[0]])
            found.append(products[0] * np.float32(unit))
        for own, vectors in self._few.values():
            rows.append(own)
            found.append(vectors @ query)
        together = np.concatenate(found)
        order = np.argsort(-together, kind="stable")[:count]
        return np.concatenate(rows)[order], together[order]

    def _rounded(self, query: Floats) -> tuple[Floats, float]:
        """A query in whole numbers as the passages are, and the similarity that a product of 1 is."""
        largest = np.abs(query).max()
        scale = _LARGEST_BYTE / (largest if largest > 0 else np.float32(1))
        return np.round(query * scale), float(np.float32(1 / (scale * self._scale * _ONE)))

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

    def typical(self, similarities: Floats) -> Usual:
        """A query's usual similarity, from those of all passages.

        Estimated on a fixed sample of 2,048 passages. Raw e5 cosines of unrelated texts lie about
        0.8, and higher between two texts of one language, so a similarity says something only
        against these. The mean of a small group is drawn towards that of all.
        """
        from index import kernels

        means = np.empty(self.group_count, np.float32)
        deviation = kernels.usual(similarities, self._sample, self._sample_ends, _SHRINKAGE, means)
        return Usual(means, deviation)

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

    def _to_bytes(self, rows: Rows) -> Bytes:
        """Passages with a byte a number, 128 more than the number is."""
        found = np.empty((len(rows), len(self._codes[0])), np.uint8)
        for start in range(0, len(rows), _AT_ONCE):
            portion = np.round(self._codes[rows[start : start + _AT_ONCE]] * self._scale)
            portion += _SHIFT
            found[start : start + _AT_ONCE] = portion
        return found

    def _searcher(self, group: int) -> Any:
        """The passages of a group of many as an index of faiss, which reads the same bytes."""
        import faiss  # 60 ms and 40 MB: most searches do without

        faiss.omp_set_num_threads(1)
        _, stored = self._many[group]
        searcher: Any = faiss.IndexScalarQuantizer(
            stored.shape[1], faiss.ScalarQuantizer.QT_8bit_direct_signed, faiss.METRIC_INNER_PRODUCT
        )
        view: Any = faiss.MaybeOwnedVectorUInt8
        searcher.codes = view.create_view(faiss.swig_ptr(stored), stored.size, searcher.codes.owner)
        searcher.ntotal = len(stored)
        return searcher

    def centred(self, rows: Rows, middles: Floats | None = None) -> Floats:
        """Unit vectors of passages without the mean of their groups (languages), or `middles`."""
        middles = self.middles if middles is None else middles
        rest = _to_floats(self._codes[rows]) - middles[self.groups[rows]]
        rest /= np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6)
        return rest


def _to_floats(codes: Codes) -> Floats:
    found = codes.astype(np.float32)
    found *= 1 / _ONE
    return found
