"""Halls, their plans, their places; and all of it as tables."""

import io
from collections.abc import Callable

import openpyxl
import pytest
from PIL import Image
from sqlalchemy import select

from catalog import Store, reading
from catalog.audit import read_acts
from catalog.choices import MemberRole
from catalog.floor import FloorFigures, figures, floor
from catalog.halls import (
    Grid,
    PlaceFacts,
    add_hall,
    copy_of,
    edit_hall,
    put_places,
    remove_hall,
    remove_places,
    set_plan,
)
from catalog.models import Edition, Hall, Picture
from catalog.permissions import COMMAND_LINE
from catalog.pictures import public_picture
from catalog.refusals import Reason, Refused
from catalog.seating import Stand
from catalog.stand_tables import (
    assignments_table,
    import_assignments,
    import_places,
    places_table,
)
from catalog.stands import assign, undo
from catalog.workbooks import as_csv, as_table
from tests.catalog.entries import OPEN
from tests.catalog.people import Someone, someone
from tests.catalog.test_stands import code_at, stands

DRAWING = b'<svg viewBox="0 0 500 300"><rect x="1" y="1" width="9" height="9"/></svg>'


@pytest.fixture
def organizer(fair: Store) -> Someone:
    return someone(fair, MemberRole.ORGANIZER)


def reason_of(act: Callable[[], object]) -> Reason:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.reason


def picture(color: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 400), color).save(out, "PNG")
    return out.getvalue()


def test_a_hall_is_added_drawn_filled_and_removed(fair: Store, organizer: Someone) -> None:
    by = organizer.id
    add_hall(fair, "D", {"ru": "Зал D"}, by=by, now=OPEN)
    set_plan(fair, "D", DRAWING, by=by, now=OPEN)
    edit_hall(fair, "D", {"ru": "Двор", "kk": "Аула"}, entrance=(250, 300), by=by, now=OPEN)
    grid = Grid("D-", 9, 2, rows=2, x=10, y=20, width=50, height=40, gap_x=5, power_watts=900)
    assert put_places(fair, "D", grid.places(), by=by, now=OPEN) == 4
    assert put_places(fair, "D", [PlaceFacts("D-09", 0, 0, 9, 9)], by=by, now=OPEN) == 0
    remove_places(fair, "D", ["D-12"], by=by, now=OPEN)

    with fair.reading() as session:
        plan = floor(session, "fair", "D", by=by)
        filled = figures(session, "fair", by=by)
        edition = reading.current_edition(session)
        acts = read_acts(session, by=by)
    assert plan
    assert edition
    assert [one.facts for one in plan.places] == [
        PlaceFacts("D-09", 0, 0, 9, 9),
        PlaceFacts("D-10", 65, 20, 50, 40, 900),
        PlaceFacts("D-11", 10, 100, 50, 40, 900),
    ]
    assert (plan.width, plan.height, plan.entrance) == (500, 300, (250, 300))
    assert plan.svg == '<rect x="1" y="1" width="9" height="9"></rect>'
    assert filled[2] == FloorFigures("D", {"kk": "Аула", "ru": "Двор"}, 3, 0)
    assert [hall.slug for hall in edition.halls] == ["A", "B", "D"]
    assert {(act.action, act.object_kind, act.object_id) for act in acts[:6]} == {
        ("manage_stands", "hall", "D")
    }

    remove_hall(fair, "D", by=by, now=OPEN)
    with fair.reading() as session:
        assert floor(session, "fair", "D", by=by) is None


def test_what_will_not_do_is_refused_and_changes_nothing(fair: Store, organizer: Someone) -> None:
    by = organizer.id
    assert reason_of(lambda: add_hall(fair, "a", {"ru": "Зал"}, by=by, now=OPEN)) is (
        Reason.HALL_TAKEN
    )
    for slug, name in (("", "Зал"), ("зал", "Зал"), ("E", " ")):
        assert reason_of(lambda s=slug, n=name: add_hall(fair, s, {"ru": n}, by=by, now=OPEN)) is (  # type: ignore[misc]
            Reason.BAD_HALL
        )
    good = PlaceFacts("1", 0, 0, 9, 9)
    for bad in (
        PlaceFacts("2", 995, 0, 9, 9), PlaceFacts("2", 0, 595, 9, 9), PlaceFacts("2", -1, 0, 9, 9),
        PlaceFacts("", 0, 0, 9, 9), PlaceFacts("2 ", 0, 0, 9, 9), PlaceFacts("2" * 21, 0, 0, 9, 9),
        PlaceFacts("2", 0, 0, 9, 9, power_watts=100_001), PlaceFacts("2", 0, 0, 9, 9, floor_area=0),
        PlaceFacts("2", 0, 0, 0, 9),
    ):  # fmt: skip
        assert (
            reason_of(
                lambda b=bad: put_places(fair, "B", [good, b], by=by, now=OPEN)  # type: ignore[misc]
            )
            is Reason.BAD_PLACE
        )
    assert reason_of(lambda: set_plan(fair, "B", b"<svg/>", by=by, now=OPEN)) is Reason.PLAN_NOT_SVG
    assert reason_of(lambda: remove_hall(fair, "B", by=by, now=OPEN)) is Reason.PLACE_IN_USE
    put_places(fair, "B", [PlaceFacts("B-01", 0, 0, 9, 9)], by=by, now=OPEN)
    assert reason_of(lambda: remove_places(fair, "B", ["B-01"], by=by, now=OPEN)) is (
        Reason.PLACE_IN_USE
    )
    with fair.reading() as session:
        plan = floor(session, "fair", "B", by=by)
    assert plan
    assert [one.facts.number for one in plan.places] == ["B-01"]


