"""Review: what waits, one exhibit beside what it was, decisions one by one or many at once."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

import streamlit as st
from markupsafe import Markup

from catalog import agenda, consents, desk, review
from catalog.agenda import InLine, Line, Noted, Pile
from catalog.choices import Decision, MemberRole, State
from catalog.consents import ShownPerson
from catalog.desk import EntryView
from catalog.differences import differences, field_name
from catalog.errors import CatalogError, NotThere
from catalog.permissions import Action
from catalog.records import PersonRecord
from catalog.refusals import Reason, Refused
from catalog.review import Outcome, Waiting
from ui import wiring
from ui.address import link
from ui.clock import day
from ui.differences import differences_block, values_block
from ui.entries import preview_record
from ui.html import draw
from ui.names import Names, alphabetical
from ui.pages import exhibit_page
from ui.review import (
    DECISIONS,
    NOTHING_THERE,
    Basis,
    QueueRow,
    bases,
    case_head,
    given_in,
    history_block,
    line_row,
    outcome_list,
    pile_links,
    row_block,
    waiting_row,
)
from ui.screens.visit import Visit, require_person, show_message, show_not_found
from ui.sections import REVIEW, WORK
from ui.text import NATIVE_NAMES, later, speech

AT_ONCE: Final = 25
_REASON_LENGTH: Final = 2_000
_CHOSEN, _PLAN, _RESULT = "review-chosen", "review-plan", "review-result"


class Act(StrEnum):
    """Everything that is done here with an exhibit, or with several."""

    ACCEPT = "accept"
    REQUEST = "request"
    REJECT = "reject"
    APPLY = "apply"
    FORGET = "forget"
    PUBLISH = "publish"
    CANCEL = "cancel"
    BRING_BACK = "bring_back"
    REOPEN = "reopen"


LABELS: Final[Mapping[Act, str]] = {
    Act.ACCEPT: later("Accept"),
    Act.REQUEST: later("Ask for changes"),
    Act.REJECT: later("Reject"),
    Act.APPLY: later("Apply the decisions"),
    Act.FORGET: later("Drop the decisions"),
    Act.PUBLISH: later("Publish"),
    Act.CANCEL: later("Take off the fair"),
    Act.BRING_BACK: later("Bring back"),
    Act.REOPEN: later("Open again"),
}
_DECIDING: Final[Mapping[Act, Decision]] = {
    Act.ACCEPT: Decision.ACCEPTED,
    Act.REQUEST: Decision.CHANGES_REQUESTED,
    Act.REJECT: Decision.REJECTED,
}
_MOVING: Final[Mapping[Act, State]] = {
    Act.PUBLISH: State.PUBLISHED,
    Act.CANCEL: State.CANCELLED,
    Act.BRING_BACK: State.PUBLISHED,
    Act.REOPEN: State.SUBMITTED,
}
_OF_PILE: Final[Mapping[Pile, tuple[Act, ...]]] = {
    Pile.WAITING: (Act.ACCEPT, Act.REQUEST, Act.REJECT),
    Pile.NOTED: (Act.APPLY, Act.FORGET),
    Pile.RETURNED: (),
    Pile.ACCEPTED: (Act.PUBLISH, Act.REOPEN),
    Pile.PUBLISHED: (Act.CANCEL,),
    Pile.TURNED_AWAY: (Act.BRING_BACK, Act.REOPEN),
}
_OF_STATE: Final[Mapping[State, tuple[Act, ...]]] = {
    State.ACCEPTED: (Act.PUBLISH, Act.REOPEN),
    State.PUBLISHED: (Act.CANCEL,),
    State.CANCELLED: (Act.BRING_BACK,),
    State.REJECTED: (Act.REOPEN,),
    State.DUPLICATE: (Act.REOPEN,),
}
_ACTION: Final[Mapping[Act, Action]] = {
    Act.ACCEPT: Action.DECIDE,
    Act.REQUEST: Action.REQUEST_CHANGES,
    Act.REJECT: Action.DECIDE,
    Act.APPLY: Action.REVIEW,
    Act.FORGET: Action.REVIEW,
    Act.PUBLISH: Action.PUBLISH,
    Act.CANCEL: Action.CANCEL,
    Act.BRING_BACK: Action.BRING_BACK,
    Act.REOPEN: Action.REOPEN,
}
_ORGANIZERS: Final = (Act.PUBLISH, Act.CANCEL, Act.BRING_BACK, Act.REOPEN)


@dataclass(frozen=True)
class Plan:
    """What is about to be done with several exhibits, until it is confirmed."""

    place: str
    act: Act
    rows: tuple[QueueRow, ...]
    reason: str
    later: bool


@dataclass(frozen=True)
class Result:
    """What was done, and what became of each: code, title, why not."""

    place: str
    title: str
    outcomes: tuple[tuple[str, str, str], ...]


def show(visit: Visit) -> None:
    """Draw the queue, or the exhibit whose code the address names; for reviewers and organizers."""
    person = require_person(visit, REVIEW)
    if person is None:
        return
    names = wiring.working_names(visit.parameters.get("edition") or None)
    say = visit.speech.say
    if names is None:
        show_message(visit.speech, say("Review"), say("There is no fair yet."), href=WORK)
        return
    code = visit.parameters.get("code", "")[:20].upper()
    screen = _Screen(visit, person, names)
    try:
        screen.show_case(code) if code else screen.show_queue()
    except Refused as refused:
        sentence = refused.sentence(visit.speech.language)
        show_message(visit.speech, say("Review"), sentence, action=say("My work"), href=WORK)
    except NotThere:
        show_not_found(visit.speech)


def perform(
    act: Act, codes: Collection[str], *, reason: str, later: bool, by: int, now: datetime
) -> Sequence[Outcome]:
    """Do it by the catalog's verb, which decides whether this person may."""
    store = wiring.store()
    if act in _DECIDING:
        return review.decide(
            store, codes, _DECIDING[act], reason=reason, pending=later, by=by, now=now
        )
    if act is Act.APPLY:
        return review.apply_pending(store, codes, by=by, now=now)
    if act is Act.FORGET:
        return review.forget_pending(store, codes, by=by, now=now)
    return review.move(store, codes, _MOVING[act], reason=reason, by=by, now=now)


