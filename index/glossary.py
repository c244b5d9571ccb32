"""Everyday words of schools and trades with their names in the other languages.

The vocabulary of technologies says what an exhibit is tagged with; this says only that «стена»,
«қабырға» and "wall" are one word, and so are «белсендірілген көмір» and "activated carbon", so
that words find across languages too.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.analysis import document_terms, words

Entry = Mapping[str, Sequence[str]]

LANGUAGES = ("kk", "ru", "en")
_LONGEST_TERM = 4


def read_glossary(path: Path) -> list[Entry]:
    """Entries of a JSON Lines file, each mapping `kk`, `ru` and `en` to words of one meaning."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


@dataclass(frozen=True, slots=True)
class Found:
    """A term of the glossary in a query: the words [start, end) and its meanings, best first."""

    start: int
    end: int
    meanings: tuple[Entry, ...]

    def name(self, language: str) -> str | None:
        """What the likeliest meaning that has a name in a language is called there."""
        return next((m[language][0] for m in self.meanings if m.get(language)), None)


class Glossary:
    """Looks terms of one or several words up, in any form and language."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = tuple(entries)
        self.words: set[str] = set()
        # By spelling or by stems; each with the place of the name among the entry's names.
        self._by_name: dict[str, dict[int, int]] = defaultdict(dict)
        for number, entry in enumerate(self._entries):
            for language, names in entry.items():
                for place, name in enumerate(names):
                    spelled = words(name)
                    if len(spelled) == 1:
                        self.words.add(spelled[0])
                    for key in (_spelling(spelled, language), _stems(spelled, language)):
                        self._by_name[key].setdefault(number, place)

    def meanings(self, found: Sequence[str], languages: Sequence[str]) -> tuple[Entry, ...]:
        """What the folded words mean as one term, in languages likeliest first.

        The same spelling counts before the same stems, an entry's first name before its others.
        """
        ranked: dict[int, None] = {}
        for language in languages:
            for key in (_spelling(found, language), _stems(found, language)):
                places = self._by_name.get(key, {})
                ranked.update(dict.fromkeys(sorted(places, key=lambda i: (places[i], i))))
        return tuple(self._entries[number] for number in ranked)

    def recognize(self, found: Sequence[str], languages: Sequence[str]) -> list[Found]:
        """The terms in the folded words of a query, longest first, none overlapping another."""
        terms: list[Found] = []
        start = 0
        while start < len(found):
            for end in range(min(len(found), start + _LONGEST_TERM), start, -1):
                if meanings := self.meanings(found[start:end], languages):
                    terms.append(Found(start, end, meanings))
                    start = end - 1
                    break
            start += 1
        return terms

    def translations(self, word: str) -> dict[str, None]:
        """Terms of the names of one word that mean the same as a folded word, likeliest first."""
        return {
            term: None
            for entry in self.meanings([word], LANGUAGES)
            for language, names in entry.items()
            for name in names
            if len(words(name)) == 1
            for term in document_terms(name, language)
        }


def _spelling(found: Sequence[str], language: str) -> str:
    return f"{language}={' '.join(found)}"


def _stems(found: Sequence[str], language: str) -> str:
    return f"{language}~{' '.join(document_terms(' '.join(found), language))}"
