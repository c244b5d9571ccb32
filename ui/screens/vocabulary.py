"""The vocabulary: organizers add, rename and merge technologies and give them synonyms."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

import streamlit as st

from catalog import vocabulary_work
from catalog.languages import LANGUAGES, language_of
from catalog.refusals import Refused
from catalog.vocabulary_work import LABEL_LENGTH, TechnologyFacts, TechnologyLine
from ui import wiring
from ui.html import draw
from ui.names import alphabetical, phrase
from ui.screens.acting import act, show_said
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import VOCABULARY, WORK
from ui.text import NATIVE_NAMES

_CHOSEN: Final = "vocabulary-technology"


def show(visit: Visit) -> None:
    """Draw the page of an organizer; others read why it isn't theirs.

    `say` in the address is a word to be made a synonym or a technology of its own.
    """
    person = require_person(visit, VOCABULARY)
    if person is None:
        return
    say, language = visit.speech.say, visit.speech.language
    names = wiring.working_names(None)
    try:
        with wiring.store().reading() as session:
            lines = vocabulary_work.all_technologies(session, by=person.id)
            proposed = (
                vocabulary_work.proposed_technologies(
                    session, edition=names.edition.slug, by=person.id
                )
                if names is not None
                else ()
            )
    except Refused as refused:
        sentence = refused.sentence(language)
        show_message(visit.speech, say("Vocabulary"), sentence, action=say("My work"), href=WORK)
        return
    st.html(draw("people.html", language, title=say("Vocabulary")))
    show_said()
    screen = _Screen(visit, person.id, lines)
    word = visit.parameters.get("say", "").strip()[:LABEL_LENGTH]
    if word:
        screen.show_word(word)
    st.html(
        draw(
            "vocabulary.html", language, count=len(lines), proposed=proposed[:30],
            address=VOCABULARY,
        )
    )  # fmt: skip
    screen.show(word)


class _Screen:
    """What can be done with one technology; each button calls one verb."""

    def __init__(self, visit: Visit, by: int, lines: Sequence[TechnologyLine]) -> None:
        self.by = by
        self.say, self.language = visit.speech.say, visit.speech.language
        self.known = {line.facts.slug: line for line in sorted(lines, key=self._by_label)}

    def show_word(self, word: str) -> None:
        """Make a word that visitors or colleges use a synonym."""
        with st.container(border=True, key="vocabulary-word"):
            st.text(self.say("“%(word)s” is the same as …", word=word))
            slug = self._choose("vocabulary-synonym")
            language = st.selectbox(
                self.say("It is a word of"), LANGUAGES, key="vocabulary-language",
                index=LANGUAGES.index(language_of(word)),
                format_func=lambda one: NATIVE_NAMES[one],
            )  # fmt: skip
            if (
                st.button(self.say("Add the synonym"), key="vocabulary-add", disabled=slug is None)
                and slug is not None
            ):
                self._do(
                    lambda now: vocabulary_work.add_synonym(
                        wiring.store(), slug, language, word, by=self.by, now=now
                    ),
                    self.say("Added: search knows it from now on."),
                )

    def show(self, word: str) -> None:
        """Every technology, and a new one."""
        slug = self._choose(_CHOSEN)
        if slug is not None:
            self._show_one(self.known[slug])
        with st.expander(self.say("New technology")):
            begun = {language_of(word): word} if word else {}
            facts = self._fields("new", TechnologyFacts("", begun))
            if st.button(self.say("Enter it"), key="vocabulary-enter", type="primary"):
                self._do(
                    lambda now: vocabulary_work.enter_technology(
                        wiring.store(), facts, by=self.by, now=now
                    ),
                    self.say("Added: search knows it from now on."),
                )

    def _show_one(self, line: TechnologyLine) -> None:
        store, slug = wiring.store(), line.facts.slug
        st.caption(self.say("Exhibits that name it: %(count)s", count=line.exhibits))
        with st.expander(self.say("Names and synonyms")):
            facts = self._fields(slug, line.facts)
            if st.button(self.say("Save"), key=f"vocabulary-save-{slug}", type="primary"):
                self._do(
                    lambda now: vocabulary_work.change_technology(
                        store, facts, by=self.by, now=now
                    ),
                    self.say("Saved."),
                )
        with st.expander(self.say("Merge into another technology")):
            st.caption(
                self.say(
                    "Exhibits that name it name the other from now on, its names become synonyms, "
                    "its address leads on. This can’t be undone."
                )
            )
            into = self._choose(f"vocabulary-into-{slug}", but=slug)
            if (
                st.button(self.say("Merge"), key=f"vocabulary-merge-{slug}", disabled=into is None)
                and into is not None
            ):
                self._do(
                    lambda now: vocabulary_work.merge_technologies(
                        store, slug, into, by=self.by, now=now
                    ),
                    self.say("The two are one now."),
                )

    def _fields(self, key: str, facts: TechnologyFacts) -> TechnologyFacts:
        columns = st.columns(len(LANGUAGES))
        labels: dict[str, str] = {}
        synonyms: dict[str, list[str]] = {}
        for language, column in zip(LANGUAGES, columns, strict=True):
            labels[language] = column.text_input(
                NATIVE_NAMES[language], facts.labels.get(language, ""),
                key=f"vocabulary-{key}-{language}", max_chars=LABEL_LENGTH,
            )  # fmt: skip
            written = column.text_area(
                self.say("Also called, a line each"),
                "\n".join(facts.synonyms.get(language, ())),
                key=f"vocabulary-{key}-{language}-synonyms", max_chars=4_000,
            )  # fmt: skip
            synonyms[language] = written.splitlines()
        broader = st.multiselect(
            self.say("It is a part of"),
            [slug for slug in self.known if slug != facts.slug],
            list(facts.broader), key=f"vocabulary-{key}-broader", format_func=self._called,
        )  # fmt: skip
        return TechnologyFacts(facts.slug, labels, synonyms, tuple(broader))

    def _choose(self, key: str, but: str = "") -> str | None:
        return st.selectbox(
            self.say("Technology"), [slug for slug in self.known if slug != but], index=None,
            key=key, format_func=self._called, placeholder=self.say("Choose a technology"),
        )  # fmt: skip

    def _called(self, slug: str) -> str:
        return self._label(self.known[slug].facts.labels, slug)

    def _label(self, labels: Mapping[str, str], slug: str) -> str:
        name = phrase(labels, self.language)
        return name.text if name else slug

    def _by_label(self, line: TechnologyLine) -> tuple[tuple[int, ...], str]:
        name = phrase(line.facts.labels, self.language)
        return alphabetical(name, self.language) if name else ((), line.facts.slug)

    def _do(self, verb: Callable[[datetime], object], done: str) -> None:
        if act(verb, done, self.language):
            st.session_state.pop(_CHOSEN, None)
            st.query_params.pop("say", None)
        st.rerun()
