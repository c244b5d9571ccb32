"""Out by one script and back by the other."""

from pathlib import Path

from tests.scripts.calls import call
from tests.scripts.test_import_exhibits import count, home

__all__ = ["home"]


def test_a_fair_moves_to_another_machine(home: Path, tmp_path: Path) -> None:
    file, elsewhere = tmp_path / "fair.zip", tmp_path / "elsewhere"
    number = count(home)

    written = call("backup", file, home=home)
    again = call("backup", file, home=home)
    replaced = call("backup", file, "--replace", home=home)
    restored = call("restore", file, home=elsewhere)
    refused = call("restore", file, home=elsewhere)

    assert (written.exit_code, replaced.exit_code, restored.exit_code) == (0, 0, 0)
    assert "verified." in written.stdout
    assert (again.exit_code, refused.exit_code) == (2, 2)
    assert "is there already; take another name, or --replace." in again.stderr
    assert "compared with the file; 0 people erased again." in restored.stdout
    assert "There is a catalog already." in refused.stderr
    assert count(elsewhere) == number


def test_what_is_no_backup_is_told_in_a_sentence(home: Path, tmp_path: Path) -> None:
    (tmp_path / "fair.zip").write_text("hello")

    strange = call("restore", tmp_path / "fair.zip", "--replace", home=home)
    missing = call("restore", tmp_path / "none.zip", home=home)

    assert (strange.exit_code, missing.exit_code) == (2, 2)
    assert "fair.zip is no backup of Körme, or a damaged one." in strange.stderr
    assert "none.zip: No such file or directory." in missing.stderr
