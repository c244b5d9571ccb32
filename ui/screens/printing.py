"""Print: an organizer chooses what goes on paper and takes it as a PDF."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import streamlit as st

from catalog import reading
from catalog.choices import State
from catalog.errors import NotThere
from catalog.languages import best, collation_key
from catalog.pictures import public_picture
from catalog.print_lists import (
    IN_THE_HALL,
    PrintedExhibit,
    printable_address,
    printed_exhibits,
)
from catalog.records import PersonRecord
from catalog.refusals import Refused, state_name
from ui import wiring
from ui.address import link
from ui.html import draw
from ui.names import Names
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import PRINT, REVIEW, WORK
from ui.text import NATIVE_NAMES, later

if TYPE_CHECKING:
    from printing import PaperSize, Progress

_MADE: Final = "print-made"
_SIGNS, _LABELS, _BOOKLET, _CERTIFICATES = "signs", "labels", "booklet", "certificates"
_KINDS: Final = {
    _SIGNS: later("Signs for the stands"),
    _LABELS: later("Labels with QR codes"),
    _BOOKLET: later("Booklet of the fair"),
    _CERTIFICATES: later("Certificates of participation"),
}
# Pictures of the booklet are as large as a stamp.
_PICTURE: Final = 320
_LIST: Final = "print-list"
_LINE_LENGTH: Final = 400
_LIST_LENGTH: Final = 400_000
_UPLOAD_BYTES: Final = 1_000_000


@dataclass(frozen=True)
class _Made:
    """A file that was drawn, and what for: another choice makes it void."""

    choice: tuple[object, ...]
    name: str
    data: bytes


def show(visit: Visit) -> None:
    """Draw the page of an organizer; others read why it isn't theirs."""
    person = require_person(visit, PRINT)
    if person is None:
        return
    say = visit.speech.say
    names = wiring.working_names(visit.parameters.get("edition") or None)
    if names is None:
        show_message(visit.speech, say("Print"), say("There is no fair yet."), href=WORK)
        return
    try:
        with wiring.store().reading() as session:
            found = printed_exhibits(session, edition=names.edition.slug, by=person.id)
    except (Refused, NotThere) as error:
        sentence = error.sentence(visit.speech.language) if isinstance(error, Refused) else ""
        show_message(visit.speech, say("Print"), sentence, action=say("My work"), href=WORK)
        return
    st.html(draw("people.html", visit.speech.language, title=say("Print")))
    _Screen(visit, person, names, found).show()


