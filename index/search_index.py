"""Refresh and search: the one door of this room."""

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index import snapshot
from index.contents import Card, Contents, LanguageData
from index.documents import Concept, Document, content_hash, passages
from index.encoder import SharedEncoder
from index.errors import SnapshotDamaged
from index.explain import Highlighter, Reason, ReasonKind
from index.fitting import CERTAIN, Surroundings
from index.ranking import FITS, Mode, Ranking, rank
from index.understanding import Correction, Understood
from index.vectors import VectorIndex
from index.words import (
    RowTerms,
    WordIndex,
    analyze_row,
    prefix_term,
    surface_counts,
)

logger = logging.getLogger(__name__)

Filters = Mapping[str, Collection[str]]
Progress = Callable[[int, int], None]
Places = NDArray[np.int64]

# Shown, as the nearest, where nothing fits.
_NEAREST = 10
# Of so many passages like each of its own, an exhibit's similar ones are chosen.
_ALIKE = 300
_SHARED_CONCEPTS = 0.5
_LANGUAGES = ("kk", "ru", "en")
# New vectors reach the cache in portions: a killed build goes on where it was.
_PORTION = 32


class VectorCache(Protocol):
    """Keeps vectors by (content hash, model), so that nothing is encoded twice."""

    def get_many(
        self, hashes: Sequence[bytes], model: str
    ) -> Mapping[bytes, NDArray[np.float16]]: ...

    def put_many(self, model: str, vectors: Mapping[bytes, NDArray[np.float16]]) -> None: ...


@dataclass(frozen=True, slots=True)
class Hit:
    """A document found: its code, its score (comparable within one result), and why."""

    code: str
    score: float
    why: tuple[Reason, ...]


@dataclass(frozen=True)
class SearchResult:
    """What a search found.

    `facets` maps each facet's values to counts under all filters but the facet's own, so that a
    count is the total which choosing that value gives. Where nothing fits, `fits` is False and
    the hits are the nearest. `meaning` is False if only words were searched.
    """

    query: str
    correction: Correction | None
    concepts: tuple[str, ...]
    hits: tuple[Hit, ...]
    total: int
    facets: Mapping[str, Mapping[str, int]]
    fits: bool
    meaning: bool
    terms: Highlighter
    took_ms: float


