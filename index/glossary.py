"""Everyday words of schools and trades with their names in the other languages.

The vocabulary of technologies says what an exhibit is tagged with; this says only that «стена»,
«қабырға» and "wall" are one word, and so are «белсендірілген көмір» and "activated carbon", so
that words find across languages too.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from index.analysis import document_terms, russian_letters, words
from index.kazakh_forms import dictionary_forms

Entry = Mapping[str, Sequence[str]]

LANGUAGES = ("kk", "ru", "en")
_LONGEST_TERM = 4


def read_glossary(path: Path) -> list[Entry]:
    """Entries of a JSON Lines file, each mapping `kk`, `ru` and `en` to words of one meaning."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


@dataclass(frozen=True, slots=True)
class Found:
    """A term in a query: the words [start, end) and its meanings, likeliest first."""

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
        # By language and the name's words, as spelled and in the form that all its forms share:
        # entries with the name's place among theirs.
        self._named: dict[tuple[str, ...], dict[int, int]] = defaultdict(dict)
        self._kazakh: set[str] = set()
        for number, entry in enumerate(self._entries):
            for language, names in entry.items():
                for place, name in enumerate(names):
                    spelled = words(name)
                    if len(spelled) == 1:
                        self.words.add(spelled[0])
                    if language == "kk":
                        shared = [russian_letters(word) for word in spelled]
                        self._kazakh.update(spelled, shared)
                    else:
                        shared = document_terms(name, language)
                    for key in ((language, *spelled), (f"{language}~", *shared)):
                        self._named[key].setdefault(number, place)

    def meanings(
        self, found: Sequence[str], language: str, *, inflected: bool = True
    ) -> tuple[Entry, ...]:
        """What folded words mean as one term of a language, likeliest first.

        A name spelled so counts before one with another form spelled so, which counts only if
        `inflected`; an entry's first name before its others.
        """
        for key in self._keys(found, language, inflected):
            if places := self._named.get(key):
                ordered = sorted(places, key=lambda number: (places[number], number))
                return tuple(self._entries[number] for number in ordered)
        return ()

    def _keys(
        self, found: Sequence[str], language: str, inflected: bool
    ) -> Iterator[tuple[str, ...]]:
        yield language, *found
        if not inflected:
            return
        if language != "kk":
            yield f"{language}~", *document_terms(" ".join(found), language)
            return
        forms = [[f for f in dictionary_forms(word) if f in self._kazakh] for word in found]
        yield from ((language, *form) for form in product(*forms))
        typed = [
            [f for f in dictionary_forms(russian_letters(word)) if f in self._kazakh]
            for word in found
        ]
        yield from ((f"{language}~", *form) for form in product(*typed))

    def recognize(self, found: Sequence[str], language: str) -> list[Found]:
        """The terms in a query's folded words, longest first, none overlapping another.

        `language` is the query's; words of the others count as they are spelled, and Russian ones
        in any form in a Kazakh query.
        """
        terms: list[Found] = []
        start = 0
        while start < len(found):
            for end in range(min(len(found), start + _LONGEST_TERM), start, -1):
                if meanings := self._meanings(found[start:end], language):
                    terms.append(Found(start, end, meanings))
                    start = end - 1
                    break
            start += 1
        return terms

    def _meanings(self, found: Sequence[str], language: str) -> tuple[Entry, ...]:
        if meanings := self.meanings(found, language):
            return meanings
        for other in LANGUAGES:
            inflected = (language, other) == ("kk", "ru")
            if meanings := self.meanings(found, other, inflected=inflected):
                return meanings
        return ()

    def translations(self, word: str, language: str) -> dict[str, None]:
        """Terms of the names of one word that mean the same as a folded word, likeliest first."""
        return {
            term: None
            for entry in self._meanings([word], language)
            for there, names in entry.items()
            for name in names
            if len(words(name)) == 1
            for term in document_terms(name, there)
        }
