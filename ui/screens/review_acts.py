"""What is done in review: each act with its words, its verb, and what became of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import streamlit as st
from markupsafe import Markup

from catalog import review
from catalog.agenda import Pile
from catalog.choices import Decision, State
from catalog.permissions import Action
from catalog.records import PersonRecord
from catalog.review import Outcome
from ui import wiring
from ui.address import link
from ui.names import Names
from ui.review import outcome_list
from ui.screens.visit import Visit
from ui.sections import REVIEW
from ui.text import later

REASON_LENGTH: Final = 2_000
RESULT: Final = "review-result"


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
OF_PILE: Final[Mapping[Pile, tuple[Act, ...]]] = {
    Pile.WAITING: (Act.ACCEPT, Act.REQUEST, Act.REJECT),
    Pile.NOTED: (Act.APPLY, Act.FORGET),
    Pile.RETURNED: (),
    Pile.ACCEPTED: (Act.PUBLISH, Act.REOPEN),
    Pile.PUBLISHED: (Act.CANCEL,),
    Pile.TURNED_AWAY: (Act.BRING_BACK, Act.REOPEN),
}
OF_STATE: Final[Mapping[State, tuple[Act, ...]]] = {
    State.ACCEPTED: (Act.PUBLISH, Act.REOPEN),
    State.PUBLISHED: (Act.CANCEL,),
    State.CANCELLED: (Act.BRING_BACK,),
    State.REJECTED: (Act.REOPEN,),
    State.DUPLICATE: (Act.REOPEN,),
}
ACTION: Final[Mapping[Act, Action]] = {
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
ORGANIZERS: Final = (Act.PUBLISH, Act.CANCEL, Act.BRING_BACK, Act.REOPEN)


@dataclass(frozen=True)
class Looked:
    """What somebody saw of an exhibit before choosing an act; round 0 is none that waits."""

    number: int
    state: State
    noted: Decision | None


@dataclass(frozen=True)
class Result:
    """What was done, and what became of each: code, title, why not."""

    place: str
    title: str
    outcomes: tuple[tuple[str, str, str], ...]


def perform(
    act: Act,
    looked: Mapping[str, Looked],
    *,
    reason: str,
    later: bool,
    by: int,
    now: datetime,
) -> Sequence[Outcome]:
    """Do it with these exhibits by the catalog's verb, which decides whether this person may.

    What is no longer as it was looked at is left alone.
    """
    store, codes = wiring.store(), list(looked)
    if act in _DECIDING:
        rounds = {code: one.number for code, one in looked.items()}
        return review.decide(
            store, codes, _DECIDING[act], seen=rounds, reason=reason, pending=later, by=by, now=now
        )
    if act is Act.APPLY:
        noted = {code: one.noted for code, one in looked.items() if one.noted}
        return review.apply_pending(store, codes, seen=noted, by=by, now=now)
    if act is Act.FORGET:
        return review.forget_pending(store, codes, by=by, now=now)
    states = {code: one.state for code, one in looked.items()}
    return review.move(store, codes, _MOVING[act], seen=states, reason=reason, by=by, now=now)


class ReviewPage:
    """What the list and an exhibit's page have in common; every act is one verb of the catalog."""

    def __init__(self, visit: Visit, person: PersonRecord, names: Names) -> None:
        self.visit, self.person, self.names = visit, person, names
        self.speech, self.say, self.language = visit.speech, visit.speech.say, visit.speech.language
        asked = visit.parameters.get("pile", "")
        self.pile = Pile(asked) if asked in set(Pile) else Pile.WAITING
        kept = ("pile", "college", "field", "edition")
        self.parameters = {name: visit.parameters.get(name, "") for name in kept}
        if visit.sticky:
            self.parameters["lang"] = visit.sticky

    def href(self, code: str = "") -> str:
        """The queue, or an exhibit of it, with what the queue is narrowed to."""
        return link(REVIEW, **self.parameters, code=code)

    def ask_reason(self, key: str, *, deciding: bool) -> str:
        """The words that go to the college."""
        return st.text_area(
            self.say("Comment for the college"), key=f"reason-{key}", max_chars=REASON_LENGTH,
            placeholder=self.say("What should be changed, or why not: needed unless you accept")
            if deciding
            else self.say("Why: the college reads it"),
        )  # fmt: skip

    def ask_later(self, key: str) -> bool:
        """Whether a decision is only kept, to be applied together with others."""
        return st.checkbox(
            self.say("Keep for later: nobody is told until you apply it"), key=f"later-{key}"
        )

    def show_result(self, place: str) -> None:
        """What became of each exhibit of the last act, until it is closed."""
        result = st.session_state.get(RESULT)
        if not isinstance(result, Result):
            return
        if result.place != place:
            st.session_state.pop(RESULT)
            return
        with st.container(border=True, key="result"):
            href = f"{self.href()}{'&' if '?' in self.href() else '?'}code="
            st.html(outcome_list(result.title, result.outcomes, self.speech, href=href))
            if st.button(self.say("Close"), key="result-close"):
                st.session_state.pop(RESULT)
                st.rerun()

    def heading(self, text: str) -> None:
        st.html(Markup('<div class="k"><h2>{}</h2></div>').format(text))
