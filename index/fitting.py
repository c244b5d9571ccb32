"""Whether anything fits a query, or the nearest is all there is. Pure functions on unit vectors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Chosen on the judged queries, with KazQAD, NTREX and XQuAD held against them: their own queries
# have to fit. A hundredth of a cosine weighs as much as one of the fused score.
_HUNDREDTHS = 100.0
# A query lies so much nearer to another query than to the text that answers it.
_QUERY_TO_TEXT = 0.05
_FIT = 5.0
# More than this the words of a query don't say about its topic: three of four may have been found.
_ENOUGH_SCORE = 6.0
# Words and meaning agree; no topic is near enough to outweigh that.
CERTAIN = 9.0


@dataclass(frozen=True)
class Surroundings:
    """Where queries may lie: `inside` are the names of the vocabulary, `outside` topics of others.

    Both are vectors of shape (count, dimension), encoded as queries.
    """

    inside: Floats
    outside: Floats

    def fits(self, query: Floats, nearest: float, score: float) -> bool:
        """Whether something indexed is about a query.

        `query` is the vector of the query alone, without the names of concepts, `nearest` the
        highest cosine of any passage, `score` the best fused score. The query is at home as far
        as a passage or a name of the vocabulary is nearer to it than every topic that people ask
        others about (weather, tickets, exchange rates); words found make up for the rest.
        """
        if score >= CERTAIN:
            return True
        home = max(float((self.inside @ query).max(initial=-1.0)), nearest + _QUERY_TO_TEXT)
        away = float((self.outside @ query).max(initial=-1.0))
        return _HUNDREDTHS * (home - away) + min(score, _ENOUGH_SCORE) >= _FIT
