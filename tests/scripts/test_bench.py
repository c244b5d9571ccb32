"""The comparison on a tiny size: who takes part, in which turns, and true figures of recall."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index import Document, Text
from index.model_folder import MODEL_NAME
from scripts.bench import _WARMING, in_turns, mean_recall
from scripts.bench_engines import Asked, Goods, Job, OurVectors, PlainFaiss
from tests.index.conftest import HashingEncoder
from tests.scripts.calls import call

PEERS = {"chromadb", "lancedb", "qdrant_client", "txtai"}
OURS = ["Körme", "Körme, its vectors alone", "plain FAISS"]


@pytest.fixture(autouse=True)
def few_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thousands that are shipped take seconds to encode."""
    monkeypatch.setattr("fair.read_topics", lambda path: ("курс доллара", "погода на завтра"))


@pytest.fixture
def _no_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where requirements-bench.txt wasn't installed."""
    for name in PEERS:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("_no_peers")
def test_engines_do_the_jobs_they_offer_and_absent_ones_are_left_out_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scripts.bench.open_encoder", lambda *_: HashingEncoder(MODEL_NAME))

    done = call("bench", "--sizes", "60", "--queries", "5", "--json", home=tmp_path)

    assert done.exit_code == 0, done.output
    said = done.stderr.splitlines()
    assert sum("isn't installed and is left out" in line for line in said) == len(PEERS)
    for peer in PEERS:
        assert any(peer in line for line in said)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(row["job"], row["engine"]) for row in rows] == [
        (job, engine) for job in ("build", *Job) for engine in OURS
    ]
    told = {(row["job"], row["engine"]): row for row in rows}
    for engine in OURS:
        assert told["build", engine].keys() == {
            "exhibits", "job", "engine", "seconds", "megabytes"
        }  # fmt: skip
        # Exact search misses nothing.
        assert told[Job.VECTORS, engine]["recall@10"] == 1.0
        assert told[Job.FILTERED, engine]["recall@10"] == 1.0
    for job in (Job.HYBRID, Job.FACETED):
        assert told[job, "plain FAISS"]["note"] == "vectors alone"
        assert 0 < told[job, "Körme"]["p50 ms"] <= told[job, "Körme"]["p95 ms"]


def truth(*similarities: float) -> tuple[np.ndarray, np.ndarray]:
    """Documents 0, 1, 2, … that near to the query."""
    return np.arange(len(similarities)), np.array(similarities, np.float32)


def test_recall_is_the_mean_share_of_the_nearest_that_were_found() -> None:
    nearest = [truth(), truth(0.9, 0.8, 0.7, 0.6), truth(0.9, 0.8), truth(0.9, 0.8)]

    # By hand: 2 of 4, 2 of 2, 0 of 2; the first has nothing to find, and doesn't count.
    found = {0: [5], 1: [3, 9, 1, 8], 2: [1, 0], 3: []}
    assert mean_recall(found, nearest, shown_only=False) == pytest.approx(0.5)


def test_recall_of_what_is_shown_is_of_as_many_as_were_shown() -> None:
    nearest = [truth(0.9, 0.8, 0.7), truth(0.9)]

    # By hand: of the nearest two, one; nothing shown doesn't count.
    assert mean_recall({0: [1, 9], 1: []}, nearest, shown_only=True) == pytest.approx(0.5)


def test_only_the_ten_nearest_count() -> None:
    nearest = [truth(*np.linspace(1, 0, 20))]

    assert mean_recall({0: [*range(2, 12)]}, nearest, shown_only=False) == pytest.approx(0.8)


class Named:
    """An engine that tells in which order it was asked."""

    lacks: dict[Job, str] = {}

    def __init__(self, name: str, place: int, asked: list[str]) -> None:
        self.name, self._place, self._asked = name, place, asked

    def load(self) -> None: ...

    def build(self, goods: Goods) -> None: ...

    def search(self, job: Job, asked: Asked) -> Sequence[int]:
        self._asked.append(f"{self.name}{asked.text}")
        return [self._place]


def test_engines_take_turns_and_the_first_queries_are_not_counted() -> None:
    order: list[str] = []
    able = [Named("a", 1, order), Named("b", 2, order)]
    asked = [Asked(str(i), np.zeros(1, np.float32), "") for i in range(_WARMING + 2)]

    def clock() -> Iterator[float]:
        seconds = 0.0
        while True:
            yield seconds
            seconds += 0.25

    ticking = clock()
    measured = in_turns(Job.VECTORS, able, asked, patience=9.0, clock=lambda: next(ticking))

    assert order[:4] == ["a0", "b0", "b1", "a1"]
    assert len(order) == 2 * len(asked)
    assert measured["a"].took == [250.0, 250.0]
    assert measured["b"].found == {_WARMING: [2], _WARMING + 1: [2]}


def test_an_engine_that_is_too_slow_is_asked_no_more_once_it_counted() -> None:
    order: list[str] = []
    asked = [Asked(str(i), np.zeros(1, np.float32), "") for i in range(_WARMING + 5)]
    seconds = iter(range(1000))

    measured = in_turns(
        Job.VECTORS, [Named("a", 1, order)], asked, patience=12.0, clock=lambda: next(seconds)
    )

    # A second for each of ten that warm up, then two more.
    assert order[-1] == f"a{_WARMING + 1}"
    assert measured["a"].took == [1000.0, 1000.0]


# Documents on a quarter of the circle, the colleges in turn.
ANGLES = np.linspace(0, np.pi / 2, 91)
GOODS = Goods(
    documents=[Document(f"D{i}", (Text("en", str(i)),)) for i in range(91)],
    concepts=[],
    texts=[str(i) for i in range(91)],
    vectors=np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1).astype(np.float32),
    hashes=[],
    colleges=[f"c{i % 3}" if i < 90 else "alone" for i in range(91)],
    technologies=[()] * 91,
)
EAST = np.array([1, 0], np.float32)


@pytest.mark.parametrize("engine", [PlainFaiss(), OurVectors()])
def test_vectors_and_the_college_filter_find_the_nearest_by_hand(
    engine: PlainFaiss | OurVectors,
) -> None:
    engine.load()
    engine.build(GOODS)

    # At 0° the nearest are those of the smallest angles.
    assert set(engine.search(Job.VECTORS, Asked("", EAST, "c0"))) == set(range(10))
    assert set(engine.search(Job.FILTERED, Asked("", EAST, "c1"))) == set(range(1, 31, 3))
    assert list(engine.search(Job.FILTERED, Asked("", EAST, "alone"))) == [90]
