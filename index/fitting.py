"""Whether anything fits a query, or the nearest is all there is. Pure functions on unit vectors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# Chosen on the judged queries, with KazQAD, NTREX and XQuAD held against them; the topics were written
# by somebody who had seen none of these. A hundredth of a cosine weighs as much as two deviations.
_COSINE_WEIGHT = 200.0
# A query lies so much nearer to another query than to the text that answers it.
_QUERY_TO_TEXT = 0.04
_MOST_NEARNESS = 4.0
_FIT = -0.5
# Words and meaning agree; no topic is near enough to outweigh that.
CERTAIN = 9.0


@dataclass(frozen=True)
class Surroundings:
    """Where queries may lie: `inside` are the names of the vocabulary, `outside` topics of others.

    Both are vectors of shape (count, dimension), encoded as queries.
    """

    inside: Floats
    outside: Floats

    def fits(self, query: Floats, nearest: float, nearness: float) -> bool:
        """Whether something indexed is about a query that is in doubt (its score is not CERTAIN).

        `query` is the vector of the query, `nearest` the highest cosine of any passage, `nearness`
        the same in deviations above what is usual. The query is at home as far as a passage or a
        name of the vocabulary is nearer to it than every topic that people ask others about
        (weather, tickets, exchange rates).
        """
        home = max(float((self.inside @ query).max(initial=-1.0)), nearest + _QUERY_TO_TEXT)
        away = float((self.outside @ query).max(initial=-1.0))
        return _COSINE_WEIGHT * (home - away) + min(nearness, _MOST_NEARNESS) >= _FIT
