"""Queries that mean one thing, told by what they find: the same answer is the same question.

Vectors of queries of one or two words in several languages lie nearly as far apart as those of
other subjects; what a search finds for them, by words, translation and meaning, doesn't.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

SHARED: Final = 0.5


@dataclass(frozen=True)
class Asked:
    """A query as search understood it: technologies it names, and the codes of its first hits."""

    concepts: tuple[str, ...]
    hits: tuple[str, ...]


def groups(asked: Sequence[Asked], *, shared: float = SHARED) -> list[list[int]]:
    """Places of `asked` that belong together, each group led by its first member.

    A query joins the first group whose leader names the same technologies, or whose hits and its
    own have at least the share `shared` in common (Jaccard). Give the commonest queries first.
    """
    found: list[list[int]] = []
    for place, one in enumerate(asked):
        for group in found:
            if _alike(asked[group[0]], one, shared):
                group.append(place)
                break
        else:
            found.append([place])
    return found


def _alike(one: Asked, other: Asked, shared: float) -> bool:
    if one.concepts and set(one.concepts) == set(other.concepts):
        return True
    mine, theirs = set(one.hits), set(other.hits)
    if not mine or not theirs:
        return False
    return len(mine & theirs) / len(mine | theirs) >= shared
