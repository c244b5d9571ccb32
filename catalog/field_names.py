"""What the fields of an entry are called: one place for the form, for review and for spreadsheets.

Beside an input there is room for a sentence, in a list of differences for a word or two, and the
header of a column is what the import reads back (`catalog.columns`): so a field may have three
names in each language. Where one is missing, the short one stands for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from catalog.languages import LANGUAGES

Words = tuple[str, str, str]


@dataclass(frozen=True)
class _Names:
    """The names of one field, each in (Kazakh, Russian, English)."""

    short: Words
    label: Words | None = None
    header: Words | None = None


def field_name(field: str, language: str) -> str:
    """What a field is called, in Kazakh, Russian or English (for any other language, English)."""
    return FIELD_NAMES[field].short[_position(language)]


def field_label(field: str, language: str) -> str:
    """What a field is called beside its input; a name that isn't known is given back."""
    if field not in FIELD_NAMES:
        return field
    names = FIELD_NAMES[field]
    return (names.label or names.short)[_position(language)]


def field_header(field: str) -> Words:
    """The header of a field's column in our spreadsheets, in all three languages."""
    names = FIELD_NAMES[field]
    return names.header or names.short


def split_field(name: str) -> tuple[str, str]:
    """The field and the language of a name such as `title_kk`; the language is "" for others."""
    stem, _, language = name.rpartition("_")
    return (stem, language) if stem and language in LANGUAGES else (name, "")


def _position(language: str) -> int:
    return {"kk": 0, "ru": 1}.get(language, 2)


FIELD_NAMES: Final[Mapping[str, _Names]] = {
    "college": _Names(("Колледж", "Колледж", "College")),
    "title": _Names(("Атауы", "Название", "Title")),
    "summary": _Names(
        ("Қысқаша", "Кратко", "Summary"),
        label=("Бір-екі сөйлеммен", "В одном-двух предложениях", "In one or two sentences"),
        header=("Қысқаша сипаттама", "Краткое описание", "Summary"),
    ),
    "description": _Names(("Сипаттама", "Описание", "Description")),
    "origin": _Names(
        ("Мәтіннің шығу тегі", "Откуда текст", "Where the text comes from"),
        label=("Мәтін қайдан алынған", "Откуда текст", "Where the text comes from"),
    ),
    "field": _Names(("Бағыты", "Направление", "Field"), label=("Бағыт", "Направление", "Field")),
    "kind": _Names(("Түрі", "Вид", "Kind")),
    "specialty": _Names(("Мамандық", "Специальность", "Specialty")),
    "technologies": _Names(
        ("Технологиялар", "Технологии", "Technologies"),
        header=("Технология", "Технология", "Technology"),
    ),
    "keywords": _Names(("Кілт сөздер", "Ключевые слова", "Keywords")),
    "hall": _Names(("Зал", "Зал", "Hall")),
    "stand": _Names(("Стенд", "Стенд", "Stand")),
    "named": _Names(("Аты аталатын адамдар", "Люди по именам", "People by name")),
    "creators": _Names(
        ("Кім жасады", "Кто сделал", "Made by"),
        label=("Жасағандар", "Создали", "Made by"),
        header=("Қатысушылар", "Участники", "Creators"),
    ),
    "team_size": _Names(
        ("Команда саны", "Размер команды", "Team size"),
        label=("Командадағы адамдар", "Человек в команде", "People in the team"),
    ),
    "course": _Names(("Курс", "Курс", "Year of study"), header=("Курс", "Курс", "Course")),
    "seeking": _Names(
        ("Не іздейді", "Что ищут", "Looking for"),
        label=("Іздейді", "Ищут", "Looking for"),
        header=("Іздейміз", "Ищем", "Seeking"),
    ),
    "contactable": _Names(
        ("Байланысуға болады", "Можно связаться", "May be contacted"),
        label=(
            "Кәсіпорындар осы экспонат туралы колледжге жаза алады",
            "Предприятия могут спрашивать колледж об этом экспонате",
            "Businesses may ask the college about this exhibit",
        ),
        header=("Байланысуға болады", "Можно связаться", "Contactable"),
    ),
    "external_id": _Names(
        ("Сыртқы нөмір", "Внешний номер", "External number"),
        label=("Колледждің өз нөмірі", "Номер в учёте колледжа", "The college’s own number"),
        header=("Сыртқы нөмір", "Внешний номер", "External id"),
    ),
    "links": _Names(("Сілтемелер", "Ссылки", "Links")),
    "pictures": _Names(
        ("Суреттер", "Фотографии", "Pictures"), header=("Суреттер", "Снимки", "Pictures")
    ),
    "alt": _Names(("Суретте не көрінеді", "Что на снимке", "What the picture shows")),
    "nobody_recognizable": _Names(
        ("Танылатын адам жоқ", "Никого нельзя узнать", "Nobody is recognizable"),
        header=("Суретте ешкім танылмайды", "Людей на снимках не узнать", "Nobody recognizable"),
    ),
    "picture_people": _Names(("Суретте кім бар", "Кто на снимке", "Who is in the picture")),
    "power_watts": _Names(
        ("Электр қуаты, Вт", "Электричество, Вт", "Power, W"),
        label=("Электр қуаты, ватт", "Электрическая мощность, Вт", "Electric power, watts"),
        header=("Қуаты, Вт", "Мощность, Вт", "Power, watts"),
    ),
    "floor_area": _Names(
        ("Алаңы, м²", "Площадь, м²", "Floor area, m²"),
        header=("Ауданы, м²", "Площадь, м²", "Floor area, m²"),
    ),
    "network": _Names(
        ("Интернет", "Интернет", "Network"),
        label=("Интернет керек", "Нужен интернет", "Needs the internet"),
        header=("Интернет", "Интернет", "Internet"),
    ),
    "noise": _Names(("Шу", "Шум", "Noise"), label=("Шу шығарады", "Шумит", "Makes noise")),
    "fire": _Names(
        ("От және қызу", "Огонь и нагрев", "Fire and heat"),
        label=(
            "Ашық от не ыстық бөлшектер бар",
            "Есть открытый огонь или горячие части",
            "Has open fire or hot parts",
        ),
        header=("Ашық от", "Открытый огонь", "Open fire"),
    ),
    "people": _Names(("Стендтегі адамдар", "Людей у стенда", "People at the stand")),
    "teacher_phone": _Names(
        (
            "Жауапты оқытушының телефоны",
            "Телефон ответственного преподавателя",
            "Phone of the responsible teacher",
        ),
        label=(
            "Жауапты оқытушының телефоны",
            "Телефон ответственного преподавателя",
            "Phone of the teacher in charge",
        ),
        header=("Жетекші телефоны", "Телефон руководителя", "Teacher phone"),
    ),
    "code": _Names(("Код", "Код", "Code")),
    "picture_alt": _Names(("Суретте не бар", "Что на снимках", "What the pictures show")),
}
