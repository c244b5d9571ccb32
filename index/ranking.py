"""From an understood query to the documents found and their order."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.contents import Contents
from index.fusion import fuse, standardize
from index.understanding import Understood

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

# What counts as found; chosen with the judged queries, see `python -m scripts.evaluate`. A score
# is in standard deviations of nearness, as the fused score is.
ENOUGH_COVERAGE = 0.5
ENOUGH = 2.0
# Beside a very good match, a faint one is noise: it needs this share of the best score.
SHARE_OF_BEST = 0.3
# Unless the best document reaches this, nothing fits.
FITS = 3.0
# Exact similarities are taken for this many of the best documents by words alone.
_EXACT_FOR_WORDS = 1000
_NEAREST = 100


class Mode(StrEnum):
    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


@dataclass(frozen=True)
class Ranking:
    """All documents scored for one query; `found` marks those that fit it."""

    understood: Understood
    scores: Floats
    found: Mask
    coverage: Floats
    nearness: Floats | None
    nearest: float = 0.0

    @property
    def best(self) -> float:
        """The best score of a document."""
        return float(self.scores.max(initial=0.0))


def rank(contents: Contents, understood: Understood, query: Floats | None, mode: Mode) -> Ranking:
    """Score every document by its words and, given the query's vector, by its meaning."""
    coverage, word_scores, rarity = _by_words(contents, understood)
    if query is None or contents.vectors is None or mode is Mode.LEXICAL:
        found = coverage >= ENOUGH_COVERAGE
        scores = word_scores / np.float32(max(rarity, 1e-6))
        return Ranking(understood, scores, found, coverage, None)
    nearness = _by_meaning(contents, query, word_scores)
    scores = nearness if mode is Mode.DENSE else fuse(nearness, word_scores, rarity)
    best = float(scores.max(initial=0.0))
    found = scores >= min(max(ENOUGH, SHARE_OF_BEST * best), best)
    if mode is Mode.DENSE and best < FITS:
        found[:] = False
    nearest = float(contents.vectors.nearest(query, 1)[1].max(initial=-1.0))
    return Ranking(understood, scores, found, coverage, nearness, nearest)


def _by_words(contents: Contents, understood: Understood) -> tuple[Floats, Floats, float]:
    """(share of the query's rarity that each document has, BM25 score, the query's rarity)."""
    words = contents.words
    covered = np.zeros(len(words.row_document), np.float32)
    scores = np.zeros(len(words.row_document), np.float32)
    total = 0.0
    for group, support in understood.groups:
        rarity = words.rarity(group)
        total += rarity
        rows, weights = words.postings(group)
        covered[rows] += np.float32(rarity)
        scores[rows] += np.float32(rarity) * weights
        if support is not None:
            rows, weights = words.postings(support)
            scores[rows] += np.float32(words.rarity(support)) * weights
    if not len(contents):
        return covered, scores, total
    covered /= np.float32(max(total, 1e-6))
    return _best_row(contents, covered), _best_row(contents, scores), total


def _best_row(contents: Contents, values: Floats) -> Floats:
    """The best value among each document's rows; zero where it has none."""
    starts, ends = contents.first_row[:-1], contents.first_row[1:]
    filled = starts < ends
    best = np.zeros(len(contents), np.float32)
    if filled.any():
        best[filled] = np.maximum.reduceat(values, starts[filled])
    return best


def _by_meaning(contents: Contents, query: Floats, word_scores: Floats) -> Floats:
    """Standardized similarity of each document's nearest passage.

    Exact for all that are near enough to be found by it alone, and for the best by words; zero,
    the typical similarity, for the others.
    """
    vectors = contents.vectors
    assert vectors is not None
    means, deviation = vectors.typical(query)
    rows, similarities = vectors.above(query, float(means.min()) + ENOUGH * deviation)
    if len(rows) < _NEAREST:
        # Nothing may fit: then the nearest are shown, and have to be the nearest indeed.
        rows, similarities = vectors.nearest(query, _NEAREST)
    standard = standardize(similarities, means[vectors.groups[rows]], deviation)
    exactly = np.full(len(contents), -np.inf, np.float32)
    np.maximum.at(exactly, contents.passage_document[rows], standard)
    nearness = np.where(np.isfinite(exactly), exactly, np.float32(0))
    wanted = np.flatnonzero((word_scores > 0) & np.isinf(exactly))
    if len(wanted) > _EXACT_FOR_WORDS:
        best = np.argpartition(-word_scores[wanted], _EXACT_FOR_WORDS)[:_EXACT_FOR_WORDS]
        wanted = wanted[best]
    rows = contents.passages_of(wanted)
    exact = standardize(vectors.similarities(query, rows), means[vectors.groups[rows]], deviation)
    lowest = np.full(len(contents), -np.inf, np.float32)
    np.maximum.at(lowest, contents.passage_document[rows], exact)
    nearness[wanted] = lowest[wanted]
    return nearness
