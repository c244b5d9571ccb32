"""What the set of titles promises: short Kazakh and Russian titles, descriptions in English alone."""

import re

from tests.data.conftest import DATA, read_lines, repeated

FOLDER = DATA / "judged_titles"
CYRILLIC = re.compile("[а-яёәғқңөұүһі]", re.IGNORECASE)


def test_titles_are_short_and_descriptions_english() -> None:
    titles, descriptions = read_lines(FOLDER / "queries.jsonl"), read_lines(FOLDER / "corpus.jsonl")

    assert (len(titles), len(descriptions)) == (480, 240)
    assert {len(one["text"].split()) for one in titles} == {2, 3, 4, 5}
    assert [one["_id"] for one in descriptions if CYRILLIC.search(one["text"])] == []
    assert [one["_id"] for one in titles if not CYRILLIC.search(one["text"])] == []
    assert repeated([one["text"].casefold() for one in titles]) == set()


def test_every_description_has_a_title_in_either_language() -> None:
    titles, descriptions = read_lines(FOLDER / "queries.jsonl"), read_lines(FOLDER / "corpus.jsonl")
    lines = (FOLDER / "qrels" / "test.tsv").read_text("utf-8").splitlines()
    language = {one["_id"]: one["tags"] for one in titles}

    assert lines[0] == "query-id\tcorpus-id\tscore"
    rows = [line.split("\t") for line in lines[1:]]
    for tag in ("kk", "ru"):
        judged = [code for query, code, grade in rows if language[query] == [tag]]
        assert sorted(judged) == sorted(one["_id"] for one in descriptions)
