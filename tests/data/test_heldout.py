"""What the held-out sets promise: written apart, whole, and sharing no text with the other sets."""

import re

import pytest

from tests.data.conftest import DATA, LANGUAGES, read_lines, repeated

TITLES = DATA / "heldout_titles"
ELSEWHERE = DATA / "heldout_elsewhere"
KAZAKH = re.compile("[әғқңөұүһі]", re.IGNORECASE)
CYRILLIC = re.compile("[а-яёәғқңөұүһі]", re.IGNORECASE)
# Words with a capital inside a title that name a place, an alphabet or a technology.
CAPITALS = {"Улытау", "Алтая", "Казахстане", "Брайля", "ТЭЦ", "ЧПУ", "RFID", "LoRa"}
# A patronymic, a Russian surname, initials, or a form of address before a name.
PERSON = re.compile(
    r"\b[A-ZА-ЯӘҒҚҢӨҰҮІ]\w+(?:ович|евич|овна|евна|ұлы|қызы|ovich|evich|ovna|evna|uly|kyzy)\b"
    r"|\b[A-Z]\w+(?:ov|ev|ova|eva|bayev|bekov)\b"
    r"|\b[A-ZА-Я]\. ?(?:[A-ZА-Я]\. ?)?[A-ZА-Я][a-zа-я]+"
    r"|\b(?:Mr|Mrs|Ms|Dr|Prof)\b"
)


def strings(value: object) -> set[str]:
    """Every string that stands anywhere inside a row, however its fields are called."""
    if isinstance(value, str):
        return {value.casefold()}
    parts = list(value.values()) if isinstance(value, dict) else value
    if not isinstance(parts, list):
        return set()
    return {text for part in parts for text in strings(part)}


def test_titles_are_120_in_either_language_and_of_two_to_five_words() -> None:
    titles, descriptions = read_lines(TITLES / "queries.jsonl"), read_lines(TITLES / "corpus.jsonl")

    assert len(descriptions) == 120
    assert [one["tags"] for one in titles].count(["kk"]) == 120
    assert [one["tags"] for one in titles].count(["ru"]) == 120
    assert len(titles) == 240
    assert {len(one["text"].split()) for one in titles} == {2, 3, 4, 5}
    assert repeated([one["_id"] for one in titles + descriptions]) == set()
    assert repeated([one["text"].casefold() for one in titles + descriptions]) == set()


def test_titles_are_in_the_language_of_their_tag() -> None:
    titles = read_lines(TITLES / "queries.jsonl")
    kazakh = [one["text"] for one in titles if one["tags"] == ["kk"]]
    russian = [one["text"] for one in titles if one["tags"] == ["ru"]]

    assert [text for text in russian if KAZAKH.search(text) or not CYRILLIC.search(text)] == []
    assert [text for text in kazakh if not CYRILLIC.search(text)] == []
    assert sum(bool(KAZAKH.search(text)) for text in kazakh) >= 0.95 * len(kazakh)


def test_descriptions_are_english_untitled_and_of_50_to_80_words() -> None:
    descriptions = read_lines(TITLES / "corpus.jsonl")

    assert {one["title"] for one in descriptions} == {""}
    assert [one["_id"] for one in descriptions if not 50 <= len(one["text"].split()) <= 80] == []
    # A spelling game is described by the letters it teaches.
    assert [one["_id"] for one in descriptions if CYRILLIC.search(one["text"])] == ["h086"]


def test_every_title_is_judged_and_every_description_is_the_answer_in_either_language() -> None:
    titles, descriptions = read_lines(TITLES / "queries.jsonl"), read_lines(TITLES / "corpus.jsonl")
    lines = (TITLES / "qrels" / "test.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines[1:]]
    language = {one["_id"]: one["tags"] for one in titles}

    assert lines[0] == "query-id\tcorpus-id\tscore"
    assert {query for query, _, _ in rows} == set(language)
    assert {grade for _, _, grade in rows} == {"1"}
    for tag in ("kk", "ru"):
        judged = [code for query, code, _ in rows if language[query] == [tag]]
        assert sorted(judged) == sorted(one["_id"] for one in descriptions)


@pytest.mark.parametrize(
    ("name", "counts", "words"),
    [
        ("queries", {"ru": 27, "kk": 27, "en": 26}, range(2, 8)),
        ("in_topic", {"ru": 40, "kk": 40, "en": 40}, range(1, 7)),
    ],
)
def test_queries_of_either_kind_are_short_and_spread_over_the_languages(
    name: str, counts: dict[str, int], words: range
) -> None:
    queries = read_lines(ELSEWHERE / f"{name}.jsonl")

    assert {tag: [one["tags"] for one in queries].count([tag]) for tag in LANGUAGES} == counts
    assert len(queries) == sum(counts.values())
    assert [one["text"] for one in queries if len(one["text"].split()) not in words] == []
    assert repeated([one["_id"] for one in queries]) == set()
    assert repeated([one["text"].casefold() for one in queries]) == set()


@pytest.mark.parametrize("name", ["queries", "in_topic"])
def test_queries_are_in_the_language_of_their_tag(name: str) -> None:
    queries = read_lines(ELSEWHERE / f"{name}.jsonl")
    by_tag = {tag: [one["text"] for one in queries if one["tags"] == [tag]] for tag in LANGUAGES}

    assert [text for text in by_tag["en"] if CYRILLIC.search(text)] == []
    assert [text for text in by_tag["ru"] if KAZAKH.search(text)] == []
    assert [text for text in by_tag["ru"] + by_tag["kk"] if not CYRILLIC.search(text)] == []
    assert sum(bool(KAZAKH.search(text)) for text in by_tag["kk"]) >= 0.85 * len(by_tag["kk"])


def test_what_is_in_topic_is_not_elsewhere() -> None:
    queries = read_lines(ELSEWHERE / "queries.jsonl") + read_lines(ELSEWHERE / "in_topic.jsonl")

    assert repeated([one["text"].casefold() for one in queries]) == set()


@pytest.mark.parametrize(
    "other",
    [
        "judged_titles/queries.jsonl",
        "judged_titles/corpus.jsonl",
        "judged/queries.jsonl",
        "elsewhere.jsonl",
    ],
)
@pytest.mark.parametrize(
    "ours",
    [
        "heldout_titles/queries.jsonl",
        "heldout_titles/corpus.jsonl",
        "heldout_elsewhere/queries.jsonl",
        "heldout_elsewhere/in_topic.jsonl",
    ],
)
def test_no_text_stands_in_a_set_that_was_tuned_on(ours: str, other: str) -> None:
    tuned_on = strings(read_lines(DATA / other))

    assert tuned_on != set()
    assert [
        one["_id"] for one in read_lines(DATA / ours) if one["text"].casefold() in tuned_on
    ] == []


def test_no_person_is_named() -> None:
    titles, descriptions = read_lines(TITLES / "queries.jsonl"), read_lines(TITLES / "corpus.jsonl")
    inner = [word for one in titles for word in one["text"].split()[1:] if word != word.lower()]
    queries = read_lines(ELSEWHERE / "queries.jsonl") + read_lines(ELSEWHERE / "in_topic.jsonl")

    assert set(inner) == CAPITALS
    assert [
        one["_id"] for one in titles + descriptions + queries if PERSON.search(one["text"])
    ] == []
