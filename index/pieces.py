"""How much of a query's letters a text has: five-letter pieces of words, for the best few texts.

A stem is right or wrong as a whole; pieces of words also see a compound in its parts, an ending no
stripper knows and a letter typed wrong. A text's score is the share of the query's pieces that
stand in it, the rare ones counting more. Character n-grams as terms are McNamee and Mayfield,
Character N-Gram Tokenization for European Language Text Retrieval (2004).

Nothing is stored by text but the words it has: pieces lead to the vocabulary's words alone, so
they cost as much as the vocabulary is large, and a search pays for the texts it weighs.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from index.analysis import spelled
from index.words import inverse_frequency

PIECE_LETTERS = 5
_EDGE = "_"
# Pieces that one number marks.
_BITS = 64

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Masks = NDArray[np.uint64]


@lru_cache(maxsize=20_000)
def pieces(word: str) -> tuple[str, ...]:
    """The five-letter windows of a folded word with its two edges; a short word is one piece."""
    edged = f"{_EDGE}{spelled(word)}{_EDGE}"
    last = max(len(edged) - PIECE_LETTERS, 0)
    return tuple(dict.fromkeys(edged[i : i + PIECE_LETTERS] for i in range(last + 1)))


class PieceIndex:
    """The words of a vocabulary by their pieces. A word's id is its place. It never changes."""

    def __init__(self, vocabulary: Iterable[str], counts: NDArray[np.integer], texts: int) -> None:
        """`counts` says in how many of all `texts` each word of the vocabulary stands.

        A piece weighs its inverse document frequency, its documents estimated by those of its words.
        """
        self._ids: dict[str, int] = {}
        ids = self._ids
        found = [[ids.setdefault(p, len(ids)) for p in pieces(word)] for word in vocabulary]
        columns = np.array([i for own in found for i in own], dtype=np.int32)
        words = np.repeat(np.arange(len(found), dtype=np.int32), [len(own) for own in found])
        self._size = len(found)
        self._words: Ints = words[np.argsort(columns, kind="stable")]
        ends = np.bincount(columns, minlength=len(ids)).cumsum()
        self._bounds: list[int] = [0, *ends.tolist()]
        frequencies = np.bincount(columns, counts[words], len(ids)).tolist()
        self._rarities = [inverse_frequency(min(int(f), texts), texts) for f in frequencies]
        self._unknown = inverse_frequency(0, texts)
        self._masks: dict[int, list[Masks]] = {}

    def shares(
        self, query: Sequence[str], words: Ints, starts: Longs, first: Longs, end: Longs
    ) -> Floats:
        """The share of the pieces of the query's words that stand in the best of some texts.

        Text i has the words `words[starts[i]:starts[i + 1]]`; the best is sought among the texts
        [first, end), of several such stretches.
        """
        from index import kernels

        best = np.zeros(len(first), np.float32)
        wanted = dict.fromkeys(piece for word in query for piece in pieces(word))
        known = [i for piece in wanted if (i := self._ids.get(piece)) is not None]
        if not known:
            return best
        weights = [self._rarities[i] for i in known]
        bounds = [(self._bounds[i], self._bounds[i + 1]) for i in known]
        lines = -(-len(known) // _BITS)
        # Searches come from several threads; what a kernel has used is all zero again.
        spare = self._masks.setdefault(lines, [])
        try:
            masks = spare.pop()
        except IndexError:
            masks = np.zeros((lines, self._size), np.uint64)
        kernels.best_pieces(
            self._words, np.array(bounds, np.int64), np.array(weights, np.float32), masks, words,
            starts, first, end, best,
        )  # fmt: skip
        spare.append(masks)
        best /= np.float32(sum(weights) + (len(wanted) - len(known)) * self._unknown)
        return best
