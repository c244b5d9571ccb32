"""One ranking out of two: nearness in meaning and the words found. Pure functions."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Chosen on the evaluation sets by `python -m scripts.evaluate`, then frozen.
WORDS_WEIGHT = 6.0


def standardize(similarities: Floats, means: Floats, deviation: float) -> Floats:
    """How many standard deviations above its group's usual similarity each one lies.

    A group is the texts of one language: two texts in one language are nearer to each other than
    the same texts in two, whatever they say, and this takes the language out of the comparison.
    """
    standard: Floats = (similarities - means) / np.float32(deviation)
    return standard


def fuse(nearness: Floats, word_scores: Floats, rarity: float) -> Floats:
    """Fused score `z + w · b / r`.

    z is the standardized similarity, b the BM25 score, r the rarity (sum of inverse document
    frequencies) of all the query's words, known and unknown, and w = WORDS_WEIGHT. BM25 divided
    by the rarity of the query is the share of the query that the document's words cover: where
    the languages differ it is near nothing for every document, and meaning alone decides; unlike
    reciprocal rank fusion, a rank among bad matches earns nothing. Score-level combination of
    standardized scores is Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid
    Retrieval (2023); coverage as the lexical half's weight is ours.
    """
    fused: Floats = nearness + np.float32(WORDS_WEIGHT / max(rarity, 1e-6)) * word_scores
    return fused
