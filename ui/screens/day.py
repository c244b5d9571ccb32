"""On the day, by one thumb: find an exhibit, move it, hide it, take it off or bring it back; undo."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from catalog import floor, review, stands
from catalog.choices import Kind, State
from catalog.drafts import Draft, DraftText
from catalog.errors import CatalogError
from catalog.floor import StandLine
from catalog.records import PersonRecord
from catalog.refusals import Refused, state_name
from catalog.seating import Place, Stand, lacks
from catalog.states import Incomplete
from catalog.submissions import add_walk_in
from ui import wiring
from ui.html import draw
from ui.names import KINDS, Names, alphabetical, phrase
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import DAY, WORK
from ui.stands import place_label, said_of, title_of

_DONE, _CODE, _TURN = "day-done", "day-code", "day-turn"
_KEPT: Final = 20


@dataclass(frozen=True)
class Done:
    """Something done here: what it was, in words, and what takes it back."""

    sentence: str
    back: Callable[[datetime], None]


def show(visit: Visit) -> None:
    """Draw the page; for organizers."""
    person = require_person(visit, DAY)
    if person is None:
        return
    say = visit.speech.say
    names = wiring.working_names(visit.parameters.get("edition") or None)
    if names is None:
        show_message(visit.speech, say("On the day"), say("There is no fair yet."), href=WORK)
        return
    try:
        _Screen(visit, person, names).show()
    except Refused as refused:
        sentence = refused.sentence(visit.speech.language)
        show_message(visit.speech, say("On the day"), sentence, action=say("My work"), href=WORK)


class _Screen:
    """The parts of the page; every act is one verb of the catalog."""

    def __init__(self, visit: Visit, person: PersonRecord, names: Names) -> None:
        self.person, self.names = person, names
        self.speech, self.say, self.language = visit.speech, visit.speech.say, visit.speech.language
        self.edition = names.edition.slug

    def show(self) -> None:
        """What was just done, the search, the one exhibit, a walk-in."""
        with wiring.store().reading() as session:
            # Also says who may be here at all.
            floor.figures(session, self.edition, by=self.person.id)
        st.html(draw("people.html", self.language, title=self.say("On the day")))
        self.show_done()
        words = st.text_input(
            self.say("Code, stand or words of the title"), key="day-words", max_chars=100
        )
        if words:
            with wiring.store().reading() as session:
                found = floor.find_in_hall(session, self.edition, words, by=self.person.id)
            self.show_found(found)
        self.show_walk_in()

    def show_done(self) -> None:
        """The last act with its undo; earlier ones come up as the later are taken back."""
        done: list[Done] = st.session_state.setdefault(_DONE, [])
        problem = st.session_state.pop("day-problem", "")
        undone = st.session_state.pop("day-undone", "")
        with st.container(key="day-result"):
            if problem:
                st.error(problem)
            if undone:
                st.text(self.say("Undone: %(what)s", what=undone))
            if done:
                with st.container(border=True, key="day-last"):
                    st.text(done[-1].sentence)
                    st.button(
                        self.say("Undo"), key=f"day-undo-{len(done)}", width="stretch",
                        on_click=self.take_back,
                    )  # fmt: skip

    def show_found(self, found: Sequence[StandLine]) -> None:
        """The exhibits found; of one alone, or of the one chosen, what can be done with it."""
        if not found:
            st.text(self.say("Nothing is found. Try the code from the sign."))
            return
        chosen = found[0] if len(found) == 1 else None
        for one in found:
            if one.code == st.session_state.get(_CODE):
                chosen = one
        if chosen is None:
            for one in found:
                st.button(
                    self.line(one), key=f"day-choose-{one.code}", width="stretch",
                    on_click=self.choose, args=(one.code,),
                )  # fmt: skip
            return
        with st.container(border=True, key="day-one"):
            st.html(
                draw("stand_row.html", self.language, row=said_of(chosen, self.speech), href="")
            )
            self.show_acts(chosen)
            if len(found) > 1:
                st.button(
                    self.say("Another one"), key="day-other", on_click=self.choose, args=("",)
                )

    def show_acts(self, one: StandLine) -> None:
        """One button an act, each as wide as the screen."""
        self.show_moving(one)
        if one.state is State.PUBLISHED:
            st.button(
                self.say("Show to visitors again") if one.hidden else self.say("Hide from visitors"),
                key="day-hide", width="stretch", on_click=self.hide, args=(one,),
            )  # fmt: skip
            st.text_input(
                self.say("Reason to take it off (the college reads it)"), key=self.key("reason"),
                max_chars=500,
            )  # fmt: skip
            st.button(
                self.say("Take off the fair"), key="day-cancel", width="stretch",
                on_click=self.cancel, args=(one,),
            )  # fmt: skip
        elif one.state is State.CANCELLED:
            st.button(
                self.say("Bring back"), key="day-back", width="stretch",
                on_click=self.bring_back, args=(one,),
            )  # fmt: skip

    def show_moving(self, one: StandLine) -> None:
        free = self.free_places()
        options = [stand for stand in free if stand != one.stand]
        labels = {stand: place_label(stand, self.names, self.speech) for stand in options}
        needs = {place.stand: lacks(one.needs, place) for place in free.values()}
        # What fits comes first.
        options.sort(key=lambda stand: bool(needs[stand]))
        chosen = st.selectbox(
            self.say("Free stand"), options, index=None, key=self.key(f"to-{one.code}"),
            format_func=lambda stand: labels[stand],
            placeholder=self.say("Type a number"),
        )  # fmt: skip
        if chosen is not None and needs[chosen]:
            st.text(self.say("This stand lacks something that the exhibit needs."))
        st.button(
            self.say("Move here"), key="day-move", width="stretch", type="primary",
            disabled=chosen is None, on_click=self.move, args=(one, chosen),
        )  # fmt: skip

    def free_places(self) -> dict[Stand, Place]:
        """The places that nobody holds, in their order."""
        with wiring.store().reading() as session:
            places, holders = floor.places_held(session, self.edition, by=self.person.id)
        return {place.stand: place for place in places if place.stand not in holders}

    def show_walk_in(self) -> None:
        """A new exhibit that is public at once."""
        with st.expander(self.say("Add a walk-in"), key="day-walk-in"):
            colleges = sorted(
                self.names.colleges,
                key=lambda slug: alphabetical(
                    self.names.called("college", slug, self.speech), self.language
                ),
            )
            title = st.text_input(self.say("Title"), key=self.key("title"), max_chars=150)
            college = st.selectbox(
                self.say("College"), colleges, index=None, key=self.key("college"),
                format_func=lambda slug: self.names.called("college", slug, self.speech).text,
                placeholder=self.say("Choose"),
            )  # fmt: skip
            technology = st.selectbox(
                self.say("Technology"), sorted(self.names.technologies), index=None,
                key=self.key("technology"), placeholder=self.say("Choose"),
                format_func=lambda slug: self.names.called("technology", slug, self.speech).text,
            )  # fmt: skip
            kind = st.selectbox(
                self.say("Kind"), list(Kind), key=self.key("kind"),
                format_func=lambda one: self.say(KINDS[one]),
            )  # fmt: skip
            words = st.text_area(
                self.say("What it is, in a sentence or two"), key=self.key("description"),
                max_chars=1000,
            )  # fmt: skip
            free = list(self.free_places())
            stand = st.selectbox(
                self.say("Free stand"), free, index=None, key=self.key("stand"),
                format_func=lambda one: place_label(one, self.names, self.speech),
                placeholder=self.say("Type a number"),
            )  # fmt: skip
            if st.button(
                self.say("Add and publish"), key="day-add", width="stretch", type="primary"
            ):
                self.add(title, college, technology, kind, words, stand)

    # Acts

    def move(self, one: StandLine, stand: Stand | None) -> None:
        def act(now: datetime) -> Done:
            moved = stands.assign(wiring.store(), one.code, stand, by=self.person.id, now=now)
            return Done(
                self.say(
                    "%(title)s now stands at %(stand)s.", title=self.title(one),
                    stand=place_label(stand, self.names, self.speech) if stand else "–",
                ),
                lambda later: _ignore(
                    stands.undo(wiring.store(), moved, by=self.person.id, now=later)
                ),
            )  # fmt: skip

        self.do(act)

    def hide(self, one: StandLine) -> None:
        def turn(hidden: bool, now: datetime) -> None:
            review.hide(wiring.store(), one.code, hidden=hidden, by=self.person.id, now=now)

        def act(now: datetime) -> Done:
            turn(not one.hidden, now)
            said = (
                self.say("%(title)s is shown again.", title=self.title(one))
                if one.hidden
                else self.say("%(title)s is hidden.", title=self.title(one))
            )
            return Done(said, lambda later: turn(one.hidden, later))

        self.do(act)

    def cancel(self, one: StandLine) -> None:
        # As it is now: what was typed a moment before the click came with it.
        reason = str(st.session_state.get(self.key("reason"), ""))

        def act(now: datetime) -> Done:
            self.step(one.code, State.CANCELLED, reason, now)
            return Done(
                self.say("%(title)s is taken off the fair.", title=self.title(one)),
                lambda later: self.step(one.code, State.PUBLISHED, "", later),
            )

        self.do(act)

    def bring_back(self, one: StandLine) -> None:
        def act(now: datetime) -> Done:
            self.step(one.code, State.PUBLISHED, "", now)
            undone = self.say("Undone")
            return Done(
                self.say("%(title)s is back.", title=self.title(one)),
                lambda later: self.step(one.code, State.CANCELLED, undone, later),
            )

        self.do(act)

    def add(
        self,
        title: str,
        college: str | None,
        technology: str | None,
        kind: Kind | None,
        words: str,
        stand: Stand | None,
    ) -> None:
        draft = Draft(
            college=college or "",
            texts={self.language: DraftText(title.strip(), "", words.strip())},
            kind=kind,
            technologies=(technology,) if technology else (),
        )
        if stand is not None:
            draft = replace(draft, hall=stand.hall, stand=stand.number)

        def act(now: datetime) -> Done:
            if college is None:
                raise CatalogError(self.say("Choose the college."))
            code = add_walk_in(
                wiring.store(), draft, edition=self.edition, by=self.person.id, now=now
            )
            undone = self.say("Undone")
            return Done(
                self.say("%(title)s is added: %(code)s.", title=title.strip(), code=code),
                lambda later: self.step(code, State.CANCELLED, undone, later),
            )

        self.do(act)
        st.rerun()

    def step(self, code: str, to: State, reason: str, now: datetime) -> None:
        """Move an exhibit to a state; raises what kept it from being done."""
        [outcome] = review.move(
            wiring.store(), [code], to, reason=reason, by=self.person.id, now=now
        )
        if outcome.error is not None:
            raise outcome.error

    def do(self, act: Callable[[datetime], Done]) -> None:
        """Do it, and keep what takes it back; or keep why it wasn't done."""
        done: list[Done] = st.session_state.setdefault(_DONE, [])
        try:
            done.append(act(datetime.now(UTC)))
        except CatalogError as error:
            st.session_state["day-problem"] = self.sentence(error)
            return
        del done[:-_KEPT]
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1

    def take_back(self) -> None:
        """Undo the last act."""
        done: list[Done] = st.session_state[_DONE]
        last = done.pop()
        try:
            last.back(datetime.now(UTC))
        except CatalogError as error:
            st.session_state["day-problem"] = self.sentence(error)
            return
        st.session_state["day-undone"] = last.sentence
        st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1

    def sentence(self, error: CatalogError) -> str:
        if isinstance(error, Refused | Incomplete):
            return error.sentence(self.language)
        return str(error)

    # Words

    def choose(self, code: str) -> None:
        st.session_state[_CODE] = code

    def key(self, name: str) -> str:
        """A widget's key that is new after each act, so that nothing typed stays behind."""
        return f"day-{name}-{st.session_state.get(_TURN, 0)}"

    def title(self, one: StandLine) -> str:
        return f"«{title_of(one, self.language).text}»"

    def line(self, one: StandLine) -> str:
        stand = one.stand.number if one.stand else self.say("no stand")
        college = phrase(one.college_names, self.language)
        state = state_name(one.state, self.language)
        return " · ".join(
            (stand, title_of(one, self.language).text, college.text if college else one.college,
             state)
        )  # fmt: skip


def _ignore(result: object) -> None:
    """What a verb returns isn't needed here."""
