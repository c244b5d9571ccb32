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

from index.analysis import document_terms, name_terms, russian_letters, word_term, words
from index.kazakh_forms import dictionary_forms
from index.remembered import Remembered

Entry = Mapping[str, Sequence[str]]

LANGUAGES = ("kk", "ru", "en")
_LONGEST_TERM = 4
# A stem keeps at least so many of its word's letters.
_BEGINNING = 2
_LOOKED_UP = 20_000

_Key = tuple[str, ...]
# Entries with a name's place among theirs.
_Places = dict[int, int]


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


def read_topics(path: Path) -> tuple[str, ...]:
    """Topics that people ask others about, in all languages, from a file of glossary's form."""
    return tuple(
        topic for entry in read_glossary(path) for found in entry.values() for topic in found
    )


class Glossary:
    """Looks terms of one or several words up, in any form and language."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._entries = tuple(entries)
        self.words: set[str] = set()
        self._spelled: dict[_Key, _Places] = defaultdict(dict)
        self._beginning: dict[tuple[str, str], list[_Key]] = defaultdict(list)
        self._stemmed: dict[tuple[str, str], dict[_Key, _Places]] = {}
        self._kazakh: set[str] = set()
        # How the words of names of several words begin.
        self._several: set[tuple[str, ...]] = set()
        self._single: dict[int, dict[str, list[str]]] = {}
        self._looked_up: Remembered[tuple[Entry, ...]] = Remembered(_LOOKED_UP)
        for number, entry in enumerate(self._entries):
            for language, names in entry.items():
                for place, name in enumerate(names):
                    self._add(number, place, language, tuple(words(name)))

    def prepare(self) -> None:
        """Stem all names now instead of each when it is first asked for: some tenths of a second."""
        for language, beginning in list(self._beginning):
            self._by_stems(language, beginning)
        for entry in self._entries:
            self._single_terms(entry)

    def _add(self, number: int, place: int, language: str, spelled: tuple[str, ...]) -> None:
        if len(spelled) == 1:
            self.words.add(spelled[0])
        elif spelled:
            self._several.add(_beginnings(spelled))
        key = language, *spelled
        if key not in self._spelled and spelled:
            self._beginning[language, spelled[0][:_BEGINNING]].append(key)
        self._spelled[key].setdefault(number, place)
        if language == "kk":
            typed = [russian_letters(word) for word in spelled]
            self._kazakh.update(spelled, typed)
            self._spelled["typed", *typed].setdefault(number, place)

    def meanings(
        self, found: Sequence[str], language: str, *, inflected: bool = True
    ) -> tuple[Entry, ...]:
        """What folded words mean as one term of a language, likeliest first.

        A name spelled so counts before one with another form spelled so, which counts only if
        `inflected`; an entry's first name before its others.
        """
        for places in self._places(found, language, inflected):
            if places:
                ordered = sorted(places, key=lambda number: (places[number], number))
                return tuple(self._entries[number] for number in ordered)
        return ()

    def _places(self, found: Sequence[str], language: str, inflected: bool) -> Iterator[_Places]:
        yield self._spelled.get((language, *found), {})
        if inflected and language == "kk":
            forms = [dictionary_forms(word, self._kazakh) for word in found]
            yield from (self._spelled.get(("kk", *form), {}) for form in product(*forms))
            typed = [dictionary_forms(russian_letters(word), self._kazakh) for word in found]
            yield from (self._spelled.get(("typed", *form), {}) for form in product(*typed))
        elif inflected:
            stems = tuple(word_term(word, language) for word in found)
            yield self._by_stems(language, found[0][:_BEGINNING]).get(stems, {})

    def _by_stems(self, language: str, beginning: str) -> Mapping[_Key, _Places]:
        """Names by the stems of their words, of those that begin so.

        Stemmed when they are first asked for, unless `prepare` has done it.
        """
        known = self._stemmed.get((language, beginning))
        if known is None:
            known = {}
            for key in self._beginning.get((language, beginning), ()):
                stems = tuple(document_terms(" ".join(key[1:]), language))
                places = known.setdefault(stems, {})
                for number, place in self._spelled[key].items():
                    places[number] = min(place, places.get(number, place))
            self._stemmed[language, beginning] = known
        return known

    def recognize(self, found: Sequence[str], language: str) -> list[Found]:
        """The terms in a query's folded words, longest first, none overlapping another.

        `language` is the query's; words of the others count as they are spelled, and Russian ones
        in any form in a Kazakh query.
        """
        terms: list[Found] = []
        begin = _beginnings(found)
        start = 0
        while start < len(found):
            for end in range(min(len(found), start + _LONGEST_TERM), start, -1):
                if end > start + 1 and begin[start:end] not in self._several:
                    continue
                if meanings := self._meanings(found[start:end], language):
                    terms.append(Found(start, end, meanings))
                    start = end - 1
                    break
            start += 1
        return terms

    def knows(self, word: str, language: str) -> bool:
        """Whether a folded word is a form of a name in a language."""
        key = "knows", language, word
        known = self._looked_up.get(key)
        if known is None:
            known = self.meanings([word], language)
            self._looked_up.keep(key, known)
        return bool(known)

    def _meanings(self, found: Sequence[str], language: str) -> tuple[Entry, ...]:
        key = language, *found
        known = self._looked_up.get(key)
        if known is None:
            known = self._look_up(found, language)
            self._looked_up.keep(key, known)
        return known

    def _look_up(self, found: Sequence[str], language: str) -> tuple[Entry, ...]:
        if meanings := self.meanings(found, language):
            return meanings
        for other in LANGUAGES:
            inflected = (language, other) == ("kk", "ru")
            if meanings := self.meanings(found, other, inflected=inflected):
                return meanings
        return ()

    def equivalents(self, word: str, language: str) -> dict[str, set[str]]:
        """By language, the terms of the names of one word that mean the same as a folded word."""
        terms: dict[str, set[str]] = {there: set() for there in LANGUAGES}
        for entry in self._meanings([word], language):
            for there, found in self._single_terms(entry).items():
                terms[there].update(found)
        return terms

    def _single_terms(self, entry: Entry) -> dict[str, list[str]]:
        """By language, the terms of an entry's names of one word."""
        known = self._single.get(id(entry))
        if known is None:
            known = self._single[id(entry)] = {
                there: [named[0] for name in names if len(named := name_terms(name, there)) == 1]
                for there, names in entry.items()
            }
        return known


def _beginnings(spelled: Iterable[str]) -> tuple[str, ...]:
    """The letters that every form of each word keeps, as a Russian keyboard types them."""
    return tuple(russian_letters(word)[:_BEGINNING] for word in spelled)
