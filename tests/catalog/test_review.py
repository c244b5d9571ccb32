from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from catalog import Store, reading
from catalog.choices import Decision, Kind, MemberRole, State
from catalog.desk import entry_view
from catalog.errors import NotThere
from catalog.models import Edition
from catalog.notices import notices_of, sentence
from catalog.refusals import Reason, Refused
from catalog.review import (
    apply_pending,
    decide,
    forget_pending,
    hide,
    mark_duplicate,
    move,
    queue,
)
from catalog.submissions import submit
from tests.catalog.entries import OPEN, given_in, rewrite, titled, written
from tests.catalog.people import Someone, someone


@pytest.fixture
def coordinator(fair: Store) -> Someone:
    return someone(fair, MemberRole.COORDINATOR, college="temirqol", name="Гүлнар")


@pytest.fixture
def reviewer(fair: Store) -> Someone:
    return someone(fair, MemberRole.REVIEWER, name="Болат")


@pytest.fixture
def organizer(fair: Store) -> Someone:
    return someone(fair, MemberRole.ORGANIZER, name="Әлия")


def told(store: Store, who: Someone) -> list[str]:
    """What somebody has been told, in Russian, the oldest first."""
    with store.reading() as session:
        notices = notices_of(session, by=who.id)
    return [sentence(one.kind, one.parameters, "ru") for one in reversed(notices)]


def state_of(store: Store, code: str, who: Someone) -> State:
    with store.reading() as session:
        return entry_view(session, code, by=who.id, now=OPEN).state


def reason_of(error: object) -> Reason:
    assert isinstance(error, Refused)
    return error.reason


def test_the_queue_shows_what_waits_the_longest_first(
    fair: Store, coordinator: Someone, reviewer: Someone
) -> None:
    written(fair, coordinator, titled("Ещё пишется"))
    second = given_in(fair, coordinator, titled("Вторая"), now=OPEN + timedelta(hours=1))
    first = given_in(fair, coordinator, titled("Первая"))

    with fair.reading() as session:
        waiting = queue(session, by=reviewer.id)

    assert [(one.code, one.titles, one.number, one.since) for one in waiting] == [
        (first, {"ru": "Первая"}, 1, OPEN),
        (second, {"ru": "Вторая"}, 1, OPEN + timedelta(hours=1)),
    ]


def test_a_reviewer_of_one_college_sees_and_decides_on_that_one_alone(
    fair: Store, coordinator: Someone
) -> None:
    code = given_in(fair, coordinator)
    here = someone(fair, MemberRole.REVIEWER, college="temirqol")
    elsewhere = someone(fair, MemberRole.REVIEWER, college="zhasyl-dala")

    with fair.reading() as session:
        assert [one.code for one in queue(session, by=here.id)] == [code]
        assert queue(session, by=elsewhere.id) == []
        assert queue(session, by=coordinator.id) == []
    (outcome,) = decide(fair, [code], Decision.ACCEPTED, by=elsewhere.id, now=OPEN)
    assert isinstance(outcome.error, NotThere)
    (outcome,) = decide(fair, [code], Decision.ACCEPTED, by=coordinator.id, now=OPEN)
    assert reason_of(outcome.error) is Reason.NOT_YOUR_ROLE
    (outcome,) = decide(fair, [code], Decision.ACCEPTED, by=here.id, now=OPEN)
    assert outcome.done


def test_a_request_for_changes_is_answered_by_a_second_round(
    fair: Store, coordinator: Someone, reviewer: Someone
) -> None:
    code = given_in(fair, coordinator)
    (outcome,) = decide(fair, [code], Decision.CHANGES_REQUESTED, by=reviewer.id, now=OPEN)
    assert reason_of(outcome.error) is Reason.REASON_NEEDED

    asked = "Напишите, из чего рука."
    (outcome,) = decide(
        fair, [code], Decision.CHANGES_REQUESTED, reason=asked, by=reviewer.id, now=OPEN
    )
    assert outcome.done
    assert told(fair, coordinator) == [
        "По экспонату «Рука для сортировки» просят исправить: Напишите, из чего рука."
    ]
    rewrite(fair, code, coordinator, titled("Рука из дюраля"))
    assert submit(fair, code, by=coordinator.id, now=OPEN) == 2

    with fair.reading() as session:
        view = entry_view(session, code, by=reviewer.id, now=OPEN)
    assert [(one.number, one.decision, one.comment, one.decided_by) for one in view.revisions] == [
        (1, Decision.CHANGES_REQUESTED, asked, "Болат"),
        (2, None, "", ""),
    ]
    assert [one.draft.texts["ru"].title for one in view.revisions] == [
        "Рука для сортировки", "Рука из дюраля",
    ]  # fmt: skip
    assert [
        (one.who, one.deed, one.to_state, one.reason, one.revision) for one in view.history
    ] == [
        ("Гүлнар", "moved", "draft", "", None),
        ("Гүлнар", "moved", "submitted", "", 1),
        ("Болат", "moved", "changes_requested", asked, 1),
        ("Гүлнар", "saved", "changes_requested", "", None),
        ("Гүлнар", "moved", "submitted", "", 2),
    ]


