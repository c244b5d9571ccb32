"""Search: one live field, and under it the answer as one block of HTML."""

import streamlit as st
from markupsafe import Markup

from ui import wiring
from ui.address import SearchAddress
from ui.html import Drawn
from ui.names import Names
from ui.screens.visit import Visit, show_not_found
from ui.showcases import shelf


def show(visit: Visit) -> None:
    """Draw the screen for the address it is opened at."""
    say = visit.speech.say
    with st.container(key="finder"):
        # Bound to the address without a history entry: Back leaves the search, not a letter.
        typed = st.text_input(
            say("What are you looking for?"),
            key="q",
            type="search",
            # 250 ms. As a text, "300ms", it would be read by pandas, 0.6 s of the first visit.
            live=True,
            bind="query-params",
            placeholder=say("Robot, greenhouse, sewing…"),
            label_visibility="collapsed",
            # Streamlit's icons are a font of 370 KB; the style sheet draws a magnifier.
            icon="",
        )
    if visit.names is None:
        show_not_found(visit.speech)
        return
    address = SearchAddress.parse({**visit.parameters, "q": typed or ""})
    found = wiring.results(address, visit.names, visit.speech, sticky=visit.sticky)
    if address.is_start:
        found = Drawn(_shelf(visit, visit.names) + found)
    st.html(found)


def _shelf(visit: Visit, names: Names) -> Markup:
    """The showcases, before anything is asked."""
    showcases = [(one, wiring.showcase_exhibits(one, names)) for one in wiring.showcases(names)]
    return shelf(showcases, visit.speech, edition=visit.edition, lang=visit.sticky)