@pytest.mark.parametrize("role", [role for role in MemberRole if role != MemberRole.ORGANIZER])
def test_halls_and_stands_are_the_organizers_alone(fair: Store, role: MemberRole) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    by = someone(fair, role, college=college).id
    for act in (
        lambda: add_hall(fair, "D", {"ru": "Зал"}, by=by, now=OPEN),
        lambda: edit_hall(fair, "A", {"ru": "Зал"}, by=by, now=OPEN),
        lambda: remove_hall(fair, "A", by=by, now=OPEN),
        lambda: set_plan(fair, "A", DRAWING, by=by, now=OPEN),
        lambda: put_places(fair, "A", [PlaceFacts("1", 0, 0, 9, 9)], by=by, now=OPEN),
        lambda: remove_places(fair, "A", ["1"], by=by, now=OPEN),
        lambda: assign(fair, "R2B2T2", Stand("A", "A-09"), by=by, now=OPEN),
        lambda: import_places(fair, b"hall;stand\nA;1\n", "a.csv", edition="fair", by=by, now=OPEN),
    ):
        assert reason_of(act) is Reason.NOT_YOUR_ROLE


def test_a_picture_is_a_plan_and_goes_when_another_comes(fair: Store, organizer: Someone) -> None:
    by = organizer.id
    put_places(fair, "B", [PlaceFacts("B-01", 500, 300, 100, 60)], by=by, now=OPEN)
    set_plan(fair, "B", picture("navy"), by=by, now=OPEN)

    with fair.reading() as session:
        plan = floor(session, "fair", "B", by=by)
        assert plan
        shown = public_picture(session, plan.picture, 960)
    # The picture is twice as wide as high; the places keep where they lay in proportion.
    assert (plan.width, plan.height) == (1000, 500)
    assert plan.places[0].facts == PlaceFacts("B-01", 500, 250, 100, 50)
    assert shown
    assert shown.webp[:4] == b"RIFF"

    set_plan(fair, "B", b"", by=by, now=OPEN)
    with fair.reading() as session:
        assert session.scalars(select(Picture.hash)).all() == []
        assert public_picture(session, plan.picture, 960) is None


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
@pytest.mark.parametrize(("name", "made"), [("p.xlsx", as_table), ("p.csv", as_csv)])
def test_places_go_out_and_come_in_the_same(
    fair: Store, organizer: Someone, language: str, name: str, made: Callable[..., bytes]
) -> None:
    by = organizer.id
    grid = Grid("B-", 1, 3, x=5, y=5, network=True, noise=False, fire=True, power_watts=700)
    put_places(fair, "B", grid.places(), by=by, now=OPEN)
    with fair.reading() as session:
        before = places_table(session, "fair", language, by=by)

    report = import_places(fair, made(*before), name, edition="fair", by=by, now=OPEN)

    assert (report.rows, report.changed, report.problems) == (3, 3, ())
    with fair.reading() as session:
        assert places_table(session, "fair", language, by=by) == before