def test_several_are_decided_each_by_itself(
    fair: Store, coordinator: Someone, reviewer: Someone
) -> None:
    first, second = given_in(fair, coordinator), written(fair, coordinator, titled("Черновик"))

    outcomes = decide(
        fair, [first, second, "ZZZZZZ", "R2B2T2", first], Decision.ACCEPTED, by=reviewer.id,
        now=OPEN,
    )  # fmt: skip

    assert [(one.code, one.done) for one in outcomes] == [
        (first, True), (second, False), ("ZZZZZZ", False), ("R2B2T2", False),
    ]  # fmt: skip
    # A reviewer doesn't see drafts.
    assert isinstance(outcomes[1].error, NotThere)
    assert reason_of(outcomes[3].error) is Reason.NOTHING_WAITS
    assert state_of(fair, first, coordinator) is State.ACCEPTED
    assert told(fair, coordinator) == [
        "Экспонат «Рука для сортировки» принят. Следующий шаг — публикация."
    ]


def test_a_pending_decision_tells_nobody_until_it_is_applied(
    fair: Store, coordinator: Someone, reviewer: Someone
) -> None:
    first, second = given_in(fair, coordinator), given_in(fair, coordinator, titled("Вторая"))
    decide(fair, [first], Decision.ACCEPTED, pending=True, by=reviewer.id, now=OPEN)
    decide(
        fair, [second], Decision.REJECTED, reason="Не работает.", pending=True, by=reviewer.id,
        now=OPEN,
    )  # fmt: skip
    (refused,) = decide(fair, [second], Decision.REJECTED, pending=True, by=reviewer.id, now=OPEN)
    assert reason_of(refused.error) is Reason.REASON_NEEDED
    with fair.reading() as session:
        assert [(one.pending, one.pending_reason) for one in queue(session, by=reviewer.id)] == [
            (Decision.ACCEPTED, ""), (Decision.REJECTED, "Не работает."),
        ]  # fmt: skip
    assert state_of(fair, first, coordinator) is State.SUBMITTED
    assert told(fair, coordinator) == []

    outcomes = apply_pending(fair, [first, second], by=reviewer.id, now=OPEN)

    assert [one.done for one in outcomes] == [True, True]
    assert state_of(fair, first, coordinator) is State.ACCEPTED
    assert state_of(fair, second, coordinator) is State.REJECTED
    assert told(fair, coordinator) == [
        "Экспонат «Рука для сортировки» принят. Следующий шаг — публикация.",
        "Экспонат «Вторая» отклонён: Не работает.",
    ]
    (again,) = apply_pending(fair, [first], by=reviewer.id, now=OPEN)
    assert reason_of(again.error) is Reason.NOTHING_WAITS


def test_a_pending_decision_on_what_has_changed_is_not_applied(
    fair: Store, coordinator: Someone, reviewer: Someone, organizer: Someone
) -> None:
    code = given_in(fair, coordinator)
    decide(fair, [code], Decision.ACCEPTED, pending=True, by=reviewer.id, now=OPEN)
    rewrite(fair, code, organizer, titled("Исправлено"))

    with fair.reading() as session:
        assert [one.stale for one in queue(session, by=reviewer.id)] == [True]
    (outcome,) = apply_pending(fair, [code], by=reviewer.id, now=OPEN)
    assert reason_of(outcome.error) is Reason.CHANGED_SINCE
    (outcome,) = forget_pending(fair, [code], by=reviewer.id, now=OPEN)
    assert outcome.done
    with fair.reading() as session:
        assert [one.pending for one in queue(session, by=reviewer.id)] == [None]


