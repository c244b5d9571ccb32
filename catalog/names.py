"""Names as people mean them: legal forms, quotes and case don't count; and slugs made of them."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from rapidfuzz import fuzz, process

from catalog.texts import folded

# Without АҚ (акционерлік қоғам): «Ақ толқын» begins with the word "white".
LEGAL_FORMS: Final = frozenset(
    ("кгкп", "гккп", "гкп", "кгу", "тоо", "чу", "ао", "нао", "мкқк", "кмқк", "мкк", "кмкк", "кмм",
     "жшс", "жшқ", "llp", "llc", "ltd", "inc", "gmbh")
)  # fmt: skip
_NOT_A_LETTER: Final = re.compile(r"[^\w+#]+")
_LATIN: Final = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхыэ", "abvgdeziyklmnoprstufhye", strict=True)),
        "ё": "e", "ж": "zh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "", "ь": "",
        "ю": "yu", "я": "ya", "ә": "a", "ғ": "g", "қ": "q", "ң": "n", "ө": "o", "ұ": "u",
        "ү": "u", "һ": "h", "і": "i",
    }
)  # fmt: skip
_SUGGESTION_FLOOR: Final = 70


def plain_name(text: str) -> str:
    """The form in which two ways of writing one name meet: `КГКП «Колледж»` and `колледж`."""
    words = _NOT_A_LETTER.sub(" ", folded(text)).split()
    kept = [word for word in words if word not in LEGAL_FORMS]
    # A name of signs alone ("!!!") is still a name.
    return " ".join(kept or words) or folded(text)


def title_likeness(one: str, other: str) -> float:
    """From 0 to 100 how alike two titles are as they are written, the order of words aside."""
    return float(fuzz.token_sort_ratio(plain_name(one), plain_name(other)))


def slug_of(text: str, used: Collection[str] = ()) -> str:
    """A slug in Latin letters for a name in any language, different from the used ones."""
    latin = folded(text).translate(_LATIN)
    stem = re.sub(r"[^a-z0-9]+", "-", latin)[:60].strip("-") or "x"
    slug, number = stem, 2
    while slug in used:
        slug, number = f"{stem}-{number}", number + 1
    return slug


class NameBook:
    """Slugs by any of their names; finds one exactly, or suggests the nearest."""

    def __init__(self, names: Iterable[tuple[str, str]] = ()) -> None:
        self._slugs: dict[str, dict[str, None]] = {}
        self._written: dict[str, str] = {}
        for name, slug in names:
            self.add(name, slug)

    def add(self, name: str, slug: str) -> None:
        plain = plain_name(name)
        if plain:
            self._slugs.setdefault(plain, {})[slug] = None
            self._written.setdefault(plain, name)

    def find(self, name: str) -> tuple[str, ...]:
        """Every slug that goes by this name: none, one, or several when the name is ambiguous."""
        return tuple(self._slugs.get(plain_name(name), ()))

    def suggest(self, name: str) -> str | None:
        """The name nearest to a mistyped one, as it is written in the catalog; None if none is."""
        found = process.extractOne(
            plain_name(name), self._written.keys(), scorer=fuzz.WRatio,
            score_cutoff=_SUGGESTION_FLOOR,
        )  # fmt: skip
        return self._written[found[0]] if found else None


def names_in(row: Mapping[str, object], column: str) -> dict[str, str]:
    """The texts of a column family (`name` -> name_kk, name_ru, name_en) of a data file's line."""
    found = ((language, row.get(f"{column}_{language}")) for language in ("kk", "ru", "en"))
    return {language: str(value) for language, value in found if value}
