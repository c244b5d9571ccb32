"""The queue of review: what lies in each pile, and decisions on several exhibits at once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import streamlit as st
from markupsafe import Markup

from catalog import agenda, review
from catalog.agenda import Line, Pile
from catalog.choices import MemberRole
from catalog.review import Waiting
from ui import wiring
from ui.html import draw
from ui.names import alphabetical
from ui.review import (
    DECISIONS,
    NOTHING_THERE,
    QueueRow,
    line_row,
    pile_links,
    row_block,
    waiting_row,
)
from ui.screens.review_acts import (
    LABELS,
    OF_PILE,
    ORGANIZERS,
    RESULT,
    Act,
    Looked,
    Result,
    ReviewPage,
    perform,
)

AT_ONCE: Final = 25
PLAN: Final = "review-plan"
_CHOSEN: Final = "review-chosen"


@dataclass(frozen=True)
class Plan:
    """What is about to be done with several exhibits, until it is confirmed."""

    place: str
    act: Act
    rows: tuple[QueueRow, ...]
    reason: str
    later: bool


class QueuePage(ReviewPage):
    """The parts of the list."""

    def show(self) -> None:
        """The piles, what lies in the chosen one, and what may be done with several."""
        with wiring.store().reading() as session:
            counts = agenda.counts(session, edition=self.names.edition.slug, by=self.person.id)
            waiting: Sequence[Waiting] = ()
            lines: Sequence[Line] = ()
            if self.pile in agenda.STATES:
                lines = agenda.lines(
                    session, self.pile, edition=self.names.edition.slug, by=self.person.id
                )
            else:
                waiting = review.queue(session, edition=self.names.edition.slug, by=self.person.id)
        if self.pile is Pile.NOTED:
            waiting = [one for one in waiting if one.pending]
        rows = [waiting_row(one, self.names, self.speech) for one in waiting]
        rows += [line_row(one, self.names, self.speech) for one in lines]
        st.html(draw("people.html", self.language, title=self.say("Review")))
        plan = st.session_state.get(PLAN)
        if isinstance(plan, Plan):
            if plan.place == self.pile:
                self.show_plan(plan)
                return
            st.session_state.pop(PLAN)
        self.show_result(self.pile)
        with st.container(key="piles"):
            piles = {name: value for name, value in self.parameters.items() if name != "pile"}
            st.html(pile_links(counts, self.pile, self.speech, piles))
        if not rows:
            st.html(Markup('<p class="k k-note">{}</p>').format(self.say(NOTHING_THERE[self.pile])))
            return
        with st.container(horizontal=True, key="narrow"):
            of_college = self.narrow(
                "college", self.say("College"), [row.college_slug for row in rows]
            )
            of_field = self.narrow("field", self.say("Field"), [row.field_slug for row in rows])
        rows = [
            row
            for row in rows
            if of_college in ("", row.college_slug) and of_field in ("", row.field_slug)
        ]
        bar = st.container(key="bar")
        chosen = self.show_rows(rows)
        with bar:
            self.show_choosing(rows, chosen)

    def narrow(self, facet: str, label: str, values: Sequence[str]) -> str:
        """A box to narrow the list by; what is chosen stands in the address."""
        known = sorted(
            {value for value in values if value},
            key=lambda value: alphabetical(
                self.names.called(facet, value, self.speech), self.language
            ),
        )
        asked = self.parameters[facet]
        chosen = asked if asked in known else ""
        # The key goes with the address, so that Back brings the former choice back.
        key = f"narrow-{facet}-{chosen}"

        def choose() -> None:
            picked = st.session_state[key]
            if picked:
                st.query_params[facet] = picked
            else:
                st.query_params.pop(facet, None)

        st.selectbox(
            label, ["", *known], index=["", *known].index(chosen), key=key, on_change=choose,
            format_func=lambda value: (
                f"{self.names.called(facet, value, self.speech).text} ({values.count(value)})"
                if value
                else self.say("All (%(number)s)", number=len(values))
            ),
        )  # fmt: skip
        return chosen

    def show_rows(self, rows: Sequence[QueueRow]) -> list[QueueRow]:
        """The list, each line with a box to choose it by; returns what is chosen."""
        place = f"{self.pile}-{self.parameters['college']}-{self.parameters['field']}"
        state = st.session_state.get(_CHOSEN)
        if state is None or state["place"] != place:
            state = {"place": place, "codes": frozenset(), "turn": 0, "shown": AT_ONCE}
            st.session_state[_CHOSEN] = state
        shown = rows[: state["shown"]]
        acts = self.acts_here()
        codes = set(state["codes"]) & {row.code for row in rows}
        with st.container(key="rows", gap=None):
            for row in shown:
                if not acts:
                    st.html(row_block(row, self.speech, self.href(row.code)))
                    continue
                with st.container(horizontal=True, wrap=False, key=f"row-{row.code}"):
                    # What changed since it was chosen has another round, and is chosen anew.
                    key = f"pick-{state['turn']}-{row.code}-{row.number}"
                    if st.checkbox(row.code, value=row.code in codes, key=key):
                        codes.add(row.code)
                    else:
                        codes.discard(row.code)
                    st.html(row_block(row, self.speech, self.href(row.code)))
        state["codes"] = frozenset(codes)
        if len(rows) > len(shown) and st.button(
            self.say("Show more: %(number)s", number=len(rows) - len(shown)), key="more"
        ):
            state["shown"] += AT_ONCE
            st.rerun()
        return [row for row in rows if row.code in codes]

    def acts_here(self) -> list[Act]:
        """What this person may be offered for several of the pile; the verbs decide for each."""
        organizer = self.person.has_role(MemberRole.ORGANIZER)
        reviewer = self.person.has_role(MemberRole.REVIEWER)
        return [
            act
            for act in OF_PILE[self.pile]
            if (organizer or act not in ORGANIZERS) and (reviewer or act is not Act.REQUEST)
        ]

    def show_choosing(self, rows: Sequence[QueueRow], chosen: Sequence[QueueRow]) -> None:
        """What to do with the chosen ones; nothing is done before it was summed up."""
        acts = self.acts_here()
        if not acts:
            return
        with st.container(horizontal=True, vertical_alignment="center", key="choosing"):
            st.text(self.say("Chosen: %(number)s", number=len(chosen)))
            if len(chosen) < len(rows) and st.button(
                self.say("Choose all (%(number)s)", number=len(rows)), key="choose-all"
            ):
                self.choose({row.code for row in rows})
            if chosen and st.button(self.say("Choose none"), key="choose-none"):
                self.choose(set())
        if not chosen:
            return
        with st.container(border=True, key="bulk"):
            reason, kept = "", False
            if self.pile not in (Pile.NOTED, Pile.ACCEPTED):
                reason = self.ask_reason("bulk", deciding=self.pile is Pile.WAITING)
            if self.pile is Pile.WAITING:
                kept = self.ask_later("bulk")
            with st.container(horizontal=True):
                for act in acts:
                    if st.button(f"{self.say(LABELS[act])}…", key=f"bulk-{act}"):
                        st.session_state[PLAN] = Plan(
                            self.pile, act, tuple(chosen), reason.strip(), kept
                        )
                        st.rerun()

    def choose(self, codes: Collection[str]) -> None:
        """Choose these and draw again; new keys, since a box remembers what it was."""
        state = st.session_state[_CHOSEN]
        state["codes"], state["turn"] = frozenset(codes), state["turn"] + 1
        st.rerun()

    def show_plan(self, plan: Plan) -> None:
        """What is about to happen to which exhibits, before it does."""
        number = len(plan.rows)
        exhibits = self.speech.count("%(num)s exhibit", "%(num)s exhibits", number)
        title = f"{self.say(LABELS[plan.act])}: {exhibits}"
        if plan.later:
            told = self.say("The decisions are only kept: nobody is told until you apply them.")
        elif plan.act is Act.FORGET:
            told = self.say("The exhibits wait for a decision again; nobody is told.")
        else:
            told = self.say("It happens at once, and the colleges are told.")
        st.html(
            draw(
                "review_plan.html", self.language, title=title, told=told, reason=plan.reason,
                rows=[
                    (
                        row,
                        self.say(DECISIONS[row.noted])
                        if row.noted and plan.act in (Act.APPLY, Act.FORGET)
                        else "",
                    )
                    for row in plan.rows
                ],
                lacking=self.say("Write a comment first: the colleges have to know why.")
                if self.lacks_reason(plan.act, plan.reason) else "",
            )
        )  # fmt: skip
        with st.container(horizontal=True, key="plan"):
            if st.button(title, key="plan-confirm", type="primary",
                         disabled=self.lacks_reason(plan.act, plan.reason)):  # fmt: skip
                self.carry_out(plan)
            if st.button(self.say("Back"), key="plan-back"):
                st.session_state.pop(PLAN)
                st.rerun()

    def lacks_reason(self, act: Act, reason: str) -> bool:
        return act in (Act.REQUEST, Act.REJECT, Act.CANCEL) and not reason

    def carry_out(self, plan: Plan) -> None:
        """Do what was summed up; what has changed since it was chosen is left alone."""
        outcomes = perform(
            plan.act, {row.code: Looked(row.number, row.state, row.noted) for row in plan.rows},
            reason=plan.reason, later=plan.later, by=self.person.id, now=datetime.now(UTC),
        )  # fmt: skip
        st.session_state[RESULT] = Result(
            self.pile,
            self.say(LABELS[plan.act]),
            tuple(
                (row.code, row.title.text, outcome.sentence(self.language))
                for row, outcome in zip(plan.rows, outcomes, strict=True)
            ),
        )
        st.session_state.pop(PLAN)
        self.choose(set())
