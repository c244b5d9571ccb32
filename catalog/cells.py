"""What one cell of a spreadsheet says: keep what is there, clear it, or a value."""

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final, TypeVar

from catalog.choices import Kind, Role, Seeking
from catalog.texts import clean_line, clean_text, folded


@dataclass(frozen=True)
class Broken:
    """A cell without a value: an error such as #REF!, or a formula that nobody has calculated."""

    shown: str
    formula: bool


Cell = (
    str | int | float | bool | Decimal | datetime | date | time | list[Any] | dict[str, Any] | Broken
    | None
)  # fmt: skip

_KEEP: Final = frozenset(("", "-", "–", "—", "нет", "жоқ"))
_CLEAR: Final = frozenset(("[clear]", "[очистить]", "[тазарту]"))
_YES: Final = frozenset(("да", "иә", "ия", "yes", "true", "1", "+"))
_NO: Final = frozenset(("нет", "жоқ", "no", "false", "0"))

_KINDS: Final[Mapping[Kind, str]] = {
    Kind.PRODUCT: "продукт | изделие | товар | өнім | бұйым",
    Kind.PROTOTYPE: "прототип | опытный образец | макет | тәжірибелік үлгі",
    Kind.SOFTWARE: "программное обеспечение | программа для эвм | приложение | по | бағдарламалық қамтамасыз ету | қосымша | бағдарламалық жасақтама",
    Kind.PROGRAMME: "программа | учебная программа | образовательная программа | инновационная программа | бағдарлама | оқу бағдарламасы | білім беру бағдарламасы | инновациялық бағдарлама | program",
    Kind.RESEARCH: "исследование | научная работа | зерттеу",
    Kind.CRAFT: "ремесло | ручная работа | қолөнер",
    Kind.SERVICE: "услуга | сервис | қызмет",
}  # fmt: skip
_ROLES: Final[Mapping[Role, str]] = {
    Role.AUTHOR: "автор | студент | author",
    Role.PRESENTER: "докладчик | представляет | баяндамашы | таныстырушы",
    Role.SUPERVISOR: "руководитель | наставник | преподаватель | жетекші | жетекшісі | оқытушы",
}
_SEEKING: Final[Mapping[Seeking, str]] = {
    Seeking.INTERNSHIP: "стажировка | практика | стажировку | тағылымдама | тәжірибе",
    Seeking.PILOT: "пилот | пилотный проект | апробация | пилоттық жоба",
    Seeking.INVESTMENT: "инвестиции | инвестор | инвестиция",
    Seeking.HACKATHON: "хакатон",
}

Choice = TypeVar("Choice", bound=StrEnum)


def _by_label(labels: Mapping[Choice, str]) -> dict[str, Choice]:
    known = {label.strip(): choice for choice, text in labels.items() for label in text.split("|")}
    return {**known, **{str(choice): choice for choice in labels}}


KINDS: Final = _by_label(_KINDS)
ROLES: Final = _by_label(_ROLES)
SEEKING: Final = _by_label(_SEEKING)


