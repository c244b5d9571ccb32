"""Imports as batches: what each one changed, and undoing it where nothing changed since."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, joinedload

from catalog.audit import log_act
from catalog.choices import Deed, State
from catalog.drafts import Draft
from catalog.entries import Entries, exhibits_of
from catalog.errors import NotThere
from catalog.models import (
    Edition,
    Exhibit,
    ImportBatch,
    ImportedRow,
    Proposal,
    WorkingCopy,
)
from catalog.permissions import (
    Action,
    Actor,
    By,
    Subject,
    actor_of,
    colleges_of,
    is_organizer,
    may,
    require,
    subject_of,
)
from catalog.problems import Problem, ProblemCode
from catalog.refusals import Refused
from catalog.states import Incomplete, record
from catalog.store import Store, public_changed
from catalog.submissions import APPROVED, present_draft, put, waiting_revision
from catalog.values import Values, draft_from, values_of

_FILE_NAME_LENGTH: Final = 200


@dataclass(frozen=True)
class BatchRecord:
    """An import that was saved; `college` and `by` are None where it had none or isn't known."""

    id: int
    at: datetime
    by: str | None
    college: str | None
    edition: str
    file_name: str
    created: int
    updated: int
    undone_at: datetime | None


@dataclass(frozen=True)
class KeptRow:
    """A row that undoing left as it is, and why."""

    number: int
    code: str
    title: str
    problem: Problem


@dataclass(frozen=True)
class UndoReport:
    """What undoing did, or would do: exhibits taken away, exhibits as they were, and the others."""

    batch: int
    removed: int
    restored: int
    kept: tuple[KeptRow, ...]


@dataclass(frozen=True)
class Change:
    """What a row of an import did: the values before (None: a new exhibit) and where they stood."""

    number: int
    code: str
    before: Draft | None
    was_proposal: bool
    after: Draft
    state: State


def keep_batch(
    session: Session,
    edition: Edition,
    changes: Sequence[Change],
    *,
    actor: Actor,
    college: int | None,
    file_name: str,
    now: datetime,
) -> int:
    """Note an import in the transaction that saves it; returns the batch's number."""
    made = sum(change.before is None for change in changes)
    batch = ImportBatch(
        edition=edition,
        college_id=college,
        account_id=actor.account,
        at=now,
        file_name="".join(filter(str.isprintable, file_name))[-_FILE_NAME_LENGTH:],
        created=made,
        updated=len(changes) - made,
        rows=[
            ImportedRow(
                code=change.code,
                number=change.number,
                before=None if change.before is None else values_of(change.before),
                was_proposal=change.was_proposal,
                after_hash=_hash(values_of(change.after)),
                after_state=change.state,
            )
            for change in changes
        ],
    )
    session.add(batch)
    session.flush()
    return batch.id


def batches(session: Session, *, by: By, limit: int = 20) -> Sequence[BatchRecord]:
    """The imports one may look back on, the newest first: one's own, and those of one's colleges."""
    query = (
        select(ImportBatch)
        .where(_seen_by(actor_of(session, by)))
        .options(
            joinedload(ImportBatch.edition),
            joinedload(ImportBatch.college),
            joinedload(ImportBatch.account),
        )
        .order_by(ImportBatch.id.desc())
        .limit(limit)
    )
    return [
        BatchRecord(
            id=one.id,
            at=one.at,
            by=one.account.name if one.account else None,
            college=one.college.slug if one.college else None,
            edition=one.edition.slug,
            file_name=one.file_name,
            created=one.created,
            updated=one.updated,
            undone_at=one.undone_at,
        )
        for one in session.scalars(query)
    ]


def undo(store: Store, batch: int, *, by: By, now: datetime, dry_run: bool = False) -> UndoReport:
    """Make exhibits what they were before an import, and take those away that it brought.

    What was changed since, or may not be changed any more, stays, and is listed; it can be undone
    later, when what came after it has been undone. Codes are never given out again. With `dry_run`
    nothing is changed. Raises NotThere for an import one may not look back on.
    """
    with store.reading() if dry_run else store.writing(alone=True) as session:
        actor = actor_of(session, by)
        found = _batch(session, actor, batch)
        undoing = _Undoing(session, found, actor, now)
        # The last row first: what it took from an earlier one is free again.
        for row in reversed(found.rows):
            if not row.undone:
                undoing.take(row)
        if not dry_run:
            undoing.give_back()
        if not dry_run and (undoing.removed or undoing.back):
            found.undone_at = now
            _log(session, found, actor, now)
        kept = tuple(sorted(undoing.kept, key=lambda one: one.number))
        return UndoReport(found.id, undoing.removed, len(undoing.back), kept)


def _log(session: Session, batch: ImportBatch, actor: Actor, now: datetime) -> None:
    college = batch.college_id
    helping = actor.account is not None and is_organizer(actor, Subject(college, batch.edition_id))
    log_act(
        session, actor, "undo_import", "import_batch", batch.id, now=now,
        college=college if helping else None,
    )  # fmt: skip


