from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from catalog import Store, reading
from catalog.choices import Decision, Kind, MemberRole, ProposalState, State
from catalog.desk import entries_of, entry_view, terms_of
from catalog.drafts import Draft, DraftText, Logistics
from catalog.errors import NotThere
from catalog.models import Account, AuditEntry, Exhibit
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Reason, Refused
from catalog.review import decide
from catalog.states import Incomplete
from catalog.submissions import (
    Conflict,
    autosave,
    copies_of,
    copy_by_id,
    discard,
    drop_changes,
    open_copy,
    save,
    submit,
    withdraw,
)
from catalog.terms import set_terms
from tests.catalog.entries import COMPLETE, OPEN, given_in, rewrite, titled, written
from tests.catalog.people import Someone, someone

DEADLINE = datetime(2026, 11, 10, 18, 59, 59, tzinfo=UTC)
FREEZE = datetime(2026, 11, 24, 18, 59, 59, tzinfo=UTC)


@pytest.fixture
def editor(fair: Store) -> Someone:
    return someone(fair, MemberRole.EDITOR, college="temirqol", name="Айдана")


@pytest.fixture
def coordinator(fair: Store) -> Someone:
    return someone(fair, MemberRole.COORDINATOR, college="temirqol", name="Гүлнар")


@pytest.fixture
def organizer(fair: Store) -> Someone:
    return someone(fair, MemberRole.ORGANIZER, name="Әлия")


def state_of(store: Store, code: str) -> str:
    with store.reading() as session:
        return session.scalars(select(Exhibit.state).where(Exhibit.code == code)).one()


def test_what_is_written_is_kept_for_the_writer_alone(fair: Store, editor: Someone) -> None:
    other = someone(fair, MemberRole.EDITOR, college="temirqol")
    copy = open_copy(fair, college="temirqol", by=editor.id, now=OPEN)
    half = Draft(college="temirqol", texts={"kk": DraftText(title="Р", description="қол")})
    later = OPEN + timedelta(minutes=1)

    assert autosave(fair, copy.id, half, by=editor.id, now=later) == later
    assert autosave(fair, copy.id, half, by=editor.id, now=later + timedelta(hours=1)) == later

    with fair.reading() as session:
        assert [(one.id, one.draft, one.code) for one in copies_of(session, by=editor.id)] == [
            (copy.id, half, None)
        ]
        assert copies_of(session, by=other.id) == []
        with pytest.raises(NotThere):
            copy_by_id(session, copy.id, by=other.id)
    for act in (
        lambda: autosave(fair, copy.id, half, by=other.id, now=OPEN),
        lambda: save(fair, copy.id, by=other.id, now=OPEN),
        lambda: discard(fair, copy.id, by=other.id, now=OPEN),
    ):
        with pytest.raises(NotThere):
            act()


def test_what_has_no_proper_title_is_not_saved_and_not_lost(fair: Store, editor: Someone) -> None:
    copy = open_copy(fair, college="temirqol", by=editor.id, now=OPEN)
    autosave(fair, copy.id, titled("Ру"), by=editor.id, now=OPEN)

    with pytest.raises(Incomplete) as incomplete:
        save(fair, copy.id, by=editor.id, now=OPEN)

    assert [problem.field for problem in incomplete.value.problems] == ["title_ru"]
    with fair.reading() as session:
        assert copy_by_id(session, copy.id, by=editor.id).draft == titled("Ру")
        assert len(session.scalars(select(Exhibit.id)).all()) == 3


def test_saving_a_second_time_makes_no_second_exhibit(fair: Store, editor: Someone) -> None:
    copy = open_copy(fair, college="temirqol", by=editor.id, now=OPEN)
    autosave(fair, copy.id, COMPLETE, by=editor.id, now=OPEN)
    saved = save(fair, copy.id, by=editor.id, now=OPEN)

    with pytest.raises(NotThere):
        save(fair, copy.id, by=editor.id, now=OPEN)

    with fair.reading() as session:
        view = entry_view(session, saved.code, by=editor.id, now=OPEN)
        assert (view.state, view.present, view.proposal) == (State.DRAFT, COMPLETE, None)
        assert [(line.who, line.deed, line.to_state) for line in view.history] == [
            ("Айдана", "moved", "draft")
        ]
    assert fair.revision() == 1


