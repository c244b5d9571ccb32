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


@given(Documents, Filters, st.data())
def test_found_documents_are_narrowed_and_counts_are_the_totals_after_choosing_each_value(
    documents: list[Facets], filters: Facets, data: st.DataObject
) -> None:
    size = len(documents)
    found = np.array(data.draw(st.lists(st.booleans(), min_size=size, max_size=size)), dtype=bool)

    cut = data.draw(st.integers(0, size))
    index = FacetIndex.of(documents[:cut]).extended(documents[cut:])
    positions, counts = index.narrow(np.flatnonzero(found), filters)

    passing = [fits(documents[i], filters) for i in np.flatnonzero(found)]
    assert positions.tolist() == np.flatnonzero(passing).tolist()

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


@given(Documents, st.data())
def test_an_index_of_some_counts_them_alone(documents: list[Facets], data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.sampled_from(range(len(documents))))) if documents else []
    some = FacetIndex.of(documents).kept(np.array(kept, np.int64))
    cut = data.draw(st.integers(0, len(documents)))
    first = FacetIndex.of(documents).first(cut)

    for index, own in ((some, [documents[i] for i in kept]), (first, documents[:cut])):
        everything = np.arange(len(own))
        expected = FacetIndex.of(own).narrow(everything, {})[1]
        found = index.narrow(everything, {})[1]
        assert {name: one for name, one in found.items() if one} == {
            name: one for name, one in expected.items() if one
        }
        assert index.starts[-1] == len(index.values)


def test_values_are_counted_commonest_first_whatever_is_chosen() -> None:
    found, index = np.array([0, 1]), FacetIndex.of([{"hall": ["a"]}, {"hall": ["b"]}])

    positions, counts = index.narrow(found, {"hall": ["b"]})

    assert (positions.tolist(), counts) == ([1], {"hall": {"a": 1, "b": 1}})
    assert found.tolist() == [0, 1]
