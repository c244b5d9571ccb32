"""Who stands where: each move is made whole, written down, told and undone."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from catalog import Store, reading
from catalog.audit import read_acts
from catalog.choices import Decision, Deed, MemberRole, State
from catalog.desk import entry_view
from catalog.errors import NotThere
from catalog.floor import Standing, find_in_hall, floor, hall_plan, stand_page, to_seat
from catalog.halls import Grid, put_places
from catalog.models import Proposal
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Reason, Refused
from catalog.review import decide, hide, move
from catalog.seating import Stand
from catalog.stands import Moved, assign, assign_all, swap, undo
from catalog.states import Incomplete
from catalog.submissions import autosave, open_copy, save
from tests.catalog.entries import COMPLETE, OPEN, given_in, rewrite, titled
from tests.catalog.people import Someone, someone
from tests.catalog.test_review import told

GRID = Grid("B-", 1, 4, rows=2, x=10, y=10, width=50, height=40)


@pytest.fixture
def organizer(fair: Store) -> Someone:
    return someone(fair, MemberRole.ORGANIZER, name="Әлия")


@pytest.fixture
def coordinator(fair: Store) -> Someone:
    return someone(fair, MemberRole.COORDINATOR, college="temirqol", name="Гүлнар")


@pytest.fixture
def hall_b(fair: Store) -> None:
    put_places(fair, "B", GRID.places(), by=COMMAND_LINE, now=OPEN)


def stands(store: Store) -> dict[str, tuple[str | None, str | None]]:
    with store.reading() as session:
        shown = reading.exhibits(session, "fair").values()
        return {one.code: (one.hall, one.stand) for one in shown}


def code_at(store: Store, stand: tuple[str, str]) -> str:
    return next(code for code, where in stands(store).items() if where == stand)


def accepted(store: Store, who: Someone, title: str) -> str:
    code = given_in(store, who, titled(title))
    decide(store, [code], Decision.ACCEPTED, by=COMMAND_LINE, now=OPEN)
    return code


def refusal(error: object) -> tuple[Reason, dict[str, object]]:
    assert isinstance(error, Refused)
    return error.reason, error.facts


def test_a_stand_is_given_written_down_told_and_taken_back(
    fair: Store, organizer: Someone, coordinator: Someone, hall_b: None
) -> None:
    before = fair.revision()
    moved = assign(fair, "R2B2T2", Stand("B", "B-03"), by=organizer.id, now=OPEN)

    assert moved == Moved({"R2B2T2": Stand("A", "A-01")}, {"R2B2T2": Stand("B", "B-03")})
    assert stands(fair)["R2B2T2"] == ("B", "B-03")
    assert fair.revision() == before + 1
    with fair.reading() as session:
        assert reading.changes(session, before) == frozenset({"R2B2T2"})
        view = entry_view(session, "R2B2T2", by=organizer.id, now=OPEN)
        acts = read_acts(session, by=organizer.id)
    line = view.history[-1]
    assert (line.deed, line.reason, line.who) == (Deed.STAND_MOVED, "A · A-01 → B · B-03", "Әлия")
    assert (acts[0].action, acts[0].object_id) == ("assign_stand", "R2B2T2")

    assert undo(fair, moved, by=organizer.id, now=OPEN).after == moved.before
    assert stands(fair)["R2B2T2"] == ("A", "A-01")
    assign(fair, "R2B2T2", None, by=organizer.id, now=OPEN)
    assert stands(fair)["R2B2T2"] == (None, None)
    assert told(fair, coordinator) == [
        "Место экспоната «Робот-сортировщик мусора»: зал B, стенд B-03.",
        "Место экспоната «Робот-сортировщик мусора»: зал A, стенд A-01.",
        "У экспоната «Робот-сортировщик мусора» больше нет стенда. Новый назначит организатор.",
    ]


def test_no_place_is_given_twice_nor_one_that_is_not_there(
    fair: Store, organizer: Someone, coordinator: Someone, hall_b: None
) -> None:
    holder = code_at(fair, ("B", "B-01"))
    waiting = accepted(fair, coordinator, "Рука первая")
    other = accepted(fair, coordinator, "Рука вторая")
    assign(fair, waiting, Stand("B", "B-05"), by=organizer.id, now=OPEN)
    before = stands(fair)

    for code, stand, expected in (
        (waiting, Stand("B", "B-01"), (Reason.STAND_TAKEN, {"number": "B-01", "by": holder})),
        # One that is accepted holds its place too.
        ("R2B2T2", Stand("B", "B-05"), (Reason.STAND_TAKEN, {"number": "B-05", "by": waiting})),
        (other, Stand("B", "B-99"), (Reason.NO_SUCH_PLACE, {"hall": "B", "number": "B-99"})),
        (other, Stand("Z", "1"), (Reason.NO_SUCH_PLACE, {"hall": "Z", "number": "1"})),
        # Hall A has no numbered places: any number will do, but none that is no number.
        (other, Stand("A", ""), (Reason.NO_SUCH_PLACE, {"hall": "A", "number": ""})),
        (other, Stand("A", "A-01"), (Reason.STAND_TAKEN, {"number": "A-01", "by": "R2B2T2"})),
    ):
        with pytest.raises(Refused) as caught:
            assign(fair, code, stand, by=organizer.id, now=OPEN)
        assert refusal(caught.value) == expected
    both = {other: Stand("B", "B-07"), "R2B2T2": Stand("B", "B-07")}
    with pytest.raises(Refused) as caught:
        assign_all(fair, both, by=organizer.id, now=OPEN)
    assert refusal(caught.value)[0] is Reason.STAND_TAKEN
    with pytest.raises(NotThere):
        assign(fair, "ZZZZZZ", None, by=organizer.id, now=OPEN)
    assert stands(fair) == before
    with pytest.raises(IntegrityError), fair.writing() as session:
        session.execute(
            text(
                "UPDATE exhibit SET stand_number = 'B-01',"
                " hall_id = (SELECT id FROM hall WHERE slug = 'B') WHERE code = :code"
            ),
            {"code": waiting},
        )


def test_two_change_places_and_a_third_may_not_come_between(
    fair: Store, organizer: Someone, hall_b: None
) -> None:
    one, other = code_at(fair, ("B", "B-01")), code_at(fair, ("B", "B-02"))

    moved = swap(fair, one, other, by=organizer.id, now=OPEN)

    assert stands(fair)[one] == ("B", "B-02")
    assert stands(fair)[other] == ("B", "B-01")
    later = assign(fair, one, Stand("B", "B-08"), by=organizer.id, now=OPEN)
    with pytest.raises(Refused) as caught:
        undo(fair, moved, by=organizer.id, now=OPEN)
    assert refusal(caught.value) == (Reason.STAND_CHANGED, {"code": one})
    undo(fair, later, by=organizer.id, now=OPEN)
    undo(fair, moved, by=organizer.id, now=OPEN)
    assert stands(fair)[one] == ("B", "B-01")
    assert stands(fair)[other] == ("B", "B-02")


def test_a_cancelled_exhibit_frees_its_stand_and_comes_back_to_a_free_one_alone(
    fair: Store, organizer: Someone, coordinator: Someone
) -> None:
    newcomer = accepted(fair, coordinator, "Рука третья")
    move(fair, ["R2B2T2"], State.CANCELLED, reason="Сломался", by=organizer.id, now=OPEN)
    assign(fair, newcomer, Stand("A", "A-01"), by=organizer.id, now=OPEN)

    [outcome] = move(fair, ["R2B2T2"], State.PUBLISHED, by=organizer.id, now=OPEN)
    assert isinstance(outcome.error, Incomplete)
    assert outcome.sentence("ru") == f"Этот стенд занят: {newcomer}."

    assign(fair, "R2B2T2", Stand("A", "A-02"), by=organizer.id, now=OPEN)
    [outcome] = move(fair, ["R2B2T2"], State.PUBLISHED, by=organizer.id, now=OPEN)
    assert outcome.done
    assert stands(fair)["R2B2T2"] == ("A", "A-02")
    [outcome] = move(fair, [newcomer], State.PUBLISHED, by=organizer.id, now=OPEN)
    assert outcome.done
    assert stands(fair)[newcomer] == ("A", "A-01")


def test_an_entry_with_a_taken_stand_is_not_accepted_nor_saved_so(
    fair: Store, organizer: Someone, coordinator: Someone
) -> None:
    code = given_in(fair, coordinator, titled("Рука четвёртая"))
    rewrite(fair, code, organizer, replace(titled("Рука четвёртая"), hall="A", stand="A-01"))

    [outcome] = decide(fair, [code], Decision.ACCEPTED, by=organizer.id, now=OPEN)
    assert outcome.sentence("en") == "This stand is taken by R2B2T2."

    other = accepted(fair, coordinator, "Рука пятая")
    with pytest.raises(Incomplete):
        rewrite(fair, other, organizer, replace(titled("Рука пятая"), hall="A", stand="A-01"))


def test_what_is_being_written_brings_no_old_stand_back(
    fair: Store, organizer: Someone, coordinator: Someone
) -> None:
    rewrite(fair, "R2B2T2", coordinator, titled("Робот, которого переписали"))
    copy = open_copy(fair, code="R2B2T2", by=organizer.id, now=OPEN)
    assign(fair, "R2B2T2", Stand("B", "B-09"), by=organizer.id, now=OPEN)

    with fair.reading() as session:
        [content] = session.scalars(select(Proposal.content))
    assert (content["hall"], content["stand"]) == ("B", "B-09")
    words = titled("Робот, которого переписал организатор", COMPLETE)
    autosave(fair, copy.id, replace(words, hall="A", stand="A-01"), by=organizer.id, now=OPEN)
    save(fair, copy.id, by=organizer.id, now=OPEN)
    assert stands(fair)["R2B2T2"] == ("B", "B-09")


def codes(lines: Sequence[object]) -> list[str]:
    return [line.code for line in lines]  # type: ignore[attr-defined]


def test_organizers_read_the_floor_and_visitors_the_public_part_of_it(
    fair: Store, organizer: Someone, coordinator: Someone, hall_b: None
) -> None:
    waiting = accepted(fair, coordinator, "Рука шестая")
    placed = accepted(fair, coordinator, "Рука седьмая")
    assign(fair, placed, Stand("B", "B-03"), by=organizer.id, now=OPEN)
    hidden, shown = code_at(fair, ("B", "B-01")), code_at(fair, ("B", "B-02"))
    hide(fair, hidden, hidden=True, by=organizer.id, now=OPEN)

    with fair.reading() as session:
        ours = floor(session, "fair", "B", by=organizer.id)
        public = hall_plan(session, "fair", "B")
        without = stand_page(session, "fair", standing=Standing.WITHOUT, by=organizer.id)
        every = stand_page(session, "fair", by=organizer.id)
        of_hall = stand_page(session, "fair", hall="B", by=organizer.id)
        by_words = find_in_hall(session, "fair", "рука СЕДЬМАЯ", by=organizer.id)
        by_stand = find_in_hall(session, "fair", "b-03", by=organizer.id)
        guests, places, fixed = to_seat(session, "fair", by=organizer.id)
        with pytest.raises(Refused):
            floor(session, "fair", "B", by=coordinator.id)
        assert hall_plan(session, "fair", "Z") is None

    assert ours
    assert public
    numbers = [f"B-{n:02d}" for n in range(1, 9)]
    assert [one.facts.number for one in ours.places] == numbers
    held = [(one.facts.number, one.holder.code) for one in ours.places if one.holder]
    assert held == [("B-01", hidden), ("B-02", shown), ("B-03", placed)]
    seen = [(one.facts.number, one.holder.code) for one in public.places if one.holder]
    assert seen == [("B-02", shown)]
    assert codes(without.lines) == [waiting]
    assert without.total == 1
    assert codes(every.lines) == [waiting, "R2B2T2", hidden, shown, placed]
    assert every.colleges == {"temirqol": 3, "zhasyl-dala": 2}
    assert codes(of_hall.lines) == [hidden, shown, placed]
    assert codes(by_words) == [placed]
    assert codes(by_stand) == [placed]
    assert {guest.code for guest in guests} == {waiting, placed, hidden, shown, "R2B2T2"}
    assert fixed["R2B2T2"] == Stand("A", "A-01")
    assert len(places) == 8
