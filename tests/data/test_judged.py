"""What the judged queries promise: enough of every class, and judgements of what is there."""

import re
from collections import Counter
from pathlib import Path

import pytest
from typer.testing import CliRunner

from scripts.judge_corpus import CORPUS
from tests.data.conftest import DATA, Rows, read_lines, repeated
from tests.scripts.calls import command

CLASSES = {
    "same-language", "other-language", "technology", "college", "abbreviation",
    "inflected-kazakh", "kazakh-russian-letters", "typo", "wrong-layout", "latin-script",
    "correct", "nothing-fits",
}  # fmt: skip
LANGUAGES = {"kk", "ru", "en"}
CYRILLIC = re.compile("[а-яёәғқңөұүһі]", re.IGNORECASE)
KAZAKH_ONLY = re.compile("[әғқңөұүһі]", re.IGNORECASE)


@pytest.fixture(scope="module")
def queries() -> Rows:
    return read_lines(DATA / "judged" / "queries.jsonl")


@pytest.fixture(scope="module")
def judgements() -> list[list[str]]:
    lines = (DATA / "judged" / "qrels" / "test.tsv").read_text("utf-8").splitlines()
    assert lines[0] == "query-id\tcorpus-id\tscore"
    return [line.split("\t") for line in lines[1:]]


def of_class(queries: Rows, name: str) -> list[str]:
    return [one["text"] for one in queries if name in one["tags"]]


def test_there_are_enough_queries_of_every_class(queries: Rows) -> None:
    counted = Counter(tag for one in queries for tag in one["tags"])

    assert len(queries) >= 400
    assert set(counted) == CLASSES | LANGUAGES
    # Below ten a mean says nothing.
    assert min(counted.values()) >= 10
    assert repeated([one["_id"] for one in queries]) == set()
    for one in queries:
        assert len(CLASSES & set(one["tags"])) == 1, one["_id"]
        assert len(LANGUAGES & set(one["tags"])) == 1, one["_id"]


def test_queries_are_typed_the_way_their_class_says(queries: Rows) -> None:
    def letters(name: str, pattern: re.Pattern[str]) -> set[bool]:
        return {bool(pattern.search(text)) for text in of_class(queries, name)}

    # What was meant stands beside what was typed; where they are alike nothing is to be mended.
    meant = {one["text"]: one["meant"] for one in queries if "meant" in one}
    assert all(text == meant[text] for text in of_class(queries, "correct"))
    mended = {"typo", "wrong-layout", "latin-script", "kazakh-russian-letters"}
    assert not any(text == meant.get(text) for name in mended for text in of_class(queries, name))
    assert letters("kazakh-russian-letters", KAZAKH_ONLY) == {False}
    assert letters("kazakh-russian-letters", CYRILLIC) == {True}
    assert letters("latin-script", CYRILLIC) == {False}
    assert all(text == text.strip() != "" for text in (one["text"] for one in queries))
    assert repeated([one["text"].casefold() for one in queries]) == set()


def test_judgements_are_of_queries_and_exhibits_that_are_there(
    queries: Rows, judgements: list[list[str]], exhibits: Rows
) -> None:
    codes = {one["code"] for one in exhibits}

    assert {code for _, code, _ in judgements} <= codes
    assert {grade for _, _, grade in judgements} == {"1", "2"}
    assert len({(query, code) for query, code, _ in judgements}) == len(judgements)
    fitting = {one["_id"] for one in queries if "nothing-fits" not in one["tags"]}
    assert {query for query, _, _ in judgements} == fitting


def test_the_best_answer_to_a_query_in_another_language_lacks_its_language(
    queries: Rows, judgements: list[list[str]], exhibits: Rows
) -> None:
    spoken = {
        one["code"]: {key[-2:] for key in one if key.startswith("title_")} for one in exhibits
    }
    for one in queries:
        if "other-language" in one["tags"]:
            (language,) = LANGUAGES & set(one["tags"])
            best = [
                code for query, code, grade in judgements if (query, grade) == (one["_id"], "2")
            ]
            assert any(language not in spoken[code] for code in best), one


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus as the demo of today gives it."""
    out = tmp_path_factory.mktemp("judged") / "corpus.jsonl"
    done = CliRunner().invoke(command("judge_corpus"), ["--out", str(out)])
    assert done.exit_code == 0, done.output
    return out


def test_the_corpus_is_the_demo_of_today(written: Path, exhibits: Rows) -> None:
    """If this fails, data/demo changed: run `python -m scripts.judge_corpus`."""
    assert written.read_text("utf-8").splitlines() == CORPUS.read_text("utf-8").splitlines()
    assert {one["_id"] for one in read_lines(written)} == {one["code"] for one in exhibits}
