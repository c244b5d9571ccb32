"""Nearest passages. The only file that knows faiss."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Rows = NDArray[np.int64]

# How many passages stand for the corpus when a query's similarities are calibrated.
_SAMPLE = 2048
# A group's mean counts as if this many passages at the mean of all were among it.
_SHRINKAGE = 10


class VectorIndex:
    """An exact index over unit vectors of shape (passages, dimension), kept in half precision.

    It never changes: a changed corpus gets a new one. Safe to search from many threads.
    """

    def __init__(self, vectors: Halves, groups: NDArray[np.int32] | None = None) -> None:
        """`groups` numbers the group (the language) that each passage belongs to."""
        import faiss  # 60 ms and 40 MB: word search does without

        faiss.omp_set_num_threads(1)
        self.vectors = np.ascontiguousarray(vectors, dtype=np.float16)
        count, dimension = self.vectors.shape
        self._faiss = faiss.IndexScalarQuantizer(
            dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
        )
        for start in range(0, count, 65_536):
            self._faiss.add(self.vectors[start : start + 65_536].astype(np.float32))
        chosen = np.sort(np.random.default_rng(0).permutation(count)[:_SAMPLE])
        self._sample = self.vectors[chosen].astype(np.float32)
        self.groups = np.zeros(count, np.int32) if groups is None else groups
        self._sample_groups = self.groups[chosen]
        self._group_sizes = np.bincount(self._sample_groups, minlength=int(self.groups.max()) + 1)
        middles = np.zeros((len(self._group_sizes), dimension), np.float32)
        np.add.at(middles, self._sample_groups, self._sample)
        self._middles = middles / np.maximum(self._group_sizes, 1).astype(np.float32)[:, None]

    def __len__(self) -> int:
        return len(self.vectors)

    def has(self, group: int) -> bool:
        """Whether there are passages of a group."""
        return bool((self.groups == group).any())

    def typical(self, queries: Floats) -> tuple[Floats, float]:
        """A query's usual similarity: mean by group, and one standard deviation around them.

        Here and below, `queries` is the query's vector, or one for the passages of each group.

        Estimated on a fixed sample of 2,048 passages. Raw e5 cosines of unrelated texts lie
        about 0.8, and higher between two texts of one language, so a similarity says something
        only against these. The mean of a small group is drawn towards that of all.
        """
        similarities = _similarities(self._sample, queries, self._sample_groups)
        everything = similarities.mean()
        sums = np.bincount(
            self._sample_groups, weights=similarities, minlength=len(self._group_sizes)
        )
        means = (sums + _SHRINKAGE * everything) / (self._group_sizes + _SHRINKAGE)
        rest = similarities - means[self._sample_groups]
        return means.astype(np.float32), max(float(np.sqrt((rest**2).mean())), 1e-6)

    def above(self, queries: Floats, thresholds: Floats | float) -> tuple[Rows, Floats]:
        """All passages (row, similarity) more similar to the query than `thresholds`.

        They are one, or one for each group.
        """
        everywhere = np.broadcast_to(np.float32(thresholds), len(self._group_sizes))
        found = []
        for group in np.unique(self.groups):
            query = queries if queries.ndim == 1 else queries[group]
            threshold = float(everywhere[group])
            _, similarities, rows = self._faiss.range_search(query[None, :], threshold)
            own = self.groups[rows] == group
            found.append((rows[own].astype(np.int64), similarities[own]))
        return np.concatenate([r for r, _ in found]), np.concatenate([s for _, s in found])

    def nearest(self, queries: Floats, count: int) -> tuple[Rows, Floats]:
        """The `count` nearest passages, nearest first: (rows, similarities)."""
        similarities = self.similarities(queries, np.arange(len(self)))
        rows = np.argsort(-similarities, kind="stable")[:count]
        return rows, similarities[rows]

    def alike(self, row: int, count: int) -> tuple[Rows, Floats]:
        """About `count` passages like one that is indexed, itself among them: (rows, likeness).

        Likeness is the cosine of what is left of two vectors without the mean of their groups
        (languages): neither the language of a passage nor how usual it is counts.
        """
        own = self._centred(np.array([row]))[0]
        _, found = self._faiss.search(own[None, :], min(count, len(self)))
        rows = found[0].astype(np.int64)
        likeness: Floats = self._centred(rows) @ own
        return rows, likeness

    def _centred(self, rows: Rows) -> Floats:
        rest: Floats = self.vectors[rows].astype(np.float32) - self._middles[self.groups[rows]]
        rest /= np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), 1e-6)
        return rest

    def similarities(self, queries: Floats, rows: Rows | Sequence[int]) -> Floats:
        """The query's similarity to each of the given passages."""
        return _similarities(self.vectors[rows].astype(np.float32), queries, self.groups[rows])


def _similarities(vectors: Floats, queries: Floats, groups: NDArray[np.int32]) -> Floats:
    if queries.ndim == 1:
        same: Floats = vectors @ queries
        return same
    each: Floats = np.einsum("ij,ij->i", vectors, queries[groups])
    return each