def test_the_second_editor_is_told_what_the_first_saved_and_loses_nothing(
    fair: Store, editor: Someone, coordinator: Someone
) -> None:
    code = written(fair, editor)
    mine = open_copy(fair, code=code, by=editor.id, now=OPEN)
    theirs = open_copy(fair, code=code, by=coordinator.id, now=OPEN)
    autosave(fair, theirs.id, replace(titled("Их рука"), course=2), by=coordinator.id, now=OPEN)
    save(fair, theirs.id, by=coordinator.id, now=OPEN)
    autosave(fair, mine.id, replace(titled("Моя рука"), team_size=4), by=editor.id, now=OPEN)

    with pytest.raises(Conflict) as conflict:
        save(fair, mine.id, by=editor.id, now=OPEN)

    told = conflict.value
    assert (told.who, told.when) == ("Гүлнар", OPEN)
    assert [(one.name, one.base, one.mine, one.theirs, one.clash) for one in told.fields] == [
        ("title_ru", "Рука для сортировки", "Моя рука", "Их рука", True),
        ("course", None, None, 2, False),
    ]
    with pytest.raises(Conflict):
        save(fair, mine.id, seen=told.version - 1, by=editor.id, now=OPEN)
    save(fair, mine.id, seen=told.version, by=editor.id, now=OPEN)
    with fair.reading() as session:
        kept = entry_view(session, code, by=editor.id, now=OPEN).present
    assert kept == replace(titled("Моя рука"), team_size=4, course=2)


def test_of_a_field_both_changed_one_may_take_the_others(
    fair: Store, editor: Someone, coordinator: Someone
) -> None:
    code = written(fair, editor)
    mine = open_copy(fair, code=code, by=editor.id, now=OPEN)
    rewrite(fair, code, coordinator, titled("Их рука"))
    autosave(fair, mine.id, titled("Моя рука"), by=editor.id, now=OPEN)
    with pytest.raises(Conflict) as conflict:
        save(fair, mine.id, by=editor.id, now=OPEN)

    save(
        fair, mine.id, seen=conflict.value.version, theirs=frozenset({"title_ru"}),
        by=editor.id, now=OPEN,
    )  # fmt: skip

    with fair.reading() as session:
        assert entry_view(session, code, by=editor.id, now=OPEN).present == titled("Их рука")


def test_another_college_neither_sees_nor_touches(fair: Store, coordinator: Someone) -> None:
    stranger = someone(fair, MemberRole.COORDINATOR, college="zhasyl-dala")
    code = written(fair, coordinator)

    with fair.reading() as session:
        assert code not in {line.code for line in entries_of(session, by=stranger.id)}
        with pytest.raises(NotThere):
            entry_view(session, code, by=stranger.id, now=OPEN)
        with pytest.raises(Refused):
            terms_of(session, "temirqol", by=stranger.id, now=OPEN)
    for act in (
        lambda: open_copy(fair, code=code, by=stranger.id, now=OPEN),
        lambda: submit(fair, code, by=stranger.id, now=OPEN),
        lambda: withdraw(fair, code, by=stranger.id, now=OPEN),
        lambda: open_copy(
            fair, college="zhasyl-dala", copy_from=code, by=stranger.id, now=OPEN
        ),
    ):  # fmt: skip
        with pytest.raises(NotThere):
            act()
    with pytest.raises(Refused) as refused:
        open_copy(fair, college="temirqol", by=stranger.id, now=OPEN)
    assert refused.value.reason is Reason.NOT_YOUR_ROLE
    copy = open_copy(fair, college="zhasyl-dala", by=stranger.id, now=OPEN)
    with pytest.raises(Refused) as refused:
        autosave(fair, copy.id, COMPLETE, by=stranger.id, now=OPEN)
    assert refused.value.reason is Reason.COLLEGE_STAYS
    assert state_of(fair, code) == "draft"


def test_an_editor_writes_and_a_coordinator_gives_in(
    fair: Store, editor: Someone, coordinator: Someone
) -> None:
    code = written(fair, editor)
    with pytest.raises(Refused) as refused:
        submit(fair, code, by=editor.id, now=OPEN)
    assert refused.value.reason is Reason.NOT_YOUR_ROLE

    assert submit(fair, code, by=coordinator.id, now=OPEN) == 1

    with fair.reading() as session:
        view = entry_view(session, code, by=editor.id, now=OPEN)
        assert view.waiting is not None
        assert (view.state, view.waiting.number, view.waiting.draft, view.waiting.who) == (
            State.SUBMITTED, 1, COMPLETE, "Гүлнар",
        )  # fmt: skip
    with pytest.raises(Refused) as refused:
        submit(fair, code, by=coordinator.id, now=OPEN)
    assert refused.value.reason is Reason.NO_SUCH_STEP
    with pytest.raises(Refused) as refused:
        open_copy(fair, code=code, by=editor.id, now=OPEN)
    assert refused.value.reason is Reason.NOT_IN_STATE


