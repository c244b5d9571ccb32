"""The organizers' numbers: each is that of its list, counted here by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from catalog import Store, review
from catalog.choices import MemberRole, State
from catalog.errors import NotThere
from catalog.overview import (
    NO_FIELD,
    Lack,
    Listed,
    Overview,
    SilentCollege,
    Wanted,
    lines_by_code,
    listed,
    overview,
    silent_colleges,
)
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Refused
from tests.catalog.entries import COMPLETE, OPEN, given_in, titled, written
from tests.catalog.people import someone

LATE = datetime(2026, 11, 5, 20, tzinfo=UTC)  # 6 November, one in the morning, in Almaty


def numbers(store: Store) -> Overview:
    with store.reading() as session:
        return overview(session, edition="fair", by=COMMAND_LINE)


def behind(store: Store, wanted: Wanted, page: int = 1, size: int = 50) -> Listed:
    with store.reading() as session:
        return listed(
            session, wanted, edition="fair", by=COMMAND_LINE, page=page, size=size
        )  # fmt: skip


def codes(found: Listed) -> set[str]:
    return {line.code for line in found.lines}


def test_the_numbers_are_those_of_the_fair(fair: Store) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    given_in(fair, coordinator)
    given_in(fair, coordinator, titled("Вторая рука"), now=LATE)
    written(fair, coordinator, titled("Ещё не отправлено"))

    found = numbers(fair)

    assert found == Overview(
        total=5,
        by_state={State.DRAFT: 1, State.SUBMITTED: 2, State.PUBLISHED: 3},
        by_college={"temirqol": 3, "zhasyl-dala": 2, "empty": 0},
        by_field={"robotics": 1, "agriculture": 2, NO_FIELD: 2},
        by_day={date(2026, 11, 1): 3, date(2026, 11, 5): 1, date(2026, 11, 6): 1},
        lacks={
            # The robot has Kazakh and Russian, the greenhouse Kazakh, the gate English alone.
            Lack.KAZAKH: 3,
            Lack.RUSSIAN: 2,
            Lack.ENGLISH: 4,
            Lack.TEXT: 1,
            Lack.PICTURE: 5,
            Lack.CONSENT: 0,
            Lack.STAND: 0,
        },
        silent=1,
    )


def test_every_number_is_that_of_its_list(fair: Store) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    given_in(fair, coordinator)
    written(fair, coordinator, titled("Ещё не отправлено"))
    given_in(fair, coordinator, titled("Вторая рука"), now=LATE)

    found = numbers(fair)

    cases: list[tuple[Wanted, int]] = [
        (Wanted(), found.total),
        *((Wanted(state=state), number) for state, number in found.by_state.items()),
        *((Wanted(college=slug), number) for slug, number in found.by_college.items()),
        *((Wanted(field=slug), number) for slug, number in found.by_field.items()),
        *((Wanted(day=day), number) for day, number in found.by_day.items()),
        *((Wanted(lack), number) for lack, number in found.lacks.items()),
    ]
    assert len(cases) == 1 + 3 + 3 + 3 + 3 + 7
    for wanted, number in cases:
        page = behind(fair, wanted)
        assert (page.total, len(page.lines)) == (number, number), wanted


def test_what_is_on_a_list_is_named(fair: Store) -> None:
    gate = behind(fair, Wanted(Lack.TEXT))

    assert gate.total == 1
    (line,) = gate.lines
    assert line.titles == {"en": "Welded garden gate"}
    assert (line.college, line.field, line.state) == (
        "zhasyl-dala", "agriculture", State.PUBLISHED,
    )  # fmt: skip
    assert "R2B2T2" in codes(behind(fair, Wanted(field="robotics")))


def test_lists_are_narrowed_by_several_things_at_once(fair: Store) -> None:
    assert behind(fair, Wanted(Lack.RUSSIAN, college="zhasyl-dala")).total == 2
    assert behind(fair, Wanted(Lack.RUSSIAN, college="temirqol")).total == 0
    assert behind(fair, Wanted(state=State.PUBLISHED, field="robotics")).total == 1


def test_a_list_has_pages_that_together_are_the_list(fair: Store) -> None:
    pages = [behind(fair, Wanted(), page, size=2) for page in (1, 2, 3)]

    assert [len(page.lines) for page in pages] == [2, 1, 0]
    assert {page.total for page in pages} == {3}
    assert codes(pages[0]) | codes(pages[1]) == codes(behind(fair, Wanted()))


def test_exhibits_are_read_by_their_codes(fair: Store) -> None:
    with fair.reading() as session:
        found = lines_by_code(session, ["R2B2T2", "NOSUCH"], edition="fair", by=COMMAND_LINE)

    assert list(found) == ["R2B2T2"]
    assert found["R2B2T2"].titles == {
        "kk": "Қоқыс сұрыптау роботы", "ru": "Робот-сортировщик мусора",
    }  # fmt: skip


def test_what_is_cancelled_needs_no_stand_and_counts_no_more(fair: Store) -> None:
    review.move(fair, ["R2B2T2"], State.CANCELLED, reason="!", by=COMMAND_LINE, now=OPEN)

    found = numbers(fair)

    assert found.total == 2
    assert found.by_state == {State.PUBLISHED: 2, State.CANCELLED: 1}
    assert found.by_college["temirqol"] == 0
    # It did send something, once.
    assert found.silent == 1


def test_colleges_that_sent_nothing_are_named_with_their_drafts(fair: Store) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="empty")
    deadline = datetime(2026, 11, 10, 18, 59, 59, tzinfo=UTC)
    written(fair, coordinator, replace(COMPLETE, college="empty"))

    with fair.reading() as session:
        found = silent_colleges(session, edition="fair", by=COMMAND_LINE)

    assert found == [SilentCollege("empty", {"en": "A college that shows nothing"}, 1, deadline)]


VIEWS: list[Callable[[Session, int], object]] = [
    lambda session, who: overview(session, edition="fair", by=who),
    lambda session, who: listed(session, Wanted(), edition="fair", by=who),
    lambda session, who: lines_by_code(session, ["R2B2T2"], edition="fair", by=who),
    lambda session, who: silent_colleges(session, edition="fair", by=who),
]


@pytest.mark.parametrize("role", list(MemberRole))
@pytest.mark.parametrize("view", VIEWS)
def test_the_numbers_are_for_organizers(
    fair: Store, role: MemberRole, view: Callable[[Session, int], object]
) -> None:
    college = "temirqol" if role in (MemberRole.EDITOR, MemberRole.COORDINATOR) else None
    who = someone(fair, role, college=college)
    with fair.reading() as session:
        if role is MemberRole.ORGANIZER:
            assert view(session, who.id) is not None
        else:
            with pytest.raises(Refused, match="Your role doesn’t allow this"):
                view(session, who.id)


def test_an_edition_that_is_not_there_is_said(fair: Store) -> None:
    with fair.reading() as session, pytest.raises(NotThere, match="no edition 'other'"):
        overview(session, edition="other", by=COMMAND_LINE)