class SearchIndex:
    """Documents in, hits out. Safe to search while it is refreshed; it is swapped whole.

    Without an encoder, or until it is ready, it searches words alone. With a folder it keeps a
    snapshot on disk.
    """

    def __init__(
        self,
        encoder: SharedEncoder | None,
        cache: VectorCache,
        *,
        folder: Path | None = None,
        language: LanguageData | None = None,
    ) -> None:
        self._encoder, self._cache, self._folder = encoder, cache, folder
        self._language = language or LanguageData()
        self._analyzed: dict[tuple[object, ...], RowTerms] = {}
        self._refreshing = threading.Lock()
        self._contents = self._make([], [], 0, None)
        self._surroundings: Surroundings | None = None

    @property
    def revision(self) -> int:
        """The revision of the documents that are searched now; 0 before the first."""
        return self._contents.revision

    def __len__(self) -> int:
        return len(self._contents)

    @property
    def knows_meaning(self) -> bool:
        """Whether every document can be found by meaning."""
        return self._contents.vectors is not None

    def load(self, revision: int) -> bool:
        """Take the snapshot of this revision from disk; False if there is none to trust."""
        if self._folder is None:
            return False
        try:
            stored = snapshot.read(self._folder, model=self._model, revision=revision)
            if stored is None:
                return False
            self._contents = Contents.from_snapshot(stored, self._language)
            self._surroundings = self._surround(self._contents.concepts)
        except SnapshotDamaged as error:
            logger.warning("%s It is built anew.", error)
            return False
        return True

    def refresh(
        self,
        documents: Sequence[Document],
        concepts: Sequence[Concept],
        revision: int,
        *,
        progress: Progress | None = None,
    ) -> None:
        """Index these documents instead of the former ones.

        Only passages whose vectors nobody has yet are encoded; `progress(done, total)` counts
        them. Until that is done the former contents answer, or, if there were none, words alone.
        """
        with self._refreshing:
            words_only = self._make(documents, concepts, revision, None)
            if not len(self._contents):
                self._contents = words_only
            vectors = self._vectors(documents, progress)
            if vectors is None:
                self._contents = words_only
                return
            self._surroundings = self._surround(concepts)
            self._contents = self._make(documents, concepts, revision, vectors)
            if self._folder is not None:
                snapshot.write(self._folder, self._contents.to_snapshot())

    @property
    def _can_encode(self) -> bool:
        return self._encoder is not None and self._encoder.ready

    @property
    def _model(self) -> str:
        return self._encoder.model if self._encoder else ""

    def _make(
        self,
        documents: Sequence[Document],
        concepts: Sequence[Concept],
        revision: int,
        vectors: NDArray[np.float16] | None,
    ) -> Contents:
        labels = {
            concept.slug: [(language, found[0]) for language, found in concept.labels.items()]
            for concept in concepts
        }
        analyzed: dict[tuple[object, ...], RowTerms] = {}
        owners, rows = [], []
        for place, document in enumerate(documents):
            tags = [label for slug in document.concepts for label in labels.get(slug, ())]
            for text in document.texts:
                key = (text, document.concepts, document.keywords, document.names, *tags)
                analyzed[key] = self._analyzed.get(key) or analyze_row(document, text, tags)
                rows.append(analyzed[key])
                owners.append(place)
        self._analyzed = analyzed
        stretches = [
            (place, _LANGUAGES.index(text.language))
            for place, document in enumerate(documents)
            for text in document.texts
            for _ in passages(text)
        ]
        owning, language = np.array(stretches, dtype=np.int32).reshape(-1, 2).T
        return Contents(
            revision=revision,
            model=self._model if vectors is not None else "",
            cards=[Card.of(document) for document in documents],
            concepts=concepts,
            surfaces=surface_counts(rows),
            words=WordIndex.build(rows, owners),
            passage_document=owning,
            vectors=None if vectors is None else VectorIndex(vectors, language),
            language=self._language,
        )

    def _vectors(
        self, documents: Sequence[Document], progress: Progress | None
    ) -> NDArray[np.float16] | None:
        """Vectors of all passages in order, encoded where the cache lacks them.

        None if some can't be had: there is no encoder, or not yet.
        """
        if self._encoder is None:
            return None
        texts = [p for document in documents for text in document.texts for p in passages(text)]
        hashes = [content_hash(text) for text in texts]
        model = self._encoder.model
        known = dict(self._cache.get_many(list(dict.fromkeys(hashes)), model))
        missing = {h: t for h, t in zip(hashes, texts, strict=True) if h not in known}
        if missing and not self._encoder.ready:
            return None
        keys, portion = list(missing), {}
        for done, (i, vector) in enumerate(
            self._encoder.encode_documents(list(missing.values())), start=1
        ):
            known[keys[i]] = portion[keys[i]] = vector.astype(np.float16)
            if len(portion) >= _PORTION or done == len(keys):
                self._cache.put_many(model, portion)
                portion = {}
            if progress is not None:
                progress(done, len(keys))
        return np.stack([known[h] for h in hashes]) if hashes else None

    def _surround(self, concepts: Sequence[Concept]) -> Surroundings | None:
        """Vectors of the vocabulary's names and of topics elsewhere, as queries, by the cache.

        None without topics or while they can't be encoded.
        """
        names = [found[0] for concept in concepts for found in concept.labels.values()]
        texts = [*names, *self._language.elsewhere]
        if self._encoder is None or not self._language.elsewhere:
            return None
        hashes = [content_hash(f"query: {text}") for text in texts]
        model = self._encoder.model
        known = dict(self._cache.get_many(list(dict.fromkeys(hashes)), model))
        missing = {h: t for h, t in zip(hashes, texts, strict=True) if h not in known}
        if missing and not self._encoder.ready:
            return None
        encoded = {
            h: self._encoder.encode_query(text).astype(np.float16) for h, text in missing.items()
        }
        if encoded:
            self._cache.put_many(model, encoded)
        known |= encoded
        vectors = np.stack([known[h] for h in hashes]).astype(np.float32)
        return Surroundings(vectors[: len(names)], vectors[len(names) :])

    def search(
        self,
        query: str,
        *,
        filters: Filters | None = None,
        sort: str | None = None,
        offset: int = 0,
        limit: int = 20,
        correct: bool = True,
        mode: Mode | str = Mode.HYBRID,
    ) -> SearchResult:
        """Find documents by a query in any of the three languages.

        An empty query finds every document. `filters` maps a facet to the values of which one
        must be there; `sort` is the name of an order, None the best first. `correct=False` takes
        the query by the letter.
        """
        started = time.perf_counter()
        contents, filters = self._contents, filters or {}
        ranking = self._ranking(contents, query, correct, Mode(mode))
        found, fits = ranking.found, True
        if not found.any() and len(contents):
            fits = False
            found = np.zeros(len(contents), dtype=bool)
            found[np.argsort(-ranking.scores, kind="stable")[:_NEAREST]] = True
        places = np.flatnonzero(found & contents.facets.allowed(filters))
        ordered = places[_order(contents, ranking, places, sort)]
        return SearchResult(
            query=query,
            correction=ranking.understood.correction,
            concepts=ranking.understood.concepts,
            hits=tuple(
                Hit(
                    contents.cards[place].code,
                    round(float(ranking.scores[place]), 4),
                    _why(contents, ranking, int(place)),
                )
                for place in ordered[offset : offset + limit]
            ),
            total=len(places),
            facets=contents.facets.counts(found, filters),
            fits=fits,
            meaning=ranking.nearness is not None or not ranking.understood.groups,
            terms=_highlighter(ranking.understood),
            took_ms=(time.perf_counter() - started) * 1000,
        )

    def similar(self, code: str, *, limit: int = 6) -> tuple[Hit, ...]:
        """The documents most like one that is indexed, itself left out, in any language.

        Likeness in meaning, and half as much again for all of its concepts, the rare ones first.
        Empty if the code isn't indexed or there are no vectors.
        """
        contents = self._contents
        place = contents.position.get(code)
        if place is None or contents.vectors is None:
            return ()
        likeness: dict[int, float] = {}
        for row in contents.passages_of(np.array([place])):
            rows, found = contents.vectors.alike(int(row), _ALIKE)
            for owner, value in zip(contents.passage_document[rows], found, strict=True):
                likeness[int(owner)] = max(likeness.get(int(owner), -1.0), float(value))
        likeness.pop(place, None)
        own = {slug: contents.rarity(slug) for slug in contents.cards[place].concepts}
        total = max(sum(own.values()), 1e-6)

        def hit(other: int) -> Hit:
            card = contents.cards[other]
            shared = [slug for slug in own if slug in card.concepts]
            score = likeness[other] + _SHARED_CONCEPTS * sum(own[s] for s in shared) / total
            reasons = (*(Reason(ReasonKind.CONCEPT, s) for s in shared), Reason(ReasonKind.MEANING))
            return Hit(card.code, round(score, 4), reasons)

        return tuple(sorted(map(hit, likeness), key=lambda one: (-one.score, one.code))[:limit])

    def _ranking(self, contents: Contents, query: str, correct: bool, mode: Mode) -> Ranking:
        key = query, correct, mode
        if (known := contents.rankings.get(key)) is not None:
            return known
        understood = contents.understanding.read(query, correct=correct)
        if not understood.groups:
            everything = np.ones(len(contents), dtype=bool)
            nothing = np.zeros(len(contents), np.float32)
            return Ranking(understood, nothing, everything, nothing, None)
        vector = None
        if mode is not Mode.LEXICAL and contents.vectors is not None and self._can_encode:
            assert self._encoder is not None
            vector = self._encoder.encode_query(understood.text)
        ranking = rank(contents, understood, vector, mode)
        if ranking.nearness is None or mode is Mode.DENSE:
            pass
        elif self._surroundings is None:
            ranking.found[:] &= ranking.best >= FITS
        else:
            assert self._encoder is not None
            assert vector is not None
            # The names of concepts in the encoded text would draw any query into the vocabulary.
            alone = vector
            if understood.concepts and ranking.best < CERTAIN:
                alone = self._encoder.encode_query(understood.plain)
            if not self._surroundings.fits(alone, ranking.nearest, ranking.best):
                ranking.found[:] = False
        if vector is None and mode is not Mode.LEXICAL:
            return ranking  # not to be remembered: the encoder may be here in a moment
        contents.rankings.keep(key, ranking)
        return ranking


