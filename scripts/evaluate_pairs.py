"""Measure how well exhibits that tell of the same thing are found, on judged pairs of texts."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from catalog.settings import Settings
from fair import DATA, language_data
from index import Backend, Document, SearchIndex, SharedEncoder, Text
from index.encoder import model_name, open_encoder
from index.memory import MemoryCache
from index.repeats import LIKELY
from scripts.edge import sentences

PAIRS = DATA / "judged_pairs" / "pairs.jsonl"
# Below it nothing is told apart.
_LEAST = 0.2
_LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True)
class JudgedPair:
    """Two texts, whether they tell of the same thing, and for what the pair is kept."""

    name: str
    same: bool
    choosing: bool
    one: Document
    other: Document


@dataclass(frozen=True)
class Found:
    """What a threshold finds of judged pairs."""

    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Which share of the pairs found are the same thing."""
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        """Which share of the pairs that are the same thing were found."""
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


@sentences()
def main(
    pairs: Annotated[bool, typer.Option("--pairs", help="Also a line for each pair.")] = False,
) -> None:
    """Precision and recall of near-duplicates: a threshold chosen on one half of the pairs, and
    what it does on the other half and on the demo fair.

    The texts of all pairs stand in one fair with the exhibits of the demo, and are compared there as
    on an organizer's page. Weights were chosen with the first half and the demo fair in sight.
    """
    settings = Settings()
    wanted = settings.encoder_backend
    encoder = SharedEncoder(
        model_name(settings.model),
        open_encoder(settings.model, Backend(wanted) if wanted else None, settings.home),
    )
    index = SearchIndex(encoder, MemoryCache(), language=language_data(settings.home))
    judged, demo = read_pairs(PAIRS), read_demo(DATA)
    likeness = likenesses(index, demo, judged)
    if pairs:
        for one in sorted(judged, key=lambda one: -likeness[one.name]):
            same = "same" if one.same else "not "
            typer.echo(f"{likeness[one.name]:.3f}  {same}  {one.one.code} | {one.other.code}")
    choosing = [one for one in judged if one.choosing]
    reported = [one for one in judged if not one.choosing]
    chosen = choose(choosing, likeness)
    typer.echo(f"The threshold that the first half chooses: {chosen:.3f} (in use: {LIKELY})")
    for name, half in (("first", choosing), ("other", reported)):
        found = found_of(half, likeness, LIKELY)
        typer.echo(
            f"{name} half, {len(half)} pairs: precision {found.precision:.3f}, "
            f"recall {found.recall:.3f}"
        )
    alike = index.repeats(demo) or []
    typer.echo(f"The demo fair, {len(demo)} exhibits: {len(alike)} pairs")
    for pair in alike:
        typer.echo(f"{pair.likeness:.3f}  {pair.one}  {pair.other}")


def read_pairs(path: Path) -> list[JudgedPair]:
    """The judged pairs of a file, in its order."""
    lines = map(json.loads, path.read_text("utf-8").splitlines())
    return [
        JudgedPair(
            line["id"],
            line["same"],
            line["half"] == "choose",
            _document(line["one"]),
            _document(line["other"]),
        )
        for line in lines
    ]


def read_demo(folder: Path) -> list[Document]:
    """The exhibits of the demo fair as documents."""
    found = []
    for path in sorted((folder / "demo" / "exhibits").glob("*.jsonl")):
        for line in map(json.loads, path.read_text("utf-8").splitlines()):
            texts = tuple(
                Text(
                    language,
                    line[f"title_{language}"],
                    line.get(f"summary_{language}") or "",
                    line.get(f"description_{language}") or "",
                )
                for language in _LANGUAGES
                if line.get(f"title_{language}")
            )
            found.append(Document(line["code"], texts, tuple(line["technologies"])))
    return found


def choose(judged: Sequence[JudgedPair], likeness: Mapping[str, float]) -> float:
    """The threshold with the greatest F1: halfway between the pairs that it parts."""
    values = sorted({likeness[one.name] for one in judged}, reverse=True)
    best = max(values, key=lambda value: found_of(judged, likeness, value).f1)
    below = [value for value in values if value < best]
    return (best + below[0]) / 2 if below else best


def found_of(
    judged: Sequence[JudgedPair], likeness: Mapping[str, float], threshold: float
) -> Found:
    """What is found where likeness is the threshold or more."""
    found = [one for one in judged if likeness[one.name] >= threshold]
    right = sum(one.same for one in found)
    return Found(right, len(found) - right, sum(one.same for one in judged) - right)


def likenesses(
    index: SearchIndex, demo: Sequence[Document], judged: Sequence[JudgedPair]
) -> Mapping[str, float]:
    """The likeness of each judged pair, by name, in one fair with all of them; 0: below all."""
    every = {document.code: document for pair in judged for document in (pair.one, pair.other)}
    alike = index.repeats([*demo, *every.values()], least=_LEAST) or []
    known = {frozenset((one.one, one.other)): one.likeness for one in alike}
    return {
        pair.name: known.get(frozenset((pair.one.code, pair.other.code)), 0.0) for pair in judged
    }


def _document(line: Mapping[str, Any]) -> Document:
    text = Text(line["language"], line["title"], line["summary"])
    return Document(line["title"], (text,), tuple(line["technologies"]))


if __name__ == "__main__":
    typer.run(main)
