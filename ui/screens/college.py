"""One college, with what it shows."""

import streamlit as st

from catalog import reading
from catalog.choices import MovedKind
from ui import wiring
from ui.address import SearchAddress
from ui.pages import college_page
from ui.screens.visit import Visit, show_not_found


def show(visit: Visit) -> None:
    """Draw the college whose slug the address names."""
    slug = visit.parameters.get("slug", "")
    if visit.names is not None and slug and slug not in visit.names.colleges:
        with wiring.store().reading() as session:
            moved = reading.moved_to(session, MovedKind.COLLEGE, slug)
        if moved is not None:
            st.query_params["slug"] = moved
            st.rerun()
    if visit.names is None or slug not in visit.names.colleges:
        show_not_found(visit.speech)
        return
    with wiring.store().reading() as session:
        college = reading.college(session, slug, visit.names.edition.slug)
    if college is None:
        show_not_found(visit.speech)
        return
    its = SearchAddress(filters={"college": slug})
    answer = wiring.answer(its, visit.names, visit.speech)
    st.html(
        college_page(
            college,
            visit.names,
            visit.speech,
            exhibits=answer.exhibits,
            total=answer.result.total,
        )
    )
