"""Spreadsheet: take it, fill it in, see what will happen, save it, undo it."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any

import streamlit as st

from catalog import accounts, batches, desk, imports, templates
from catalog.batches import BatchRecord, KeptRow, UndoReport
from catalog.choices import MemberRole
from catalog.errors import CatalogError
from catalog.file_problems import FileRefused
from catalog.import_rows import RowProblem
from catalog.imports import ImportRefused, ImportReport
from catalog.languages import best, collation_key
from catalog.picture_archive import MOST_ARCHIVE_BYTES, PictureArchive
from catalog.records import PersonRecord
from catalog.refusals import Refused
from catalog.rejected import rejected, sentences
from catalog.spreadsheets import MOST_BYTES, Sheet, read
from ui import wiring
from ui.clock import day
from ui.entries import college_terms
from ui.html import draw
from ui.screens.uploading import refusals_of_files
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import BULK, WORK
from ui.text import Speech, later

_COLLEGE_ROLES = (MemberRole.EDITOR, MemberRole.COORDINATOR)
_SHOWN_PROBLEMS = 100
_SHOWN_BATCHES = 10
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DOING = {
    "reading": later("Reading the rows"),
    "pictures": later("Keeping the pictures"),
    "saving": later("Saving the rows"),
}
_STATE = "bulk"
_MOST_MB = MOST_BYTES // 1_000_000


@dataclass(frozen=True)
class _Checked:
    """A file that was looked at, by the upload's number and the college it was looked at for."""

    upload: str
    college: str | None
    name: str
    sheet: Sheet
    pictures: PictureArchive | None
    report: ImportReport


@dataclass
class _State:
    """What the page remembers of one visit: where one stands between a file and its result."""

    uploads: int = 0
    checked: _Checked | None = None
    done: _Checked | None = None
    undo: UndoReport | None = None
    undone: UndoReport | None = None
    refusal: str = ""


def show(visit: Visit) -> None:
    """Draw the page of whoever enters exhibits; others read why it isn't theirs."""
    person = require_person(visit, BULK)
    if person is None:
        return
    say = visit.speech.say
    if not person.has_role(*_COLLEGE_ROLES, MemberRole.ORGANIZER):
        text = say("This page is for those who enter a college’s exhibits.")
        show_message(visit.speech, say("Spreadsheet"), text, action=say("My work"), href=WORK)
        return
    st.html(draw("bulk.html", visit.speech.language, work=WORK))
    with wiring.store().reading() as session:
        colleges, _ = accounts.places(session)
    screen = _Screen(visit.speech, person, colleges)
    screen.show()


