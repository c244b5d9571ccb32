import itertools
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import STOP_WORDS, fold, russian_letters, words
from index.contents import LanguageData
from index.documents import Concept, Document
from index.lexicon import Lexicon
from index.spelling import is_kazakh
from index.translation import WEIGHT, Translated
from index.understanding import (
    ConceptIndex,
    Correction,
    CorrectionKind,
    Understanding,
    Understood,
)
from index.words import WordIndex, analyze_row, concept_term, prefix_term, surface_counts
from tests.index.conftest import CONCEPTS, DOCUMENTS, document
from tests.index.test_spelling import ASCII, LATIN_2018, LATIN_2021

LAYOUT, LATIN = CorrectionKind.LAYOUT, CorrectionKind.LATIN
LETTERS, TYPO = CorrectionKind.LETTERS, CorrectionKind.TYPO

DOCUMENT_WORDS = sorted(
    {w for d in DOCUMENTS for t in d.texts for w in words(f"{t.title} {t.body}")} - STOP_WORDS
)
LONG_WORDS = [word for word in DOCUMENT_WORDS if len(word) > 3]
# The keys of a keyboard with their Russian and Kazakh letters.
KEYS = dict(
    zip(
        "йцукенгшщзхъфывапролджэячсмитьбюәіңғүұқөһ",
        "qwertyuiop[]asdfghjkl;'zxcvbnm,.23458" + "90-=",
        strict=True,
    )
)
LETTERS_OF_KEYS = {key: letter for letter, key in KEYS.items()}


def lexicon(language: LanguageData, documents: Sequence[Document]) -> tuple[Lexicon, WordIndex]:
    """The words of documents, of the small world's vocabulary and of the glossary."""
    rows = [analyze_row(document, text, []) for document in documents for text in document.texts]
    index = WordIndex.build(rows, range(len(rows)))
    labels = {*ConceptIndex(CONCEPTS).words, *language.glossary.words}
    return Lexicon(surface_counts(rows), labels, index, language.dictionaries), index


def reader(language: LanguageData, *documents: Document) -> Understanding:
    """What reads queries for these documents."""
    known, index = lexicon(language, documents)
    return Understanding(index, known, ConceptIndex(CONCEPTS), language.glossary)


@pytest.fixture(scope="module")
def small_world(language: LanguageData) -> Understanding:
    """Reads queries for the small world, its dictionaries loaded already."""
    made = reader(language, *DOCUMENTS)
    made.read("unheard слыханное")
    return made


def searched(understood: Understood) -> list[str]:
    return [group.word for group, _ in understood.groups]


def terms(understood: Understood, word: str) -> dict[str, float]:
    """The terms by which a word of a query is found, with their weights."""
    [group] = [group for group, _ in understood.groups if group.word == word]
    return dict(group.alternatives)


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("Машинное обучение", ("machine-learning",)),
        ("машинного обучения", ("machine-learning",)),
        ("machine learning", ("machine-learning",)),
        ("Машиналық оқыту", ("machine-learning",)),
        ("машиналық оқытуды", ("machine-learning",)),
        ("ИИ", ("machine-learning",)),
        ("жи", ("machine-learning",)),
        ("AI", ("machine-learning",)),
        ("жылыжайда", ("greenhouse",)),
        ("сваркой", ("welding",)),
        ("a robot welding sewing machines", ("robotics", "welding", "sewing")),
        ("компьютерное зрение и ИИ", ("computer-vision", "machine-learning")),
        ("ИИ, AI и машинное обучение", ("machine-learning",)),
        ("машинное зрение", ()),
        ("обучение машинное", ()),
        ("и", ()),
    ],
)
def test_read_recognizes_labels_in_any_language(
    small_world: Understanding, query: str, slugs: tuple[str, ...]
) -> None:
    assert small_world.read(query).concepts == slugs


def test_recognize_takes_the_longest_label() -> None:
    vocabulary = ConceptIndex(
        Concept(name.replace(" ", "-"), {"en": (name,)})
        for name in ("vision", "computer vision", "computer vision system", "system")
    )

    found = vocabulary.recognize(words("old computer vision systems, vision of computers, system"))

    assert found == [(1, 4, "computer-vision-system"), (4, 5, "vision"), (7, 8, "system")]


@pytest.mark.parametrize("turned", [False, True])
def test_recognize_prefers_the_concept_whose_first_label_it_is(turned: bool) -> None:
    concepts = [Concept("cnc", {"en": ("CNC", "milling")}), Concept("mill", {"en": ("Milling",)})]

    vocabulary = ConceptIndex(concepts[::-1] if turned else concepts)

    assert vocabulary.recognize(["milling", "cnc"]) == [(0, 1, "mill"), (1, 2, "cnc")]


