"""What the index is given: documents in several languages and the concepts they are tagged with."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

# About 480 of the encoder's 512 tokens in Kazakh, the language that needs the most. Cutting at
# 1,200 instead lost 0.02 nDCG@10 on KazQAD: a passage is best left whole while it fits.
PASSAGE_CHARACTERS = 1800
_BOUNDARY = re.compile(r"(?<=[.!?…])\s+|\n+")


@dataclass(frozen=True, slots=True)
class Text:
    """A document's text in one language (`kk`, `ru` or `en`)."""

    language: str
    title: str
    summary: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """One thing that can be found.

    `concepts` are slugs of the vocabulary; `names` are words that lead to the document without
    telling what it is about (its college, its specialty); `facets` maps a facet to its values and
    `sort_keys` an order's name to bytes that place this document in it, without zero bytes and
    compared byte by byte; where they are equal, the code decides.
    """

    code: str
    texts: tuple[Text, ...]
    concepts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort_keys: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Concept:
    """A term of the vocabulary: its labels by language, the preferred one first."""

    slug: str
    labels: Mapping[str, tuple[str, ...]]
    broader: tuple[str, ...] = ()


def passages(text: Text) -> Iterator[str]:
    """The stretches of a text that are encoded, each headed by the title.

    A short text is one passage of at most PASSAGE_CHARACTERS. A long body is cut at sentence ends
    into several, so that what stands in its last paragraph is found too.
    """
    opening = "\n".join(part for part in (text.title, text.summary) if part)
    room = max(PASSAGE_CHARACTERS - len(opening), PASSAGE_CHARACTERS // 2)
    pieces = list(_pieces(text.body, room)) or [""]
    for position, piece in enumerate(pieces):
        head = opening if position == 0 else text.title
        yield "\n".join(part for part in (head, piece) if part)


def _pieces(body: str, room: int) -> Iterator[str]:
    piece = ""
    for sentence in _BOUNDARY.split(body.strip()):
        for start in range(0, len(sentence), room):
            part = sentence[start : start + room]
            if piece and len(piece) + len(part) >= room:
                yield piece
                piece = part
            else:
                piece = f"{piece} {part}" if piece else part
    if piece:
        yield piece


def content_hash(text: str) -> bytes:
    """16 bytes that name a passage's content; equal texts share their vector."""
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
