"""How much of a query's letters a text has: five-letter pieces of words, for the best few texts.

A stem is right or wrong as a whole; pieces of words also see a compound in its parts, an ending no
stripper knows and a letter typed wrong. A text's score is the share of the query's pieces that
stand in it, the rare ones counting more. Character n-grams as terms are McNamee and Mayfield,
Character N-Gram Tokenization for European Language Text Retrieval (2004).

Nothing is stored by text but the words it has: pieces lead to the vocabulary's words alone, so
they cost as much as the vocabulary is large, and a search pays for the texts it weighs.
"""

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.analysis import spelled

PIECE_LETTERS = 5
_EDGE = "_"
# Bits of one mask; a longer query is taken in several.
_BITS = 64
_BIT = np.uint64(1) << np.arange(_BITS, dtype=np.uint64)

Floats = NDArray[np.float32]
Ints = NDArray[np.int32]
Masks = NDArray[np.uint64]


def pieces(word: str) -> tuple[str, ...]:
    """The five-letter windows of a folded word with its two edges; a short word is one piece."""
    edged = f"{_EDGE}{spelled(word)}{_EDGE}"
    last = max(len(edged) - PIECE_LETTERS, 0)
    return tuple(dict.fromkeys(edged[i : i + PIECE_LETTERS] for i in range(last + 1)))


class PieceIndex:
    """The words of a vocabulary by their pieces. A word's id is its place; words can be added."""

    def __init__(self, vocabulary: Iterable[str] = ()) -> None:
        self._words: dict[str, list[int]] = {}
        self._asked: dict[str, tuple[Ints, int]] = {}
        self._size = 0
        self.add(vocabulary)

    def __len__(self) -> int:
        return self._size

    def add(self, vocabulary: Iterable[str]) -> None:
        """Number further words, after those known. Not while others search."""
        self._asked.clear()
        for word in vocabulary:
            for piece in pieces(word):
                self._words.setdefault(piece, []).append(self._size)
            self._size += 1

    def _having(self, piece: str, counts: NDArray[np.integer]) -> tuple[Ints, int]:
        """(the words with a piece, in how many texts they stand); kept for when it comes again."""
        having = self._asked.get(piece)
        if having is None:
            words = np.array(self._words.get(piece, ()), dtype=np.int32)
            having = self._asked[piece] = words, int(counts[words].sum())
        return having

    def shares(
        self,
        query: Sequence[str],
        counts: NDArray[np.integer],
        rows: int,
        words: Ints,
        starts: NDArray[np.integer],
    ) -> Floats:
        """The share of the pieces of the query's words that stand in each of some texts.

        `counts` says in how many of the index's `rows` texts each word of the vocabulary stands;
        `words` holds the texts' word ids one text after the other, and text i begins at
        `starts[i]`. A piece weighs its inverse document frequency, its documents estimated by
        those of its words. A text without words has a share of 0.
        """
        found = np.zeros(len(starts), np.float32)
        wanted = list(dict.fromkeys(piece for word in query for piece in pieces(word)))
        total = 0.0
        filled = np.diff(starts, append=len(words)) > 0
        for first in range(0, len(wanted), _BITS):
            mask = np.zeros(self._size, np.uint64)
            weights = np.zeros(_BITS, np.float32)
            for bit, piece in enumerate(wanted[first : first + _BITS]):
                having, texts = self._having(piece, counts)
                mask[having] |= _BIT[bit]
                frequency = min(texts, rows)
                weights[bit] = math.log(1.0 + (rows - frequency + 0.5) / (frequency + 0.5))
            total += float(weights.sum())
            if filled.any():
                standing = np.bitwise_or.reduceat(mask[words], starts[filled])
                bits = np.unpackbits(
                    standing.astype("<u8").view(np.uint8).reshape(-1, 8), axis=1, bitorder="little"
                )
                found[filled] += bits @ weights
        return found / np.float32(max(total, 1e-6))
