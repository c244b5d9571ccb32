"""Editions: organizers set the fair's dates, start the next one, open it, archive the former."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

import streamlit as st

from catalog import editions, reading
from catalog.drafts import Demands
from catalog.editions import EditionFacts, EditionState
from catalog.refusals import Refused
from ui import wiring
from ui.html import draw
from ui.names import phrase
from ui.screens.acting import act, last_second, line_in_languages, show_said
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import EDITIONS, WORK


def show(visit: Visit) -> None:
    """Draw the page of an organizer; others read why it isn't theirs."""
    person = require_person(visit, EDITIONS)
    if person is None:
        return
    say, language = visit.speech.say, visit.speech.language
    try:
        with wiring.store().reading() as session:
            states = editions.all_editions(session, by=person.id)
    except Refused as refused:
        show_message(
            visit.speech, say("Fairs"), refused.sentence(language), action=say("My work"), href=WORK
        )
        return
    rows = [(phrase(one.facts.names, language), one) for one in states]
    st.html(draw("editions.html", language, title=say("Fairs"), editions=rows))
    show_said()
    if states:
        _Screen(visit, person.id, states).show()


class _Screen:
    """What can be done with the edition that is chosen; each button calls one verb."""

    def __init__(self, visit: Visit, by: int, states: Sequence[EditionState]) -> None:
        self.visit, self.by = visit, by
        self.states = {one.facts.slug: one for one in states}
        self.say, self.language = visit.speech.say, visit.speech.language

    def show(self) -> None:
        slug = st.selectbox(
            self.say("Fair"), list(self.states), key="edition", format_func=self._called
        )
        state = self.states[slug]
        with st.container(horizontal=True, key="edition-acts"):
            self._acts(state)
        if not state.is_archive:
            with st.expander(self.say("Names, dates and demands")):
                facts = self._fields(f"change-{slug}", state.facts)
                if st.button(self.say("Save"), key=f"save-{slug}", type="primary"):
                    self._do(
                        lambda now: editions.change_edition(
                            wiring.store(), slug, facts, by=self.by, now=now
                        ),
                        self.say("Saved."),
                    )
        with st.expander(self.say("Start the next fair from this one")):
            self._next(state)

    def _called(self, slug: str) -> str:
        name = phrase(self.states[slug].facts.names, self.language)
        return name.text if name else slug

    def _acts(self, state: EditionState) -> None:
        store, slug = wiring.store(), state.facts.slug
        if not state.is_current and not state.is_archive:
            if st.button(self.say("Make it the present fair"), key="make-current"):
                self._do(
                    lambda now: editions.make_current(store, slug, by=self.by, now=now),
                    self.say("Visitors now come to this fair first."),
                )
            if st.button(self.say("Archive"), key="archive"):
                self._do(
                    lambda now: editions.archive(store, slug, by=self.by, now=now),
                    self.say("Archived: it can be read at its addresses, and not changed."),
                )
        if state.is_archive and st.button(self.say("Open the archive for changes"), key="open"):
            self._do(
                lambda now: editions.open_again(store, slug, by=self.by, now=now),
                self.say("It can be changed again."),
            )

    def _next(self, state: EditionState) -> None:
        former = state.facts
        key = f"next-{former.slug}"
        st.caption(
            self.say(
                "Halls, quotas and people come along; colleges and technologies are all fairs’ own."
            )
        )
        year = former.year + 1
        slug = st.text_input(
            self.say("Short name for addresses"), f"fair-{year}", key=f"{key}-slug", max_chars=60
        )
        fresh = EditionFacts(slug.strip(), year, names={}, venue=former.venue,
                             demands=former.demands)  # fmt: skip
        facts = self._fields(key, fresh)
        along = st.checkbox(
            self.say("Take the %(count)s public exhibits along as drafts", count=state.published),
            key=f"{key}-along",
        )
        st.caption(self.say("Without stands and names: people consented to one fair."))
        if st.button(self.say("Start it"), key=f"{key}-start", type="primary"):
            codes: Sequence[str] = ()
            if along:
                with wiring.store().reading() as session:
                    codes = reading.public_codes(session, former.slug)
            self._do(
                lambda now: editions.start_next(
                    wiring.store(), former.slug, facts, exhibits=codes, by=self.by, now=now
                ),
                self.say("The next fair is in preparation. Visitors don’t see it yet."),
            )

    def _fields(self, key: str, facts: EditionFacts) -> EditionFacts:
        year = st.number_input(self.say("Year"), 1990, 2200, facts.year, key=f"{key}-year")
        names = line_in_languages(
            f"{key}-name", self.say("Name of the fair"), facts.names, longest=editions.NAME_LENGTH
        )
        venue = line_in_languages(
            f"{key}-venue", self.say("Venue"), facts.venue, longest=editions.NAME_LENGTH
        )
        left, right = st.columns(2)
        with left:
            starts = st.date_input(
                self.say("First day"), facts.starts_on, key=f"{key}-starts", format="DD.MM.YYYY"
            )
        with right:
            ends = st.date_input(
                self.say("Last day"), facts.ends_on, key=f"{key}-ends", format="DD.MM.YYYY"
            )
        deadline = last_second(
            f"{key}-deadline",
            self.say("Entries until"),
            facts.submission_deadline,
            self.visit.speech,
        )
        freeze = last_second(
            f"{key}-freeze", self.say("Changes until"), facts.freeze_at, self.visit.speech
        )
        demands = Demands(
            kind=st.checkbox(
                self.say("To be published, an exhibit needs a kind"), facts.demands.kind,
                key=f"{key}-kind",
            ),
            technology=st.checkbox(
                self.say("… a technology"), facts.demands.technology, key=f"{key}-technology"
            ),
            titles=tuple(
                language
                for language, label in (
                    ("kk", self.say("… a title in Kazakh")), ("ru", self.say("… a title in Russian"))
                )
                if st.checkbox(label, language in facts.demands.titles, key=f"{key}-title-{language}")
            ),
        )  # fmt: skip
        gallery = st.checkbox(
            self.say("Visitors see the published exhibits"), facts.gallery_on, key=f"{key}-gallery"
        )
        return replace(
            facts, year=int(year), names=names, venue=venue, starts_on=starts, ends_on=ends,
            submission_deadline=deadline, freeze_at=freeze, gallery_on=gallery, demands=demands,
        )  # fmt: skip

    def _do(self, verb: Callable[[datetime], object], done: str) -> None:
        act(verb, done, self.language)
        st.rerun()