def test_what_lacks_a_description_a_kind_or_a_technology_is_not_given_in(
    fair: Store, coordinator: Someone
) -> None:
    bare = Draft(college="temirqol", texts={"kk": DraftText("Қол")})
    code = written(fair, coordinator, bare)

    with pytest.raises(Incomplete) as incomplete:
        submit(fair, code, by=coordinator.id, now=OPEN)

    missing = ["description", "kind", "technologies"]
    assert [problem.field for problem in incomplete.value.problems] == missing
    with fair.reading() as session:
        (line,) = entries_of(session, college="temirqol", by=coordinator.id)[:1]
        assert (line.code, line.state) == (code, State.DRAFT)
        assert [problem.field for problem in line.missing] == missing


@pytest.mark.parametrize(
    ("moment", "in_time"),
    [
        (DEADLINE - timedelta(seconds=1), True),
        (DEADLINE, True),
        (DEADLINE + timedelta(milliseconds=999), True),
        (DEADLINE + timedelta(seconds=1), False),
    ],
)
def test_the_last_second_of_the_deadline_counts(
    fair: Store, coordinator: Someone, moment: datetime, in_time: bool
) -> None:
    code = written(fair, coordinator)
    if in_time:
        assert submit(fair, code, by=coordinator.id, now=moment) == 1
    else:
        with pytest.raises(Refused) as refused:
            submit(fair, code, by=coordinator.id, now=moment)
        assert refused.value.reason is Reason.DEADLINE_OVER


def test_a_deadline_is_extended_for_one_college(
    fair: Store, coordinator: Someone, organizer: Someone
) -> None:
    code = written(fair, coordinator)
    late = DEADLINE + timedelta(days=1)
    set_terms(
        fair, college="temirqol", edition="fair", quota=None, deadline=late, by=organizer.id,
        now=OPEN,
    )  # fmt: skip

    assert submit(fair, code, by=coordinator.id, now=late) == 1
    with fair.reading() as session:
        terms = terms_of(session, "temirqol", by=coordinator.id, now=late)
    assert (terms.deadline, terms.is_over, terms.is_frozen) == (late, False, False)
    with pytest.raises(Refused):
        set_terms(
            fair, college="temirqol", edition="fair", quota=9, deadline=None,
            by=coordinator.id, now=OPEN,
        )  # fmt: skip


