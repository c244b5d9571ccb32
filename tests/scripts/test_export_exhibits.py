"""Out by one script, in by another, and back by a third."""

import csv
from pathlib import Path

import pytest

from tests.scripts.calls import call
from tests.scripts.test_import_exhibits import count, home

__all__ = ["home"]


def test_exported_edited_imported_undone(home: Path) -> None:
    file = home / "out.csv"

    exported = call("export_exhibits", file, "--college", "zhasyl-dala", "--lang", "kk", home=home)
    same = call("import_exhibits", file, "--college", "zhasyl-dala", "--json", home=home)
    text = file.read_text(encoding="utf-8-sig")
    rows = list(csv.reader(text.splitlines(), delimiter=";"))
    rows.append(["", "", "Жаңа жылыжай"])
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows(rows)
    changed = call("import_exhibits", file, "--college", "zhasyl-dala", home=home)
    listed = call("undo_import", home=home)
    dry = call("undo_import", 1, "--dry-run", home=home)
    assert count(home) == 4
    undone = call("undo_import", 1, home=home)

    assert (exported.exit_code, same.exit_code, changed.exit_code) == (0, 0, 0)
    assert rows[0][:3] == ["Код", "Сыртқы нөмір", "Атауы (қаз.)"]
    assert '"unchanged": 2' in same.stdout
    assert '"batch": null' in same.stdout
    assert "To undo it: python -m scripts.undo_import 1" in changed.stdout
    assert "1 new, 0 changed  out.csv" in listed.stdout
    assert dry.stdout == (
        "Import 1: 1 to take away, 0 to give back, 0 to leave; nothing changed.\n"
    )
    assert undone.stdout == "Import 1: 1 to take away, 0 to give back, 0 to leave; done.\n"
    assert count(home) == 3


@pytest.mark.parametrize(
    ("name", "arguments", "sentence"),
    [
        ("export_exhibits", ("a.ods",), "a.ods should end in .xlsx or .csv."),
        ("export_exhibits", ("a.csv", "--template"), "let its name end in .xlsx"),
        ("export_exhibits", ("a.xlsx", "--college", "none"), "There is no college 'none'."),
        ("undo_import", ("7",), "There is no import 7 to undo."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    home: Path, name: str, arguments: tuple[str, ...], sentence: str
) -> None:
    done = call(name, *arguments, home=home)

    assert done.exit_code == 2
    assert sentence in done.stderr
