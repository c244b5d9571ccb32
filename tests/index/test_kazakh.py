import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import russian_letters
from index.kazakh import harmonize, kazakh_stem


@pytest.mark.parametrize(
    ("stem", "forms"),
    [
        ("жылыжай", "жылыжай жылыжайлар жылыжайды жылыжайдың жылыжайға жылыжайда жылыжайдан"),
        ("колледж", "колледж колледждер колледждің колледжге колледжде колледжіміз"),
        ("робот", "робот роботтар роботты роботтың роботқа роботтан роботтармен"),
        ("кокыс", "қоқыс қоқысты қоқыстың қоқысқа қоқыстан қоқыстарды"),
        ("китап", "кітап кітабы кітабын кітабының кітапты кітаптарымызда кітаптардағы"),
        ("коше", "көше көшесі көшесінің көшелері көшелеріндегі көшесіндегілерге"),
        ("тарак", "тарақ тарағы тарағын тарағынан тарақты"),
    ],
)
def test_kazakh_stem_is_one_for_all_cases(stem: str, forms: str) -> None:
    stems = {form: kazakh_stem(russian_letters(form)) for form in forms.split()}

    assert stems == dict.fromkeys(stems, stem)


# Written by hand: nouns with plural, possession and case, and verbs.
FORMS = """
    қала: қалалар қаланың қаланы қалаға қалада қаладан қаламен қаласы қаласында қаласынан
    мектеп: мектептер мектебі мектебінің мектебіне мектептен мектеппен мектебіміз мектептерде
    қақпақ: қақпақтан қақпағы қақпақтар қақпаққа қақпағын
    қағида: қағидамен қағидалар қағиданы қағидаға қағиданың қағидадан
    жақ: жағы жағында жағынан жаққа жақтар
    жақын: жақынға жақыннан
    студент: студенттер студенттерге студентпен студенті студенттің
    құрал: құралдар құралмен құралы құралдарының құралымыз
    өзен: өзендер өзенге өзеннен өзеннің
    теңіз: теңіздер теңізбен теңізі теңіздегі теңізден
    жұмыс: жұмыстар жұмысқа жұмыстың жұмыссыз
    жаз: жазған жазып жазу жазса
    тазала: тазалаған тазалау тазаласа
"""


@pytest.mark.parametrize("line", FORMS.strip().splitlines())
def test_forms_of_one_word_share_its_stem(line: str) -> None:
    word, forms = line.split(":")
    stem = kazakh_stem(russian_letters(word.strip()))

    stems = {form: kazakh_stem(russian_letters(form)) for form in forms.split()}

    assert stems == dict.fromkeys(stems, stem)


@pytest.mark.parametrize(
    ("one", "other"),
    [pair.split("-") for pair in """
        қақпақтан-қағидамен қақпақ-қағида қақпағы-қағидаға жақын-жағында жақын-жақ жақынға-жаққа
        ақын-ақы батыр-бату құрал-құру қалам-қала қалың-қала мектеп-мекен балық-бала тарақ-тарих
        қазан-қаз шаңғы-шаң сабақ-сабын қатар-қате тоқым-тоқу жүрек-жүру өрмек-өру шақыру-шақ
        қонақ-қону оқулық-оқиға тұрақ-тұру көрпе-көру бұлақ-бұлт кітап-кітапхана ауыл-ауыр
    """.split()],
)  # fmt: skip
def test_different_words_share_no_stem(one: str, other: str) -> None:
    assert kazakh_stem(russian_letters(one)) != kazakh_stem(russian_letters(other))


@pytest.mark.parametrize("word", ["су", "ауа", "үй", "жел", "от", "ага"])
def test_kazakh_stem_of_a_short_word_is_itself(word: str) -> None:
    assert kazakh_stem(word) == word


@given(st.text("абвгдежзийклмнопрстуфхцчшщъыьэюя", max_size=20))
def test_kazakh_stem_begins_the_word_and_keeps_three_letters(word: str) -> None:
    stem = kazakh_stem(word)

    assert len(stem) <= len(word)
    assert word.startswith(stem[:-1])
    assert stem[-1:] == word[len(stem) - 1 : len(stem)] or stem[-1] in "кп"
    assert stem == word or (len(stem) >= 3 and set(stem) & set("аоуыиэеяюё"))


@pytest.mark.parametrize(
    ("stem", "ending", "spelled"),
    [
        ("мектеп", "тин", "тің"),
        ("мектеп", "ке", "ке"),
        ("үй", "ди", "ді"),
        ("көше", "нин", "нің"),
        ("қала", "нын", "ның"),
        ("қала", "га", "ға"),
        ("тұрақ", "ка", "қа"),
        ("қоқыс", "тар", "тар"),
        ("әдіс", "тер", "тер"),
        ("қоқыс", "", ""),
    ],
)
def test_harmonize_follows_the_stems_last_vowel(stem: str, ending: str, spelled: str) -> None:
    assert harmonize(stem, ending) == spelled