def _order(contents: Contents, ranking: Ranking, places: Places, sort: str | None) -> Places:
    if sort is not None:
        return np.argsort(contents.order(sort)[places], kind="stable")
    order: Places = np.argsort(-ranking.scores[places], kind="stable")
    return order


def _highlighter(understood: Understood) -> Highlighter:
    terms = [term for group, _ in understood.groups for term, _ in group.alternatives]
    supports = [
        prefix_term(group.word)
        for group, support in understood.groups
        if support is not None and len(prefix_term(group.word)) > 5
    ]
    return Highlighter([*terms, *supports])


def _why(contents: Contents, ranking: Ranking, place: int) -> tuple[Reason, ...]:
    card, understood = contents.cards[place], ranking.understood
    own, others, unexplained = [], [], []
    for group, _ in understood.groups:
        if contents.stands(group.own, place, in_text=True):
            own.append(group.word)
        elif contents.stands((term for term, _ in group.alternatives), place, in_text=True):
            others.append(group.word)
        else:
            unexplained.append(group)
    concepts = [_tagged(contents, card, recognized) for recognized in understood.concepts]
    keywords = []
    named: dict[str, None] = {}
    for group in unexplained:
        labelled = contents.understanding.labelled(group.own)
        by_label = [slug for slug in card.concepts if slug in labelled]
        concepts += by_label
        names = [
            name for name in card.names if any(m for _, m in Highlighter(group.own).mark(name))
        ]
        named.update(dict.fromkeys(names[:1]))
        if not by_label and not names and contents.stands(group.own, place, in_text=False):
            keywords.append(group.word)
    reasons = [Reason(ReasonKind.CONCEPT, slug) for slug in dict.fromkeys(concepts) if slug]
    reasons += [Reason(ReasonKind.NAME, name) for name in list(named)[:1]]
    for kind, found in (
        (ReasonKind.WORDS, own), (ReasonKind.TRANSLATION, others), (ReasonKind.KEYWORD, keywords),
    ):  # fmt: skip
        if found:
            reasons.append(Reason(kind, ", ".join(found)))
    if not reasons and understood.groups and ranking.nearness is not None:
        reasons.append(Reason(ReasonKind.MEANING))
    return tuple(reasons)


def _tagged(contents: Contents, card: Card, slug: str) -> str | None:
    """The concept itself or a narrower one, whichever the document is tagged with."""
    if slug in card.concepts:
        return slug
    narrower = contents.understanding.below(slug)
    return next((own for own in card.concepts if own in narrower), None)
