"""The first start: the demo fair, the model and the index are made in the background, in sight.

Visitors come in as soon as there is a fair to show and words to search; what meaning needs is
finished behind them.
"""

import gc
import logging
import threading
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

logger = logging.getLogger(__name__)

LAST_STEP = "index"


class Preparable(Protocol):
    """What can be prepared and then started (the fair)."""

    @property
    def prepared(self) -> bool:
        """Whether nothing is lacking."""

    def prepare(self, progress: Callable[[str, int, int], None]) -> None:
        """Make what is lacking, telling the step and how far it is."""

    def start(self) -> None:
        """Begin to keep everything in step."""

    def warm(self) -> None:
        """Load what the first queries would wait for."""

    def load_encoder(self) -> None:
        """Load the full encoder."""


F = TypeVar("F", bound=Preparable)


class Preparation(Generic[F]):
    """One preparation, in a thread of its own; many visitors may watch how far it is."""

    def __init__(
        self, open_fair: Callable[[], F], read_ahead: Callable[[], None] = lambda: None
    ) -> None:
        """`read_ahead` reads what visitors will ask for, once they can come in."""
        self._open, self._read_ahead = open_fair, read_ahead
        self._fair: F | None = None
        self.step, self.done, self.total = "", 0, 1
        self.usable = threading.Event()
        self.finished = threading.Event()
        threading.Thread(target=self._run, name="preparation", daemon=True).start()

    @property
    def fair(self) -> F:
        """The fair, as soon as it is usable; waits for that."""
        self.usable.wait()
        if self._fair is None:
            raise RuntimeError("The fair could not be opened; the log says why.")
        return self._fair

    @property
    def failed(self) -> bool:
        """Whether there will be no fair; the log says why."""
        return self.usable.is_set() and self._fair is None

    @property
    def share(self) -> float:
        """How much of the present step is done, 0 to 1."""
        return min(self.done / max(self.total, 1), 1.0)

    def _run(self) -> None:
        try:
            fair = self._open()
            if not fair.prepared:
                self._fair = fair
                fair.prepare(self._tell)
            fair.start()
            self._fair = fair
            self.usable.set()
            self.finished.set()
            fair.warm()
            self._read_ahead()
            # All this stays. Looking through it for garbage took 0.4 s, under some visitor's query.
            gc.collect()
            gc.freeze()
            # Last: a visitor who is already here shall not share the processor with it.
            fair.load_encoder()
        except Exception:  # a thread has nobody to raise to; visitors are told by `failed`
            self._fair = None
            logger.exception("The fair could not be prepared.")
        finally:
            self.usable.set()
            self.finished.set()

    def _tell(self, step: str, done: int, total: int) -> None:
        self.step, self.done, self.total = step, done, total
        if step == LAST_STEP:
            self.usable.set()
