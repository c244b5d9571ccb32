"""What can change in a showcase, and how it is told that somebody else changed the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalog.refusals import Reason, Refused
from catalog.terms import FAIRS_CLOCK

ORDER: Final = "order"
_EXHIBIT: Final = "exhibit:"
_NAMES: Final[Mapping[str, tuple[str, str, str]]] = {
    "title": ("атауы", "название", "title"),
    "introduction": ("кіріспесі", "вступление", "introduction"),
    "slug": ("мекенжайы", "адрес", "address"),
    "query": ("сұрауы", "запрос", "query"),
    "cover": ("мұқабасы", "обложка", "cover"),
    "starts_at": ("басталу уақыты", "начало показа", "start"),
    "ends_at": ("аяқталу уақыты", "конец показа", "end"),
    "state": ("жариялануы", "публикация", "publication"),
    ORDER: ("экспонаттар реті", "порядок экспонатов", "order of exhibits"),
}
_LANGUAGES: Final[Mapping[str, tuple[str, str, str]]] = {
    "kk": ("қазақша", "на казахском", "Kazakh"),
    "ru": ("орысша", "на русском", "Russian"),
    "en": ("ағылшынша", "на английском", "English"),
}
_SOMEBODY: Final = ("Біреу", "Кто-то", "Somebody")
_AN_EXHIBIT: Final = ("{code} экспонаты", "экспонат {code}", "exhibit {code}")


@dataclass(frozen=True)
class Changed:
    """One change by somebody else: who (empty: nobody known), when, and the parts in question."""

    who: str
    at: datetime
    parts: tuple[str, ...]


class ShowcaseChanged(Refused):
    """Others changed meanwhile what one was about to change; `changes` says who and what."""

    def __init__(self, changes: Sequence[Changed]) -> None:
        self.changes = tuple(changes)
        super().__init__(Reason.SHOWCASE_CHANGED)

    def sentence(self, language: str) -> str:
        """Who changed what, and when by the fair's clock."""
        position = {"kk": 0, "ru": 1}.get(language, 2)
        self.facts = {
            "what": "; ".join(
                f"{one.who or _SOMEBODY[position]}"
                f" ({one.at.astimezone(FAIRS_CLOCK):%d.%m.%Y, %H:%M}):"
                f" {', '.join(part_name(part, language) for part in one.parts)}"
                for one in self.changes
            )
        }
        return super().sentence(language)


def of_exhibit(code: str) -> str:
    """The part that is whether and how an exhibit is in a showcase."""
    return f"{_EXHIBIT}{code}"


def part_name(part: str, language: str) -> str:
    """What a part of a showcase is called, in Kazakh, Russian or English."""
    position = {"kk": 0, "ru": 1}.get(language, 2)
    if part.startswith(_EXHIBIT):
        return _AN_EXHIBIT[position].format(code=part.removeprefix(_EXHIBIT))
    if part in _NAMES:
        return _NAMES[part][position]
    name, _, written_in = part.rpartition("_")
    return f"{_NAMES[name][position]} ({_LANGUAGES[written_in][position]})"
