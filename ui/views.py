"""What the templates draw: records and hits turned into values in one visitor's language."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from catalog.choices import Role, Seeking
from catalog.languages import best
from catalog.records import ExhibitRecord, PictureRecord, TextRecord
from ui.address import link
from ui.markdown import to_plain
from ui.names import Names, Phrase, phrase
from ui.text import Speech, later, later_count

if TYPE_CHECKING:
    from index import Hit, Reason

SNIPPET = 190
_BEFORE_MARK = 40
Pieces = Sequence[tuple[str, bool]]

ROLES: Mapping[str, tuple[str, str]] = {
    Role.AUTHOR: later_count("%(num)s author", "%(num)s authors"),
    Role.PRESENTER: later_count("%(num)s presenter", "%(num)s presenters"),
    Role.SUPERVISOR: later_count("%(num)s supervisor", "%(num)s supervisors"),
}
ROLE_NAMES: Mapping[str, str] = {
    Role.AUTHOR: later("author"),
    Role.PRESENTER: later("presenter"),
    Role.SUPERVISOR: later("supervisor"),
}
SEEKING: Mapping[str, str] = {
    Seeking.INTERNSHIP: later("internship"),
    Seeking.PILOT: later("pilot customer"),
    Seeking.INVESTMENT: later("investment"),
    Seeking.HACKATHON: later("hackathon team"),
}
IN_LANGUAGE: Mapping[str, str] = {"kk": "қазақша", "ru": "на русском", "en": "in English"}


class Marker(Protocol):
    """Finds a query's words in a text (the index's highlighter)."""

    def mark(self, text: str) -> list[tuple[str, bool]]: ...


class NoMarks:
    """Marks nothing: for lists that no query made."""

    def mark(self, text: str) -> list[tuple[str, bool]]:
        """The text as one piece."""
        return [(text, False)]


@dataclass(frozen=True)
class Picture:
    """A picture as a page needs it; ``srcset`` is empty for a drawn cover."""

    src: str
    alt: str
    srcset: str = ""
    drawn: bool = False


@dataclass(frozen=True)
class Option:
    """One value to choose: what it is called, how many it leaves, where it leads."""

    phrase: Phrase
    href: str
    count: int = 0
    chosen: bool = False


@dataclass(frozen=True)
class Card:
    """One exhibit in a list."""

    code: str
    href: str
    language: str
    marker: str
    title: Pieces
    plain_title: str
    lines: Pieces
    picture: Picture
    stand: str
    hall: Phrase | None
    college: Phrase
    technologies: tuple[Phrase, ...]
    why: tuple[str, ...]


def card(
    exhibit: ExhibitRecord,
    names: Names,
    speech: Speech,
    *,
    hit: "Hit | None" = None,
    marks: Marker | None = None,
    light: bool = False,
) -> Card:
    """An exhibit as a card in the visitor's language, with why it was found where a hit says."""
    marks = marks or NoMarks()
    language, text = text_of(exhibit, speech.language)
    chosen = tuple(names.called("technology", slug, speech) for slug in exhibit.technologies[:3])
    return Card(
        code=exhibit.code,
        href=exhibit_href(exhibit, names, light=light),
        language=language,
        marker=IN_LANGUAGE[language] if language != speech.language else "",
        title=marks.mark(text.title),
        plain_title=text.title,
        lines=_two_lines(text, marks),
        picture=first_picture(exhibit, speech.language),
        stand=exhibit.stand or "",
        hall=phrase(exhibit.hall_names, speech.language),
        college=college_name(exhibit, speech.language),
        technologies=chosen,
        why=tuple(explain(reason, exhibit, names, speech) for reason in hit.why) if hit else (),
    )


def text_of(exhibit: ExhibitRecord, language: str) -> tuple[str, TextRecord]:
    """The exhibit's text in the language asked for, else in its own nearest one."""
    found = best(exhibit.texts, language)
    if found is None:
        raise LookupError(f"Exhibit {exhibit.code} has no text in any language.")
    return found


def exhibit_href(exhibit: ExhibitRecord, names: Names, *, light: bool = False) -> str:
    """Where an exhibit is read: its light page, or the app's own screen."""
    return f"/e/{exhibit.code}" if light else link("/exhibit", code=exhibit.code)


