import gc
import math
import random
import threading
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from index import search_index
from index.analysis import document_terms, query_terms, words
from index.contents import LanguageData
from index.documents import Document, Text, content_hash, passages
from index.encoder import SharedEncoder
from index.explain import ReasonKind
from index.fusion import SHARE_WEIGHT, WORDS_WEIGHT
from index.memory import MemoryCache
from index.ranking import ENOUGH, FITS, SHARE_OF_BEST, Mode
from index.search_index import Hit, SearchIndex, SearchResult
from tests.index.conftest import CONCEPTS, DOCUMENTS, HashingEncoder, document

NOUNS = """
    робот сварка теплица пластик камера вода сталь ткань мука хлеб дерево клей фонарь провод
    датчик мотор колесо насос экран кнопка доска глина стекло песок бетон кирпич краска лодка
    крыло парус мост башня дверь окно лампа часы весы нить игла молоко
""".split()
HALLS, COLLEGES = ("A", "B", "C"), ("temirqol", "dala")
VALUES = {
    "technology": tuple(concept.slug for concept in CONCEPTS),
    "college": COLLEGES,
    "hall": HALLS,
    "unheard": ("x",),
}
EVERYTHING = 10_000


def crowd(count: int) -> list[Document]:
    """Random documents in Russian, their facets and places in an order too, not by code."""
    chance = random.Random(20261123)
    made = [
        Document(
            f"D{number:03}",
            (
                Text(
                    "ru",
                    " ".join(chance.sample(NOUNS, 2)),
                    body=" ".join(chance.choices(NOUNS, k=chance.randint(0, 9))),
                ),
            ),
            concepts=(slugs := tuple(chance.sample(VALUES["technology"], chance.randint(0, 3)))),
            facets={
                "technology": slugs,
                "college": (chance.choice(COLLEGES),),
                "hall": tuple(chance.sample(HALLS, chance.randint(0, 1))),
            },
            sort_keys={"place": bytes([chance.randint(1, 20)])} if chance.random() < 0.8 else {},
        )
        for number in range(count)
    ]
    return chance.sample(made, count)


CROWD = crowd(120)
ONE_BY_CODE = {one.code: one for one in (*CROWD, *DOCUMENTS)}
Queries = st.one_of(
    st.lists(st.sampled_from(NOUNS), max_size=3).map(" ".join),
    st.sampled_from(["сварка", "робототехника", "ИИ", "ghbdtn", "қиыр шет", "greenhouse welding"]),
)
Filters = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.sampled_from((*values, "none such")), max_size=2)
        for name, values in VALUES.items()
    },
)
Modes = st.sampled_from(Mode)


def opened(
    language: LanguageData,
    encoder: HashingEncoder | None = None,
    cache: MemoryCache | None = None,
) -> SearchIndex:
    """An index that nothing was put into yet."""
    encoder = encoder or HashingEncoder()
    shared = SharedEncoder(encoder.model, encoder)
    return SearchIndex(shared, cache or MemoryCache(), language=language)


@pytest.fixture(scope="module")
def crowded(language: LanguageData) -> SearchIndex:
    """A hundred and twenty documents with vectors."""
    made = opened(language)
    made.refresh(CROWD, CONCEPTS, 1)
    made.search("unheard слыханное")
    return made


def codes(hits: Sequence[Hit]) -> list[str]:
    return [hit.code for hit in hits]


def fits(one: Document, filters: Mapping[str, Sequence[str]]) -> bool:
    """Whether a document has, for each filter, one of its values."""
    return all(
        set(values) & set(one.facets.get(name, ())) for name, values in filters.items() if values
    )


@cache
def vectors(texts: tuple[Text, ...]) -> NDArray[np.float32]:
    """The vectors of a document's passages as the index keeps them, in half precision."""
    made = HashingEncoder.vectors([p for text in texts for p in passages(text)])
    return made.astype(np.float16).astype(np.float32)


def cosine(one: Document, query: str) -> float:
    """How similar a document's nearest passage is to a query."""
    return float((vectors(one.texts) @ HashingEncoder.vectors([query])[0]).max())


@given(Queries, Filters, Modes)
@settings(deadline=None)
def test_filters_leave_out_what_lacks_their_values_and_nothing_else(
    crowded: SearchIndex, query: str, filters: dict[str, list[str]], mode: Mode
) -> None:
    everything = crowded.search(query, mode=mode, limit=EVERYTHING)

    found = crowded.search(query, mode=mode, filters=filters, limit=EVERYTHING)

    expected = [hit for hit in everything.hits if fits(ONE_BY_CODE[hit.code], filters)]
    assert list(found.hits) == expected
    assert found.total == len(expected)
    assert found.fits == everything.fits


