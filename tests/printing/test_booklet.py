"""The booklet and certificates, opened again."""

import io
from dataclasses import replace
from datetime import date

import pytest
from PIL import Image

from catalog.records import EditionRecord
from printing import (
    Booklet,
    Certificate,
    Entry,
    PaperSize,
    booklet,
    certificates,
    certificates_from,
    days_of,
)
from tests.printing.pages import codes, fonts, opened, sizes, texts

FAIR = {"kk": "Жәрмеңке", "ru": "Ярмарка"}
ROBOT = Entry(
    "R2B2T2", {"kk": "Қоқыс сұрыптау роботы", "ru": "Робот-сортировщик"},
    {"ru": "Сортирует мусор."}, {"kk": "«Темірқол» колледжі", "ru": "Колледж «Темірқол»"}, "A",
    {"kk": "A залы", "ru": "Зал A"}, "A-01", ({"kk": "Робототехника", "ru": "Робототехника"},),
    "https://k.example.kz/e/R2B2T2",
)  # fmt: skip
GATE = Entry(
    "GATE22", {"en": "Garden gate"}, {}, {"ru": "Аграрный колледж"}, "", {}, "",
    ({"ru": "Сварка"}, {"ru": "Робототехника"}), "https://k.example.kz/e/GATE22",
)  # fmt: skip
SMALL = Booklet(FAIR, {"ru": "Павильон"}, "25.12–27.12.2026", (ROBOT, GATE))


@pytest.mark.parametrize("paper", list(PaperSize))
def test_a_booklet_has_halls_and_both_indexes_with_their_pages(paper: PaperSize) -> None:
    data = booklet(SMALL, "ru", paper)

    assert texts(data) == [
        "Ярмарка Жәрмеңке 25.12–27.12.2026 Павильон",
        "2 Содержание Зал A 3 Другие экспонаты 4 По колледжам 5 По технологиям 6",
        "3 Зал A A-01 Робот-сортировщик Колледж «Темірқол» Сортирует мусор. Робототехника A-01 "
        "R2B2T2",
        "4 Другие экспонаты GATE22 Garden gate Аграрный колледж Сварка, Робототехника GATE22",
        "5 По колледжам Аграрный колледж Garden gate GATE22 → 4 Колледж «Темірқол» "
        "Робот-сортировщик A-01 → 3",
        "6 По технологиям Робототехника Робот-сортировщик A-01 → 3 Garden gate GATE22 → 4 "
        "Сварка Garden gate GATE22 → 4",
    ]
    assert codes(data) == [[], [], [ROBOT.address], [GATE.address], [], []]
    assert set(sizes(data)) == {(210, 297) if paper is PaperSize.A4 else (148, 210)}
    assert all(embedded for _, embedded in fonts(data))


def test_a_kazakh_booklet_speaks_kazakh() -> None:
    pages = texts(booklet(SMALL, "kk", PaperSize.A5))

    assert pages[1] == (
        "2 Мазмұны A залы 3 Басқа экспонаттар 4 Колледждер бойынша 5 Технологиялар бойынша 6"
    )
    assert "Қоқыс сұрыптау роботы" in pages[2]


def test_many_exhibits_go_on_over_pages_and_the_index_knows_them() -> None:
    many = [
        replace(ROBOT, code=f"CODE{n:02}", titles={"ru": f"Робот номер {n:02}"}, stand=f"A-{n:02}")
        for n in range(40)
    ]

    pages = texts(booklet(replace(SMALL, entries=many), "ru", PaperSize.A5))

    page_of = {
        n: number
        for number, text in enumerate(pages, start=1)
        for n in range(40)
        if f"CODE{n:02}" in text
    }
    assert len(page_of) == 40
    assert len(set(page_of.values())) > 4
    index = " ".join(pages[max(page_of.values()) :])
    for n in range(40):
        assert f"Робот номер {n:02} A-{n:02} → {page_of[n]} " in f"{index} "


def test_a_picture_is_in_the_booklet() -> None:
    import pypdfium2.raw as raw

    made = io.BytesIO()
    Image.new("RGB", (320, 200), (200, 30, 30)).save(made, "WEBP")
    data = booklet(
        replace(SMALL, entries=[replace(ROBOT, picture=made.getvalue())]), "ru", PaperSize.A5
    )

    with opened(data) as document:
        found = list(document[2].get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))
        colour = document[2].render(scale=1).to_pil().getpixel((60, 100))
    assert len(found) == 1
    assert isinstance(colour, tuple)
    assert colour[0] > 150
    assert colour[1] < 80


def test_a_certificate_says_who_what_and_where() -> None:
    data = certificates(
        [Certificate("Ұлан Әбдіғали", "Робот", "Колледж «Темірқол»"), Certificate("Айгүл")],
        PaperSize.A4, fair=FAIR, place="Павильон · 25.12.2026",
    )  # fmt: skip

    assert texts(data) == [
        "СЕРТИФИКАТ қатысқаны үшін · за участие Ұлан Әбдіғали Робот Колледж «Темірқол» Жәрмеңке "
        "Ярмарка Ұйымдастырушы · Организатор Павильон · 25.12.2026",
        "СЕРТИФИКАТ қатысқаны үшін · за участие Айгүл Жәрмеңке Ярмарка Ұйымдастырушы · "
        "Организатор Павильон · 25.12.2026",
    ]
    assert sizes(data) == [(297, 210)] * 2


def test_a_list_is_a_name_a_line_with_exhibit_and_college_behind_it() -> None:
    given = "Айгүл;  Робот ; Колледж\n\n Ұлан\tСтанок\n; ничей\nАйгүл; Робот; Колледж\nАйгүл"

    assert certificates_from(given) == [
        Certificate("Айгүл", "Робот", "Колледж"),
        Certificate("Ұлан", "Станок"),
        Certificate("Айгүл"),
    ]


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (None, None, ""),
        (date(2026, 12, 25), None, "25.12.2026"),
        (date(2026, 12, 25), date(2026, 12, 25), "25.12.2026"),
        (date(2026, 12, 25), date(2026, 12, 27), "25.12–27.12.2026"),
    ],
)
def test_days_are_written_once(first: date | None, last: date | None, said: str) -> None:
    edition = EditionRecord("x", 2026, {}, {}, first, last, True, False, True, ())

    assert days_of(edition) == said
