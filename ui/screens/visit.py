"""Who looks at a screen, and from which address: language, edition, parameters."""

from dataclasses import dataclass

import streamlit as st

from catalog.languages import LANGUAGES
from ui import wiring
from ui.html import draw
from ui.names import Names
from ui.text import COOKIE, Speech, choose_language, speech


@dataclass(frozen=True)
class Visit:
    """One run of a screen. ``sticky`` is a language that links must carry: no cookie keeps it."""

    speech: Speech
    names: Names | None
    parameters: dict[str, str]
    sticky: str

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
    )


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
