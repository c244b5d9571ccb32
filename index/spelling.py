"""Other ways to type a word: keyboards, scripts, slips. Pure functions on folded words."""

import re
from collections.abc import Sequence

from index.analysis import russian_letters
from index.kazakh import KAZAKH_LETTERS, harmonize

_QWERTY = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
# Kazakh shares the Russian layout; its own letters sit on the digit row.
_DIGIT_ROW = dict(zip("234589 0-=".replace(" ", ""), "әіңғүұқөһ", strict=True))
_TO_RUSSIAN = str.maketrans(_QWERTY, _RUSSIAN)
_TO_KAZAKH = str.maketrans({**dict(zip(_QWERTY, _RUSSIAN, strict=True)), **_DIGIT_ROW})
_TO_LATIN = str.maketrans(
    {**dict(zip(_RUSSIAN, _QWERTY, strict=True)), **{v: k for k, v in _DIGIT_ROW.items()}}
)
_SHIFTED = str.maketrans('{}:"<>~', "[];',.`")

# What sounds alike is written alike: one letter of the skeleton for each letter of Cyrillic.
_CYRILLIC_SOUNDS = str.maketrans({
    "а": "a", "ә": "a", "б": "b", "в": "v", "г": "g", "ғ": "g", "д": "d", "е": "e", "ё": "e",
    "ж": "j", "з": "z", "и": "i", "й": "i", "к": "k", "қ": "k", "л": "l", "м": "m", "н": "n",
    "ң": "n", "о": "o", "ө": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ұ": "u",
    "ү": "u", "ф": "f", "х": "h", "һ": "h", "ц": "c", "ч": "C", "ш": "S", "щ": "S", "ъ": "",
    "ы": "i", "і": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia",
})  # fmt: skip
# Latin letters and digraphs of the 2018 and 2021 Kazakh alphabets and of plain ASCII, longest
# first: the sound, and the Cyrillic letter it most often stands for.
_LATIN_SOUNDS = {
    "shch": ("S", "щ"), "sch": ("S", "щ"), "sh": ("S", "ш"), "ch": ("C", "ч"), "zh": ("j", "ж"),
    "kh": ("h", "х"), "ts": ("c", "ц"), "gh": ("g", "ғ"), "yu": ("iu", "ю"), "iu": ("iu", "ю"),
    "ya": ("ia", "я"), "ia": ("ia", "я"), 
    "yo": ("e", "ё"), "ye": ("e", "е"),
    "á": ("a", "ә"), "ä": ("a", "ә"), "ǵ": ("g", "ғ"), "ğ": ("g", "ғ"), "ń": ("n", "ң"),
    "ñ": ("n", "ң"), "ó": ("o", "ө"), "ö": ("o", "ө"), "ú": ("u", "ү"), "ü": ("u", "ү"),
    "ū": ("u", "ұ"), "ý": ("u", "у"), "ş": ("S", "ш"), "ı": ("i", "ы"), "w": ("u", "у"),
    "q": ("k", "қ"), "y": ("i", "ы"), "x": ("h", "х"), "c": ("c", "ц"), "j": ("j", "ж"),
    "a": ("a", "а"), "b": ("b", "б"), "v": ("v", "в"), "g": ("g", "г"), "d": ("d", "д"),
    "e": ("e", "е"), "z": ("z", "з"), "i": ("i", "и"), "k": ("k", "к"), "l": ("l", "л"),
    "m": ("m", "м"), "n": ("n", "н"), "o": ("o", "о"), "p": ("p", "п"), "r": ("r", "р"),
    "s": ("s", "с"), "t": ("t", "т"), "u": ("u", "у"), "f": ("f", "ф"), "h": ("h", "х"),
    "'": ("", ""),
}  # fmt: skip
_DOUBLED = re.compile(r"(.)\1+")
_LATIN = re.compile(r"[a-záäǵğńñóöúüūýşı']+")
_LATIN_UNIT = re.compile("|".join(sorted(_LATIN_SOUNDS, key=len, reverse=True)))


def layouts(query: str) -> list[str]:
    """What a folded query would be, had it been typed with another keyboard layout on."""
    if re.search(r"[а-яёәіңғүұқөһ]", query):
        return [query.translate(_TO_LATIN)]
    plain = query.translate(_SHIFTED)
    return list(dict.fromkeys((plain.translate(_TO_RUSSIAN), plain.translate(_TO_KAZAKH))))


def is_latin(word: str) -> bool:
    """Whether a word is of Latin letters alone (with or without an apostrophe)."""
    return _LATIN.fullmatch(word) is not None


def skeleton(word: str) -> str:
    """What a word sounds like, so that all scripts and alphabets of one word agree.

    «жылыжай», "zhylyzhai", "jylyjaı" and «жилижай» have one skeleton.
    """
    if is_latin(word):
        return _merged(_LATIN_UNIT.sub(lambda unit: _LATIN_SOUNDS[unit.group()][0], word))
    return _merged(word.translate(_CYRILLIC_SOUNDS))


def skeletons(written: Sequence[str]) -> list[str]:
    """The skeletons of words that aren't of Latin letters, in one go: they may be many."""
    return _merged("\n".join(written).translate(_CYRILLIC_SOUNDS)).split("\n") if written else []


def _merged(sounds: str) -> str:
    """Sounds with those that one alphabet writes twice and another once made one."""
    return _DOUBLED.sub(lambda doubled: doubled[1], sounds.replace("ng", "n"))


def cyrillic(word: str) -> str:
    """A Latin word letter by letter in Cyrillic, the likeliest letter for each."""
    return _LATIN_UNIT.sub(lambda unit: _LATIN_SOUNDS[unit.group()][1], word)


def restore_ending(stem: str, ending: str) -> str:
    """An ending typed in Latin or Russian letters, in the Kazakh letters that fit the stem."""
    if is_latin(ending):
        ending = russian_letters(cyrillic(ending))
    return harmonize(stem, ending) if is_kazakh(stem) else ending


def is_kazakh(word: str) -> bool:
    """Whether a word has a letter that Russian lacks."""
    return not KAZAKH_LETTERS.isdisjoint(word)
