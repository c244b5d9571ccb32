"""Awards: organizers record medals and prizes of exhibits and colleges, and take them back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from catalog import agenda, awards, reading
from catalog.awards import FIRST_YEAR, LAST_YEAR, LENGTH, Awarded
from catalog.choices import AwardLevel, AwardPlace
from catalog.languages import LANGUAGES
from catalog.records import AwardRecord
from catalog.refusals import Refused
from ui import wiring
from ui.awards import PLACES, award_views
from ui.html import draw
from ui.names import AWARD_LEVELS, Names, Phrase, alphabetical, phrase
from ui.screens.acting import act, show_said
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import AWARDS, WORK
from ui.text import NATIVE_NAMES

AT_ONCE: Final = 50
_SHOWN: Final = "awards-shown"
_ROUND: Final = "awards-round"


def show(visit: Visit) -> None:
    """Draw the page of an organizer; others read why it isn't theirs."""
    person = require_person(visit, AWARDS)
    if person is None:
        return
    say, language = visit.speech.say, visit.speech.language
    known = wiring.working_names(None)
    shown = st.session_state.setdefault(_SHOWN, AT_ONCE)
    found: tuple[Sequence[Awarded], int] = ([], 0)
    try:
        with wiring.store().reading() as session:
            current = reading.current_edition(session)
            if current is not None:
                found = awards.recorded(session, edition=current.slug, by=person.id, limit=shown)
    except Refused as refused:
        show_message(
            visit.speech, say("Awards"), refused.sentence(language), action=say("My work"),
            href=WORK,
        )  # fmt: skip
        return
    if current is None or known is None:
        show_message(
            visit.speech, say("Awards"), say("There is no present fair."), action=say("My work"),
            href=WORK,
        )  # fmt: skip
        return
    st.html(draw("people.html", language, title=say("Awards")))
    show_said()
    screen = _Screen(visit, person.id, known)
    screen.show_form()
    screen.show_recorded(*found)


class _Screen:
    """A form for one award and the list of all; each button calls one verb."""

    def __init__(self, visit: Visit, by: int, names: Names) -> None:
        self.by, self.names, self.speech = by, names, visit.speech
        self.say, self.language = visit.speech.say, visit.speech.language
        # What was recorded leaves empty fields behind: theirs are other keys.
        self.round = st.session_state.setdefault(_ROUND, 0)

    def show_form(self) -> None:
        whose = {"exhibit": self.say("An exhibit’s"), "college": self.say("A college’s own")}
        kind = st.radio(
            self.say("Whose it is"), list(whose), format_func=whose.__getitem__, horizontal=True,
            key="awards-whose",
        )  # fmt: skip
        code = self._exhibit() if kind == "exhibit" else None
        college = self._college() if kind == "college" else None
        names = self._names()
        issuer = st.text_input(
            self.say("Who gave it"), key=f"awards-issuer-{self.round}", max_chars=LENGTH,
            placeholder="WorldSkills Kazakhstan",
        )  # fmt: skip
        left, middle, right = st.columns(3)
        place = left.selectbox(
            self.say("What was won"), list(AwardPlace), key="awards-place",
            format_func=lambda one: self.say(PLACES[one]),
        )  # fmt: skip
        level = middle.selectbox(
            self.say("Level"), list(AwardLevel), key="awards-level",
            format_func=lambda one: self.say(AWARD_LEVELS[one]),
        )  # fmt: skip
        year = right.number_input(
            self.say("Year"), FIRST_YEAR, LAST_YEAR, datetime.now(UTC).year, key="awards-year"
        )
        if st.button(
            self.say("Record the award"), key="awards-record", type="primary",
            disabled=not (code or college),
        ):  # fmt: skip
            assert place is not None
            assert level is not None
            award = AwardRecord(names, issuer, AwardLevel(level), AwardPlace(place), int(year))
            self._do(
                lambda now: awards.record_award(
                    wiring.store(), award, code=code, college=college, by=self.by, now=now
                ),
                self.say("The award is recorded."),
            )

    def show_recorded(self, found: Sequence[Awarded], total: int) -> None:
        views = award_views([one.award for one in found], self.speech)
        rows = [
            (view, self._whose(one), one.code or "") for view, one in zip(views, found, strict=True)
        ]
        st.html(draw("awards.html", self.language, rows=rows, total=total))
        left = total - len(found)
        if left > 0 and st.button(
            self.say("Show more: %(number)s", number=left), key="awards-more"
        ):
            st.session_state[_SHOWN] += AT_ONCE
            st.rerun()
        if not found:
            return
        called = {
            one.id: f"{view.place} · {view.name.text} · {whose.text} · {view.year}"
            for one, (view, whose, _) in zip(found, rows, strict=True)
        }
        with st.expander(self.say("Remove an award")):
            award = st.selectbox(
                self.say("Award"), list(called), index=None, key=f"awards-gone-{self.round}",
                format_func=lambda one: called.get(one, str(one)),
                placeholder=self.say("Choose an award"),
            )  # fmt: skip
            if st.button(self.say("Remove"), key="awards-remove", disabled=award is None):
                assert award is not None
                self._do(
                    lambda now: awards.remove_award(wiring.store(), award, by=self.by, now=now),
                    self.say("The award is removed."),
                )

    def _exhibit(self) -> str | None:
        text = st.text_input(
            self.say("Title or code of the exhibit"), key=f"awards-words-{self.round}",
            max_chars=LENGTH,
        )  # fmt: skip
        with wiring.store().reading() as session:
            lines = agenda.find(
                session, text, edition=self.names.edition.slug, by=self.by, limit=AT_ONCE
            )
        found = {one.code: one for one in lines}
        if not found:
            if text:
                st.caption(self.say("Nothing is called so."))
            return None

        def called(code: str) -> str:
            line = found[code]
            college = self._text(line.college_names, line.college).text
            return f"{self._text(line.titles, code).text} · {college} · {code}"

        return st.selectbox(
            self.say("Exhibit"), list(found), format_func=called, key=f"awards-code-{self.round}"
        )

    def _college(self) -> str | None:
        def called(slug: str) -> Phrase:
            return self.names.called("college", slug, self.speech)

        slugs = sorted(
            self.names.colleges, key=lambda slug: alphabetical(called(slug), self.language)
        )
        return st.selectbox(
            self.say("College"), slugs, index=None, key=f"awards-college-{self.round}",
            format_func=lambda slug: called(slug).text, placeholder=self.say("Choose a college"),
        )  # fmt: skip

    def _names(self) -> dict[str, str]:
        label = self.say("Name of the award")
        return {
            language: column.text_input(
                f"{label} ({NATIVE_NAMES[language]})", key=f"awards-name-{language}-{self.round}",
                max_chars=LENGTH,
            )
            for language, column in zip(LANGUAGES, st.columns(len(LANGUAGES)), strict=True)
        }  # fmt: skip

    def _whose(self, one: Awarded) -> Phrase:
        if one.code is not None:
            return self._text(one.titles, one.code)
        return self._text(one.college_names, one.college)

    def _text(self, texts: Mapping[str, str], otherwise: str) -> Phrase:
        return phrase(texts, self.language) or Phrase(otherwise, self.language)

    def _do(self, verb: Callable[[datetime], object], done: str) -> None:
        if act(verb, done, self.language):
            st.session_state[_ROUND] = self.round + 1
        st.rerun()
