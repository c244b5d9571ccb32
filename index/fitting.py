"""What a query means beside others: whether anything fits it, and what all queries have in common.

Pure functions on unit vectors.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from index.vectors import VectorIndex

Floats = NDArray[np.float32]

# A logistic model of "nothing fits", fitted on the judged queries and rounded; the topics were written
# by somebody who had seen none of these. There it says so of 55 in 60, and wrongly of 4 in 398.
_OUTSIDE, _INSIDE, _TEXT, _SCORE = 80.0, 50.0, 20.0, 0.6
_NOTHING = 9.0
# One topic may lie near by chance, three of them seldom.
_TOPICS_NEAR = 3
# Without names of a vocabulary: a query lies so much nearer to another query than to its answer.
_QUERY_TO_TEXT = 0.04
# Words and meaning agree; no topic is near enough to outweigh that.
CERTAIN = 9.0
# Chosen with sets of titles in sight; 0.4 to 0.8 and 2.4 to 3 differ by less than 0.01 nDCG@10.
_MOST_COMMON, _COMMON_WORDS = 0.6, 3.0


def common_part(text: str) -> float:
    """How much of the middle of all queries is to be taken out of one: the more, the shorter it is.

    Texts that lie near the middle are near every query, and nearest to one of a few words, which
    says little else. Centering against such hubs is Suzuki, Hara, Shimbo, Saerens and Fukumizu,
    Centering Similarity Measures to Reduce Hubs (2013).
    """
    return min(_MOST_COMMON, _COMMON_WORDS / max(len(text.split()), 1))


@dataclass(frozen=True)
class Surroundings:
    """Where queries may lie: `inside` are the names of the vocabulary, `outside` topics of others.

    Both are vectors of shape (count, dimension), encoded as queries.
    """

    inside: Floats
    outside: Floats

    @cached_property
    def middle(self) -> Floats:
        """The mean of all of them: what queries in three languages have in common."""
        middle: Floats = np.concatenate([self.inside, self.outside]).mean(axis=0)
        return middle

    @cached_property
    def _inside(self) -> VectorIndex:
        return VectorIndex(self.inside.astype(np.float16))

    @cached_property
    def _outside(self) -> VectorIndex:
        # As bytes: thousands of topics as floats would push the passages out of the processor's
        # cache at every query in doubt.
        return VectorIndex(self.outside.astype(np.float16))

    def fits(self, query: Floats, nearest: float, score: float) -> bool:
        """Whether something indexed is about a query that is in doubt (its score isn't CERTAIN).

        `query` is the vector of the query, `nearest` the highest cosine of any passage, `score` the
        best document's by words and meaning. The query is at home as far as the vocabulary, a
        passage and the score speak for it, and abroad as far as the topics do that people ask
        others about (weather, tickets, exchange rates).
        """
        inside = float(self._inside.similarities(query).max(initial=-1.0))
        if not len(self.inside):
            inside = nearest + _QUERY_TO_TEXT
        outside = self._outside.similarities(query)
        near = min(_TOPICS_NEAR, len(outside))
        away = float(np.partition(outside, -near)[-near:].mean())
        home = _INSIDE * inside + _TEXT * nearest + _SCORE * min(score, CERTAIN)
        return _OUTSIDE * away - home < _NOTHING
