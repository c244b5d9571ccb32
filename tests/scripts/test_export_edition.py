"""A whole edition in a folder, which holds nothing else."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from catalog import Store, review
from catalog.permissions import COMMAND_LINE
from tests.scripts.calls import call
from tests.scripts.test_import_exhibits import home

__all__ = ["home"]
TITLES = {
    "Робот-сортировщик мусора",
    "Қоқыс сұрыптау роботы",
    "Шағын жылыжай",
    "Welded garden gate",
}


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def hide_robot(home: Path) -> None:
    store = Store(f"sqlite:///{home / 'korme.db'}")
    review.hide(store, "R2B2T2", hidden=True, by=COMMAND_LINE, now=datetime.now(UTC))
    store.close()


def test_everything_is_exported_and_exactly_it(home: Path) -> None:
    folder = home / "a" / "new"

    done = call("export_edition", folder, home=home)

    assert done.exit_code == 0, done.stderr
    assert done.stdout == f"{folder}: 3 public exhibits; open site/index.html.\n"
    assert {path.name for path in folder.iterdir()} == {
        "exhibits.xlsx", "exhibits.csv", "edition.jsonld", "site",
    }  # fmt: skip
    assert len([name for name in files(folder) if name.endswith(".html")]) == 1 + 3 * (
        1 + 3 + 2 + 4
    )
    text = (folder / "exhibits.csv").read_text("utf-8-sig")
    header, *rows = csv.reader(text.splitlines(), delimiter=";")
    columns = [number for number, name in enumerate(header) if name.startswith("Название")]
    assert {row[number] for row in rows for number in columns if row[number]} == TITLES
    sheet = load_workbook(folder / "exhibits.xlsx").worksheets[0]
    assert {cell for row in sheet.iter_rows(values_only=True) for cell in row} >= TITLES
    graph = json.loads((folder / "edition.jsonld").read_text("utf-8"))["@graph"]
    works = [node for node in graph if node["@type"] == "CreativeWork"]
    assert {name["@value"] for work in works for name in work["name"]} == TITLES


def test_what_is_hidden_is_in_the_organizers_tables_alone(home: Path) -> None:
    hide_robot(home)
    folder = home / "out"

    done = call("export_edition", folder, home=home)

    assert done.exit_code == 0, done.stderr
    title = "Робот-сортировщик".encode()
    holding = {name for name in files(folder) if title in (folder / name).read_bytes()}
    assert holding == {"exhibits.csv"}
    assert not [name for name in files(folder) if "R2B2T2" in name]


def test_a_full_folder_is_refused_and_an_earlier_export_replaced(home: Path) -> None:
    folder = home / "out"
    assert call("export_edition", folder, home=home).exit_code == 0
    (folder / "letter.txt").write_text("Сәлем", "utf-8")
    before = files(folder)
    hide_robot(home)

    refused = call("export_edition", folder, home=home)
    assert (refused.exit_code, files(folder)) == (2, before)
    assert refused.stderr == (f"{folder} is not empty. To replace an earlier export: --replace.\n")

    replaced = call("export_edition", folder, "--replace", home=home)
    assert replaced.exit_code == 0, replaced.stderr
    gone = {
        f"site/{language}/{page}.html"
        for language in ("kk", "ru", "en")
        for page in ("e/R2B2T2", "c/temirqol", "t/robotics", "t/machine-learning")
    }
    assert before - files(folder) == gone
    assert (folder / "letter.txt").read_text("utf-8") == "Сәлем"


def test_a_folder_of_something_else_is_never_replaced(home: Path) -> None:
    folder = home / "mine"
    (folder / "site").mkdir(parents=True)
    (folder / "site" / "thesis.txt").write_text("years of work", "utf-8")

    done = call("export_edition", folder, "--replace", home=home)

    assert done.exit_code == 2
    assert done.stderr == (f"{folder} holds no earlier export to replace. Name an empty folder.\n")
    assert (folder / "site" / "thesis.txt").read_text("utf-8") == "years of work"


@pytest.mark.parametrize("arguments", [["--edition", "other"]])
def test_an_edition_that_is_not_there_is_said(home: Path, arguments: list[str]) -> None:
    done = call("export_edition", home / "out", *arguments, home=home)

    assert (done.exit_code, done.stdout, done.stderr) == (2, "", "There is no such edition.\n")
    assert not (home / "out").exists()
