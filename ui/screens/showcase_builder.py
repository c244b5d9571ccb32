"""One showcase being built: what it shows, its words, its time, how visitors see it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import streamlit as st

from catalog import showcase_desk, showcases
from catalog.choices import ShowcaseState
from catalog.errors import CatalogError
from catalog.languages import LANGUAGES
from catalog.records import ExhibitRecord, PersonRecord
from catalog.refusals import Refused
from catalog.showcase_changes import part_name
from catalog.showcase_desk import ShowcaseView
from catalog.showcases import NOTE_LENGTH, QUERY_LENGTH
from ui import wiring
from ui.address import SearchAddress, link
from ui.clock import moment
from ui.html import draw
from ui.names import Names
from ui.screens.showcase_texts import TextsForm
from ui.screens.visit import Visit
from ui.sections import SHOWCASES
from ui.showcase_rows import ChosenRow, chosen_row, exhibit_row, state_said
from ui.showcases import showcase_page, spread_of, title_of
from ui.text import NATIVE_NAMES, speech

FOUND = 10
PROPOSED = 6
_SAID = "showcase-said"


class Builder:
    """The parts of the page; every act is one verb of the catalog, told which version was seen."""

    def __init__(
        self, visit: Visit, person: PersonRecord, view: ShowcaseView, names: Names
    ) -> None:
        self.visit, self.person, self.view, self.names = visit, person, view, names
        self.speech, self.say, self.language = visit.speech, visit.speech.say, visit.speech.language
        self.key = f"showcase-{view.id}"
        # What the person saw when they pressed: others may have changed it since.
        self.seen: int = st.session_state.get(f"{self.key}-seen", view.version)
        self.shown: Sequence[ExhibitRecord] = wiring.showcase_exhibits(view.preview(), names)
        self.editable = view.state is not ShowcaseState.ARCHIVED

    def show(self) -> None:
        """Draw the page."""
        self.show_head()
        said = st.session_state.pop(_SAID, "")
        if said:
            st.error(said)
        exhibits, texts, time, preview, past = st.tabs(
            [
                self.say("What it shows"),
                self.say("Title and introduction"),
                self.say("Publication"),
                self.say("As visitors see it"),
                self.say("Changes"),
            ],
            key=f"{self.key}-tabs",
        )
        form = TextsForm(self.visit, self.view, self.shown, self.person)
        with exhibits:
            self.show_exhibits()
        with texts:
            form.show_texts(self.editable)
        with time:
            self.show_states()
            form.show_times(self.editable)
        with preview:
            self.show_preview()
        with past:
            self.show_past()
        st.session_state[f"{self.key}-seen"] = self.view.version

    def act(self, verb: Callable[[int, datetime], int]) -> None:
        """Do it and draw again, with the reason on the page where it isn't done."""
        try:
            version = verb(self.seen, datetime.now(UTC))
        except Refused as refused:
            st.session_state[_SAID] = refused.sentence(self.language)
        except CatalogError as error:
            st.session_state[_SAID] = str(error)
        else:
            # Two quick presses: the second one knows what the first one did.
            if version == self.seen + 1:
                st.session_state[f"{self.key}-seen"] = version
        st.rerun()

    def show_head(self) -> None:
        """What it is called, in what state it is, where visitors find it."""
        view, now = self.view, datetime.now(UTC)
        record = view.preview()
        draft = view.draft
        facts = [self.speech.count("%(num)s exhibit", "%(num)s exhibits", len(self.shown))]
        if view.curator:
            facts.append(view.curator)
        public = view.state is ShowcaseState.PUBLISHED
        st.html(
            draw(
                "showcase_head.html",
                self.language,
                back=link(SHOWCASES, lang=self.visit.sticky),
                title=title_of(record, self.speech),
                state=state_said(view.state, draft.starts_at, draft.ends_at, self.speech, now=now),
                good=public,
                facts=facts,
                address=f"/s/{draft.slug}" if public and record.is_open(now) else "",
            )
        )

    # What it shows

    def show_exhibits(self) -> None:
        """On the left what could be shown, on the right what is."""
        if not self.editable:
            self.show_chosen()
            return
        left, right = st.columns(2, gap="large")
        with left:
            self.show_query()
            self.show_finding()
            self.show_proposals()
        with right:
            self.show_chosen()

    def show_query(self) -> None:
        """What fills the showcase by itself."""
        query = self.view.draft.query
        with st.container(key="showcase-query"):
            if not query:
                st.caption(self.say("Only what you add is shown. A query can keep filling it."))
                return
            st.caption(self.say("The query “%(query)s” keeps filling it.", query=query))
            if st.button(self.say("Stop filling"), key=f"{self.key}-stop"):
                self.set_query("")

    def set_query(self, query: str) -> None:
        """Let a query fill the showcase, or none."""
        seen = self.view.draft
        self.act(
            lambda version, now: showcases.edit(
                wiring.store(), self.view.id, replace(seen, query=query), seen=seen,
                version=version, by=self.person.id, now=now,
            )
        )  # fmt: skip

    def show_finding(self) -> None:
        """A search by meaning, and what can be done with what it finds."""
        query = st.text_input(
            self.say("Find exhibits in words"), key=f"{self.key}-find", type="search",
            placeholder=self.say("Robot, greenhouse, sewing…"),
        ).strip()[:QUERY_LENGTH]  # fmt: skip
        if not query:
            return
        answer = wiring.answer(SearchAddress(query=query), self.names, self.speech)
        chosen = {one.code for one in (*self.view.pins, *self.view.left_out)}
        rows = [one for one in answer.exhibits if one.code not in chosen][:FOUND]
        with st.container(horizontal=True, vertical_alignment="center", key="showcase-found-head"):
            if not answer.result.fits:
                st.caption(self.say("Nothing really fits. Here is what is nearest in meaning."))
            else:
                st.caption(
                    self.speech.count(
                        "%(num)s exhibit found", "%(num)s exhibits found", answer.result.total
                    )
                )
                if query != self.view.draft.query and st.button(
                    self.say("Let this query fill the showcase"), key=f"{self.key}-fill"
                ):
                    self.set_query(query)
        with st.container(key="showcase-found", gap=None):
            for one in rows:
                self.show_candidate(one, "found")

    def show_proposals(self) -> None:
        """Exhibits that fit the theme and are not all alike."""
        key = f"{self.key}-proposed"
        if st.button(self.say("Suggest what fits and differs"), key=f"{self.key}-suggest"):
            theme = self.view.draft.query or title_of(self.view.preview(), self.speech).text
            st.session_state[key] = wiring.proposed(
                theme, self.names,
                chosen=[one.code for one in self.view.pins],
                but=[one.code for one in self.view.left_out],
                limit=PROPOSED,
            )  # fmt: skip
            if not st.session_state[key]:
                st.caption(self.say("Nothing more fits this theme."))
        taken = {one.code for one in (*self.view.pins, *self.view.left_out)}
        codes = [one for one in st.session_state.get(key, ()) if one not in taken]
        if not codes:
            return
        with st.container(key="showcase-proposed", gap=None):
            st.caption(self.say("Of other colleges and fields as far as they fit:"))
            records = wiring.exhibits(codes)
            for one in records:
                self.show_candidate(one, "proposed")
            if st.button(self.say("Add all of these"), key=f"{self.key}-add-all"):
                self.pin(codes)

    def show_candidate(self, exhibit: ExhibitRecord, place: str) -> None:
        """A line of what could be shown."""
        with st.container(
            horizontal=True, vertical_alignment="center", key=f"candidate-{place}-{exhibit.code}"
        ):
            st.html(exhibit_row(exhibit, self.names, self.speech).drawn(self.speech))
            if st.button(self.say("Add"), key=f"{self.key}-{place}-add-{exhibit.code}"):
                self.pin([exhibit.code])

    def pin(self, codes: Sequence[str]) -> None:
        """Add exhibits behind those that were added before."""
        self.act(
            lambda version, now: showcases.pin(
                wiring.store(), self.view.id, codes, version=version, by=self.person.id, now=now
            )
        )

    def show_chosen(self) -> None:
        """What it shows, in its order; then what is left out."""
        if self.shown:
            st.html(
                draw(
                    "heading.html",
                    self.language,
                    title=self.speech.count(
                        "%(num)s exhibit is shown", "%(num)s exhibits are shown", len(self.shown)
                    ),
                )
            )
            st.caption(
                spread_of(self.shown, self.names).sentence(self.speech),
                help=self.say(
                    "Equal shares: as if so many colleges had equally many exhibits here. All of one "
                    "college make 1."
                ),
            )
        records = {one.code: one for one in self.shown}
        with st.container(key="showcase-pins", gap=None):
            for number, one in enumerate(self.view.pins, start=1):
                row = chosen_row(one, self.speech, place=number)
                if one.code in records:
                    whole = exhibit_row(records[one.code], self.names, self.speech)
                    row = replace(row, college=whole.college, field=whole.field)
                self.show_pin(row, number)
        pinned = {one.code for one in self.view.pins}
        by_query = [one for one in self.shown if one.code not in pinned]
        if by_query:
            st.caption(self.say("Found by the query:"))
            with st.container(key="showcase-by-query", gap=None):
                for exhibit in by_query:
                    self.show_by_query(exhibit)
        if not self.view.pins and not by_query:
            st.caption(self.say("Nothing yet. Find exhibits and add them."))
        if self.view.left_out:
            with st.expander(self.say("Left out: %(number)s", number=len(self.view.left_out))):
                for left in self.view.left_out:
                    with st.container(
                        horizontal=True, vertical_alignment="center", key=f"left-{left.code}"
                    ):
                        st.html(chosen_row(left, self.speech).drawn(self.speech))
                        self.button(self.say("Let it in again"), "let-in", left.code, self.let_go)

    def button(self, label: str, what: str, code: str, act: Callable[[str], None]) -> None:
        """A button of one exhibit's line."""
        if self.editable and st.button(label, key=f"{self.key}-{what}-{code}"):
            act(code)

    def show_pin(self, row: ChosenRow, number: int) -> None:
        """A pinned exhibit and what can be done with it."""
        with st.container(key=f"pin-{row.code}", gap=None):
            st.html(row.drawn(self.speech))
            if not self.editable:
                return
            with st.container(horizontal=True, key=f"pin-acts-{row.code}"):
                if number > 1:
                    self.button(self.say("Up"), "up", row.code, lambda code: self.move(code, -1))
                if number < len(self.view.pins):
                    self.button(self.say("Down"), "down", row.code, lambda code: self.move(code, 1))
                if st.button(self.say("Note"), key=f"{self.key}-note-{row.code}"):
                    open_now = st.session_state.get(f"{self.key}-noting")
                    st.session_state[f"{self.key}-noting"] = (
                        "" if open_now == row.code else row.code
                    )
                self.button(self.say("Take out"), "take-out", row.code, self.let_go)
                if self.view.draft.query:
                    # Taken out, the query may find it again.
                    self.button(self.say("Leave out"), "leave-out", row.code, self.leave_out)
            if st.session_state.get(f"{self.key}-noting") == row.code:
                self.show_noting(row.code)

    def show_noting(self, code: str) -> None:
        """What is said of a pinned exhibit, in three languages."""
        known = next(one.notes for one in self.view.pins if one.code == code)
        with st.form(f"{self.key}-notes-{code}", enter_to_submit=False):
            notes = {
                one: st.text_input(
                    self.say("Note (%(language)s)", language=NATIVE_NAMES[one]),
                    known.get(one, ""), key=f"{self.key}-note-{code}-{one}", max_chars=NOTE_LENGTH,
                )
                for one in LANGUAGES
            }  # fmt: skip
            if st.form_submit_button(self.say("Save the note")):
                st.session_state[f"{self.key}-noting"] = ""
                self.act(
                    lambda version, now: showcases.annotate(
                        wiring.store(), self.view.id, code, notes, version=version,
                        by=self.person.id, now=now,
                    )
                )  # fmt: skip

    def show_by_query(self, exhibit: ExhibitRecord) -> None:
        """An exhibit that the saved query found."""
        with st.container(key=f"by-query-{exhibit.code}", gap=None):
            st.html(exhibit_row(exhibit, self.names, self.speech).drawn(self.speech))
            with st.container(horizontal=True, key=f"by-query-acts-{exhibit.code}"):
                self.button(self.say("Pin"), "pin", exhibit.code, lambda code: self.pin([code]))
                self.button(self.say("Leave out"), "leave-found", exhibit.code, self.leave_out)

    def move(self, code: str, places: int) -> None:
        """Change the order by one place."""
        self.act(
            lambda version, now: showcases.move(
                wiring.store(), self.view.id, code, places, version=version, by=self.person.id,
                now=now,
            )
        )  # fmt: skip

    def leave_out(self, code: str) -> None:
        """Never show it here."""
        self.act(
            lambda version, now: showcases.leave_out(
                wiring.store(), self.view.id, [code], version=version, by=self.person.id, now=now
            )
        )

    def let_go(self, code: str) -> None:
        """Neither pinned nor left out."""
        self.act(
            lambda version, now: showcases.let_go(
                wiring.store(), self.view.id, [code], version=version, by=self.person.id, now=now
            )
        )

    # Publication, preview, past

    def show_states(self) -> None:
        """The steps to another state."""
        labels = {
            (ShowcaseState.DRAFT, ShowcaseState.PUBLISHED): self.say("Publish"),
            (ShowcaseState.PUBLISHED, ShowcaseState.DRAFT): self.say("Make it a draft again"),
            (ShowcaseState.DRAFT, ShowcaseState.ARCHIVED): self.say("Archive"),
            (ShowcaseState.PUBLISHED, ShowcaseState.ARCHIVED): self.say("Archive"),
            (ShowcaseState.ARCHIVED, ShowcaseState.DRAFT): self.say("Bring back"),
        }
        with st.container(horizontal=True, key="showcase-states"):
            for (origin, to), label in labels.items():
                if origin is self.view.state and st.button(
                    label, key=f"{self.key}-to-{to}",
                    type="primary" if to is ShowcaseState.PUBLISHED else "secondary",
                ):  # fmt: skip
                    self.act(
                        lambda version, now, to=to: showcases.put(  # type: ignore[misc]
                            wiring.store(), self.view.id, to, version=version, by=self.person.id,
                            now=now,
                        )
                    )  # fmt: skip

    def show_preview(self) -> None:
        """The page itself, in the language that is chosen."""
        chosen = st.segmented_control(
            self.say("Language"), LANGUAGES, default=self.language, required=True,
            format_func=NATIVE_NAMES.__getitem__, key=f"{self.key}-preview-language",
            label_visibility="collapsed",
        )  # fmt: skip
        with st.container(key="showcase-preview"):
            st.html(
                showcase_page(
                    self.view.preview(), self.shown, self.names, speech(chosen or self.language)
                )
            )

    def show_past(self) -> None:
        """Who changed what."""
        with wiring.store().reading() as session:
            lines = showcase_desk.changes_of(session, self.view.id, by=self.person.id)
        for line in lines:
            parts = ", ".join(part_name(part, self.language) for part in line.parts)
            what = parts or self.say("began the showcase")
            who = line.who or self.say("Somebody")
            st.text(f"{moment(line.at)} · {who}: {what}")