@given(Queries, Filters, Modes)
@settings(deadline=None, max_examples=60)
def test_each_count_is_the_total_after_choosing_the_value(
    crowded: SearchIndex, query: str, filters: dict[str, list[str]], mode: Mode
) -> None:
    counts = crowded.search(query, mode=mode, filters=filters, limit=1).facets

    assert counts == {
        name: {
            value: total
            for value in values
            if (
                total := crowded.search(
                    query, mode=mode, filters={**filters, name: [value]}, limit=0
                ).total
            )
        }
        for name, values in VALUES.items()
        if name != "unheard"
    }


@given(Queries, Filters, st.integers(1, 50), st.sampled_from([None, "place"]))
@settings(deadline=None, max_examples=50)
def test_pages_show_every_hit_once_and_in_order(
    crowded: SearchIndex, query: str, filters: dict[str, list[str]], size: int, sort: str | None
) -> None:
    whole = crowded.search(query, filters=filters, sort=sort, limit=EVERYTHING)

    pages = [
        crowded.search(query, filters=filters, sort=sort, offset=offset, limit=size)
        for offset in range(0, whole.total + size, size)
    ]

    assert [hit for page in pages for hit in page.hits] == list(whole.hits)
    assert {page.total for page in pages} == {len(whole.hits)}
    assert pages[-1].hits == ()


@given(Queries, Filters)
@settings(deadline=None, max_examples=50)
def test_sort_orders_by_the_key_and_then_by_code(
    crowded: SearchIndex, query: str, filters: dict[str, list[str]]
) -> None:
    best_first = crowded.search(query, filters=filters, limit=EVERYTHING)

    found = crowded.search(query, filters=filters, sort="place", limit=EVERYTHING)

    def place(hit: Hit) -> tuple[float, str]:
        return ONE_BY_CODE[hit.code].sort_keys.get("place", b"\xff"), hit.code

    assert list(found.hits) == sorted(best_first.hits, key=place)
    scores = [hit.score for hit in best_first.hits]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("query", ["", " \n", "—!", "🤖"])
@pytest.mark.parametrize("mode", Mode)
def test_an_empty_query_finds_every_document_as_given(
    crowded: SearchIndex, query: str, mode: Mode
) -> None:
    found = crowded.search(query, mode=mode, limit=EVERYTHING)

    assert found.hits == tuple(Hit(one.code, 0.0, ()) for one in CROWD)
    assert (found.total, found.fits, found.correction) == (len(CROWD), True, None)
    assert found.facets["hall"] == {
        hall: sum(hall in one.facets["hall"] for one in CROWD) for hall in HALLS
    }


def test_an_empty_index_finds_nothing(language: LanguageData) -> None:
    made = opened(language)

    for refreshed in (False, True):
        found = made.search("робот")
        assert (found.hits, found.total, found.facets, found.fits) == ((), 0, {}, True)
        assert (len(made), made.revision, made.knows_meaning) == (0, int(refreshed), False)
        assert made.similar("D001") == ()
        made.refresh([], [], 1)


def standard(query: str, documents: Sequence[Document]) -> dict[str, float]:
    """Similarities to a query, in standard deviations above their mean; all in one language."""
    similar = {one.code: cosine(one, query) for one in documents}
    values = list(similar.values())
    return {code: float((s - np.mean(values)) / np.std(values)) for code, s in similar.items()}


def best_above(scores: Mapping[str, float]) -> dict[str, float]:
    """The scores that count as found."""
    best = max(scores.values())
    return {
        code: score
        for code, score in scores.items()
        if best >= FITS and score >= max(ENOUGH, SHARE_OF_BEST * best)
    }


def scores(found: SearchResult) -> dict[str, float]:
    return {hit.code: hit.score for hit in found.hits}


@pytest.mark.parametrize("query", ["фонарь", "глина", "песок", "парус", "нить"])
def test_dense_search_equals_brute_force(crowded: SearchIndex, query: str) -> None:
    expected = best_above(standard(query, CROWD))
    assert len(expected) > 1

    found = crowded.search(query, mode=Mode.DENSE, limit=EVERYTHING)

    assert scores(found) == pytest.approx(expected, abs=2e-3)
    assert (found.fits, found.meaning) == (True, True)


def test_something_fits_where_the_best_is_good_enough(crowded: SearchIndex) -> None:
    fitting = {noun: bool(best_above(standard(noun, CROWD))) for noun in NOUNS[3:]}
    assert set(fitting.values()) == {False, True}

    assert {noun: crowded.search(noun, mode=Mode.DENSE).fits for noun in fitting} == fitting


