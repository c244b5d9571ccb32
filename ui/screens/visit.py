"""Who looks at a screen, and from which address: language, edition, parameters."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime

import streamlit as st

from catalog.languages import LANGUAGES
from catalog.records import ExhibitRecord, PersonRecord
from catalog.search_log import Noted
from ui import wiring
from ui.address import SearchAddress, link
from ui.html import draw
from ui.identity import SESSION_COOKIE
from ui.names import Names
from ui.sections import LOGIN
from ui.text import COOKIE, Speech, choose_language, speech


@dataclass(frozen=True)
class Visit:
    """One run of a screen. ``sticky`` is a language that links must carry: no cookie keeps it.

    ``person`` is who is signed in; what they may do is decided by the catalog's verbs.
    """

    speech: Speech
    names: Names | None
    parameters: dict[str, str]
    sticky: str
    person: PersonRecord | None

    @property
    def edition(self) -> str:
        """The edition that links have to name; empty for the current one."""
        if self.names is None or self.names.edition.is_current:
            return ""
        return self.names.edition.slug


def visitor_speech() -> Speech:
    """The visitor's language, by address, cookie, browser."""
    return speech(
        choose_language(
            st.query_params.get("lang"),
            st.context.cookies.get(COOKIE),
            st.context.headers.get("Accept-Language"),
        )
    )


def current_visit() -> Visit:
    """Read the visit from the address and the browser's headers."""
    words = visitor_speech()
    asked = st.query_params.get("lang", "")
    remembered = st.context.cookies.get(COOKIE) == asked
    return Visit(
        speech=words,
        names=wiring.names(st.query_params.get("edition") or None),
        parameters=st.query_params.to_dict(),
        sticky=asked if asked in LANGUAGES and not remembered else "",
        person=_person(),
    )


def _person() -> PersonRecord | None:
    """Who is signed in, asked anew at every run: what was blocked a moment ago is nobody."""
    return wiring.person(_cookie())


def _cookie() -> str:
    token = st.context.cookies.get(SESSION_COOKIE)
    # Without a browser, as in Streamlit's own tests, what is there is no text.
    return token if isinstance(token, str) else ""


_PASSING = "visitor"
_OPENED = "opened"


def note_search(visit: Visit, address: SearchAddress, total: int, fits: bool) -> None:
    """Put a search down for the log; those who run the fair are no visitors."""
    if visit.names is None or visit.person is not None:
        return
    noted = Noted(
        visit.names.edition.slug, visit.speech.language, query=address.query,
        filters=address.filters, found=total, fits=fits,
    )  # fmt: skip
    st.session_state.pop(_OPENED, None)
    wiring.search_notes().searched(_passing(), noted, datetime.now(UTC))


def note_opening(visit: Visit, exhibit: ExhibitRecord) -> None:
    """Put it down that a visitor opened an exhibit, once until they open or search another."""
    if visit.person is None and st.session_state.get(_OPENED) != exhibit.code:
        st.session_state[_OPENED] = exhibit.code
        wiring.note_opening(exhibit, visit.speech.language, _passing())


def _passing() -> str:
    """What tells this browser's tab from others while it is open, and is kept nowhere."""
    passing: str = st.session_state.setdefault(_PASSING, secrets.token_hex(8))
    return passing


def require_person(visit: Visit, path: str) -> PersonRecord | None:
    """Who is signed in; where nobody is, the screen says how to, with the way back to ``path``."""
    if visit.person is None:
        say = visit.speech.say
        show_message(
            visit.speech,
            say("Sign in to go on"),
            say("This page is for colleges, reviewers and organizers of the fair."),
            action=say("Sign in"),
            href=link(LOGIN, next=path, lang=visit.sticky),
        )
        for name in wiring.sign_in_services():
            if st.button(say("Sign in by your organization’s account"), key=f"service-{name}"):
                st.login(name) if name else st.login()
    return visit.person


def show_message(
    speech: Speech, title: str, text: str, *, action: str = "", href: str = ""
) -> None:
    """A page that has only a sentence to say, perhaps with a way on."""
    st.html(
        draw(
            "message.html",
            speech.language,
            light=False,
            title=title,
            sentences=[{"text": text, "language": speech.language}],
            action=action,
            href=href,
        )
    )


def show_not_found(speech: Speech) -> None:
    """The screen for a code or a name that leads nowhere."""
    show_message(
        speech,
        speech.say("There is no such page"),
        speech.say(
            "Nothing is at this address. Perhaps the code was mistyped, or the exhibit "
            "was withdrawn."
        ),
        action=speech.say("To the search"),
        href="/",
    )


def show_broken(speech: Speech) -> None:
    """The screen for an error of ours; what it was stands in the log."""
    show_message(
        speech,
        speech.say("Something went wrong"),
        speech.say("The error has been noted. Load the page again, or start from the search."),
        action=speech.say("To the search"),
        href="/",
    )
