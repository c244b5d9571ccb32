"""Filters and counts over the facets of documents."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
Ints = NDArray[np.int32]
Facets = Mapping[str, Sequence[str]]


class FacetIndex:
    """The values of every facet by document; never changes once built."""

    def __init__(
        self, facets: Sequence[str], known: Sequence[tuple[str, str]], starts: Places, values: Ints
    ) -> None:
        """`known` are the values that there are, each with its facet, one of `facets`.

        `values[starts[i]:starts[i + 1]]` number those of document i, facet after facet.
        """
        self.facets, self.known = tuple(facets), tuple(known)
        self.starts, self.values = starts, values
        self._ids = {one: i for i, one in enumerate(self.known)}
        of_facet: dict[str, list[int]] = {name: [] for name in self.facets}
        for i, (facet, _) in enumerate(self.known):
            of_facet[facet].append(i)
        labels = np.array([value for _, value in self.known], dtype=object)
        self._of_facet = {
            name: (np.array(own, dtype=np.int64), labels[own]) for name, own in of_facet.items()
        }

    @classmethod
    def of(cls, facets: Sequence[Facets]) -> "FacetIndex":
        """An index of documents, each given by its values of every facet."""
        return cls((), (), np.zeros(1, np.int64), np.zeros(0, np.int32)).extended(facets)

    def extended(self, facets: Sequence[Facets]) -> "FacetIndex":
        """An index of these documents and of more behind them."""
        ids = dict(self._ids)
        added = [
            [ids.setdefault((name, value), len(ids)) for name in own for value in dict.fromkeys(own[name])]
            for own in facets
        ]  # fmt: skip
        ends = self.starts[-1] + np.cumsum([len(own) for own in added], dtype=np.int64)
        return FacetIndex(
            sorted({*self.facets, *(name for own in facets for name in own)}),
            tuple(ids),
            np.concatenate([self.starts, ends]),
            np.concatenate(
                [self.values, np.array([i for own in added for i in own], dtype=np.int32)]
            ),
        )

    def kept(self, places: Places) -> "FacetIndex":
        """An index of some of the documents, in the order given."""
        sizes = self.starts[places + 1] - self.starts[places]
        return FacetIndex(
            self.facets,
            self.known,
            np.concatenate([[0], np.cumsum(sizes)]),
            self.values[stretches(self.starts[places], sizes)],
        )

    def first(self, count: int) -> "FacetIndex":
        """An index of the first so many documents."""
        return FacetIndex(
            self.facets, self.known, self.starts[: count + 1], self.values[: self.starts[count]]
        )

    def narrow(
        self, found: Places, filters: Mapping[str, Collection[str]]
    ) -> tuple[Places, dict[str, "Counts"]]:
        """(positions in `found` that pass all filters, how many documents have each value).

        A filter is passed by one of its values; one without any asks for nothing. Of each facet
        the documents are counted that pass all filters but the facet's own: so each count is the
        total that choosing this value instead would give.
        """
        from index import kernels

        asked = [(name, values) for name, values in filters.items() if values]
        passing, own = np.zeros(len(self.known), np.uint64), np.zeros(len(self.known), np.uint64)
        for number, (name, values) in enumerate(asked):
            bit = np.uint64(1 << number)
            if name in self._of_facet:
                own[self._of_facet[name][0]] = bit
            passing[[self._ids[name, one] for one in values if (name, one) in self._ids]] = bit
        positions = np.empty(len(found), np.int64)
        counts = np.zeros(len(self.known), np.int64)
        kept = kernels.narrow(
            self.values, self.starts, found, len(asked), passing, own, positions, counts
        )
        return positions[:kept], {
            name: Counts(labels, counts[ids]) for name, (ids, labels) in self._of_facet.items()
        }


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
