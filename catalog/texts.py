"""What people typed, made fit to keep: one Unicode form, no invisible tricks, no stray spaces."""

import re
import unicodedata
from typing import Final

# Soft hyphen, zero width space, word joiner, byte order mark; direction marks, overrides and
# isolates (U+202E turns "gpj.exe" into "exe.jpg"). Zero width joiners stay: emoji need them.
_INVISIBLE: Final = re.compile(
    "[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_CONTROL: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_ENDS: Final = re.compile("\r\n|\r|\u2028|\u2029|\x85")
_BLANKS: Final = re.compile(r"[^\S\n]+")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def clean_line(text: str) -> str:
    """One line: NFC, control and invisible characters dropped, runs of blanks made one space.

    NUL is kept for `has_nul` to find: it is the mark of a damaged file, never of a typist.
    """
    return " ".join(_without_tricks(text).split())


def clean_text(text: str) -> str:
    """Paragraphs: as `clean_line`, but line ends stay and at most one empty line between two."""
    lines = (_BLANKS.sub(" ", line).rstrip() for line in _without_tricks(text).split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip()


def has_nul(text: str) -> bool:
    return "\0" in text


def folded(text: str) -> str:
    """The form in which two names or titles are the same: case, width, ё and spacing don't count."""
    return clean_line(unicodedata.normalize("NFKC", text)).casefold().replace("ё", "е")


def shortened(text: str, limit: int) -> str | None:
    """The text cut between two words to `limit` characters, ending in "…"; None if it has none.

    A cut is only made in the last third, so that what stays still says what it is about.
    """
    if len(text) <= limit:
        return text
    end = text.rfind(" ", 0, limit)
    if end < limit * 2 // 3:
        return None
    return text[:end].rstrip(" ,;:–—-") + "…"


def excerpt(text: str) -> str:
    """Enough of a long value to recognize it by in a list of problems; a NUL is made visible."""
    shown = text.replace("\0", "\N{SYMBOL FOR NULL}")
    return shown if len(shown) <= 80 else shown[:79] + "…"


def _without_tricks(text: str) -> str:
    text = _CONTROL.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
