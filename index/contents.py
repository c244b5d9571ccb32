"""One generation of an index, whole and unchanging: what a search looks into."""

import copy
import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.analysis import query_terms, words
from index.dictionaries import Dictionaries
from index.documents import Concept, Document
from index.errors import SnapshotDamaged
from index.facets import FacetIndex, stretches
from index.glossary import LANGUAGES, Glossary
from index.lexicon import Lexicon
from index.pieces import PieceIndex
from index.remembered import Remembered
from index.snapshot import Snapshot
from index.understanding import ConceptIndex, Understanding
from index.vectors import Usual, VectorIndex
from index.words import (
    PREFIX_LETTERS,
    Group,
    RowTerms,
    WordIndex,
    Words,
    WordScores,
    prefix_term,
    surface_counts,
)

if TYPE_CHECKING:
    from index.ranking import Ranking
    from index.search_index import Hit, SearchResult

Ints = NDArray[np.int32]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float32]
SortKeys = Mapping[str, NDArray[np.bytes_]]

_ARRAYS = {
    "starts", "rows", "weights", "in_text", "row_document", "passage_document", "vectors",
    "passage_language", "ordinals", "row_words", "row_words_starts", "facet_starts", "facet_values",
}  # fmt: skip
_VALUES = {
    "terms", "surfaces", "documents", "names", "concepts", "facets", "facet_names", "orders", "average",
}  # fmt: skip
# Bytes that remembered rankings may take together; each has three numbers a document found.
_REMEMBERED_BYTES = 64_000_000
_REMEMBERED = 512
# What is like a document takes 2 KB.
_REMEMBERED_ALIKE = 4096
# As much of a sort key counts: some 48 letters.
SORT_KEY_BYTES = 96


_NO_GROUPS = np.zeros(0, np.int32)


@dataclass(frozen=True)
class Nearness:
    """What a query's similarities are measured by: its vectors and their usual similarities.

    `nearest` is the highest of all, `highest` the most that one lies above the usual.
    """

    queries: Floats
    nearest: float
    highest: float
    usual: Usual


@dataclass(frozen=True)
class LanguageData:
    """What an index knows of the languages before it sees a document.

    `elsewhere` are topics that no document is about, to tell whether anything fits a query.
    """

    dictionaries: Dictionaries = field(default_factory=Dictionaries)
    glossary: Glossary = field(default_factory=Glossary)
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """What the index remembers of a document beside its words, vectors and facets."""

    code: str
    concepts: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, document: Document) -> "Card":
        return cls(document.code, document.concepts, document.names)


@dataclass(frozen=True)
class Segment:
    """Documents that were indexed together; places, rows and passages count from its first."""

    cards: tuple[Card, ...]
    words: WordIndex
    passage_document: Ints
    vectors: VectorIndex | None
    sort_keys: SortKeys
    row_words: "RowWords"


@dataclass(frozen=True)
class RowWords:
    """The words of each row as they are written, as numbers of `counts`, row after row.

    `counts` says in how many rows each word stands; a word's number is its place there.
    """

    counts: Mapping[str, int]
    words: Ints
    starts: Places

    @classmethod
    def of(cls, rows: Sequence[RowTerms]) -> "RowWords":
        counts = surface_counts(rows)
        ids = dict(zip(counts, range(len(counts)), strict=True))
        found = [[ids[word] for word in row.surfaces] for row in rows]
        return cls(
            counts,
            np.array([i for row in found for i in row], dtype=np.int32),
            np.cumsum([0, *(len(row) for row in found)]),
        )

    def shares(self, query: Sequence[str], first: Places, end: Places) -> Floats:
        """The share of the pieces of a query's words in the best row of each stretch."""
        return self._pieces.shares(query, self.words, self.starts, first, end)

    @classmethod
    def merged(cls, parts: Sequence["RowWords"], kept: Flags) -> "RowWords":
        """The words of those rows of several that are `kept`, in their order, and no other words."""
        ids: dict[str, int] = {}
        together = []
        for part in parts:
            mapping = np.array([ids.setdefault(w, len(ids)) for w in part.counts], dtype=np.int32)
            together.append(mapping[part.words])
        sizes = np.concatenate([np.diff(part.starts) for part in parts])
        words = np.concatenate(together)[np.repeat(kept, sizes)]
        counts = np.bincount(words, minlength=len(ids))
        left = counts > 0
        numbers = (np.cumsum(left) - 1).astype(np.int32)
        return cls(
            dict(zip(compress(ids, left.tolist()), counts[left].tolist(), strict=True)),
            numbers[words],
            np.concatenate([[0], np.cumsum(sizes[kept])]),
        )

    @cached_property
    def _pieces(self) -> PieceIndex:
        texts = np.fromiter(self.counts.values(), np.int32, len(self.counts))
        return PieceIndex(self.counts, texts, len(self.starts) - 1)


