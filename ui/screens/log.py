"""The log: every act of people at work, to be searched by organizers."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta

import streamlit as st

from catalog import audit
from catalog.refusals import Refused
from catalog.terms import FAIRS_CLOCK
from ui import wiring
from ui.clock import moment
from ui.html import draw
from ui.names import phrase
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import LOG, WORK
from ui.text import Speech

_PAGE = 50
_BEFORE = "log-before"


def show(visit: Visit) -> None:
    """Draw the page of an organizer; others read why it isn't theirs."""
    person = require_person(visit, LOG)
    if person is None:
        return
    say, language = visit.speech.say, visit.speech.language
    state = st.session_state
    day, before = state.get("log-day"), state.get(_BEFORE)
    until = None
    if day is not None:
        until = datetime.combine(day + timedelta(days=1), time(), FAIRS_CLOCK).astimezone(UTC)
    try:
        with wiring.store().reading() as session:
            acts = audit.read_acts(
                session, by=person.id, words=state.get("log-words", ""), until=until,
                before=before, limit=_PAGE + 1,
            )  # fmt: skip
            people = audit.people_behind(session, acts, by=person.id)
            colleges = audit.colleges_behind(session, acts)
    except Refused as refused:
        show_message(
            visit.speech, say("Log"), refused.sentence(language), action=say("My work"), href=WORK
        )
        return
    st.html(draw("log_head.html", language))
    st.text_input(
        say("Search the log"), key="log-words", max_chars=100,
        placeholder=say("An act, a kind of thing, its number or code"), on_change=_from_the_start,
    )  # fmt: skip
    st.date_input(
        say("Up to this day"), None, key="log-day", format="DD.MM.YYYY", on_change=_from_the_start
    )
    lines = [
        {
            "at": moment(act.at),
            "who": _who(visit.speech, act.account, people),
            "act": act.action,
            "object": f"{act.object_kind} {act.object_id}",
            "college": phrase(colleges.get(act.college or 0, {}), language),
        }
        for act in acts[:_PAGE]
    ]  # fmt: skip
    st.html(draw("log.html", language, lines=lines))
    with st.container(horizontal=True):
        if before is not None:
            st.button(say("Newest"), on_click=_from_the_start)
        if len(acts) > _PAGE:
            st.button(say("Older"), on_click=_go_on, args=(acts[_PAGE - 1].id,))


def _who(speech: Speech, account: int | None, people: Mapping[int, str]) -> str:
    if account is None:
        return speech.say("the machine")
    gone = speech.say("account that is gone")
    return f"{account} · {people.get(account, gone)}"


def _from_the_start() -> None:
    st.session_state.pop(_BEFORE, None)


def _go_on(last: int) -> None:
    st.session_state[_BEFORE] = last
