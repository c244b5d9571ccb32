"""How well likeness finds the three exhibits of the demo fair that repeat another, by the real model."""

import json
from pathlib import Path

import pytest

from index.documents import Document, Text
from index.encoder import SharedEncoder, open_encoder
from index.evaluation import read_concepts
from index.memory import MemoryCache
from index.search_index import SearchIndex

DATA = Path(__file__).parents[2] / "data"
# Pairs by two colleges: a timetable on the phone, a robot that sorts waste, watering by drops.
REPEATED = {("7DKQMU", "JCAMV4"), ("JTSC3Q", "PF6HX2"), ("P4SC4K", "WZ5X9X")}

pytestmark = pytest.mark.slow  # half a minute: encodes the demo fair


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    lines = [
        json.loads(line)
        for path in sorted((DATA / "demo" / "exhibits").glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return [
        Document(
            line["code"],
            tuple(
                Text(
                    language, line[f"title_{language}"], line.get(f"summary_{language}") or "",
                    line.get(f"description_{language}") or "",
                )
                for language in ("kk", "ru", "en")
                if line.get(f"title_{language}")
            ),
            tuple(line["technologies"]),
        )
        for line in lines
    ]  # fmt: skip


@pytest.fixture(scope="module")
def index(
    documents: list[Document], unpacked_model: Path, tmp_path_factory: pytest.TempPathFactory
) -> SearchIndex:
    home = tmp_path_factory.mktemp("home")
    encoder = open_encoder(str(unpacked_model), None, home)
    shared = SharedEncoder(encoder.model, encoder)
    made = SearchIndex(shared, MemoryCache())
    made.refresh(documents, read_concepts(DATA), 1)
    return made


def test_exactly_the_repeated_exhibits_of_the_demo_look_like_another(
    documents: list[Document], index: SearchIndex
) -> None:
    found = {
        tuple(sorted((document.code, code)))
        for document in documents
        for _, code in index.alike(document.texts, document.concepts)
        if code != document.code
    }

    assert found == REPEATED


def test_a_third_of_the_suggestions_are_what_the_college_chose(
    documents: list[Document], index: SearchIndex
) -> None:
    """The colleges of the demo chose 3.8 technologies of 236; chance would find 0.02 of them."""
    shares, precisions = [], []
    for document in documents:
        for text in document.texts:
            found = {one.slug for one in index.suggest([text])}
            right = found.intersection(document.concepts)
            shares.append(len(right) / len(document.concepts))
            precisions.append(len(right) / max(len(found), 1))

    assert sum(shares) / len(shares) > 0.40
    assert sum(precisions) / len(precisions) > 0.30
