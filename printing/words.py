"""What is printed beside people's own texts, in Kazakh, Russian and English."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Word(StrEnum):
    """Every word there is; each stands below in the three languages."""

    HALLS = "halls"
    BY_COLLEGE = "by_college"
    BY_TECHNOLOGY = "by_technology"
    CONTENTS = "contents"
    WITHOUT_HALL = "without_hall"
    STAND = "stand"


_SAID: Final[Mapping[Word, tuple[str, str, str]]] = {
    Word.HALLS: ("Залдар", "Залы", "Halls"),
    Word.BY_COLLEGE: ("Колледждер бойынша", "По колледжам", "By college"),
    Word.BY_TECHNOLOGY: ("Технологиялар бойынша", "По технологиям", "By technology"),
    Word.CONTENTS: ("Мазмұны", "Содержание", "Contents"),
    Word.WITHOUT_HALL: ("Басқа экспонаттар", "Другие экспонаты", "Other exhibits"),
    Word.STAND: ("Стенд", "Стенд", "Stand"),
}


def said(word: Word, language: str) -> str:
    """The word in Kazakh, Russian or English (for any other language, English)."""
    return _SAID[word][{"kk": 0, "ru": 1}.get(language, 2)]
