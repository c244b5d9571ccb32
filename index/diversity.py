"""Choosing documents that fit and are not all alike, and how evenly a choice is spread.

Pure functions over scores, unit vectors and the groups (college, field) that documents belong to.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# How much fitting counts against being unlike what is chosen already.
FITTING = 0.6
# How much a common group counts in likeness, against nearness in meaning.
GROUPS = 0.5


def spread_out(
    scores: Sequence[float],
    vectors: Floats | None,
    groups: Sequence[Sequence[Hashable]],
    count: int,
    *,
    chosen: Sequence[int] = (),
    fitting: float = FITTING,
) -> list[int]:
    """The places of `count` candidates that fit and differ, the best first, `chosen` left out.

    Maximal marginal relevance (Carbonell and Goldstein, 1998): the next is whichever has the most of
    `fitting` × score − (1 − `fitting`) × likeness to the likest one chosen before; the earlier of
    two equals. Scores count by their share of the largest. `vectors` are unit vectors, one a
    candidate; None: there is no meaning to compare. `groups` are the candidates' values in each of
    the same few groupings; None is no value, and is common to nobody.
    """
    relevance = np.asarray(scores, dtype=np.float64)
    relevance = relevance / max(relevance.max(initial=0.0), 1e-9)
    likest = np.full(len(relevance), 0.0)
    free = np.ones(len(relevance), dtype=bool)

    def take(place: int) -> None:
        free[place] = False
        np.maximum(likest, _likeness(place, vectors, groups), out=likest)

    for place in chosen:
        take(place)
    taken: list[int] = []
    while len(taken) < count and free.any():
        marginal = fitting * relevance - (1 - fitting) * likest
        best = int(np.argmax(np.where(free, marginal, -np.inf)))
        taken.append(best)
        take(best)
    return taken


def effective_number(values: Iterable[Hashable]) -> float:
    """As how many equally frequent values these are spread: the inverse of Simpson's index.

    Ten exhibits of ten colleges make 10; nine of one and one of another make 1.22. 0 for nothing.
    """
    counts = Counter(values)
    total = sum(counts.values())
    return total**2 / sum(count**2 for count in counts.values()) if total else 0.0


def _likeness(
    place: int, vectors: Floats | None, groups: Sequence[Sequence[Hashable]]
) -> NDArray[np.float64]:
    """How like each candidate is to one: from 0 to 1, half by meaning and half by groups."""
    own = groups[place]
    common = np.array(
        [
            sum(one is not None and one == other for one, other in zip(own, others, strict=True))
            / max(len(own), 1)
            for others in groups
        ]
    )
    if vectors is None:
        return common
    near = np.clip(vectors @ vectors[place], 0.0, 1.0).astype(np.float64)
    mixed: NDArray[np.float64] = (1 - GROUPS) * near + GROUPS * common
    return mixed
