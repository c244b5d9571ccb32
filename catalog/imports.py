"""A whole spreadsheet of exhibits: planned row by row, then saved as a whole or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.audit import log_act
from catalog.batches import Change, keep_batch
from catalog.choices import State
from catalog.codes import new_code
from catalog.errors import CatalogError
from catalog.import_plans import (
    Action,
    ImportPlan,
    ImportReport,
    PlannedRow,
    Progress,
    plan,
)
from catalog.models import Exhibit, UsedCode
from catalog.permissions import By
from catalog.picture_archive import PictureArchive
from catalog.pictures import add_picture
from catalog.refusals import Refused
from catalog.spreadsheets import Sheet
from catalog.states import transition
from catalog.store import Store, public_changed
from catalog.submissions import put

__all__ = [
    "Action",
    "ImportPlan",
    "ImportRefused",
    "ImportReport",
    "PlannedRow",
    "Progress",
    "apply",
    "plan",
    "run",
]


class ImportRefused(CatalogError):
    """Nothing was saved, because some rows have problems; `report` lists them."""

    def __init__(self, report: ImportReport) -> None:
        self.report = report
        super().__init__(
            f"Nothing was imported: {len(report.bad_rows):,} of {report.rows:,} rows have"
            f" {len(report.problems):,} problems. Mend them, or import the good rows alone."
        )


def apply(
    session: Session,
    plan: ImportPlan,
    *,
    now: datetime,
    accept_good: bool = False,
    file_name: str | None = None,
    progress: Progress = lambda items, doing: items,
) -> int | None:
    """Save a plan in the session it was made in, as the act of whoever planned it.

    With a `file_name` it is a batch that can be undone, if it changes anything; returns its number.
    Raises ImportRefused if rows have problems, unless `accept_good` says to save the others.
    """
    if plan.report.problems and not accept_good:
        raise ImportRefused(plan.report)
    entries, actor = plan.entries, plan.scope.actor
    if plan.report.new_edition and plan.rows:
        session.add(entries.edition)
        public_changed(session)
    updated = [row for row in plan.rows if row.action is Action.UPDATE]
    created = [row for row in plan.rows if row.action is Action.CREATE]
    changes = []
    with entries.together(now=now):
        for row in progress(updated, "saving"):
            if row.exhibit is not None:
                put(session, row.exhibit, row.draft, entries=entries, actor=actor, now=now)
                changes.append(_change(row, row.exhibit))
    used = set(session.scalars(select(UsedCode.code)))
    for row in progress(created, "saving"):
        code = row.code or new_code(used)
        used.add(code)
        exhibit = entries.create(code, row.draft, now=now)
        exhibit.saved_by = actor.account
        state = State.PUBLISHED if plan.publish else State.DRAFT
        transition(session, exhibit, state, actor=actor, now=now)
        changes.append(_change(row, exhibit))
    session.flush()
    return _keep(session, plan, changes, file_name, now=now) if changes else None


def run(
    store: Store,
    sheet: Sheet,
    *,
    by: By,
    edition: str | None = None,
    college: str | None = None,
    mapping: Mapping[str, str] | None = None,
    publish: bool = False,
    open_archive: bool = False,
    dry_run: bool = False,
    accept_good: bool = False,
    file_name: str = "",
    pictures: PictureArchive | None = None,
    now: datetime,
    progress: Progress = lambda items, doing: items,
) -> ImportReport:
    """Plan and save an import in one transaction, as a batch; with `dry_run` only plan it.

    Returns what was done. Raises ImportRefused, with nothing saved, when rows have problems and
    neither `dry_run` nor `accept_good` is set. Pictures that rows name are kept first, each by
    itself: making one fit takes a second, and nobody else can write meanwhile.
    """
    planning = partial(
        plan,
        sheet=sheet,
        by=by,
        edition=edition,
        college=college,
        mapping=mapping,
        publish=publish,
        open_archive=open_archive,
        pictures=pictures,
        now=now,
        progress=progress,
    )
    if pictures is not None and not dry_run:
        with store.reading() as session:
            planned = planning(session)
        if planned.report.problems and not accept_good:
            raise ImportRefused(planned.report)
        _keep_pictures(store, planned, pictures, by=by, now=now, progress=progress)
    with store.reading() if dry_run else store.writing(alone=True) as session:
        planned = planning(session, to_apply=not dry_run)
        if dry_run:
            return planned.report
        batch = apply(
            session,
            planned,
            now=now,
            accept_good=accept_good,
            file_name=file_name,
            progress=progress,
        )
        return replace(planned.report, batch=batch)


def _change(row: PlannedRow, exhibit: Exhibit) -> Change:
    return Change(
        row.row, exhibit.code, row.before, row.was_proposal, row.draft, State(exhibit.state)
    )


def _keep_pictures(
    store: Store,
    plan: ImportPlan,
    archive: PictureArchive,
    *,
    by: By,
    now: datetime,
    progress: Progress,
) -> None:
    """Keep what rows name of an archive; what can't be kept is a problem of its rows from now on."""
    named = dict.fromkeys(
        (picture.hash, row.draft.college)
        for row in plan.rows
        if row.action is not Action.UNCHANGED
        for picture in row.draft.pictures
    )
    for picture, college in progress([*named], "pictures"):
        data = archive.data_of(picture)
        if data is None:
            continue
        try:
            add_picture(store, data, college=college, edition=plan.report.edition, by=by, now=now)
        except Refused as error:
            archive.mark_wrong(picture, error)


def _keep(
    session: Session,
    plan: ImportPlan,
    changes: Sequence[Change],
    file_name: str | None,
    *,
    now: datetime,
) -> int | None:
    """Log an import, in whose stead an organizer did it, and note it as a batch if it has a name."""
    actor, entries = plan.scope.actor, plan.entries
    slugs = {change.after.college for change in changes}
    college = entries.colleges.row(slugs.pop()).id if len(slugs) == 1 else None
    batch = None
    if file_name is not None:
        batch = keep_batch(
            session, entries.edition, changes, actor=actor, college=college, file_name=file_name,
            now=now,
        )  # fmt: skip
    kind, number = ("edition", entries.edition.id) if batch is None else ("import_batch", batch)
    helping = plan.scope.runs_the_fair() and actor.account is not None
    log_act(
        session, actor, "import_rows", kind, number, now=now, college=college if helping else None
    )
    return batch