class _Screen:
    """The parts of the page, from the choice to the file."""

    def __init__(
        self, visit: Visit, person: PersonRecord, names: Names, found: Sequence[PrintedExhibit]
    ) -> None:
        self.person, self.names, self.found = person, names, found
        self.speech, self.say, self.language = visit.speech, visit.speech.say, visit.speech.language

    def show(self) -> None:
        """Draw the page."""
        from printing import PaperSize

        with st.container(horizontal=True, key="print-what"):
            kind = st.selectbox(
                self.say("What to print"), list(_KINDS), key="print-kind",
                format_func=lambda one: self.say(_KINDS[one]),
            )  # fmt: skip
            paper = PaperSize(
                st.selectbox(self.say("Paper"), [str(one) for one in PaperSize], key="print-paper")
            )
        if kind == _CERTIFICATES:
            self.show_certificates(paper)
            return
        try:
            address = printable_address(wiring.settings().public_url)
        except Refused as refused:
            st.error(refused.sentence(self.language))
            address = ""
        chosen = self.choose()
        language = self.language
        if kind == _BOOKLET:
            chosen = [one for one in chosen if one.state is State.PUBLISHED]
            language = self.choose_language()
        else:
            self.show_missing_titles(chosen)
        if not chosen:
            st.text(self.say("No exhibit fits. Only what is accepted or published is printed."))
            return
        st.text(self.speech.count("%(num)s exhibit", "%(num)s exhibits", len(chosen)))
        self.offer(
            kind, paper, (kind, paper, language, tuple(chosen), address), bool(address),
            lambda told: self.drawn(kind, paper, chosen, address, language, told),
        )  # fmt: skip

    def offer(
        self,
        kind: str,
        paper: "PaperSize",
        choice: tuple[object, ...],
        ready: bool,
        draw_all: "Callable[[Progress], bytes]",
    ) -> None:
        """The button that draws the file, showing how far it is, and the file once it is there."""
        if st.button(
            self.say("Make the PDF"), key="print-make", type="primary", disabled=not ready
        ):
            bar = st.progress(0.0, text=self.say("Drawing"))
            data = draw_all(_shown(bar.progress, self.say("Drawing")))
            bar.empty()
            st.session_state[_MADE] = _Made(
                choice, f"{self.names.edition.slug}-{kind}-{paper}.pdf", data
            )
        made = st.session_state.get(_MADE)
        if isinstance(made, _Made) and made.choice == choice:
            megabytes = f"{len(made.data) / 1_000_000:.1f}"
            st.download_button(
                self.say("Download (%(megabytes)s MB)", megabytes=megabytes),
                made.data, file_name=made.name, mime="application/pdf", key="print-download",
                on_click="ignore",
            )  # fmt: skip

    def drawn(
        self,
        kind: str,
        paper: "PaperSize",
        chosen: Sequence[PrintedExhibit],
        address: str,
        language: str,
        told: "Progress",
    ) -> bytes:
        """The file of the chosen exhibits."""
        from printing import Booklet, booklet, days_of, entries_of, labels, sign_of, signs

        edition = self.names.edition
        if kind != _BOOKLET:
            wanted = [sign_of(one, edition.names, address) for one in chosen]
            return (signs if kind == _SIGNS else labels)(wanted, paper, progress=told)
        with wiring.store().reading() as session:
            public = reading.exhibits(session, edition.slug, [one.code for one in chosen])

            def picture(name: str) -> bytes | None:
                found = public_picture(session, name, _PICTURE)
                return found.webp if found else None

            entries = entries_of(public.values(), self.names.technologies, picture, address)
        made_of = Booklet(edition.names, edition.venue, days_of(edition), entries)
        return booklet(made_of, language, paper, progress=told)

    def choose_language(self) -> str:
        """The language the booklet is read in."""
        mine_first = sorted(NATIVE_NAMES, key=lambda one: one != self.language)
        st.caption(self.say("Visitors’ booklet: published exhibits alone."))
        return st.selectbox(
            self.say("Language of the booklet"), mine_first, key="print-language",
            format_func=lambda one: NATIVE_NAMES[one],
        )  # fmt: skip

    def show_certificates(self, paper: "PaperSize") -> None:
        """The list of names, typed, uploaded or taken from exhibits, and what is made of it."""
        from printing import certificates, certificates_from, days_of

        st.caption(self.say("Nothing of this list is kept: it is printed and forgotten."))
        uploaded = st.file_uploader(
            self.say("A list to upload (CSV)"), type=["csv", "txt"],
            key="print-upload",
        )  # fmt: skip
        if uploaded is not None and uploaded.file_id != st.session_state.get("print-uploaded"):
            st.session_state["print-uploaded"] = uploaded.file_id
            st.session_state[_LIST] = _read(uploaded.getvalue()[:_UPLOAD_BYTES])
        if st.button(
            self.say("Take the names that exhibits show with a consent"), key="print-consented"
        ):
            st.session_state[_LIST] = "\n".join(self.names_with_consent())
        text = st.text_area(
            self.say("Names for the certificates, one a line: name; exhibit; college"), key=_LIST,
            height=240, max_chars=_LIST_LENGTH,
            placeholder=self.say("Айгерім Сейітова; Робот-сортировщик; Колледж «Темірқол»"),
        )  # fmt: skip
        for number, line in enumerate((text or "").splitlines(), start=1):
            if len(line) > _LINE_LENGTH:
                st.error(
                    self.say(
                        "Line %(number)s is too long: %(limit)s characters at most.",
                        number=number,
                        limit=_LINE_LENGTH,
                    )
                )
                return
        wanted = certificates_from(text or "")
        if not wanted:
            st.text(self.say("Write names, or upload a list of them."))
            return
        edition = self.names.edition
        venue = best(edition.venue, "ru")
        place = " · ".join(part for part in (venue[1] if venue else "", days_of(edition)) if part)
        self.offer(
            _CERTIFICATES, paper, (_CERTIFICATES, paper, tuple(wanted)), True,
            lambda told: certificates(
                wanted, paper, fair=edition.names, place=place, progress=told
            ),
        )  # fmt: skip

    def names_with_consent(self) -> list[str]:
        """A line for each name that a published exhibit shows: its consent holds now."""
        with wiring.store().reading() as session:
            public = reading.exhibits(session, self.names.edition.slug)
        lines = []
        for record in public.values():
            title = best({key: text.title for key, text in record.texts.items()}, "ru")
            college = best(record.college.names, "ru")
            for one in record.people:
                if one.name:
                    parts = (one.name, title[1] if title else "", college[1] if college else "")
                    lines.append("; ".join(part.replace(";", ",") for part in parts))
        return lines

    def choose(self) -> list[PrintedExhibit]:
        """The exhibits that are to be printed, narrowed as the boxes say."""
        with st.container(horizontal=True, key="print-narrow"):
            hall = self.narrow("hall", self.say("Hall"), [one.hall for one in self.found])
            college = self.narrow(
                "college", self.say("College"), [one.college for one in self.found]
            )
            field = self.narrow("field", self.say("Field"), [one.field for one in self.found])
            state = st.selectbox(
                self.say("State"), ["", *IN_THE_HALL], key="print-state",
                format_func=lambda one: (
                    state_name(one, self.language) if one else self.say("Accepted and published")
                ),
            )  # fmt: skip
        fitting = [
            one
            for one in self.found
            if hall in ("", one.hall)
            and college in ("", one.college)
            and field in ("", one.field)
            and state in ("", one.state)
        ]
        return self.select(fitting)

    def narrow(self, facet: str, label: str, values: Sequence[str]) -> str:
        """A box with the values that there are; empty: all."""
        called = {
            value: self.names.called(facet, value, self.speech).text for value in values if value
        }
        known = sorted(called, key=lambda value: collation_key(called[value], self.language))
        return st.selectbox(
            label, ["", *known], key=f"print-{facet}",
            format_func=lambda value: called[value] if value else self.say("All"),
        )  # fmt: skip

    def select(self, fitting: Sequence[PrintedExhibit]) -> list[PrintedExhibit]:
        """Those of them that are chosen one by one; all where none is."""
        titles = {one.code: self.title(one) for one in fitting}
        picked = st.multiselect(
            self.say("Only these exhibits"), list(titles), key="print-codes",
            placeholder=self.say("All of them"),
            format_func=lambda code: f"{titles[code]} · {code}",
        )  # fmt: skip
        wanted = set(picked)
        return [one for one in fitting if not wanted or one.code in wanted]

    def show_missing_titles(self, chosen: Sequence[PrintedExhibit]) -> None:
        """Which of the chosen have no Kazakh or no Russian title, before anything is printed."""
        for language in ("kk", "ru"):
            lacking = [one for one in chosen if language not in one.titles]
            if not lacking:
                continue
            title = self.speech.count(
                "%(num)s exhibit has no title in this language: %(language)s",
                "%(num)s exhibits have no title in this language: %(language)s",
                len(lacking),
                language=NATIVE_NAMES[language],
            )
            with st.expander(title):
                st.caption(self.say("The sign shows the title that there is."))
                st.html(
                    draw(
                        "print_missing.html",
                        self.language,
                        rows=[
                            {
                                "code": one.code,
                                "title": self.title(one),
                                "href": link(REVIEW, code=one.code),
                            }
                            for one in lacking
                        ],
                    )
                )

    def title(self, one: PrintedExhibit) -> str:
        found = best(one.titles, self.language)
        return found[1] if found else one.code


def _read(data: bytes) -> str:
    """A list as it was saved by Excel or an editor."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", errors="replace")


def _shown(show_share: Callable[..., object], text: str) -> "Progress":
    """A progress bar that moves by whole percents: each step of it is a message to the browser."""
    shown = -1

    def tell(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // max(total, 1)
        if percent != shown:
            shown = percent
            show_share(percent / 100, text=f"{text}: {done} / {total}")

    return tell
