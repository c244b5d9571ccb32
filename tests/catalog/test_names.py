from hypothesis import given
from hypothesis import strategies as st

from catalog.names import NameBook, plain_name, slug_of


def test_plain_name_leaves_out_legal_forms_quotes_and_case() -> None:
    assert plain_name("КГКП «Колледж „Жебе“»") == plain_name("колледж жебе")
    assert plain_name("«Жебе» колледжі МКҚК") == "жебе колледжі"
    assert plain_name("ТОО «Ақ толқын» ЖШС") == "ақ толқын"


def test_plain_name_of_a_legal_form_alone_or_of_signs_is_not_empty() -> None:
    assert plain_name("ТОО") == "тоо"
    assert plain_name("!!!") == "!!!"


def test_slugs_are_latin_and_differ() -> None:
    assert slug_of("«Жасыл дала» колледжі") == "zhasyl-dala-kolledzhi"
    assert slug_of("A", {"a", "a-2"}) == "a-3"
    assert slug_of("!!!") == "x"


@given(st.text())
def test_slug_of_any_text_is_a_slug(text: str) -> None:
    slug = slug_of(text)
    assert 1 <= len(slug) <= 60
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")


def test_name_book_finds_suggests_and_tells_ambiguity() -> None:
    book = NameBook([("КГКП «Политех»", "one"), ("Политех", "two"), ("Колледж связи", "three")])

    assert book.find("политех") == ("one", "two")
    assert book.find("ТОО «Колледж Связи»") == ("three",)
    assert book.find("связь") == ()
    assert book.suggest("Коледж связи") == "Колледж связи"
    assert book.suggest("zzzz") is None