def test_after_the_freeze_only_organizers_act(
    fair: Store, coordinator: Someone, organizer: Someone
) -> None:
    code = written(fair, coordinator)
    for act in (
        lambda: open_copy(fair, code=code, by=coordinator.id, now=FREEZE),
        lambda: open_copy(fair, college="temirqol", by=coordinator.id, now=FREEZE),
        lambda: submit(fair, code, by=coordinator.id, now=FREEZE),
        lambda: withdraw(fair, code, by=coordinator.id, now=FREEZE),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.reason is Reason.FROZEN

    assert submit(fair, code, by=organizer.id, now=FREEZE) == 1

    with fair.reading() as session:
        line = entry_view(session, code, by=organizer.id, now=FREEZE).history[-1]
        acts = session.execute(
            select(
                AuditEntry.account_id, AuditEntry.action, AuditEntry.college_id.is_not(None)
            ).where(AuditEntry.object_kind == "exhibit")
        ).all()
    assert (line.who, line.role, line.on_behalf) == ("Әлия", MemberRole.ORGANIZER, True)
    assert acts == [(organizer.id, "submit", True)]


def test_the_quota_counts_what_was_given_in(
    fair: Store, coordinator: Someone, organizer: Someone
) -> None:
    # The robot of the small fair is published: one of two places is taken.
    set_terms(
        fair, college="temirqol", edition="fair", quota=2, deadline=None, by=organizer.id,
        now=OPEN,
    )  # fmt: skip
    first, second = written(fair, coordinator), written(fair, coordinator, titled("Вторая"))
    submit(fair, first, by=coordinator.id, now=OPEN)

    with pytest.raises(Refused) as refused:
        submit(fair, second, by=coordinator.id, now=OPEN)
    assert refused.value.sentence("ru") == (
        "Места колледжа заняты: 2. Отзовите одну заявку или напишите организатору."
    )
    withdraw(fair, first, by=coordinator.id, now=OPEN)
    assert submit(fair, second, by=coordinator.id, now=OPEN) == 1


def test_the_public_keeps_what_was_approved_until_the_next_is(
    fair: Store, coordinator: Someone, organizer: Someone
) -> None:
    with fair.reading() as session:
        approved = entry_view(session, "R2B2T2", by=coordinator.id, now=OPEN).approved
    changed = replace(approved, texts={"ru": DraftText("Новый робот", "", "Иное.")})

    assert rewrite(fair, "R2B2T2", coordinator, replace(changed, stand="B-99"))

    def public_title() -> str:
        with fair.reading() as session:
            return reading.exhibits(session, "fair")["R2B2T2"].texts["ru"].title

    assert (public_title(), fair.revision()) == ("Робот-сортировщик мусора", 1)
    assert submit(fair, "R2B2T2", by=coordinator.id, now=OPEN) == 1
    with pytest.raises(Refused) as refused:
        open_copy(fair, code="R2B2T2", by=coordinator.id, now=OPEN)
    assert refused.value.reason is Reason.WAITS_FOR_REVIEW
    assert (public_title(), fair.revision()) == ("Робот-сортировщик мусора", 1)
    (outcome,) = decide(fair, ["R2B2T2"], Decision.ACCEPTED, by=organizer.id, now=OPEN)
    assert outcome.done
    assert (public_title(), fair.revision()) == ("Новый робот", 2)
    with fair.reading() as session:
        view = entry_view(session, "R2B2T2", by=coordinator.id, now=OPEN)
    # A college doesn't choose its stand.
    assert view.approved == changed
    assert (view.proposal, view.state) == (None, State.PUBLISHED)
    assert [line.deed for line in view.history] == [
        "moved", "saved", "submitted_changes", "approved_changes",
    ]  # fmt: skip


def test_a_proposal_can_be_taken_back(fair: Store, coordinator: Someone) -> None:
    with fair.reading() as session:
        approved = entry_view(session, "R2B2T2", by=coordinator.id, now=OPEN).approved
    rewrite(fair, "R2B2T2", coordinator, replace(approved, course=1))
    submit(fair, "R2B2T2", by=coordinator.id, now=OPEN)

    drop_changes(fair, "R2B2T2", by=coordinator.id, now=OPEN)

    with fair.reading() as session:
        view = entry_view(session, "R2B2T2", by=coordinator.id, now=OPEN)
    assert (view.present, view.proposal, view.waiting) == (approved, None, None)
    with pytest.raises(Refused) as refused:
        submit(fair, "R2B2T2", by=coordinator.id, now=OPEN)
    assert refused.value.reason is Reason.NOTHING_TO_SUBMIT


def test_an_organizer_mends_what_is_published_at_once(fair: Store, organizer: Someone) -> None:
    with fair.reading() as session:
        approved = entry_view(session, "R2B2T2", by=organizer.id, now=OPEN).approved

    assert not rewrite(fair, "R2B2T2", organizer, replace(approved, stand="A-77"))

    with fair.reading() as session:
        assert reading.exhibits(session, "fair")["R2B2T2"].stand == "A-77"
        (revision,) = entry_view(session, "R2B2T2", by=organizer.id, now=OPEN).revisions
    assert (revision.number, revision.decision) == (1, Decision.ACCEPTED)
    assert fair.revision() == 2


def test_an_organizers_correction_of_what_waits_is_a_round_of_its_own(
    fair: Store, coordinator: Someone, organizer: Someone
) -> None:
    code = given_in(fair, coordinator)

    rewrite(fair, code, organizer, titled("Исправлено"))

    with fair.reading() as session:
        view = entry_view(session, code, by=organizer.id, now=OPEN)
    assert [(one.number, one.decision, one.who) for one in view.revisions] == [
        (1, Decision.SUPERSEDED, "Гүлнар"), (2, None, "Әлия"),
    ]  # fmt: skip
    assert view.revisions[1].draft == titled("Исправлено")


def test_what_stands_at_a_taken_stand_is_not_accepted(
    fair: Store, coordinator: Someone, organizer: Someone
) -> None:
    code = given_in(fair, coordinator)
    rewrite(fair, code, organizer, replace(COMPLETE, hall="A", stand="A-01"))

    (outcome,) = decide(fair, [code], Decision.ACCEPTED, by=organizer.id, now=OPEN)

    assert outcome.sentence("ru") == "Этот стенд занят: R2B2T2."
    assert state_of(fair, code) == "submitted"


def test_last_years_exhibit_is_a_start_without_its_stand(fair: Store, coordinator: Someone) -> None:
    copy = open_copy(fair, college="temirqol", copy_from="R2B2T2", by=coordinator.id, now=OPEN)

    assert copy.draft.texts["ru"].title == "Робот-сортировщик мусора"
    assert (copy.draft.hall, copy.draft.stand, copy.draft.external_id) == (None, None, None)
    assert save(fair, copy.id, by=coordinator.id, now=OPEN).code != "R2B2T2"


def test_links_and_logistics_are_kept_and_judged(fair: Store, coordinator: Someone) -> None:
    logistics = Logistics(power_watts=2200, floor_area=6, noise=True, teacher_phone="+7 700 000")
    good = replace(COMPLETE, links=("https://example.org/video",), logistics=logistics)
    code = written(fair, coordinator, good)
    with fair.reading() as session:
        assert entry_view(session, code, by=coordinator.id, now=OPEN).present == good
    rewrite(fair, code, coordinator, COMPLETE)
    with fair.reading() as session:
        assert entry_view(session, code, by=coordinator.id, now=OPEN).present == COMPLETE
    for bad in (
        "http://example.org",
        "https://",
        "javascript:x",
        "https://a b.org",
        "https://u@a.b",
    ):
        with pytest.raises(Incomplete):
            written(fair, coordinator, replace(COMPLETE, links=(bad,)))


def test_a_blocked_account_can_do_nothing_more(fair: Store, coordinator: Someone) -> None:
    copy = open_copy(fair, college="temirqol", by=coordinator.id, now=OPEN)
    with fair.writing() as session:
        session.get_one(Account, coordinator.id).blocked_at = OPEN

    for act in (
        lambda: autosave(fair, copy.id, COMPLETE, by=coordinator.id, now=OPEN),
        lambda: save(fair, copy.id, by=coordinator.id, now=OPEN),
        lambda: submit(fair, "R2B2T2", by=coordinator.id, now=OPEN),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.reason is Reason.BLOCKED


def test_too_much_text_is_refused_and_what_was_kept_stays(fair: Store, editor: Someone) -> None:
    copy = open_copy(fair, college="temirqol", by=editor.id, now=OPEN)
    autosave(fair, copy.id, COMPLETE, by=editor.id, now=OPEN)
    huge = replace(COMPLETE, texts={"ru": DraftText("Робот", "", "я" * 200_001)})

    with pytest.raises(Refused) as refused:
        autosave(fair, copy.id, huge, by=editor.id, now=OPEN)

    assert refused.value.reason is Reason.TOO_MUCH_TEXT
    with fair.reading() as session:
        assert copy_by_id(session, copy.id, by=editor.id).draft == COMPLETE


def test_the_machine_has_no_copies_of_its_own(fair: Store) -> None:
    with pytest.raises(Refused):
        open_copy(fair, college="temirqol", by=COMMAND_LINE, now=OPEN)


def test_a_withdrawn_proposal_of_an_accepted_exhibit_is_not_lost(
    fair: Store, coordinator: Someone, organizer: Someone
) -> None:
    code = given_in(fair, coordinator)
    decide(fair, [code], Decision.ACCEPTED, by=organizer.id, now=OPEN)
    assert rewrite(fair, code, coordinator, replace(COMPLETE, kind=Kind.CRAFT))
    with fair.reading() as session:
        view = entry_view(session, code, by=coordinator.id, now=OPEN)
        assert (view.approved.kind, view.present.kind) == (Kind.PROTOTYPE, Kind.CRAFT)
        assert view.proposal is ProposalState.WRITING

    withdraw(fair, code, reason="Команда уехала", by=coordinator.id, now=OPEN)

    with fair.reading() as session:
        view = entry_view(session, code, by=coordinator.id, now=OPEN)
    assert (view.state, view.approved.kind, view.proposal) == (State.WITHDRAWN, Kind.CRAFT, None)
    assert view.history[-1].reason == "Команда уехала"
