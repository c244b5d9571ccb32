from collections.abc import Iterable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import search_index
from index.analysis import words
from index.contents import Contents, LanguageData, RowWords
from index.documents import Document, Text, passages
from index.encoder import SharedEncoder
from index.memory import MemoryCache
from index.pieces import PieceIndex
from index.ranking import ENOUGH, Mode
from index.search_index import SearchIndex
from index.words import Group, RowTerms, analyze_row
from tests.index.conftest import CONCEPTS, HashingEncoder

VOCABULARY = "робот роботы сварка сварочный теплица вода водой клей қоқыс қоқысы".split()
HALLS = ("A", "B", "C")
GROUPS = [
    Group("робот", (("робот", 1.0), ("сварк", 0.6)), frozenset(["робот"])),
    Group("клей", (("клей", 1.0),), frozenset(["клей"])),
    Group("нет", (("вод", 0.6),), frozenset()),
]
Bodies = st.lists(st.sampled_from(VOCABULARY), max_size=5).map(" ".join)
Documents = st.lists(
    st.tuples(
        st.lists(st.tuples(st.sampled_from(("kk", "ru", "en")), Bodies), max_size=3),
        st.sampled_from(HALLS),
    ),
    max_size=8,
)


def made(code: str, bodies: Sequence[tuple[str, str]], hall: str, revision: int) -> Document:
    """A document with a text for each body; the revision tells its versions apart."""
    return Document(
        code,
        tuple(Text(language, f"Стенд{revision}", body=body) for language, body in bodies),
        facets={"hall": (hall,), "revision": (str(revision),)},
        sort_keys={"hall": hall.encode()} if hall != "C" else {},
    )


def opened() -> SearchIndex:
    encoder = HashingEncoder()
    return SearchIndex(
        SharedEncoder(encoder.model, encoder), MemoryCache(), language=LanguageData()
    )


def changed(
    documents: Sequence[Document], changes: Iterable[tuple[list[tuple[str, str]], str]]
) -> list[Document]:
    """New versions of every second document, then new ones."""
    return [
        made(documents[2 * i].code if 2 * i < len(documents) else f"N{i}", bodies, hall, 2)
        for i, (bodies, hall) in enumerate(changes)
    ]


def after(
    documents: Sequence[Document], later: Sequence[Document], removed: Iterable[str]
) -> list[Document]:
    """The documents that are there after an update, in the order they were given."""
    new = {one.code: one for one in later}
    left = [new.pop(d.code, d) for d in documents if d.code not in set(removed)]
    return [*left, *new.values()]


def updated(
    first: list[tuple[list[tuple[str, str]], str]],
    changes: list[tuple[list[tuple[str, str]], str]],
    data: st.DataObject,
) -> tuple[Contents, SearchIndex, list[Document]]:
    """(contents of an updated index that wasn't merged, the index, what is in it)."""
    # What words there are decides how a query is read, and former versions keep theirs.
    everything = made("ALL", [("kk", " ".join(VOCABULARY))], "A", 1)
    documents = [made(f"D{i}", bodies, hall, 1) for i, (bodies, hall) in enumerate(first)]
    later = changed(documents, changes)
    untouched = [d.code for d in documents if d.code not in {one.code for one in later}]
    removed = data.draw(st.lists(st.sampled_from(untouched), unique=True)) if untouched else []
    index = opened()
    index.refresh([everything, *documents], CONCEPTS, 1)
    assert index.update(later, removed, 2)
    return index._contents, index, [everything, *after(documents, later, removed)]


def places(contents: Contents, documents: Sequence[Document]) -> list[int]:
    return [contents.position[one.code] for one in documents]


