"""The columns of a spreadsheet of exhibits, by whatever header a person gave them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from catalog.texts import folded


@dataclass(frozen=True)
class Column:
    """What one column holds: a field, perhaps in one language, perhaps one of several (`_2`)."""

    field: str
    language: str | None = None
    number: int | None = None

    @property
    def name(self) -> str:
        parts = (self.field, self.language, self.number)
        return "_".join(str(part) for part in parts if part is not None)


IN_LANGUAGES: Final = frozenset({"title", "summary", "description", "specialty"})
LISTS: Final = frozenset({"technologies", "keywords", "creators", "seeking", "links", "pictures"})

_HEADERS: Final[Mapping[str, str]] = {
    "code": "code | код | код экспоната | экспонат коды",
    # Not "№": a running number names another exhibit in the next file, and would overwrite it.
    "external_id": "external id | внешний номер | внешний код | id | ид | сыртқы нөмір",
    "college": "college | колледж | организация | organization | учебное заведение | оқу орны | колледж атауы",
    "field": "field | направление | отрасль | сфера | область | бағыт | бағыты | сала",
    "kind": "kind | type | вид | тип | вид экспоната | түрі | экспонат түрі | жұмыс түрі",
    "title": "title | name | название | наименование | название проекта | название экспоната | тема | атауы | атау | жоба атауы | экспонат атауы | жұмыс атауы | тақырып",
    "summary": "summary | кратко | краткое описание | аннотация | қысқаша | қысқаша сипаттама | түйін",
    "description": "description | описание | подробное описание | полное описание | сипаттама | толық сипаттама | сипаттамасы",
    "technologies": "technologies | technology | технологии | технология | технологиялар",
    "keywords": "keywords | keyword | tags | ключевые слова | теги | кілт сөздер | түйін сөздер",
    "specialty": "specialty | speciality | специальность | мамандық | мамандығы",
    "hall": "hall | зал | павильон | залы",
    "stand": "stand | booth | стенд | номер стенда | место | стенд нөмірі",
    "creators": "creators | roles | участники | роли | авторы | қатысушылар | рөлдер | авторлар",
    "team_size": "team size | team | размер команды | команда | число участников | количество участников | команда саны | қатысушылар саны",
    "course": "course | year of study | курс",
    "seeking": "seeking | looking for | ищем | ищут | что ищем | іздейміз | іздейді | не іздейді",
    "contactable": "contactable | можно связаться | связь | байланысуға болады",
    "links": "links | link | ссылки | ссылка | сілтемелер | сілтеме",
    "power_watts": "power watts | power | watts | мощность вт | мощность | қуаты вт | қуаты",
    "floor_area": "floor area | floor area m2 | area | площадь м2 | площадь | ауданы м2 | ауданы",
    "network": "network | internet | интернет | сеть | желі",
    "noise": "noise | шум | шу",
    "fire": "fire | open fire | открытый огонь | огонь | ашық от",
    "people": "people | people at the stand | людей у стенда | человек у стенда | стендтегі адамдар",
    "teacher_phone": "teacher phone | телефон руководителя | телефон преподавателя | жетекші телефоны | мұғалім телефоны",
    "pictures": "pictures | picture | photos | photo | снимки | снимок | фото | фотографии | картинки | изображения | суреттер | сурет | фотолар",
    "picture_alt": "picture alt | alt | what the pictures show | подпись к снимкам | описание снимков | что на снимках | суреттердің сипаттамасы | суретте не бар",
    "nobody_recognizable": "nobody recognizable | никого не узнать | людей на снимках не узнать | суретте ешкім танылмайды",
    # What files of ours tell and nobody reads back.
    "error": "error | ошибка | қате",
    "state": "state | status | состояние | статус | күйі",
}  # fmt: skip

_FIELD_OF: Final = {
    header.strip(): name for name, headers in _HEADERS.items() for header in headers.split("|")
}
FIELDS: Final = tuple(_HEADERS)

_LANGUAGE_MARKS: Final = {
    "kk": "kk kaz kz каз казахский казахском қаз қазақ қазақша kazakh",
    "ru": "ru rus рус русский русском орыс орысша russian",
    "en": "en eng анг англ английский английском ағыл ағылшын ағылшынша english",
}
_LANGUAGE_OF: Final = {
    mark: language for language, marks in _LANGUAGE_MARKS.items() for mark in marks.split()
}
_FILLERS: Final = frozenset(
    ("на", "в", "по", "языке", "яз", "язык", "тілі", "тілінде", "тілде", "in", "the", "language")
)


def recognize(header: str) -> Column | None:
    """The column that a header names, in any of the three languages; None for an unknown one.

    `title_kk`, `Название (каз.)`, `Атауы қазақ тілінде`, `Технология 2` are all understood.
    """
    words = re.sub(r"[\W_]+", " ", folded(header)).split()
    language = number = None
    rest: list[str] = []
    for word in words:
        if word in _LANGUAGE_OF and rest:
            language = _LANGUAGE_OF[word]
        elif word.isdecimal() and rest and len(word) <= 2:
            number = int(word)
        else:
            rest.append(word)
    name = _FIELD_OF.get(" ".join(rest))
    if name is None:
        name = _FIELD_OF.get(" ".join(word for word in rest if word not in _FILLERS))
    if name is None or (language and name not in IN_LANGUAGES):
        return None
    if number is not None and name not in LISTS:
        return None
    return Column(name, language, number)


def parse_field(text: str) -> Column | None:
    """A column by its canonical name alone: `title`, `title_kk`, `technologies_2`."""
    column = recognize(text)
    return column if column is not None and column.name == text.strip() else None


def assign(
    headers: Sequence[str], mapping: Mapping[str, str]
) -> tuple[dict[str, Column], tuple[str, ...]]:
    """Which header holds which column, and the headers nobody knows.

    `mapping` (canonical column -> header) comes first: a header it names is nothing else, and a
    column it fills is filled by no other header. Of two headers for one column the first is taken.
    """
    assigned: dict[str, Column] = {}
    taken: set[Column] = set()
    for name, header in mapping.items():
        column = parse_field(name)
        if column is not None and header in headers:
            assigned[header] = column
            taken.add(column)
    unknown = []
    for header in headers:
        if header in assigned or not header:
            continue
        column = recognize(header)
        if column is None or column in taken:
            unknown.append(header)
        else:
            assigned[header] = column
            taken.add(column)
    return assigned, tuple(unknown)


def known_headers(cells: Iterable[str]) -> int:
    """How many of a row's cells name a column: the row with most is the header."""
    return len({column for cell in cells if cell and (column := recognize(cell)) is not None})


def names_work(cells: Iterable[str]) -> bool:
    """Whether one of a row's cells names a column by which a work is known."""
    known = (recognize(cell) for cell in cells if cell)
    return any(column and column.field in ("title", "code", "external_id") for column in known)