# What a choice is called in a spreadsheet of ours, in Kazakh, Russian and English.
KIND_NAMES: Final[Mapping[Kind, tuple[str, str, str]]] = {
    Kind.PRODUCT: ("Бұйым", "Изделие", "Product"),
    Kind.PROTOTYPE: ("Прототип", "Прототип", "Prototype"),
    Kind.SOFTWARE: (
        "Бағдарламалық қамтамасыз ету", "Программное обеспечение", "Software",
    ),
    Kind.PROGRAMME: ("Оқу бағдарламасы", "Учебная программа", "Programme"),
    Kind.RESEARCH: ("Зерттеу", "Исследование", "Research"),
    Kind.CRAFT: ("Қолөнер", "Ремесло", "Craft"),
    Kind.SERVICE: ("Қызмет", "Услуга", "Service"),
}  # fmt: skip
ROLE_NAMES: Final[Mapping[Role, tuple[str, str, str]]] = {
    Role.AUTHOR: ("автор", "автор", "author"),
    Role.PRESENTER: ("баяндамашы", "докладчик", "presenter"),
    Role.SUPERVISOR: ("жетекші", "руководитель", "supervisor"),
}
SEEKING_NAMES: Final[Mapping[Seeking, tuple[str, str, str]]] = {
    Seeking.INTERNSHIP: ("тағылымдама", "стажировка", "internship"),
    Seeking.PILOT: ("пилоттық жоба", "пилотный проект", "pilot"),
    Seeking.INVESTMENT: ("инвестиция", "инвестиции", "investment"),
    Seeking.HACKATHON: ("хакатон", "хакатон", "hackathon"),
}
CHOICE_NAMES: Final[Mapping[str, Mapping[Any, tuple[str, str, str]]]] = {
    "kind": KIND_NAMES,
    "creators": ROLE_NAMES,
    "seeking": SEEKING_NAMES,
}
YES_NO: Final = {True: ("иә", "да", "yes"), False: ("жоқ", "нет", "no")}
CLEAR: Final = ("[тазарту]", "[очистить]", "[clear]")

# A `;` that stands for itself is written `\;`.
_SEMICOLON: Final = re.compile(r"(?<!\\);")


class NotAText(ValueError):
    """A cell holds nested data where a text is needed."""


def as_text(cell: Cell) -> str:
    """A cell as a person sees it: whole numbers without a fraction, dates in ISO form.

    Raises NotAText for a list or nested data.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if math.isfinite(cell) and cell.is_integer() else str(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
    if isinstance(cell, int | Decimal | date | time):
        return str(cell)
    if isinstance(cell, Broken):
        return cell.shown
    raise NotAText(f"{type(cell).__name__} where a text is needed")


def keeps(cell: Cell) -> bool:
    """Whether the cell says to leave what is there: empty, `-`, нет, жоқ."""
    return cell is None or (isinstance(cell, str) and folded(cell) in _KEEP)


def clears(cell: Cell) -> bool:
    """Whether the cell says to remove what is there: [clear], [очистить], [тазарту]."""
    return isinstance(cell, str) and folded(cell) in _CLEAR


def as_line(cell: Cell) -> str:
    return clean_line(_meant(as_text(cell)))


def as_paragraphs(cell: Cell) -> str:
    return clean_text(_meant(as_text(cell)))


def as_items(cell: Cell) -> list[str]:
    """The parts of a list: of a JSON list its members, of a text what stands between `;`."""
    if isinstance(cell, list):
        lines = [clean_line(as_text(part)) for part in cell]
    else:
        parts = _SEMICOLON.split(as_text(cell))
        lines = [clean_line(part).replace(r"\;", ";") for part in parts]
    return [line for line in lines if line]


def written(text: str) -> str:
    """A text as a cell: what would mean to keep or to clear gets an apostrophe before it."""
    return f"'{text}" if _is_sign(text.lstrip("'")) else text


def written_items(items: Iterable[str]) -> str:
    """A list as one cell, such that `as_items` reads the same items."""
    parts = [item.replace(";", r"\;") for item in items]
    text = "; ".join(f"{part} " if part.endswith("\\") else part for part in parts)
    # A single item that would mean to keep or to clear is a list by its `;`.
    return f"{text};" if _is_sign(text) else text


def _meant(text: str) -> str:
    """A cell's text without the apostrophe that says a sign of ours is just a word here."""
    line = clean_line(text)
    return line[1:] if line.startswith("'") and _is_sign(line.lstrip("'")) else text


def _is_sign(text: str) -> bool:
    return folded(text) in _KEEP - {""} or folded(text) in _CLEAR


def as_number(cell: Cell) -> int | None:
    """A whole number, or None if the cell is none."""
    text = as_line(cell)
    if text.isascii() and text.removeprefix("-").isdecimal() and len(text) <= 9:
        return int(text)
    return None


def as_flag(cell: Cell) -> bool | None:
    """Yes or no in three languages, or None if the cell says neither."""
    text = folded(as_text(cell))
    return True if text in _YES else False if text in _NO else None
