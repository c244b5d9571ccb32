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
from itertools import accumulate

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
    """The words of a vocabulary by their pieces. A word's id is its place; words can be added."""

    def __init__(self, vocabulary: Iterable[str] = ()) -> None:
        self._words: dict[str, list[int]] = {}
        self._asked: dict[str, tuple[Ints, float]] = {}
        self._size = 0
        self._masks: dict[int, list[Masks]] = {}
        self.add(vocabulary)

    def __len__(self) -> int:
        return self._size

    def add(self, vocabulary: Iterable[str]) -> None:
        """Number further words, after those known. Not while others search."""
        self._asked.clear()
        self._masks.clear()
        for word in vocabulary:
            for piece in pieces(word):
                self._words.setdefault(piece, []).append(self._size)
            self._size += 1

    def _having(self, piece: str, counts: NDArray[np.integer], texts: int) -> tuple[Ints, float]:
        """(the words with a piece, how rare it is); kept for when it comes again."""
        having = self._asked.get(piece)
        if having is None:
            words = np.array(self._words.get(piece, ()), dtype=np.int32)
            frequency = min(int(counts[words].sum()), texts)
            having = self._asked[piece] = words, inverse_frequency(frequency, texts)
        return having

    def shares(
        self,
        query: Sequence[str],
        counts: NDArray[np.integer],
        texts: int,
        words: Ints,
        starts: Longs,
        first: Longs,
        end: Longs,
    ) -> Floats:
        """The share of the pieces of the query's words that stand in the best of some texts.

        `counts` says in how many of the index's `texts` each word of the vocabulary stands; text i
        has the words `words[starts[i]:starts[i + 1]]`; the best is sought among the texts
        [first, end), of several such stretches. A piece weighs its inverse document frequency, its
        documents estimated by those of its words, which is remembered: counts and texts stay the
        same until words are added.
        """
        from index import kernels

        best = np.zeros(len(first), np.float32)
        wanted = dict.fromkeys(piece for word in query for piece in pieces(word))
        having = [self._having(piece, counts, texts) for piece in wanted]
        if not having:
            return best
        weights = [rarity for _, rarity in having]
        lines = -(-len(having) // _BITS)
        # Searches come from several threads; what a kernel has used is all zero again.
        spare = self._masks.setdefault(lines, [])
        try:
            masks = spare.pop()
        except IndexError:
            masks = np.zeros((lines, self._size), np.uint64)
        kernels.best_pieces(
            np.concatenate([own for own, _ in having]),
            np.array(list(accumulate(len(own) for own, _ in having)), np.int64),
            np.array(weights, np.float32), masks, words, starts, first, end, best,
        )  # fmt: skip
        spare.append(masks)
        best /= np.float32(max(sum(weights), 1e-6))
        return best