class _Screen:
    """The parts of the page; every act is one verb of the catalog."""

    def __init__(self, visit: Visit, person: PersonRecord, names: Names) -> None:
        self.visit, self.person, self.names = visit, person, names
        self.speech, self.say, self.language = visit.speech, visit.speech.say, visit.speech.language
        self.edition = names.edition.slug
        self.people: Sequence[ShownPerson] = ()
        asked = visit.parameters.get("pile", "")
        self.pile = Pile(asked) if asked in set(Pile) else Pile.WAITING
        kept = ("pile", "college", "field", "edition")
        self.parameters = {name: visit.parameters.get(name, "") for name in kept}
        if visit.sticky:
            self.parameters["lang"] = visit.sticky

    def href(self, code: str = "") -> str:
        """The queue, or an exhibit of it, with what the queue is narrowed to."""
        return link(REVIEW, **self.parameters, code=code)

    # The queue

    def show_queue(self) -> None:
        """The piles, what lies in the chosen one, and what may be done with several."""
        with wiring.store().reading() as session:
            counts = agenda.counts(session, edition=self.edition, by=self.person.id)
            waiting: Sequence[Waiting] = ()
            lines: Sequence[Line] = ()
            if self.pile in agenda.STATES:
                lines = agenda.lines(session, self.pile, edition=self.edition, by=self.person.id)
            else:
                waiting = review.queue(session, edition=self.edition, by=self.person.id)
        if self.pile is Pile.NOTED:
            waiting = [one for one in waiting if one.pending]
        rows = [waiting_row(one, self.names, self.speech) for one in waiting]
        rows += [line_row(one, self.names, self.speech) for one in lines]
        st.html(draw("people.html", self.language, title=self.say("Review")))
        plan = st.session_state.get(_PLAN)
        if isinstance(plan, Plan):
            if plan.place == self.pile:
                self.show_plan(plan, rows)
                return
            st.session_state.pop(_PLAN)
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
            for act in _OF_PILE[self.pile]
            if (organizer or act not in _ORGANIZERS) and (reviewer or act is not Act.REQUEST)
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
                        st.session_state[_PLAN] = Plan(
                            self.pile, act, tuple(chosen), reason.strip(), kept
                        )
                        st.rerun()

    def choose(self, codes: Collection[str]) -> None:
        """Choose these and draw again; new keys, since a box remembers what it was."""
        state = st.session_state[_CHOSEN]
        state["codes"], state["turn"] = frozenset(codes), state["turn"] + 1
        st.rerun()

    def ask_reason(self, key: str, *, deciding: bool) -> str:
        """The words that go to the college."""
        return st.text_area(
            self.say("Comment for the college"), key=f"reason-{key}", max_chars=_REASON_LENGTH,
            placeholder=self.say("What should be changed, or why not: needed unless you accept")
            if deciding
            else self.say("Why: the college reads it"),
        )  # fmt: skip

    def ask_later(self, key: str) -> bool:
        """Whether a decision is only kept, to be applied together with others."""
        return st.checkbox(
            self.say("Keep for later: nobody is told until you apply it"), key=f"later-{key}"
        )

    def show_plan(self, plan: Plan, present: Sequence[QueueRow]) -> None:
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
                self.carry_out(plan, present)
            if st.button(self.say("Back"), key="plan-back"):
                st.session_state.pop(_PLAN)
                st.rerun()

    def lacks_reason(self, act: Act, reason: str) -> bool:
        return act in (Act.REQUEST, Act.REJECT, Act.CANCEL) and not reason

    def carry_out(self, plan: Plan, present: Sequence[QueueRow]) -> None:
        """Do what was summed up; what a college has changed since then is left alone."""
        rounds = {row.code: row.number for row in present}
        same = [row for row in plan.rows if rounds.get(row.code) == row.number]
        done = {
            outcome.code: outcome.sentence(self.language)
            for outcome in perform(
                plan.act, [row.code for row in same], reason=plan.reason, later=plan.later,
                by=self.person.id, now=datetime.now(UTC),
            )
        }  # fmt: skip
        changed = self.say("It has changed meanwhile. Look at it again.")
        st.session_state[_RESULT] = Result(
            self.pile,
            self.say(LABELS[plan.act]),
            tuple((row.code, row.title.text, done.get(row.code, changed)) for row in plan.rows),
        )
        st.session_state.pop(_PLAN)
        self.choose(set())

    def show_result(self, place: str) -> None:
        """What became of each exhibit of the last act, until it is closed."""
        result = st.session_state.get(_RESULT)
        if not isinstance(result, Result):
            return
        if result.place != place:
            st.session_state.pop(_RESULT)
            return
        with st.container(border=True, key="result"):
            href = f"{self.href()}{'&' if '?' in self.href() else '?'}code="
            st.html(outcome_list(result.title, result.outcomes, self.speech, href=href))
            if st.button(self.say("Close"), key="result-close"):
                st.session_state.pop(_RESULT)
                st.rerun()

    # One exhibit

    def show_case(self, code: str) -> None:
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
        self.edition = view.edition
        st.session_state.pop(_PLAN, None)
        st.html(case_head(view, self.names, self.speech, back=self.href()))
        self.show_result(code)
        looked_at, deciding = st.columns([3, 2], gap="medium")
        with looked_at:
            self.show_differences(view)
        with deciding, st.container(key="acts"):
            self.show_acts(view, line)
        self.show_preview(view)
        st.html(history_block(view.history, self.speech))

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
                    self.do(act, view, reason.strip(), kept)
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
        acts = list(_OF_STATE.get(view.state, ()))
        if view.waiting:
            acts = [*_OF_PILE[Pile.WAITING], *acts]
        if noted:
            acts = [Act.APPLY, Act.FORGET, *acts]
        return [act for act in acts if _ACTION[act] in view.allowed]

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

    def do(self, act: Act, view: EntryView, reason: str, kept: bool) -> None:
        """Do it with this one exhibit and tell what became of it."""
        (outcome,) = perform(
            act, [view.code], reason=reason, later=kept, by=self.person.id, now=datetime.now(UTC)
        )
        self.told(view, self.say(LABELS[act]), outcome.sentence(self.language))

    def told(self, view: EntryView, title: str, error: str) -> None:
        titles = {language: text.title for language, text in given_in(view).texts.items()}
        name = titles.get(self.language) or next(iter(titles.values()), "")
        st.session_state[_RESULT] = Result(view.code, title, ((view.code, name, error),))
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
                max_chars=_REASON_LENGTH,
            )  # fmt: skip
            if st.button(self.say("Mark as a duplicate"), key=f"duplicate-{view.code}"):
                error = self.error_of(
                    lambda: review.mark_duplicate(
                        wiring.store(),
                        view.code,
                        other,
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
        plain, _, language = name.rpartition("_")
        if language in NATIVE_NAMES:
            return f"{field_name(plain, self.language)} ({NATIVE_NAMES[language]})"
        return field_name(name, self.language)

    def heading(self, text: str) -> None:
        st.html(Markup('<div class="k"><h2>{}</h2></div>').format(text))
