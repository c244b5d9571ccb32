"""Filters and counts over the facets of documents."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Places = NDArray[np.int64]
Ints = NDArray[np.int32]
Facets = Mapping[str, Sequence[str]]


class FacetIndex:
    """The values of every facet by document; never changes once built."""

    def __init__(self, facets: Sequence[Facets] = ()) -> None:
        self._count = 0
        self.columns: dict[str, Column] = {}
        made = self.extended(facets)
        self._count, self.columns = made._count, made.columns

    @classmethod
    def of(cls, count: int, columns: Mapping[str, "Column"]) -> "FacetIndex":
        """The index of `count` documents with these columns."""
        index = cls.__new__(cls)
        index._count, index.columns = count, dict(columns)
        return index

    def extended(self, facets: Sequence[Facets]) -> "FacetIndex":
        """An index of these documents and of more behind them."""
        names = sorted({*self.columns, *(name for facet in facets for name in facet)})
        nothing = Column.of([()] * self._count)
        return FacetIndex.of(
            self._count + len(facets),
            {
                name: self.columns.get(name, nothing).extended(
                    [facet.get(name, ()) for facet in facets]
                )
                for name in names
            },
        )

    def kept(self, places: Places) -> "FacetIndex":
        """An index of some of the documents, in the order given."""
        columns = {name: column.kept(places) for name, column in self.columns.items()}
        return FacetIndex.of(len(places), columns)

    def allowed(self, filters: Mapping[str, Collection[str]]) -> Mask:
        """Documents that have, for each filter, at least one of its values."""
        return self._all_of(self._masks(filters).values())

    def counts(self, found: Places, filters: Mapping[str, Collection[str]]) -> dict[str, "Counts"]:
        """Found documents by value, commonest first, under all filters but the facet's own.

        `found` are the places of documents found before any filter. So each count is the total
        that choosing this value instead would give.
        """
        masks = self._masks(filters)
        under_all = found[self._all_of(masks.values())[found]] if masks else found
        counts = {}
        for name, column in self.columns.items():
            if name in masks:
                others = [mask for other, mask in masks.items() if other != name]
                places = found[self._all_of(others)[found]] if others else found
            else:
                places = under_all
            counts[name] = column.counts(places)
        return counts

    def _all_of(self, masks: Iterable[Mask]) -> Mask:
        together: Mask = np.ones(self._count, dtype=bool)
        for mask in masks:
            together &= mask
        return together

    def _masks(self, filters: Mapping[str, Collection[str]]) -> dict[str, Mask]:
        nothing: Mask = np.zeros(self._count, dtype=bool)
        return {
            name: self.columns[name].having(values) if name in self.columns else nothing
            for name, values in filters.items()
            if values
        }


class Column:
    """One facet: the values of each document, one after another."""

    def __init__(self, names: Sequence[str], starts: Places, values: Ints) -> None:
        """`values[starts[i]:starts[i + 1]]` number the document's values among `names`."""
        self.names, self.starts, self.values = tuple(names), starts, values
        self._ids = {name: i for i, name in enumerate(self.names)}
        self._labels = np.array(self.names, dtype=object)
        self._sizes = np.diff(starts)

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]]) -> "Column":
        """A facet from the values of each document."""
        return cls((), np.zeros(1, np.int64), np.zeros(0, np.int32)).extended(rows)

    def extended(self, rows: Sequence[Sequence[str]]) -> "Column":
        """This column with those of more documents behind it."""
        distinct = [list(dict.fromkeys(row)) for row in rows]
        ids = dict(self._ids)
        added = [ids.setdefault(value, len(ids)) for row in distinct for value in row]
        ends = self.starts[-1] + np.cumsum([len(row) for row in distinct], dtype=np.int64)
        return Column(
            tuple(ids),
            np.concatenate([self.starts, ends]),
            np.concatenate([self.values, np.array(added, dtype=np.int32)]),
        )

    def kept(self, places: Places) -> "Column":
        """The column of some of the documents, in the order given."""
        ends = np.cumsum(self._sizes[places])
        return Column(self.names, np.concatenate([[0], ends]), self.values[self._positions(places)])

    def having(self, values: Collection[str]) -> Mask:
        """Documents with at least one of the values."""
        from index import kernels

        wanted = np.zeros(len(self.names), dtype=bool)
        wanted[[self._ids[value] for value in values if value in self._ids]] = True
        mask: Mask = np.zeros(len(self._sizes), dtype=bool)
        kernels.mark_having(self.values, self.starts, wanted, mask)
        return mask

    def counts(self, places: Places) -> "Counts":
        """How many of the given documents have each value."""
        from index import kernels

        numbers = np.zeros(len(self.names), np.int64)
        kernels.count_values(self.values, self.starts, places, numbers)
        return Counts(self._labels, numbers)

    def _positions(self, places: Places) -> Places:
        """Where the values of documents stand."""
        return stretches(self.starts[places], self._sizes[places])


class Counts(Mapping[str, int]):
    """How many documents have each value that at least one of them has, commonest first.

    The values are put in order when they are first asked for: a facet can have thousands.
    """

    def __init__(self, labels: NDArray[np.object_], numbers: Places) -> None:
        self._labels, self._numbers = labels, numbers

    @cached_property
    def _by_value(self) -> dict[str, int]:
        order = np.argsort(-self._numbers, kind="stable")[: np.count_nonzero(self._numbers)]
        return dict(zip(self._labels[order].tolist(), self._numbers[order].tolist(), strict=True))

    def __getitem__(self, value: str) -> int:
        return self._by_value[value]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_value)

    def __len__(self) -> int:
        return int(np.count_nonzero(self._numbers))


def stretches(starts: Places, sizes: Places) -> Places:
    """The numbers from each start on, as many as its size says, one stretch after another."""
    behind = sizes.cumsum()
    total = int(behind[-1]) if len(behind) else 0
    numbers: Places = np.arange(total) + np.repeat(starts - behind + sizes, sizes)
    return numbers
