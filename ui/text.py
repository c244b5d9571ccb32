"""The interface's own words in the visitor's language, by gettext.

English is the language of the source: what stands in the code is what an English visitor reads.
The other languages are PO files under ``locale/``, read once a process; nothing has to be compiled.
"""

import gettext as gnu
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from catalog.languages import LANGUAGES

LOCALE = Path(__file__).parent / "locale"
DEFAULT = "ru"
COOKIE = "korme_lang"
NATIVE_NAMES: Mapping[str, str] = {"kk": "Қазақша", "ru": "Русский", "en": "English"}
SHORT_NAMES: Mapping[str, str] = {"kk": "Қаз", "ru": "Рус", "en": "Eng"}


@dataclass(frozen=True)
class Speech:
    """One language's words: ``say`` a sentence, ``count`` a sentence with a number in it."""

    language: str
    translations: gnu.NullTranslations

    def say(self, message: str, **values: object) -> str:
        """The message in this language, its ``%(name)s`` filled in."""
        text = self.translations.gettext(message)
        return text % values if values else text

    def count(self, singular: str, plural: str, number: int, **values: object) -> str:
        """The message in the plural form that ``number`` asks for; ``%(num)s`` is the number."""
        text = self.translations.ngettext(singular, plural, number)
        return text % {"num": number, **values}


def later(message: str) -> str:
    """The message itself: it stands in a table here and is said elsewhere. Marks it for the
    catalogs."""
    return message


def later_count(singular: str, plural: str) -> tuple[str, str]:
    """The same for a sentence with a number in it."""
    return singular, plural


@cache
def speech(language: str) -> Speech:
    """The words of ``language``; English for the source's own."""
    return Speech(language, _translations(language))


def _translations(language: str) -> gnu.NullTranslations:
    po = LOCALE / language / "LC_MESSAGES" / "korme.po"
    if not po.exists():
        return gnu.NullTranslations()
    # Babel is only needed while a catalog is read: not for the English page.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with po.open("rb") as file:
        catalog = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return gnu.GNUTranslations(compiled)


def choose_language(
    asked: str | None, remembered: str | None = None, accepted: str | None = None
) -> str:
    """The language of a visit: what the address asks for, else what was remembered, else the
    browser's first of ours, else Russian."""
    for choice in (asked, remembered):
        if choice in LANGUAGES:
            return str(choice)
    for language in _accepted(accepted or ""):
        if language in LANGUAGES:
            return language
    return DEFAULT


def _accepted(header: str) -> list[str]:
    """The primary language tags of an Accept-Language header, most wanted first."""
    wanted = []
    for position, item in enumerate(header[:500].split(",")):
        tag, _, weight = item.strip().partition(";")
        wanted.append((-_weight(weight), position, tag.split("-")[0].strip().lower()))
    return [tag for weight, _, tag in sorted(wanted) if weight < 0]


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
