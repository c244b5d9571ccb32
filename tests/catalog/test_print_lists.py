"""What is printed: the exhibits in the hall, in the order of stands, for organizers alone."""

from datetime import UTC, datetime

import pytest

from catalog import Store, review
from catalog.choices import Decision, MemberRole, State
from catalog.errors import NotThere
from catalog.permissions import COMMAND_LINE
from catalog.print_lists import (
    PrintedExhibit,
    printable_address,
    printed_exhibits,
    stand_order,
)
from catalog.refusals import Refused
from tests.catalog.entries import given_in
from tests.catalog.people import someone

NOW = datetime(2026, 11, 5, 6, tzinfo=UTC)
ROBOT = PrintedExhibit(
    "R2B2T2", {"kk": "Қоқыс сұрыптау роботы", "ru": "Робот-сортировщик мусора"}, "temirqol",
    {"kk": "«Темірқол» робототехника колледжі", "ru": "Колледж робототехники «Темірқол»"},
    "robotics", "A", {"kk": "A залы", "ru": "Зал A"}, "A-01", State.PUBLISHED,
)  # fmt: skip


def codes_of(store: Store, **narrowed: object) -> list[str]:
    with store.reading() as session:
        found = printed_exhibits(session, edition="fair", by=COMMAND_LINE, **narrowed)  # type: ignore[arg-type]
    return [one.stand or one.code for one in found]


def test_what_is_in_the_hall_is_printed_in_the_order_of_stands(fair: Store) -> None:
    with fair.reading() as session:
        found = printed_exhibits(session, edition="fair", by=COMMAND_LINE)

    assert found[0] == ROBOT
    assert [one.stand for one in found] == ["A-01", "B-01", "B-02"]
    assert [one.titles for one in found][1:] == [
        {"kk": "Шағын жылыжай"}, {"en": "Welded garden gate"},
    ]  # fmt: skip


def test_what_is_printed_can_be_narrowed(fair: Store) -> None:
    assert codes_of(fair, hall="B") == ["B-01", "B-02"]
    assert codes_of(fair, college="temirqol") == ["A-01"]
    assert codes_of(fair, field="robotics") == ["A-01"]
    assert codes_of(fair, codes=["R2B2T2", "NOSUCH"]) == ["A-01"]
    assert codes_of(fair, codes=[]) == []
    assert codes_of(fair, states=[State.ACCEPTED]) == []


def test_what_waits_or_is_hidden_gets_no_sign_and_what_has_no_stand_comes_last(
    fair: Store,
) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    waiting = given_in(fair, coordinator)
    assert codes_of(fair) == ["A-01", "B-01", "B-02"]
    assert codes_of(fair, states=list(State)) == ["A-01", "B-01", "B-02"]

    review.decide(fair, [waiting], Decision.ACCEPTED, by=COMMAND_LINE, now=NOW)
    assert codes_of(fair) == ["A-01", "B-01", "B-02", waiting]

    review.hide(fair, "R2B2T2", hidden=True, by=COMMAND_LINE, now=NOW)
    assert codes_of(fair) == ["B-01", "B-02", waiting]


@pytest.mark.parametrize("role", list(MemberRole))
def test_organizers_alone_print(fair: Store, role: MemberRole) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    who = someone(fair, role, college=college)
    with fair.reading() as session:
        if role is MemberRole.ORGANIZER:
            assert len(printed_exhibits(session, edition="fair", by=who.id)) == 3
        else:
            with pytest.raises(Refused, match="Your role doesn’t allow this"):
                printed_exhibits(session, edition="fair", by=who.id)


def test_an_edition_that_is_not_there_is_said(fair: Store) -> None:
    with fair.reading() as session, pytest.raises(NotThere, match="no edition 'other'"):
        printed_exhibits(session, edition="other", by=COMMAND_LINE)


def test_stands_are_ordered_as_people_count() -> None:
    stands = ["A-10", "A-2", "B-1", "A-1б", "A-1"]

    assert sorted(stands, key=lambda one: stand_order("A", one)) == [
        "A-1", "A-1б", "A-2", "A-10", "B-1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("https://korme.kz", "https://korme.kz"),
        (" https://korme.kz/ ", "https://korme.kz"),
        ("http://fair.example.kz:8080/korme/", "http://fair.example.kz:8080/korme"),
        ("https://8.8.8.8", "https://8.8.8.8"),
    ],
)
def test_a_public_address_is_printed_without_its_last_slash(given: str, printed: str) -> None:
    assert printable_address(given) == printed


@pytest.mark.parametrize("given", [None, "", "  "])
def test_an_address_that_is_not_set_is_refused(given: str | None) -> None:
    with pytest.raises(Refused) as refused:
        printable_address(given)

    assert refused.value.sentence("ru") == (
        "Адрес ярмарки не задан, и QR-коды никуда бы не вели. Запишите в KORME_PUBLIC_URL адрес, "
        "по которому её открывают посетители."
    )


@pytest.mark.parametrize(
    "given",
    [
        "http://localhost:8501", "https://LOCALHOST", "http://127.0.0.1", "http://[::1]:8501",
        "http://192.168.1.5", "http://10.0.0.1", "http://0.0.0.0:8501", "http://fair.local",
        "http://korme", "korme.kz", "ftp://korme.kz", "http://x.localhost",
    ],
)  # fmt: skip
def test_an_address_that_no_visitor_can_open_is_refused(given: str) -> None:
    with pytest.raises(Refused) as refused:
        printable_address(given)

    assert refused.value.sentence("en") == (
        f"KORME_PUBLIC_URL is {given}: a visitor’s phone can’t open it. Set an address on the "
        "internet."
    )
