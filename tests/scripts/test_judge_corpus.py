"""The judged set's corpus, written from a demo fair."""

import json
from pathlib import Path

import pytest

from index.evaluation import read_beir
from scripts.judge_corpus import CORPUS
from tests.scripts.calls import call


@pytest.fixture(autouse=True)
def small_demo(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small fair is what is shipped."""
    monkeypatch.setattr("scripts.judge_corpus.DATA", shipped)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Where the corpus of the small fair was written."""
    path = tmp_path / "corpus.jsonl"
    done = call("judge_corpus", "--out", path, home=tmp_path / "home")
    assert done.exit_code == 0, done.output
    assert done.stdout == f"3 exhibits written to {path}.\n"
    return path


def test_an_exhibit_is_written_with_all_it_is_found_by(out: Path) -> None:
    lines = [json.loads(line) for line in out.read_text("utf-8").splitlines()]

    assert len(lines) == 3
    (robot,) = [line for line in lines if line["_id"] == "R2B2T2"]
    assert robot == {
        "_id": "R2B2T2",
        "title": "Қоқыс сұрыптау роботы",
        "text": "\n",
        "document": {
            "texts": {
                "kk": {"title": "Қоқыс сұрыптау роботы", "summary": "", "body": ""},
                "ru": {
                    "title": "Робот-сортировщик мусора",
                    "summary": "Сортирует мусор.",
                    "body": "Камера узнаёт пластик и бумагу.",
                },
            },
            "concepts": ["robotics", "machine-learning"],
            "keywords": ["мусор"],
            "names": [
                "«Темірқол» робототехника колледжі", "Колледж робототехники «Темірқол»", "КРТ",
                "Темиркол", "КГКП «Политех»", "Мехатроника",
            ],
            "facets": {
                "technology": ["robotics", "machine-learning"], "college": ["temirqol"],
                "field": ["robotics"], "specialty": ["mehatronika"], "kind": ["prototype"],
                "hall": ["A"],
            },
        },
    }  # fmt: skip


def test_the_corpus_is_read_back_as_the_documents_it_was_written_from(
    out: Path, tmp_path: Path
) -> None:
    (tmp_path / "queries.jsonl").touch()
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n", "utf-8")

    documents = {one.code: one for one in read_beir(tmp_path).documents}

    robot = documents["R2B2T2"]
    assert [(text.language, text.title) for text in robot.texts] == [
        ("kk", "Қоқыс сұрыптау роботы"), ("ru", "Робот-сортировщик мусора")
    ]  # fmt: skip
    assert robot.concepts == ("robotics", "machine-learning")
    assert robot.facets["college"] == ("temirqol",)


def test_it_needs_no_home_and_leaves_the_shipped_corpus_alone(
    out: Path, tmp_path: Path, shipped: Path
) -> None:
    assert [path.name for path in tmp_path.iterdir()] == ["corpus.jsonl"]
    assert not (shipped / "judged").exists()
    assert len(CORPUS.read_text("utf-8").splitlines()) >= 120


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "no" / "such" / "corpus.jsonl"

    done = call("judge_corpus", "--out", path, home=tmp_path / "home")

    assert (done.exit_code, done.stdout) == (2, "")
    assert str(path) in done.stderr
