from index.dictionaries import Dictionaries
from index.lexicon import Lexicon
from index.words import WordIndex

EMPTY = WordIndex.build([], [])
MANY = {f"слово{letter}{other}": 1 for letter in "абвгдежз" for other in "клмнопрс"}


def lexicon(words: dict[str, int]) -> Lexicon:
    return Lexicon(words, ["теплица"], EMPTY, Dictionaries())


def test_added_words_are_looked_up_as_if_they_had_always_been_there() -> None:
    added = {"жылыжай": 3, "станок": 2, "словоак": 9}

    later = lexicon(MANY).with_words(added, EMPTY)
    again = later.with_words({"станция": 5}, EMPTY)

    whole = lexicon({**added, **MANY, "станция": 5})
    for known in (again, whole):
        assert known.corrected("жылжай") == "жылыжай"
        assert known.respelled("jylyjai") == "жылыжай"
        assert known.continued("стан", 5) == ["станция", "станок"]
        assert known.continued("стан", 1) == ["станция"]
        assert known.folded_alike("словоак") == ["словоак"]
        assert "теплица" in known
    assert "станция" not in later


def test_a_lexicon_is_not_changed_by_the_words_a_later_one_has() -> None:
    first = lexicon(MANY)
    first.with_words({"станок": 2}, EMPTY)

    assert "станок" not in first
    assert first.continued("стан", 1) == []


def test_words_of_the_vocabulary_alone_complete_nothing() -> None:
    assert lexicon(MANY).continued("тепл", 3) == []


def test_the_commonest_words_complete_first_and_then_in_order() -> None:
    words = {f"ток{letter}": 1 for letter in "абвгдежз"} | {"токарь": 4, "токен": 4}

    assert lexicon(words).continued("ток", 4) == ["токарь", "токен", "тока", "токб"]


def test_kazakh_words_are_known_with_endings_in_harmony() -> None:
    kazakh = Dictionaries(frozenset({"қоқыс", "терезе", "сөз"}))

    known = ["қоқыс", "қоқысқа", "терезесі", "сөзінің", "қоқыска", "терезеси", "тереза"]
    assert [kazakh.is_kazakh(word) for word in known] == [True] * 4 + [False] * 3
    assert kazakh.with_kazakh_letters("кокыстын") == "қоқыстың"
    assert kazakh.with_kazakh_letters("терезеси") == "терезесі"
    assert kazakh.with_kazakh_letters("мусор") is None
