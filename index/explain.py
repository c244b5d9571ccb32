"""Why a hit is there, and which words of a text to mark."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from index.analysis import query_terms, word_spans
from index.words import PREFIX_LETTERS, prefix_term


class ReasonKind(StrEnum):
    WORDS = "words"
    TRANSLATION = "translation"
    CONCEPT = "concept"
    NAME = "name"
    KEYWORD = "keyword"
    MEANING = "meaning"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a hit is there.

    `value` holds the query's words that stand in the text, themselves or in translation, or among
    the keywords, the slug of the concept that the document has, the name that matched, or nothing
    (near in meaning).
    """

    kind: ReasonKind
    value: str = ""


# Twenty cards have a thousand words to look at, and the same ones at every search.
@lru_cache(maxsize=50_000)
def _terms(word: str) -> tuple[str, ...]:
    """The terms by which a query may mean a folded word: its stems, and its beginning."""
    beginning = (prefix_term(word),) if len(word) >= PREFIX_LETTERS else ()
    return (*query_terms(word), *beginning)


# Titles and the lines of cards; some 5 KB each.
_SHORT = 200
_spans = lru_cache(maxsize=4000)(word_spans)


class Highlighter:
    """Marks the words of a query where they stand in a text."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = frozenset(terms)

    def matches(self, word: str) -> bool:
        """Whether a folded word is one of the query's."""
        return not self._terms.isdisjoint(_terms(word))

    def mark(self, text: str) -> list[tuple[str, bool]]:
        """The text in pieces, True where a query's word stands; joined they are the text."""
        pieces: list[tuple[str, bool]] = []
        end = 0
        for start, stop, word in _spans(text) if len(text) <= _SHORT else word_spans(text):
            if self.matches(word):
                if start > end:
                    pieces.append((text[end:start], False))
                pieces.append((text[start:stop], True))
                end = stop
        if end < len(text):
            pieces.append((text[end:], False))
        return pieces
