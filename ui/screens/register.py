"""The register of colleges: organizers enter, change and merge them, give quotas and more time."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import streamlit as st

from catalog import college_register, list_exports, reading, terms
from catalog.college_register import ABOUT_LENGTH, LINE_LENGTH, CollegeLine
from catalog.colleges import CollegeFacts
from catalog.languages import LANGUAGES
from catalog.refusals import Refused
from catalog.texts import folded
from ui import wiring
from ui.clock import moment
from ui.html import draw
from ui.names import alphabetical, phrase
from ui.screens.acting import act, last_second, line_in_languages, show_said
from ui.screens.downloads import show_downloads
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import PEOPLE, REGISTER, WORK
from ui.text import NATIVE_NAMES

AT_ONCE: Final = 100
_CHOSEN: Final = "register-college"


def show(visit: Visit) -> None:
    """Draw the page of an organizer; others read why it isn't theirs."""
    person = require_person(visit, REGISTER)
    if person is None:
        return
    say, language = visit.speech.say, visit.speech.language
    known = wiring.working_names(None)
    try:
        with wiring.store().reading() as session:
            current = reading.current_edition(session)
            lines = (
                college_register.register(session, edition=current.slug, by=person.id)
                if current is not None
                else []
            )
    except Refused as refused:
        sentence = refused.sentence(language)
        show_message(visit.speech, say("Register of colleges"), sentence, action=say("My work"),
                     href=WORK)  # fmt: skip
        return
    if current is None or known is None:
        show_message(
            visit.speech, say("Register of colleges"), say("There is no present fair."),
            action=say("My work"), href=WORK,
        )  # fmt: skip
        return
    st.html(draw("people.html", language, title=say("Register of colleges")))
    show_said()
    _Screen(visit, person.id, current.slug, lines).show()


