from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from catalog import Store, agenda, review, submissions
from catalog.agenda import InLine, Line, Noted, Pile
from catalog.choices import Decision, MemberRole, State
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Reason, Refused
from tests.catalog.entries import COMPLETE, OPEN, given_in, rewrite, titled, written
from tests.catalog.people import Someone, someone

NOTHING = dict.fromkeys(Pile, 0)
FARM = replace(COMPLETE, college="zhasyl-dala")


@pytest.fixture
def now() -> datetime:
    return OPEN


@pytest.fixture
def chief(fair: Store) -> Someone:
    return someone(fair, MemberRole.ORGANIZER)


@pytest.fixture
def coordinator(fair: Store) -> Someone:
    return someone(fair, MemberRole.COORDINATOR, college="temirqol")


def counted(store: Store, by: int) -> dict[Pile, int]:
    with store.reading() as session:
        return dict(agenda.counts(session, edition="fair", by=by))


def codes(store: Store, pile: Pile, by: int) -> list[str]:
    with store.reading() as session:
        return [one.code for one in agenda.lines(session, pile, edition="fair", by=by)]


def found(store: Store, text: str, by: int, limit: int = 10) -> list[str]:
    with store.reading() as session:
        lines = agenda.find(session, text, edition="fair", by=by, limit=limit)
    return [one.code for one in lines]


def test_an_exhibit_goes_from_pile_to_pile(
    fair: Store, now: datetime, chief: Someone, coordinator: Someone
) -> None:
    reviewer = someone(fair, MemberRole.REVIEWER)
    assert counted(fair, chief.id) == {**NOTHING, Pile.PUBLISHED: 3}
    code = given_in(fair, coordinator, titled("Робот для окон"), now=now)
    written(fair, coordinator, titled("Черновик"), now=now)
    assert counted(fair, chief.id) == {**NOTHING, Pile.PUBLISHED: 3, Pile.WAITING: 1}

    review.decide(fair, [code], Decision.ACCEPTED, pending=True, by=reviewer.id, now=now)
    assert counted(fair, chief.id) == {
        **NOTHING, Pile.PUBLISHED: 3, Pile.WAITING: 1, Pile.NOTED: 1,
    }  # fmt: skip

    review.decide(fair, [code], Decision.CHANGES_REQUESTED, reason="Вес?", by=reviewer.id, now=now)
    assert counted(fair, chief.id) == {**NOTHING, Pile.PUBLISHED: 3, Pile.RETURNED: 1}
    assert codes(fair, Pile.RETURNED, chief.id) == [code]

    submissions.submit(fair, code, by=coordinator.id, now=now)
    review.decide(fair, [code], Decision.ACCEPTED, by=reviewer.id, now=now)
    assert counted(fair, chief.id) == {**NOTHING, Pile.PUBLISHED: 3, Pile.ACCEPTED: 1}

    review.move(fair, [code], State.PUBLISHED, by=chief.id, now=now)
    review.move(fair, [code], State.CANCELLED, reason="Сломался", by=chief.id, now=now)
    assert counted(fair, chief.id) == {**NOTHING, Pile.PUBLISHED: 3, Pile.TURNED_AWAY: 1}


def test_changes_to_a_published_exhibit_wait_and_it_stays_published(
    fair: Store, now: datetime, chief: Someone, coordinator: Someone
) -> None:
    changed = titled("Другое название")
    rewrite(fair, "R2B2T2", coordinator, changed, now=now)
    assert counted(fair, chief.id) == {**NOTHING, Pile.PUBLISHED: 3}
    submissions.submit(fair, "R2B2T2", by=coordinator.id, now=now)
    assert counted(fair, chief.id) == {**NOTHING, Pile.PUBLISHED: 3, Pile.WAITING: 1}


def test_a_line_tells_what_and_whose_it_is(fair: Store, chief: Someone) -> None:
    with fair.reading() as session:
        (line,) = agenda.by_code(session, ["R2B2T2"], edition="fair", by=chief.id)
    assert line == Line(
        "R2B2T2",
        {"kk": "Қоқыс сұрыптау роботы", "ru": "Робот-сортировщик мусора"},
        "temirqol",
        {"kk": "«Темірқол» робототехника колледжі", "ru": "Колледж робототехники «Темірқол»"},
        "robotics",
        State.PUBLISHED,
        line.since,
    )


def test_those_that_lie_there_longest_come_first(
    fair: Store, now: datetime, chief: Someone, coordinator: Someone
) -> None:
    moments = [now - timedelta(hours=hours) for hours in (1, 3, 2)]
    made = [
        given_in(fair, coordinator, titled(f"Робот {n}"), now=moment)
        for n, moment in enumerate(moments)
    ]
    for code, moment in zip(made, moments, strict=True):
        review.decide(fair, [code], Decision.ACCEPTED, by=chief.id, now=moment)
    assert codes(fair, Pile.ACCEPTED, chief.id) == [made[1], made[2], made[0]]


