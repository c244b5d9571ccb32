"""One exhibit in review: what was given in beside what it was, what may be done, its past."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import streamlit as st
from markupsafe import Markup

from catalog import agenda, consents, desk, review
from catalog.agenda import InLine, Noted, Pile
from catalog.choices import Decision, State
from catalog.consents import ShownPerson
from catalog.desk import EntryView
from catalog.differences import differences
from catalog.errors import CatalogError, NotThere
from catalog.field_names import field_name, split_field
from catalog.permissions import Action
from catalog.records import PersonRecord
from catalog.refusals import Reason, Refused
from catalog.review import Outcome
from ui import wiring
from ui.clock import day
from ui.differences import differences_block, values_block
from ui.entries import preview_record
from ui.html import draw
from ui.names import Names
from ui.pages import exhibit_page
from ui.review import (
    DECISIONS,
    Basis,
    bases,
    case_head,
    given_in,
    history_block,
    line_row,
    row_block,
)
from ui.screens.review_acts import (
    ACTION,
    LABELS,
    OF_PILE,
    OF_STATE,
    REASON_LENGTH,
    RESULT,
    Act,
    Looked,
    Result,
    ReviewPage,
    perform,
)
from ui.screens.visit import Visit
from ui.text import NATIVE_NAMES, speech

_LOOKED: Final = "review-looked"


class CasePage(ReviewPage):
    """The parts of an exhibit's page."""

    def __init__(self, visit: Visit, person: PersonRecord, names: Names) -> None:
        super().__init__(visit, person, names)
        self.people: Sequence[ShownPerson] = ()

    def show(self, code: str) -> None:
        """One exhibit: what was given in beside what it was, what may be done, its past."""
        with wiring.store().reading() as session:
            view = desk.entry_view(session, code, by=self.person.id, now=datetime.now(UTC))
            if Action.REVIEW not in view.allowed:
                raise NotThere(f"There is no exhibit {code}.")
            self.people = consents.people_in(
                session, code, by=self.person.id, now=datetime.now(UTC)
            )
            line = agenda.in_line(session, edition=view.edition, by=self.person.id)
        self.names = wiring.working_names(view.edition) or self.names
        st.html(case_head(view, self.names, self.speech, back=self.href()))
        self.show_result(code)
        self.show_change(view)
        looked_at, deciding = st.columns([3, 2], gap="medium")
        with looked_at:
            self.show_differences(view)
        with deciding, st.container(key="acts"):
            self.show_acts(view, line)
        self.show_preview(view)
        st.html(history_block(view.history, self.speech))

    def show_change(self, view: EntryView) -> None:
        """Say so where the exhibit is another than when it was opened here, until one acts."""
        number = view.waiting.number if view.waiting else 0
        looked = st.session_state.get(_LOOKED)
        if looked is None or looked["code"] != view.code or RESULT in st.session_state:
            looked = {"code": view.code, "number": number, "changed": False}
        elif looked["number"] != number:
            looked = {"code": view.code, "number": number, "changed": True}
        st.session_state[_LOOKED] = looked
        if looked["changed"]:
            st.warning(self.say("It has changed meanwhile. Look at it again."))

    def show_differences(self, view: EntryView) -> None:
        """The differences to a former round or to what is approved; one may choose to which."""
        draft, known = given_in(view), bases(view)
        if not known:
            first = view.waiting is not None
            self.heading(
                self.say("Given in for the first time") if first else self.say("Every value")
            )
            st.html(values_block(draft, self.names, self.speech, self.called()))
            return
        self.heading(self.say("What has changed"))
        when = {one.number: day(one.at) for one in view.revisions}
        basis = known[0]
        if len(known) > 1:
            position = st.selectbox(
                self.say("Compared with"), range(len(known)), key=f"basis-{view.code}",
                format_func=lambda one: self.basis_name(known[one], when),
            )  # fmt: skip
            basis = known[position]
        else:
            st.caption(f"{self.say('Compared with')}: {self.basis_name(basis, when)}")
        st.html(
            differences_block(
                differences(basis.draft, draft), self.names, self.speech, self.called()
            )
        )
        with st.expander(self.say("Every value")):
            st.html(values_block(draft, self.names, self.speech, self.called()))

    def called(self) -> Mapping[int, str]:
        """The names of those whom the entry names or shows, by number."""
        return {one.id: one.name for one in self.people}

    def basis_name(self, basis: Basis, when: Mapping[int, str]) -> str:
        if not basis.number:
            return self.say("what is approved")
        named = self.say("round %(number)s", number=basis.number)
        return f"{named}, {when[basis.number]}"

    def show_acts(self, view: EntryView, line: Sequence[InLine]) -> None:
        """The buttons this person has here; none is drawn for what the state doesn't allow."""
        noted = next((one.noted for one in line if one.code == view.code), None)
        acts = self.acts_of(view, noted)
        if not acts:
            if view.waiting:
                # Whoever may look at what waits may decide on it, but for the freeze.
                st.caption(Refused(Reason.FROZEN).sentence(self.language))
            self.show_next(view, line)
            return
        self.heading(self.say("Decision"))
        if noted:
            self.show_noted(noted)
        # The round is in every key: a click made on an earlier text finds no button any more.
        key = f"{view.code}-{view.waiting.number if view.waiting else view.state}"
        deciding = view.waiting is not None
        reason, kept = "", False
        if deciding or Act.CANCEL in acts or Act.REOPEN in acts:
            reason = self.ask_reason(key, deciding=deciding)
        if deciding:
            kept = self.ask_later(key)
        with st.container(horizontal=True):
            for act in acts:
                primary = act in (Act.ACCEPT, Act.PUBLISH, Act.APPLY)
                if st.button(self.say(LABELS[act]), key=f"{act}-{key}",
                             type="primary" if primary else "secondary"):  # fmt: skip
                    self.do(act, view, noted.decision if noted else None, reason.strip(), kept)
        if Action.HIDE in view.allowed:
            self.show_hiding(view, reason.strip())
        missing = view.missing_for_publication
        if missing and view.state is not State.PUBLISHED:
            st.caption(self.say("Before publication:"))
            for problem in missing:
                st.text(f"{self.problem_field(problem.field)}: {problem.sentence(self.language)}")
        if Action.MARK_DUPLICATE in view.allowed and view.state is State.SUBMITTED:
            self.show_duplicates(view)
        self.show_next(view, line)

    def show_hiding(self, view: EntryView, reason: str) -> None:
        """Take a published exhibit out of sight, or show it again; the state stays."""
        label = (
            self.say("Show to visitors again") if view.hidden else self.say("Hide from visitors")
        )
        if st.button(label, key=f"hide-{view.code}-{view.hidden}"):
            error = self.error_of(
                lambda: review.hide(
                    wiring.store(),
                    view.code,
                    hidden=not view.hidden,
                    reason=reason,
                    by=self.person.id,
                    now=datetime.now(UTC),
                )  # fmt: skip
            )
            self.told(view, label, error)

    def acts_of(self, view: EntryView, noted: Noted | None) -> list[Act]:
        acts = list(OF_STATE.get(view.state, ()))
        if view.waiting:
            acts = [*OF_PILE[Pile.WAITING], *acts]
        if noted:
            acts = [Act.APPLY, Act.FORGET, *acts]
        return [act for act in acts if ACTION[act] in view.allowed]

    def show_noted(self, noted: Noted) -> None:
        """The decision that is kept for later."""
        said = self.say("Kept for later: %(decision)s",
                        decision=self.say(DECISIONS[noted.decision]))  # fmt: skip
        st.html(
            draw(
                "review_noted.html", self.language, said=said, reason=noted.reason,
                stale=noted.stale,
            )
        )  # fmt: skip

    def do(
        self, act: Act, view: EntryView, noted: Decision | None, reason: str, kept: bool
    ) -> None:
        """Do it with this one exhibit and tell what became of it."""
        looked = Looked(view.waiting.number if view.waiting else 0, view.state, noted)
        (outcome,) = perform(
            act, {view.code: looked}, reason=reason, later=kept, by=self.person.id,
            now=datetime.now(UTC),
        )  # fmt: skip
        self.told(view, self.say(LABELS[act]), outcome.sentence(self.language))

    def told(self, view: EntryView, title: str, error: str) -> None:
        titles = {language: text.title for language, text in given_in(view).texts.items()}
        name = titles.get(self.language) or next(iter(titles.values()), "")
        st.session_state[RESULT] = Result(view.code, title, ((view.code, name, error),))
        st.rerun()

    def show_duplicates(self, view: EntryView) -> None:
        """Say which exhibit this one repeats: one of those like it, or found by title or code."""
        with wiring.store().reading() as session:
            like = list(agenda.alike(session, view.code, edition=view.edition, by=self.person.id))
            known_codes = {one.code for one in like}
            meant = wiring.lookalikes(
                given_in(view), view.edition, code=view.code, by=self.person.id
            )
            like += agenda.by_code(
                session,
                [one.code for one in meant if one.code not in known_codes],
                edition=view.edition,
                by=self.person.id,
            )
        if like:
            rows = [line_row(one, self.names, self.speech) for one in like]
            lines = [row_block(row, self.speech, self.href(row.code)) for row in rows]
            self.heading(self.say("Nearly the same title"))
            st.html(Markup("").join(lines))
        with st.expander(self.say("It repeats another exhibit")):
            text = st.text_input(
                self.say("Title or code of the other one"), key=f"like-{view.code}", max_chars=150
            )
            with wiring.store().reading() as session:
                found = agenda.find(session, text, edition=view.edition, by=self.person.id)
            known = {
                one.code: line_row(one, self.names, self.speech)
                for one in (found if text else like)
                if one.code != view.code
            }
            if text and not known:
                st.caption(self.say("Nothing is called so."))
            if not known:
                return
            other = st.selectbox(
                self.say("A duplicate of"), list(known), key=f"of-{view.code}",
                format_func=lambda one: (
                    f"{known[one].title.text} · {known[one].college.text} · {one}"
                ),
            )  # fmt: skip
            reason = st.text_input(
                self.say("Comment for the college"), key=f"like-why-{view.code}",
                max_chars=REASON_LENGTH,
            )  # fmt: skip
            if st.button(self.say("Mark as a duplicate"), key=f"duplicate-{view.code}"):
                error = self.error_of(
                    lambda: review.mark_duplicate(
                        wiring.store(),
                        view.code,
                        other,
                        seen=view.waiting.number if view.waiting else None,
                        reason=reason,
                        by=self.person.id,
                        now=datetime.now(UTC),
                    )  # fmt: skip
                )
                self.told(view, self.say("Mark as a duplicate"), error)

    def error_of(self, verb: Callable[[], None]) -> str:
        """Why the catalog didn't do it; empty where it did."""
        try:
            verb()
        except CatalogError as error:
            return Outcome("", error).sentence(self.language)
        return ""

    def show_next(self, view: EntryView, line: Sequence[InLine]) -> None:
        """The way to what waits next, within what the queue is narrowed to."""
        college, field = self.parameters["college"], self.parameters["field"]
        codes = [
            one.code for one in line if college in ("", one.college) and field in ("", one.field)
        ]
        after = codes[codes.index(view.code) + 1 :] if view.code in codes else codes
        st.html(
            draw(
                "review_next.html", self.language, number=len(codes),
                next=self.href(after[0]) if after else "", back=self.href(),
            )
        )  # fmt: skip

    def show_preview(self, view: EntryView) -> None:
        """The public page as it will be, in each language of the interface."""
        record = preview_record(given_in(view), self.names, self.people, code=view.code)
        if record is None:
            return
        self.heading(self.say("As visitors will see it"))
        mine_first = sorted(NATIVE_NAMES, key=lambda one: one != self.language)
        with st.container(border=True, key="preview"):
            tabs = st.tabs([NATIVE_NAMES[one] for one in mine_first])
            for tab, one in zip(tabs, mine_first, strict=True):
                with tab:
                    page = exhibit_page(record, self.names, speech(one))
                    st.html(Markup('<div lang="{}">{}</div>').format(one, page))

    def problem_field(self, name: str) -> str:
        """The field that a problem is about, in words."""
        stem, language = split_field(name)
        title = field_name(stem, self.language)
        return f"{title} ({NATIVE_NAMES[language]})" if language else title
