"""Everyday words of schools and trades with their names in the other languages.

The vocabulary of technologies says what an exhibit is tagged with; this says only that «стена»,
«қабырға» and "wall" are one word, so that words find across languages too.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from index.analysis import document_terms, query_terms, words

Entry = Mapping[str, Sequence[str]]


def read_glossary(path: Path) -> list[Entry]:
    """Entries of a JSON Lines file, each mapping `kk`, `ru` and `en` to words of one meaning."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def read_topics(path: Path) -> tuple[str, ...]:
    """Topics that people ask others about, in all languages, from a file of glossary's form."""
    return tuple(
        topic for entry in read_glossary(path) for found in entry.values() for topic in found
    )


class Glossary:
    """Looks a word up, in any form and language."""

    def __init__(self, entries: Iterable[Entry] = ()) -> None:
        self._terms: dict[str, set[str]] = defaultdict(set)
        self._meanings: dict[str, list[Entry]] = defaultdict(list)
        self.words: set[str] = set()
        for entry in entries:
            singles = {
                language: [word for word in found if len(words(word)) == 1]
                for language, found in entry.items()
            }
            terms = {
                term
                for language, found in singles.items()
                for word in found
                for term in document_terms(word, language)
            }
            for term in terms:
                self._terms[term] |= terms
                self._meanings[term].append(singles)
            self.words.update(
                word for found in singles.values() for one in found for word in words(one)
            )

    def translations(self, word: str) -> set[str]:
        """Terms of the same meaning as a folded word's, its own left out."""
        own = query_terms(word)
        return set().union(*(self._terms.get(term, ()) for term in own)).difference(own)
