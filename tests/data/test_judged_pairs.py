"""The judged pairs are what they say, and the detector of repeats does on them what is told."""

import json
from collections import Counter
from pathlib import Path

import pytest

from fair import language_data
from index.encoder import SharedEncoder, open_encoder
from index.memory import MemoryCache
from index.repeats import LIKELY
from index.search_index import SearchIndex
from scripts.evaluate_pairs import (
    PAIRS,
    JudgedPair,
    choose,
    found_of,
    likenesses,
    read_demo,
    read_pairs,
)

DATA = Path(__file__).parents[2] / "data"
PLANTED = {("7DKQMU", "JCAMV4"), ("JTSC3Q", "PF6HX2"), ("P4SC4K", "WZ5X9X")}


@pytest.fixture(scope="module")
def judged() -> list[JudgedPair]:
    return read_pairs(PAIRS)


def test_half_of_the_pairs_are_one_thing_in_either_half(judged: list[JudgedPair]) -> None:
    counted = Counter((one.choosing, one.same) for one in judged)

    assert set(counted.values()) == {16}
    assert len(judged) == 64


def test_no_text_is_in_both_halves(judged: list[JudgedPair]) -> None:
    first, other = (
        {text.code for one in judged if one.choosing is half for text in (one.one, one.other)}
        for half in (True, False)
    )

    assert first & other == set()


def test_most_repeats_are_told_in_two_languages_and_all_name_known_technologies(
    judged: list[JudgedPair],
) -> None:
    lines = (DATA / "technologies.jsonl").read_text("utf-8").splitlines()
    known = {json.loads(line)["slug"] for line in lines}
    across = [
        one
        for one in judged
        if one.same and one.one.texts[0].language != one.other.texts[0].language
    ]

    assert len(across) == 29
    for one in judged:
        for document in (one.one, one.other):
            assert document.concepts
            assert set(document.concepts) <= known


def test_a_threshold_is_chosen_halfway_between_what_it_parts(judged: list[JudgedPair]) -> None:
    likeness = {one.name: 0.9 if one.same else 0.5 for one in judged}

    assert choose(judged, likeness) == pytest.approx(0.7)
    found = found_of(judged, likeness, 0.7)
    assert (found.right, found.wrong, found.missed) == (32, 0, 0)
    every = found_of(judged, likeness, 0.4)
    assert (every.precision, every.recall) == (0.5, 1.0)


@pytest.mark.slow  # a minute: encodes the demo fair
def test_repeats_are_found_as_is_told(
    judged: list[JudgedPair], unpacked_model: Path, tmp_path: Path
) -> None:
    encoder = open_encoder(str(unpacked_model), None, tmp_path)

    index = SearchIndex(
        SharedEncoder(encoder.model, encoder), MemoryCache(), language=language_data(tmp_path)
    )
    demo = read_demo(DATA)

    likeness = likenesses(index, demo, judged)
    reported = found_of([one for one in judged if not one.choosing], likeness, LIKELY)
    alike = {tuple(sorted((one.one, one.other))) for one in index.repeats(demo) or []}

    assert reported.precision >= 0.9
    assert reported.recall >= 0.8
    assert alike >= PLANTED
    assert len(alike - PLANTED) <= 2
