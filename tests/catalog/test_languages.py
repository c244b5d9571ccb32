from hypothesis import given
from hypothesis import strategies as st

from catalog.languages import best, collation_key, language_of

KAZAKH_ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя"


def test_best_takes_the_language_asked_for() -> None:
    assert best({"kk": "а", "ru": "б", "en": "c"}, "ru") == ("ru", "б")


def test_best_falls_back_to_the_nearest_language() -> None:
    assert best({"ru": "б", "en": "c"}, "kk") == ("ru", "б")
    assert best({"kk": "а", "en": "c"}, "ru") == ("kk", "а")
    assert best({"kk": "а", "ru": "б"}, "en") == ("ru", "б")
    assert best({"kk": "", "en": "c"}, "kk") == ("en", "c")
    assert best({}, "kk") is None


def test_collation_puts_kazakh_letters_in_their_own_order() -> None:
    shuffled = sorted(KAZAKH_ALPHABET)

    assert (
        "".join(sorted(shuffled, key=lambda letter: collation_key(letter, "kk"))) == KAZAKH_ALPHABET
    )


def test_collation_ignores_quotes_and_case_and_puts_latin_last_but_in_english() -> None:
    names = ["Zebra", "«Қар»", "ән", "Алма", "«Кар»", "3D", "apple"]

    assert sorted(names, key=lambda name: collation_key(name, "kk")) == [
        "3D", "Алма", "ән", "«Кар»", "«Қар»", "apple", "Zebra",
    ]  # fmt: skip
    assert sorted(names, key=lambda name: collation_key(name, "en"))[:3] == [
        "3D", "apple", "Zebra",
    ]  # fmt: skip


@given(st.text(), st.text(), st.sampled_from(["kk", "ru", "en"]))
def test_collation_keys_of_any_two_texts_compare_and_differ(a: str, b: str, lang: str) -> None:
    first, second = collation_key(a, lang), collation_key(b, lang)

    assert (first < second) + (first > second) + (first == second) == 1
    assert (first == second) == (a == b)


def test_language_of_is_told_by_letters() -> None:
    assert language_of("Қоқыс сұрыптау") == "kk"
    assert language_of("Робот на Arduino") == "ru"
    assert language_of("Robot арм") == "en"
    assert language_of("42") == "en"
