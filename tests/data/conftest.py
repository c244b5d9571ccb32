"""What `data/` ships, read as plain JSON and not by the code under test."""

import json
from pathlib import Path
from typing import Any

import pytest

DATA = Path(__file__).parents[2] / "data"
LANGUAGES = ("kk", "ru", "en")

Rows = list[dict[str, Any]]


def read_lines(path: Path) -> Rows:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


@pytest.fixture(scope="session")
def exhibits() -> Rows:
    paths = sorted((DATA / "demo" / "exhibits").glob("*.jsonl"))
    return [row for path in paths for row in read_lines(path)]


@pytest.fixture(scope="session")
def colleges() -> Rows:
    return read_lines(DATA / "demo" / "colleges.jsonl")


@pytest.fixture(scope="session")
def fields() -> Rows:
    return read_lines(DATA / "demo" / "fields.jsonl")


@pytest.fixture(scope="session")
def edition() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "demo" / "edition.json").read_text("utf-8"))
    return found


@pytest.fixture(scope="session")
def technologies() -> Rows:
    return read_lines(DATA / "technologies.jsonl")


def repeated(values: list[str]) -> set[str]:
    """The values that stand there more than once."""
    return {value for value in values if values.count(value) > 1}
