"""The script Streamlit runs for every screen: language, header, navigation."""

from collections.abc import Callable

import streamlit as st

from ui.screens import (
    about,
    college,
    exhibit,
    lists,
    people,
    preparing,
    search,
    technology,
    work,
)
from ui.screens.visit import Visit, current_visit
from ui.sections import footer, header

preparing.show()
visit = current_visit()
say = visit.speech.say


def screen(show: Callable[[Visit], None]) -> Callable[[], None]:
    """A screen as a page of this visit."""
    return lambda: show(visit)


page = st.navigation(
    [
        st.Page(screen(search.show), title=say("Search"), url_path="", default=True),
        st.Page(screen(exhibit.show), title=say("Exhibit"), url_path="exhibit"),
        st.Page(
            screen(lists.show_technologies), title=say("Technologies"), url_path="technologies"
        ),
        st.Page(screen(technology.show), title=say("Technology"), url_path="technology"),
        st.Page(screen(lists.show_colleges), title=say("Colleges"), url_path="colleges"),
        st.Page(screen(college.show), title=say("College"), url_path="college"),
        st.Page(screen(about.show), title=say("About"), url_path="about"),
        st.Page(screen(work.show), title=say("My work"), url_path="work"),
        st.Page(screen(people.show), title=say("People"), url_path="people"),
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
page.run()
if visit.person is None:
    st.html(footer(visit.speech))
