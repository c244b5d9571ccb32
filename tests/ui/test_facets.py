"""A facet of hundreds of values: the commonest in sight, any other by a few letters."""

import re
from dataclasses import replace

import pytest

from catalog.records import CollegeRecord
from ui.address import SearchAddress
from ui.facets import FacetView, draw_found, facet_view
from ui.names import Names
from ui.text import speech

RU = speech("ru")


@pytest.fixture
def many(names: Names) -> Names:
    """Colleges c000 to c299, whose names don't follow their slugs."""
    colleges = {
        f"c{number:03}": CollegeRecord(
            slug=f"c{number:03}", names={"ru": f"Колледж {999 - number}"},
            short_names={"kk": "ҚІТ"} if number == 123 else {},
            aliases=("Жылыжай",) if number == 45 else (), address={}, about={}, phone=None,
            email=None, site=None, study_url=None, founded=None, specialties=(), exhibit_count=1,
        )
        for number in range(300)
    }  # fmt: skip
    return replace(names, colleges=colleges)


def counts(number: int) -> dict[str, int]:
    """The later a college, the more it shows; two share every count."""
    return {f"c{one:03}": one // 2 + 1 for one in range(number)}


def college_facet(found: dict[str, int], many: Names, **filters: str) -> FacetView:
    address = SearchAddress(query="робот", filters=filters)
    view = facet_view("college", found, address, many, RU, {})
    assert view is not None
    return view


def names_of(options: object) -> list[tuple[str, int]]:
    return [(option.phrase.text, option.count) for option in options]  # type: ignore[attr-defined]


def test_commonest_values_stand_first_and_equals_by_the_alphabet(many: Names) -> None:
    view = college_facet(counts(300), many)

    assert names_of(view.options) == [
        ("Колледж 700", 150), ("Колледж 701", 150), ("Колледж 702", 149), ("Колледж 703", 149),
        ("Колледж 704", 148), ("Колледж 705", 148), ("Колледж 706", 147), ("Колледж 707", 147),
    ]  # fmt: skip
    assert names_of(view.more) == [(f"Колледж {708 + n}", 146 - n // 2) for n in range(12)]
    assert view.total == 300
    assert view.find == "/values?facet=college&q=%D1%80%D0%BE%D0%B1%D0%BE%D1%82"


def test_all_values_are_on_the_page_where_it_has_room(many: Names) -> None:
    view = college_facet(counts(40), many)

    assert (len(view.options), len(view.more), view.find) == (8, 32, "")
    more = [name for name, _ in names_of(view.more)]
    assert more == sorted(more)


def test_two_more_than_are_in_sight_are_not_folded_away(many: Names) -> None:
    assert [len(college_facet(counts(10), many).options)] == [10]
    assert [len(college_facet(counts(11), many).options)] == [8]


@pytest.mark.parametrize("number", [3, 300])
def test_chosen_value_is_first_with_its_count_however_rare(many: Names, number: int) -> None:
    view = college_facet(counts(number), many, college="c001")

    first = view.options[0]
    assert (first.phrase.text, first.count, first.chosen) == ("Колледж 998", 1, True)
    assert first.href == "/?q=%D1%80%D0%BE%D0%B1%D0%BE%D1%82"
    assert [option.chosen for option in [*view.options[1:], *view.more]].count(True) == 0


def test_chosen_value_that_nothing_is_left_of_stays(many: Names) -> None:
    assert names_of(college_facet({"c002": 5}, many, college="c200").options) == [
        ("Колледж 799", 0), ("Колледж 997", 5)
    ]  # fmt: skip


def test_facet_without_values_is_not_shown(many: Names) -> None:
    assert facet_view("college", {}, SearchAddress(), many, RU, {}) is None
    assert facet_view("college", {"c001": 0}, SearchAddress(), many, RU, {}) is None


def found(letters: str, many: Names, **filters: str) -> list[tuple[str, str]]:
    address = SearchAddress(query="робот", filters=filters)
    html = draw_found("college", letters, counts(300), address, many, RU, {"lang": "ru"})
    return re.findall(r"<span>([^<]+)</span><span class=\"k-count\">(\d+)</span>", html)


def test_value_is_found_by_the_beginning_of_a_word(many: Names) -> None:
    assert found("98", many) == [(f"Колледж {980 + n}", str(10 - n // 2)) for n in range(10)]
    assert found("колледж 876", many) == [("Колледж 876", "62")]
    assert found("олледж", many) == []


def test_value_is_found_by_any_of_its_names_typed_without_kazakh_letters(many: Names) -> None:
    assert found("кит", many) == found("ҚІТ", many) == [("Колледж 876", "62")]
    assert found("жылы", many) == [("Колледж 954", "23")]


def test_chosen_value_is_there_whatever_is_typed(many: Names) -> None:
    assert found("876", many, college="c001") == [("Колледж 998", "1"), ("Колледж 876", "62")]
    assert found("ничего", many, college="c001") == [("Колледж 998", "1")]


def test_no_more_are_drawn_than_can_be_looked_through(many: Names) -> None:
    html = draw_found("college", "кол", counts(300), SearchAddress(), many, RU, {})

    assert html.count("<a ") == 20
    assert "Ещё 280: введите больше букв." in html


def test_a_found_value_leads_to_the_search_narrowed_by_it(many: Names) -> None:
    address = SearchAddress(query="робот", filters={"hall": "A"}, page=3)
    html = draw_found("college", "876", counts(300), address, many, RU, {"lang": "ru"})

    query = "q=%D1%80%D0%BE%D0%B1%D0%BE%D1%82"
    assert re.findall(r'href="([^"]+)"', html) == [
        f"/?{query}&amp;college=c123&amp;hall=A&amp;lang=ru"
    ]
