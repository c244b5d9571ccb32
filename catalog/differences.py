"""What differs between two states of an entry, field by field, so that a person can read it.

Texts are compared word by word, lists value by value, pictures by what they show. Every difference
holds both sides: what it keeps and removes is the former value, what it keeps and adds the new one.
Values stay slugs and members of the catalog; whoever shows them names them.
"""

import dataclasses
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Any, Final

from catalog.drafts import Draft, DraftPicture, DraftText
from catalog.languages import LANGUAGES

# Below this share of kept words the two texts have nothing to do with each other, and a patchwork
# of chance words reads worse than both of them whole.
_LEAST_KEPT: Final = 0.25
_TOKEN: Final = re.compile(r"(\s*)([^\W_]+|\S|$)")


class Mark(StrEnum):
    """What became of a piece of a text or a value of a list."""

    KEPT = "kept"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A stretch of a text and what became of it; no piece is empty."""

    mark: Mark
    text: str


@dataclass(frozen=True)
class TextDifference:
    """A text in one language, in pieces; no two neighbours have the same mark."""

    field: str
    language: str
    pieces: tuple[Piece, ...]

    @property
    def before(self) -> str:
        return "".join(one.text for one in self.pieces if one.mark is not Mark.ADDED)

    @property
    def after(self) -> str:
        return "".join(one.text for one in self.pieces if one.mark is not Mark.REMOVED)


@dataclass(frozen=True)
class ValueDifference:
    """A single value; None stands for nothing. `language` is that of the text it belongs to."""

    field: str
    before: Any
    after: Any
    language: str = ""


@dataclass(frozen=True)
class ListDifference:
    """The values of a list: those of the new one in its order, then what was removed.

    Where only the order changed, every value is kept and `reordered` says so.
    """

    field: str
    values: tuple[tuple[Mark, Any], ...]
    reordered: bool


@dataclass(frozen=True)
class PictureDifference:
    """A picture: `place` is its number among the new ones, from 1, or among the old if removed."""

    mark: Mark
    picture: DraftPicture
    place: int
    within: tuple["TextDifference | ValueDifference | ListDifference", ...] = ()


@dataclass(frozen=True)
class PicturesDifference:
    """The pictures that are new, gone or changed; `reordered` as for a list."""

    field: str
    pictures: tuple[PictureDifference, ...]
    reordered: bool


Difference = TextDifference | ValueDifference | ListDifference | PicturesDifference


def differences(before: Draft | None, after: Draft) -> tuple[Difference, ...]:
    """Every field in which two drafts differ, by the names of `catalog.values`; equal drafts: none.

    Without a former draft everything that is there was added.
    """
    return tuple(_of_fields(before, after))


def text_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces of two texts, word by word.

    Takes time in the product of their words, a 64th of it a step: milliseconds for 5,000
    characters, whatever they are.
    """
    old, new = _tokens(before), _tokens(after)
    pieces = list(_marked(old, new))
    kept = sum(len(piece.text) for piece in pieces if piece.mark is Mark.KEPT)
    if kept < _LEAST_KEPT * min(len(before), len(after)):
        return _joined([Piece(Mark.REMOVED, before), Piece(Mark.ADDED, after)])
    return _joined(_without_crumbs(pieces))


def _of_fields(before: Any, after: Any) -> Iterator[Difference]:
    """The differences of two values of one dataclass, field by field; either may be None."""
    for one in dataclasses.fields(after if after is not None else before):
        old, new = getattr(before, one.name, None), getattr(after, one.name, None)
        if old != new:
            yield from _of_values(one.name, old, new)


def _of_values(name: str, old: Any, new: Any) -> Iterator[Difference]:
    some = new if new is not None else old
    if name == "texts":
        yield from _texts(old or {}, new or {})
    elif name == "pictures":
        found = _pictures(old or (), new or ())
        if found.pictures or found.reordered:
            yield found
    elif isinstance(some, frozenset):
        yield from _of_values(name, tuple(sorted(old or ())), tuple(sorted(new)))
    elif isinstance(some, tuple):
        if old or new:
            yield _list(name, old or (), new or ())
    elif dataclasses.is_dataclass(some):
        yield from _of_fields(old, new)
    elif (old or None) != (new or None):
        yield ValueDifference(name, old, new)


def _texts(
    before: Mapping[str, DraftText], after: Mapping[str, DraftText]
) -> Iterator[TextDifference | ValueDifference]:
    nothing = DraftText()
    for language in LANGUAGES:
        old, new = before.get(language, nothing), after.get(language, nothing)
        for name in ("title", "summary", "description"):
            yield from _text(name, language, getattr(old, name), getattr(new, name))
        if language in after and old.origin != new.origin:
            was = old.origin if language in before else None
            yield ValueDifference("origin", was, new.origin, language)


