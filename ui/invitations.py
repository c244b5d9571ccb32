"""What an organizer sends with a link: a text in each language, and the ways to send it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from catalog.languages import best
from catalog.notices import role_name
from ui.clock import day
from ui.text import speech


@dataclass(frozen=True)
class Letter:
    """A text with a link in it, and the addresses that open it in a messenger or in the mail."""

    text: str
    whatsapp: str
    telegram: str
    mail: str


def letter(
    language: str, address: str, until: datetime, *, role: str, college: Mapping[str, str]
) -> Letter:
    """The text of an invitation in a language; of a link to a new password where role is empty."""
    say = speech(language).say
    if not role:
        text = say(
            "Here is your link to a new password for the catalog of the fair. It works once, until "
            "%(until)s: %(address)s",
            until=day(until),
            address=address,
        )
    else:
        named = best(college, language)
        called = role_name(role, language)
        text = say(
            "You are invited to the catalog of the fair. Your role: %(role)s. The link works once, "
            "until %(until)s, and is for you alone: %(address)s",
            role=f"{called}, {named[1]}" if named else called,
            until=day(until),
            address=address,
        )
    return shared(text, address)


def shared(text: str, address: str) -> Letter:
    """A text that ends with an address, and the ways to send it."""
    whole = quote(text)
    before = quote(text.removesuffix(address).strip())
    return Letter(
        text=text,
        whatsapp=f"https://wa.me/?text={whole}",
        telegram=f"https://t.me/share/url?url={quote(address, safe='')}&text={before}",
        mail=f"mailto:?subject={quote('Körme')}&body={whole}",
    )
