"""Stands: each hall's plan, who stands where, who has no place yet, a proposal for all of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from catalog import floor, stands
from catalog.errors import CatalogError, NotThere
from catalog.floor import PAGE_SIZE, HallPlan, PlaceRecord, Standing, StandLine
from catalog.records import PersonRecord
from catalog.refusals import Refused
from catalog.seating import Lack, Seating, Stand, lacks, propose
from catalog.stand_tables import TableReport
from catalog.stands import Moved
from ui import wiring
from ui.address import link
from ui.floor import drawing
from ui.html import draw
from ui.names import Names, alphabetical
from ui.screens.hall_editing import show_editing, show_tables
from ui.screens.visit import Visit, require_person, show_message, show_not_found
from ui.sections import STANDS, WORK
from ui.stands import LACKS, SHORT_LACKS, place_label, said_of, title_of

_PROPOSED, _MOVED, _SAID = "stands-proposed", "stands-moved", "stands-said"
_LISTED: Final = 200


@dataclass(frozen=True)
class Proposed:
    """A proposal that somebody looks at."""

    edition: str
    by_field: bool
    seating: Seating


def show(visit: Visit) -> None:
    """Draw the page; for organizers."""
    person = require_person(visit, STANDS)
    if person is None:
        return
    names = wiring.working_names(visit.parameters.get("edition") or None)
    say = visit.speech.say
    if names is None:
        show_message(visit.speech, say("Stands"), say("There is no fair yet."), href=WORK)
        return
    try:
        _Screen(visit, person, names).show()
    except Refused as refused:
        sentence = refused.sentence(visit.speech.language)
        show_message(visit.speech, say("Stands"), sentence, action=say("My work"), href=WORK)
    except NotThere:
        show_not_found(visit.speech)


class _Screen:
    """The parts of the page; every act is one verb of the catalog."""

    def __init__(self, visit: Visit, person: PersonRecord, names: Names) -> None:
        self.visit, self.person, self.names = visit, person, names
        self.speech, self.say, self.language = visit.speech, visit.speech.say, visit.speech.language
        self.edition = names.edition.slug
        asked = visit.parameters
        kept = ("hall", "college", "show", "words", "edition")
        self.parameters = {name: asked.get(name, "") for name in kept}
        if visit.sticky:
            self.parameters["lang"] = visit.sticky
        self.hall = self.parameters["hall"]
        self.code = asked.get("code", "")[:20].upper()
        shown = self.parameters["show"]
        self.standing = Standing(shown) if shown in set(Standing) else Standing.ALL
        page = asked.get("page", "")
        self.page = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 1

    def href(self, **changes: str) -> str:
        """This page with something changed."""
        return link(STANDS, **{**self.parameters, **changes})

    def show(self) -> None:
        """Halls, what was just done, the plan, the list, the proposal, what halls are made of."""
        with wiring.store().reading() as session:
            halls = floor.figures(session, self.edition, by=self.person.id)
            # One page only, to learn how many wait.
            waiting = floor.stand_page(
                session, self.edition, standing=Standing.WITHOUT, page=1, by=self.person.id
            )
            plan = None
            if self.hall:
                plan = floor.floor(session, self.edition, self.hall, by=self.person.id)
                if plan is None:
                    raise NotThere(f"There is no hall {self.hall}.")
        st.html(draw("people.html", self.language, title=self.say("Stands")))
        tabs = [
            {
                "text": self.say("All halls"),
                "href": self.href(hall="", show=""),
                "current": not self.hall and self.standing is not Standing.WITHOUT,
            },
            *(
                {
                    "text": self.say(
                        "%(hall)s: %(held)s of %(places)s taken",
                        hall=one.slug, held=one.held, places=one.places,
                    ),
                    "href": self.href(hall=one.slug, show=""),
                    "current": self.hall == one.slug,
                }
                for one in halls
            ),
            {
                "text": self.say("No stand yet: %(number)s", number=waiting.total),
                "href": self.href(hall="", show=Standing.WITHOUT),
                "current": not self.hall and self.standing is Standing.WITHOUT,
            },
        ]  # fmt: skip
        st.html(draw("stand_halls.html", self.language, tabs=tabs))
        self.show_said()
        proposed = st.session_state.get(_PROPOSED)
        if not isinstance(proposed, Proposed) or proposed.edition != self.edition:
            proposed = None
        if self.code:
            self.show_one()
        if plan is not None:
            self.show_plan(plan, proposed)
        self.show_proposal(proposed, waiting.total)
        self.show_list()
        show_editing(self.speech, self.person, self.edition, plan, self.done)
        show_tables(self.speech, self.person, self.edition, self.done, self.keep)

    def show_said(self) -> None:
        """What was just done, with its undo, or why it wasn't."""
        said, problem = st.session_state.get(_SAID, ("", False))
        moved = st.session_state.get(_MOVED)
        with st.container(key="stands-result"):
            if said:
                st.error(said) if problem else st.text(said)
            if isinstance(moved, Moved) and moved.after:
                st.button(self.say("Undo"), key="stands-undo", on_click=self.undo, args=(moved,))

    # One exhibit

    def show_one(self) -> None:
        """Give one exhibit a place, free its place, or let it change places with another."""
        with wiring.store().reading() as session:
            one = floor.lines_of(session, self.edition, [self.code], by=self.person.id).get(
                self.code
            )
            places, holders = floor.places_held(session, self.edition, by=self.person.id)
        if one is None:
            st.text(self.say("There is no exhibit %(code)s.", code=self.code))
            return
        known = {place.stand: place for place in places}
        with st.container(border=True, key="stands-one"):
            row = said_of(one, self.speech)
            st.html(draw("stand_row.html", self.language, row=row, href=""))

            def called(stand: Stand) -> str:
                notes = [self.say(SHORT_LACKS[lack]) for lack in lacks(one.needs, known[stand])]
                if stand in holders:
                    notes.append(self.say("taken by %(code)s", code=holders[stand]))
                label = place_label(stand, self.names, self.speech)
                return f"{label} ({', '.join(notes)})" if notes else label

            options = [stand for stand in known if stand != one.stand]
            options.sort(key=lambda s: (s in holders, bool(lacks(one.needs, known[s]))))
            chosen = st.selectbox(
                self.say("Stand"), options, index=None, format_func=called,
                key=f"stands-to-{self.code}", placeholder=self.say("Type a number"),
            )  # fmt: skip
            with st.container(horizontal=True):
                taken = chosen in holders
                label = self.say("Change places") if taken else self.say("Assign")
                st.button(
                    label, key="stands-assign", type="primary", disabled=chosen is None,
                    on_click=self.assign, args=(one, chosen, holders.get(chosen, "") if chosen else ""),
                )  # fmt: skip
                if one.stand is not None:
                    st.button(
                        self.say("Free the stand"), key="stands-free", on_click=self.assign,
                        args=(one, None, ""),
                    )  # fmt: skip

    def assign(self, one: StandLine, stand: Stand | None, holder: str) -> None:
        store, by, now = wiring.store(), self.person.id, datetime.now(UTC)

        def act() -> str:
            if holder:
                moved = stands.swap(store, one.code, holder, by=by, now=now)
            else:
                moved = stands.assign(store, one.code, stand, by=by, now=now)
            st.session_state[_MOVED] = moved
            title = title_of(one, self.language).text
            if stand is None:
                return self.say("%(title)s has no stand now.", title=f"«{title}»")
            return self.say(
                "%(title)s now stands at %(stand)s.", title=f"«{title}»",
                stand=place_label(stand, self.names, self.speech),
            )  # fmt: skip

        self.done(act)

    def keep(self, report: TableReport) -> None:
        """An import that can be undone."""
        st.session_state[_MOVED] = report.moved

    def undo(self, moved: Moved) -> None:
        def act() -> str:
            stands.undo(wiring.store(), moved, by=self.person.id, now=datetime.now(UTC))
            st.session_state.pop(_MOVED, None)
            return self.say("Undone.")

        self.done(act)

    def done(self, act: Callable[[], str]) -> None:
        """Do it, and keep what is to be said of it."""
        try:
            st.session_state[_SAID] = (act(), False)
        except CatalogError as error:
            said = getattr(error, "sentence", None)
            st.session_state[_SAID] = (said(self.language) if said else str(error), True)

    # The plan

    def show_plan(self, plan: HallPlan, proposed: Proposed | None) -> None:
        """The hall with who stands where; what is proposed is marked."""
        new = {
            stand.number: code
            for code, stand in (proposed.seating.stands if proposed else {}).items()
            if stand.hall == plan.slug
        }
        holders = {
            one.facts.number: one.holder.code for one in plan.places if one.holder is not None
        }

        def kind(one: PlaceRecord) -> str:
            if one.facts.number in new:
                return "new"
            if one.holder is None:
                return "free"
            return "wanted" if one.holder.code == self.code else "held"

        def href(number: str) -> str:
            code = holders.get(number) or new.get(number, "")
            return self.href(code=code) if code else self.href(show=Standing.WITHOUT, hall="")

        drawn = drawing(plan, self.speech, href=href, kind=kind)
        if not drawn:
            st.text(self.say("This hall has no places yet: add them below."))
            return
        st.html(
            draw("stand_plan.html", self.language, drawing=drawn, new=bool(new)),
        )

    # The list

    def show_list(self) -> None:
        """Who stands where, a page at a time, narrowed by what the address says."""
        with wiring.store().reading() as session:
            found = floor.stand_page(
                session, self.edition, standing=self.standing, hall=self.hall,
                college=self.parameters["college"], words=self.parameters["words"],
                page=self.page, by=self.person.id,
            )  # fmt: skip
        with st.container(horizontal=True, key="stands-filters"):
            self.choose("show", self.say("Show"), {
                "": self.say("All"),
                Standing.WITHOUT: self.say("No stand yet"),
                Standing.PLACED: self.say("With a stand"),
            })  # fmt: skip
            colleges = sorted(
                found.colleges,
                key=lambda slug: alphabetical(
                    self.names.called("college", slug, self.speech), self.language
                ),
            )
            called = {
                slug: f"{self.names.called('college', slug, self.speech).text}"
                f" ({found.colleges[slug]})"
                for slug in colleges
            }
            self.choose("college", self.say("College"), {"": self.say("All"), **called})
            key = f"stands-words-{self.parameters['words']}"
            st.text_input(
                self.say("Code, stand or words of the title"), self.parameters["words"], key=key,
                max_chars=100, on_change=lambda: self.turn("words", st.session_state[key]),
            )  # fmt: skip
        pages = max(1, -(-found.total // PAGE_SIZE))
        rows = [
            (said_of(one, self.speech), self.href(code=one.code, page=str(self.page)))
            for one in found.lines
        ]
        st.html(
            draw(
                "stand_list.html",
                self.language,
                rows=rows,
                total=self.speech.count("%(num)s exhibit", "%(num)s exhibits", found.total),
                page=self.say("Page %(number)s of %(count)s", number=self.page, count=pages),
                previous=self.href(page=str(self.page - 1)) if self.page > 1 else "",
                next=self.href(page=str(self.page + 1)) if self.page < pages else "",
            )
        )

    def choose(self, name: str, label: str, options: Mapping[str, str]) -> None:
        """A box whose choice stands in the address."""
        asked = self.parameters[name]
        values = list(options)
        # The key goes with the address, so that Back brings the former choice back.
        key = f"stands-{name}-{asked}"
        st.selectbox(
            label, values, index=values.index(asked) if asked in values else 0, key=key,
            format_func=lambda value: options[value],
            on_change=lambda: self.turn(name, st.session_state[key]),
        )  # fmt: skip

    def turn(self, name: str, value: str) -> None:
        st.query_params.pop("page", None)
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)

    # The proposal

    def show_proposal(self, proposed: Proposed | None, waiting: int) -> None:
        """Ask for a proposal; look at it; only then let it be done."""
        with st.expander(
            self.say("Propose stands"), expanded=proposed is not None, key="stands-proposal"
        ):
            if proposed is None:
                st.text(
                    self.say(
                        "Whoever stands somewhere stays there. Power, floor area, network, noise "
                        "and fire are respected. Nothing is changed before you have looked at it."
                    )
                )
                by_field = st.radio(
                    self.say("Keep together"), [False, True], horizontal=True,
                    format_func=lambda field: (
                        self.say("each college") if not field else self.say("each field")
                    ),
                    key="stands-group",
                )  # fmt: skip
                st.button(
                    self.say("Propose for %(number)s without a stand", number=waiting),
                    key="stands-propose", disabled=not waiting, on_click=self.propose,
                    args=(by_field,),
                )  # fmt: skip
                return
            self.show_proposed(proposed)

    def propose(self, by_field: bool) -> None:
        with wiring.store().reading() as session:
            guests, places, fixed = floor.to_seat(
                session, self.edition, by_field=by_field, by=self.person.id
            )
        st.session_state[_PROPOSED] = Proposed(
            self.edition, by_field, propose(guests, places, fixed)
        )
        st.session_state.pop(_SAID, None)

    def show_proposed(self, proposed: Proposed) -> None:
        seating = proposed.seating
        st.text(
            self.say(
                "Placed: %(placed)s. Left over: %(left)s. Groups in one hall: %(together)s of "
                "%(groups)s.", placed=len(seating.stands), left=len(seating.left),
                together=seating.together, groups=seating.groups,
            )
        )  # fmt: skip
        with st.container(horizontal=True):
            st.button(
                self.say("Apply the proposal"), key="stands-apply", type="primary",
                disabled=not seating.stands, on_click=self.apply, args=(proposed,),
            )  # fmt: skip
            st.button(self.say("Drop it"), key="stands-drop", on_click=self.drop)
        listed = [*seating.left, *seating.stands][:_LISTED]
        with wiring.store().reading() as session:
            lines = floor.lines_of(session, self.edition, listed, by=self.person.id)
        st.html(
            draw(
                "stand_proposal.html",
                self.language,
                left=[
                    (title_of(lines[code], self.language), self.why(lines[code], lack))
                    for code, lack in seating.left.items()
                    if code in lines
                ],
                placed=[
                    (title_of(lines[code], self.language), place_label(stand, self.names,
                                                                       self.speech))
                    for code, stand in seating.stands.items()
                    if code in lines
                ],
                more=len(seating.left) + len(seating.stands) - len(lines),
            )
        )  # fmt: skip

    def why(self, one: StandLine, lack: Lack) -> str:
        facts = " · ".join(said_of(one, self.speech).facts[2:])
        return f"{self.say(LACKS[lack])} ({facts})" if facts else self.say(LACKS[lack])

    def apply(self, proposed: Proposed) -> None:
        def act() -> str:
            wanted = proposed.seating.stands
            st.session_state[_MOVED] = stands.assign_all(
                wiring.store(), wanted, expected=dict.fromkeys(wanted), by=self.person.id,
                now=datetime.now(UTC),
            )  # fmt: skip
            st.session_state.pop(_PROPOSED, None)
            return self.speech.count(
                "%(num)s exhibit has a stand now.", "%(num)s exhibits have a stand now.",
                len(wanted),
            )  # fmt: skip

        self.done(act)

    def drop(self) -> None:
        st.session_state.pop(_PROPOSED, None)
