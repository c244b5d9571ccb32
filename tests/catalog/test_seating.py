"""The proposal as a pure function: what must hold of every one, and what a few shall be."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from catalog.seating import Guest, Lack, Needs, Place, Seating, Stand, lacks, order, propose


def row(hall: str, count: int, **offer: object) -> list[Place]:
    return [
        Place(Stand(hall, f"{hall}-{n:02d}"), n * 10.0, 0.0, **offer)  # type: ignore[arg-type]
        for n in range(1, count + 1)
    ]


def most_that_can_stand(guests: Sequence[Guest], places: Sequence[Place]) -> int:
    """The size of a largest matching, by augmenting depth first."""
    holder: dict[Stand, Guest] = {}

    def seat(guest: Guest, tried: set[Stand]) -> bool:
        for place in places:
            if place.stand in tried or lacks(guest.needs, place):
                continue
            tried.add(place.stand)
            if place.stand not in holder or seat(holder[place.stand], tried):
                holder[place.stand] = guest
                return True
        return False

    return sum(seat(guest, set()) for guest in guests)


NEEDS = st.builds(
    Needs,
    power_watts=st.sampled_from((0, 500, 2_000)),
    floor_area=st.integers(1, 4),
    network=st.booleans(),
    noise=st.booleans(),
    fire=st.booleans(),
)


@st.composite
def situations(
    draw: st.DrawFn,
) -> tuple[list[Guest], list[Place], dict[str, Stand], list[Stand]]:
    places = [
        Place(
            Stand(draw(st.sampled_from("AB")), f"{n}"),
            draw(st.integers(0, 100)),
            draw(st.integers(0, 100)),
            draw(st.sampled_from((0, 1_000, 3_000))),
            draw(st.integers(1, 4)),
            draw(st.booleans()),
            draw(st.booleans()),
            draw(st.booleans()),
        )
        for n in range(draw(st.integers(0, 8)))
    ]
    guests = [
        Guest(f"E{n}", draw(st.sampled_from("xyz")), draw(NEEDS))
        for n in range(draw(st.integers(0, 9)))
    ]
    stands = draw(st.permutations([place.stand for place in places]))
    number = draw(st.integers(0, min(len(guests), len(stands))))
    fixed = {
        guest.code: stand for guest, stand in zip(guests[:number], stands[:number], strict=True)
    }
    held = draw(st.lists(st.sampled_from(stands), max_size=2)) if stands else []
    return guests, places, fixed, held


@given(situations())
def test_a_proposal_breaks_no_rule(
    situation: tuple[list[Guest], list[Place], dict[str, Stand], list[Stand]],
) -> None:
    guests, places, fixed, held = situation
    made = propose(guests, places, fixed, held=held)
    known = {place.stand: place for place in places}
    needs = {guest.code: guest.needs for guest in guests}

    assert len(set(made.stands.values())) == len(made.stands)
    assert not set(made.stands.values()) & {*fixed.values(), *held}
    assert not made.stands.keys() & fixed.keys()
    for code, stand in made.stands.items():
        place, need = known[stand], needs[code]
        assert need.power_watts <= place.power_watts
        assert need.floor_area <= place.floor_area
        assert not need.network or place.network
        assert not need.noise or place.noise
        assert not need.fire or place.fire
    everybody = {guest.code for guest in guests} - fixed.keys()
    assert made.stands.keys() | made.left.keys() == everybody
    assert not made.stands.keys() & made.left.keys()


@given(situations())
def test_nobody_is_left_over_whom_an_exchange_could_place(
    situation: tuple[list[Guest], list[Place], dict[str, Stand], list[Stand]],
) -> None:
    guests, places, fixed, held = situation
    free = [place for place in places if place.stand not in {*fixed.values(), *held}]
    waiting = [guest for guest in guests if guest.code not in fixed]

    made = propose(guests, places, fixed, held=held)

    assert len(made.stands) == most_that_can_stand(waiting, free)
    assert made == propose(guests, places, fixed, held=held)


def test_groups_stand_in_one_hall_side_by_side() -> None:
    guests = [Guest(f"{group}{n}", group) for n in range(3) for group in ("robots", "bread")]

    made = propose(guests, [*row("A", 3), *row("B", 3)], {})

    assert made == Seating(
        {
            "bread0": Stand("A", "A-01"), "bread1": Stand("A", "A-02"),
            "bread2": Stand("A", "A-03"), "robots0": Stand("B", "B-01"),
            "robots1": Stand("B", "B-02"), "robots2": Stand("B", "B-03"),
        },
        {}, groups=2, together=2,
    )  # fmt: skip


def test_a_group_gathers_around_who_stands_already() -> None:
    guests = [Guest("old", "robots"), Guest("new", "robots"), Guest("other", "bread")]

    made = propose(guests, [*row("A", 3), *row("B", 5)], {"old": Stand("B", "B-04")})

    assert made.stands["new"] in (Stand("B", "B-03"), Stand("B", "B-05"))
    assert (made.groups, made.together) == (1, 1)


def test_sockets_are_left_for_whom_they_are_for() -> None:
    places = [*row("A", 1, power_watts=3_000), *row("B", 1)]
    guests = [Guest("plain", "x"), Guest("oven", "y", Needs(power_watts=2_500))]

    made = propose(guests, places, {})

    assert made.stands == {"oven": Stand("A", "A-01"), "plain": Stand("B", "B-01")}


def test_who_is_left_over_is_told_why() -> None:
    places = [
        Place(Stand("A", "1"), 0, 0, power_watts=1_000),
        Place(Stand("A", "2"), 9, 0, floor_area=6),
    ]
    guests = [
        Guest("kiln", "a", Needs(power_watts=5_000)),
        Guest("tractor", "b", Needs(floor_area=20)),
        Guest("forge", "c", Needs(fire=True)),
        Guest("lan", "d", Needs(network=True)),
        Guest("both", "e", Needs(power_watts=800, floor_area=5)),
        Guest("one", "f"), Guest("two", "g"), Guest("three", "h"),
    ]  # fmt: skip

    made = propose(guests, places, {})

    assert made.left == {
        "kiln": Lack.POWER, "tractor": Lack.AREA, "forge": Lack.FIRE, "lan": Lack.NETWORK,
        "both": Lack.TOGETHER, "three": Lack.FULL,
    }  # fmt: skip
    assert propose(guests[5:6], [], {}).left == {"one": Lack.FULL}


def test_numbers_are_ordered_as_people_count() -> None:
    stands = [Stand("B", "1"), Stand("A", "A-10"), Stand("A", "A-2"), Stand("A", "Б1")]

    assert sorted(stands, key=order) == [
        Stand("A", "A-2"), Stand("A", "A-10"), Stand("A", "Б1"), Stand("B", "1"),
    ]  # fmt: skip
