"""One showcase, as visitors see it."""

from datetime import UTC, datetime

import streamlit as st

from catalog import public_showcases
from catalog.errors import NotThere
from catalog.public_showcases import Over
from ui import wiring
from ui.address import link
from ui.screens.visit import Visit, show_message, show_not_found
from ui.showcases import showcase_page


def show(visit: Visit) -> None:
    """Draw the showcase whose address is asked for."""
    say = visit.speech.say
    try:
        with wiring.store().reading() as session:
            showcase = public_showcases.public_showcase(
                session, visit.parameters.get("slug", "")[:80], now=datetime.now(UTC)
            )
    except Over:
        show_message(
            visit.speech,
            say("This showcase is over"),
            say("What it showed is found by the search."),
            action=say("To the search"),
            href="/",
        )
        return
    except NotThere:
        show_not_found(visit.speech)
        return
    names = visit.names
    if names is None or names.edition.slug != showcase.edition_slug:
        names = wiring.names(showcase.edition_slug)
    if names is None:
        show_not_found(visit.speech)
        return
    st.html(
        showcase_page(
            showcase,
            wiring.showcase_exhibits(showcase, names),
            names,
            visit.speech,
            back=link("/", edition=visit.edition, lang=visit.sticky),
            share=f"/s/{showcase.slug}",
        )
    )
