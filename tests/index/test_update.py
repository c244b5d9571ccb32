"""Changing an index a few documents at a time gives what indexing them all anew gives."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import search_index
from index.contents import LanguageData
from index.documents import Document, Text
from index.encoder import SharedEncoder
from index.memory import MemoryCache
from index.ranking import Mode
from index.search_index import SearchIndex, SearchResult
from tests.index.conftest import CONCEPTS, DOCUMENTS, HashingEncoder, document

NOUNS = "робот сварка теплица пластик камера вода сталь ткань мука хлеб".split()
HALLS = ("A", "B")
EVERYTHING = 1000


def opened(language: LanguageData, encoder: HashingEncoder | None = None) -> SearchIndex:
    encoder = encoder or HashingEncoder()
    shared = SharedEncoder(encoder.model, encoder)
    return SearchIndex(shared, MemoryCache(), language=language)


def made_anew(language: LanguageData, documents: Sequence[Document]) -> SearchIndex:
    index = opened(language)
    index.refresh(documents, CONCEPTS, 1)
    return index


def of_one_length(code: str, first: str, second: str, hall: str | None = None) -> Document:
    """A document whose body is as long as all others': none changes the average length."""
    facets = {"hall": (hall,)} if hall else {}
    return Document(
        code,
        (Text("ru", first, body=f"{second} {first}"),),
        concepts=("welding",) if first == "сварка" else (),
        facets=facets,
        sort_keys={"place": second.encode()},
    )


Documents = st.builds(
    of_one_length,
    st.sampled_from([f"CODE{number}" for number in range(8)]),
    st.sampled_from(NOUNS),
    st.sampled_from(NOUNS),
    st.sampled_from((None, *HALLS)),
)
Several = st.lists(Documents, max_size=5, unique_by=lambda one: one.code)
Changes = st.lists(
    st.tuples(Several, st.sets(st.sampled_from([f"CODE{number}" for number in range(8)]))),
    min_size=1, max_size=5,
)  # fmt: skip


def changed(
    documents: Mapping[str, Document], new: Sequence[Document], removed: set[str]
) -> dict[str, Document]:
    """The documents after an update: changed ones keep their place, new ones come last."""
    left = {code: one for code, one in documents.items() if code not in removed}
    return left | {one.code: one for one in new}


def codes(found: SearchResult) -> list[str]:
    return [hit.code for hit in found.hits] if found.fits else []


def scores(found: SearchResult) -> list[tuple[str, float]]:
    return sorted((hit.code, hit.score) for hit in found.hits)


def facets(found: SearchResult) -> dict[str, dict[str, int]]:
    return {name: dict(counts) for name, counts in found.facets.items() if counts}


def updated(
    index: SearchIndex,
    start: Sequence[Document],
    changes: Sequence[tuple[list[Document], set[str]]],
) -> dict[str, Document]:
    """Index documents and update them; the documents there are then."""
    index.refresh(start, CONCEPTS, 1)
    now = {one.code: one for one in start}
    for revision, (new, removed) in enumerate(changes, start=2):
        # What is changed is not removed.
        removed = removed - {one.code for one in new}
        possible = bool(now) or not new
        assert index.update(new, removed, revision) is possible
        now = changed(now, new, removed)
        if not possible:
            index.refresh(list(now.values()), CONCEPTS, revision)
        assert index.revision == revision
    return now


@given(Several, Changes)
@settings(deadline=None, max_examples=40)
def test_an_updated_index_finds_what_one_made_anew_finds(
    language: LanguageData, start: list[Document], changes: list[tuple[list[Document], set[str]]]
) -> None:
    index = opened(language)
    now = updated(index, start, changes)
    anew = made_anew(language, list(now.values()))

    assert len(index) == len(now)
    assert codes(index.search("", limit=EVERYTHING)) == list(now)
    for filters in ({}, {"hall": ["A"]}, {"hall": ["A", "B"]}, {"hall": ["none such"]}):
        found, expected = (one.search("", filters=filters) for one in (index, anew))
        assert codes(found) == codes(expected)
        assert (found.total, facets(found)) == (expected.total, facets(expected))
    in_order = index.search("", sort="place", limit=EVERYTHING)
    assert [hit.code for hit in in_order.hits] == sorted(
        now, key=lambda code: (now[code].sort_keys["place"], code)
    )
    for noun in NOUNS:
        found, expected = (one.search(noun, mode="lexical", correct=False) for one in (index, anew))
        assert sorted(codes(found)) == sorted(codes(expected))
        if expected.fits:
            assert (found.total, facets(found)) == (expected.total, facets(expected))
    if anew.knows_meaning:
        for code in (f"CODE{number}" for number in range(8)):
            assert len(index.similar(code, limit=9)) == len(anew.similar(code, limit=9))


