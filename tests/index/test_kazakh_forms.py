import pytest

from index.kazakh_forms import dictionary_forms


@pytest.mark.parametrize(
    ("form", "word"),
    [
        ("су", "су"),
        ("суларды", "су"),
        ("жылуымен", "жылу"),
        ("балаларға", "бала"),
        ("компьютерлерді", "компьютер"),
        ("құрылғысы", "құрылғы"),
        ("мұздағы", "мұз"),
        ("кітабын", "кітап"),
        ("станогын", "станок"),
        ("тарағы", "тарақ"),
        ("оқитын", "оқу"),
        ("жинайтын", "жинау"),
        ("жылытатын", "жылыту"),
        ("тігілген", "тігу"),
        ("суаруға", "суару"),
        ("унемдеуге", "унемдеу"),
    ],
)
def test_a_form_leads_to_its_word(form: str, word: str) -> None:
    assert word in dictionary_forms(form, {word, "жок"})


@pytest.mark.parametrize(
    ("other", "word"),
    [("сабақтас", "сабақ"), ("балық", "бал"), ("терезе", "тер"), ("су", "с")],
)
def test_what_is_left_must_be_endings(other: str, word: str) -> None:
    assert dictionary_forms(other, {word}) == []


def test_the_word_itself_comes_first_and_short_endings_before_long_ones() -> None:
    dictionary = {"бал", "бала", "балалар", "балаларға"}

    assert dictionary_forms("балаларға", dictionary)[:3] == ["балаларға", "балалар", "бала"]
    assert dictionary_forms("балаларға", {"үй"}) == []
