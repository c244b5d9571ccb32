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
from enum import IntEnum
from itertools import accumulate, compress, pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from index.analysis import document_terms, guess_language, spelled, words
from index.documents import Document, Text

TITLE_WEIGHT = 3.0
LABEL_WEIGHT = 1.5
SATURATION = 1.3
LENGTH_PENALTY = 0.7
PREFIX_LETTERS = 5
_PREFIX_MARK = "^"
_CONCEPT_MARK = "#"
_NO_TERM = ("", 0.0)

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Flags = NDArray[np.bool_]
Rows = NDArray[np.int64]


def prefix_term(word: str) -> str:
    """The term under which all words with the same first five letters stand."""
    return _PREFIX_MARK + spelled(word)[:PREFIX_LETTERS]


def inverse_frequency(frequency: int, texts: int) -> float:
    """How rare is what stands in `frequency` of all the texts: never negative, as BM25 needs it."""
    return math.log(1.0 + (texts - frequency + 0.5) / (frequency + 0.5))


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


class Where(IntEnum):
    """Where a word stands in a document: in its text, there by a translation, apart from the text
    in labels, names or keywords, or nowhere."""

    NOWHERE = 0
    APART = 1
    TRANSLATED = 2
    IN_TEXT = 3


class WordIndex:
    """Postings over rows; never changes once built. Safe to search from many threads."""

    def __init__(
        self, terms: Sequence[str], starts: NDArray[np.int64], rows: Ints, weights: Floats,
        in_text: Flags, row_document: Ints, average: float,
    ) -> None:  # fmt: skip
        self.terms = tuple(terms)
        self.starts, self.rows, self.weights = starts, rows, weights
        self.in_text, self.row_document, self.average = in_text, row_document, average
        self.ids: Mapping[str, int] = dict(zip(self.terms, range(len(self.terms)), strict=True))
        # Where the rows of each term lie, and last of all those of an unknown one.
        self._bounds: Rows = np.zeros((len(self.terms) + 1, 2), np.int64)
        self._bounds[:-1, 0], self._bounds[:-1, 1] = starts[:-1], starts[1:]

    @classmethod
    def build(
        cls,
        analyzed: Sequence[RowTerms],
        row_document: Sequence[int],
        average: float | None = None,
    ) -> "WordIndex":
        """Index rows that belong to documents; both in the same order.

        `average` is the length that bodies are compared with, None for that of these rows.
        """
        ids: dict[str, int] = {}
        columns = np.array(
            [ids.setdefault(term, len(ids)) for row in analyzed for term in row.terms],
            dtype=np.int32,
        )
        sizes = np.array([len(row.terms) for row in analyzed], dtype=np.int64)
        lengths = np.array([row.length for row in analyzed], dtype=np.float32)
        if average is None:
            average = max(float(lengths.mean()), 1.0) if len(analyzed) else 1.0
        shrink = 1.0 / (1.0 - LENGTH_PENALTY + LENGTH_PENALTY * lengths / np.float32(average))
        empty = np.zeros(0, np.float32)
        fixed = np.concatenate([empty, *(row.fixed for row in analyzed)])
        body = np.concatenate([empty, *(row.body for row in analyzed)])
        frequency = fixed + body * np.repeat(shrink, sizes)
        in_text = np.concatenate([np.zeros(0, bool), *(row.in_text for row in analyzed)])
        starts, rows, order = _by_term(columns, sizes, len(ids))
        return cls(
            tuple(ids), starts, rows,
            (frequency / (SATURATION + frequency))[order].astype(np.float32), in_text[order],
            np.array(row_document, dtype=np.int32), average,
        )  # fmt: skip

    @classmethod
    def merged(cls, parts: Sequence["WordIndex"], kept: Flags, row_document: Ints) -> "WordIndex":
        """One index of the rows of several that are `kept`, in their order, and of no other terms.

        `row_document` are the documents of the rows kept. Weights stay as they are: they were
        made with the first one's average length.
        """
        ids = dict(parts[0].ids)
        new_row = (np.cumsum(kept) - 1).astype(np.int32)
        columns, rows, weights, in_text = [], [], [], []
        first = 0
        for part in parts:
            mapping = np.array([ids.setdefault(t, len(ids)) for t in part.terms], dtype=np.int32)
            stays = kept[first + part.rows]
            columns.append(np.repeat(mapping, np.diff(part.starts))[stays])
            rows.append(new_row[first + part.rows[stays]])
            weights.append(part.weights[stays])
            in_text.append(part.in_text[stays])
            first += len(part.row_document)
        term_of, row_of = np.concatenate(columns), np.concatenate(rows)
        # Within a term, rows of the first part precede those of the next already.
        order = np.argsort(term_of, kind="stable")
        counts = np.bincount(term_of, minlength=len(ids))
        left = counts > 0
        return cls(
            tuple(compress(ids, left.tolist())),
            np.concatenate([[0], counts[left].cumsum()]), row_of[order],
            np.concatenate(weights)[order], np.concatenate(in_text)[order], row_document,
            parts[0].average,
        )  # fmt: skip

    def __contains__(self, term: str) -> bool:
        return term in self.ids

    def postings(self, terms: Sequence[str]) -> Rows:
        """Where the rows of each term lie: shape (terms, 2), from and to; nothing for one unknown."""
        known = self.ids.get
        found: Rows = self._bounds[[known(term, -1) for term in terms]]
        return found