@given(Several.filter(bool), Changes)
@settings(deadline=None, max_examples=40)
def test_a_merged_index_scores_as_one_made_anew(
    language: LanguageData, start: list[Document], changes: list[tuple[list[Document], set[str]]]
) -> None:
    """All bodies being of one length, scores depend on no average."""
    index = opened(language)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(search_index, "_RECENT_AT_LEAST", 0)
        now = updated(index, start, changes)
    anew = made_anew(language, list(now.values()))

    assert codes(index.search("", limit=EVERYTHING)) == list(now)
    for query in (*NOUNS, "робот сварка", "вода хлеб мука", "welding"):
        for mode in Mode if anew.knows_meaning and index.knows_meaning else (Mode.LEXICAL,):
            found, expected = (
                one.search(query, mode=mode, correct=False, limit=EVERYTHING)
                for one in (index, anew)
            )
            assert found.fits == expected.fits
            if found.fits:
                assert [code for code, _ in scores(found)] == [code for code, _ in scores(expected)]
                assert [s for _, s in scores(found)] == pytest.approx(
                    [s for _, s in scores(expected)], abs=2e-3
                )


def crowd(count: int) -> list[Document]:
    return [
        of_one_length(f"D{n:03}", NOUNS[n % 10], NOUNS[n // 10 % 10], HALLS[n % 2])
        for n in range(count)
    ]


def test_documents_that_are_only_removed_leave_a_merged_index_in_order(
    language: LanguageData,
) -> None:
    """So many at once that the index is merged, though nothing new stands beside it."""
    index, documents = opened(language), crowd(200)
    index.refresh(documents, CONCEPTS, 1)

    assert index.update([], [one.code for one in documents[:150]], 2) is True

    anew = made_anew(language, documents[150:])
    for query in (*NOUNS, "робот вода"):
        found, expected = (one.search(query, limit=EVERYTHING) for one in (index, anew))
        assert [code for code, _ in scores(found)] == [code for code, _ in scores(expected)]
        assert [s for _, s in scores(found)] == pytest.approx(
            [s for _, s in scores(expected)], abs=2e-3
        )


def test_a_word_that_nobody_has_any_more_is_unknown_again(language: LanguageData) -> None:
    strange = document("STRNG2", ("ru", "Бадогуск", "Бадогуск стоит."))
    near = document("NEAR22", ("ru", "Бадогурск", "Бадогурск стоит у входа."))
    index = opened(language)
    index.refresh([*crowd(200), strange, near], CONCEPTS, 1)
    assert index.search("бадогуск").correction is None

    # Enough is removed for the index to be merged.
    index.update([], ["STRNG2", *(f"D{n:03}" for n in range(150))], 2)

    found = index.search("бадогуск", mode="lexical")
    assert found.correction is not None
    assert (found.correction.query, codes(found)) == ("бадогурск", ["NEAR22"])


def test_nothing_changed_moves_the_revision_and_nothing_else(language: LanguageData) -> None:
    encoder = HashingEncoder()
    index = opened(language, encoder)
    index.refresh(DOCUMENTS, CONCEPTS, 1, token="one")
    before = index.search("теплица")
    encoder.queries.clear()

    assert index.update([], ["NOSUCH"], 2, token="two") is True

    assert (index.revision, index.token, len(index)) == (2, "two", len(DOCUMENTS))
    assert replace(index.search("теплица"), took_ms=0) == replace(before, took_ms=0)
    assert encoder.queries == []


def test_an_update_before_any_refresh_does_nothing(language: LanguageData) -> None:
    index = opened(language)

    assert index.update(DOCUMENTS, [], 1) is False
    assert (index.revision, len(index)) == (0, 0)


def test_an_update_whose_vectors_cannot_be_had_does_nothing(language: LanguageData) -> None:
    known = MemoryCache()
    ready = SearchIndex(SharedEncoder("hashing-16", HashingEncoder()), known, language=language)
    ready.refresh(DOCUMENTS, CONCEPTS, 1)
    waiting = SearchIndex(SharedEncoder("hashing-16"), known, language=language)
    waiting.refresh(DOCUMENTS, CONCEPTS, 1)
    assert waiting.knows_meaning

    new = of_one_length("NEW222", "пластик", "мука")
    assert waiting.update([new], [], 2) is False

    assert (waiting.revision, len(waiting)) == (1, len(DOCUMENTS))


def test_an_update_encodes_what_is_new_alone(language: LanguageData) -> None:
    encoder = HashingEncoder()
    index = opened(language, encoder)
    index.refresh(DOCUMENTS, CONCEPTS, 1)
    encoder.documents.clear()
    moved = replace(DOCUMENTS[0], facets={"hall": ("C",)})

    index.update([moved, of_one_length("NEW222", "мука", "сталь")], [], 2)

    assert encoder.documents == ["мука\nсталь мука"]
    assert codes(index.search("", filters={"hall": ["C"]})) == ["GRHKK2"]


def test_a_document_without_a_text_costs_no_other_its_meaning(language: LanguageData) -> None:
    index = opened(language)
    index.refresh(DOCUMENTS, CONCEPTS, 1)

    assert index.update([Document("SILENT", ())], [], 2) is True

    assert index.knows_meaning
    assert index.search("теплица").meaning
    assert index.similar("SILENT") == ()
    assert index.search("").total == len(DOCUMENTS) + 1


def generations() -> Iterator[tuple[int, list[Document]]]:
    """Revisions in each of which the same two documents say something else."""
    for revision in range(2, 9):
        yield revision, [of_one_length(f"CODE{n}", "робот", NOUNS[revision]) for n in range(2)]


def test_no_answer_of_a_former_revision_is_remembered(language: LanguageData) -> None:
    index = opened(language)
    index.refresh([of_one_length("CODE0", "робот", "вода")], CONCEPTS, 1)

    for revision, documents in generations():
        index.update(documents, [], revision)
        for mode in (Mode.HYBRID, Mode.LEXICAL):
            found = index.search("робот", mode=mode, correct=False)
            assert sorted(hit.code for hit in found.hits) == ["CODE0", "CODE1"]
        for noun in NOUNS[2:]:
            found = index.search(noun, mode="lexical", correct=False)
            assert bool(codes(found)) == (noun == NOUNS[revision])


def test_damaged_vectors_are_said_in_the_log_and_made_anew(
    language: LanguageData, caplog: pytest.LogCaptureFixture
) -> None:
    encoder, known = HashingEncoder(), MemoryCache()
    shared = SharedEncoder(encoder.model, encoder)
    first = SearchIndex(shared, known, language=language)
    first.refresh(DOCUMENTS, CONCEPTS, 1)
    expected = first.search("теплица").hits
    (cut, flipped, unknown), _ = list(known._vectors)[:3], encoder.documents.clear()
    known._vectors[cut] = known._vectors[cut][:-1]
    known._vectors[flipped] = known._vectors[flipped] * 3
    known._vectors[unknown] = known._vectors[unknown] * float("nan")

    second = SearchIndex(shared, known, language=language)
    second.refresh(DOCUMENTS, CONCEPTS, 1)

    assert caplog.messages == ["3 cached vectors are damaged. They are made anew."]
    assert len(encoder.documents) == 3
    assert second.search("теплица").hits == expected
    encoder.documents.clear()
    SearchIndex(shared, known, language=language).refresh(DOCUMENTS, CONCEPTS, 1)
    assert encoder.documents == []
