"""What the site says beside people's own texts, in Kazakh, Russian and English."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Word(StrEnum):
    """Every word there is; each stands below in the three languages."""

    LANGUAGE = "language"
    SEARCH = "search"
    FOUND = "found"
    NOTHING = "nothing"
    EXHIBITS = "exhibits"
    COLLEGES = "colleges"
    TECHNOLOGIES = "technologies"
    ALL_EXHIBITS = "all_exhibits"
    TEAM = "team"
    ADDRESS = "address"
    PHONE = "phone"
    MAIL = "mail"
    SITE = "site"
    FOUNDED = "founded"
    SPECIALTIES = "specialties"
    ALSO_CALLED = "also_called"


_SAID: Final[Mapping[Word, tuple[str, str, str]]] = {
    Word.LANGUAGE: ("Қазақша", "Русский", "English"),
    Word.SEARCH: ("Сөздер бойынша іздеу", "Поиск по словам", "Search by words"),
    Word.FOUND: ("Табылды", "Найдено", "Found"),
    Word.NOTHING: ("Ештеңе табылмады.", "Ничего не найдено.", "Nothing was found."),
    Word.EXHIBITS: ("Экспонаттар", "Экспонаты", "Exhibits"),
    Word.COLLEGES: ("Колледждер", "Колледжи", "Colleges"),
    Word.TECHNOLOGIES: ("Технологиялар", "Технологии", "Technologies"),
    Word.ALL_EXHIBITS: ("Барлық экспонаттар", "Все экспонаты", "All exhibits"),
    Word.TEAM: ("Жасағандар", "Создали", "Made by"),
    Word.ADDRESS: ("Мекенжайы", "Адрес", "Address"),
    Word.PHONE: ("Телефон", "Телефон", "Phone"),
    Word.MAIL: ("Пошта", "Почта", "Mail"),
    Word.SITE: ("Сайт", "Сайт", "Site"),
    Word.FOUNDED: ("Құрылған жылы", "Год основания", "Founded"),
    Word.SPECIALTIES: ("Мамандықтар", "Специальности", "Specialties"),
    Word.ALSO_CALLED: ("Басқаша", "Иначе", "Also called"),
}


def said(word: str, language: str) -> str:
    """The word in Kazakh, Russian or English."""
    return _SAID[Word(word)][("kk", "ru", "en").index(language)]