def _by_term(columns: Ints, sizes: Rows, terms: int) -> tuple[Rows, Ints, Rows]:
    """(where each term starts, rows by term, positions by term) of terms given row by row."""
    # Transposing the positions sorts them by term, in linear time.
    by_row = np.arange(len(columns)), columns, np.concatenate([[0], sizes.cumsum()])
    by_term = sparse.csr_matrix(by_row, shape=(len(sizes), terms)).tocsc()
    return by_term.indptr.astype(np.int64), by_term.indices.astype(np.int32), by_term.data


@dataclass(frozen=True)
class WordScores:
    """What the words of a query say of each row.

    `covered` is the rarity of the words that stand there, `scores` the BM25F score, `rarity` that
    of all the query's words together.
    """

    covered: Floats
    scores: Floats
    rarity: float


class Words:
    """One or more word indexes searched as one: the rows of the first, then those of the next."""

    def __init__(self, parts: Sequence[WordIndex]) -> None:
        self.parts = tuple(parts)
        sizes = [len(part.row_document) for part in self.parts]
        self.first_rows = [sum(sizes[:i]) for i in range(len(sizes))]
        self.rows = sum(sizes)

    def __contains__(self, term: str) -> bool:
        return any(term in part.ids for part in self.parts)

    def score(self, groups: Sequence[tuple[Group, Group | None]]) -> WordScores:
        """Score all rows by a query's words, each with the one that supports it.

        Of a word's terms in a row the best counts. A word that supports another is one term, whose
        score is added.
        """
        from index import kernels

        covered, scores = np.zeros(self.rows, np.float32), np.zeros(self.rows, np.float32)
        terms = [term for group, _ in groups for term, _ in group.alternatives]
        factors = [factor for group, _ in groups for _, factor in group.alternatives]
        ends = list(accumulate(len(group.alternatives) for group, _ in groups))
        supports = [support.alternatives[0] if support else _NO_TERM for _, support in groups]
        terms += [term for term, _ in supports]
        postings = [part.postings(terms) for part in self.parts]
        none = np.zeros(len(terms), np.int64)
        frequencies = sum((places[:, 1] - places[:, 0] for places in postings), none).tolist()
        starts = [0, *ends]
        rarities = [
            inverse_frequency(max(frequencies[start:end], default=0), self.rows)
            for start, end in pairwise(starts)
        ]
        added = [
            inverse_frequency(frequency, self.rows) * factor
            for frequency, (_, factor) in zip(frequencies[starts[-1] :], supports, strict=True)
        ]
        arrays = (
            np.array(factors, np.float32), np.array(ends, np.int64), np.array(rarities, np.float32)
        )  # fmt: skip
        for part, first, places in zip(self.parts, self.first_rows, postings, strict=True):
            own = slice(first, first + len(part.row_document))
            kernels.add_words(
                part.rows, part.weights, places[: starts[-1]], *arrays, places[starts[-1] :],
                np.array(added, np.float32), covered[own], scores[own],
            )  # fmt: skip
        return WordScores(covered, scores, sum(rarities))

    def mark_where(self, groups: Sequence[Group], firsts: Rows, ends: Rows) -> NDArray[np.int8]:
        """Where (see `Where`) each word stands in stretches of rows, shape (words, stretches)."""
        from index import kernels

        where = np.zeros((len(groups), len(firsts)), np.int8)
        terms = [
            (i, term, term in group.own)
            for i, group in enumerate(groups)
            for term, _ in group.alternatives
        ]
        words = np.array([i for i, _, _ in terms], np.int64)
        own = np.array([of_word for _, _, of_word in terms], bool)
        for part, before in zip(self.parts, self.first_rows, strict=True):
            kernels.mark_where(
                part.rows, part.in_text, part.postings([term for _, term, _ in terms]), words, own,
                firsts - before, ends - before, where,
            )  # fmt: skip
        return where


def surface_counts(analyzed: Iterable[RowTerms]) -> Counter[str]:
    """In how many rows each word stands, as it is written (folded)."""
    counts: Counter[str] = Counter()
    for row in analyzed:
        counts.update(row.surfaces)
    return counts
