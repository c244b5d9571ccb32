"""Translations: take the texts a language lacks, give them back translated, see, save."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Final

import streamlit as st

from catalog import translations
from catalog.errors import CatalogError
from catalog.file_problems import FileRefused
from catalog.refusals import Refused
from catalog.spreadsheets import MOST_BYTES, Sheet
from catalog.states import Incomplete
from catalog.translations import TranslationReport
from ui import wiring
from ui.html import draw
from ui.screens.uploading import refusals_of_files
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import TRANSLATIONS, WORK
from ui.text import NATIVE_NAMES

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MOST_MB: Final = MOST_BYTES // 1_000_000
_SHOWN_PROBLEMS: Final = 100
_STATE: Final = "translations"


@dataclass(frozen=True)
class _Checked:
    """A file that was looked at, by the upload's number."""

    upload: str
    sheet: Sheet
    report: TranslationReport


@dataclass
class _State:
    """Where one stands between a file and its result."""

    uploads: int = 0
    checked: _Checked | None = None
    done: TranslationReport | None = None
    refusal: str = ""


def show(visit: Visit) -> None:
    """Draw the page of a curator or organizer; others read why it isn't theirs."""
    person = require_person(visit, TRANSLATIONS)
    if person is None:
        return
    say, language = visit.speech.say, visit.speech.language
    names = wiring.working_names(None)
    if names is None:
        show_message(
            visit.speech, say("Translations"), say("There is no present fair."),
            action=say("My work"), href=WORK,
        )  # fmt: skip
        return
    edition = names.edition.slug
    try:
        with wiring.store().reading() as session:
            missing = translations.missing(
                session, edition=edition, by=person.id, now=datetime.now(UTC)
            )
    except Refused as refused:
        show_message(
            visit.speech, say("Translations"), refused.sentence(language),
            action=say("My work"), href=WORK,
        )  # fmt: skip
        return
    st.html(draw("people.html", language, title=say("Translations")))
    _Screen(visit, person.id, edition, missing).show()


class _Screen:
    """The parts of the page; each button calls one verb."""

    def __init__(self, visit: Visit, by: int, edition: str, missing: Mapping[str, int]) -> None:
        self.speech, self.by, self.edition = visit.speech, by, edition
        self.say, self.language = visit.speech.say, visit.speech.language
        self.missing = missing
        self.state: _State = st.session_state.setdefault(_STATE, _State())

    def show(self) -> None:
        """Draw the page from the choice of a language to what a file has changed."""
        if self.state.refusal:
            st.error(self.state.refusal)
            self.state.refusal = ""
        if self.state.done is not None:
            count = self.speech.count
            texts = self.state.done.texts
            st.success(count("%(num)s text is saved.", "%(num)s texts are saved.", texts))
            self.state.done = None
        self._show_file()
        st.html(
            draw("heading.html", self.language, title=self.say("2. Bring them back translated"))
        )
        checked = self._checked()
        if checked is not None:
            self._show_checked(checked)

    def _show_file(self) -> None:
        """The language to translate into, and its file."""
        st.html(draw("heading.html", self.language, title=self.say("1. Take the texts")))
        target = st.radio(
            self.say("Translate into"), list(self.missing), horizontal=True,
            index=list(self.missing).index(max(self.missing, key=lambda one: self.missing[one])),
            format_func=lambda one: f"{NATIVE_NAMES[one]}: {self.missing[one]}",
            key="translations-target",
        )  # fmt: skip
        st.caption(
            self.say("The number says how many texts of accepted and published exhibits are not "
                     "in this language yet.")
        )  # fmt: skip

        def data() -> bytes:
            with wiring.store().reading() as session:
                return translations.export(
                    session, self.language, edition=self.edition, target=target, by=self.by,
                    now=datetime.now(UTC),
                )  # fmt: skip

        st.download_button(
            self.say("Texts in Excel"), data, file_name=f"{self.edition}-{target}.xlsx",
            mime=_XLSX, key="translations-take", on_click="ignore",
            disabled=not self.missing[target],
        )  # fmt: skip

    def _checked(self) -> _Checked | None:
        """The uploaded file, looked at; None where there is none to look at."""
        with st.container(key=f"bulk-upload-{self.language}"):
            file = st.file_uploader(
                self.say("Excel (.xlsx) or CSV, 50 MB at most"),
                key=f"translations-file-{self.state.uploads}",
                max_upload_size=_MOST_MB,
            )
            refusals_of_files(self.speech, most_mb=_MOST_MB)
        if file is None:
            self.state.checked = None
            return None
        known = self.state.checked
        if known is not None and known.upload == file.file_id:
            return known
        try:
            sheet = translations.read_file(file.getvalue(), PurePath(file.name).name)
            report = self._apply(sheet, dry_run=True)
        except CatalogError as error:
            self.state.checked = None
            st.error(self._sentence(error))
            return None
        self.state.checked = _Checked(file.file_id, sheet, report)
        return self.state.checked

    def _show_checked(self, checked: _Checked) -> None:
        """What the file would do, every problem of it, and the button that does it."""
        report, count = checked.report, self.speech.count
        failed = len({problem.row for problem in report.problems})
        counts = {
            count("%(num)s text translated", "%(num)s texts translated", report.texts):
                report.texts,
            count("%(num)s as it is", "%(num)s as they are", report.unchanged): report.unchanged,
            count("%(num)s not translated yet", "%(num)s not translated yet", report.empty):
                report.empty,
            count("%(num)s failed row", "%(num)s failed rows", failed): failed,
        }  # fmt: skip
        more = len(report.problems) - _SHOWN_PROBLEMS
        st.html(
            draw(
                "bulk_report.html",
                self.language,
                title=self.say("3. What will happen"),
                counts=[text for text, number in counts.items() if number],
                notes=[note.sentence(self.language) for note in report.notes],
                problems=[
                    {
                        "row": one.row,
                        "column": one.column,
                        "value": one.value,
                        "message": one.sentence(self.language),
                    }
                    for one in report.problems[:_SHOWN_PROBLEMS]
                ],
                more=self.say("Problems more: %(number)s", number=more) if more > 0 else "",
            )
        )
        if not report.texts:
            st.info(self.say("There is nothing to save in this file."))
            return
        label = count("Save %(num)s translation", "Save %(num)s translations", report.texts)
        if report.problems:
            label = count(
                "Save only the %(num)s good translation",
                "Save only the %(num)s good translations",
                report.texts,
            )
        if st.button(label, key="translations-save", type="primary"):
            self._save(checked)

    def _save(self, checked: _Checked) -> None:
        """Save what was looked at; if the catalog has changed meanwhile, look at it anew."""
        try:
            report = self._apply(checked.sheet, accept_good=bool(checked.report.problems))
        except CatalogError as error:
            self.state.refusal = self._sentence(error)
        else:
            self.state.checked = None
            if report.saved:
                self.state.done = report
                self.state.uploads += 1
        st.rerun()

    def _apply(
        self, sheet: Sheet, *, dry_run: bool = False, accept_good: bool = False
    ) -> TranslationReport:
        return translations.apply(
            wiring.store(), sheet, edition=self.edition, by=self.by, now=datetime.now(UTC),
            dry_run=dry_run, accept_good=accept_good,
        )  # fmt: skip

    def _sentence(self, error: CatalogError) -> str:
        if isinstance(error, Refused | FileRefused | Incomplete):
            return error.sentence(self.language)
        return str(error)
