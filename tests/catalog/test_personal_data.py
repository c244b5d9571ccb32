import json
import time
from pathlib import Path

import pytest

from catalog.drafts import Draft, DraftPicture, DraftText
from catalog.personal_data import find, warnings_for
from catalog.problems import ProblemCode

DEMO = Path(__file__).parents[2] / "data" / "demo" / "exhibits"
NAME, PHONE, EMAIL = (
    ProblemCode.NAME_IN_TEXT, ProblemCode.PHONE_IN_TEXT, ProblemCode.EMAIL_IN_TEXT,
)  # fmt: skip
PAGE, IIN = ProblemCode.MESSENGER_IN_TEXT, ProblemCode.IIN_IN_TEXT


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Проект подготовила Айгерим Сапарова, студентка 3 курса.", ["Айгерим Сапарова"]),
        ("Алмас Серікұлы мен Дана Ержанқызы жасады.", ["Алмас Серікұлы", "Дана Ержанқызы"]),
        ("Руководитель: Иванова Анна Петровна.", ["Иванова Анна"]),
        ("Жетекшісі: Құралай Төлегенова", ["Құралай Төлегенова"]),
        ("Авторы — Жанболат Ким.", ["Жанболат Ким"]),
        ("По вопросам пишите Ахметову Б. К.", ["Ахметову Б. К."]),
        ("Робот собран А.Ж. Ахметовой.", ["А.Ж. Ахметовой"]),
        ("Made by Aigerim Saparova and others.", ["Aigerim Saparova"]),
        ("Наш преподаватель Сергей Викторович помог.", ["Сергей Викторович"]),
        ("Идея — Нұрсұлтан Әбілқасымовқа.", ["Нұрсұлтан Әбілқасымовқа"]),
        ("Спасибо Марине Васильевне Кузнецовой.", ["Марине Васильевне Кузнецовой"]),
        ("Жандос Қайратұлының жобасы.", ["Жандос Қайратұлының"]),
        ("Мы с Олжасом Муратовым сделали датчик.", ["Олжасом Муратовым"]),
        ("Сериков Алмас Ержанович", ["Сериков Алмас Ержанович"]),
        ("Серік Алмас, 2-курс", ["Серік Алмас"]),
    ],
)
def test_names_are_found_in_their_languages_and_cases(text: str, names: list[str]) -> None:
    assert [(one.code, one.text) for one in find(text)] == [(NAME, name) for name in names]


@pytest.mark.parametrize(
    "number",
    [
        "+7 701 123 45 67", "8 (727) 244-55-66", "87011234567", "+77011234567", "8-701-123-45-67",
        "8 701 1234567", "+998 90 123 45 67", "701-123-45-67", "+7(705)1234567", "8 7172 70-12-34",
    ],
)  # fmt: skip
def test_phone_numbers_are_found_however_they_are_written(number: str) -> None:
    (found,) = find(f"Звоните: {number}, спросить вахту.")

    assert (found.code, found.text, found.start) == (PHONE, number, 9)


@pytest.mark.parametrize(
    ("text", "code", "found"),
    [
        ("тел. 244-55-66", PHONE, "244-55-66"),
        ("пишите на a.b+c@mail.kz!", EMAIL, "a.b+c@mail.kz"),
        ("наш t.me/aigerim", PAGE, "t.me/aigerim"),
        ("https://wa.me/77011234567", PAGE, "https://wa.me/77011234567"),
        ("instagram.com/aigerim_2007", PAGE, "instagram.com/aigerim_2007"),
        ("телеграм @aigerimka", PAGE, "@aigerimka"),
        ("@aigerim_2007", PAGE, "@aigerim_2007"),
        ("170112600123", IIN, "170112600123"),
        ("ЖСН: 870112 300123", IIN, "870112 300123"),
        ("ИИН 991399900000", IIN, "991399900000"),
    ],
)
def test_other_personal_things_are_found(text: str, code: ProblemCode, found: str) -> None:
    assert [(one.code, one.text) for one in find(text)] == [(code, found)]


@pytest.mark.parametrize(
    "text",
    [
        "ГОСТ 12.1.004-91, 220 В, 50 Гц", "Размер 120-80-60 мм", "ISBN 978-5-699-12014-7",
        "артикул 870112300999999", "EAN 4870001234567", "2024-2025 учебный год", "7 700 000 тенге",
        "IP 192.168.100.200", "43.238949, 76.889709", "скорость 115200 бод", "номер 123456789012",
        "87 000 000 000", "+20 °C … +35 °C", "серия 8 800 555", "диапазон 700-800-900",
        "Колледж имени Каныша Сатпаева", "улица Алии Молдагуловой", "Талгарский район",
        "Абай Құнанбайұлы атындағы", "Бауыржан Момышұлы көшесі", "роман Льва Толстого",
        "Роза Люксембург", "Илон Маск", "закон Ома", "Президент Республики Казахстан",
        "Raspberry Pi и Arduino Uno", "Google Chrome", "Fedora Magazine", "WorldSkills Kazakhstan",
        "Жібек Жолы", "Алтын Адам", "Наурыз Мейрамы", "Темір Қол", "Астана Хаб", "Дана Мир",
        "@media print", '@app.route("/")', "@pytest.fixture", "@NonNull", "@angular/core",
        "пишите боту @korme_bot", "t.me/korme_bot", "Колледж «Айгерим Сапарова»",
    ],
)  # fmt: skip
def test_what_only_looks_like_it_raises_no_warning(text: str) -> None:
    assert list(find(text)) == []


def test_no_text_of_the_demo_fair_raises_a_warning() -> None:
    texts = [
        value
        for path in sorted(DEMO.glob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
        for name, value in json.loads(line).items()
        if name.startswith(("title_", "summary_", "description_"))
    ]
    assert len(texts) > 500
    assert [found for text in texts for found in find(text)] == []


def test_warnings_name_their_field_and_say_what_was_found_in_three_languages() -> None:
    draft = Draft(
        "temirqol",
        texts={
            "ru": DraftText("Станок", "Звоните 87011234567", "Сделала Айгуль Серикова."),
            "kk": DraftText("Станок", "", "a@b.kz " * 9),
        },
        keywords=("станок", "@aigul_1"),
        pictures=(DraftPicture("0" * 64, {"ru": "Айгуль Серикова за станком"}, True),),
    )

    found = warnings_for(draft)

    assert [(one.field, one.code, one.value) for one in found] == [
        ("summary_ru", PHONE, "87011234567"),
        ("description_ru", NAME, "Айгуль Серикова"),
        *[("description_kk", EMAIL, "a@b.kz")] * 5,
        ("keywords", PAGE, "@aigul_1"),
        ("pictures", NAME, "Айгуль Серикова"),
    ]
    assert found[0].sentence("ru") == (
        "«87011234567» похоже на номер телефона. Уберите его: этот текст увидят все."
    )


@pytest.mark.parametrize(
    "piece", ["А", "8 ", "А. ", "Алмас ", "@a_", "1234567 ", "a@", "ов-", "+7("]
)
def test_a_long_text_takes_no_time_whatever_it_repeats(piece: str) -> None:
    """Every pattern is linear: five thousand characters are a description's most."""
    began = time.process_time()
    list(find(piece * (5_000 // len(piece))))

    assert time.process_time() - began < 0.5
