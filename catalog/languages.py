"""The three languages of the fair, and the alphabetical order of each."""

import unicodedata
from collections.abc import Mapping
from typing import Final, TypeVar

LANGUAGES: Final = ("kk", "ru", "en")

_FALLBACK: Final = {"kk": ("kk", "ru", "en"), "ru": ("ru", "kk", "en"), "en": ("en", "ru", "kk")}

_KAZAKH_LETTERS: Final = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"
_KAZAKH_ONLY: Final = frozenset("әғқңөұүһі")
_LATIN_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
Value = TypeVar("Value")


def best(values: Mapping[str, Value], language: str) -> tuple[str, Value] | None:
    """The value in the language asked for, else in the nearest one that has it; None if empty.

    Returns (language of the value, value), so that a reader can be told which language it is.
    """
    for candidate in _FALLBACK.get(language, LANGUAGES):
        value = values.get(candidate)
        if value:
            return candidate, value
    return None


def language_of(text: str) -> str:
    """Which of the three languages a text is written in, told by its letters alone.

    Letters that only Kazakh has make it Kazakh; else more Cyrillic than Latin makes it Russian;
    else English. A Kazakh text without one Kazakh letter is taken for Russian.
    """
    folded = text.casefold()
    if any(letter in _KAZAKH_ONLY for letter in folded):
        return "kk"
    cyrillic = sum("а" <= letter <= "я" or letter == "ё" for letter in folded)
    latin = sum("a" <= letter <= "z" for letter in folded)
    return "ru" if cyrillic and cyrillic >= latin else "en"


def collation_key(text: str, language: str) -> tuple[tuple[int, ...], str]:
    """A key that sorts texts as a dictionary of that language does.

    Kazakh letters stand in their own order (which is the Russian order for Russian words); Latin
    follows Cyrillic, or precedes it in English; digits come first; marks and quotes don't count.
    """
    cyrillic_base, latin_base = (200, 100) if language == "en" else (100, 200)
    ranks = []
    for letter in unicodedata.normalize("NFC", text).casefold():
        position = _KAZAKH_LETTERS.find(letter)
        if position >= 0:
            ranks.append(cyrillic_base + position)
            continue
        base = unicodedata.normalize("NFD", letter)[0]
        position = _LATIN_LETTERS.find(base)
        if position >= 0:
            ranks.append(latin_base + position)
        elif letter.isspace():
            ranks.append(0)
        elif base.isdecimal():
            ranks.append(1 + unicodedata.decimal(base))
        elif base.isalpha():
            ranks.append(300 + ord(base))
    return tuple(ranks), text
