"""The plan of a hall, for visitors: where a stand is and who stands where."""

import streamlit as st

from catalog.floor import hall_plan
from ui import wiring
from ui.floor import plan_page
from ui.screens.visit import Visit, show_not_found


def show(visit: Visit) -> None:
    """Draw the hall that the address names (else the first), with the stand it asks for."""
    asked, names = visit.parameters, visit.names
    plan = None
    if names is not None and names.edition.halls:
        with wiring.store().reading() as session:
            slug = asked.get("hall") or names.edition.halls[0].slug
            plan = hall_plan(session, names.edition.slug, slug)
    if plan is None or names is None:
        show_not_found(visit.speech)
        return
    st.html(
        plan_page(
            plan,
            names,
            visit.speech,
            wanted=asked.get("stand", "")[:20],
            here=asked.get("from", "")[:20],
            here_hall=asked.get("from_hall", "")[:80],
        )
    )
