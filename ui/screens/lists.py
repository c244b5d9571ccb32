"""The two lists: all technologies, all colleges."""

import streamlit as st

from ui.pages import colleges_page, technologies_page
from ui.screens.visit import Visit, show_not_found


def show_technologies(visit: Visit) -> None:
    """Draw every technology that has exhibits."""
    if visit.names is None:
        show_not_found(visit.speech)
    else:
        st.html(technologies_page(visit.names, visit.speech))


def show_colleges(visit: Visit) -> None:
    """Draw every college that shows something."""
    if visit.names is None:
        show_not_found(visit.speech)
    else:
        st.html(colleges_page(visit.names, visit.speech))
