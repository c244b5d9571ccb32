"""Why a hit is there, and which words of a text to mark."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

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


class Highlighter:
    """Marks the words of a query where they stand in a text."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._terms = frozenset(terms)

    def matches(self, word: str) -> bool:
        """Whether a folded word is one of the query's."""
        if not self._terms.isdisjoint(query_terms(word)):
            return True
        return len(word) >= PREFIX_LETTERS and prefix_term(word) in self._terms

    def mark(self, text: str) -> list[tuple[str, bool]]:
        """The text in pieces, True where a query's word stands; joined they are the text."""
        pieces: list[tuple[str, bool]] = []
        end = 0
        for start, stop, word in word_spans(text):
            if self.matches(word):
                if start > end:
                    pieces.append((text[end:start], False))
                pieces.append((text[start:stop], True))
                end = stop
        if end < len(text):
            pieces.append((text[end:], False))
        return pieces
