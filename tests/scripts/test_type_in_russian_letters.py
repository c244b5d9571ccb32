import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from index.evaluation import read_beir
from scripts.type_in_russian_letters import main, typed_in_russian_letters


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("қғңөұүіәһ", "кгноууиах"),
        ("Қоқыс СҰРЫПТАУ ІІ?", "Кокыс СУРЫПТАУ ИИ?"),
        ("сварка, robot 3D", "сварка, robot 3D"),
    ],
)
def test_typed_in_russian_letters(text: str, typed: str) -> None:
    assert typed_in_russian_letters(text) == typed


def make_set(folder: Path) -> None:
    (folder / "qrels").mkdir(parents=True)
    (folder / "corpus.jsonl").write_text(
        json.dumps({"_id": "d", "title": "Қоқыс", "text": "Үй"}, ensure_ascii=False) + "\n", "utf-8"
    )
    lines = [{"_id": "a", "text": "Үй қайда?", "tags": ["kk"]}, {"_id": "b", "text": "дом"}]
    (folder / "queries.jsonl").write_text(
        "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), "utf-8"
    )
    (folder / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\na\td\t1\n", "utf-8")


def run(*arguments: object):  # type: ignore[no-untyped-def]
    app = typer.Typer()
    app.command()(main)
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def test_type_in_russian_letters_changes_the_queries_alone(tmp_path: Path) -> None:
    make_set(tmp_path / "set")

    result = run(tmp_path / "set", tmp_path / "typed")

    before, after = read_beir(tmp_path / "set"), read_beir(tmp_path / "typed")
    assert result.exit_code == 0, result.output
    assert after.queries == {"a": "Уй кайда?", "b": "дом"}
    assert (after.documents, after.grades, after.tags) == (
        before.documents, before.grades, before.tags,
    )  # fmt: skip


def test_type_in_russian_letters_refuses_to_write_over_its_set(tmp_path: Path) -> None:
    make_set(tmp_path / "set")

    result = run(tmp_path / "set", tmp_path / "set")

    assert result.exit_code == 2
    assert read_beir(tmp_path / "set").queries["a"] == "Үй қайда?"


def test_type_in_russian_letters_of_no_set_is_a_sentence(tmp_path: Path) -> None:
    result = run(tmp_path / "nothing", tmp_path / "typed")

    assert result.exit_code == 2
    assert not (tmp_path / "typed").exists()