@given(Documents, Documents, st.data())
@settings(deadline=None, max_examples=40)
def test_an_updated_index_has_what_one_made_anew_has(
    first: list[tuple[list[tuple[str, str]], str]],
    changes: list[tuple[list[tuple[str, str]], str]],
    data: st.DataObject,
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        # Merged at once, or never.
        limit = data.draw(st.sampled_from([0, 1000]))
        patch.setattr(search_index, "_RECENT_AT_LEAST", limit)
        _, index, documents = updated(first, changes, data)
    anew = opened()
    anew.refresh(documents, CONCEPTS, 2)

    assert (len(index), index.revision) == (len(documents), 2)
    for sort in (None, "hall"):
        one, other = (found.search("", sort=sort, limit=99) for found in (index, anew))
        assert one.hits == other.hits
        assert one.facets == other.facets
    for query in VOCABULARY:
        one, other = (found.search(query, mode=Mode.LEXICAL, limit=99) for found in (index, anew))
        assert one.fits == other.fits
        if one.fits:
            assert {hit.code for hit in one.hits} == {hit.code for hit in other.hits}
            assert {h.code: h.why for h in one.hits} == {h.code: h.why for h in other.hits}
            assert one.facets == other.facets


@given(Documents, Documents, st.data())
@settings(deadline=None, max_examples=40)
def test_merged_contents_are_those_of_the_documents_left(
    first: list[tuple[list[tuple[str, str]], str]],
    changes: list[tuple[list[tuple[str, str]], str]],
    data: st.DataObject,
) -> None:
    contents, _, documents = updated(first, changes, data)
    query = HashingEncoder.vectors(["робот"])[0]

    merged = contents.merged()

    assert len(merged.segments) == 1
    assert (len(merged), merged.gone, merged.revision) == (len(documents), frozenset(), 2)
    own, new = places(contents, documents), places(merged, documents)
    rows = [contents._rows.of(np.array(own, np.int64)), merged._rows.of(np.array(new, np.int64))]
    assert rows[0][1].tolist() == rows[1][1].tolist() == [len(one.texts) for one in documents]
    for word in VOCABULARY:
        shares = [
            one.piece_shares([word], np.array(at, np.int64))
            for one, at in ((contents, own), (merged, new))
        ]
        standing = [
            one.standing(GROUPS, np.array(at, np.int64)).tolist()
            for one, at in ((contents, own), (merged, new))
        ]
        # Former versions still count among the rows that pieces are rare in.
        assert (shares[0] > 0).tolist() == (shares[1] > 0).tolist()
        assert standing[0] == standing[1]
    for one in documents:
        expected = [
            HashingEncoder.vectors([p])[0] @ query for text in one.texts for p in passages(text)
        ]
        languages = [text.language for text in one.texts for _ in passages(text)]
        for found in (contents, merged):
            if found.vectors:
                place = np.array([found.position[one.code]])
                passage_rows, _ = found.passages_of(place)
                scanned = found.similarities(query)[passage_rows]
                assert scanned.tolist() == pytest.approx(expected, abs=2e-3)
                near, nearness = found.near(np.tile(query, (3, 1)))
                usual = nearness.usual
                standard = [
                    (similarity - usual.means[("kk", "ru", "en").index(language)]) / usual.deviation
                    for similarity, language in zip(expected, languages, strict=True)
                ]
                room = 2e-3 / usual.deviation
                best = pytest.approx([max(standard, default=0.0)], abs=room)
                assert near[place].tolist() == best
                assert found.exact_near(nearness, place).tolist() == best
                assert set(found.document_of(passage_rows).tolist()) <= set(place.tolist())


def analyzed(bodies: Iterable[str]) -> list[RowTerms]:
    texts = [Text("kk", "", body=body) for body in bodies]
    return [analyze_row(Document("A", (text,)), text, []) for text in texts]


def words_of(rows: RowWords) -> list[set[str]]:
    """The words of each row, written out."""
    known = list(rows.counts)
    return [
        {known[i] for i in rows.words[start:end].tolist()}
        for start, end in zip(rows.starts, rows.starts[1:], strict=False)
    ]


@given(st.lists(st.tuples(Bodies, st.booleans()), max_size=8), st.data())
def test_merged_row_words_are_those_of_the_rows_kept(
    chosen: list[tuple[str, bool]], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(chosen)))
    parts = [chosen[:cut], chosen[cut:]] if data.draw(st.booleans()) else [chosen]

    merged = RowWords.merged(
        [RowWords.of(analyzed(body for body, _ in part)) for part in parts],
        np.array([keep for _, keep in chosen], bool),
    )

    expected = [set(words(body)) for body, keep in chosen if keep]
    assert words_of(merged) == expected
    assert {word: number for word, number in merged.counts.items() if number} == {
        word: sum(word in row for row in expected) for row in expected for word in row
    }