@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=3), min_size=6, max_size=6))
def test_below_is_all_that_leads_up_to_a_concept(broader: list[list[str]]) -> None:
    edges = {(slug, up) for slug, ups in zip("abcdef", broader, strict=True) for up in ups}
    paths = set(edges)
    for _ in "abcdef":
        paths |= {(low, top) for low, middle in paths for start, top in edges if middle == start}

    vocabulary = ConceptIndex(
        Concept(slug, {"en": (slug,)}, tuple(ups))
        for slug, ups in zip("abcdef", broader, strict=True)
    )

    for slug in "abcdef":
        assert vocabulary.below(slug) == {low for low, top in paths if top == slug} - {slug}


def test_a_recognized_word_stands_for_its_concept_and_the_narrower(
    small_world: Understanding,
) -> None:
    understood = small_world.read("ИИ")

    found = terms(understood, "ии")
    others = ("жи", "ai", concept_term("computer-vision"))
    assert found.keys() == {"ии", concept_term("machine-learning"), *others}
    assert (found["ии"], found[concept_term("machine-learning")]) == (1.0, 1.0)
    assert all(0 < found[term] < 1 for term in others)
    # Names in other languages are asked for apart: they would draw the query's own vector away.
    assert understood.text == "ИИ"
    assert understood.concepts == ("machine-learning",)
    assert understood.translated == Translated(
        "ru", {"kk": "Машиналық оқыту", "en": "Machine learning"}, WEIGHT
    )


def test_a_word_of_a_longer_label_has_no_other_names(small_world: Understanding) -> None:
    understood = small_world.read("machine learning")

    concepts = {concept_term("machine-learning"), concept_term("computer-vision")}
    assert terms(understood, "machine").keys() == {"machin", *concepts}
    assert terms(understood, "learning").keys() == {"learn", *concepts}


@pytest.mark.parametrize(
    ("query", "meant", "kind"),
    [
        ("gkfcnbr b ,evfue", "пластик и бумагу", LAYOUT),
        ("CDFHRF", "сварка", LAYOUT),
        ("0j0sc c9hsgnfe", "қоқыс сұрыптау", LAYOUT),
        ("цудвув пфеу", "welded gate", LAYOUT),
        ("jylyjai", "жылыжай", LATIN),
        ("teplitsa", "теплица", LATIN),
        ("qoqystan", "қоқыстан", LATIN),
        ("kokystan", "қоқыстан", LATIN),
        ("Улттык киим", "ұлттық киім", LETTERS),
        ("улттык киимдер", "ұлттық киімдер", LETTERS),
        ("кокыстан", "қоқыстан", LETTERS),
        ("сваркой и тигин ондириси", "сваркой и тігін өндірісі", LETTERS),
        ("плстик", "пластик", TYPO),
        ("пластки", "пластик", TYPO),
        ("Дашбоард на питоне", "дашборд на питоне", TYPO),
        ("сұрыптуа қоқыс", "сұрыптау қоқыс", TYPO),
        ("wleded", "welded", TYPO),
    ],
)
def test_read_mends_what_was_mistyped(
    small_world: Understanding, query: str, meant: str, kind: CorrectionKind
) -> None:
    understood = small_world.read(query)

    assert understood.correction == Correction(meant, kind)
    assert searched(understood) == [word for word in words(meant) if word not in STOP_WORDS]
    assert understood.text.startswith(meant)


@pytest.mark.parametrize("word", [word for word in LONG_WORDS if not word.isascii()])
def test_read_knows_a_word_typed_with_the_latin_layout(
    small_world: Understanding, word: str
) -> None:
    typed = "".join(KEYS[letter] for letter in word)

    assert small_world.read(typed).correction == Correction(word, LAYOUT)


@pytest.mark.parametrize("word", [word for word in LONG_WORDS if word.isascii()])
def test_read_knows_a_word_typed_with_the_cyrillic_layout(
    small_world: Understanding, word: str
) -> None:
    typed = "".join(LETTERS_OF_KEYS[key] for key in word)

    assert small_world.read(typed).correction == Correction(word, LAYOUT)