@pytest.mark.parametrize("query", NOUNS[3:])
def test_hybrid_search_adds_words_to_meaning(crowded: SearchIndex, query: str) -> None:
    by_words = scores(crowded.search(query, mode=Mode.LEXICAL, limit=EVERYTHING))
    nearness = standard(query, CROWD)
    assert by_words.keys() == {
        one.code for one in CROWD if query in words(f"{one.texts[0].title} {one.texts[0].body}")
    }

    found = crowded.search(query, limit=EVERYTHING)

    # Of no word and no great nearness, a document counts as a typical one.
    expected = {
        code: z + WORDS_WEIGHT * by_words.get(code, 0.0) + SHARE_WEIGHT * (code in by_words)
        for code, z in nearness.items()
        if code in by_words or z > ENOUGH
    }
    assert scores(found) == pytest.approx(best_above(expected), abs=5e-3)
    assert (found.fits, found.meaning) == (True, True)


@pytest.mark.parametrize("query", ["робот", "hj,jn", "ИИ", "кокыс", "қиыр шет", "тепли"])
def test_lexical_search_asks_no_encoder(
    index: SearchIndex, words_index: SearchIndex, hashing: HashingEncoder, query: str
) -> None:
    found, alone = index.search(query, mode="lexical"), words_index.search(query)

    assert (found.hits, found.total, found.fits) == (alone.hits, alone.total, alone.fits)
    assert (found.meaning, alone.meaning) == (False, False)
    assert hashing.queries == []


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.DENSE])
def test_where_nothing_fits_the_nearest_are_shown(crowded: SearchIndex, mode: Mode) -> None:
    nearness = standard("қиыр шет", CROWD)
    assert max(nearness.values()) < FITS

    found = crowded.search("қиыр шет", mode=mode, limit=EVERYTHING)

    assert (found.fits, found.total, found.meaning) == (False, 10, True)
    assert codes(found.hits) == sorted(nearness, key=lambda code: -nearness[code])[:10]


def test_where_no_word_is_known_nothing_fits(words_index: SearchIndex) -> None:
    found = words_index.search("қиыр шет")

    assert (found.fits, found.meaning, found.total) == (False, False, len(DOCUMENTS))
    assert {hit.score for hit in found.hits} == {0.0}


@pytest.mark.parametrize(
    ("query", "meant"),
    [("ntgkbwf", "теплица"), ("кокыс суриптау", "қоқыс сұрыптау"), ("wleded gate", "welded gate")],
)
def test_a_corrected_query_finds_what_was_meant(index: SearchIndex, query: str, meant: str) -> None:
    found, expected = index.search(query), index.search(meant)

    assert found.correction is not None
    assert (found.query, found.correction.query) == (query, meant)
    assert (found.hits, found.total, found.concepts) == (
        expected.hits, expected.total, expected.concepts,
    )  # fmt: skip
    assert index.search(query, correct=False).correction is None
    assert index.search(query, correct=False).hits != found.hits


@pytest.mark.parametrize("limit", [1, 6, 200])
def test_similar_equals_brute_force(language: LanguageData, limit: int) -> None:
    long = [
        Document(
            f"LONG{number}",
            (
                Text("ru", noun, body=". ".join(f"{noun} {'щ' * 1700}{i}" for i in range(3))),
                Text("en", noun, body=noun),
            ),
            concepts=VALUES["technology"][number : number + 2],
        )
        for number, noun in enumerate(NOUNS[:5])
    ]
    documents = [*CROWD[:40], *long, *DOCUMENTS]
    made = opened(language)
    made.refresh(documents, CONCEPTS, 1)
    everything = [
        (one.code, text.language, vector)
        for one in documents
        for text in one.texts
        for vector in vectors((text,))
    ]
    assert len(everything) == 40 + 5 * (3 + 1) + 7
    middle = {
        language: np.mean([vector for _, own, vector in everything if own == language], axis=0)
        for language in ("kk", "ru", "en")
    }
    passages_of: dict[str, list[NDArray[np.float32]]] = {one.code: [] for one in documents}
    for code, own, vector in everything:
        rest = vector - middle[own]
        passages_of[code].append(rest / np.linalg.norm(rest))
    rarity = {
        concept.slug: math.log(1 + len(documents) / tagged)
        for concept in CONCEPTS
        if (tagged := sum(concept.slug in one.concepts for one in documents))
    }

    def likeness(one: Document, other: Document) -> float:
        nearest = max(float(a @ b) for a in passages_of[one.code] for b in passages_of[other.code])
        all_of_them = sum(rarity[slug] for slug in one.concepts)
        shared = sum(rarity[slug] for slug in set(one.concepts) & set(other.concepts))
        return nearest + (0.5 * shared / all_of_them if shared else 0.0)

    for one in documents:
        expected = {other.code: likeness(one, other) for other in documents if other is not one}
        found = made.similar(one.code, limit=limit)
        best = sorted(expected.values(), reverse=True)[:limit]
        assert [hit.score for hit in found] == pytest.approx(best, abs=2e-3)
        assert [expected[hit.code] for hit in found] == pytest.approx(best, abs=2e-3)
        assert len({hit.code for hit in found}) == len(best)


