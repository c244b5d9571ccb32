"""Our search and what people would pick instead, each doing the same jobs on the same goods.

Everybody is set up as its own documentation begins, and gets the query's vector ready made.
"""

import os
import tempfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fair import language_data
from index import Concept, Document, Mode, SearchIndex, SharedEncoder
from index.analysis import words
from index.contents import LanguageData
from index.ranking import BLOCK, best_first
from index.vectors import Usual, VectorIndex
from scripts.bench_data import KnownPassages, KnownVectors

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]

DEPTH = 10
# Of each half so many are fused, where an engine has to be told.
_CANDIDATES = 50
_PORTION = 5000
# Similarities taken against nothing.
_AS_THEY_ARE = Usual(np.zeros(1, np.float32), 1.0)
# BM25's usual constants, and the usual length of a text, for an engine that knows only weights.
_SATURATION, _LENGTH_PENALTY, _USUAL_LENGTH = 1.2, 0.75, 256


class Job(StrEnum):
    VECTORS = "vectors only"
    FILTERED = "vectors, college filter"
    HYBRID = "hybrid"
    FACETED = "hybrid, filter, facets"


@dataclass(frozen=True)
class Goods:
    """What every engine indexes: a text, a vector and labels for each document."""

    documents: Sequence[Document]
    concepts: Sequence[Concept]
    texts: Sequence[str]
    vectors: Floats
    hashes: Sequence[bytes]
    colleges: Sequence[str]
    technologies: Sequence[tuple[str, ...]]


@dataclass(frozen=True)
class Asked:
    """One query: its text, its vector, and the college that filters keep."""

    text: str
    vector: Floats
    college: str


class Engine(Protocol):
    """One way to search. `lacks` says why a job isn't offered."""

    name: str
    lacks: Mapping[Job, str]

    def load(self) -> None:
        """Import the library; raises ImportError where it isn't installed."""
        ...

    def build(self, goods: Goods) -> None: ...

    def search(self, job: Job, asked: Asked) -> Sequence[int]:
        """The places of the best documents, best first."""
        ...


class Ours:
    """The whole search, as the app calls it: reasons and facet counts come with every job.

    With a vocabulary and a glossary it doesn't look for the query's vector alone but for those of
    its translations too, which nobody else does. So jobs by vectors have an index of their own that
    knows neither; build time and memory are those of the whole one.
    """

    name = "Körme"
    lacks: Mapping[Job, str] = {}

    def __init__(self, home: Path, encoder: KnownVectors) -> None:
        self._home, self._encoder = home, encoder
        self._place: dict[str, int] = {}

    def load(self) -> None:
        self._language = language_data(self._home)

    def build(self, goods: Goods) -> None:
        self._place = {document.code: place for place, document in enumerate(goods.documents)}
        self._index = self._opened(goods, self._language)
        self._index.refresh(goods.documents, goods.concepts, 1)
        # As the app does when it starts: dictionaries are loaded by the first queries that need them.
        for query in ("кокыс суриптау", "hj,jn", "sortng robot", "тиеплица"):
            self._index.search(query)

    def build_for_vectors(self, goods: Goods) -> None:
        """Build the index for jobs by vectors; apart from `build`, to be left out of its figures."""
        self._plain = self._opened(goods, LanguageData())
        self._plain.refresh(goods.documents, [], 1)

    def _opened(self, goods: Goods, language: LanguageData) -> SearchIndex:
        cache = KnownPassages(goods.hashes, goods.vectors.astype(np.float16))
        return SearchIndex(
            SharedEncoder(self._encoder.model, self._encoder), cache, language=language
        )

    def search(self, job: Job, asked: Asked) -> Sequence[int]:
        by_vector = job in (Job.VECTORS, Job.FILTERED)
        found = (self._plain if by_vector else self._index).search(
            asked.text,
            mode=Mode.DENSE if by_vector else Mode.HYBRID,
            correct=not by_vector,
            filters={} if job in (Job.VECTORS, Job.HYBRID) else {"college": [asked.college]},
            limit=DEPTH,
        )
        return [self._place[hit.code] for hit in found.hits]


class OurVectors:
    """Our vectors alone, without the search around them: what plain FAISS does."""

    name = "Körme, its vectors alone"
    lacks: Mapping[Job, str] = dict.fromkeys((Job.HYBRID, Job.FACETED), "vectors alone")

    def load(self) -> None:
        import faiss  # noqa: F401

    def build(self, goods: Goods) -> None:
        self._index = VectorIndex(goods.vectors.astype(np.float16))
        self._codes = [document.code for document in goods.documents]
        self._of_college = _of_college(goods.colleges)

    def search(self, job: Job, asked: Asked) -> Sequence[int]:
        if job is Job.VECTORS:
            # As a search does: the scan's best few, then the exact order of those.
            rows = best_first(self._index.similarities(asked.vector), BLOCK)[:BLOCK]
        else:
            rows = self._of_college[asked.college]
        near = self._index.best_standard(asked.vector[None, :], _AS_THEY_ARE, rows, rows + 1)
        rows = rows[np.argsort(-near, kind="stable")[:DEPTH]]
        return [row for row in rows.tolist() if self._codes[row]]


