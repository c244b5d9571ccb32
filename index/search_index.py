"""Refresh and search: the one door of this room."""

import gc
import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index import snapshot, suggesting
from index.contents import (
    Card,
    Contents,
    LanguageData,
    Nearness,
    RowWords,
    Segment,
    sort_key_arrays,
)
from index.documents import Concept, Document, Text, content_hash, passages
from index.encoder import SharedEncoder
from index.errors import SnapshotDamaged
from index.explain import Highlighter, Reason, ReasonKind
from index.facets import FacetIndex
from index.fitting import CERTAIN, Surroundings, common_part
from index.ranking import (
    FITS,
    Mode,
    Ranking,
    everything,
    exact_scores,
    page,
    rank,
)
from index.reasons import reasons
from index.remembered import Remembered
from index.repeats import LIKELY, Passages, Repeat, repeats
from index.suggesting import Names, Suggestion
from index.translation import mixed
from index.understanding import Correction, Understood
from index.vectors import VectorIndex
from index.words import RowTerms, WordIndex, analyze_row, prefix_term

logger = logging.getLogger(__name__)

Filters = Mapping[str, Collection[str]]
Progress = Callable[[int, int], None]
Places = NDArray[np.int64]

# Of so many passages like each of its own, an exhibit's similar ones are chosen.
_ALIKE = 300
_SHARED_CONCEPTS = 0.5
_LANGUAGES = ("kk", "ru", "en")
# New vectors reach the cache in portions: a killed build goes on where it was.
_PORTION = 32
# The square of a unit vector's length is nearer to 1, in half precision too.
_NO_UNIT = 0.02
# Documents that changed stand apart until they are so many, or a tenth of all; then they are merged.
_RECENT_AT_LEAST = 64
_RECENT_AT_MOST = 1000
# Passages of documents that aren't indexed, of 800 bytes each.
_LEARNED = 8192


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
        self._refreshing = threading.Lock()
        self._recent: dict[str, Document] = {}
        self._contents = self._make([], [], 0, "", None)
        self._surroundings: Surroundings | None = None
        # Whose names are among the surroundings.
        self._surrounded: Sequence[Concept] | None = None
        self._names: tuple[Sequence[Concept], Names] | None = None
        self._learned: Remembered[NDArray[np.float16]] = Remembered(_LEARNED)

    @property
    def revision(self) -> int:
        """The revision of the documents that are searched now; 0 before the first."""
        return self._contents.revision

    @property
    def token(self) -> str:
        """What tells this revision from those of the same number elsewhere."""
        return self._contents.token

    def __len__(self) -> int:
        return len(self._contents)

    @property
    def knows_meaning(self) -> bool:
        """Whether every document can be found by meaning."""
        return bool(self._contents.vectors)

    @property
    def has_looked_around(self) -> bool:
        """Whether there is nothing left to do for `look_around`."""
        return not self._language.elsewhere or self._surrounded is self._contents.concepts

    def load(self, known: Callable[[int, str], bool]) -> bool:
        """Take the snapshot from disk; False if there is none to trust.

        `known(revision, token)` says whether the documents that are kept elsewhere were ever at
        this revision. It may be a former one: `update` goes on from there.
        """
        if self._folder is None:
            return False
        try:
            with _uncollected():
                stored = snapshot.read(self._folder, model=self._model, known=known)
                if stored is None:
                    return False
                self._swap(Contents.from_snapshot(stored, self._language))
            self._prepare()
            self._look_around_cache()
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
        token: str = "",
        progress: Progress | None = None,
        around: bool = True,
    ) -> None:
        """Index these documents instead of the former ones.

        Only passages whose vectors nobody has yet are encoded; `progress(done, total)` counts
        them. Until that is done the former contents answer, or, if there were none, words alone.
        `token` tells the revision from those of the same number elsewhere. `around=False` leaves
        to others what `look_around` does.
        """
        with self._refreshing:
            first = not len(self._contents)
            with _uncollected() if first else nullcontext():
                words_only = self._make(documents, concepts, revision, token, None)
            if first:
                self._swap(words_only)
            vectors = self._vectors(documents, progress)
            if vectors is None:
                self._swap(words_only)
                return
            with _uncollected() if first else nullcontext():
                self._swap(self._make(documents, concepts, revision, token, vectors))
            if first:
                self._prepare()
            self._store()
            self._look_around_cache()
        if around:
            self.look_around()

    def look_around(
        self, progress: Progress | None = None, *, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        """Encode what tells whether anything fits a query: names of the vocabulary, topics elsewhere.

        These are thousands, of which only what the cache lacks is encoded, which `progress(done,
        total)` counts; it ends early once it is `stopped`. Meanwhile the index is searched and
        refreshed as ever, and says less often that nothing fits. Without an encoder nothing is done.
        """
        contents = self._contents
        if self.has_looked_around or not self._can_encode:
            return
        vectors = self._as_queries(self._to_surround(contents.concepts), progress, stopped)
        if vectors is not None:
            self._surround(contents.concepts, vectors)

    def update(
        self,
        changed: Sequence[Document],
        removed: Collection[str],
        revision: int,
        *,
        token: str = "",
    ) -> bool:
        """Index these documents instead of those of the same codes, and forget the removed ones.

        What didn't change is not touched, so this takes a moment however many there are. False,
        with nothing done, where that is impossible: there is no index yet or an empty one, or vectors
        are missing and can't be made now; `refresh` helps.
        """
        with self._refreshing:
            contents = self._contents
            if not contents.revision or (changed and not len(contents)):
                return False
            removed = [code for code in removed if code in contents.position]
            if not (changed or removed):
                self._contents = contents.at(revision, token)
                return True
            gone_codes = {document.code for document in changed}.union(removed)
            recent = {c: d for c, d in self._recent.items() if c not in gone_codes}
            recent |= {document.code: document for document in changed}
            vectors = None
            if self.knows_meaning:
                vectors = self._vectors(list(recent.values()), None)
                if vectors is None:
                    if any(document.texts for document in recent.values()):
                        return False
                    vectors = contents.vectors[0].vectors[:0]
            made = self._updated(contents, recent, gone_codes, revision, token, vectors)
            self._recent = recent
            self._contents = made
            base = len(made.segments[0].cards)
            waiting = len(recent) + len(made.gone)
            if waiting > min(max(base // 10, _RECENT_AT_LEAST), _RECENT_AT_MOST) or not base:
                self._swap(made.merged())
                self._store()
        return True

    def _swap(self, contents: Contents) -> None:
        self._contents = contents
        self._recent = {}

    def _prepare(self) -> None:
        """Meanwhile do what each of the first queries would else wait for."""
        threading.Thread(target=self._language.glossary.prepare, daemon=True).start()

    def _store(self) -> None:
        if self._folder is None or not self.knows_meaning:
            return
        try:
            snapshot.write(self._folder, self._contents.to_snapshot())
        except OSError as error:
            logger.warning(
                "The index can't be kept in %s: %s. It is searched all the same, and made again at "
                "the next start.", self._folder, error.strerror or error,
            )  # fmt: skip

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
        token: str,
        vectors: NDArray[np.float16] | None,
    ) -> Contents:
        rows, owners = _analyzed(documents, concepts)
        return Contents(
            [_segment(documents, rows, WordIndex.build(rows, owners), vectors)],
            revision=revision,
            token=token,
            model=self._model if vectors is not None else "",
            concepts=concepts,
            facets=FacetIndex.of([document.facets for document in documents]),
            language=self._language,
        )

    def _updated(
        self,
        contents: Contents,
        recent: Mapping[str, Document],
        gone_codes: Collection[str],
        revision: int,
        token: str,
        vectors: NDArray[np.float16] | None,
    ) -> Contents:
        base, documents = contents.segments[0], list(recent.values())
        size = len(base.cards)
        gone = {place for place in contents.gone if place < size}
        former = [contents.position[code] for code in gone_codes if code in contents.position]
        gone.update(place for place in former if place < size)
        rows, owners = _analyzed(documents, contents.concepts)
        segments = [base]
        if documents:
            words = WordIndex.build(rows, owners, average=base.words.average)
            segments.append(_segment(documents, rows, words, vectors))
        places = contents.position
        last = int(contents.ordinals.max(initial=-1))
        ordinals = [
            int(contents.ordinals[places[d.code]]) if d.code in places else last + i + 1
            for i, d in enumerate(documents)
        ]
        return Contents(
            segments,
            revision=revision,
            token=token,
            model=contents.model,
            concepts=contents.concepts,
            facets=contents.facets.first(size).extended(
                [document.facets for document in documents]
            ),
            language=self._language,
            gone=gone,
            ordinals=np.concatenate([contents.ordinals[:size], np.array(ordinals, np.int64)]),
            former=contents,
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
        known = _sound(self._cache.get_many(list(dict.fromkeys(hashes)), model))
        missing = {h: t for h, t in zip(hashes, texts, strict=True) if h not in known}
        if missing and not self._encoder.ready:
            return None
        vectors = self._encoder.encode_documents(list(missing.values()))
        for key, vector in self._kept(list(missing), vectors, progress):
            known[key] = vector
        return np.stack([known[h] for h in hashes]) if hashes else None

    def _kept(
        self,
        hashes: Sequence[bytes],
        vectors: Iterable[tuple[int, NDArray[np.float32]]],
        progress: Progress | None,
    ) -> Iterator[tuple[bytes, NDArray[np.float16]]]:
        """Put vectors in the cache as they are made, and hand them on in half precision."""
        portion: dict[bytes, NDArray[np.float16]] = {}
        for done, (i, vector) in enumerate(vectors, start=1):
            portion[hashes[i]] = vector.astype(np.float16)
            yield hashes[i], portion[hashes[i]]
            if len(portion) >= _PORTION or done == len(hashes):
                self._cache.put_many(self._model, portion)
                portion = {}
            if progress is not None:
                progress(done, len(hashes))

    def _to_surround(self, concepts: Sequence[Concept]) -> list[str]:
        """The names of the vocabulary, then the topics elsewhere."""
        return [*_names(concepts), *self._language.elsewhere]

    def _surround(self, concepts: Sequence[Concept], vectors: NDArray[np.float32]) -> None:
        count = len(_names(concepts))
        self._surroundings = Surroundings(vectors[:count], vectors[count:])
        self._surrounded = concepts

    def _look_around_cache(self) -> None:
        """As `look_around`, if nothing has to be encoded; else the former surroundings stay."""
        concepts = self._contents.concepts
        if not self.has_looked_around:
            hashes = [_query_hash(text) for text in self._to_surround(concepts)]
            known = _sound(self._cache.get_many(list(dict.fromkeys(hashes)), self._model))
            if len(known) == len(set(hashes)):
                self._surround(concepts, np.stack([known[h] for h in hashes]).astype(np.float32))

    def _as_queries(
        self,
        texts: Sequence[str],
        progress: Progress | None = None,
        stopped: Callable[[], bool] = lambda: False,
    ) -> NDArray[np.float32] | None:
        """Vectors of texts encoded as queries, by the cache; None if some can't be had."""
        if self._encoder is None:
            return None
        hashes = [_query_hash(text) for text in texts]
        known = _sound(self._cache.get_many(list(dict.fromkeys(hashes)), self._model))
        missing = {h: t for h, t in zip(hashes, texts, strict=True) if h not in known}
        if missing and not self._encoder.ready:
            return None
        vectors = self._encoder.encode_queries_in_bulk(list(missing.values()))
        for key, vector in self._kept(list(missing), vectors, progress):
            if stopped():
                return None
            known[key] = vector
        return np.stack([known[h] for h in hashes]).astype(np.float32)

    def _fits(self, understood: Understood, nearness: Nearness, best: float) -> bool:
        """Whether anything fits a query that was searched by words and meaning."""
        if self._surroundings is None:
            return best >= FITS
        if best >= CERTAIN:
            return True
        # The query as it was before the middle of all queries was taken out of it.
        taken = np.float32(common_part(understood.text)) * self._surroundings.middle
        asked = nearness.queries[_LANGUAGES.index(understood.translated.language)] + taken
        nearest = nearness.nearest + float((self._contents.vectors[0].middles @ taken).mean())
        return self._surroundings.fits(asked, nearest, best)

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
        contents, chosen = self._contents, filters or {}
        asked = tuple(sorted((name, tuple(sorted(values))) for name, values in chosen.items()))
        around = self.has_looked_around
        key = query, asked, sort, offset, limit, correct, Mode(mode), around
        if (known := contents.answers.get(key)) is not None:
            return replace(known, took_ms=(time.perf_counter() - started) * 1000)
        ranking = self._ranking(contents, query, correct, Mode(mode))
        kept, counts = contents.facets.narrow(ranking.found, chosen)
        if sort is not None:
            keys = contents.order(sort)[ranking.found[kept]]
            on_page = kept[np.argsort(keys, kind="stable")][offset : offset + limit]
            scores = exact_scores(contents, ranking, on_page)
        elif ranking.understood.groups:
            on_page, scores = page(contents, ranking, kept, offset, limit)
        else:
            on_page = kept[offset : offset + limit]
            scores = ranking.scores[on_page]
        shown = ranking.found[on_page]
        meaning = ranking.nearness is not None or not ranking.understood.groups
        result = SearchResult(
            query=query,
            correction=ranking.understood.correction,
            concepts=ranking.understood.concepts,
            hits=tuple(
                Hit(contents.cards[place].code, round(score, 4), why)
                for place, score, why in zip(
                    shown.tolist(),
                    scores.tolist(),
                    reasons(contents, ranking, shown),
                    strict=True,
                )
            ),
            total=len(kept),
            facets=counts,
            fits=ranking.fits,
            meaning=meaning,
            terms=_highlighter(ranking.understood),
            took_ms=(time.perf_counter() - started) * 1000,
        )
        if meaning or Mode(mode) is Mode.LEXICAL:
            # Words alone are no answer to remember: the encoder may be here in a moment.
            contents.answers.keep(key, result)
        return result

    def similar(self, code: str, *, limit: int = 6) -> tuple[Hit, ...]:
        """The documents most like one that is indexed, itself left out, in any language.

        Likeness in meaning is the cosine of what is left of two vectors without the mean of their
        languages; half as much again counts for all of its concepts, the rare ones first. Empty if
        the code isn't indexed or there are no vectors.
        """
        contents = self._contents
        if (known := contents.alike.get((code, limit))) is not None:
            return known
        place = contents.position.get(code)
        if place is None or not contents.vectors:
            return ()
        likeness: dict[int, float] = {}
        own_rows, _ = contents.passages_of(np.array([place]))
        for own in contents.centred(own_rows):
            rows = contents.nearest(own, _ALIKE)
            found = contents.centred(rows) @ own
            for owner, value in zip(
                contents.document_of(rows).tolist(), found.tolist(), strict=True
            ):
                likeness[owner] = max(likeness.get(owner, -1.0), value)
        likeness.pop(place, None)
        own_concepts = {slug: contents.rarity(slug) for slug in contents.cards[place].concepts}
        total = max(sum(own_concepts.values()), 1e-6)
        its = frozenset(own_concepts)

        def shared(card: Card) -> list[str]:
            # Hundreds are asked, and few share anything.
            if its.isdisjoint(card.concepts):
                return []
            return [slug for slug in own_concepts if slug in card.concepts]

        def rank(other: int) -> tuple[float, str]:
            card = contents.cards[other]
            share = sum(own_concepts[slug] for slug in shared(card)) / total
            return -round(likeness[other] + _SHARED_CONCEPTS * share, 4), card.code

        ranked = sorted(rank(other) for other in likeness if contents.present[other])[:limit]
        hits = tuple(
            Hit(
                other,
                -negative,
                (
                    *(
                        Reason(ReasonKind.CONCEPT, slug)
                        for slug in shared(contents.cards[contents.position[other]])
                    ),
                    Reason(ReasonKind.MEANING),
                ),
            )
            for negative, other in ranked
        )
        contents.alike.keep((code, limit), hits)
        return hits

    def meanings(self, codes: Sequence[str]) -> NDArray[np.float32] | None:
        """What documents mean, to be compared with each other: a unit vector a code.

        Each is the mean of the document's passages without the mean of their languages. None without
        vectors; nothing (zeros) for a code that isn't indexed.
        """
        contents = self._contents
        if not contents.vectors:
            return None
        means = np.zeros((len(codes), contents.vectors[0].vectors.shape[1]), np.float32)
        for number, code in enumerate(codes):
            place = contents.position.get(code)
            if place is not None:
                rows, _ = contents.passages_of(np.array([place]))
                mean = contents.centred(rows).mean(axis=0)
                means[number] = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return means

    def suggest(
        self, texts: Sequence[Text], *, but: Collection[str] = (), limit: int = 8
    ) -> tuple[Suggestion, ...]:
        """The concepts that a text, in one language or several, may be about, likeliest first.

        By what it says of each concept's name, and by meaning where there is an encoder.
        """
        contents, texts = self._contents, [text for text in texts if suggesting.opening(text)]
        if not texts:
            return ()
        vectors = self._opening_vectors(texts)
        names = self._concept_names(contents) if vectors is not None else None
        found = suggesting.meant(contents, texts, vectors, names)
        return tuple(one for one in found if one.slug not in but)[:limit]

    def alike(
        self, texts: Sequence[Text], concepts: Sequence[str], *, beside: Sequence[Document] = ()
    ) -> list[tuple[float, str]]:
        """(likeness, code) of documents so like a text that one may repeat the other, likest first.

        `beside` are documents that aren't indexed; they count once they were learned. Empty without
        an encoder, and where there is too little to compare with.
        """
        contents, texts = self._contents, [text for text in texts if suggesting.opening(text)]
        vectors = self._opening_vectors(texts) if texts else None
        if vectors is None:
            return []
        known = {}
        for document in beside:
            passing = [(one, text) for text in document.texts for one in passages(text)]
            found = [self._learned.get(content_hash(one)) for one, _ in passing]
            vectors_there = [vector for vector in found if vector is not None]
            if passing and len(vectors_there) == len(passing):
                groups = [_LANGUAGES.index(text.language) for _, text in passing]
                known[document.code] = np.stack(vectors_there).astype(np.float32), groups
        return suggesting.alike(contents, texts, vectors, concepts, beside, known)

    def repeats(
        self, documents: Sequence[Document], *, least: float = LIKELY
    ) -> list[Repeat] | None:
        """The pairs of these documents, indexed or not, that may tell of the same thing.

        What was never encoded is now, which takes its time; None without an encoder.
        """
        documents = [document for document in documents if document.texts]
        vectors = self._vectors(documents, None)
        if vectors is None:
            return None if documents else []
        owners, languages = [], []
        for number, document in enumerate(documents):
            for text in document.texts:
                for _ in passages(text):
                    owners.append(number)
                    languages.append(_LANGUAGES.index(text.language))
        found = Passages(vectors.astype(np.float32), np.array(languages), np.array(owners))
        return repeats(documents, found, self._language.glossary, least=least)

    def is_learned(self, document: Document) -> bool:
        """Whether `alike` would compare with this one."""
        return all(
            self._learned.get(content_hash(one)) is not None
            for text in document.texts
            for one in passages(text)
        )

    def learn(self, documents: Sequence[Document]) -> None:
        """Encode documents that aren't indexed, for `alike`; as far as an encoder is there."""
        vectors = self._vectors(documents, None)
        if vectors is None:
            return
        texts = [p for document in documents for text in document.texts for p in passages(text)]
        for text, vector in zip(texts, vectors, strict=True):
            self._learned.keep(content_hash(text), vector)

    def _opening_vectors(self, texts: Sequence[Text]) -> NDArray[np.float32] | None:
        if self._encoder is None or not self._encoder.ready:
            return None
        return np.stack(self._encoder.encode_queries([suggesting.opening(one) for one in texts]))

    def _concept_names(self, contents: Contents) -> Names | None:
        """The names of the vocabulary, encoded as `_surround` does: as a rule the cache has them."""
        if self._names is None or self._names[0] is not contents.concepts:
            labels = _names(contents.concepts)
            vectors = self._as_queries(labels) if labels else None
            if vectors is None:
                return None
            self._names = contents.concepts, Names.of(contents.concepts, vectors)
        return self._names[1]

    def _ranking(self, contents: Contents, query: str, correct: bool, mode: Mode) -> Ranking:
        key = query, correct, mode, self.has_looked_around
        if (known := contents.rankings.get(key)) is not None:
            return known
        understood = contents.understanding.read(query, correct=correct)
        if not understood.groups:
            return everything(contents, understood)
        vectors = None
        if mode is not Mode.LEXICAL and contents.vectors and self._can_encode:
            vectors = self._query_vectors(contents, understood)
        ranking = rank(contents, understood, vectors, mode, self._fits)
        if vectors is None and mode is not Mode.LEXICAL:
            return ranking  # not to be remembered: the encoder may be here in a moment
        contents.rankings.keep(key, ranking)
        return ranking

    def _query_vectors(self, contents: Contents, understood: Understood) -> NDArray[np.float32]:
        """The query's vector for the texts of each language, shape (languages, dimension)."""
        assert self._encoder is not None
        translated = understood.translated
        there = {
            group: text
            for language, text in translated.texts.items()
            if (group := _LANGUAGES.index(language)) in contents.languages
        }
        own, *others = self._encoder.encode_queries([understood.text, *there.values()])
        vectors = np.tile(own, (len(_LANGUAGES), 1))
        for group, other in zip(there, others, strict=True):
            vectors[group] = mixed(own, other, translated.weight)
        if self._surroundings is not None:
            vectors -= np.float32(common_part(understood.text)) * self._surroundings.middle
        return vectors


@contextmanager
def _uncollected() -> Iterator[None]:
    """What is made here is no garbage: it isn't searched for any now, nor ever again.

    To look through the millions of objects of a large index takes a second, and all threads wait.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        if collecting:
            gc.enable()


def _names(concepts: Sequence[Concept]) -> list[str]:
    """The preferred name of each concept in each language."""
    return [found[0] for concept in concepts for found in concept.labels.values()]


def _query_hash(text: str) -> bytes:
    return content_hash(f"query: {text}")


def _analyzed(
    documents: Sequence[Document], concepts: Sequence[Concept]
) -> tuple[list[RowTerms], list[int]]:
    """The rows of documents, and which document each belongs to."""
    labels = {
        concept.slug: [(language, found[0]) for language, found in concept.labels.items()]
        for concept in concepts
    }
    rows, owners = [], []
    for place, document in enumerate(documents):
        tags = [label for slug in document.concepts for label in labels.get(slug, ())]
        for text in document.texts:
            rows.append(analyze_row(document, text, tags))
            owners.append(place)
    return rows, owners


def _segment(
    documents: Sequence[Document],
    rows: Sequence[RowTerms],
    words: WordIndex,
    vectors: NDArray[np.float16] | None,
) -> Segment:
    stretches = [
        (place, _LANGUAGES.index(text.language))
        for place, document in enumerate(documents)
        for text in document.texts
        for _ in passages(text)
    ]
    owning, language = np.array(stretches, dtype=np.int32).reshape(-1, 2).T
    return Segment(
        tuple(Card.of(document) for document in documents),
        words,
        owning,
        None if vectors is None else VectorIndex(vectors, language, at_least=len(_LANGUAGES)),
        sort_key_arrays(documents),
        RowWords.of(rows),
    )


def _sound(vectors: Mapping[bytes, NDArray[np.float16]]) -> dict[bytes, NDArray[np.float16]]:
    """The unit vectors of the usual dimension among these; others were damaged since they were made."""
    if not vectors:
        return {}
    dimension = Counter(map(len, vectors.values())).most_common(1)[0][0]
    fitting = {key: vector for key, vector in vectors.items() if len(vector) == dimension}
    squares = np.square(np.stack(list(fitting.values())), dtype=np.float32).sum(axis=1)
    unit = np.abs(squares - 1.0) < _NO_UNIT
    sound = {key: fitting[key] for key in compress(fitting, unit.tolist())}
    if damaged := len(vectors) - len(sound):
        logger.warning("%d cached vectors are damaged. They are made anew.", damaged)
    return sound


def _highlighter(understood: Understood) -> Highlighter:
    terms = [term for group, _ in understood.groups for term, _ in group.alternatives]
    supports = [
        prefix_term(group.word)
        for group, support in understood.groups
        if support is not None and len(prefix_term(group.word)) > 5
    ]
    return Highlighter([*terms, *supports])