class _Undoing:
    """The undoing of one batch, row by row."""

    def __init__(self, session: Session, batch: ImportBatch, actor: Actor, now: datetime) -> None:
        self.session, self.batch, self.actor, self.now = session, batch, actor, now
        self.removed = 0
        self.back: list[_Back] = []
        self.kept: list[KeptRow] = []
        codes = {row.code for row in batch.rows if not row.undone}
        query = select(Exhibit.id).where(Exhibit.code.in_(codes)).order_by(Exhibit.id)
        session.execute(query.with_for_update())
        here = exhibits_of(session, batch.edition)
        self._exhibits = {one.code: one for one in here if one.code in codes}
        numbers = [one.id for one in self._exhibits.values()]
        copies = select(WorkingCopy).where(WorkingCopy.exhibit_id.in_(numbers))
        self._in_use = {
            copy.exhibit_id for copy in session.scalars(copies) if copy.content != copy.base
        } | set(
            session.scalars(
                select(Exhibit.duplicate_of_id).where(Exhibit.duplicate_of_id.in_(numbers))
            )
        )

    def take(self, row: ImportedRow) -> None:
        """Undo one row, or note why it stays."""
        exhibit = self._exhibits.get(row.code)
        if exhibit is None:
            self._keep(row, None, ProblemCode.CHANGED_SINCE)
            return
        refusal = self._refusal(row, exhibit)
        if refusal is not None:
            self._keep(row, exhibit, refusal)
        elif row.before is not None:
            self.back.append(_Back(row, exhibit, draft_from(row.before)))
        else:
            if exhibit.state == State.PUBLISHED:
                public_changed(self.session, [exhibit.code])
            self.session.delete(exhibit)
            row.undone = True
            self.removed += 1

    def give_back(self) -> None:
        """Give exhibits the values they had, all together: two may have swapped their stands.

        What an exhibit no longer can hold is kept as it is.
        """
        self.session.flush()
        entries = Entries(self.session, self.batch.edition)
        if self._try(self.back, entries):
            return
        for one in self.back.copy():
            if not self._try([one], entries):
                self.back.remove(one)
                self._keep(one.row, one.exhibit, ProblemCode.CHANGED_SINCE)

    def _try(self, rows: Sequence["_Back"], entries: Entries) -> bool:
        """Give back these rows all together, or none: then a stand, a technology or a rule of the
        fair is no longer what it was."""
        try:
            with self.session.begin_nested():
                with entries.together(now=self.now):
                    for one in rows:
                        self._restore(one, entries)
                        one.row.undone = True
                self.session.flush()
        except (Refused, Incomplete, IntegrityError, KeyError):
            return False
        return True

    def _restore(self, one: "_Back", entries: Entries) -> None:
        exhibit = one.exhibit
        proposal = self.session.get(Proposal, exhibit.id)
        if proposal is None or one.row.was_proposal:
            put(self.session, exhibit, one.draft, entries=entries, actor=self.actor, now=self.now)
            return
        role = require(self.actor, Action.EDIT_ENTRY, subject_of(exhibit, self.now))
        self.session.delete(proposal)
        exhibit.version += 1
        exhibit.updated_at = self.now
        record(
            self.session, exhibit, Deed.DROPPED_CHANGES, origin=State(exhibit.state),
            action=Action.EDIT_ENTRY, role=role, actor=self.actor, now=self.now,
        )  # fmt: skip

    def _refusal(self, row: ImportedRow, exhibit: Exhibit) -> ProblemCode | None:
        present = _hash(values_of(present_draft(self.session, exhibit)))
        if present != row.after_hash or exhibit.state != row.after_state:
            return ProblemCode.CHANGED_SINCE
        if row.before is None and exhibit.id in self._in_use:
            return ProblemCode.CHANGED_SINCE
        subject = subject_of(exhibit, self.now)
        for action in (Action.IMPORT_ROWS, Action.EDIT_ENTRY):
            if not may(self.actor, action, subject):
                return ProblemCode.NOT_IN_STATE
        if exhibit.state in APPROVED and waiting_revision(self.session, exhibit) is not None:
            return ProblemCode.WAITS_FOR_REVIEW
        return None

    def _keep(self, row: ImportedRow, exhibit: Exhibit | None, code: ProblemCode) -> None:
        facts = {"state": exhibit.state} if exhibit else {}
        title = next((text.title for text in exhibit.texts), "") if exhibit else ""
        problem = Problem("code", code, row.code, facts)
        self.kept.append(KeptRow(row.number, row.code, title, problem))


@dataclass(frozen=True)
class _Back:
    """An exhibit that is to have the values it had before a row changed it."""

    row: ImportedRow
    exhibit: Exhibit
    draft: Draft


def _batch(session: Session, actor: Actor, number: int) -> ImportBatch:
    found = session.scalars(
        select(ImportBatch).where(ImportBatch.id == number, _seen_by(actor))
    ).one_or_none()
    if found is None:
        raise NotThere(f"There is no import {number} to undo.")
    return found


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    """The condition on imports that an actor may look back on."""
    colleges = colleges_of(actor, Action.IMPORT_ROWS)
    if colleges is None:
        return true()
    return or_(ImportBatch.account_id == actor.account, ImportBatch.college_id.in_(colleges))


def _hash(values: Values) -> str:
    text = json.dumps(values, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