def test_a_duplicate_is_of_another_exhibit_and_of_no_duplicate(
    fair: Store, coordinator: Someone, organizer: Someone
) -> None:
    first, second = given_in(fair, coordinator), given_in(fair, coordinator, titled("Вторая"))
    with pytest.raises(Refused) as refused:
        mark_duplicate(fair, first, first, by=organizer.id, now=OPEN)
    assert refused.value.reason is Reason.DUPLICATE_OF_ITSELF

    mark_duplicate(fair, first, "R2B2T2", by=organizer.id, now=OPEN)

    with pytest.raises(Refused) as refused:
        mark_duplicate(fair, second, first, by=organizer.id, now=OPEN)
    assert refused.value.reason is Reason.DUPLICATE_LOOP
    with fair.reading() as session:
        view = entry_view(session, first, by=coordinator.id, now=OPEN)
    assert (view.state, view.duplicate_of) == (State.DUPLICATE, "R2B2T2")
    assert told(fair, coordinator) == [
        "Экспонат «Рука для сортировки» отмечен как повтор другого: R2B2T2"
    ]
    (outcome,) = move(fair, [first], State.SUBMITTED, by=organizer.id, now=OPEN)
    assert outcome.done
    with fair.reading() as session:
        view = entry_view(session, first, by=coordinator.id, now=OPEN)
    assert (view.state, view.duplicate_of, view.waiting and view.waiting.number) == (
        State.SUBMITTED, None, 2,
    )  # fmt: skip


def test_what_is_accepted_is_published_cancelled_and_brought_back(
    fair: Store, coordinator: Someone, organizer: Someone, reviewer: Someone
) -> None:
    code = given_in(fair, coordinator)
    (early,) = move(fair, [code], State.PUBLISHED, by=organizer.id, now=OPEN)
    assert reason_of(early.error) is Reason.NO_SUCH_STEP
    decide(fair, [code], Decision.ACCEPTED, by=reviewer.id, now=OPEN)
    (refused,) = move(fair, [code], State.PUBLISHED, by=reviewer.id, now=OPEN)
    assert reason_of(refused.error) is Reason.NOT_YOUR_ROLE

    def public() -> bool:
        with fair.reading() as session:
            return code in reading.exhibits(session, "fair")

    steps = [(State.PUBLISHED, "", True), (State.CANCELLED, "Болеют", False)]
    for to, why, shown in [*steps, (State.PUBLISHED, "", True)]:
        assert move(fair, [code], to, reason=why, by=organizer.id, now=OPEN)[0].done
        assert public() is shown
    hide(fair, code, hidden=True, by=organizer.id, now=OPEN)
    assert not public()
    hide(fair, code, hidden=False, by=organizer.id, now=OPEN)
    assert public()
    assert fair.revision() == 6
    assert told(fair, coordinator)[1:] == [
        "Экспонат «Рука для сортировки» опубликован, посетители его видят.",
        "Экспонат «Рука для сортировки» снят с ярмарки: Болеют",
        "Экспонат «Рука для сортировки» возвращён на ярмарку.",
    ]


def test_changes_of_a_published_exhibit_go_back_and_forth(
    fair: Store, coordinator: Someone, reviewer: Someone
) -> None:
    with fair.reading() as session:
        approved = entry_view(session, "R2B2T2", by=coordinator.id, now=OPEN).approved
    rewrite(fair, "R2B2T2", coordinator, replace(approved, kind=Kind.CRAFT))
    submit(fair, "R2B2T2", by=coordinator.id, now=OPEN)
    with fair.reading() as session:
        assert [(one.code, one.of_approved) for one in queue(session, by=reviewer.id)] == [
            ("R2B2T2", True)
        ]

    decide(
        fair, ["R2B2T2"], Decision.CHANGES_REQUESTED, reason="Почему ремесло?", by=reviewer.id,
        now=OPEN,
    )  # fmt: skip
    rewrite(fair, "R2B2T2", coordinator, replace(approved, kind=Kind.PRODUCT))
    assert submit(fair, "R2B2T2", by=coordinator.id, now=OPEN) == 2
    decide(fair, ["R2B2T2"], Decision.REJECTED, reason="Нет.", by=reviewer.id, now=OPEN)

    with fair.reading() as session:
        view = entry_view(session, "R2B2T2", by=coordinator.id, now=OPEN)
    assert (view.state, view.approved, view.present, view.proposal) == (
        State.PUBLISHED, approved, approved, None,
    )  # fmt: skip
    assert fair.revision() == 1
    assert told(fair, coordinator) == [
        "По экспонату «Робот-сортировщик мусора» просят исправить: Почему ремесло?",
        "Ваши изменения в экспонате «Робот-сортировщик мусора» не приняты: Нет.",
    ]


def test_a_proposal_that_lacks_what_the_fair_demands_is_not_approved(
    fair: Store, coordinator: Someone, reviewer: Someone
) -> None:
    with fair.reading() as session:
        approved = entry_view(session, "R2B2T2", by=coordinator.id, now=OPEN).approved
    rewrite(fair, "R2B2T2", coordinator, replace(approved, texts={"ru": approved.texts["ru"]}))
    submit(fair, "R2B2T2", by=coordinator.id, now=OPEN)
    with fair.writing() as session:
        session.scalars(select(Edition)).one().demand_title_kk = True

    (outcome,) = decide(fair, ["R2B2T2"], Decision.ACCEPTED, by=reviewer.id, now=OPEN)

    assert outcome.sentence("ru") == "Для этой ярмарки нужно название на языке: kk."
    with fair.reading() as session:
        assert set(reading.exhibits(session, "fair")["R2B2T2"].texts) == {"kk", "ru"}
    assert fair.revision() == 1


