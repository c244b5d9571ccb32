from collections.abc import Mapping

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.facets import FacetIndex

NAMES, VALUES = ("college", "hall", "technology"), "abcd"
Facets = Mapping[str, list[str]]
Values = st.lists(st.sampled_from(VALUES), max_size=4)
Documents = st.lists(st.dictionaries(st.sampled_from(NAMES), Values), max_size=12)
Filters = st.dictionaries(st.sampled_from((*NAMES, "unheard")), Values)


def fits(document: Facets, filters: Mapping[str, list[str]]) -> bool:
    return all(
        set(values) & set(document.get(name, ())) for name, values in filters.items() if values
    )


@given(Documents, Filters)
def test_allowed_equals_brute_force(documents: list[Facets], filters: Facets) -> None:
    allowed = FacetIndex(documents).allowed(filters)

    assert allowed.tolist() == [fits(document, filters) for document in documents]


@given(Documents, Filters, st.data())
def test_counts_are_the_totals_after_choosing_each_value(
    documents: list[Facets], filters: Facets, data: st.DataObject
) -> None:
    size = len(documents)
    found = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=bool)

    counts = FacetIndex(documents).counts(np.flatnonzero(found), filters)

    expected = {
        name: {
            value: total
            for value in VALUES
            if (
                total := sum(
                    bool(found[i])
                    and value in document.get(name, ())
                    and fits(document, {**filters, name: [value]})
                    for i, document in enumerate(documents)
                )
            )
        }
        for name in {name for document in documents for name in document}
    }
    assert counts == expected
    for numbers in counts.values():
        assert list(numbers.values()) == sorted(numbers.values(), reverse=True)


def test_counts_change_nothing_that_was_given() -> None:
    found, index = np.array([0, 1]), FacetIndex([{"hall": ["a"]}, {"hall": ["b"]}])

    assert index.counts(found, {"hall": ["b"]}) == {"hall": {"a": 1, "b": 1}}
    assert found.tolist() == [0, 1]
