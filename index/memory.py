"""A vector cache that lasts as long as its process, for evaluation and tests."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


class MemoryCache:
    """Vectors by (content hash, model), in memory."""

    def __init__(self) -> None:
        self._vectors: dict[tuple[str, bytes], NDArray[np.float16]] = {}

    def get_many(self, hashes: Sequence[bytes], model: str) -> Mapping[bytes, NDArray[np.float16]]:
        return {h: self._vectors[model, h] for h in hashes if (model, h) in self._vectors}

    def put_many(self, model: str, vectors: Mapping[bytes, NDArray[np.float16]]) -> None:
        self._vectors.update({(model, h): vector for h, vector in vectors.items()})
