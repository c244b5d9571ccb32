"""One technology: its names, its neighbours, its exhibits."""

import streamlit as st

from ui import wiring
from ui.address import SearchAddress
from ui.pages import technology_page
from ui.screens.visit import Visit, show_not_found


def show(visit: Visit) -> None:
    """Draw the technology whose slug the address names."""
    slug = visit.parameters.get("slug", "")
    technology = visit.names.technologies.get(slug) if visit.names else None
    if visit.names is None or technology is None:
        show_not_found(visit.speech)
        return
    its = SearchAddress(filters={"technology": slug})
    answer = wiring.answer(its, visit.names, visit.speech)
    st.html(
        technology_page(
            technology,
            visit.names,
            visit.speech,
            exhibits=answer.exhibits,
            total=answer.result.total,
        )
    )
