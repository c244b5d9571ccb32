"""One generation of an index, whole and unchanging: what a search looks into."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.dictionaries import Dictionaries
from index.documents import Concept, Document
from index.errors import SnapshotDamaged
from index.facets import FacetIndex
from index.glossary import Glossary
from index.lexicon import Lexicon
from index.remembered import Remembered
from index.snapshot import Snapshot
from index.understanding import ConceptIndex, Understanding
from index.vectors import VectorIndex
from index.words import WordIndex

if TYPE_CHECKING:
    from index.ranking import Ranking

Ints = NDArray[np.int32]
_ARRAYS = {
    "starts", "rows", "weights", "in_text", "row_document", "passage_document", "vectors",
    "passage_language",
}  # fmt: skip
_REMEMBERED_RANKINGS = 512
_VALUES = {"terms", "surfaces", "documents", "concepts"}


@dataclass(frozen=True)
class LanguageData:
    """What an index knows of the languages before it sees a document.

    `elsewhere` are topics that no document is about, to tell whether anything fits a query.
    """

    dictionaries: Dictionaries = field(default_factory=Dictionaries)
    glossary: Glossary = field(default_factory=Glossary)
    elsewhere: tuple[str, ...] = ()


@dataclass(frozen=True)
class Card:
    """What the index remembers of a document beside its words and vectors."""

    code: str
    concepts: tuple[str, ...]
    names: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]
    sort_keys: Mapping[str, tuple[Any, ...]]

    @classmethod
    def of(cls, document: Document) -> "Card":
        return cls(
            document.code, document.concepts, document.names, document.facets, document.sort_keys
        )


class Contents:
    """Everything a search needs, of one revision. Safe to read from many threads."""

    def __init__(
        self,
        *,
        revision: int,
        model: str,
        cards: Sequence[Card],
        concepts: Sequence[Concept],
        surfaces: Mapping[str, int],
        words: WordIndex,
        passage_document: Ints,
        vectors: VectorIndex | None,
        language: LanguageData,
    ) -> None:
        self.revision, self.model = revision, model
        self.cards, self.concepts, self.surfaces = cards, concepts, surfaces
        self.words, self.vectors = words, vectors
        self.passage_document = passage_document
        self.position = {card.code: i for i, card in enumerate(cards)}
        self.facets = FacetIndex([card.facets for card in cards])
        concept_index = ConceptIndex(concepts)
        labels = {*concept_index.words, *language.glossary.words}
        lexicon = Lexicon(surfaces, labels, words, language.dictionaries)
        self.understanding = Understanding(words, lexicon, concept_index, language.glossary)
        # Rows and passages lie in the order of their documents: each one's start is enough.
        everyone = np.arange(len(cards) + 1)
        self.first_row = np.searchsorted(words.row_document, everyone)
        self.first_passage = np.searchsorted(passage_document, everyone)
        # Here, so that they go with what they are about.
        self.rankings: Remembered[Ranking] = Remembered(_REMEMBERED_RANKINGS)
        self._tagged = Counter(slug for card in cards for slug in card.concepts)
        self._orders: dict[str, NDArray[np.int64]] = {}

    def __len__(self) -> int:
        return len(self.cards)

    def order(self, key: str) -> NDArray[np.int64]:
        """Each document's place in an order; documents without the key come last."""
        if key not in self._orders:
            keys = [card.sort_keys.get(key) for card in self.cards]
            ranked = sorted(
                range(len(keys)), key=lambda i: (keys[i] is None, keys[i] or (), self.cards[i].code)
            )
            places = np.empty(len(keys), dtype=np.int64)
            places[ranked] = np.arange(len(keys))
            self._orders[key] = places
        return self._orders[key]

    def rarity(self, concept: str) -> float:
        """log(1 + documents / documents tagged with a concept); 0 if none is."""
        tagged = self._tagged.get(concept, 0)
        return math.log(1 + len(self) / tagged) if tagged else 0.0

    def stands(self, terms: Iterable[str], place: int, *, in_text: bool) -> bool:
        """Whether one of the terms stands in a document: in its own texts, or anywhere."""
        first, end = self.first_row[place], self.first_row[place + 1]
        return any(self.words.stands(term, first, end, in_text=in_text) for term in terms)

    def passages_of(self, documents: NDArray[np.int64]) -> NDArray[np.int64]:
        """All passages of the given documents."""
        starts, ends = self.first_passage[documents], self.first_passage[documents + 1]
        sizes = ends - starts
        offsets = np.arange(sizes.sum()) - np.repeat(sizes.cumsum() - sizes, sizes)
        rows: NDArray[np.int64] = np.repeat(starts, sizes) + offsets
        return rows

    def to_snapshot(self) -> Snapshot:
        vectors, languages = np.zeros((0, 0), np.float16), np.zeros(0, np.int32)
        if self.vectors is not None:
            vectors, languages = self.vectors.vectors, self.vectors.groups
        return Snapshot(
            model=self.model,
            dimension=vectors.shape[1],
            revision=self.revision,
            arrays={
                "starts": self.words.starts, "rows": self.words.rows,
                "weights": self.words.weights, "in_text": self.words.in_text,
                "row_document": self.words.row_document,
                "passage_document": self.passage_document, "vectors": vectors,
                "passage_language": languages,
            },
            values={
                "terms": self.words.terms,
                "surfaces": dict(self.surfaces),
                "documents": [
                    [card.code, card.concepts, card.names, dict(card.facets), dict(card.sort_keys)]
                    for card in self.cards
                ],
                "concepts": [
                    [concept.slug, dict(concept.labels), concept.broader]
                    for concept in self.concepts
                ],
            },
        )  # fmt: skip

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot, language: LanguageData) -> "Contents":
        """Raises SnapshotDamaged if a part is missing."""
        arrays, values = snapshot.arrays, snapshot.values
        missing = (_ARRAYS - arrays.keys()) | (_VALUES - values.keys())
        if missing:
            raise SnapshotDamaged(f"The stored index lacks {', '.join(sorted(missing))}.")
        cards = [
            Card(
                code, tuple(concepts), tuple(names),
                {name: tuple(found) for name, found in facets.items()},
                {name: tuple(key) for name, key in sort_keys.items()},
            )
            for code, concepts, names, facets, sort_keys in values["documents"]
        ]  # fmt: skip
        concepts = [
            Concept(
                slug, {language: tuple(found) for language, found in labels.items()}, tuple(broader)
            )
            for slug, labels, broader in values["concepts"]
        ]
        words = WordIndex(
            values["terms"], arrays["starts"], arrays["rows"], arrays["weights"], arrays["in_text"],
            arrays["row_document"],
        )  # fmt: skip
        vectors = None
        if snapshot.dimension:
            vectors = VectorIndex(arrays["vectors"], arrays["passage_language"])
        return cls(
            revision=snapshot.revision, model=snapshot.model, cards=cards, concepts=concepts,
            surfaces=values["surfaces"], words=words, vectors=vectors,
            passage_document=arrays["passage_document"], language=language,
        )  # fmt: skip