def test_a_reviewer_of_one_college_sees_that_college_alone(
    fair: Store, now: datetime, coordinator: Someone
) -> None:
    own = someone(fair, MemberRole.REVIEWER, college="temirqol")
    other = someone(fair, MemberRole.REVIEWER, college="zhasyl-dala")
    code = given_in(fair, coordinator, titled("Робот для окон"), now=now)
    assert counted(fair, own.id) == {**NOTHING, Pile.PUBLISHED: 1, Pile.WAITING: 1}
    assert counted(fair, other.id) == {**NOTHING, Pile.PUBLISHED: 2}
    assert codes(fair, Pile.PUBLISHED, own.id) == ["R2B2T2"]
    assert found(fair, "РОБОТ", own.id) == ["R2B2T2", code]
    assert found(fair, "робот", other.id) == []
    assert found(fair, code, other.id) == []


def test_a_title_is_found_whatever_its_capitals_and_in_any_language(
    fair: Store, chief: Someone
) -> None:
    assert found(fair, "қоқыс СҰРЫПТАУ", chief.id) == ["R2B2T2"]
    assert found(fair, "сортировщик  мусора", chief.id) == ["R2B2T2"]
    assert found(fair, "r2b2t2", chief.id) == ["R2B2T2"]
    assert found(fair, " ", chief.id) == []
    assert len(found(fair, "a", chief.id, limit=1)) == 1


@pytest.mark.parametrize("role", [MemberRole.EDITOR, MemberRole.COORDINATOR, MemberRole.CURATOR])
def test_whoever_reviews_nothing_has_no_piles(fair: Store, role: MemberRole) -> None:
    college = None if role is MemberRole.CURATOR else "temirqol"
    person = someone(fair, role, college=college)
    with fair.reading() as session:
        for ask in (
            lambda: agenda.counts(session, edition="fair", by=person.id),
            lambda: agenda.lines(session, Pile.PUBLISHED, edition="fair", by=person.id),
            lambda: agenda.find(session, "робот", edition="fair", by=person.id),
        ):
            with pytest.raises(Refused) as refused:
                ask()
            assert refused.value.reason is Reason.NOT_YOUR_ROLE


def test_another_edition_has_piles_of_its_own(fair: Store) -> None:
    with fair.reading() as session:
        assert agenda.counts(session, edition="other", by=COMMAND_LINE) == NOTHING


def test_nearly_the_same_titles_are_found_in_any_college_and_state(
    fair: Store, now: datetime, chief: Someone, coordinator: Someone
) -> None:
    farmer = someone(fair, MemberRole.COORDINATOR, college="zhasyl-dala")
    first = given_in(fair, coordinator, titled("Умная теплица на крыше"), now=now)
    same = given_in(fair, farmer, titled("Теплица умная, на крыше", FARM), now=now)
    near = given_in(fair, farmer, titled("Умные теплицы на крыше", FARM), now=now)
    given_in(fair, coordinator, titled("Печь на опилках"), now=now)

    def like(code: str, by: int, limit: int = 5) -> list[str]:
        with fair.reading() as session:
            found = agenda.alike(session, code, edition="fair", by=by, limit=limit)
        return [one.code for one in found]

    assert like(first, chief.id) == [same, near]
    assert like(first, chief.id, limit=1) == [same]
    assert like("R2B2T2", chief.id) == []
    assert like("NOBODY", chief.id) == []
    own = someone(fair, MemberRole.REVIEWER, college="temirqol")
    assert like(first, own.id) == []


def test_the_line_is_the_queue_without_its_texts(
    fair: Store, now: datetime, chief: Someone, coordinator: Someone
) -> None:
    farmer = someone(fair, MemberRole.COORDINATOR, college="zhasyl-dala")
    reviewer = someone(fair, MemberRole.REVIEWER)
    later = given_in(fair, coordinator, titled("Печь на опилках"), now=now)
    first = given_in(fair, farmer, replace(FARM, field="agriculture"), now=now - timedelta(hours=1))
    review.decide(
        fair, [first, later], Decision.REJECTED, reason="Мало", pending=True, by=reviewer.id,
        now=now,
    )  # fmt: skip
    rewrite(fair, later, chief, titled("Печь на шелухе"), now=now + timedelta(hours=1))
    with fair.reading() as session:
        line = agenda.in_line(session, edition="fair", by=reviewer.id)
        queue = review.queue(session, edition="fair", by=reviewer.id)
    own = someone(fair, MemberRole.REVIEWER, college="temirqol")
    noted = Noted(Decision.REJECTED, "Мало", stale=False)
    assert line == [
        InLine(first, "zhasyl-dala", "agriculture", noted),
        InLine(later, "temirqol", "", replace(noted, stale=True)),
    ]
    assert [one.code for one in queue] == [first, later]
    with fair.reading() as session:
        line = agenda.in_line(session, edition="fair", by=own.id)
    assert [one.code for one in line] == [later]
