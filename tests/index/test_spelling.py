import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.spelling import cyrillic, is_kazakh, is_latin, layouts, restore_ending, skeleton

RUSSIAN = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
KAZAKH = RUSSIAN + "қғңөұүіәһ"

# The alphabets as they were decreed (letters that words below have), not as the index reads them.
_COMMON = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "з": "z", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "ф": "f",
}  # fmt: skip
LATIN_2018 = _COMMON | {
    "ә": "á", "ғ": "ǵ", "ж": "j", "и": "ı", "й": "ı", "қ": "q", "ң": "ń", "ө": "ó", "у": "ý",
    "ұ": "u", "ү": "ú", "х": "h", "ш": "sh", "ы": "y", "і": "i",
}  # fmt: skip
LATIN_2021 = _COMMON | {
    "ә": "ä", "ғ": "ğ", "ж": "j", "и": "i", "й": "i", "қ": "q", "ң": "ñ", "ө": "ö", "у": "u",
    "ұ": "ū", "ү": "ü", "х": "h", "ш": "ş", "ы": "y", "і": "ı",
}  # fmt: skip
ASCII = _COMMON | {
    "ә": "a", "ғ": "g", "ж": "zh", "и": "i", "й": "i", "қ": "k", "ң": "n", "ө": "o", "у": "u",
    "ұ": "u", "ү": "u", "х": "kh", "ш": "sh", "ы": "y", "і": "i",
}  # fmt: skip
WAYS = {"2018": LATIN_2018, "2021": LATIN_2021, "ascii": ASCII}
PLAIN_WORDS = (
    "қоқыс сұрыптау ұлттық киім тігілген шағын өндіріс дәнекерлеу мұғалім үлгі көрме қағаз жүйе "
    "жылы еңбек көлік өлшем ғылым"
).split()
# Written with j, «жа» looks like «я» and «жу» like «ю».
AFTER_ZH = "жылыжай жасыл жаңа жұмыс жарық жасанды жуу".split()


def typed(word: str, alphabet: dict[str, str]) -> str:
    return "".join(alphabet[letter] for letter in word)


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("hj,jn", "робот"),
        ("ntgkbwf", "теплица"),
        (";sks;fq", "жылыжай"),
        ("<ehfy", "буран"),
        ("ckj;tybt b dsxbnfybt", "сложение и вычитание"),
    ],
)
def test_layouts_of_latin_letters_give_the_russian_word(query: str, meant: str) -> None:
    assert layouts(query)[0] == meant


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("0fpf0", "қазақ"),
        ("0j0sc", "қоқыс"),
        ("r-hvt", "көрме"),
        ("2lsc", "әдыс"),
        ("9hs0", "ұрық"),
    ],
)
def test_layouts_know_the_kazakh_letters_on_the_digit_row(query: str, meant: str) -> None:
    assert layouts(query)[1] == meant


@given(st.text(RUSSIAN, min_size=1))
def test_layouts_lead_to_latin_and_back(word: str) -> None:
    [latin] = layouts(word)

    assert layouts(latin)[0] == word


@given(st.text(KAZAKH, min_size=1))
def test_layouts_lead_to_latin_and_back_in_kazakh(word: str) -> None:
    [latin] = layouts(word)

    assert layouts(latin)[-1] == word


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("word", PLAIN_WORDS)
def test_skeleton_is_one_for_kazakh_in_both_scripts(word: str, way: str) -> None:
    assert skeleton(typed(word, WAYS[way])) == skeleton(word)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("word", AFTER_ZH)
def test_skeleton_is_one_where_zh_stands_before_a_vowel(word: str, way: str) -> None:
    assert skeleton(typed(word, WAYS[way])) == skeleton(word)


@pytest.mark.parametrize(
    ("latin", "word"),
    [
        ("teplitsa", "теплица"),
        ("teplica", "теплица"),
        ("sortirovshchik", "сортировщик"),
        ("svarka", "сварка"),
        ("elektrik", "электрик"),
        ("yarmarka", "ярмарка"),
        ("obuchenie", "обучение"),
        ("odezhda", "одежда"),
        ("kraska", "краска"),
    ],
)
def test_skeleton_is_one_for_russian_in_both_scripts(latin: str, word: str) -> None:
    assert skeleton(latin) == skeleton(word)


@pytest.mark.parametrize(
    ("one", "other"), [("робот", "рабат"), ("сор", "шор"), ("чай", "шай"), ("дом", "том")]
)
def test_skeleton_keeps_different_sounds_apart(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


@given(st.text(KAZAKH))
def test_skeleton_is_one_with_russian_letters(word: str) -> None:
    folded = word.translate(str.maketrans("қғңөұүіәһ", "кгноууиах"))

    assert skeleton(folded) == skeleton(word)


@pytest.mark.parametrize(
    ("latin", "word"),
    [("robot", "робот"), ("qoqys", "қоқыс"), ("shash", "шаш"), ("ǵylym", "ғылым"), ("küş", "күш")],
)
def test_cyrillic_spells_letter_by_letter(latin: str, word: str) -> None:
    assert cyrillic(latin) == word


@pytest.mark.parametrize(
    ("stem", "ending", "spelled"),
    [
        ("қоқыс", "tyn", "тың"),
        ("мектеп", "tin", "тин"),
        ("көрме", "ni", "ні"),
        ("көрме", "ге", "ге"),
        ("теплиц", "ами", "ами"),
        ("қағаз", "га", "ға"),
    ],
)
def test_restore_ending_spells_kazakh_by_vowel_harmony(
    stem: str, ending: str, spelled: str
) -> None:
    assert restore_ending(stem, ending) == spelled


@pytest.mark.parametrize(
    ("word", "latin", "kazakh"),
    [
        ("robot", True, False),
        ("jylyjaı", True, False),
        ("qoqys'", True, False),
        ("робот", False, False),
        ("қоқыс", False, True),
        ("kіtap", False, True),
        ("3d", False, False),
        ("", False, False),
    ],
)
def test_script_of_a_word_is_known(word: str, latin: bool, kazakh: bool) -> None:
    assert (is_latin(word), is_kazakh(word)) == (latin, kazakh)
