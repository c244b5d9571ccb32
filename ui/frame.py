"""The script Streamlit runs for every screen: language, header, navigation."""

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from ui import wiring
from ui.screens import (
    about,
    awards,
    bulk,
    college,
    day,
    editions,
    entry,
    exhibit,
    hall,
    insight,
    lists,
    log,
    overview,
    people,
    preparing,
    printing,
    register,
    review,
    search,
    showcase,
    showcases,
    stands,
    technology,
    translations,
    vocabulary,
    work,
)
from ui.screens.visit import Visit, current_visit
from ui.sections import AT_WORK, footer, header


def screen(show: Callable[[Visit], None], visit: Visit) -> Callable[[], None]:
    """A screen as a page of this visit."""
    return lambda: show(visit)


def show(page: StreamlitPage, visit: Visit) -> None:
    """Draw a page and what stands below it."""
    page.run()
    if visit.person is None:
        st.html(footer(visit.speech))


preparing.show()
with wiring.turns:
    visit = current_visit()
    say = visit.speech.say
    page = st.navigation(
        [
            st.Page(screen(search.show, visit), title=say("Search"), url_path="", default=True),
            st.Page(screen(exhibit.show, visit), title=say("Exhibit"), url_path="exhibit"),
            st.Page(
                screen(lists.show_technologies, visit),
                title=say("Technologies"),
                url_path="technologies",
            ),
            st.Page(screen(technology.show, visit), title=say("Technology"), url_path="technology"),
            st.Page(screen(lists.show_colleges, visit), title=say("Colleges"), url_path="colleges"),
            st.Page(screen(college.show, visit), title=say("College"), url_path="college"),
            st.Page(screen(showcase.show, visit), title=say("Showcase"), url_path="showcase"),
            st.Page(screen(about.show, visit), title=say("About"), url_path="about"),
            st.Page(screen(work.show, visit), title=say("My work"), url_path="work"),
            st.Page(screen(entry.show, visit), title=say("Exhibit"), url_path="entry"),
            st.Page(screen(bulk.show, visit), title=say("Spreadsheet"), url_path="bulk"),
            st.Page(screen(people.show, visit), title=say("People"), url_path="people"),
            st.Page(screen(editions.show, visit), title=say("Fairs"), url_path="editions"),
            st.Page(
                screen(register.show, visit),
                title=say("Register of colleges"),
                url_path="register",
            ),
            st.Page(screen(insight.show, visit), title=say("Insight"), url_path="insight"),
            st.Page(screen(awards.show, visit), title=say("Awards"), url_path="awards"),
            st.Page(screen(vocabulary.show, visit), title=say("Vocabulary"), url_path="vocabulary"),
            st.Page(
                screen(translations.show, visit),
                title=say("Translations"),
                url_path="translations",
            ),
            st.Page(screen(log.show, visit), title=say("Log"), url_path="log"),
            st.Page(screen(review.show, visit), title=say("Review"), url_path="review"),
            st.Page(screen(hall.show, visit), title=say("Plan of the hall"), url_path="hall"),
            st.Page(screen(stands.show, visit), title=say("Stands"), url_path="stands"),
            st.Page(screen(day.show, visit), title=say("On the day"), url_path="day"),
            st.Page(screen(showcases.show, visit), title=say("Showcases"), url_path="showcases"),
            st.Page(screen(printing.show, visit), title=say("Print"), url_path="print"),
            st.Page(
                screen(overview.show, visit), title=say("Before the fair"), url_path="overview"
            ),
        ],
        position="hidden",
    )
    st.set_page_config(page_title=f"{page.title} · Körme", layout="wide")
    st.html(
        header(
            visit.speech,
            path=f"/{page.url_path}",
            parameters=visit.parameters,
            edition=visit.edition,
            demo=visit.names is not None and visit.names.edition.is_demo,
            sticky=visit.sticky,
            signed_in=visit.person is not None,
        )
    )
    if f"/{page.url_path}" not in AT_WORK:
        show(page, visit)
if f"/{page.url_path}" in AT_WORK:
    show(page, visit)
