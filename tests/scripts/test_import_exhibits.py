"""The script as a person calls it, in a process of its own."""

import json
import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import typer
from sqlalchemy import func, select
from typer.testing import CliRunner

from catalog import Store, demo
from catalog.models import College, Edition, Exhibit
from scripts.import_exhibits import main
from tests.catalog.conftest import write_folder

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "scripts.import_exhibits"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the small fair in it."""
    store = Store(f"sqlite:///{tmp_path / 'korme.db'}")
    store.migrate()
    demo.load(store, write_folder(tmp_path / "data"), datetime.now(UTC))
    store.close()
    return tmp_path


def call(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=ROOT, env=environment(home), capture_output=True,
        text=True, check=False,
    )  # fmt: skip


def environment(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KORME_")}
    return {**kept, "KORME_HOME": str(home)}


def count(home: Path, table: type = Exhibit) -> int:
    store = Store(f"sqlite:///{home / 'korme.db'}")
    with store.reading() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def archive(path: Path, rows: int) -> Path:
    lines = (
        json.dumps({
            "id": f"p-{number}", "title": f"Project {number}", "organization": f"Org {number % 40}",
            "description": "What it does. " * 20, "technologies": ["python", "ml"], "year": 2016,
        })
        for number in range(rows)
    )  # fmt: skip
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


MAP = (
    "title=title,description=description,college=organization,keywords=technologies,external_id=id"
)


def test_an_archive_comes_in_with_a_bar_and_twice_changes_nothing(home: Path) -> None:
    file = archive(home / "old.jsonl", 300)
    arguments = (file, "--edition", "old", "--map", MAP, "--limit", "250", "--publish", "--json")

    first, second = call(home, *arguments), call(home, *arguments)

    assert (first.returncode, second.returncode) == (0, 0)
    facts = json.loads(first.stdout)
    assert facts["seconds"] > 0
    del facts["seconds"]
    assert facts == {
        "saved": True, "edition": "old", "new_edition": True, "rows": 250, "create": 250,
        "update": 0, "unchanged": 0, "problems": [], "new_colleges": 40, "shortened_titles": [],
        "unknown_columns": ["year"], "rejected_file": None, "batch": 1,
    }  # fmt: skip
    assert "250/250" in first.stderr
    again = json.loads(second.stdout)
    assert (again["new_edition"], again["create"], again["unchanged"]) == (False, 0, 250)
    assert count(home) == 3 + 250


def test_a_bad_file_lists_its_problems_and_writes_nothing(home: Path) -> None:
    file = home / "bad.csv"
    file.write_text("Название;Колледж\nХороший;КРТ\nЯ;Нигде\n", encoding="cp1251")

    as_json = call(home, file, "--json", "--lang", "ru")
    as_text = call(home, file)

    assert (as_json.returncode, as_text.returncode) == (2, 2)
    facts = json.loads(as_json.stdout)
    assert facts["saved"] is False
    assert facts["problems"] == [
        {"row": 3, "column": "Колледж", "value": "Нигде", "message": "В каталоге такого нет."},
        {"row": 3, "column": "Название", "value": "Я",
         "message": "Слишком коротко: знаков 1, нужно не меньше 3."},
    ]  # fmt: skip
    assert "row 3, Название: 'Я' Too short: 1 characters, at least 3 are needed." in as_text.stderr
    assert "nothing saved" in as_text.stdout
    assert count(home) == 3


def test_accept_good_gives_the_bad_rows_back_and_they_come_in_when_mended(home: Path) -> None:
    file = home / "mixed.csv"
    file.write_text("title,college\nGood one,КРТ\nBad one,Nowhere\n", encoding="utf-8")

    done = call(home, file, "--accept-good", "--json")

    assert done.returncode == 0
    rejected = Path(json.loads(done.stdout)["rejected_file"])
    assert rejected == home / "mixed.errors.csv"
    text = rejected.read_text(encoding="utf-8-sig")
    assert text.splitlines() == [
        "title;college;error", "Bad one;Nowhere;college: The catalog has no such entry."
    ]  # fmt: skip
    rejected.write_text(text.replace("Nowhere", "КРТ"), encoding="utf-8-sig")
    assert call(home, rejected).returncode == 0
    assert count(home) == 5


def test_a_dry_run_says_what_would_happen(home: Path) -> None:
    file = home / "a.csv"
    file.write_text("title,college\nGood one,КРТ\n", encoding="utf-8")

    done = call(home, file, "--dry-run")

    assert done.returncode == 0
    assert "1 to create" in done.stdout
    assert "nothing saved" in done.stdout
    assert count(home) == 3


@pytest.mark.parametrize(
    ("content", "arguments", "sentence"),
    [
        (None, (), "can't be opened: No such file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", (), "no text and no XLSX file"),
        (b"title,college\n", ("--map", "title"), "--map needs FIELD=COLUMN"),
        (b"title,college\n", ("--map", "titel=title"), "no field 'titel'"),
        (b"title,college\n", ("--edition", "UPPER"), "can't be an edition's slug"),
    ],
)
def test_what_cannot_be_imported_gets_a_sentence_and_exit_code_2(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    file = home / "file.csv"
    if content is not None:
        file.write_bytes(content)

    monkeypatch.setenv("KORME_HOME", str(home))
    monkeypatch.delenv("KORME_DATABASE_URL", raising=False)
    app = typer.Typer()
    app.command()(main)

    done = CliRunner().invoke(app, [str(file), *arguments, "--json"])

    assert done.exit_code == 2
    assert sentence in json.loads(done.stdout)["problems"][0]["message"]


def test_help_names_every_option() -> None:
    done = call(Path("unused"), "--help")

    assert done.returncode == 0
    for option in ("--edition", "--college", "--pictures", "--map", "--limit", "--publish", "--dry-run",
                   "--accept-good", "--json", "--lang"):  # fmt: skip
        assert option in done.stdout


@pytest.mark.slow
def test_killed_in_the_middle_it_leaves_nothing(home: Path) -> None:
    file = archive(home / "old.jsonl", 600)
    command = [*COMMAND, str(file), "--edition", "old", "--map", MAP, "--publish"]
    process = subprocess.Popen(
        command, cwd=ROOT, env=environment(home), stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    seen = ""
    while "saving" not in seen:
        seen += process.stderr.read(1)
    process.send_signal(signal.SIGKILL)
    process.wait()

    assert process.returncode == -signal.SIGKILL
    assert (count(home), count(home, Edition), count(home, College)) == (3, 1, 3)
    assert call(home, *command[len(COMMAND) :]).returncode == 0
    assert count(home) == 3 + 600
