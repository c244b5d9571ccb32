"""Vectors already computed, kept by content hash and model so that nothing is encoded twice."""

import logging
from collections.abc import Collection, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite

from catalog.models import CachedVector
from catalog.store import Store

logger = logging.getLogger(__name__)

_AT_ONCE = 500
_BYTES_A_NUMBER = 2


class VectorCache:
    """A cache of fp16 vectors in the store; derived data, so losing it costs only time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get_many(self, hashes: Sequence[bytes], model: str) -> dict[bytes, NDArray[np.float16]]:
        """The vectors known for these content hashes by this model.

        Unknown ones are left out, and with a line in the log those that aren't as long as they were.
        """
        found: dict[bytes, NDArray[np.float16]] = {}
        damaged = 0
        with self._store.reading() as session:
            for start in range(0, len(hashes), _AT_ONCE):
                rows = session.execute(
                    select(CachedVector.content_hash, CachedVector.dim, CachedVector.vector).where(
                        CachedVector.model == model,
                        CachedVector.content_hash.in_(hashes[start : start + _AT_ONCE]),
                    )
                )
                for content_hash, dimension, vector in rows:
                    if len(vector) == dimension * _BYTES_A_NUMBER:
                        found[bytes(content_hash)] = np.frombuffer(vector, dtype="<f2")
                    else:
                        damaged += 1
        if damaged:
            logger.warning("%d cached vectors are cut off or too long. They are left out.", damaged)
        return found

    def put_many(self, model: str, vectors: Mapping[bytes, NDArray[np.floating]]) -> None:
        """Keep vectors (one-dimensional, kept as fp16), instead of those known for the same hash."""
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
            statement = insert(CachedVector)
            new = {"dim": statement.excluded.dim, "vector": statement.excluded.vector}
            key = [CachedVector.content_hash, CachedVector.model]
            session.execute(statement.on_conflict_do_update(index_elements=key, set_=new), rows)

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