class _Screen:
    """The list and what can be done with one college; each button calls one verb."""

    def __init__(self, visit: Visit, by: int, edition: str, lines: Sequence[CollegeLine]) -> None:
        self.by, self.edition = by, edition
        self.say, self.language = visit.speech.say, visit.speech.language
        self.visit = visit
        self.lines = sorted(lines, key=self._by_name)
        self.known = {line.slug: line for line in self.lines}

    def show(self) -> None:
        words = st.text_input(
            self.say("Search a college"), key="register-words", max_chars=LINE_LENGTH
        )
        found = [line for line in self.lines if self._fits(line, words)]
        rows = [
            (
                phrase(line.names, self.language),
                line,
                moment(line.deadline) if line.deadline else "",
            )
            for line in found[:AT_ONCE]
        ]
        st.html(
            draw(
                "register.html",
                self.language,
                lines=rows,
                all=len(self.lines),
                silent=sum(not line.given_in for line in self.lines),
                more=max(len(found) - AT_ONCE, 0),
            )
        )
        with st.container(horizontal=True):
            st.link_button(self.say("Invite people"), PEOPLE)
            show_downloads(
                self.visit.speech,
                "colleges",
                lambda session, csv: list_exports.colleges_table(
                    session, self.language, edition=self.edition, by=self.by, csv=csv
                ),
            )
        slug = st.selectbox(
            self.say("College"), [line.slug for line in found], index=None, key=_CHOSEN,
            format_func=self._called, placeholder=self.say("Choose a college"),
        )  # fmt: skip
        if slug is not None:
            self._show_one(self.known[slug])
        with st.expander(self.say("New college")):
            facts = self._fields("new", CollegeFacts("", {}))
            if st.button(self.say("Enter it"), key="register-enter", type="primary"):
                self._do(
                    lambda now: college_register.enter_college(
                        wiring.store(), facts, by=self.by, now=now
                    ),
                    self.say("The college is entered."),
                )

    def _show_one(self, line: CollegeLine) -> None:
        store, slug = wiring.store(), line.slug
        with st.expander(self.say("What it says of itself")):
            with store.reading() as session:
                present = college_register.facts_of(session, slug, by=self.by)
            facts = self._fields(slug, present)
            if st.button(self.say("Save"), key=f"register-save-{slug}", type="primary"):
                self._do(
                    lambda now: college_register.change_college(store, facts, by=self.by, now=now),
                    self.say("Saved."),
                )
        with st.expander(self.say("Quota and deadline")):
            self._show_terms(line)
        with st.expander(self.say("Merge into another college")):
            st.caption(
                self.say(
                    "Its exhibits, people and pictures become the other’s, its names are kept as "
                    "aliases, its address leads on. This can’t be undone."
                )
            )
            others = [one.slug for one in self.lines if one.slug != slug]
            into = st.selectbox(
                self.say("Into which"), others, index=None, key=f"register-into-{slug}",
                format_func=self._called, placeholder=self.say("Choose a college"),
            )  # fmt: skip
            sure = st.checkbox(self.say("They are one college"), key=f"register-sure-{slug}")
            if st.button(
                self.say("Merge"), key=f"register-merge-{slug}", disabled=not sure or into is None
            ):
                assert into is not None
                self._do(
                    lambda now: college_register.merge_colleges(
                        store, slug, into, by=self.by, now=now
                    ),
                    self.say("The two are one now."),
                )

    def _show_terms(self, line: CollegeLine) -> None:
        quota = st.number_input(
            self.say("How many exhibits it may give in"), 0, 1000, line.quota,
            key=f"register-quota-{line.slug}", placeholder=self.say("as many as it likes"),
        )  # fmt: skip
        deadline = last_second(
            f"register-{line.slug}", self.say("It may give in until"), line.deadline,
            self.visit.speech,
        )  # fmt: skip
        if st.button(self.say("Save"), key=f"register-terms-{line.slug}"):
            self._do(
                lambda now: terms.set_terms(
                    wiring.store(), college=line.slug, edition=self.edition,
                    quota=None if quota is None else int(quota), deadline=deadline,
                    by=self.by, now=now,
                ),
                self.say("Saved."),
            )  # fmt: skip

    def _fields(self, key: str, facts: CollegeFacts) -> CollegeFacts:
        key = f"register-{key}"
        texts = {
            name: line_in_languages(f"{key}-{name}", label, known, longest=LINE_LENGTH)
            for name, label, known in (
                ("names", self.say("Name of the college"), facts.names),
                ("short_names", self.say("Short name"), facts.short_names),
                ("address", self.say("Address"), facts.address),
            )
        }
        what = self.say("About the college")
        about = {
            language: st.text_area(
                f"{what} ({NATIVE_NAMES[language]})", facts.about.get(language, ""),
                key=f"{key}-about-{language}", max_chars=ABOUT_LENGTH,
            )
            for language in LANGUAGES
        }  # fmt: skip
        aliases = st.text_area(
            self.say("Also called, a line each"), "\n".join(facts.aliases), key=f"{key}-aliases",
            max_chars=4_000,
        )  # fmt: skip
        left, right = st.columns(2)
        phone = left.text_input(self.say("Phone"), facts.phone or "", key=f"{key}-phone")
        email = right.text_input(self.say("E-mail"), facts.email or "", key=f"{key}-email")
        site = left.text_input(self.say("Website"), facts.site or "", key=f"{key}-site")
        study = right.text_input(
            self.say("How to enrol (address)"), facts.study_url or "", key=f"{key}-study"
        )
        founded = st.number_input(
            self.say("Founded in"), 1800, 2200, facts.founded, key=f"{key}-founded"
        )
        return replace(
            facts, names=texts["names"], short_names=texts["short_names"],
            address=texts["address"], about=about, aliases=aliases.splitlines(), phone=phone,
            email=email, site=site, study_url=study,
            founded=None if founded is None else int(founded),
        )  # fmt: skip

    def _called(self, slug: str) -> str:
        name = phrase(self.known[slug].names, self.language)
        return name.text if name else slug

    def _by_name(self, line: CollegeLine) -> tuple[tuple[int, ...], str]:
        name = phrase(line.names, self.language)
        assert name is not None
        return alphabetical(name, self.language)

    def _fits(self, line: CollegeLine, words: str) -> bool:
        said = folded(" ".join(line.names.values()))
        return all(word in said for word in folded(words).split())

    def _do(self, verb: Callable[[datetime], object], done: str) -> None:
        if act(verb, done, self.language):
            st.session_state.pop(_CHOSEN, None)
        st.rerun()