def test_the_meaning_of_a_document_is_the_mean_of_its_passages_without_its_languages(
    index: SearchIndex, words_index: SearchIndex
) -> None:
    everything = [
        (one.code, text.language, vector)
        for one in DOCUMENTS
        for text in one.texts
        for vector in vectors((text,))
    ]
    asked = [DOCUMENTS[3].code, "NONE22", DOCUMENTS[0].code]

    found = index.meanings(asked)

    assert found is not None
    for code, meaning in zip(asked, found, strict=True):
        own = []
        for other, language, vector in everything:
            middle = np.mean([one for _, its, one in everything if its == language], axis=0)
            if other == code and np.linalg.norm(vector - middle):
                own.append((vector - middle) / np.linalg.norm(vector - middle))
        mean = np.mean(own, axis=0) if own else np.zeros(found.shape[1])
        expected = mean / max(float(np.linalg.norm(mean)), 1e-9)
        assert meaning == pytest.approx(expected, abs=2e-3)
    assert words_index.meanings(asked) is None


def test_similar_says_which_concepts_are_shared(index: SearchIndex) -> None:
    for one in DOCUMENTS:
        for hit in index.similar(one.code):
            shared = [slug for slug in one.concepts if slug in ONE_BY_CODE[hit.code].concepts]
            assert [(reason.kind, reason.value) for reason in hit.why] == [
                *((ReasonKind.CONCEPT, slug) for slug in shared),
                (ReasonKind.MEANING, ""),
            ]
    assert index.similar("GRHKK2")[0].code == "GRHRU3"


def test_similar_finds_enough_beside_a_document_of_many_passages(language: LanguageData) -> None:
    made = opened(language)
    long = Text("ru", "Робот", body=". ".join("щ" * 1700 + str(i) for i in range(20)))
    made.refresh(
        [
            document("SHORT2", ("ru", "Робот", "Робот")),
            Document("LONG22", (long,)),
            document("OTHER2", ("ru", "Мост", "Мост и башня")),
        ],
        [],
        1,
    )

    assert codes(made.similar("SHORT2", limit=2)) == ["LONG22", "OTHER2"]


def test_similar_of_an_unknown_document_or_without_vectors_is_empty(
    index: SearchIndex, words_index: SearchIndex
) -> None:
    assert index.similar("NONE22") == ()
    assert words_index.similar(DOCUMENTS[0].code) == ()


def test_until_the_encoder_is_ready_words_alone_are_searched(language: LanguageData) -> None:
    shared, hashing = SharedEncoder("hashing-16"), HashingEncoder()
    made = SearchIndex(shared, MemoryCache(), language=language)

    made.refresh(DOCUMENTS, CONCEPTS, 1)
    before = made.search("теплица")
    shared.install(hashing)
    made.refresh(DOCUMENTS, CONCEPTS, 1)
    after = made.search("теплица")

    assert (before.meaning, codes(before.hits)) == (False, ["GRHRU3", "GRHKK2"])
    assert (after.meaning, made.knows_meaning) == (True, True)
    # The query, and its translations for the texts of the languages that are there.
    assert hashing.queries == ["теплица", "Жылыжай", "Greenhouse"]


def test_vectors_in_the_cache_need_no_encoder(language: LanguageData) -> None:
    known = MemoryCache()
    opened(language, cache=known).refresh(DOCUMENTS, CONCEPTS, 1)
    shared = SharedEncoder("hashing-16")
    made = SearchIndex(shared, known, language=language)

    made.refresh(DOCUMENTS, CONCEPTS, 1)

    assert made.knows_meaning
    assert made.similar("GRHRU3") != ()
    assert made.search("робот").meaning is False
    shared.install(HashingEncoder())
    assert made.search("робот").meaning is True


def test_vectors_of_another_model_are_not_taken(language: LanguageData) -> None:
    known, other = MemoryCache(), HashingEncoder("hashing-17")
    opened(language, cache=known).refresh(DOCUMENTS, CONCEPTS, 1)

    opened(language, other, known).refresh(DOCUMENTS, CONCEPTS, 1)

    assert len(other.documents) == 7


