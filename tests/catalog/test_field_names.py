import dataclasses

from catalog.columns import recognize
from catalog.drafts import Draft, DraftPicture, DraftText, Logistics
from catalog.field_names import (
    FIELD_NAMES,
    field_header,
    field_label,
    field_name,
    split_field,
)
from catalog.problems import Problem, ProblemCode


def test_every_field_of_a_draft_has_a_name_in_three_languages() -> None:
    shapes = (Draft, DraftText, DraftPicture, Logistics)
    known = {one.name for shape in shapes for one in dataclasses.fields(shape)}
    known -= {"hash", "texts", "logistics"}
    assert known - FIELD_NAMES.keys() == set()
    for names in FIELD_NAMES.values():
        for words in (names.short, names.label, names.header):
            assert words is None or (len(words) == 3 and all(words))
    assert [field_name("team_size", language) for language in ("kk", "ru", "en", "de")] == [
        "Команда саны", "Размер команды", "Team size", "Team size",
    ]  # fmt: skip


def test_a_label_stands_by_an_input_and_the_short_name_where_there_is_none() -> None:
    assert field_label("fire", "ru") == "Есть открытый огонь или горячие части"
    assert field_name("fire", "ru") == "Огонь и нагрев"
    assert field_label("title", "kk") == field_name("title", "kk") == "Атауы"
    assert field_label("unheard", "en") == "unheard"
    assert split_field("title_kk") == ("title", "kk")
    assert split_field("team_size") == ("team_size", "")


def test_a_person_who_is_named_is_called_so_everywhere() -> None:
    for language, words in (
        ("kk", "Аты аталатын адамдар"), ("ru", "Люди по именам"), ("en", "People by name"),
    ):  # fmt: skip
        assert field_name("named", language) == field_label("named", language) == words
        told = Problem("title", ProblemCode.NAME_IN_TEXT, "Айгүл", {"found": "Айгүл"})
        assert words in told.sentence(language)


def test_every_header_is_read_back_as_its_field() -> None:
    fields = [name for name, names in FIELD_NAMES.items() if names.header is not None]
    assert len(fields) > 10
    for field in fields:
        for header in field_header(field):
            column = recognize(header)
            assert column is not None
            assert column.name == field
