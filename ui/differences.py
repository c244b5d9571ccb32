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
)
from catalog.drafts import Draft
from catalog.field_names import field_name
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
class Known:
    """What values are called, in one language."""

    names: Names
    people: Mapping[int, str]
    speech: Speech

    def phrase(self, field: str, value: Any) -> Phrase:
        """What a value of a field is called."""
        if field in _FACETS:
            return self.names.called(_FACETS[field], str(value), self.speech)
        return Phrase(self._text(field, value), self.speech.language)

    def _text(self, field: str, value: Any) -> str:
        say = self.speech.say
        if field == "picture_people":
            return self.people.get(value, f"№ {value}")
        if field == "named":
            shown = say("with the name") if value.shown else say("without the name")
            name = self.people.get(value.person, f"№ {value.person}")
            return f"{name}: {say(ROLE_LABELS[value.role])}, {shown}"
        if isinstance(value, bool):
            return say("yes") if value else say("no")
        label = _LABELS.get(field, {}).get(value)
        return say(label) if label else str(value)


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


def differences_block(
    found: Iterable[Difference],
    names: Names,
    speech: Speech,
    people: Mapping[int, str] | None = None,
) -> Markup:
    """Every difference under the name of its field; a sentence where there is none.

    `people` are the names, by number, of those whom the entry names or shows.
    """
    known = Known(names, people or {}, speech)
    return draw("differences.html", speech.language, fields=_shown(found, known))


def values_block(
    draft: Draft, names: Names, speech: Speech, people: Mapping[int, str] | None = None
) -> Markup:
    """Every value of a draft, with no marks: for what there is nothing to compare with."""
    shown = _shown(differences(None, draft), Known(names, people or {}, speech))
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


def _shown(found: Iterable[Difference], known: Known) -> tuple[Shown, ...]:
    return tuple(_field(one, known) for one in found)


def _field(one: Difference, known: Known) -> Shown:
    title = field_name(one.field, known.speech.language)
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
                    Value(mark, known.phrase(one.field, value))
                    for mark, value in sides
                    if value not in (None, "")
                ),
            )
        case ListDifference():
            return Shown(
                title,
                values=tuple(
                    Value(mark, known.phrase(one.field, value)) for mark, value in one.values
                ),
                reordered=one.reordered,
            )
        case PicturesDifference():
            pictures = tuple(_picture(picture, known) for picture in one.pictures)
            return Shown(title, pictures=pictures, reordered=one.reordered)


def _picture(one: PictureDifference, known: Known) -> ShownPicture:
    alts: Sequence[str] = [text for text in one.picture.alt.values() if text]
    return ShownPicture(
        mark=one.mark,
        title=known.speech.say("Picture %(number)s", number=one.place),
        src=f"/p/{one.picture.hash}-320.webp",
        alt=one.picture.alt.get(known.speech.language) or (alts[0] if alts else ""),
        within=_shown(one.within, known),
    )