class _Screen:
    """The parts of the page; each button calls one verb."""

    def __init__(
        self, speech: Speech, person: PersonRecord, colleges: Mapping[str, Mapping[str, str]]
    ) -> None:
        self.speech, self.person = speech, person
        self.say, self.language = speech.say, speech.language
        own = {one.college.slug for one in person.roles if one.college}
        everywhere = person.has_role(MemberRole.ORGANIZER)
        names = {slug: _best(found, self.language) for slug, found in colleges.items()}
        self.names = {
            slug: names[slug]
            for slug in sorted(names, key=lambda one: collation_key(names[one], self.language))
            if everywhere or slug in own
        }
        self.state: _State = st.session_state.setdefault(_STATE, _State())

    def show(self) -> None:
        """Draw the page from the choice of a college to the imports that were made."""
        if self.state.refusal:
            st.error(self.state.refusal)
            self.state.refusal = ""
        if self.state.done is not None:
            self._show_done(self.state.done)
        college = self._choose_college()
        self._show_terms(college)
        self._show_files(college)
        self._heading(self.say("2. Upload it"))
        checked = self._checked(college)
        if checked is not None:
            self._show_checked(checked)
        self._show_batches()

    def _heading(self, text: str) -> None:
        st.html(draw("heading.html", self.language, title=text))

    def _choose_college(self) -> str | None:
        """Whose exhibits it is about; None: of all that one may enter."""
        if len(self.names) == 1:
            return next(iter(self.names))
        chosen = st.selectbox(
            self.say("College"), [None, *self.names], key="bulk-college",
            format_func=lambda slug: self.names[slug] if slug else self.say("All colleges"),
        )  # fmt: skip
        return None if chosen is None else str(chosen)

    def _show_terms(self, college: str | None) -> None:
        """By when a college gives its exhibits in, and whom to ask."""
        told: list[str] = []
        if college is not None and wiring.working_names() is not None:
            with wiring.store().reading() as session:
                terms = desk.terms_of(session, college, by=self.person.id, now=datetime.now(UTC))
            told = college_terms(terms, self.speech)
        contact = wiring.settings().contact
        st.html(draw("terms.html", self.language, terms=told, contact=contact))

    def _show_files(self, college: str | None) -> None:
        """The spreadsheet to take: empty, or with what is there already."""
        self._heading(self.say("1. Take the spreadsheet"))
        stem = college or "exhibits"
        with st.container(horizontal=True, key="bulk-files"):
            self._download(
                self.say("Empty spreadsheet"),
                "template",
                f"{stem}-{self.language}.xlsx",
                lambda session: templates.template(
                    session, self.language, by=self.person.id, college=college
                ),
            )
            for suffix, label in (
                ("xlsx", self.say("Exhibits in Excel")),
                ("csv", self.say("Exhibits in CSV")),
            ):
                self._download(
                    label,
                    suffix,
                    f"{stem}-{self.language}-exhibits.{suffix}",
                    lambda session, suffix=suffix: templates.export(  # type: ignore[misc]
                        session,
                        self.language,
                        by=self.person.id,
                        college=college,
                        csv=suffix == "csv",
                    ),
                )
        st.caption(
            self.say("What you export, edit and upload again changes just what you have edited.")
        )

    def _download(self, label: str, key: str, name: str, make: Callable[[Any], bytes]) -> None:
        def data() -> bytes:
            with wiring.store().reading() as session:
                return make(session)

        st.download_button(
            label, data, file_name=name, key=f"bulk-{key}", on_click="ignore",
            mime="text/csv" if name.endswith(".csv") else _XLSX,
        )  # fmt: skip

    def _checked(self, college: str | None) -> _Checked | None:
        """The uploaded file, looked at for this college; None where there is none to look at."""
        with st.container(key=f"bulk-upload-{self.language}"):
            file = st.file_uploader(
                self.say("Excel (.xlsx) or CSV, 50 MB at most"),
                key=f"bulk-file-{self.state.uploads}",
                max_upload_size=_MOST_MB,
            )
            refusals_of_files(self.speech, most_mb=_MOST_MB)
            packed = st.file_uploader(
                self.say("Pictures in a ZIP, if the spreadsheet names any"),
                key=f"bulk-pictures-{self.state.uploads}",
                type="zip",
                max_upload_size=MOST_ARCHIVE_BYTES // 1_000_000,
            )
            refusals_of_files(self.speech, most_mb=MOST_ARCHIVE_BYTES // 1_000_000, kinds=["zip"])
        if file is None:
            self.state.checked = None
            return None
        upload = f"{file.file_id} {packed.file_id if packed else ''}"
        known = self.state.checked
        if known is not None and (known.upload, known.college) == (upload, college):
            return known
        self.state.done = None
        with self._watched() as progress:
            try:
                sheet = read(file.getvalue(), PurePath(file.name).name)
                pictures = PictureArchive(packed.getvalue(), packed.name) if packed else None
                report = imports.run(
                    wiring.store(),
                    sheet,
                    by=self.person.id,
                    college=college,
                    pictures=pictures,
                    dry_run=True,
                    now=datetime.now(UTC),
                    progress=progress,
                )
            except CatalogError as error:
                self.state.checked = None
                st.error(self._sentence(error))
                return None
        self.state.checked = _Checked(upload, college, file.name, sheet, pictures, report)
        return self.state.checked

    def _watched(self) -> "_Watched":
        return _Watched(self.speech)

    def _sentence(self, error: CatalogError) -> str:
        if isinstance(error, Refused | FileRefused):
            return error.sentence(self.language)
        return str(error)

    def _show_checked(self, checked: _Checked) -> None:
        """What an import would do, every problem of it, and the buttons that do it."""
        report = checked.report
        self._show_report(self.say("3. What will happen"), checked, report.problems)
        good = report.create + report.update
        if not good:
            if not report.problems:
                st.info(self.say("Everything in this file is in the catalog already."))
            else:
                st.warning(self.say("No row can be saved yet. Mend the file and upload it again."))
        with st.container(horizontal=True, key="bulk-save"):
            if report.problems:
                self._show_failed(checked)
            if good and not report.problems:
                label = self.speech.count("Save %(num)s exhibit", "Save %(num)s exhibits", good)
            elif good:
                label = self.speech.count(
                    "Save only the %(num)s good row", "Save only the %(num)s good rows", good
                )
            else:
                return
            if st.button(label, key="bulk-do", type="primary"):
                self._save(checked)
        if report.problems:
            st.caption(
                self.say("All or nothing: mend the rows in your file and upload it again. Or save "
                         "the good rows now, and mend the others in the file of failed rows.")
            )  # fmt: skip

    def _show_report(
        self, title: str, checked: _Checked, problems: Sequence[RowProblem], *, saved: bool = False
    ) -> None:
        report, count = checked.report, self.speech.count
        failed = len(report.bad_rows)
        counts = {
            count("%(num)s new", "%(num)s new", report.create): report.create,
            count("%(num)s changed", "%(num)s changed", report.update): report.update,
            count("%(num)s as it is", "%(num)s as they are", report.unchanged): report.unchanged,
            count("%(num)s failed row", "%(num)s failed rows", failed): failed,
        }
        notes = [] if saved else [note.sentence(self.language) for note in checked.sheet.notes]
        if report.unknown_columns and not saved:
            names = ", ".join(f"«{name}»" for name in report.unknown_columns)
            notes.append(self.say("Columns that are not read: %(names)s.", names=names))
        st.html(
            draw(
                "bulk_report.html",
                self.language,
                title=title,
                counts=[text for text, number in counts.items() if number],
                notes=notes,
                problems=[
                    {
                        "row": one.row,
                        "column": one.column,
                        "value": one.value,
                        "message": one.sentence(self.language),
                    }
                    for one in problems[:_SHOWN_PROBLEMS]
                ],
                more=self._more(len(problems) - _SHOWN_PROBLEMS),
            )
        )

    def _more(self, number: int) -> str:
        if number <= 0:
            return ""
        return self.speech.count(
            "%(num)s problem more is in the file of failed rows.",
            "%(num)s problems more are in the file of failed rows.",
            number,
        )

    def _show_failed(self, checked: _Checked) -> None:
        """The failed rows as a file, each with what is wrong with it."""
        suffix = PurePath(checked.name).suffix.lower()
        suffix = suffix if suffix in (".xlsx", ".csv", ".jsonl") else ".xlsx"
        told = sentences(checked.report.problems, self.language)
        st.download_button(
            self.say("File of failed rows"),
            lambda: rejected(checked.sheet, told, suffix, self.language),
            file_name=f"{PurePath(checked.name).stem}.errors{suffix}",
            key="bulk-failed",
            on_click="ignore",
        )

    def _save(self, checked: _Checked) -> None:
        """Save what was looked at; the page after tells what was done."""
        with self._watched() as progress:
            try:
                report = imports.run(
                    wiring.store(),
                    checked.sheet,
                    by=self.person.id,
                    college=checked.college,
                    accept_good=bool(checked.report.problems),
                    file_name=checked.name,
                    pictures=checked.pictures,
                    now=datetime.now(UTC),
                    progress=progress,
                )
            except ImportRefused:
                # Somebody has changed the catalog since the file was looked at.
                self.state.checked = None
            except CatalogError as error:
                self.state.refusal = self._sentence(error)
            else:
                self.state.done = replace(checked, report=report, pictures=None)
                self.state.checked = None
                self.state.uploads += 1
        st.rerun()

    def _show_done(self, done: _Checked) -> None:
        self._show_report(self.say("Saved"), done, (), saved=True)
        with st.container(horizontal=True, key="bulk-done"):
            if done.report.problems:
                self._show_failed(done)
        st.success(
            self.say("New exhibits are drafts: look at them under «My work» and send them in. "
                     "Changes of accepted exhibits wait to be sent in, too.")
        )  # fmt: skip

    def _show_batches(self) -> None:
        """The imports that were made, each to be undone."""
        with wiring.store().reading() as session:
            rows = batches.batches(session, by=self.person.id, limit=_SHOWN_BATCHES)
        if self.state.undone is not None:
            self._tell_undone(self.state.undone)
            self.state.undone = None
        if not rows:
            return
        self._heading(self.say("Earlier imports"))
        for one in rows:
            with st.container(
                horizontal=True, vertical_alignment="center", key=f"bulk-batch-{one.id}"
            ):
                st.text(self._line(one))
                if one.undone_at is None and st.button(self.say("Undo"), key=f"undo-{one.id}"):
                    self.state.undo = self._undo(one.id, dry_run=True)
                    st.rerun()
            if self.state.undo is not None and self.state.undo.batch == one.id:
                self._confirm(self.state.undo)

    def _line(self, one: BatchRecord) -> str:
        count = self.speech.count
        parts = [
            day(one.at),
            one.file_name,
            self.names.get(one.college or "", ""),
            count("%(num)s new", "%(num)s new", one.created) if one.created else "",
            count("%(num)s changed", "%(num)s changed", one.updated) if one.updated else "",
            one.by or "",
            self.say("undone") if one.undone_at else "",
        ]
        return " · ".join(part for part in parts if part)

    def _confirm(self, report: UndoReport) -> None:
        """What undoing would do, before it is done."""
        with st.container(border=True, key="bulk-undo"):
            st.text(self._effect(report))
            self._show_kept(report.kept)
            with st.container(horizontal=True, key="bulk-undo-buttons"):
                if report.removed + report.restored and st.button(
                    self.say("Undo the import"), key="undo-do", type="primary"
                ):
                    self.state.undone = self._undo(report.batch, dry_run=False)
                    self.state.undo = self.state.done = self.state.checked = None
                    st.rerun()
                if st.button(self.say("Leave it"), key="undo-leave"):
                    self.state.undo = None
                    st.rerun()

    def _undo(self, batch: int, *, dry_run: bool) -> UndoReport | None:
        try:
            return batches.undo(
                wiring.store(), batch, by=self.person.id, now=datetime.now(UTC), dry_run=dry_run
            )
        except CatalogError as error:
            self.state.refusal = self._sentence(error)
            return None

    def _effect(self, report: UndoReport) -> str:
        count = self.speech.count
        removed, restored, kept = report.removed, report.restored, len(report.kept)
        parts = {
            count("%(num)s exhibit goes away", "%(num)s exhibits go away", removed): removed,
            count("%(num)s is as before", "%(num)s are as before", restored): restored,
            count("%(num)s stays as it is", "%(num)s stay as they are", kept): kept,
        }
        return ", ".join(text for text, number in parts.items() if number) + "."

    def _tell_undone(self, report: UndoReport) -> None:
        st.success(self.say("Undone: %(effect)s", effect=self._effect(report)))
        self._show_kept(report.kept)

    def _show_kept(self, kept: Sequence[KeptRow]) -> None:
        for one in kept[:_SHOWN_PROBLEMS]:
            st.text(f"{one.number}. {one.title or one.code}: {one.problem.sentence(self.language)}")


class _Watched:
    """A bar that shows how far the rows are, and is gone afterwards."""

    def __init__(self, speech: Speech) -> None:
        self._speech = speech

    def __enter__(self) -> imports.Progress:
        self._bar = st.progress(0.0)
        return self._through

    def __exit__(self, *_: object) -> None:
        self._bar.empty()

    def _through(self, items: Sequence[Any], doing: str) -> Iterable[Any]:
        return self._counted(items, self._speech.say(_DOING[doing]))

    def _counted(self, items: Sequence[Any], text: str) -> Iterator[Any]:
        step = max(1, len(items) // 50)
        for number, item in enumerate(items):
            if number % step == 0:
                self._bar.progress(number / len(items), f"{text}: {number} / {len(items)}")
            yield item


def _best(names: Mapping[str, str], language: str) -> str:
    found = best(names, language)
    return found[1] if found else ""