def test_refresh_encodes_only_texts_that_nobody_has_encoded(language: LanguageData) -> None:
    hashing, told = HashingEncoder(), list[tuple[int, int]]()
    made = opened(language, hashing)
    made.refresh(DOCUMENTS, CONCEPTS, 1, progress=lambda done, total: told.append((done, total)))
    assert sorted(hashing.documents) == sorted(
        p for one in DOCUMENTS for text in one.texts for p in passages(text)
    )
    assert told == [(done, 7) for done in range(1, 8)]
    hashing.documents.clear()
    told.clear()
    changed = document("DSHRU7", ("ru", "Дашборд", "Рисует."), concepts=("digital",), hall="C")
    moved = document("WLDEN5", *(("en", t.title, t.body) for t in DOCUMENTS[3].texts), hall="C")
    same = document("SAME22", ("ru", "Дашборд", "Рисует."))

    made.refresh(
        [same, changed, moved, *DOCUMENTS[:2]],
        CONCEPTS,
        2,
        progress=lambda done, total: told.append((done, total)),
    )

    assert hashing.documents == ["Дашборд\nРисует."]
    assert told == [(1, 1)]
    assert (made.revision, len(made)) == (2, 5)
    assert codes(made.search("", filters={"hall": ["C"]}).hits) == ["DSHRU7", "WLDEN5"]
    assert made.search("пластик", mode="lexical").fits is False


def test_a_refreshed_index_answers_as_one_made_anew(language: LanguageData) -> None:
    refreshed, anew = opened(language), opened(language)
    refreshed.refresh(DOCUMENTS, CONCEPTS, 1)
    greenhouse, _, robot, gate, costume, dashboard = DOCUMENTS
    later = [
        CROWD[5],
        document("GRHRU3", ("ru", "Теплица", "Стоит у школы.")),
        replace(greenhouse, concepts=("welding",)),
        replace(robot, keywords=("пайка",)),
        replace(gate, names=("Маяк",)),
        costume,
        dashboard,
    ]
    concepts = [
        replace(one, labels={"ru": ("Портной",)}) if one.slug == "sewing" else one
        for one in CONCEPTS[1:]
    ]

    refreshed.refresh(later, concepts, 2)
    anew.refresh(later, concepts, 2)

    for query in ("", "теплица", "сварка", "пайка", "маяк", "портной", "цифровые технологии"):
        for mode in Mode:
            found, expected = (one.search(query, mode=mode) for one in (refreshed, anew))
            assert (found.hits, found.facets) == (expected.hits, expected.facets)
    for query, code in (("пайка", "RBTBE4"), ("маяк", "WLDEN5"), ("портной", "SEWKK6")):
        assert codes(refreshed.search(query, mode="lexical").hits) == [code]


def generation(revision: int) -> list[Document]:
    """Documents that say which revision they are of; every revision has another number of them."""
    return [
        Document(
            f"R{revision}N{number}",
            (Text("ru", "Робот", body=f"Робот номер {number} делает {NOUNS[revision % 9]}."),),
            facets={"revision": (str(revision),)},
        )
        for number in range(2 + revision % 5)
    ]


def assert_of_one_generation(found: SearchResult, revision: int) -> None:
    """All documents of a revision were found, or shown as the nearest, and no others."""
    expected = [one.code for one in generation(revision)]
    assert sorted(codes(found.hits)) == expected
    assert found.total == len(expected)
    assert found.facets == {"revision": {str(revision): len(expected)}}


