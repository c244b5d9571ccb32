"""How near each passage is to a query. The only file that knows faiss."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Rows = NDArray[np.int64]

# How many passages stand for the corpus when a query's similarities are calibrated.
_SAMPLE = 2048
# A group's mean counts as if this many passages at the mean of all were among it.
_SHRINKAGE = 10
_LARGEST_BYTE = 127
_AT_ONCE = 65_536
_LOWEST = -float(np.finfo(np.float32).max)
# So many passages are multiplied as they are: faiss would save nothing, and nothing is rounded.
_FEW = 2048


class VectorIndex:
    """Unit vectors of shape (passages, dimension) in half precision, scanned as a whole.

    The scan reads one byte a number, half of what half precision would cost; `exact` gives the
    similarities that decide an order. It never changes: a changed corpus gets a new one. Safe to
    search from many threads.
    """

    def __init__(
        self, vectors: Halves, groups: NDArray[np.int32] | None = None, *, at_least: int = 1
    ) -> None:
        """`groups` numbers the group (the language) that each passage belongs to.

        There are `at_least` so many groups, be it without a passage: those are taken for usual.
        """
        self.vectors = np.ascontiguousarray(vectors, dtype=np.float16)
        count = len(self.vectors)
        self.groups = np.zeros(count, np.int32) if groups is None else groups
        self.group_count = max(int(self.groups.max(initial=0)) + 1, at_least)
        largest = float(np.abs(self.vectors).max(initial=0.0)) or 1.0
        self._scale = _LARGEST_BYTE / largest
        rows = [np.flatnonzero(self.groups == group) for group in range(self.group_count)]
        self._parts = {
            group: _Part.build(self.vectors, own, self._scale)
            for group, own in enumerate(rows)
            if len(own)
        }
        self._sample = np.sort(np.random.default_rng(0).permutation(count)[:_SAMPLE])
        self._sample_groups = self.groups[self._sample]
        self._group_sizes = np.bincount(self._sample_groups, minlength=self.group_count)
        sampled = self.vectors[self._sample].astype(np.float32)
        middles = np.zeros((self.group_count, self.vectors.shape[1]), np.float32)
        np.add.at(middles, self._sample_groups, sampled)
        self.middles = middles / np.maximum(self._group_sizes, 1).astype(np.float32)[:, None]
        if count:
            self.middles[self._group_sizes == 0] = sampled.mean(axis=0)

    def __len__(self) -> int:
        return len(self.vectors)

    def similarities(self, queries: Floats) -> Floats:
        """The similarity of every passage to the query of its group, many of them rounded to bytes.

        `queries` has the shape (groups, dimension), a row for each group, or (dimension,). Each
        number is rounded to 1/127 of the largest in the passages, or in the query: for e5 the sum
        is wrong by 0.02 of a standard deviation of similarities, and never by more than
        sqrt(dimension) / 254 times the sum of the two largest numbers.
        """
        found = np.empty(len(self), np.float32)
        for group, part in self._parts.items():
            own = part.scan(queries if queries.ndim == 1 else queries[group])
            if len(self._parts) == 1:
                return own
            found[part.rows] = own
        return found

    def exact(self, queries: Floats, rows: Rows | Sequence[int]) -> Floats:
        """The similarities of the given passages, from half precision."""
        chosen = self.vectors[rows].astype(np.float32)
        if queries.ndim == 1:
            one: Floats = chosen @ queries
            return one
        found: Floats = np.einsum("ij,ij->i", chosen, queries[self.groups[rows]])
        return found

    def typical(self, similarities: Floats) -> tuple[Floats, float]:
        """A query's usual similarity: mean by group, and one standard deviation around them.

        Estimated on a fixed sample of 2,048 passages from what `similarities` gave. Raw e5 cosines
        of unrelated texts lie about 0.8, and higher between two texts of one language, so a
        similarity says something only against these. The mean of a small group is drawn towards
        that of all.
        """
        sampled = similarities[self._sample]
        everything = sampled.mean()
        sums = np.bincount(self._sample_groups, weights=sampled, minlength=self.group_count)
        means = (sums + _SHRINKAGE * everything) / (self._group_sizes + _SHRINKAGE)
        rest = sampled - means[self._sample_groups]
        return means.astype(np.float32), max(float(np.sqrt((rest**2).mean())), 1e-6)

    def centred(self, rows: Rows) -> Floats:
        """Unit vectors of passages without the mean of their groups (languages)."""
        return centred(self.vectors[rows], self.middles[self.groups[rows]])


def centred(vectors: Halves, middles: Floats) -> Floats:
    """What is left of vectors without the given means, as unit vectors."""
    rest: Floats = vectors.astype(np.float32) - middles
    rest /= np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6)
    return rest


class _Part:
    """The passages of one group, as bytes in one list of faiss."""

    def __init__(self, rows: Rows, scale: float, few: Floats | None, scanner: Any) -> None:
        self.rows, self._scale = rows, scale
        self._few, self._scanner = few, scanner

    @classmethod
    def build(cls, vectors: Halves, rows: Rows, scale: float) -> "_Part":
        if len(rows) <= _FEW:
            return cls(rows, scale, vectors[rows].astype(np.float32), None)
        import faiss  # 60 ms and 40 MB: word search does without

        faiss.omp_set_num_threads(1)
        dimension = vectors.shape[1]
        # One list, because only lists have the fast scan that returns every similarity in the
        # order of the rows; its one centre plays no part.
        centre = faiss.IndexFlatIP(dimension)
        centre.add(np.ones((1, dimension), np.float32))
        scanner = faiss.IndexIVFScalarQuantizer(
            centre, dimension, 1, faiss.ScalarQuantizer.QT_8bit_direct_signed,
            faiss.METRIC_INNER_PRODUCT, False,
        )  # fmt: skip
        scanner.train(_to_bytes(vectors[rows[:1]], scale))
        for start in range(0, len(rows), _AT_ONCE):
            scanner.add(_to_bytes(vectors[rows[start : start + _AT_ONCE]], scale))
        return cls(rows, scale, None, scanner)

    def scan(self, query: Floats) -> Floats:
        if self._few is not None:
            similarities: Floats = self._few @ query
            return similarities
        largest = float(np.abs(query).max(initial=0.0)) or 1.0
        scale = _LARGEST_BYTE / largest
        # The codec compares whole numbers: the query is rounded here as the passages were.
        rounded = np.round(query[None, :] * np.float32(scale))
        found: Floats
        _, found, _ = self._scanner.range_search(rounded, _LOWEST)
        found *= np.float32(1 / (scale * self._scale))
        return found


def _to_bytes(vectors: Halves, scale: float) -> Floats:
    rounded: Floats = np.round(vectors.astype(np.float32) * np.float32(scale))
    return np.clip(rounded, -_LARGEST_BYTE, _LARGEST_BYTE, out=rounded)
