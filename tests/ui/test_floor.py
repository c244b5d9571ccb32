"""The plan as visitors read it: in words, drawn, listed; hostile texts stay texts."""

import re

import pytest

from catalog.floor import HallPlan, PlaceRecord, Shown
from catalog.halls import PlaceFacts
from tests.hostile import IMAGE, SCRIPT
from tests.ui.test_pages import Tags
from ui.floor import Depth, Side, drawing, plan_page, way_in
from ui.names import Names
from ui.text import speech


def place(number: str, x: int, y: int, holder: Shown | None = None) -> PlaceRecord:
    return PlaceRecord(PlaceFacts(number, x, y, 20, 10), holder)


ROBOT = Shown("ABC234", {"ru": "Робот"}, {"ru": "Первый колледж"})
PLAN = HallPlan(
    "A", {"ru": "Зал A"}, 300, 200, '<rect x="1"></rect>', "", (150, 200),
    (place("A-1", 10, 10, ROBOT), place("A-2", 140, 100), place("A-3", 270, 180)),
    (("X-9", Shown("XYZ987", {"en": "Lost"}, {})),),
)  # fmt: skip


@pytest.mark.parametrize(
    ("entrance", "expected"),
    [
        ((150, 200), [("left", "back"), ("ahead", "middle"), ("right", "front")]),
        ((150, 0), [("right", "front"), ("ahead", "middle"), ("left", "back")]),
        ((0, 100), [("left", "front"), ("ahead", "middle"), ("right", "back")]),
        ((300, 100), [("right", "back"), ("ahead", "middle"), ("left", "front")]),
    ],
)
def test_a_stand_lies_where_one_sees_it_on_coming_in(
    entrance: tuple[int, int], expected: list[tuple[str, str]]
) -> None:
    plan = HallPlan("A", {}, 300, 200, "", "", entrance, PLAN.places)

    found = [way_in(plan, one) for one in plan.places]

    assert found == [(Side(side), Depth(depth)) for side, depth in expected]
    assert way_in(HallPlan("A", {}, 300, 200, "", "", None, ()), PLAN.places[0]) is None


def told(names: Names, language: str, **asked: str) -> list[str]:
    html = plan_page(PLAN, names, speech(language), light=True, **asked)  # type: ignore[arg-type]
    return re.findall(r"<p>([^<]+)</p>", html)


def test_the_way_is_told_in_words(names: Names) -> None:
    assert told(names, "ru", wanted="A-1") == ["От входа: слева, в дальнем конце."]
    assert told(names, "kk", wanted="A-1", here="A-3") == [
        "Сіз осындасыз: A-3 стенді.",
        "Кіреберістен: сол жақта, залдың түкпірінде.",
        "Тұрған жеріңізден: жоспар бойынша жоғары және солға.",
    ]
    assert told(names, "en", wanted="A-3", here="B-7", here_hall="B") == [
        "You are in another hall: B.",
        "From the entrance: to the right, near the entrance.",
    ]
    assert "There is no stand A-77 in this hall." in plan_page(
        PLAN, names, speech("en"), wanted="A-77", light=True
    )


def test_the_plan_marks_both_stands_and_lists_who_stands_where(names: Names) -> None:
    html = plan_page(PLAN, names, speech("ru"), wanted="A-1", here="A-3", light=True)

    kinds = re.findall(
        r'class="k-place k-place-(\w+)" href="([^"]+)"[^>]*aria-label="([^"]+)"', html
    )
    assert kinds == [
        ("wanted", "/plan?hall=A&amp;stand=A-1&amp;from=A-3",
         "Стенд A-1: вы его ищете. Робот"),
        ("free", "/plan?hall=A&amp;stand=A-2&amp;from=A-3", "Стенд A-2: свободен"),
        ("here", "/plan?hall=A&amp;stand=A-3&amp;from=A-3", "Стенд A-3: вы здесь"),
    ]  # fmt: skip
    listed = html[html.index("k-plan-list") :]
    assert 'href="/e/ABC234"' in listed
    assert 'href="/e/XYZ987"' in listed
    assert "Первый колледж" in listed
    assert "A-2" not in listed


def test_the_app_draws_the_same_places_without_svg(names: Names) -> None:
    html = plan_page(PLAN, names, speech("ru"), wanted="A-1")

    assert "<svg" not in html
    assert 'src="data:image/svg+xml;base64,' in html
    assert 'href="/hall?hall=A&amp;stand=A-2&amp;from=A-1"' in html
    assert "left: 46.67%; top: 50.0%; width: 6.67%; height: 5.0%" in html


@pytest.mark.parametrize("light", [True, False])
def test_hostile_texts_stay_texts(names: Names, light: bool) -> None:
    bad = f'{SCRIPT}{IMAGE}" onclick="x'
    plan = HallPlan(
        bad, {"ru": bad}, 300, 200, "", "", None,
        (place(bad, 0, 0, Shown(bad, {"ru": bad}, {"ru": bad})),), ((bad, ROBOT),),
    )  # fmt: skip

    html = plan_page(plan, names, speech("ru"), wanted=bad, here=bad, here_hall=bad, light=light)
    html += drawing(plan, speech("ru"), href=lambda _: bad, kind=lambda _: "held", light=light)

    found = Tags(html)
    assert not {"script", "img"} & found.tags
    assert not [name for name, _ in found.attributes if name.startswith("on")]
