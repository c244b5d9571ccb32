"""What the glossary promises, whatever reads it."""

import re
from collections import Counter

import pytest

from tests.data.conftest import DATA, LANGUAGES, Rows, read_lines, repeated

KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
CYRILLIC = re.compile("[а-яёәғқңөұүһі]", re.IGNORECASE)


@pytest.fixture(scope="module")
def glossary() -> Rows:
    return read_lines(DATA / "glossary.jsonl")


def test_every_entry_has_names_in_three_languages(glossary: Rows) -> None:
    assert len(glossary) > 6_000
    for entry in glossary:
        assert tuple(entry) == LANGUAGES
        for names in entry.values():
            assert names, entry
            assert repeated(names) == set(), entry
            assert [name for name in names if name != " ".join(name.split()) or not name] == []
            assert [name for name in names if len(name.split()) > 4] == []


def test_names_are_written_in_their_language(glossary: Rows) -> None:
    russian = [name for entry in glossary for name in entry["ru"]]
    english = [name for entry in glossary for name in entry["en"]]

    assert [name for name in russian if KAZAKH.search(name)] == []
    assert [name for name in english if CYRILLIC.search(name)] == []


def test_no_entry_stands_there_twice(glossary: Rows) -> None:
    entries = Counter(
        tuple(tuple(name.casefold() for name in entry[language]) for language in LANGUAGES)
        for entry in glossary
    )

    assert [entry for entry, count in entries.items() if count > 1] == []
