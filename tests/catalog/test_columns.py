import pytest

from catalog.columns import Column, assign, recognize


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("title", Column("title")),
        ("Title_KK", Column("title", "kk")),
        ("Название (каз.)", Column("title", "kk")),
        ("Название на русском языке", Column("title", "ru")),
        ("Атауы қазақ тілінде", Column("title", "kk")),
        ("Краткое описание", Column("summary")),
        ("Технология 2", Column("technologies", None, 2)),
        ("technologies_10", Column("technologies", None, 10)),
        ("№", None),
        ("Оқу орны", Column("college")),
        ("Размер команды", Column("team_size")),
        ("Мамандық (орыс)", Column("specialty", "ru")),
        ("ru", None),
        ("college_ru", None),
        ("title 2", None),
        ("Телефон руководителя", Column("teacher_phone")),
        ("Дата рождения", None),
        ("", None),
    ],
)
def test_headers_are_recognized_in_three_languages(header: str, column: Column | None) -> None:
    assert recognize(header) == column


def test_mapping_comes_before_what_a_header_says() -> None:
    headers = ["technologies", "organization", "year"]

    assigned, unknown = assign(headers, {"keywords": "technologies"})

    assert assigned == {"technologies": Column("keywords"), "organization": Column("college")}
    assert unknown == ("year",)


def test_of_two_headers_for_one_column_the_first_counts() -> None:
    assigned, unknown = assign(["Название", "Тема"], {})

    assert assigned == {"Название": Column("title")}
    assert unknown == ("Тема",)