def test_no_answer_of_a_former_revision_is_remembered(
    language: LanguageData, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What Python does by chance: a new object lies where one lay that is gone.
    monkeypatch.setattr(search_index, "id", lambda thing: 1, raising=False)
    made = opened(language)

    for revision in range(1, 8):
        made.refresh(generation(revision), [], revision)
        for mode in Mode:
            assert_of_one_generation(made.search("робот", mode=mode), revision)


def test_a_search_during_a_refresh_is_wholly_of_one_revision(language: LanguageData) -> None:
    made, finished = opened(language), threading.Event()
    made.refresh(generation(1), [], 1)

    def search(query: str, mode: Mode) -> set[int]:
        seen: set[int] = set()
        while not finished.is_set():
            found = made.search(query, mode=mode, limit=EVERYTHING)
            revision = int(found.hits[0].code[1:].partition("N")[0])
            assert_of_one_generation(found, revision)
            seen.add(revision)
        return seen

    with ThreadPoolExecutor(4) as pool:
        asked = [("", Mode.HYBRID), *(("робот", mode) for mode in Mode)]
        searching = [pool.submit(search, *one) for one in asked]
        try:
            for revision in range(2, 30):
                made.refresh(generation(revision), [], revision)
        finally:
            finished.set()
        seen = set[int]().union(*(one.result() for one in searching))

    assert made.revision == 29
    assert len(seen) > 2


class Broken(Exception):
    """What an encoder raises when it breaks."""


class BreakingEncoder(HashingEncoder):
    """Breaks before it has encoded more than so many documents."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.last = last

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        if len(self.documents) + len(texts) > self.last:
            raise Broken
        return super().encode_documents(texts)


def test_an_interrupted_refresh_leaves_the_former_contents(language: LanguageData) -> None:
    made = opened(language, BreakingEncoder(last=20))
    made.refresh(DOCUMENTS, CONCEPTS, 1)
    before = [made.search(query).hits for query in ("", "теплица")]

    with pytest.raises(Broken):
        made.refresh(CROWD, CONCEPTS, 2)

    assert [made.search(query).hits for query in ("", "теплица")] == before
    assert (made.revision, len(made), made.knows_meaning) == (1, len(DOCUMENTS), True)


def test_an_interrupted_first_refresh_leaves_words(language: LanguageData) -> None:
    made = opened(language, BreakingEncoder(last=4))

    with pytest.raises(Broken):
        made.refresh(DOCUMENTS, CONCEPTS, 1)

    found = made.search("welded")
    assert (codes(found.hits), found.meaning, made.revision) == (["WLDEN5"], False, 1)


def test_an_interrupted_refresh_goes_on_where_it_was(language: LanguageData) -> None:
    breaking, known = BreakingEncoder(last=109), MemoryCache()
    with pytest.raises(Broken):
        opened(language, breaking, known).refresh(CROWD, CONCEPTS, 1)
    hashes = {content_hash(text): text for text in breaking.documents}
    kept = {hashes[h] for h in known.get_many(list(hashes), breaking.model)}
    # They are encoded eight at a time, and reach the cache in portions of 32.
    assert len(breaking.documents) == 104
    assert len(kept) == 96

    again = HashingEncoder()
    opened(language, again, known).refresh(CROWD, CONCEPTS, 1)

    everything = {p for one in CROWD for text in one.texts for p in passages(text)}
    assert sorted(again.documents) == sorted(everything - kept)


def test_names_and_topics_elsewhere_are_encoded_once_as_queries(language: LanguageData) -> None:
    topics = ("погода завтра", "курс доллара")
    data, known = replace(language, elsewhere=topics), MemoryCache()
    first, again = HashingEncoder(), HashingEncoder()

    opened(data, first, known).refresh(DOCUMENTS, CONCEPTS, 1)
    made = opened(data, again, known)
    made.refresh(DOCUMENTS, CONCEPTS, 1)

    names = [found[0] for concept in CONCEPTS for found in concept.labels.values()]
    assert sorted(first.queries) == sorted({*names, *topics})
    assert (again.queries, again.documents) == ([], [])
    assert made.search("погода завтра").fits is False
    assert made.search("теплица").fits is True


def test_looking_around_can_be_left_for_later(language: LanguageData) -> None:
    engine, topics = HashingEncoder(), ("робот мусор",)
    made = opened(replace(language, elsewhere=topics), engine)

    made.refresh(CROWD, CONCEPTS, 1, around=False)

    assert (made.knows_meaning, made.has_looked_around, engine.queries) == (True, False, [])
    assert [made.search(query).fits for query in ("теплица", "робот мусор")] == [True, True]

    engine.queries.clear()
    told: list[tuple[int, int]] = []
    made.look_around(lambda done, total: told.append((done, total)))

    wanted = {*topics, *(found[0] for one in CONCEPTS for found in one.labels.values())}
    assert told == [(done, len(wanted)) for done in range(1, len(wanted) + 1)]
    assert sorted(engine.queries) == sorted(wanted)
    assert made.has_looked_around is True
    # What was remembered before is not what is answered now.
    assert [made.search(query).fits for query in ("теплица", "робот мусор")] == [True, False]


def test_an_index_without_topics_has_nothing_to_look_around_for(language: LanguageData) -> None:
    engine = HashingEncoder()
    made = opened(language, engine)
    made.refresh(DOCUMENTS, CONCEPTS, 1)

    assert (made.has_looked_around, engine.queries) == (True, [])


def test_looking_around_goes_on_where_it_was_stopped(language: LanguageData) -> None:
    topics = tuple(f"тема {number}" for number in range(100))
    data, known = replace(language, elsewhere=topics), MemoryCache()
    first, again = HashingEncoder(), HashingEncoder()
    made = opened(data, first, known)
    made.refresh(DOCUMENTS, [], 1, around=False)

    made.look_around(stopped=lambda: len(first.queries) > 40)

    # They are encoded eight at a time, and reach the cache in portions of 32.
    assert (made.has_looked_around, len(first.queries)) == (False, 48)
    hashes = {content_hash(f"query: {topic}"): topic for topic in topics}
    kept = {hashes[h] for h in known.get_many(list(hashes), first.model)}
    assert len(kept) == 32
    made = opened(data, again, known)
    made.refresh(DOCUMENTS, [], 1)
    assert sorted(again.queries) == sorted(set(topics) - kept)
    assert made.has_looked_around is True


def test_a_new_name_is_looked_for_later_and_the_topics_serve_meanwhile(
    language: LanguageData,
) -> None:
    engine, data = HashingEncoder(), replace(language, elsewhere=("погода завтра", "курс доллара"))
    made = opened(data, engine)
    made.refresh(DOCUMENTS, CONCEPTS[:1], 1)
    engine.queries.clear()

    made.refresh(DOCUMENTS, CONCEPTS, 2, around=False)

    assert (made.has_looked_around, made.search("погода завтра").fits) == (False, False)
    made.look_around()
    names = {found[0] for one in CONCEPTS[1:] for found in one.labels.values()}
    assert set(engine.queries) == {*names, "погода завтра"}
    assert made.has_looked_around is True


def test_a_damaged_vector_of_a_topic_is_made_anew(
    language: LanguageData, caplog: pytest.LogCaptureFixture
) -> None:
    topics = ("погода завтра", "курс доллара")
    data, known = replace(language, elsewhere=topics), MemoryCache()
    opened(data, HashingEncoder(), known).refresh(DOCUMENTS, [], 1)
    spoilt = np.zeros(HashingEncoder.dimension, np.float16)
    known.put_many("hashing-16", {content_hash(f"query: {topics[1]}"): spoilt})

    again = HashingEncoder()
    opened(data, again, known).refresh(DOCUMENTS, [], 1)

    assert again.queries == [topics[1]]
    assert "1 cached vectors are damaged" in caplog.text


def test_what_all_queries_have_in_common_is_taken_out_of_one(language: LanguageData) -> None:
    topics = ("погода завтра", "курс доллара", "песок", "парус")
    made = opened(replace(language, elsewhere=topics))
    made.refresh(CROWD, (), 1)
    middle = HashingEncoder.vectors(topics).mean(axis=0)
    # By hand: a query of one word loses 0.6 of the middle, before anything is measured.
    asked = HashingEncoder.vectors(["нить"])[0] - 0.6 * middle
    similar = np.array([float((vectors(one.texts) @ asked).max()) for one in CROWD])
    usual = (similar - similar.mean()) / similar.std()
    by_code = {one.code: float(z) for one, z in zip(CROWD, usual, strict=True)}

    found = scores(made.search("нить", mode=Mode.DENSE, limit=EVERYTHING))

    assert found == pytest.approx(best_above(by_code), abs=5e-3)
    assert found != pytest.approx(best_above(standard("нить", CROWD)), abs=5e-3)


def test_a_fact_in_the_last_paragraph_is_found_by_meaning(language: LanguageData) -> None:
    filler = "Колледж показывает работу своих студентов всем гостям выставки. " * 90
    fact = "Голографический экран печатает ноты слепому пианисту"
    long = Text("ru", "Стенд", body=f"{filler}\n\n{'щ' * 1700} {fact}.")
    short = Text("ru", "Стенд", body=filler)
    made = opened(language)
    made.refresh([Document("SHORT2", (short,)), Document("LONG22", (long,)), *CROWD], [], 1)
    assert len(list(passages(long))) > 3

    found = made.search(fact, mode="dense")

    assert (found.fits, found.hits[0].code) == (True, "LONG22")
    assert "SHORT2" not in codes(found.hits)


@pytest.mark.parametrize("documents", [DOCUMENTS, CROWD], ids=["small", "crowd"])
def test_documents_without_a_text_disturb_no_other(
    language: LanguageData, documents: Sequence[Document]
) -> None:
    made, without = opened(language), opened(language)
    silent = [Document(f"SILENT{number}", ()) for number in range(3)]
    made.refresh(documents, CONCEPTS, 1)
    without.refresh([silent[0], *documents[:2], silent[1], *documents[2:], silent[2]], CONCEPTS, 1)

    for query in ("теплица", "робот", "сварка"):
        for mode in Mode:
            found = without.search(query, mode=mode, limit=EVERYTHING)
            expected = made.search(query, mode=mode, limit=EVERYTHING)
            assert not expected.fits or found.hits == expected.hits
    assert without.search("").total == len(documents) + 3
    assert without.similar("SILENT0") == ()


def stands(word: str, one: Document) -> bool:
    """Whether a query's word stands in a document's own texts, in some form."""
    return any(
        not set(query_terms(word)).isdisjoint(document_terms(part, text.language))
        for text in one.texts
        for part in (text.title, text.summary, text.body)
    )


def marked(found: SearchResult, *texts: str) -> set[str]:
    return {piece.casefold() for text in texts for piece, hit in found.terms.mark(text) if hit}


def reasons(found: SearchResult) -> Iterator[tuple[Document, ReasonKind, str]]:
    for hit in found.hits:
        for reason in hit.why:
            yield ONE_BY_CODE[hit.code], reason.kind, reason.value


LABEL_WORDS = {
    concept.slug: {word for found in concept.labels.values() for word in words(" ".join(found))}
    for concept in CONCEPTS
}
WHY_QUERIES = (
    "теплица", "жылыжай", "робот из пластика", "welded steel gate", "машинное обучение", "ИИ",
    "робототехника", "вода и бумага", "paper", "қағаздан жасалған робот", "темірқол робот",
    "аграрный колледж", "кокыс суриптау", "ntgkbwf", "сортировка мусора", "зрение", "қиыр шет",
    "сварка в колледже", "greenhouse by students",
)  # fmt: skip


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("query", WHY_QUERIES)
def test_why_names_only_what_is_there(index: SearchIndex, query: str, mode: Mode) -> None:
    found = index.search(query, mode=mode)
    asked = set(words(found.correction.query if found.correction else query))
    below = {"digital": {"robotics", "machine-learning", "computer-vision"}}
    below["machine-learning"] = {"computer-vision"}
    named = {s for slug in found.concepts for s in (slug, *below.get(slug, ()))}

    assert all(hit.why for hit in found.hits) or not (found.fits or found.meaning)
    for one, kind, value in reasons(found):
        texts = [part for text in one.texts for part in (text.title, text.summary, text.body)]
        listed = value.split(", ")
        if kind is ReasonKind.WORDS:
            assert asked.issuperset(listed)
            assert all(stands(word, one) for word in listed)
            assert len(marked(found, *texts)) >= 1
        elif kind is ReasonKind.TRANSLATION:
            assert asked.issuperset(listed)
            assert not any(stands(word, one) for word in listed)
            assert len(marked(found, *texts)) >= 1
        elif kind is ReasonKind.CONCEPT:
            assert value in one.concepts
            assert value in named or not asked.isdisjoint(LABEL_WORDS[value])
        elif kind is ReasonKind.NAME:
            assert value in one.names
            assert any(set(query_terms(w)) & set(document_terms(value, "ru")) for w in asked)
        else:
            assert value == ""


@pytest.mark.parametrize("query", WHY_QUERIES)
def test_why_is_meaning_only_where_no_word_stands(index: SearchIndex, query: str) -> None:
    found = index.search(query, mode="dense")
    asked = words(found.correction.query if found.correction else query)

    near = [one for one, kind, _ in reasons(found) if kind is ReasonKind.MEANING]

    assert [one.code for one in near for word in asked if stands(word, one)] == []


@pytest.mark.parametrize("query", [*WHY_QUERIES, "тепли"])
def test_why_is_never_meaning_where_words_alone_were_searched(
    words_index: SearchIndex, query: str
) -> None:
    found = words_index.search(query)

    assert found.meaning is False
    assert [(one.code, kind) for one, kind, _ in reasons(found) if kind == "meaning"] == []


def test_why_does_not_call_a_half_typed_word_a_translation(words_index: SearchIndex) -> None:
    found = words_index.search("тепли")

    assert "GRHRU3" in codes(found.hits)
    assert [kind for one, kind, _ in reasons(found) if kind is ReasonKind.TRANSLATION] == []


def test_why_names_the_narrower_concept_that_a_document_has(words_index: SearchIndex) -> None:
    [hit] = words_index.search("машинное обучение").hits

    assert [(reason.kind, reason.value) for reason in hit.why] == [
        (ReasonKind.CONCEPT, "computer-vision")
    ]


def test_every_beginning_of_a_word_finds_it(words_index: SearchIndex) -> None:
    def found(beginning: str) -> list[str]:
        result = words_index.search(beginning, limit=EVERYTHING)
        return codes(result.hits) if result.fits else []

    missed = [
        (beginning, one.code)
        for one in DOCUMENTS
        for text in one.texts
        for word in words(f"{text.title} {text.body}")
        for beginning in (word[:length] for length in range(5, len(word)))
        if one.code not in found(beginning)
    ]

    assert missed == []


def test_garbage_is_never_sought_among_what_a_first_refresh_made(language: LanguageData) -> None:
    before = gc.get_freeze_count()

    made = opened(language)
    made.refresh(CROWD, CONCEPTS, 1)

    frozen = gc.get_freeze_count()
    assert frozen - before > len(CROWD)
    assert gc.isenabled()
    looked_at = {id(one) for one in gc.get_objects()}
    assert looked_at.isdisjoint(map(id, made._contents.cards))
    # Later ones leave alone what is there: it may be garbage by then.
    made.refresh(DOCUMENTS, CONCEPTS, 2)
    assert gc.get_freeze_count() <= frozen


def test_garbage_is_sought_again_after_a_first_refresh_that_failed(language: LanguageData) -> None:
    with pytest.raises(Broken):
        opened(language, BreakingEncoder(last=4)).refresh(DOCUMENTS, CONCEPTS, 1)
    with pytest.raises(AttributeError):
        opened(language).refresh([None], CONCEPTS, 1)  # type: ignore[list-item]

    assert gc.isenabled()
