"""From an understood query to the documents found and their order."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.contents import Contents, Nearness
from index.fusion import PIECES_WEIGHT, fuse
from index.understanding import Understood

Floats = NDArray[np.float32]
Places = NDArray[np.int64]

# What counts as found; chosen with the judged queries, see `python -m scripts.evaluate`. A score
# is in standard deviations of nearness, as the fused score is.
ENOUGH_COVERAGE = 0.42
ENOUGH = 1.5
# Beside a very good match, a faint one is noise: it needs this share of the best score.
SHARE_OF_BEST = 0.2
# Unless the best document reaches this, nothing fits.
FITS = 3.0
# Shown, as the nearest, where nothing fits.
NEAREST = 10
# So many of the best by the scan are put in order by exact similarities; then the next as many.
BLOCK = 32
# Three times what the scan is usually wrong by, in deviations.
IN_DOUBT = 0.06
# The pieces of words are looked for in so many of the best: more change nothing.
WEIGHED_BY_PIECES = 32


class Mode(StrEnum):
    HYBRID = "hybrid"
    DENSE = "dense"
    LEXICAL = "lexical"


@dataclass(frozen=True)
class Ranking:
    """What was found for one query, as the scan of the vectors scores it.

    `found` are the places of those that fit it, or of the nearest where nothing `fits`; `scores` are
    theirs, `words` what the words add to each.
    """

    understood: Understood
    found: Places
    scores: Floats
    words: Floats
    fits: bool
    nearness: Nearness | None


# Whether the nearest of all, whose score is given too, fits a query at all.
Judge = Callable[[Understood, Nearness, float], bool]


def rank(
    contents: Contents, understood: Understood, queries: Floats | None, mode: Mode, judge: Judge
) -> Ranking:
    """Find documents by their words and, given the query's vector for the texts of each language, by
    their meaning; `judge` has a say where both were asked."""
    by_words = contents.words.score(understood.groups)
    shares, word_scores = contents.best_rows(by_words)
    shares /= np.float32(max(by_words.rarity, 1e-6))
    if queries is None or not contents.vectors or mode is Mode.LEXICAL:
        scores = word_scores / np.float32(max(by_words.rarity, 1e-6))
        found = np.flatnonzero((shares >= ENOUGH_COVERAGE) & contents.present)
        return _ranking(contents, understood, found, scores, scores, None)
    near, nearness = contents.near(queries)
    if mode is Mode.DENSE:
        scores, words = near, np.zeros_like(near)
    else:
        scores, words = fuse(near, word_scores, shares, by_words.rarity)
    best = float(scores.max(initial=0.0))
    found = _found(contents, nearness, scores, words, best)
    if mode is Mode.DENSE and best < FITS:
        found = found[:0]
    if mode is Mode.HYBRID:
        weighed, more = _by_pieces(contents, understood, scores, shares, found)
        words[weighed] += more
        scores[weighed] += more
        if not judge(understood, nearness, float(scores[weighed].max(initial=0.0))):
            found = found[:0]
    return _ranking(contents, understood, found, scores, words, nearness)


def _found(
    contents: Contents, nearness: Nearness, scores: Floats, words: Floats, best: float
) -> Places:
    """The places of the documents whose scores reach the line, which the best score draws."""
    from index import kernels

    enough = min(max(ENOUGH, SHARE_OF_BEST * best), best - IN_DOUBT)
    places = np.empty(len(scores) + 1, np.int64)
    places = places[: kernels.places_reaching(scores, enough - IN_DOUBT, places)]
    # The scan can't tell on which side of the line these are.
    doubtful = scores[places] < enough + IN_DOUBT
    kept = ~doubtful
    asked = places[doubtful]
    kept[doubtful] = contents.exact_near(nearness, asked) + words[asked] >= enough
    return places[kept]


def _by_pieces(
    contents: Contents, understood: Understood, scores: Floats, shares: Floats, found: Places
) -> tuple[Places, Floats]:
    """The best of those found, and what pieces of words add to each one's score."""
    weighed = found[best_first(scores[found], WEIGHED_BY_PIECES)[:WEIGHED_BY_PIECES]]
    in_pieces = contents.piece_shares([group.word for group, _ in understood.groups], weighed)
    return weighed, np.float32(PIECES_WEIGHT) * np.maximum(in_pieces - shares[weighed], 0)


def _ranking(
    contents: Contents,
    understood: Understood,
    found: Places,
    scores: Floats,
    words: Floats,
    nearness: Nearness | None,
) -> Ranking:
    fits = len(found) > 0 or not len(contents)
    if not len(found):
        found = nearest(contents, scores)
    return Ranking(understood, found, scores[found], words[found], fits, nearness)


def nearest(contents: Contents, scores: Floats) -> Places:
    """The places to show where nothing fits: the NEAREST best."""
    present = np.flatnonzero(contents.present)
    places: Places = present[np.sort(best_first(scores[present], NEAREST)[:NEAREST])]
    return places


def everything(contents: Contents, understood: Understood) -> Ranking:
    """The ranking of a query without a word: all documents, in the order they were given."""
    places = np.flatnonzero(contents.present)
    nothing = np.zeros(len(places), np.float32)
    in_order = places[np.argsort(contents.ordinals[places], kind="stable")]
    return Ranking(understood, in_order, nothing, nothing, True, None)


def best_first(scores: Floats, count: int) -> Places:
    """Positions of at least the `count` highest scores, highest first, the earlier before equals."""
    if 0 < count < len(scores):
        lowest = np.partition(scores, len(scores) - count)[len(scores) - count]
        chosen = np.flatnonzero(scores >= lowest)
    else:
        chosen = np.arange(len(scores))
    order: Places = chosen[np.argsort(-scores[chosen], kind="stable")]
    return order


def page(
    contents: Contents, ranking: Ranking, chosen: Places, offset: int, limit: int
) -> tuple[Places, Floats]:
    """Which of the found, chosen by their positions, are on one page, best first; their exact scores.

    The scan puts them in blocks of BLOCK, exact similarities order each block: every page of one
    ranking is cut from the same order.
    """
    first, last = offset // BLOCK, -(-(offset + limit) // BLOCK)
    ordered = chosen[best_first(ranking.scores[chosen], last * BLOCK)]
    shown, scores = [np.zeros(0, np.int64)], [np.zeros(0, np.float32)]
    for start in range(first * BLOCK, last * BLOCK, BLOCK):
        block = ordered[start : start + BLOCK]
        exact = exact_scores(contents, ranking, block)
        order = np.argsort(-exact, kind="stable")
        shown.append(block[order])
        scores.append(exact[order])
    cut = slice(offset - first * BLOCK, offset - first * BLOCK + limit)
    return np.concatenate(shown)[cut], np.concatenate(scores)[cut]


def exact_scores(contents: Contents, ranking: Ranking, chosen: Places) -> Floats:
    """The scores of the found at some positions, from their vectors in full, not the scan's bytes."""
    if ranking.nearness is None:
        return ranking.scores[chosen]
    near = contents.exact_near(ranking.nearness, ranking.found[chosen])
    exact: Floats = near + ranking.words[chosen]
    return exact
