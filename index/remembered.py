"""The latest answers, kept for when the same is asked again."""

import threading
from collections import OrderedDict
from collections.abc import Collection, Hashable
from typing import Generic, TypeVar

V = TypeVar("V")


class Remembered(Generic[V]):
    """At most `limit` values; the one unused the longest goes first. Safe from many threads."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """What was kept for this key, if it is still known."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def without(self, keys: Collection[Hashable]) -> "Remembered[V]":
        """Another memory that knows the same, but for these keys."""
        other: Remembered[V] = Remembered(self._limit)
        with self._lock:
            other._values = self._values.copy()
        for key in keys:
            other._values.pop(key, None)
        return other

    def keep(self, key: Hashable, value: V) -> None:
        """Remember a value."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._limit:
                self._values.popitem(last=False)