class Contents:
    """Everything a search needs, of one revision. Safe to read from many threads.

    Most of it is one large segment; documents that changed since stand in a second, small one, and
    their former versions in the first are `gone`.
    """

    def __init__(
        self,
        segments: Sequence[Segment],
        *,
        revision: int,
        token: str,
        model: str,
        concepts: Sequence[Concept],
        facets: FacetIndex,
        language: LanguageData,
        gone: Collection[int] = (),
        ordinals: Places | None = None,
        former: "Contents | None" = None,
    ) -> None:
        """`ordinals` say in which order the documents were given, None for that of the segments.

        `former` is the contents these are an update of, with the same concepts and first segment.
        """
        self.segments = tuple(segments)
        self.revision, self.token, self.model, self.language = revision, token, model, language
        self.concepts, self.facets = concepts, facets
        self.cards: list[Card] = [card for segment in segments for card in segment.cards]
        count = len(self.cards)
        self.gone = frozenset(gone)
        self.present: Flags = np.ones(count, dtype=bool)
        self.present[list(self.gone)] = False
        self.ordinals = np.arange(count) if ordinals is None else ordinals
        self.position = {card.code: i for i, card in enumerate(self.cards) if i not in self.gone}
        self.words = Words([segment.words for segment in segments])
        first_places = np.cumsum([0, *(len(segment.cards) for segment in segments)])[:-1]
        self._rows = _Runs(
            [segment.words.row_document for segment in segments], first_places, count
        )
        self._passages = _Runs(
            [segment.passage_document for segment in segments], first_places, count
        )
        self._first_passages = np.cumsum([0, *(len(s.passage_document) for s in segments)])
        vectors = [segment.vectors for segment in segments if segment.vectors is not None]
        # The vectors of each segment; none where one lacks them.
        self.vectors = vectors if len(vectors) == len(self.segments) else []
        groups = [one.groups for one in self.vectors]
        # The languages that passages are written in, as numbers.
        self.languages = frozenset(number for one in groups for number in np.unique(one).tolist())
        self.groups: Ints = groups[0] if len(groups) == 1 else np.concatenate([_NO_GROUPS, *groups])
        self._understand(former)
        limit = min(_REMEMBERED, max(16, _REMEMBERED_BYTES // (8 * max(count, 1))))
        # Here, so that they go with what they are about.
        self.rankings: Remembered[Ranking] = Remembered(limit)
        self.answers: Remembered[SearchResult] = Remembered(_REMEMBERED)
        self.alike: Remembered[tuple[Hit, ...]] = Remembered(_REMEMBERED_ALIKE)
        self._tagged: Counter[str] | None = None
        self._orders: dict[str, Places] = {}

    def _understand(self, former: "Contents | None") -> None:
        glossary, dictionaries = self.language.glossary, self.language.dictionaries
        self._concept_index: ConceptIndex
        self._lexicon: Lexicon
        self._concept_index = former._concept_index if former else ConceptIndex(self.concepts)
        if former and former.segments[0] is self.segments[0]:
            added = {} if len(self.segments) == 1 else self.segments[1].row_words.counts
            self._lexicon = former._lexicon.with_words(added, self.words)
        else:
            labels = {*self._concept_index.words, *glossary.words}
            written = self.segments[0].row_words.counts
            self._lexicon = Lexicon(written, labels, self.words, dictionaries)
        self.understanding = Understanding(self.words, self._lexicon, self._concept_index, glossary)

    def __len__(self) -> int:
        return len(self.cards) - len(self.gone)

    def at(self, revision: int, token: str) -> "Contents":
        """The same contents, which a later revision didn't change."""
        same = copy.copy(self)
        same.revision, same.token = revision, token
        return same

    def order(self, key: str) -> Places:
        """Each document's place in an order; documents without the key come last."""
        if key not in self._orders:
            keys = self._sort_keys().get(key, np.zeros(len(self.cards), "S1"))
            codes = np.array([card.code for card in self.cards])
            ranked = np.lexsort((codes, keys, keys == b""))
            places = np.empty(len(keys), dtype=np.int64)
            places[ranked] = np.arange(len(keys))
            self._orders[key] = places
        return self._orders[key]

    def named(self, found: Sequence[str]) -> list[str]:
        """The concepts whose labels stand in the folded words of a text, as often as they do."""
        return [slug for _, _, slug in self._concept_index.recognize(found)]

    def rarity(self, concept: str) -> float:
        """log(1 + documents / documents tagged with a concept); 0 if none is."""
        if self._tagged is None:
            self._tagged = Counter(
                slug for place in self.position.values() for slug in self.cards[place].concepts
            )
        tagged = self._tagged.get(concept, 0)
        return math.log(1 + len(self) / tagged) if tagged else 0.0

    def standing(self, groups: Sequence[Group], places: Places) -> NDArray[np.int8]:
        """Where each word stands in each document, as `Words.mark_where` tells it."""
        starts = self._rows.starts
        return self.words.mark_where(groups, starts[places], starts[places + 1])

    def piece_shares(self, query: Sequence[str], places: Places) -> Floats:
        """The share of the pieces of a query's words in the best row of each document."""
        first, end = self._rows.starts[places], self._rows.starts[places + 1]
        if len(self.segments) == 1:
            return self.segments[0].row_words.shares(query, first, end)
        shares = np.zeros(len(places), np.float32)
        for segment, before in zip(self.segments, self.words.first_rows, strict=True):
            own = (first >= before) & (first < before + len(segment.words.row_document))
            if own.any():
                shares[own] = segment.row_words.shares(
                    query, first[own] - before, end[own] - before
                )
        return shares

    def best_rows(self, found: WordScores) -> tuple[Floats, Floats]:
        """What the words say of each document by its best rows: (rarity covered, score)."""
        return self._rows.best(found.covered, found.scores)

    def passages_of(self, places: Places) -> tuple[Places, Places]:
        """All passages of the given documents, one document after another: (rows, how many each)."""
        return self._passages.of(places)

    def document_of(self, rows: Places) -> Ints:
        """The documents that passages belong to."""
        owners: Ints = self._passages.owners[rows]
        return owners

    def similarities(self, queries: Floats) -> Floats:
        """The similarity of every passage to a query, as VectorIndex.similarities gives it."""
        found = [one.similarities(queries) for one in self.vectors]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def nearest(self, query: Floats, count: int) -> Places:
        """The `count` passages most similar to a query, as VectorIndex.nearest gives them."""
        rows, found = [], []
        for one, first in zip(self.vectors, self._first_passages[:-1], strict=True):
            own, similar = one.nearest(query, count)
            rows.append(first + own)
            found.append(similar)
        order = np.argsort(-np.concatenate(found), kind="stable")[:count]
        nearest: Places = np.concatenate(rows)[order]
        return nearest

    def near(self, queries: Floats) -> tuple[Floats, Nearness]:
        """How near each document is by its best passage, and what that is measured by.

        Standardized within the language of the passage and rounded as the scan is; 0 for a document
        without a passage. A query has a vector for the texts of each language.
        """
        from index import kernels

        similarities = self.similarities(queries)
        usual = self.vectors[0].typical(similarities[: len(self.vectors[0])])
        near = np.empty(len(self.cards), np.float32)
        # Former versions of documents decide nothing about those that are there.
        nearest = kernels.standardize(
            similarities, self.groups, self._passages.starts, self.present, usual.means,
            usual.deviation, near,
        )  # fmt: skip
        return near, Nearness(queries, nearest, float(near.max(initial=0.0)), usual)

    def exact_near(self, nearness: Nearness, places: Places) -> Floats:
        """How near documents are, as `near` but not rounded."""
        first, end = self._passages.starts[places], self._passages.starts[places + 1]
        if len(self.vectors) == 1:
            return self.vectors[0].best_standard(nearness.queries, nearness.usual, first, end)
        near = np.zeros(len(places), np.float32)
        for index, before in zip(self.vectors, self._first_passages[:-1], strict=True):
            own = (first >= before) & (first < before + len(index))
            near[own] = index.best_standard(
                nearness.queries, nearness.usual, first[own] - before, end[own] - before
            )
        return near

    def centred(self, rows: Places) -> Floats:
        """Unit vectors of passages without the mean of their language."""
        middles = self.vectors[0].middles
        parts = []
        for one, first in zip(self.vectors, self._first_passages[:-1], strict=True):
            own = rows[(rows >= first) & (rows < first + len(one))] - first
            parts.append(one.centred(own, middles))
        order = np.argsort(np.argsort(rows, kind="stable"), kind="stable")
        together: Floats = np.concatenate(parts)
        return together if len(parts) == 1 else together[order]

    def merged(self) -> "Contents":
        """The same documents in one segment."""
        kept = np.flatnonzero(self.present)
        rows, _ = self._rows.of(kept)
        row_kept = np.zeros(self.words.rows, dtype=bool)
        row_kept[rows] = True
        new_place = (np.cumsum(self.present) - 1).astype(np.int32)
        passages, _ = self.passages_of(kept)
        vectors = None
        if self.vectors:
            halves = np.concatenate([one.vectors for one in self.vectors])
            vectors = VectorIndex(halves[passages], self.groups[passages], at_least=len(LANGUAGES))
        row_words = RowWords.merged([segment.row_words for segment in self.segments], row_kept)
        word_index = WordIndex.merged(
            self.words.parts, row_kept, new_place[self._rows.owners[rows]]
        )
        segment = Segment(
            tuple(self.cards[place] for place in kept.tolist()),
            word_index,
            new_place[self._passages.owners[passages]],
            vectors,
            {name: keys[kept] for name, keys in self._sort_keys().items()},
            row_words,
        )
        return Contents(
            [segment], revision=self.revision, token=self.token, model=self.model, concepts=self.concepts,
            facets=self.facets.kept(kept), language=self.language, ordinals=self.ordinals[kept], former=self,
        )  # fmt: skip

    def _sort_keys(self) -> dict[str, NDArray[Any]]:
        names = dict.fromkeys(name for segment in self.segments for name in segment.sort_keys)
        return {
            name: np.concatenate(
                [
                    segment.sort_keys.get(name, np.zeros(len(segment.cards), "S1"))
                    for segment in self.segments
                ]
            )
            for name in names
        }

    def to_snapshot(self) -> Snapshot:
        """What `from_snapshot` makes these contents of again; they have to be one segment."""
        [segment] = self.segments
        vectors, languages = np.zeros((0, 0), np.float16), np.zeros(0, np.int32)
        if segment.vectors is not None:
            vectors, languages = segment.vectors.vectors, segment.vectors.groups
        word_index = segment.words
        names = list(dict.fromkeys(card.names for card in segment.cards))
        number = {one: i for i, one in enumerate(names)}
        orders = list(segment.sort_keys.items())
        return Snapshot(
            model=self.model,
            dimension=vectors.shape[1],
            revision=self.revision,
            token=self.token,
            arrays={
                "starts": word_index.starts, "rows": word_index.rows,
                "weights": word_index.weights, "in_text": word_index.in_text,
                "row_document": word_index.row_document,
                "passage_document": segment.passage_document, "vectors": vectors,
                "passage_language": languages, "ordinals": self.ordinals,
                "row_words": segment.row_words.words, "row_words_starts": segment.row_words.starts,
                "facet_starts": self.facets.starts, "facet_values": self.facets.values,
                **{f"order_{i}": keys for i, (_, keys) in enumerate(orders)},
            },
            values={
                "terms": word_index.terms,
                "surfaces": dict(segment.row_words.counts),
                "documents": [
                    [card.code, card.concepts, number[card.names]] for card in segment.cards
                ],
                "names": names,
                "concepts": [
                    [concept.slug, dict(concept.labels), concept.broader]
                    for concept in self.concepts
                ],
                "facets": self.facets.facets, "facet_names": self.facets.known,
                "orders": [name for name, _ in orders],
                "average": word_index.average,
            },
        )  # fmt: skip

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot, language: LanguageData) -> "Contents":
        """Raises SnapshotDamaged if a part is missing."""
        arrays, values = snapshot.arrays, snapshot.values
        missing = (_ARRAYS - arrays.keys()) | (_VALUES - values.keys())
        if missing:
            raise SnapshotDamaged(f"The stored index lacks {', '.join(sorted(missing))}.")
        names = [tuple(one) for one in values["names"]]
        cards = tuple(
            Card(code, tuple(concepts), names[number])
            for code, concepts, number in values["documents"]
        )
        concepts = [
            Concept(
                slug, {language: tuple(found) for language, found in labels.items()}, tuple(broader)
            )
            for slug, labels, broader in values["concepts"]
        ]
        word_index = WordIndex(
            values["terms"], arrays["starts"], arrays["rows"], arrays["weights"], arrays["in_text"],
            arrays["row_document"], values["average"],
        )  # fmt: skip
        facets = FacetIndex(
            values["facets"], [(facet, name) for facet, name in values["facet_names"]],
            arrays["facet_starts"], arrays["facet_values"],
        )  # fmt: skip
        vectors = None
        if snapshot.dimension:
            vectors = VectorIndex(
                arrays["vectors"], arrays["passage_language"], at_least=len(LANGUAGES)
            )
        segment = Segment(
            cards, word_index, arrays["passage_document"], vectors,
            {name: arrays[f"order_{i}"] for i, name in enumerate(values["orders"])},
            RowWords(values["surfaces"], arrays["row_words"], arrays["row_words_starts"]),
        )  # fmt: skip
        return cls(
            [segment], revision=snapshot.revision, token=snapshot.token, model=snapshot.model,
            concepts=concepts,
            facets=facets, language=language, ordinals=arrays["ordinals"],
        )  # fmt: skip


class _Runs:
    """Which rows (or passages) belong to which document: each document's lie side by side."""

    def __init__(self, owners: Sequence[Ints], first_places: Places, count: int) -> None:
        parts = [own + first for own, first in zip(owners, first_places, strict=True)]
        self.owners: Ints = np.concatenate([np.zeros(0, np.int32), *parts]).astype(np.int32)
        self.starts: Places = np.searchsorted(self.owners, np.arange(count + 1))
        sizes = np.diff(self.starts)
        self._one_each = bool((sizes == 1).all())
        self._count = count

    def of(self, places: Places) -> tuple[Places, Places]:
        starts = self.starts[places]
        sizes = self.starts[places + 1] - starts
        return stretches(starts, sizes), sizes

    def best(self, covered: Floats, scores: Floats) -> tuple[Floats, Floats]:
        from index import kernels

        if self._one_each:
            return covered, scores
        best = np.empty(self._count, np.float32), np.empty(self._count, np.float32)
        kernels.best_rows(covered, scores, self.starts, *best)
        return best


@lru_cache(maxsize=20_000)
def name_terms(name: str) -> frozenset[str]:
    """All terms under which one of a name's words may be asked for."""
    return frozenset(
        term
        for word in words(name)
        for term in (
            *query_terms(word), *([prefix_term(word)] if len(word) >= PREFIX_LETTERS else ())
        )
    )  # fmt: skip


def sort_key_arrays(documents: Sequence[Document]) -> dict[str, NDArray[Any]]:
    """The documents' sort keys by order, cut to SORT_KEY_BYTES; empty where one has none."""
    names = sorted({name for document in documents for name in document.sort_keys})
    return {
        name: np.array(
            [document.sort_keys.get(name, b"")[:SORT_KEY_BYTES] for document in documents],
            dtype=f"S{SORT_KEY_BYTES}",
        )
        for name in names
    }
