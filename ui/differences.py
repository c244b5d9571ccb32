"""Differences of two states of an entry as HTML: marked by sign and word, not by colour alone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from markupsafe import Markup

from catalog.choices import Origin, Role
from catalog.differences import (
    Difference,
    ListDifference,
    Mark,
    PictureDifference,
    PicturesDifference,
    Piece,
    TextDifference,
    ValueDifference,
    differences,
    field_name,
)
from catalog.drafts import Draft
from ui.html import draw
from ui.names import Names, Phrase
from ui.text import Speech, later
from ui.views import SEEKING

ROLE_LABELS: Final[Mapping[str, str]] = {
    Role.AUTHOR: later("author"),
    Role.PRESENTER: later("presenter"),
    Role.SUPERVISOR: later("supervisor"),
}
ORIGINS: Final[Mapping[str, str]] = {
    Origin.ORIGINAL: later("written in this language"),
    Origin.PERSON: later("translated by a person"),
    Origin.MACHINE: later("translated by machine"),
}
_FACETS: Final[Mapping[str, str]] = {
    "college": "college", "field": "field", "kind": "kind", "specialty": "specialty",
    "hall": "hall", "technologies": "technology",
}  # fmt: skip
_LABELS: Final[Mapping[str, Mapping[str, str]]] = {
    "creators": ROLE_LABELS, "seeking": SEEKING, "origin": ORIGINS,
}  # fmt: skip


@dataclass(frozen=True)
class Value:
    """One value of a list or alone, and what became of it."""

    mark: Mark
    phrase: Phrase


@dataclass(frozen=True)
class Shown:
    """One field as the template draws it: a text in pieces, or values, or pictures."""

    title: str
    language: str = ""
    was: tuple[Piece, ...] = ()
    now: tuple[Piece, ...] = ()
    pieces: tuple[Piece, ...] = ()
    values: tuple[Value, ...] = ()
    pictures: tuple["ShownPicture", ...] = ()
    reordered: bool = False


@dataclass(frozen=True)
class ShownPicture:
    """A picture that came, went or changed."""

    mark: Mark
    title: str
    src: str
    alt: str
    within: tuple[Shown, ...]


def differences_block(found: Iterable[Difference], names: Names, speech: Speech) -> Markup:
    """Every difference under the name of its field; a sentence where there is none."""
    return draw("differences.html", speech.language, fields=_shown(found, names, speech))


def values_block(draft: Draft, names: Names, speech: Speech) -> Markup:
    """Every value of a draft, with no marks: for what there is nothing to compare with."""
    shown = _shown(differences(None, draft), names, speech)
    return draw("differences.html", speech.language, fields=[_unmarked(one) for one in shown])


def _unmarked(one: Shown) -> Shown:
    return replace(
        one,
        was=(),
        now=(),
        pieces=tuple(Piece(Mark.KEPT, piece.text) for piece in one.pieces),
        values=tuple(Value(Mark.KEPT, value.phrase) for value in one.values),
        pictures=tuple(
            replace(picture, mark=Mark.KEPT, within=tuple(_unmarked(in_) for in_ in picture.within))
            for picture in one.pictures
        ),
    )


def _shown(found: Iterable[Difference], names: Names, speech: Speech) -> tuple[Shown, ...]:
    return tuple(_field(one, names, speech) for one in found)


def _field(one: Difference, names: Names, speech: Speech) -> Shown:
    title = field_name(one.field, speech.language)
    match one:
        case TextDifference():
            was = tuple(piece for piece in one.pieces if piece.mark is not Mark.ADDED)
            now = tuple(piece for piece in one.pieces if piece.mark is not Mark.REMOVED)
            return Shown(title, one.language, was, now, one.pieces)
        case ValueDifference():
            sides = ((Mark.REMOVED, one.before), (Mark.ADDED, one.after))
            return Shown(
                title,
                one.language,
                values=tuple(
                    Value(mark, value_phrase(one.field, value, names, speech))
                    for mark, value in sides
                    if value not in (None, "")
                ),
            )
        case ListDifference():
            return Shown(
                title,
                values=tuple(
                    Value(mark, value_phrase(one.field, value, names, speech))
                    for mark, value in one.values
                ),
                reordered=one.reordered,
            )
        case PicturesDifference():
            pictures = tuple(_picture(picture, names, speech) for picture in one.pictures)
            return Shown(title, pictures=pictures, reordered=one.reordered)


def _picture(one: PictureDifference, names: Names, speech: Speech) -> ShownPicture:
    alts: Sequence[str] = [text for text in one.picture.alt.values() if text]
    return ShownPicture(
        mark=one.mark,
        title=speech.say("Picture %(number)s", number=one.place),
        src=f"/p/{one.picture.hash}-320.webp",
        alt=one.picture.alt.get(speech.language) or (alts[0] if alts else ""),
        within=_shown(one.within, names, speech),
    )


def value_phrase(field: str, value: Any, names: Names, speech: Speech) -> Phrase:
    """What a value of a field is called in the reader's language."""
    if field in _FACETS:
        return names.called(_FACETS[field], str(value), speech)
    if isinstance(value, bool):
        return Phrase(speech.say("yes") if value else speech.say("no"), speech.language)
    label = _LABELS.get(field, {}).get(value)
    return Phrase(speech.say(label) if label else str(value), speech.language)
