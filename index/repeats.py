"""Which documents of a fair tell of the same thing, in whatever languages they are written.

Pure functions on documents and on the unit vectors of their passages. Likeness is the sum of three:
how near the nearest passages lie, measured by how near passages of those two languages usually lie;
which share of the concepts of both is the same; which share of the words of titles and summaries, a
word counting as the same in every language that the glossary knows it in.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.analysis import STOP_WORDS, word_term, words
from index.documents import Document
from index.glossary import LANGUAGES, Glossary

Floats = NDArray[np.float32]

# The first was chosen on one half of `data/judged_pairs`, by `python -m scripts.evaluate_pairs`,
# the weights on that half and the demo fair.
LIKELY = 0.66
_CONCEPTS = 0.4
# Pairs whose vectors and concepts leave more than this to the words aren't looked at.
_LEFT_TO_WORDS = 0.25
# Of the cosines of two languages this share is smaller than the usual nearness, which counts so much.
_USUAL = 0.99
_USUAL_COUNTS = 0.25
# In a fair of a few exhibits everything lies about as far from everything else.
_LEAST_USUAL = 0.2
# Fewer passages say little of a language.
_ENOUGH = 12
_SAMPLED = 300
# So many documents are compared with all others at once: 6 MB for 2,000 documents.
_AT_ONCE = 128
# Of a text without a summary so much is read for its words.
_OPENING = 300


@dataclass(frozen=True, slots=True)
class Repeat:
    """Two documents that may tell of the same thing, in the order in which they were given."""

    one: str
    other: str
    likeness: float


@dataclass(frozen=True)
class Passages:
    """The passages of documents: unit vectors, the number of each one's language and document.

    The numbers of documents rise, and every document has a passage at least.
    """

    vectors: Floats
    languages: NDArray[np.int64]
    documents: NDArray[np.int64]


def repeats(
    documents: Sequence[Document],
    passages: Passages,
    glossary: Glossary,
    *,
    least: float = LIKELY,
) -> list[Repeat]:
    """The pairs of documents whose likeness is `least` or more, the likest first.

    Words decide only between pairs that vectors and concepts bring near to `least`.
    """
    if len(documents) < 2:
        return []
    told = [_words_told(document, glossary) for document in documents]
    shared = _SharedWords(told)
    found = [
        Repeat(documents[one].code, documents[other].code, round(before + shared(one, other), 4))
        for one, other, before in _candidates(documents, passages, least - _LEFT_TO_WORDS)
    ]
    return sorted(
        (pair for pair in found if pair.likeness >= least),
        key=lambda pair: (-pair.likeness, pair.one, pair.other),
    )


def _candidates(
    documents: Sequence[Document], passages: Passages, least: float
) -> list[tuple[int, int, float]]:
    """(document, document, likeness by vectors and concepts), the first before the second."""
    vectors = _centred(passages)
    scale = _USUAL_COUNTS / _usual(vectors, passages)
    starts = np.searchsorted(passages.documents, np.arange(len(documents)))
    weights = _concept_weights(documents)
    whole = weights.sum(axis=1)
    found = []
    for first in range(0, len(documents), _AT_ONCE):
        last = min(first + _AT_ONCE, len(documents))
        rows = slice(starts[first], starts[last] if last < len(documents) else len(vectors))
        near = vectors[rows] @ vectors.T
        near *= scale[passages.languages[rows]][:, passages.languages]
        near = np.maximum.reduceat(near, starts[first:last] - starts[first], axis=0)
        near = np.maximum.reduceat(near, starts, axis=1)
        both = np.sqrt(weights[first:last]) @ np.sqrt(weights).T
        sums = whole[first:last, None] + whole[None, :]
        near += _CONCEPTS * 2 * both / np.maximum(sums, 1e-6)
        ones, others = np.nonzero(near >= least)
        found += [
            (one + first, other, float(near[one, other]))
            for one, other in zip(ones.tolist(), others.tolist(), strict=True)
            if one + first < other
        ]
    return found


def _centred(passages: Passages) -> Floats:
    """Unit vectors without the mean of their language: texts lie together for being texts."""
    rest = passages.vectors - passages.vectors.mean(axis=0)
    for number in range(len(LANGUAGES)):
        own = passages.languages == number
        if int(own.sum()) >= _ENOUGH:
            rest[own] = passages.vectors[own] - passages.vectors[own].mean(axis=0)
    length = np.linalg.norm(rest, axis=1, keepdims=True)
    made: Floats = (rest / np.maximum(length, 1e-6)).astype(np.float32)
    return made


def _usual(vectors: Floats, passages: Passages) -> Floats:
    """How near passages of two languages lie that are about as near as any, by their numbers."""
    every = _sampled(np.arange(len(vectors)))
    sampled = [_sampled(np.flatnonzero(passages.languages == n)) for n in range(len(LANGUAGES))]
    usual = np.full((len(LANGUAGES), len(LANGUAGES)), _high(vectors, passages, every, every))
    for one, rows in enumerate(sampled):
        for other, columns in enumerate(sampled):
            if min(len(rows), len(columns)) >= _ENOUGH:
                usual[one, other] = _high(vectors, passages, rows, columns)
    made: Floats = usual.astype(np.float32)
    return made


def _high(
    vectors: Floats, passages: Passages, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> float:
    cosines = vectors[rows] @ vectors[columns].T
    apart = passages.documents[rows][:, None] != passages.documents[columns][None, :]
    return max(float(np.quantile(cosines[apart], _USUAL)), _LEAST_USUAL)


def _sampled(rows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Some of the rows, evenly taken."""
    return rows[:: max(len(rows) // _SAMPLED, 1)]


def _concept_weights(documents: Sequence[Document]) -> Floats:
    """A row a document, a column a concept: how much it says that a document has it."""
    times = Counter(slug for document in documents for slug in set(document.concepts))
    column = {slug: number for number, slug in enumerate(times)}
    weights = np.zeros((len(documents), max(len(column), 1)), np.float32)
    for row, document in enumerate(documents):
        for slug in document.concepts:
            weights[row, column[slug]] = np.log(1 + len(documents) / times[slug])
    return weights


def _words_told(document: Document, glossary: Glossary) -> frozenset[str]:
    """What titles and summaries name, whatever the language: meanings, else stems."""
    told: set[str] = set()
    for text in document.texts:
        found = words(f"{text.title}\n{text.summary or text.body[:_OPENING]}")
        meant: set[int] = set()
        for term in glossary.recognize(found, text.language):
            meaning = term.meanings[0]
            told.add("=" + next(names[0] for names in meaning.values() if names))
            meant.update(range(term.start, term.end))
        told.update(
            word_term(word, text.language)
            for place, word in enumerate(found)
            if place not in meant and word not in STOP_WORDS and len(word) > 2
        )
    return frozenset(told)


class _SharedWords:
    """Cosine of the words of two documents, rare ones counting most."""

    def __init__(self, told: Sequence[frozenset[str]]) -> None:
        self._told = told
        times = Counter(word for one in told for word in one)
        self._weight: Mapping[str, float] = {
            word: float(np.log(1 + len(told) / (1 + number))) ** 2 for word, number in times.items()
        }
        self._length = [self._sum(one) ** 0.5 for one in told]

    def __call__(self, one: int, other: int) -> float:
        lengths = self._length[one] * self._length[other]
        return self._sum(self._told[one] & self._told[other]) / lengths if lengths else 0.0

    def _sum(self, told: frozenset[str]) -> float:
        return sum(self._weight[word] for word in told)
