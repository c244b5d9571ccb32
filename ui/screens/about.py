"""What this catalog is, how its search works, that the demo is invented."""

import streamlit as st

from ui import wiring
from ui.address import link
from ui.html import draw
from ui.screens.visit import Visit


def show(visit: Visit) -> None:
    """Draw the page."""
    st.html(
        draw(
            "about.html",
            visit.speech.language,
            light=False,
            demo=visit.names is not None and visit.names.edition.is_demo,
            numbers=_numbers(visit),
            meaning=wiring.meaning().sentence(visit.speech),
            home=link("/", edition=visit.edition, lang=visit.sticky),
        )
    )


def _numbers(visit: Visit) -> list[str]:
    if visit.names is None:
        return []
    count = visit.speech.count
    shown = [one for one in visit.names.colleges.values() if one.exhibit_count]
    used = [one for one in visit.names.technologies.values() if one.exhibit_count]
    exhibits = sum(one.exhibit_count for one in shown)
    return [
        count("%(num)s exhibit", "%(num)s exhibits", exhibits),
        count("%(num)s college", "%(num)s colleges", len(shown)),
        count("%(num)s technology", "%(num)s technologies", len(used)),
    ]