class PlainFaiss:
    """The demo: a flat index of float32 vectors, everything else looked up in lists.

    Of its ways to filter this is the fastest: it is told the rows of the college, ready made, and
    compares with no other.
    """

    name = "plain FAISS"
    lacks: Mapping[Job, str] = dict.fromkeys((Job.HYBRID, Job.FACETED), "vectors alone")

    def load(self) -> None:
        import faiss

        faiss.omp_set_num_threads(1)
        # Its own types don't know its named arguments.
        self._faiss: Any = faiss

    def build(self, goods: Goods) -> None:
        self._index = self._faiss.IndexFlatIP(goods.vectors.shape[1])
        self._index.add(goods.vectors)
        self._codes = [document.code for document in goods.documents]
        self._kept = {
            college: self._faiss.SearchParameters(sel=self._faiss.IDSelectorArray(rows))
            for college, rows in _of_college(goods.colleges).items()
        }

    def search(self, job: Job, asked: Asked) -> Sequence[int]:
        query, kept = asked.vector[None, :], None
        if job is Job.FILTERED:
            kept = self._kept[asked.college]
        _, rows = self._index.search(query, DEPTH, params=kept)
        # Where there are fewer, it fills up with -1.
        return [row for row in rows[0].tolist() if row >= 0 and self._codes[row]]


class Chroma:
    name = "chromadb"
    lacks: Mapping[Job, str] = {
        Job.HYBRID: "its local engine finds substrings, it doesn't rank words",
        Job.FACETED: "not offered",
    }

    def load(self) -> None:
        import chromadb
        from chromadb.config import Settings

        self._client = chromadb.EphemeralClient(Settings(anonymized_telemetry=False))

    def build(self, goods: Goods) -> None:
        self._collection = self._client.create_collection(
            f"bench-{len(goods.texts)}",
            embedding_function=None,
            configuration={"hnsw": {"space": "ip"}},
        )
        for start in range(0, len(goods.texts), _PORTION):
            end = min(start + _PORTION, len(goods.texts))
            self._collection.add(
                ids=[str(place) for place in range(start, end)],
                embeddings=goods.vectors[start:end],
                documents=list(goods.texts[start:end]),
                metadatas=[{"college": one} for one in goods.colleges[start:end]],
            )

    def search(self, job: Job, asked: Asked) -> Sequence[int]:
        found = self._collection.query(
            query_embeddings=asked.vector[None, :], n_results=DEPTH, include=[],
            where=None if job is Job.VECTORS else {"college": asked.college},
        )  # fmt: skip
        return [int(one) for one in found["ids"][0]]


class Lance:
    """Without a vector index, so exact: it needs none at these sizes by its documentation."""

    name = "lancedb"
    lacks: Mapping[Job, str] = {Job.FACETED: "not offered"}

    def load(self) -> None:
        # Read when the library is loaded.
        os.environ.setdefault("LANCE_CPU_THREADS", "1")
        os.environ.setdefault("LANCE_LOG", "error")
        import lancedb

        self._folder = tempfile.TemporaryDirectory()
        self._database = lancedb.connect(self._folder.name)

    def build(self, goods: Goods) -> None:
        import pyarrow
        from lancedb.index import FTS

        vectors = pyarrow.FixedSizeListArray.from_arrays(
            pyarrow.array(goods.vectors.ravel()), goods.vectors.shape[1]
        )
        columns = {
            "place": pyarrow.array(range(len(goods.texts))), "text": list(goods.texts),
            "college": list(goods.colleges), "vector": vectors,
        }  # fmt: skip
        self._table = self._database.create_table(
            f"bench-{len(goods.texts)}", pyarrow.table(columns)
        )
        self._table.create_index("text", config=FTS())

    def search(self, job: Job, asked: Asked) -> Sequence[int]:
        if job is Job.HYBRID:
            query = self._table.search(query_type="hybrid").vector(asked.vector).text(asked.text)
        else:
            query = self._table.search(asked.vector).select(["place", "_distance"])
        query = query.distance_type("dot").limit(DEPTH)
        if job is Job.FILTERED:
            query = query.where(f"college = '{asked.college}'")
        return [int(one) for one in query.to_arrow()["place"].to_pylist()]


