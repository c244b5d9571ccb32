"""A whole spreadsheet of exhibits: planned row by row, then saved as a whole or not at all."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.audit import log_act
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
from catalog.models import UsedCode
from catalog.permissions import By
from catalog.spreadsheets import Sheet
from catalog.states import transition
from catalog.store import Store, public_changed

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
    progress: Progress = lambda items, doing: items,
) -> None:
    """Save a plan in the session it was made in, as the act of whoever planned it.

    Raises ImportRefused if rows have problems, unless `accept_good` says to save the others.
    """
    if plan.report.problems and not accept_good:
        raise ImportRefused(plan.report)
    entries, actor = plan.entries, plan.scope.actor
    if plan.report.new_edition and plan.rows:
        session.add(entries.edition)
        public_changed(session)
    changes = [
        (row.exhibit, row.draft)
        for row in plan.rows
        if row.action is Action.UPDATE and row.exhibit is not None
    ]
    entries.change(changes, now=now)
    used = set(session.scalars(select(UsedCode.code)))
    for row in progress(plan.rows, "saving"):
        if row.action is not Action.CREATE:
            continue
        code = row.code or new_code(used)
        used.add(code)
        exhibit = entries.create(code, row.draft, now=now)
        state = State.PUBLISHED if plan.publish else State.DRAFT
        transition(session, exhibit, state, actor=actor, now=now)
    _log(session, plan, now=now)


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
    now: datetime,
    progress: Progress = lambda items, doing: items,
) -> ImportReport:
    """Plan and save an import in one transaction; with `dry_run` only plan it.

    Returns what was done. Raises ImportRefused, with nothing saved, when rows have problems and
    neither `dry_run` nor `accept_good` is set.
    """
    with store.reading() if dry_run else store.writing(alone=True) as session:
        planned = plan(
            session,
            sheet,
            by=by,
            edition=edition,
            college=college,
            mapping=mapping,
            publish=publish,
            open_archive=open_archive,
            now=now,
            progress=progress,
        )
        if not dry_run:
            apply(session, planned, now=now, accept_good=accept_good, progress=progress)
    return planned.report


def _log(session: Session, plan: ImportPlan, *, now: datetime) -> None:
    """A line of the log for what was imported; for each college that an organizer did it for."""
    touched = {row.draft.college for row in plan.rows if row.action is not Action.UNCHANGED}
    if not touched:
        return
    session.flush()
    colleges = (plan.entries.colleges.row(slug).id for slug in sorted(touched))
    helped: list[int | None] = [one for one in colleges if plan.scope.acts_for_college(one)]
    edition = plan.entries.edition.id
    for college in helped or [None]:
        log_act(
            session, plan.scope.actor, "import_rows", "edition", edition, now=now, college=college
        )