@pytest.mark.parametrize(
    ("meant", "correction"),
    [
        ("теплица шампань", Correction("теплица шампань", LAYOUT)),
        ("теплица шампанью", None),
    ],
)
def test_a_layout_is_switched_where_half_of_the_letters_become_words(
    small_world: Understanding, meant: str, correction: Correction | None
) -> None:
    typed = "".join(KEYS.get(letter, letter) for letter in meant)

    assert small_world.read(typed).correction == correction


@pytest.mark.parametrize("word", [word for word in LONG_WORDS if is_kazakh(word)])
def test_read_gives_a_kazakh_word_its_letters(small_world: Understanding, word: str) -> None:
    assert small_world.read(russian_letters(word)).correction == Correction(word, LETTERS)


@pytest.mark.parametrize("alphabet", [LATIN_2018, LATIN_2021, ASCII], ids=["2018", "2021", "ascii"])
def test_read_knows_words_in_latin_script(
    small_world: Understanding, alphabet: dict[str, str]
) -> None:
    # In Latin letters «робот» is the vocabulary's own "robot".
    meant = [word for word in LONG_WORDS if set(word) <= alphabet.keys() and word != "робот"]
    assert len(meant) > 20

    read = [small_world.read("".join(alphabet[letter] for letter in word)) for word in meant]

    assert [one.correction for one in read] == [Correction(word, LATIN) for word in meant]


def edits(one: str, other: str) -> int:
    """Optimal string alignment by its definition: insert, delete, replace, swap neighbours."""
    table = {(-1, -1): 0}
    for i in range(len(one)):
        table[i, -1] = i + 1
    for j in range(len(other)):
        table[-1, j] = j + 1
    for i, j in itertools.product(range(len(one)), range(len(other))):
        table[i, j] = min(
            table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (one[i] != other[j])
        )
        if i and j and one[i - 1 : i + 1] == other[j] + other[j - 1]:
            table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(one) - 1, len(other) - 1]


@given(st.sampled_from(LONG_WORDS), st.data())
def test_corrected_is_the_nearest_word(
    language: LanguageData, word: str, data: st.DataObject
) -> None:
    typed = word
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(typed)))
        typed = typed[:place] + data.draw(st.sampled_from(("", "а", "т", "e"))) + typed[place + 1 :]
    known, _ = lexicon(language, DOCUMENTS)
    rows = [analyze_row(one, text, []) for one in DOCUMENTS for text in one.texts]
    all_words = {*surface_counts(rows), *ConceptIndex(CONCEPTS).words, *language.glossary.words}
    near = {
        other: edits(russian_letters(typed), russian_letters(other))
        for other in all_words
        if len(other) > 3 and other.isalpha()
    }
    allowed = 1 if len(typed) < 10 else 2

    corrected = known.corrected(typed)

    if min(near.values()) > allowed:
        assert corrected is None
    else:
        assert corrected is not None
        assert near[corrected] == min(near.values())


@pytest.mark.parametrize(
    "query",
    [
        "ақылды жылыжай", "Теплицы, теплицей и ТЕПЛИЦУ", "роботтар", "welded gates",
        "колледжный стадион", "school competition", "мектеп балалары", "мектеп",
        "сварщик", "абвг", "қоқс", "gote", "prototip", "2026", "3d", "🤖", "и в на", "",
        "какой плстик студенты нашей школы рисуют",
    ],
)  # fmt: skip
def test_read_leaves_what_needs_no_correction(small_world: Understanding, query: str) -> None:
    understood = small_world.read(query)

    assert understood.correction is None
    assert understood.text.startswith(query)


@pytest.mark.parametrize("query", ["hj,jn", "0j0sc", "пфеу", "teplitsa", "кокыс", "Плстик  робот"])
def test_read_takes_a_query_by_the_letter_where_asked(
    small_world: Understanding, query: str
) -> None:
    understood = small_world.read(query, correct=False)

    assert understood.correction is None
    assert understood.text == " ".join(query.split())
    assert searched(understood) == words(query)


def test_read_gives_letters_even_to_a_long_query(small_world: Understanding) -> None:
    query = "кокыс туралы студенты школы рисуют сами плстик"

    assert small_world.read(query).correction == Correction(
        "қоқыс туралы студенты школы рисуют сами плстик", LETTERS
    )


@pytest.mark.parametrize("query", ["кобот5", "КОБОТ5 робот"])
def test_read_leaves_a_document_word_with_a_digit(language: LanguageData, query: str) -> None:
    machines = document("CBTRU2", ("ru", "Кобот5", "Робот и Кобот5 собирают шкаф."))

    assert reader(language, machines).read(query).correction is None


