"""The benchmark of whole searches on a tiny size: every figure is there, and beside it its limit."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from index import Document, SearchIndex
from index.model_folder import MODEL_NAME
from scripts.bench_data import Material, Vectors, made_records
from scripts.bench_search import Bench, Figure
from tests.index.conftest import HashingEncoder
from tests.scripts.calls import call

TINY = ("--sizes", "60", "--queries", "10", "--publish-every", "0.2", "--publications", "1")
FILTERS = [
    f"{kind} filter of {share}" for kind in ("random", "likeness")
    for share in ("50%", "10%", "1%", "0.1%")
]  # fmt: skip
JOBS = [
    "build", "first time", "first time, with a frequent word", "first time, without one",
    "repeated", "an unknown word", *FILTERS, "recall@10",
    *(f"recall@10, {one}" for one in FILTERS), "restart", "changed: found after",
    "added: found after", "withdrawn: found after", "while one is published every 0.2 s",
    "added with three passages encoded: found after",
]  # fmt: skip


@pytest.fixture(autouse=True)
def few_topics(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thousands that are shipped take seconds to encode."""
    monkeypatch.setattr("fair.read_topics", lambda path: ("курс доллара", "погода на завтра"))


@pytest.fixture
def _hashing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.bench_search.open_encoder", lambda *_: HashingEncoder(MODEL_NAME))


@pytest.mark.usefixtures("_hashing")
def test_every_job_has_a_figure_with_its_limit(tmp_path: Path) -> None:
    done = call("bench_search", *TINY, "--json", home=tmp_path)

    assert done.exit_code == 0, done.output
    lines: list[dict[str, Any]] = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["job"] for line in lines] == JOBS
    assert {(line["size"], line["passages"]) for line in lines} == {(60, 150)}
    told = {line["job"]: line for line in lines}
    limits = {job: told[job]["limit"] for job in JOBS}
    assert limits["build"] is None
    assert {limits[job] for job in ("first time", *FILTERS)} == {2.0}
    assert (limits["repeated"], limits["an unknown word"]) == (0.2, 4.0)
    assert (limits["restart"], limits["changed: found after"]) == (5000.0, 300.0)
    assert limits["added with three passages encoded: found after"] == 800.0
    # So few passages are searched exactly, whatever the filter.
    for job in ("recall@10", *(f"recall@10, {one}" for one in FILTERS)):
        assert told[job]["values"].get("recall", 1.0) == 1.0, told[job]
    assert told["restart"]["note"] == "nothing encoded"


class Twice(Bench):
    """Measures nothing, and has two figures to tell."""

    def __init__(self, *_: object) -> None: ...

    def run(self, **_: object) -> Iterator[Figure]:
        yield Figure(30, 75, "first time", {"p50": 1.5, "p95": 2.5}, judged="p95", limit=2.0)
        yield Figure(
            30, 75, "recall@10", {"recall": 1.0}, judged="recall", limit=0.999, at_least=True,
            note="all",
        )  # fmt: skip


def test_the_table_says_what_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scripts.bench_search.Bench", Twice)

    done = call("bench_search", "--sizes", "30", home=tmp_path)

    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in done.stdout.splitlines()]
    assert [row for row in rows if row] == [
        ["30", "75", "first time", "p50 1.5, p95 2.5", "≤ 2", "FAILS", ""],
        ["30", "75", "recall@10", "recall 1", "≥ 0.999", "holds", "all"],
    ]


def test_an_index_that_does_not_show_a_change_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vectors = Vectors(tmp_path / "kept", "hashing-16", HashingEncoder)
    bench = Bench(Material(made_records(30), vectors), 30, 30, 10, "hashing-16", tmp_path, tmp_path)
    bench.index.refresh(bench.scale.documents, bench.scale.concepts, 1)

    def nothing_changes(
        self: SearchIndex, changed: Sequence[Document], removed: Sequence[str], revision: int
    ) -> bool:
        self.refresh(bench.scale.documents, bench.scale.concepts, revision)
        return True

    monkeypatch.setattr(SearchIndex, "update", nothing_changes)

    with pytest.raises(RuntimeError, match="was published, but a search for zvex0q tells otherwis"):
        list(bench.changes())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--sizes", "10,many"), "isn't whole numbers with commas between"),
        (("--sizes", "10,20", "--passages", "10"), "2 sizes and 1 numbers of passages"),
        (("--corpus", "nowhere.jsonl"), "nowhere.jsonl: No such file or directory"),
    ],
)
def test_what_cannot_be_measured_is_said_in_a_sentence(
    tmp_path: Path, arguments: tuple[str, ...], sentence: str
) -> None:
    done = call("bench_search", *arguments, home=tmp_path)

    assert done.exit_code == 2
    assert sentence in done.output


@pytest.mark.parametrize(
    ("value", "at_least", "holds"),
    [(1.9, False, True), (2.1, False, False), (2.1, True, True), (1.9, True, False)],
)
def test_a_limit_is_kept_from_its_own_side(value: float, at_least: bool, holds: bool) -> None:
    figure = Figure(1, 1, "job", {"p95": value}, judged="p95", limit=2.0, at_least=at_least)

    assert figure.holds is holds


def test_a_figure_without_a_limit_neither_holds_nor_fails() -> None:
    assert Figure(1, 1, "job", {"s": 3.0}).holds is None
