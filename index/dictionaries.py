"""Which words exist at all, whether or not a document has them: they are not slips."""

import re
from functools import cached_property
from typing import Any

_LATIN = re.compile(r"[a-z']+")


class Dictionaries:
    """Russian by pymorphy3's dictionary, English by pyspellchecker's list of words.

    Kazakh has no such package; `kazakh` are common words from elsewhere. Loaded at first use
    (0.4 s); safe to share between threads.
    """

    def __init__(self, kazakh: frozenset[str] = frozenset()) -> None:
        self._kazakh = kazakh

    def is_russian(self, word: str) -> bool:
        """Whether a folded word is a form of a Russian word (with е for ё)."""
        return bool(self._russian.word_is_known(word))

    def is_word(self, word: str) -> bool:
        """Whether a folded word is one of English, Russian or, as far as known, Kazakh."""
        if _LATIN.fullmatch(word):
            return bool(self._english.word_frequency[word] > 0)
        return word in self._kazakh or self.is_russian(word)

    @cached_property
    def _russian(self) -> Any:
        import pymorphy3  # 0.2 s: only when a query has a word that no document has

        return pymorphy3.MorphAnalyzer(lang="ru")

    @cached_property
    def _english(self) -> Any:
        from spellchecker import SpellChecker  # 0.3 s, as above

        return SpellChecker(language="en")