@given(
    st.lists(
        st.tuples(
            st.sampled_from(DOCUMENT_WORDS),
            st.sampled_from((str.upper, str.title, str)),
            st.sampled_from((" ", ", ", " — ", "\n", "! ")),
        ),
        min_size=1,
        max_size=12,
    )
)
def test_read_never_corrects_words_of_the_documents(
    small_world: Understanding, parts: list[tuple[str, Callable[[str], str], str]]
) -> None:
    query = "".join(change(word) + separator for word, change, separator in parts)

    understood = small_world.read(query)

    assert understood.correction is None
    assert searched(understood) == list(dict.fromkeys(word for word, _, _ in parts))


Mistyped = st.text("абжқіңөroteisjq'’[];,.0-= ́\u00ad", max_size=30)
Odd = st.text(
    st.sampled_from(
        "\0\t\u200f\u202e\u0301\u0307\ufeff🤖👩🏽‍🚒שלוםمرحبا漢ﬁ№İıſßΑ'’;[]<>:\"{}~-=+#_жqң"
    )
)


@given(st.one_of(st.text(), Mistyped, Odd))
def test_read_takes_any_text(small_world: Understanding, query: str) -> None:
    corrected, literal = small_world.read(query), small_world.read(query, correct=False)

    typed = " ".join(query[:400].split())
    assert literal.correction is None
    assert literal.text.startswith(typed)
    if corrected.correction is None:
        assert corrected == literal
    else:
        assert corrected.correction.query != fold(typed)
        assert corrected.text.startswith(corrected.correction.query)


@pytest.mark.parametrize(
    ("query", "word", "completion"),
    [
        ("сортиро", "сортиро", "сортировщик"),
        ("сортировщи", "сортировщи", "сортировщик"),
        ("робот сортиро", "сортиро", "сортировщик"),
        ("greenhouse stude", "stude", "student"),
        ("қоқыс сұрып", "сұрып", "сурыпта"),
    ],
)
def test_a_half_typed_last_word_is_completed(
    small_world: Understanding, query: str, word: str, completion: str
) -> None:
    understood = small_world.read(query)

    assert understood.correction is None
    assert 0 < terms(understood, word)[completion] < 1


@pytest.mark.parametrize("query", ["сортиро мусора", "мусор", "сортиро 3"])
def test_only_a_half_typed_last_word_is_completed(small_world: Understanding, query: str) -> None:
    understood = small_world.read(query)

    found = {term for group, _ in understood.groups for term, _ in group.alternatives}
    assert found.isdisjoint({"сортировщик", "мусорщик"})


@pytest.mark.parametrize(
    ("query", "word", "others"),
    [
        ("водой", "водой", {"water", "су"}),
        ("су", "су", {"water", "вод"}),
        ("papers", "papers", {"кагаз", "бумаг"}),
        ("кагаз", "қағаз", {"paper", "бумаг"}),
        ("қағаздар", "қағаздар", {"paper", "бумаг"}),
    ],
)
def test_a_word_of_the_glossary_is_translated(
    small_world: Understanding, query: str, word: str, others: set[str]
) -> None:
    found = terms(small_world.read(f"{query} робот"), word)

    assert {term for term, weight in found.items() if weight < 1} == others


def test_every_word_is_supported_by_its_first_letters(small_world: Understanding) -> None:
    groups = small_world.read("сортировка қоқыс").groups

    supports = [[term for term, _ in support.alternatives] for _, support in groups if support]
    assert supports == [[prefix_term("сортировка")], [prefix_term("кокыс")]]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("робот для сортировки и мойки", ["робот", "сортировки", "мойки"]),
        ("жылыжай үшін су", ["жылыжай", "су"]),
        ("the gate of steel", ["gate", "steel"]),
        ("Робот, робот; РОБОТ!", ["робот"]),
        ("и в на и", ["и", "в", "на"]),
        ("—…!", []),
        (" \n", []),
    ],
)
def test_stop_words_are_searched_only_where_there_is_nothing_else(
    small_world: Understanding, query: str, found: list[str]
) -> None:
    assert searched(small_world.read(query)) == found


def test_a_query_is_cut_to_its_first_letters(small_world: Understanding) -> None:
    understood = small_world.read("щ" * 401)

    assert understood.text == "щ" * 400
    assert searched(understood) == ["щ" * 400]


def test_a_query_is_cut_to_its_first_words(small_world: Understanding) -> None:
    many = ["".join(pair) for pair in itertools.product("бгджз", "клмнпрстфхцчш")]
    assert len(" ".join(many)) < 400

    assert searched(small_world.read(" ".join(many))) == many[:48]
