"""BM25 over analyzed terms: a document's text in one language is a row.

The score is BM25F (Robertson and Zaragoza, The Probabilistic Relevance Framework, 2009): a term's
frequencies in title, labels and body are weighed and added before they saturate; only the body is
normalized by its length. Each word stands twice, as its stem and as its first five letters, for
endings that no stemmer knows.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from index.analysis import document_terms, guess_language, spelled, words
from index.documents import Document, Text

TITLE_WEIGHT = 2.0
LABEL_WEIGHT = 1.5
SATURATION = 1.3
LENGTH_PENALTY = 0.7
PREFIX_LETTERS = 5
_PREFIX_MARK = "^"
_CONCEPT_MARK = "#"

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]


def prefix_term(word: str) -> str:
    """The term under which all words with the same first five letters stand."""
    return _PREFIX_MARK + spelled(word)[:PREFIX_LETTERS]


def concept_term(slug: str) -> str:
    """The term under which the documents tagged with a concept stand."""
    return _CONCEPT_MARK + slug


@dataclass(frozen=True)
class RowTerms:
    """One row before it is indexed: its terms with their frequencies, and its words.

    `in_text` marks the terms of title, summary and body; the others come from labels alone.
    """

    terms: tuple[str, ...]
    fixed: Floats
    body: Floats
    in_text: Flags
    length: int
    surfaces: frozenset[str]


def analyze_row(document: Document, text: Text, labels: Sequence[tuple[str, str]]) -> RowTerms:
    """Terms of a document's text; `labels` are (language, label) of what it is tagged with."""
    fixed: dict[str, float] = defaultdict(float)
    body: dict[str, float] = defaultdict(float)

    def count(content: str, language: str, into: dict[str, float], weight: float) -> list[str]:
        found = words(content)
        for term in document_terms(content, language):
            into[term] += weight
        for word in found:
            into[prefix_term(word)] += weight
        return found

    surfaces = set(count(text.title, text.language, fixed, TITLE_WEIGHT))
    for part in (text.summary, text.body):
        surfaces.update(count(part, text.language, body, 1.0))
    length = sum(frequency for term, frequency in body.items() if term[0] != _PREFIX_MARK)
    in_text = {*fixed, *body}
    extra = [(guess_language(name), name) for name in (*document.names, *document.keywords)]
    for language, label in sorted({*extra, *labels}):
        surfaces.update(count(label, language, fixed, LABEL_WEIGHT))
    for slug in document.concepts:
        fixed[concept_term(slug)] += TITLE_WEIGHT
    terms = tuple(fixed | body)
    return RowTerms(
        terms,
        np.array([fixed.get(term, 0.0) for term in terms], dtype=np.float32),
        np.array([body.get(term, 0.0) for term in terms], dtype=np.float32),
        np.array([term in in_text for term in terms], dtype=bool),
        int(length),
        frozenset(surfaces),
    )


@dataclass(frozen=True)
class Group:
    """What counts as one and the same word of a query: its terms with their weights.

    `own` are those under which the word itself stands, in any form or continued; the others are
    its translations and the concepts it names.
    """

    word: str
    alternatives: tuple[tuple[str, float], ...]
    own: frozenset[str] = frozenset()


class WordIndex:
    """Postings over rows; never changes once built. Safe to search from many threads."""

    def __init__(
        self, terms: Sequence[str], starts: NDArray[np.int64], rows: Ints, weights: Floats,
        in_text: Flags, row_document: Ints,
    ) -> None:  # fmt: skip
        self.terms = tuple(terms)
        self.starts, self.rows, self.weights = starts, rows, weights
        self.in_text, self.row_document = in_text, row_document
        self._ids: Mapping[str, int] = {term: i for i, term in enumerate(self.terms)}

    @classmethod
    def build(cls, analyzed: Sequence[RowTerms], row_document: Sequence[int]) -> "WordIndex":
        """Index rows that belong to documents; both in the same order."""
        ids: dict[str, int] = {}
        columns = np.array(
            [ids.setdefault(term, len(ids)) for row in analyzed for term in row.terms],
            dtype=np.int32,
        )
        sizes = np.array([len(row.terms) for row in analyzed], dtype=np.int64)
        lengths = np.array([row.length for row in analyzed], dtype=np.float32)
        average = max(float(lengths.mean()), 1.0) if len(analyzed) else 1.0
        shrink = 1.0 / (1.0 - LENGTH_PENALTY + LENGTH_PENALTY * lengths / average)
        empty = np.zeros(0, np.float32)
        fixed = np.concatenate([empty, *(row.fixed for row in analyzed)])
        body = np.concatenate([empty, *(row.body for row in analyzed)])
        frequency = fixed + body * np.repeat(shrink, sizes)
        in_text = np.concatenate([np.zeros(0, bool), *(row.in_text for row in analyzed)])
        # Transposing the positions sorts them by term, in linear time.
        by_row = np.arange(len(columns)), columns, np.concatenate([[0], sizes.cumsum()])
        by_term = sparse.csr_matrix(by_row, shape=(len(analyzed), len(ids))).tocsc()
        order = by_term.data
        return cls(
            tuple(ids), by_term.indptr.astype(np.int64), by_term.indices.astype(np.int32),
            (frequency / (SATURATION + frequency))[order].astype(np.float32), in_text[order],
            np.array(row_document, dtype=np.int32),
        )  # fmt: skip

    def __contains__(self, term: str) -> bool:
        return term in self._ids

    def frequency(self, term: str) -> int:
        """In how many rows a term stands."""
        i = self._ids.get(term)
        return 0 if i is None else int(self.starts[i + 1] - self.starts[i])

    def rarity(self, group: Group) -> float:
        """Inverse document frequency of a query's word: of the commonest of its terms."""
        total = len(self.row_document)
        known = [self.frequency(term) for term, _ in group.alternatives]
        frequency = max(known, default=0)
        return math.log(1.0 + (total - frequency + 0.5) / (frequency + 0.5))

    def postings(self, group: Group) -> tuple[Ints, Floats]:
        """Rows in which a word stands, with its weight there: the best of its terms."""
        found = [
            (self.rows[self.starts[i] : self.starts[i + 1]], factor, i)
            for term, factor in group.alternatives
            if (i := self._ids.get(term)) is not None
        ]
        if len(found) == 1:
            rows, factor, i = found[0]
            return rows, self.weights[self.starts[i] : self.starts[i + 1]] * np.float32(factor)
        best = np.zeros(len(self.row_document), np.float32)
        for rows, factor, i in found:
            weights = self.weights[self.starts[i] : self.starts[i + 1]] * np.float32(factor)
            best[rows] = np.maximum(best[rows], weights)
        rows = np.flatnonzero(best).astype(np.int32)
        return rows, best[rows]

    def stands(self, term: str, first: int, end: int, *, in_text: bool) -> bool:
        """Whether a term stands in a row in [first, end): in its text, or in its labels too."""
        i = self._ids.get(term)
        if i is None:
            return False
        rows = self.rows[self.starts[i] : self.starts[i + 1]]
        low, high = self.starts[i] + np.searchsorted(rows, [first, end])
        return bool(self.in_text[low:high].any()) if in_text else bool(low < high)


def surface_counts(analyzed: Iterable[RowTerms]) -> Counter[str]:
    """In how many rows each word stands, as it is written (folded)."""
    counts: Counter[str] = Counter()
    for row in analyzed:
        counts.update(row.surfaces)
    return counts