def test_a_reviewer_decides_what_is_a_decision(fair: Store, reviewer: Someone) -> None:
    with pytest.raises(ValueError, match="not for a reviewer"):
        decide(fair, ["R2B2T2"], Decision.DUPLICATE, by=reviewer.id, now=OPEN)
    with pytest.raises(Refused) as refused:
        decide(fair, ["R2B2T2"], Decision.REJECTED, reason="я" * 2001, by=reviewer.id, now=OPEN)
    assert refused.value.reason is Reason.TEXT_TOO_LONG


def test_what_a_college_answered_meanwhile_is_not_decided_unseen(
    fair: Store, coordinator: Someone, reviewer: Someone, organizer: Someone
) -> None:
    code, other = given_in(fair, coordinator), given_in(fair, coordinator, titled("Вторая"))
    with fair.reading() as session:
        seen = {one.code: one.number for one in queue(session, by=organizer.id)}
    decide(
        fair, [code], Decision.CHANGES_REQUESTED, seen=seen, reason="Вес?", by=reviewer.id, now=OPEN
    )
    (late,) = decide(fair, [code], Decision.ACCEPTED, seen=seen, by=organizer.id, now=OPEN)
    assert reason_of(late.error) is Reason.NOTHING_WAITS
    rewrite(fair, code, coordinator, titled("Рука из дюраля"))
    submit(fair, code, by=coordinator.id, now=OPEN)

    for pending in (True, False):
        outcomes = decide(
            fair, [code, other], Decision.ACCEPTED, seen=seen, pending=pending, by=organizer.id,
            now=OPEN,
        )  # fmt: skip
        assert [one.done for one in outcomes] == [False, True]
        assert reason_of(outcomes[0].error) is Reason.UNSEEN
    with pytest.raises(Refused) as refused:
        mark_duplicate(fair, code, "R2B2T2", seen=1, by=organizer.id, now=OPEN)

    assert refused.value.reason is Reason.UNSEEN
    assert outcomes[0].sentence("ru") == (
        "Экспонат изменился, пока вы смотрели: теперь решения ждёт этап 2. Посмотрите ещё раз."
    )
    assert state_of(fair, code, coordinator) is State.SUBMITTED
    assert state_of(fair, other, coordinator) is State.ACCEPTED
    (unnamed,) = decide(fair, [code], Decision.ACCEPTED, seen={}, by=organizer.id, now=OPEN)
    assert reason_of(unnamed.error) is Reason.UNSEEN
    (done,) = decide(fair, [code], Decision.ACCEPTED, seen={code: 2}, by=organizer.id, now=OPEN)
    assert done.done


def test_a_decision_noted_anew_is_not_applied_unseen(
    fair: Store, coordinator: Someone, reviewer: Someone, organizer: Someone
) -> None:
    code = given_in(fair, coordinator)
    decide(fair, [code], Decision.ACCEPTED, pending=True, by=reviewer.id, now=OPEN)
    decide(fair, [code], Decision.REJECTED, reason="Нет.", pending=True, by=organizer.id, now=OPEN)

    (outcome,) = apply_pending(
        fair, [code], seen={code: Decision.ACCEPTED}, by=reviewer.id, now=OPEN
    )
    assert reason_of(outcome.error) is Reason.DECIDED_ANEW
    (outcome,) = apply_pending(
        fair, [code], seen={code: Decision.REJECTED}, by=reviewer.id, now=OPEN
    )
    assert outcome.done
    assert state_of(fair, code, coordinator) is State.REJECTED


def test_what_is_in_another_state_by_now_is_not_moved_unseen(
    fair: Store, coordinator: Someone, reviewer: Someone, organizer: Someone
) -> None:
    code = given_in(fair, coordinator)
    decide(fair, [code], Decision.ACCEPTED, by=reviewer.id, now=OPEN)
    move(fair, [code], State.PUBLISHED, by=organizer.id, now=OPEN)
    move(fair, [code], State.CANCELLED, reason="Болеют", by=organizer.id, now=OPEN)

    seen = {code: State.ACCEPTED}
    (late,) = move(fair, [code], State.PUBLISHED, seen=seen, by=organizer.id, now=OPEN)

    assert late.sentence("ru") == (
        "Экспонат в состоянии «снят с ярмарки», поэтому сейчас это невозможно."
    )
    assert state_of(fair, code, organizer) is State.CANCELLED
