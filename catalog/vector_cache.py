"""Vectors already computed, kept by content hash and model so that nothing is encoded twice."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from catalog.models import CachedVector
from catalog.store import Store

_AT_ONCE = 500


class VectorCache:
    """A cache of fp16 vectors in the store; derived data, so losing it costs only time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_many(self, hashes: Sequence[bytes], model: str) -> dict[bytes, NDArray[np.float16]]:
        """The vectors known for these content hashes by this model; unknown ones are left out."""
        found: dict[bytes, NDArray[np.float16]] = {}
        with self._store.reading() as session:
            for start in range(0, len(hashes), _AT_ONCE):
                rows = session.execute(
                    select(CachedVector.content_hash, CachedVector.vector).where(
                        CachedVector.model == model,
                        CachedVector.content_hash.in_(hashes[start : start + _AT_ONCE]),
                    )
                )
                for content_hash, vector in rows:
                    found[bytes(content_hash)] = np.frombuffer(vector, dtype="<f2")
        return found

    def put_many(self, model: str, vectors: Mapping[bytes, NDArray[np.floating]]) -> None:
        """Keep vectors (one-dimensional, kept as fp16); a hash already known keeps its vector."""
        rows = [
            {
                "content_hash": content_hash,
                "model": model,
                "dim": len(vector),
                "vector": np.asarray(vector, dtype="<f2").tobytes(),
            }
            for content_hash, vector in vectors.items()
        ]
        if not rows:
            return
        insert = postgresql.insert if self._store.dialect == "postgresql" else sqlite.insert
        with self._store.writing() as session:
            session.execute(insert(CachedVector).on_conflict_do_nothing(), rows)

    def forget(self, model: str, keep: Collection[bytes] = ()) -> int:
        """Drop a model's vectors but for those to keep; returns how many went."""
        with self._store.writing() as session:
            known = session.scalars(
                select(CachedVector.content_hash).where(CachedVector.model == model)
            )
            gone = [content_hash for content_hash in known if bytes(content_hash) not in keep]
            for start in range(0, len(gone), _AT_ONCE):
                session.execute(
                    delete(CachedVector).where(
                        CachedVector.model == model,
                        CachedVector.content_hash.in_(gone[start : start + _AT_ONCE]),
                    )
                )
        return len(gone)
