"""Undoing an import: what it brought goes, what it changed is as it was, what came later stays."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from catalog import Store, audit, batches, imports, submissions
from catalog.batches import UndoReport
from catalog.choices import MemberRole
from catalog.drafts import draft_of
from catalog.errors import NotThere
from catalog.models import Exhibit, ExhibitHistory, Proposal
from catalog.permissions import COMMAND_LINE, By
from catalog.spreadsheets import Sheet, read
from catalog.values import values_of
from tests.catalog.people import someone


def table(text: str) -> Sheet:
    return read(text.encode(), "table.csv")


def entries(store: Store) -> dict[str, tuple[str, dict[str, object]]]:
    """State and values of every exhibit, by code."""
    with store.reading() as session:
        return {
            row.code: (row.state, values_of(draft_of(row)))
            for row in session.scalars(select(Exhibit))
        }


def put_in(store: Store, text: str, now: datetime, *, by: By = COMMAND_LINE, **more: object) -> int:
    """The number of the batch that a table becomes."""
    report = imports.run(store, table(text), by=by, now=now, **more)  # type: ignore[arg-type]
    assert report.batch is not None
    return report.batch


def kept(report: UndoReport) -> list[tuple[int, str, str]]:
    return [(row.number, row.code, row.problem.code) for row in report.kept]


CHANGES = (
    "code,external_id,college,title_en,title_ru,summary_ru,hall,stand,technologies\n"
    "R2B2T2,r-1,temirqol,,Новое имя,[clear],A,A-02,Сварка\n"
    ",a-1,zhasyl-dala,A greenhouse,,,B,B-02,\n"
    ",a-2,zhasyl-dala,,,,B,B-01,\n"
    ",n-1,temirqol,A new one,,,,,\n"
)


def test_undoing_gives_back_what_was_and_takes_away_what_came(fair: Store, now: datetime) -> None:
    before = entries(fair)
    batch = put_in(fair, CHANGES, now, file_name="table.csv")
    assert entries(fair) != before

    expected = batches.undo(fair, batch, by=COMMAND_LINE, now=now, dry_run=True)
    assert entries(fair) != before
    report = batches.undo(fair, batch, by=COMMAND_LINE, now=now)

    assert report == expected == UndoReport(batch, removed=1, restored=3, kept=())
    assert entries(fair) == before
    with fair.reading() as session:
        (kept_batch,) = batches.batches(session, by=COMMAND_LINE)
        acts = [act.action for act in audit.read_acts(session, by=COMMAND_LINE)]
    assert (kept_batch.created, kept_batch.updated, kept_batch.undone_at) == (1, 3, now)
    assert (kept_batch.file_name, kept_batch.college) == ("table.csv", None)
    assert acts[:2] == ["undo_import", "import_rows"]
    again = batches.undo(fair, batch, by=COMMAND_LINE, now=now)
    assert again == UndoReport(batch, removed=0, restored=0, kept=())


def test_published_exhibits_that_an_import_brought_leave_the_public(
    fair: Store, now: datetime
) -> None:
    before = entries(fair)
    batch = put_in(fair, "title,college\nOne,КРТ\nTwo,КРТ\n", now, publish=True)
    revision = fair.revision()

    batches.undo(fair, batch, by=COMMAND_LINE, now=now)

    assert entries(fair) == before
    assert fair.revision() == revision + 1


def test_what_was_changed_since_stays_and_is_named(fair: Store) -> None:
    now = datetime(2026, 11, 5, tzinfo=UTC)
    editor = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    rows = "title,description,kind,technologies\n" + "".join(
        f"Robot {number},It does.,product,robotics\n" for number in range(5)
    )
    batch = put_in(fair, rows, now, by=editor.id)
    codes = {
        values["title_en"]: code
        for code, (_, values) in entries(fair).items()
        if "title_en" in values
    }
    edited, sent, gone, open_elsewhere, untouched = (codes[f"Robot {n}"] for n in range(5))
    put_in(fair, f"code,course\n{edited},3\n", now, by=editor.id)
    submissions.submit(fair, sent, by=editor.id, now=now)
    submissions.withdraw(fair, gone, by=editor.id, now=now)
    colleague = someone(fair, MemberRole.EDITOR, college="temirqol")
    copy = submissions.open_copy(fair, code=open_elsewhere, by=colleague.id, now=now)
    submissions.autosave(fair, copy.id, replace(copy.draft, course=4), by=colleague.id, now=now)

    report = batches.undo(fair, batch, by=editor.id, now=now)

    assert (report.removed, report.restored) == (1, 0)
    assert kept(report) == [
        (2, edited, "changed_since"), (3, sent, "changed_since"), (4, gone, "changed_since"),
        (5, open_elsewhere, "changed_since"),
    ]  # fmt: skip
    assert [row.title for row in report.kept] == [f"Robot {n}" for n in range(4)]
    assert untouched not in entries(fair)


def test_later_imports_are_undone_first(fair: Store, now: datetime) -> None:
    before = entries(fair)
    first = put_in(fair, "code,course\nR2B2T2,1\n", now)
    second = put_in(fair, "code,course\nR2B2T2,2\n", now)

    blocked = batches.undo(fair, first, by=COMMAND_LINE, now=now)
    batches.undo(fair, second, by=COMMAND_LINE, now=now)
    done = batches.undo(fair, first, by=COMMAND_LINE, now=now)

    assert kept(blocked) == [(2, "R2B2T2", "changed_since")]
    assert (done.restored, done.kept) == (1, ())
    assert entries(fair) == before


def test_a_stand_that_somebody_has_taken_since_is_not_taken_back(
    fair: Store, now: datetime
) -> None:
    batch = put_in(fair, "code,hall,stand,course\nR2B2T2,A,A-02,\n", now)
    put_in(fair, "title,college,hall,stand\nQuicker,КРТ,A,A-01\n", now, publish=True)

    report = batches.undo(fair, batch, by=COMMAND_LINE, now=now)

    assert kept(report) == [(2, "R2B2T2", "changed_since")]
    assert entries(fair)["R2B2T2"][1]["stand"] == "A-02"


def test_a_colleges_change_of_what_is_published_is_a_proposal_and_goes_again(
    fair: Store, now: datetime
) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    before = entries(fair)
    text = "code,summary_ru\nR2B2T2,Иначе.\n"

    batch = put_in(fair, text, now, by=editor.id)
    with fair.reading() as session:
        proposed = session.scalars(select(Proposal)).one().content["summary_ru"]
    again = imports.run(fair, table(text), by=editor.id, now=now)
    unchanged = entries(fair)
    second = put_in(fair, "code,summary_ru\nR2B2T2,Совсем иначе.\n", now, by=editor.id)
    batches.undo(fair, second, by=editor.id, now=now)
    with fair.reading() as session:
        restored = session.scalars(select(Proposal)).one().content["summary_ru"]
    report = batches.undo(fair, batch, by=editor.id, now=now)

    assert (proposed, restored, again.unchanged) == ("Иначе.", "Иначе.", 1)
    assert unchanged == entries(fair) == before
    assert report.restored == 1
    with fair.reading() as session:
        assert session.scalars(select(Proposal)).all() == []
        deeds = session.scalars(select(ExhibitHistory.deed).order_by(ExhibitHistory.id)).all()
    assert deeds[-4:] == ["saved", "saved", "saved", "dropped_changes"]


def test_a_proposal_that_waits_for_review_is_left_alone(fair: Store) -> None:
    now = datetime(2026, 11, 5, tzinfo=UTC)
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    batch = put_in(fair, "code,summary_ru\nR2B2T2,Иначе.\n", now, by=coordinator.id)
    submissions.submit(fair, "R2B2T2", by=coordinator.id, now=now)

    more = imports.run(
        fair, table("code,summary_ru\nR2B2T2,Опять.\n"), by=coordinator.id, dry_run=True, now=now
    )
    report = batches.undo(fair, batch, by=coordinator.id, now=now)

    assert [problem.problem.code for problem in more.problems] == ["waits_for_review"]
    assert kept(report) == [(2, "R2B2T2", "waits_for_review")]


def test_an_import_is_undone_by_its_college_or_an_organizer(fair: Store, now: datetime) -> None:
    editor = someone(fair, MemberRole.EDITOR, college="temirqol")
    other = someone(fair, MemberRole.COORDINATOR, college="zhasyl-dala")
    reviewer = someone(fair, MemberRole.REVIEWER)
    organizer = someone(fair, MemberRole.ORGANIZER)
    batch = put_in(fair, "title\nA robot\n", now, by=editor.id)

    for stranger in (other, reviewer):
        with pytest.raises(NotThere):
            batches.undo(fair, batch, by=stranger.id, now=now)
        with fair.reading() as session:
            assert batches.batches(session, by=stranger.id) == []
    with fair.reading() as session:
        freeze = session.scalars(select(Exhibit)).first().edition.freeze_at  # type: ignore[union-attr]
    late = batches.undo(fair, batch, by=editor.id, now=freeze + timedelta(days=1))
    report = batches.undo(fair, batch, by=organizer.id, now=freeze + timedelta(days=1))

    assert [one[2] for one in kept(late)] == ["not_in_state"]
    assert report.removed == 1
    with fair.reading() as session:
        act = audit.read_acts(session, by=COMMAND_LINE, limit=1)[0]
    assert (act.action, act.account) == ("undo_import", organizer.id)
    assert act.college is not None


def test_an_import_that_changes_nothing_is_no_batch(fair: Store, now: datetime) -> None:
    report = imports.run(fair, table("code,course\nR2B2T2,3\n"), by=COMMAND_LINE, now=now)

    assert (report.unchanged, report.batch) == (1, None)
    with fair.reading() as session:
        assert batches.batches(session, by=COMMAND_LINE) == []
