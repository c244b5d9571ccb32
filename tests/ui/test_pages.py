"""Pages drawn from records: what they show, and that texts stay texts."""

from html.parser import HTMLParser

import pytest

from catalog.choices import Role
from catalog.records import CreatorRecord
from index import Highlighter, Hit, Reason, ReasonKind, SearchResult
from tests.hostile import IMAGE, SCRIPT, TEMPLATE
from tests.ui.conftest import exhibit_of, text
from ui.address import SearchAddress
from ui.names import Names
from ui.pages import college_page, exhibit_page, technologies_page, technology_page
from ui.results import Answer, Meaning, draw_results
from ui.text import speech
from ui.views import card


class Tags(HTMLParser):
    """Collects the tags and attributes of a piece of HTML, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(str(html))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def answer_of(*codes: str, **changes: object) -> Answer:
    values: dict[str, object] = {
        "query": "робот", "correction": None, "concepts": (),
        "hits": tuple(Hit(code, 1.0, (Reason(ReasonKind.MEANING),)) for code in codes),
        "total": len(codes), "facets": {"hall": {"A": len(codes)}}, "fits": True, "meaning": True,
        "terms": Highlighter(()), "took_ms": 1.0,
        **changes,
    }  # fmt: skip
    exhibits = [exhibit_of(code) for code in codes]
    result = SearchResult(**values)  # type: ignore[arg-type]
    return Answer(SearchAddress(query="робот"), result, exhibits)


def test_hostile_texts_of_an_exhibit_stay_text(names: Names) -> None:
    bad = f"{SCRIPT}{IMAGE}{TEMPLATE}"
    exhibit = exhibit_of(
        texts={"ru": text(bad[:150], bad, bad)}, keywords=(bad,), stand=bad, specialty={"ru": bad},
        hall_names={"ru": bad},
    )  # fmt: skip
    for html in (
        exhibit_page(exhibit, names, speech("ru"), similar=[exhibit]),
        draw_results(
            Answer(SearchAddress(query=bad), answer_of("ABC234").result, [exhibit]),
            names,
            speech("ru"),
        ),
    ):
        page = Tags(html)
        assert "script" not in page.tags
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        assert SCRIPT in page.text
        assert "49" not in page.text


def test_exhibit_is_shown_in_the_visitors_language_or_marked(names: Names) -> None:
    both = exhibit_of(texts={"kk": text("Қоқыс робот"), "ru": text("Робот")})
    assert "Қоқыс робот" in card(both, names, speech("kk")).plain_title
    assert card(both, names, speech("kk")).marker == ""
    russian = card(exhibit_of(), names, speech("kk"))
    assert (russian.language, russian.marker) == ("ru", "на русском")
    assert '<h1 lang="ru">Робот</h1>' in exhibit_page(exhibit_of(), names, speech("kk"))


def test_exhibit_tells_its_team_by_role_alone(names: Names) -> None:
    page = Tags(exhibit_page(exhibit_of(), names, speech("ru"))).text
    assert "2 автора, 1 руководитель" in page
    assert "предприятие для пробного внедрения" in page


def test_creators_are_named_where_their_names_are_public(names: Names) -> None:
    people = (
        CreatorRecord(Role.AUTHOR, "Айгүл <b>Серік</b>"), CreatorRecord(Role.SUPERVISOR, None),
    )  # fmt: skip
    page = Tags(exhibit_page(exhibit_of(people=people), names, speech("ru"))).text
    assert "Айгүл <b>Серік</b> (автор), 2 автора, 2 руководителя" in page


def test_exhibit_without_stand_summary_and_field_is_drawn(names: Names) -> None:
    bare = exhibit_of(
        stand=None,
        hall=None,
        hall_names={},
        field=None,
        kind=None,
        technologies=(),
        specialty={},
        specialty_slug=None,
        keywords=(),
        creators=(),
        team_size=None,
        course=None,
        seeking=(),
        texts={"en": text("Robot")},
    )
    assert "/cover.svg" in exhibit_page(bare, names, speech("ru"))
    assert "k-stand" not in exhibit_page(bare, names, speech("ru"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"fits": False}, "Ничего подходящего не нашлось"),
        ({"meaning": False}, "Сейчас поиск идёт только по словам"),
        ({"hits": (), "total": 0}, "1 экспонат"),
    ],
)
def test_results_say_what_a_visitor_must_know(
    names: Names, changes: dict[str, object], sentence: str
) -> None:
    answer = answer_of("ABC234", **changes)
    if sentence == "1 экспонат":
        sentence = "Ни один экспонат не подошёл"
        answer = Answer(answer.address, answer.result, [])
    page = Tags(draw_results(answer, names, speech("ru"), meaning=Meaning("loading"))).text
    assert sentence in page


def test_facet_counts_lead_where_they_say(names: Names) -> None:
    html = draw_results(answer_of("ABC234"), names, speech("ru"))
    assert 'href="/?q=%D1%80%D0%BE%D0%B1%D0%BE%D1%82&amp;hall=A"' in html


def test_college_page_never_links_to_a_script(names: Names) -> None:
    html = college_page(names.colleges["one"], names, speech("ru"), exhibits=[], total=0)
    assert "javascript" not in html
    assert 'href="tel:+77270000001"' in html


def test_technology_page_names_it_in_three_languages(names: Names) -> None:
    page = Tags(
        technology_page(names.technologies["robotics"], names, speech("kk"), exhibits=[], total=0)
    ).text
    for label in ("Роботтехника", "Робототехника", "Robotics", "роботы", "Дроны"):
        assert label in page


def test_lists_stand_in_the_alphabet_of_the_reader(names: Names) -> None:
    html = str(technologies_page(names, speech("kk")))
    assert "Роботтехника" in html
    assert "Дроны" not in html, "a technology nobody shows is not listed"