@given(st.lists(st.lists(Bodies, max_size=3), min_size=1, max_size=5), st.data())
@settings(deadline=None, max_examples=40)
def test_piece_shares_are_those_of_each_documents_best_text(
    bodies: list[list[str]], data: st.DataObject
) -> None:
    index = opened()
    index.refresh(
        [
            Document(f"D{i}", tuple(Text("kk", "", body=body) for body in own))
            for i, own in enumerate(bodies)
        ],
        [],
        1,
    )
    query = data.draw(st.lists(st.sampled_from([*VOCABULARY, "робототехника"]), max_size=3))
    asked = data.draw(st.lists(st.integers(0, len(bodies) - 1), max_size=6))

    found = index._contents.piece_shares(query, np.array(asked, np.int64))

    rows = [set(words(body)) for own in bodies for body in own]
    vocabulary = sorted(set().union(*rows))
    counts = np.array([sum(word in row for row in rows) for word in vocabulary], dtype=np.int64)
    pieces = PieceIndex(vocabulary, counts, len(rows))

    def share(body: str) -> float:
        own = np.array([vocabulary.index(word) for word in sorted(set(words(body)))], np.int32)
        starts, first = np.array([0, len(own)]), np.zeros(1, np.int64)
        return float(pieces.shares(query, own, starts, first, first + 1)[0])

    expected = [max(map(share, bodies[place]), default=0.0) for place in asked]
    assert found.tolist() == pytest.approx(expected, abs=1e-5)


def test_a_first_text_in_a_language_is_found_after_an_update() -> None:
    index = opened()
    index.refresh(
        [made(f"D{i}", [("kk", body)], "A", 1) for i, body in enumerate(VOCABULARY)], [], 1
    )

    index.update([made("NEW", [("en", "welded gate")], "B", 2)], [], 2)

    assert len(index._contents.segments) == 2
    assert [hit.code for hit in index.search("welded gate").hits] == ["NEW"]
    assert index.search("welded gate", mode=Mode.DENSE).hits[0].code == "NEW"
    assert len(index.similar("NEW", limit=99)) == len(VOCABULARY)
    assert {hit.code for hit in index.similar("D0", limit=99)} >= {"NEW"}


def test_a_removed_document_doesnt_outdo_those_that_are_left() -> None:
    bodies = [*(f"клей {noun}" for noun in VOCABULARY), *(f"вода {noun}" for noun in VOCABULARY)]
    documents = [made(f"D{i}", [("ru", body)], "A", 1) for i, body in enumerate(bodies)]
    best = made("BEST", [("ru", "робот сварка теплица")], "A", 1)
    index, anew = opened(), opened()
    index.refresh([*documents, best], [], 1)
    anew.refresh(documents, [], 2)
    query = "робот сварка теплица"
    before = [hit.code for hit in index.search(query, limit=99).hits]

    index.update([], ["BEST"], 2)

    found, expected = index.search(query, limit=99), anew.search(query, limit=99)
    # What is usual is still taken from all vectors, so a score near the line may fall on either side.
    clear = {hit.code for hit in expected.hits if hit.score > ENOUGH + 0.2}
    assert before[0] == "BEST"
    assert not clear <= set(before)
    assert index._contents.gone
    assert found.fits == expected.fits
    assert clear <= {hit.code for hit in found.hits}
