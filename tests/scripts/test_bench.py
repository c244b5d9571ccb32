"""The comparison on a tiny size: who takes part, in which turns, and true figures of recall."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from index import Document, Text
from index.model_folder import MODEL_NAME
from scripts.bench import _WARMING, in_turns, recall
from scripts.bench_engines import Asked, Goods, Job, OurVectors, PlainFaiss
from tests.index.conftest import HashingEncoder
from tests.scripts.calls import call

PEERS = {"chromadb", "lancedb", "qdrant_client", "txtai"}
OURS = ["Körme", "Körme, its vectors alone", "plain FAISS"]


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


def test_recall_is_the_share_of_the_nearest_that_were_found() -> None:
    truth = [[1, 2, 3, 4], [5, 6], [7, 8]]
    found = [[4, 9, 1, 8], [5, 6], []]

    # By hand: 2 of 4, 2 of 2, 0 of 2.
    assert recall(found, truth) == pytest.approx(0.5)


def test_recall_of_what_is_shown_is_of_as_many_as_were_shown() -> None:
    # By hand: of the nearest two, one; nothing shown doesn't count.
    assert recall([[2, 9], []], [[1, 2, 3], [4]], shown_only=True) == pytest.approx(0.5)


def test_a_query_with_nothing_to_find_does_not_count() -> None:
    assert recall([[1], []], [[1], []]) == 1.0


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
    measured = in_turns(Job.VECTORS, able, asked, lambda: next(ticking))

    assert order[:4] == ["a0", "b0", "b1", "a1"]
    assert len(order) == 2 * len(asked)
    assert measured["a"].took == [250.0, 250.0]
    assert measured["b"].found == [[2], [2]]


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
