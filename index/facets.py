"""Filters and counts over the facets of documents."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Ints = NDArray[np.int64]


class FacetIndex:
    """The values of every facet by document; never changes once built."""

    def __init__(self, facets: Sequence[Mapping[str, Sequence[str]]]) -> None:
        self._count = len(facets)
        self._columns = {
            name: _Column([facet.get(name, ()) for facet in facets])
            for name in sorted({name for facet in facets for name in facet})
        }

    def allowed(self, filters: Mapping[str, Collection[str]]) -> Mask:
        """Documents that have, for each filter, at least one of its values."""
        mask = np.ones(self._count, dtype=bool)
        for mine in self._masks(filters).values():
            mask &= mine
        return mask

    def counts(
        self, found: Mask, filters: Mapping[str, Collection[str]]
    ) -> dict[str, dict[str, int]]:
        """Found documents by value, commonest first, under all filters but the facet's own.

        So each count is the total that choosing this value instead would give.
        """
        masks = self._masks(filters)
        counts = {}
        for name, column in self._columns.items():
            mask = found.copy()
            for other, mine in masks.items():
                if other != name:
                    mask &= mine
            counts[name] = column.counts(mask)
        return counts

    def _masks(self, filters: Mapping[str, Collection[str]]) -> dict[str, Mask]:
        nothing: Mask = np.zeros(self._count, dtype=bool)
        return {
            name: self._columns[name].having(values) if name in self._columns else nothing
            for name, values in filters.items()
            if values
        }


class _Column:
    """One facet: pairs of document and value, sorted by document."""

    def __init__(self, values: Sequence[Sequence[str]]) -> None:
        distinct = [list(dict.fromkeys(row)) for row in values]
        ids: dict[str, int] = {}
        self._values: Ints = np.array(
            [ids.setdefault(value, len(ids)) for row in distinct for value in row], dtype=np.int64
        )
        self._documents: Ints = np.repeat(
            np.arange(len(values)), np.array([len(row) for row in distinct], dtype=np.int64)
        )
        self._names = list(ids)
        self._ids = ids
        self._size = len(values)

    def having(self, values: Collection[str]) -> Mask:
        wanted = [self._ids[value] for value in values if value in self._ids]
        mask: Mask = np.zeros(self._size, dtype=bool)
        mask[self._documents[np.isin(self._values, wanted)]] = True
        return mask

    def counts(self, found: Mask) -> dict[str, int]:
        numbers = np.bincount(self._values[found[self._documents]], minlength=len(self._names))
        order = np.argsort(-numbers, kind="stable")
        return {self._names[i]: int(numbers[i]) for i in order if numbers[i]}
