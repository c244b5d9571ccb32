"""Who may import what: each account in its own colleges, organizers everywhere."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from catalog import Store, accounts, audit, imports
from catalog.choices import MemberRole, State
from catalog.imports import ImportReport
from catalog.models import College, Edition, Exhibit
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Reason, Refused
from catalog.spreadsheets import Sheet, read
from tests.catalog.people import someone


def table(text: str) -> Sheet:
    return read(text.encode(), "table.csv")


def problems(report: ImportReport) -> list[tuple[int, str, str, str]]:
    return [(p.row, p.column, p.value, p.problem.code) for p in report.problems]


def states(store: Store) -> dict[str, tuple[str, str]]:
    """College and state by the first title."""
    with store.reading() as session:
        return {
            row.texts[0].title: (row.college.slug, row.state)
            for row in session.scalars(select(Exhibit))
        }


def set_state(store: Store, code: str, state: State) -> None:
    with store.writing() as session:
        session.scalars(select(Exhibit).where(Exhibit.code == code)).one().state = state


def test_rows_of_a_college_need_no_college_and_become_its_drafts(
    fair: Store, now: datetime
) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")

    report = imports.run(fair, table("title\nA new robot\nA newer robot\n"), by=editor.id, now=now)

    assert (report.create, report.problems) == (2, ())
    assert states(fair)["A new robot"] == ("temirqol", State.DRAFT)
    assert states(fair)["A newer robot"] == ("temirqol", State.DRAFT)
    with fair.reading() as session:
        (act,) = audit.read_acts(session, by=COMMAND_LINE, limit=1)
    assert (act.account, act.college, act.action) == (editor.id, None, "import_rows")


def test_another_colleges_rows_codes_and_works_are_out_of_reach(fair: Store, now: datetime) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="zhasyl-dala")
    sheet = table(
        "code,external_id,college,title\n"
        ",,КРТ,Theirs\n"
        "R2B2T2,,,Taken over\n"
        "ZZZZZZ,,,By a code nobody has\n"
        ",r-1,,By their number\n"
        ",,,Робот-сортировщик мусора\n"
        ",,политех,Ours by a name we share\n"
    )

    report = imports.run(fair, sheet, by=editor.id, accept_good=True, now=now)

    assert problems(report) == [
        (2, "college", "КРТ", "other_college"),
        (3, "code", "R2B2T2", "code_not_yours"),
        (4, "code", "ZZZZZZ", "code_not_yours"),
    ]
    assert report.create == 3
    with fair.reading() as session:
        made = session.scalars(select(Exhibit).where(Exhibit.state == State.DRAFT)).all()
        assert {row.college.slug for row in made} == {"zhasyl-dala"}


def test_somebody_of_two_colleges_names_one_in_the_row_or_chooses_one(
    fair: Store, now: datetime
) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    accounts.give_role(
        fair, editor.id, by=COMMAND_LINE, role=MemberRole.EDITOR, college="empty", now=now
    )
    sheet = table("title,college\nNamed one,empty\nUnnamed\nTheirs,zhasyl-dala\n")

    both = imports.run(fair, sheet, by=editor.id, dry_run=True, now=now)
    chosen = imports.run(fair, sheet, by=editor.id, college="temirqol", dry_run=True, now=now)

    assert [one[::3] for one in problems(both)] == [(3, "missing"), (4, "other_college")]
    assert [one[::3] for one in problems(chosen)] == [(2, "other_college"), (4, "other_college")]


@pytest.mark.parametrize("role", [MemberRole.REVIEWER, MemberRole.CURATOR, None])
def test_who_has_no_college_and_runs_no_fair_imports_nothing(
    fair: Store, now: datetime, role: MemberRole | None
) -> None:
    other = someone(fair, role)

    with pytest.raises(Refused) as refused:
        imports.run(fair, table("title,college\nRobot,КРТ\n"), by=other.id, now=now)

    assert refused.value.reason is Reason.NOT_YOUR_ROLE


@pytest.mark.parametrize(
    "wish", [{"publish": True}, {"edition": "old", "open_archive": True}, {"college": "empty"}]
)
def test_a_college_publishes_nothing_opens_no_archive_and_chooses_no_other(
    fair: Store, now: datetime, wish: dict[str, object]
) -> None:
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")

    with pytest.raises(Refused) as refused:
        imports.run(fair, table("title\nRobot\n"), by=coordinator.id, now=now, **wish)  # type: ignore[arg-type]

    assert refused.value.reason is Reason.NOT_YOUR_ROLE
    assert "Robot" not in states(fair)


def test_after_the_freeze_only_organizers_import(fair: Store, now: datetime) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    organizer = someone(fair, MemberRole.ORGANIZER)
    with fair.reading() as session:
        freeze = session.scalars(select(Edition.freeze_at).where(Edition.slug == "fair")).one()
    assert freeze is not None
    sheet = table("title,college\nLate robot,КРТ\n")

    with pytest.raises(Refused) as refused:
        imports.run(fair, sheet, by=editor.id, now=freeze)
    before = imports.run(fair, sheet, by=editor.id, dry_run=True, now=freeze - timedelta(seconds=1))
    after = imports.run(fair, sheet, by=organizer.id, now=freeze)

    assert refused.value.reason is Reason.FROZEN
    assert (before.create, after.create) == (1, 1)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (State.DRAFT, None),
        (State.CHANGES_REQUESTED, None),
        (State.SUBMITTED, "not_in_state"),
        (State.REJECTED, "not_in_state"),
        (State.WITHDRAWN, "not_in_state"),
        (State.CANCELLED, "not_in_state"),
    ],
)
def test_a_college_changes_what_it_is_at_work_on_and_repeats_the_rest(
    fair: Store, now: datetime, state: State, code: str | None
) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    set_state(fair, "R2B2T2", state)
    change = table("code,summary_ru\nR2B2T2,Иначе.\n")
    same = table("code,summary_ru\nR2B2T2,Сортирует мусор.\n")

    changed = imports.run(fair, change, by=editor.id, dry_run=True, now=now)
    repeated = imports.run(fair, same, by=editor.id, now=now)

    assert [one[3] for one in problems(changed)] == ([code] if code else [])
    assert (repeated.unchanged, repeated.problems) == (1, ())


def test_stands_are_assigned_by_organizers(fair: Store, now: datetime) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    organizer = someone(fair, MemberRole.ORGANIZER)
    set_state(fair, "R2B2T2", State.DRAFT)
    sheet = table("code,title_ru,hall,stand\nR2B2T2,Робот-сортировщик мусора,B,A-01\n,Новый,,A-7\n")

    own = imports.run(fair, sheet, by=editor.id, dry_run=True, now=now)
    theirs = imports.run(fair, sheet, by=organizer.id, college="temirqol", dry_run=True, now=now)

    assert problems(own) == [
        (2, "hall", "B", "stand_is_assigned"),
        (3, "stand", "A-7", "stand_is_assigned"),
    ]
    assert theirs.problems == ()


def test_what_an_organizer_imports_is_logged_on_behalf_of_each_college(
    fair: Store, now: datetime
) -> None:
    organizer = someone(fair, MemberRole.ORGANIZER)
    sheet = table("title,college\nOne,КРТ\nTwo,zhasyl-dala\nThree,КРТ\n")

    imports.run(fair, sheet, by=organizer.id, now=now)
    imports.run(fair, sheet, by=organizer.id, now=now)
    imports.run(fair, table("title,college\nFour,КРТ\n"), by=organizer.id, now=now)

    with fair.reading() as session:
        names = {row.id: row.slug for row in session.scalars(select(College))}
        acts = [
            (act.action, names.get(act.college or 0))
            for act in reversed(audit.read_acts(session, by=COMMAND_LINE))
            if act.account == organizer.id
        ]
    assert acts == [
        ("create_draft", "temirqol"),
        ("create_draft", "zhasyl-dala"),
        ("create_draft", "temirqol"),
        ("import_rows", None),
        ("create_draft", "temirqol"),
        ("import_rows", "temirqol"),
    ]