def college_name(exhibit: ExhibitRecord, language: str) -> Phrase:
    """The short name where there is one: a card has no room for a legal form."""
    college = exhibit.college
    return (
        phrase(college.short_names, language)
        or phrase(college.names, language)
        or Phrase(college.slug, language)
    )


def first_picture(exhibit: ExhibitRecord, language: str) -> Picture:
    """The exhibit's first picture, or its field's drawn cover."""
    if exhibit.pictures:
        return photograph(exhibit.pictures[0], language)
    return Picture(src=cover_href(exhibit), alt="", drawn=True)


def photograph(picture: PictureRecord, language: str) -> Picture:
    """A stored picture in the sizes that pages show."""
    alt = phrase(picture.alt, language)
    small, large = (f"/p/{picture.hash}-{size}.webp" for size in (320, 960))
    return Picture(src=small, alt=alt.text if alt else "", srcset=f"{small} 320w, {large} 960w")


def cover_href(exhibit: ExhibitRecord) -> str:
    """The drawn cover of the exhibit's field; the hue is part of the address it is cached under."""
    return f"/cover/{exhibit.field.slug}-{exhibit.field.hue}.svg" if exhibit.field else "/cover.svg"


def explain(reason: "Reason", exhibit: ExhibitRecord, names: Names, speech: Speech) -> str:
    """Why an exhibit was found, in a few words."""
    # The index brings numpy and scipy along; a light page without reasons needs neither.
    from index import ReasonKind

    match reason.kind:
        case ReasonKind.CONCEPT:
            label = names.called("technology", reason.value, speech).text
            return speech.say("technology: %(name)s", name=label)
        case ReasonKind.NAME:
            return speech.say("by name: %(name)s", name=_own_name(reason.value, exhibit, speech))
        case ReasonKind.MEANING:
            return speech.say("close in meaning")
        case ReasonKind.WORDS:
            return speech.say("words: %(words)s", words=reason.value)
        case ReasonKind.TRANSLATION:
            return speech.say("in translation: %(words)s", words=reason.value)
        case ReasonKind.KEYWORD:
            return speech.say("keyword: %(words)s", words=reason.value)


def _own_name(found: str, exhibit: ExhibitRecord, speech: Speech) -> str:
    """The name that was found, as the visitor's language has it."""
    for names in (exhibit.college.names, exhibit.college.short_names, exhibit.specialty):
        shown = phrase(names, speech.language)
        if shown and found in names.values():
            return shown.text
    return found


def people(exhibit: ExhibitRecord, speech: Speech) -> list[str]:
    """Who made it: by name where the name is public, else by role alone."""
    named = [
        f"{one.name} ({speech.say(ROLE_NAMES[one.role])})" for one in exhibit.people if one.name
    ]
    roles = [*exhibit.creators, *(one.role for one in exhibit.people if not one.name)]
    return named + [speech.count(*ROLES[role], roles.count(role)) for role in Role if role in roles]


def sought(values: Iterable[str], speech: Speech) -> list[str]:
    """What the team looks for."""
    return [speech.say(SEEKING[value]) for value in values if value in SEEKING]


def _two_lines(text: TextRecord, marks: Marker) -> Pieces:
    """The summary; or, where only the description holds a found word, the words around it."""
    opening = to_plain(text.summary or text.description)
    pieces = marks.mark(opening[:SNIPPET])
    if any(found for _, found in pieces) or not text.summary:
        return _ellipsis(pieces, cut=len(opening) > SNIPPET)
    body = to_plain(text.description)
    position = _first_mark(marks.mark(body))
    if position is None:
        return _ellipsis(pieces, cut=len(opening) > SNIPPET)
    start = body.rfind(" ", 0, max(position - _BEFORE_MARK, 0)) + 1
    around = marks.mark(body[start : start + SNIPPET])
    lead: list[tuple[str, bool]] = [("… ", False)] if start else []
    return [*lead, *_ellipsis(around, cut=start + SNIPPET < len(body))]


def _first_mark(pieces: Pieces) -> int | None:
    position = 0
    for text, found in pieces:
        if found:
            return position
        position += len(text)
    return None


def _ellipsis(pieces: Pieces, *, cut: bool) -> Pieces:
    return [*pieces, ("…", False)] if cut else pieces
