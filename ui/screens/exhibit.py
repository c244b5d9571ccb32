"""One exhibit, with those like it."""

import streamlit as st

from ui import wiring
from ui.address import link
from ui.pages import exhibit_page
from ui.screens.visit import Visit, show_not_found


def show(visit: Visit) -> None:
    """Draw the exhibit whose code the address names."""
    code = visit.parameters.get("code", "")[:20].upper()
    exhibit, names = wiring.exhibit(code, visit.names), visit.names
    if exhibit and (names is None or names.edition.slug != exhibit.edition_slug):
        names = wiring.names(exhibit.edition_slug)
    if exhibit is None or names is None:
        show_not_found(visit.speech)
        return
    st.html(
        exhibit_page(
            exhibit,
            names,
            visit.speech,
            similar=wiring.similar(exhibit, names),
            text_language=visit.parameters.get("text"),
            back=link("/", edition=visit.edition, lang=visit.sticky),
            share=f"/e/{exhibit.code}",
        )
    )
