"""Turns: so many scripts draw at once, in the order they came; who waits elsewhere lets others."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A number of turns to take, `with turns:`, once a thread at a time."""

    def __init__(self, at_once: int) -> None:
        self._free = at_once
        self._waiting: deque[threading.Lock] = deque()
        self._counting = threading.Lock()
        self._own = threading.local()

    def __enter__(self) -> None:
        self._take(first=False)

    def __exit__(self, *error: object) -> None:
        self._give()

    @contextmanager
    def let_go(self) -> Iterator[None]:
        """Leave the turn to another meanwhile; the next that is free is this thread's again.

        Nothing happens in a thread that has none.
        """
        if not getattr(self._own, "has_one", False):
            yield
            return
        self._give()
        try:
            yield
        finally:
            self._take(first=True)

    def _take(self, *, first: bool) -> None:
        with self._counting:
            called = threading.Lock()
            if self._free:
                self._free -= 1
            else:
                called.acquire()
                if first:
                    self._waiting.appendleft(called)
                else:
                    self._waiting.append(called)
        # Free already, or by whoever gives a turn.
        called.acquire()
        self._own.has_one = True

    def _give(self) -> None:
        self._own.has_one = False
        with self._counting:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._free += 1
