"""One ranking out of two: nearness in meaning and the words found. Pure functions."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Chosen on the evaluation sets by `python -m scripts.evaluate`, then frozen: the optimum is wide,
# 4 to 5, 2 to 3 and 3 to 4 differ by less than 0.007 nDCG@10 on every set.
WORDS_WEIGHT = 4.5
SHARE_WEIGHT = 2.5
PIECES_WEIGHT = 3.5


def fuse(
    nearness: Floats, word_scores: Floats, shares: Floats, rarity: float
) -> tuple[Floats, Floats]:
    """Fused scores `z + w · b / r + v · m²`, and what of each the words add to `z`.

    z is the standardized similarity, b the BM25 score, r the rarity (sum of inverse document
    frequencies) of all the query's words, known and unknown, and m the share of the query that
    stands in the document, by rarity, in [0, 1]; w = WORDS_WEIGHT, v = SHARE_WEIGHT. By how much
    the share in pieces of words (`pieces.py`) is larger than m counts besides, PIECES_WEIGHT times.
    BM25 divided by the rarity of the query grows with the same share, and with how much a text
    dwells on it: where the languages differ both are near nothing for every document, and meaning
    alone decides; unlike in reciprocal rank fusion, a rank among bad matches earns nothing. The
    share is squared because one word of a short query, translated, stands in many texts about
    something else: half a query speaks for a text a quarter as much as all of it. Score-level combination of
    standardized scores is Bruch, Gai and Ingber, An Analysis of Fusion Functions for Hybrid
    Retrieval (2023); the share as a score of its own is the coordination level of early retrieval
    systems (Salton and McGill, Introduction to Modern Information Retrieval, 1983); BM25 over
    rarity is ours.
    """
    from index import kernels

    words, fused = np.empty_like(nearness), np.empty_like(nearness)
    weight = WORDS_WEIGHT / max(rarity, 1e-6)
    kernels.add_weighted(
        nearness, word_scores, np.square(shares), weight, SHARE_WEIGHT, words, fused
    )
    return fused, words