class Qdrant:
    """The client's local mode. Its sparse vectors carry BM25's weights, as fastembed makes them."""

    name = "qdrant-client, local"
    lacks: Mapping[Job, str] = {}

    def load(self) -> None:
        from qdrant_client import QdrantClient, models

        self._client, self._models = QdrantClient(":memory:"), models

    def build(self, goods: Goods) -> None:
        models = self._models
        self._name = f"bench-{len(goods.texts)}"
        self._client.create_collection(
            self._name,
            vectors_config={
                "meaning": models.VectorParams(
                    size=goods.vectors.shape[1], distance=models.Distance.DOT
                )
            },
            sparse_vectors_config={
                "words": models.SparseVectorParams(modifier=models.Modifier.IDF)
            },
        )
        points = (
            models.PointStruct(
                id=place,
                vector={"meaning": goods.vectors[place].tolist(), "words": self._sparse(text)},
                payload={
                    "college": goods.colleges[place],
                    "technology": list(goods.technologies[place]),
                },
            )
            for place, text in enumerate(goods.texts)
        )
        self._client.upload_points(self._name, points)

    def _sparse(self, text: str, *, query: bool = False) -> Any:
        counts = Counter(zlib.crc32(word.encode()) for word in words(text))
        length = sum(counts.values()) / _USUAL_LENGTH
        room = _SATURATION * (1 - _LENGTH_PENALTY + _LENGTH_PENALTY * length)
        weights = [
            1.0 if query else number * (_SATURATION + 1) / (number + room)
            for number in counts.values()
        ]
        return self._models.SparseVector(indices=list(counts), values=weights)

    def search(self, job: Job, asked: Asked) -> Sequence[int]:
        models, kept = self._models, None
        if job in (Job.FILTERED, Job.FACETED):
            matching = models.MatchValue(value=asked.college)
            kept = models.Filter(must=[models.FieldCondition(key="college", match=matching)])
        if job in (Job.VECTORS, Job.FILTERED):
            found = self._client.query_points(
                self._name, query=asked.vector, using="meaning", query_filter=kept, limit=DEPTH,
                with_payload=False,
            )  # fmt: skip
        else:
            halves = {"meaning": asked.vector, "words": self._sparse(asked.text, query=True)}
            found = self._client.query_points(
                self._name,
                prefetch=[
                    models.Prefetch(query=half, using=name, filter=kept, limit=_CANDIDATES)
                    for name, half in halves.items()
                ],
                query=models.FusionQuery(fusion=models.Fusion.RRF),
                limit=DEPTH,
                with_payload=False,
            )
        if job is Job.FACETED:
            # Counts of what the filter leaves: those of what a query found aren't offered.
            for facet in ("college", "technology"):
                self._client.facet(self._name, key=facet, facet_filter=kept, limit=1000)
        return [int(point.id) for point in found.points]


class Txtai:
    """An index of vectors for the first jobs and a hybrid one with content for the others."""

    name = "txtai"
    lacks: Mapping[Job, str] = {Job.FACETED: "not offered"}

    def load(self) -> None:
        import txtai

        self._new = txtai.Embeddings

    def build(self, goods: Goods) -> None:
        known: dict[str, Floats] = dict(zip(goods.texts, goods.vectors, strict=True))

        # A plain function: txtai takes nothing else for one.
        def look_up(texts: Sequence[str]) -> Floats:
            return np.stack([known[text] for text in texts])

        self._known = known
        settings = {"method": "external", "transform": look_up, "content": True}
        self._dense, self._hybrid = self._new(settings), self._new({**settings, "hybrid": True})
        for index in (self._dense, self._hybrid):
            index.index(
                (place, {"text": text, "college": goods.colleges[place]}, None)
                for place, text in enumerate(goods.texts)
            )

    def search(self, job: Job, asked: Asked) -> Sequence[int]:
        self._known[asked.text] = asked.vector
        index = self._hybrid if job is Job.HYBRID else self._dense
        asking, given = "id, score FROM txtai WHERE similar(:query)", {"query": asked.text}
        if job is Job.FILTERED:
            asking, given = f"{asking} AND college = :college", {**given, "college": asked.college}
        return [int(hit["id"]) for hit in index.search(f"SELECT {asking}", DEPTH, parameters=given)]


def engines(home: Path, encoder: KnownVectors) -> list[Engine]:
    """All of them, ours first."""
    return [
        Ours(home, encoder), OurVectors(), PlainFaiss(), Chroma(), Lance(), Qdrant(), Txtai()
    ]  # fmt: skip


def _of_college(colleges: Sequence[str]) -> dict[str, NDArray[np.int64]]:
    places: dict[str, list[int]] = defaultdict(list)
    for place, college in enumerate(colleges):
        places[college].append(place)
    return {college: np.array(own, np.int64) for college, own in places.items()}
