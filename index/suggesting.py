"""A text that is being written: which concepts it is about, and which documents are like it.

Pure functions on one generation of an index and on unit vectors, encoded as queries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analysis import words
from index.contents import Card, Contents
from index.documents import Concept, Document, Text
from index.glossary import LANGUAGES

Floats = NDArray[np.float32]

# So much of a description says what it is about, and is encoded between two keystrokes.
OPENING = 600
# Texts lie together for being texts; below so many the index can't tell in what.
ENOUGH = 24
# Chosen on the demo fair: a label in the text against a hundredth of a cosine, twice at most.
_NAMED_WEIGHT = 0.15
_NAMED_AT_MOST = 2
_MEANT = 0.2
# Near-duplicates: all of the concepts of both count as much as this much of a cosine.
_SHARED_CONCEPTS = 0.3
ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A concept that a text may be about; `named` if one of its labels stands in it."""

    slug: str
    score: float
    named: bool


@dataclass(frozen=True)
class Names:
    """The preferred labels of a vocabulary as unit vectors without the mean of their language."""

    slugs: tuple[str, ...]
    vectors: Floats

    @classmethod
    def of(cls, concepts: Sequence[Concept], vectors: Floats) -> "Names":
        """`vectors` are those of each concept's first labels, language by language."""
        slugs = tuple(concept.slug for concept in concepts for _ in concept.labels)
        languages = [language for concept in concepts for language in concept.labels]
        rest = vectors.astype(np.float32)
        for language in set(languages):
            own = np.array([one == language for one in languages])
            rest[own] -= rest[own].mean(axis=0)
        return cls(slugs, _unit(rest))


def opening(text: Text) -> str:
    """What of a text is encoded while it is being written."""
    return "\n".join(part for part in (text.title, text.summary, text.body[:OPENING]) if part)


def meant(
    contents: Contents, texts: Sequence[Text], vectors: Floats | None, names: Names | None
) -> list[Suggestion]:
    """The concepts that texts are about, likeliest first.

    A concept that is broader than another one found is left out, unless it is named. Without
    vectors only what the texts name is found.
    """
    named: dict[str, int] = {}
    for text in texts:
        for slug in contents.named(words(f"{text.title}\n{text.summary}\n{text.body}")):
            named[slug] = named.get(slug, 0) + 1
    scores = dict.fromkeys(named, 0.0)
    if vectors is not None and names is not None:
        nearest = (_without_middle(contents, texts, vectors) @ names.vectors.T).max(axis=0)
        for slug, value in zip(names.slugs, nearest.tolist(), strict=True):
            scores[slug] = max(scores.get(slug, -1.0), value)
    for slug, times in named.items():
        scores[slug] += _NAMED_WEIGHT * min(times, _NAMED_AT_MOST)
    found = sorted(
        (-round(score, 4), slug)
        for slug, score in scores.items()
        if score >= _MEANT or slug in named
    )
    kept = {slug for _, slug in found}
    above = {
        broader
        for concept in contents.concepts
        if concept.slug in kept
        for broader in concept.broader
    }
    return [
        Suggestion(slug, -negative, slug in named)
        for negative, slug in found
        if slug in named or slug not in above
    ]


def alike(
    contents: Contents,
    texts: Sequence[Text],
    vectors: Floats,
    concepts: Sequence[str],
    beside: Sequence[Document],
    known: Mapping[str, tuple[Floats, list[int]]],
) -> list[tuple[float, str]]:
    """(likeness, code) of the documents that are so like these texts that one may repeat the other.

    `beside` are documents that aren't indexed; `known` are the vectors of their passages and the
    numbers of their languages, by code. Empty where there are too few passages to compare with.
    """
    others = [known[document.code] for document in beside if document.code in known]
    middles = _middles(contents, others)
    if middles is None:
        return []
    own = _unit(vectors - middles[_numbers(texts)])
    nearest: dict[str, float] = {}
    for document in beside:
        if document.code in known:
            theirs, groups = known[document.code]
            if len(theirs):
                value = float((_unit(theirs - middles[groups]) @ own.T).max())
                nearest[document.code] = value
    cards = {document.code: Card.of(document) for document in beside}
    if contents.vectors:
        for vector in own:
            rows = contents.nearest(vector, _CANDIDATES)
            values = contents.centred(rows) @ vector
            for place, value in zip(
                contents.document_of(rows).tolist(), values.tolist(), strict=True
            ):
                if contents.present[place]:
                    card = contents.cards[place]
                    nearest[card.code] = max(nearest.get(card.code, -1.0), value)
                    cards.setdefault(card.code, card)
    found = [
        (
            round(value + _SHARED_CONCEPTS * _shared(contents, concepts, cards[code].concepts), 4),
            code,
        )
        for code, value in nearest.items()
    ]
    return sorted((one for one in found if one[0] >= ALIKE), key=lambda one: (-one[0], one[1]))


_CANDIDATES = 300


def _shared(contents: Contents, concepts: Sequence[str], others: Sequence[str]) -> float:
    """Which share of the concepts of two documents both have, the rare ones first."""

    def weight(slugs: set[str]) -> float:
        never = float(np.log(2 + len(contents)))
        return sum(contents.rarity(slug) or never for slug in slugs)

    mine, theirs = set(concepts), set(others)
    return 2 * weight(mine & theirs) / max(weight(mine) + weight(theirs), 1e-6)


def _middles(contents: Contents, others: Sequence[tuple[Floats, list[int]]]) -> Floats | None:
    """The mean of the texts of each language; None where there are too few to tell."""
    if contents.vectors and len(contents.groups) >= ENOUGH:
        return contents.vectors[0].middles
    if sum(len(groups) for _, groups in others) < ENOUGH:
        return None
    vectors = np.concatenate([one for one, _ in others])
    languages = np.concatenate([np.array(groups) for _, groups in others])
    middles = np.tile(vectors.mean(axis=0), (len(LANGUAGES), 1))
    for number in set(languages.tolist()):
        middles[number] = vectors[languages == number].mean(axis=0)
    return middles


def _without_middle(contents: Contents, texts: Sequence[Text], vectors: Floats) -> Floats:
    if not contents.vectors or len(contents.groups) < ENOUGH:
        return vectors
    return _unit(vectors - contents.vectors[0].middles[_numbers(texts)])


def _numbers(texts: Sequence[Text]) -> list[int]:
    return [LANGUAGES.index(text.language) for text in texts]


def _unit(vectors: Floats) -> Floats:
    made: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-6)
    return made
