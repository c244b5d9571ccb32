"""Search: one live field, and under it the answer as one block of HTML."""

import streamlit as st

from ui import wiring
from ui.address import SearchAddress
from ui.html import Drawn
from ui.screens.visit import Visit, note_search, show_not_found


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
    drawn = wiring.drawn_results(address, visit.names, visit.speech, sticky=visit.sticky)
    html = drawn.html
    if address.is_start:
        showcases = wiring.showcase_shelf(
            visit.names, visit.speech, edition=visit.edition, sticky=visit.sticky
        )
        html = Drawn(showcases + html)
    st.html(html)
    note_search(visit, address, drawn.total, drawn.fits)