def _text(name: str, language: str, old: str, new: str) -> Iterator[TextDifference]:
    if old != new:
        yield TextDifference(name, language, text_pieces(old, new))


def _list(name: str, old: Sequence[Any], new: Sequence[Any]) -> ListDifference:
    stayed, staying = list(_shared(old, new)), list(_shared(new, old))
    values = [(Mark.KEPT if kept else Mark.ADDED, value) for value, kept in staying]
    values += [(Mark.REMOVED, value) for value, kept in stayed if not kept]
    moved = [value for value, kept in stayed if kept] != [value for value, kept in staying if kept]
    return ListDifference(name, tuple(values), reordered=moved)


def _shared(values: Sequence[Any], others: Sequence[Any]) -> Iterator[tuple[Any, bool]]:
    """Each value, and whether it is among the others; what stands there once is found once."""
    left = list(others)
    for value in values:
        found = value in left
        if found:
            left.remove(value)
        yield value, found


def _pictures(before: Sequence[DraftPicture], after: Sequence[DraftPicture]) -> PicturesDifference:
    old = {one.hash: one for one in before}
    new = {one.hash: one for one in after}
    found = []
    for place, picture in enumerate(after, start=1):
        if picture.hash not in old:
            found.append(PictureDifference(Mark.ADDED, picture, place))
        elif old[picture.hash] != picture:
            within = tuple(_within_picture(old[picture.hash], picture))
            found.append(PictureDifference(Mark.KEPT, picture, place, within))
    found += [
        PictureDifference(Mark.REMOVED, picture, place)
        for place, picture in enumerate(before, start=1)
        if picture.hash not in new
    ]
    moved = [one for one in old if one in new] != [one for one in new if one in old]
    return PicturesDifference("pictures", tuple(found), reordered=moved)


def _within_picture(
    old: DraftPicture, new: DraftPicture
) -> Iterator[TextDifference | ValueDifference | ListDifference]:
    for language in LANGUAGES:
        yield from _text("alt", language, old.alt.get(language, ""), new.alt.get(language, ""))
    for one in dataclasses.fields(DraftPicture):
        was, now = getattr(old, one.name), getattr(new, one.name)
        if one.name not in ("hash", "alt") and was != now:
            if isinstance(now, tuple):
                # "people" alone are those at the stand.
                yield _list(f"picture_{one.name}", was, now)
            else:
                yield ValueDifference(one.name, was, now)


def _tokens(text: str) -> list[tuple[str, str]]:
    """Words and single signs, each with the blanks before it; the last has only blanks."""
    return [(match[1], match[2]) for match in _TOKEN.finditer(text)]


def _marked(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> Iterator[Piece]:
    """Pieces along a longest common sequence of words; blanks follow the word after them."""
    # Comparing texts is rare, and the editor's start needn't wait for it.
    from rapidfuzz.distance import Indel

    # Numbers, because two different words may have one hash.
    numbers: dict[str, int] = {}
    lines = [[numbers.setdefault(word, len(numbers)) for _, word in side] for side in (old, new)]
    for step in Indel.opcodes(*lines):
        removed = old[step.src_start : step.src_end]
        added = new[step.dest_start : step.dest_end]
        if step.tag != "equal":
            yield Piece(Mark.REMOVED, "".join(blank + word for blank, word in removed))
            yield Piece(Mark.ADDED, "".join(blank + word for blank, word in added))
            continue
        for (was, word), (now, _) in zip(removed, added, strict=True):
            if was == now:
                yield Piece(Mark.KEPT, was + word)
            else:
                yield Piece(Mark.REMOVED, was)
                yield Piece(Mark.ADDED, now)
                yield Piece(Mark.KEPT, word)


def _without_crumbs(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """The pieces, where a lone comma or blank between two changes counts as changed with them."""
    whole = _joined(pieces)
    for position, piece in enumerate(whole):
        between = 0 < position < len(whole) - 1
        if piece.mark is Mark.KEPT and between and not re.search(r"\w", piece.text):
            yield Piece(Mark.REMOVED, piece.text)
            yield Piece(Mark.ADDED, piece.text)
        else:
            yield piece


def _joined(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Neighbours in one: between two kept pieces at most one removed and, after it, one added."""
    joined: list[Piece] = []
    filled = (piece for piece in pieces if piece.text)
    for _, run in groupby(filled, key=lambda piece: piece.mark is Mark.KEPT):
        some = list(run)
        for mark in (Mark.KEPT, Mark.REMOVED, Mark.ADDED):
            text = "".join(piece.text for piece in some if piece.mark is mark)
            if text:
                joined.append(Piece(mark, text))
    return tuple(joined)
