"""Which words exist at all, whether or not a document has them: they are not slips."""

import re
from functools import cached_property
from pathlib import Path
from typing import Any

from index.analysis import russian_letters
from index.kazakh import harmonize, kazakh_stem

_LATIN = re.compile(r"[a-z']+")


class Dictionaries:
    """Russian by pymorphy3's dictionary, English by pyspellchecker's list of words.

    Kazakh has no such package; `kazakh` are its words from elsewhere, to which endings may be
    added. `common` are words of any language that nobody mistypes. Loaded at first use (0.4 s);
    safe to share between threads.
    """

    def __init__(
        self, kazakh: frozenset[str] = frozenset(), common: frozenset[str] = frozenset()
    ) -> None:
        self._kazakh, self._common = kazakh, common

    def is_russian(self, word: str) -> bool:
        """Whether a folded word is a form of a Russian word (with е for ё)."""
        return bool(self._russian.word_is_known(word))

    def is_word(self, word: str) -> bool:
        """Whether a folded word is one of English, Russian or, as far as known, Kazakh."""
        if _LATIN.fullmatch(word):
            return bool(self._english.word_frequency[word] > 0)
        return word in self._common or self.is_kazakh(word) or self.is_russian(word)

    def is_kazakh(self, word: str) -> bool:
        """Whether a folded word is a Kazakh one, as far as known, with or without endings.

        Endings have to be spelled as the stem demands, but for ң, which may be н as well.
        """
        return any(
            word[:end] in self._kazakh
            and _with_n(harmonize(word[:end], russian_letters(word[end:]))) == _with_n(word[end:])
            for end in _stem_ends(word)
        )

    def with_kazakh_letters(self, word: str) -> str | None:
        """The Kazakh word of which a Russian keyboard makes this one, if only one is known.

        Endings are spelled by vowel harmony.
        """
        for end in _stem_ends(word):
            found = self._by_russian_letters.get(word[:end], ())
            if found:
                return found[0] + harmonize(found[0], word[end:]) if len(found) == 1 else None
        return None

    @cached_property
    def _by_russian_letters(self) -> dict[str, list[str]]:
        """The Kazakh words by what they are without the letters that Russian lacks."""
        found: dict[str, list[str]] = {}
        for word in self._kazakh:
            found.setdefault(russian_letters(word), []).append(word)
        return found

    @cached_property
    def _russian(self) -> Any:
        import pymorphy3  # 0.2 s: only when a query has a word that no document has

        return pymorphy3.MorphAnalyzer(lang="ru")

    @cached_property
    def _english(self) -> Any:
        from spellchecker import SpellChecker  # 0.3 s, as above

        return SpellChecker(language="en")


def read_words(path: Path) -> frozenset[str]:
    """The words of a file, one a line; lines that begin with # are remarks."""
    lines = path.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _stem_ends(word: str) -> range:
    """Where a word may end if what follows are Kazakh endings, the whole word first."""
    return range(len(word), max(len(kazakh_stem(russian_letters(word))), 2) - 1, -1)


def _with_n(ending: str) -> str:
    return ending.replace("ң", "н")