def test_an_edited_table_changes_places_and_names_its_errors(
    fair: Store, organizer: Someone
) -> None:
    by = organizer.id
    put_places(fair, "B", Grid("B-", 1, 2, x=5, y=5).places(), by=by, now=OPEN)
    good = "зал;стенд;x;мощность, Вт;сеть\nЗал B;B-01;300;1500;да\nb;B-09;;;нет\n"
    report = import_places(fair, good.encode(), "a.csv", edition="fair", by=by, now=OPEN)
    assert report.changed == 2
    with fair.reading() as session:
        _, rows = places_table(session, "fair", "en", by=by)
    assert [row[:3] + row[6:9] for row in rows] == [
        ["B", "B-01", "300", "1500", "4", "yes"],
        ["B", "B-02", "75", "0", "4", "no"],
        ["B", "B-09", "0", "0", "4", "no"],
    ]

    bad = "hall,stand,x,network\nB,B-01,1,yes\nZ,1,1,\nB,,1,\nB,B-01,2,\nB,B-02,many,perhaps\nB,B-03,999,\n"
    report = import_places(fair, bad.encode(), "a.csv", edition="fair", by=by, now=OPEN)
    assert report.changed == 0
    assert [(one.row, one.column, one.value) for one in report.problems] == [
        (3, "hall", "Z"), (4, "stand", ""), (5, "stand", "B-01"), (6, "x", "many"),
        (6, "network", "perhaps"), (7, "", "B-03"),
    ]  # fmt: skip
    with fair.reading() as session:
        assert places_table(session, "fair", "en", by=by)[1] == rows


def test_who_stands_where_goes_out_is_edited_and_comes_in(fair: Store, organizer: Someone) -> None:
    by = organizer.id
    one, other = code_at(fair, ("B", "B-01")), code_at(fair, ("B", "B-02"))
    with fair.reading() as session:
        header, rows = assignments_table(session, "fair", "ru", by=by)
    assert header == ["код", "название", "колледж", "зал", "стенд"]
    assert ["R2B2T2", "Робот-сортировщик мусора", "Колледж робототехники «Темірқол»", "A",
            "A-01"] in rows  # fmt: skip
    same = import_assignments(
        fair, as_table(header, rows), "s.xlsx", edition="fair", by=by, now=OPEN
    )
    assert (same.rows, same.changed, same.problems) == (3, 0, ())

    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (
        ("код", "зал", "стенд"), (one, None, "B-02"), (other, "Зал B", "B-01"),
        ("r2b2t2", None, "[очистить]"),
    ):  # fmt: skip
        page.append(row)
    data = io.BytesIO()
    book.save(data)
    report = import_assignments(fair, data.getvalue(), "s.xlsx", edition="fair", by=by, now=OPEN)
    assert (report.changed, report.problems) == (3, ())
    after = {"R2B2T2": (None, None), one: ("B", "B-02"), other: ("B", "B-01")}
    assert stands(fair) == after

    clash = f"code;hall;stand\n{one};B;B-07\nR2B2T2;B;B-07\n".encode()
    report = import_assignments(fair, clash, "s.csv", edition="fair", by=by, now=OPEN)
    assert [(p.row, p.sentence("en")) for p in report.problems] == [
        (2, f"Place B-07 is taken by exhibit {one}.")
    ]
    unknown = b"code;hall;stand\nZZZZZZ;B;1\n"
    report = import_assignments(fair, unknown, "s.csv", edition="fair", by=by, now=OPEN)
    assert [(p.row, p.column, p.value) for p in report.problems] == [(2, "code", "ZZZZZZ")]
    assert stands(fair) == after


def test_an_import_of_stands_is_undone(fair: Store, organizer: Someone) -> None:
    before = stands(fair)
    table = b"code;hall;stand\nR2B2T2;B;B-11\n"
    report = import_assignments(fair, table, "s.csv", edition="fair", by=organizer.id, now=OPEN)
    assert stands(fair)["R2B2T2"] == ("B", "B-11")
    undo(fair, report.moved, by=COMMAND_LINE, now=OPEN)
    assert stands(fair) == before


def test_the_next_fair_has_the_same_hall_and_nobody_in_it(fair: Store, organizer: Someone) -> None:
    by = organizer.id
    set_plan(fair, "B", DRAWING, by=by, now=OPEN)
    put_places(fair, "B", [PlaceFacts("B-01", 5, 6, 9, 9, 500, 6, True)], by=by, now=OPEN)
    with fair.writing() as session:
        source = session.scalars(select(Hall).where(Hall.slug == "B")).one()
        copied = copy_of(source)
        edition = Edition(slug="next", year=2027, name_ru="Следующая", halls=[copied])
        session.add(edition)

    with fair.reading() as session:
        plan = floor(session, "next", "B", by=COMMAND_LINE)
    assert plan
    assert (plan.svg, plan.width, plan.height) == (
        '<rect x="1" y="1" width="9" height="9"></rect>',
        500,
        300,
    )
    assert [(one.facts, one.holder) for one in plan.places] == [
        (PlaceFacts("B-01", 5, 6, 9, 9, 500, 6, True), None)
    ]
