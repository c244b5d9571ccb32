"""Signs and labels, opened again: what stands on them, and where their codes lead."""

import time
from dataclasses import replace

import pytest

from catalog.choices import State
from catalog.print_lists import PrintedExhibit
from printing import PaperSize, Sign, labels, sign_of, signs
from printing.paper import Paper
from tests.printing.pages import codes, fonts, sizes, texts

FAIR = {"kk": "Жәрмеңке", "ru": "Ярмарка"}
SIGN = Sign(
    "R2B2T2",
    {"kk": "Қоқыс сұрыптау роботы", "ru": "Робот-сортировщик мусора", "en": "Sorting robot"},
    {"kk": "«Темірқол» колледжі", "ru": "Колледж «Темірқол»"},
    {"kk": "A залы", "ru": "Зал A"},
    "A-01",
    "https://korme.example.kz/e/R2B2T2",
    FAIR,
)
# Every letter of the Kazakh alphabet.
KAZAKH = "АаӘәБбВвГгҒғДдЕеЁёЖжЗзИиЙйКкҚқЛлМмНнҢңОоӨөПпРрСсТтУуҰұҮүФфХхҺһЦцЧчШшЩщЪъЫыІіЬьЭэЮюЯя"
LONG_KK = (
    "Қашықтықтан басқарылатын энергия үнемдейтін автоматтандырылған жылыжайларды суару және "
    "микроклиматты бақылау жүйесінің өнеркәсіптік үлгісі, 2026"
)
LONG_RU = (
    "Промышленный образец энергосберегающей автоматизированной системы полива и управления "
    "микроклиматом теплиц с дистанционным управлением, 2026"
)


@pytest.mark.parametrize("paper", list(PaperSize))
def test_a_sign_says_kazakh_before_russian_and_leads_to_the_exhibit(paper: PaperSize) -> None:
    data = signs([SIGN], paper)

    assert texts(data) == [
        "Жәрмеңке A залы · Зал A Стенд A-01 Қоқыс сұрыптау роботы Робот-сортировщик мусора "
        "«Темірқол» колледжі Колледж «Темірқол» Толығырақ: кодты сканерлеңіз Подробнее: "
        "отсканируйте код R2B2T2 https://korme.example.kz/e/R2B2T2"
    ]
    assert codes(data) == [["https://korme.example.kz/e/R2B2T2"]]
    assert sizes(data) == [(210, 297) if paper is PaperSize.A4 else (148, 210)]


def test_letters_lie_in_the_file_and_only_those_that_are_used() -> None:
    data = signs([SIGN], PaperSize.A4)

    assert fonts(data) == {("DejaVuSansCondensed", True), ("DejaVuSansCondensedBold", True)}
    assert len(data) < 60_000


def test_every_kazakh_letter_can_be_copied_out() -> None:
    (text,) = texts(signs([replace(SIGN, titles={"kk": KAZAKH})], PaperSize.A4))

    assert KAZAKH in text.replace(" ", "")


@pytest.mark.parametrize("paper", list(PaperSize))
def test_long_titles_are_printed_whole(paper: PaperSize) -> None:
    assert len(LONG_KK) >= 140
    assert len(LONG_RU) >= 140
    endless = "Электр" * 25

    data = signs(
        [
            replace(SIGN, titles={"kk": LONG_KK, "ru": LONG_RU}),
            replace(SIGN, titles={"ru": endless}, stand="А-123456789-1234567"),
        ],
        paper,
    )

    first, second = texts(data)
    assert LONG_KK in first
    assert LONG_RU in first
    assert endless in second.replace(" ", "")
    assert "А-123456789-1234567" in second.replace(" ", "")
    assert codes(data) == [[SIGN.address], [SIGN.address]]


def test_no_text_is_written_outside_its_box() -> None:
    sheet = Paper(210, 297, title="")
    for text in (LONG_KK, LONG_RU, "Электр" * 25, "а", ""):
        for width, height in ((180, 60), (60, 20), (20, 8)):
            fitted = sheet.fit(text, width, height, points=48, bold=True)
            assert fitted.height <= height
            assert fitted.points <= 48
            sheet.pdf.set_font("DejaVu", "B", fitted.points)
            assert all(sheet.pdf.get_string_width(line) <= width + 0.01 for line in fitted.lines)
            assert "".join(fitted.lines).replace(" ", "") == text.replace(" ", "")


def test_a_word_is_broken_only_where_it_would_become_tiny() -> None:
    sheet = Paper(210, 297, title="")

    at_hyphen = sheet.fit("Бочки-аккумуляторы тепла", 80, 60, points=40)
    assert at_hyphen.lines == ("Бочки-", "аккумуляторы", "тепла")
    assert at_hyphen.points < 40
    broken = sheet.fit("ы" * 60, 60, 60, points=40)
    assert len(broken.lines) > 1


def test_what_is_not_known_leaves_no_words() -> None:
    bare = replace(SIGN, titles={"en": "Garden gate"}, hall={}, stand="", fair={})

    (text,) = texts(signs([bare], PaperSize.A5))

    assert text.startswith("Garden gate «Темірқол» колледжі")
    assert "Стенд" not in text


def test_what_no_letter_of_the_font_can_draw_is_left_out() -> None:
    (text,) = texts(
        signs([replace(SIGN, titles={"ru": "Робот 🤖 «Ёж»\u200b 中 №5"})], PaperSize.A4)
    )

    assert "Робот «Ёж»" in text
    assert "№5" in text


def test_labels_stand_in_rows_and_lead_each_to_its_own() -> None:
    wanted = [
        replace(SIGN, code=f"CODE{n:02}", address=f"https://k.example.kz/e/CODE{n:02}")
        for n in range(25)
    ]

    data = labels(wanted, PaperSize.A4)

    assert sum(codes(data), []) == [one.address for one in wanted]
    assert [len(page) for page in codes(data)] == [21, 4]
    first = texts(data)[0]
    assert first.count("Қоқыс сұрыптау роботы") == 21
    assert first.count("A-01") == 21


def test_a_sign_is_made_of_what_the_catalog_says() -> None:
    exhibit = PrintedExhibit(
        "R2B2T2", SIGN.titles, "temirqol", SIGN.college, "robotics", "A", SIGN.hall, "A-01",
        State.PUBLISHED,
    )  # fmt: skip

    assert sign_of(exhibit, FAIR, "https://korme.example.kz") == SIGN


def test_progress_is_told_from_nothing_to_all() -> None:
    told: list[tuple[int, int]] = []

    signs([SIGN] * 3, PaperSize.A5, progress=lambda done, total: told.append((done, total)))

    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.slow  # 5 to 15 seconds
def test_500_signs_take_less_than_a_minute() -> None:
    wanted = [
        replace(SIGN, address=f"https://korme.example.kz/e/{n:06}", titles={"kk": LONG_KK})
        for n in range(500)
    ]

    began = time.perf_counter()
    data = signs(wanted, PaperSize.A4)

    assert time.perf_counter() - began < 60
    assert len(sizes(data)) == 500
