"""Showcases for who makes them: the list, a new one begun in words, one being built."""

from datetime import UTC, datetime

import streamlit as st

from catalog import showcase_desk, showcases
from catalog.choices import ShowcaseState
from catalog.errors import NotThere
from catalog.records import PersonRecord
from catalog.refusals import Refused
from catalog.showcases import QUERY_LENGTH, ShowcaseDraft
from ui import wiring
from ui.address import link
from ui.html import draw
from ui.names import Names
from ui.screens.showcase_builder import Builder
from ui.screens.visit import Visit, require_person, show_message, show_not_found
from ui.sections import SHOWCASES, WORK
from ui.showcase_rows import list_row

_TITLE = "showcase-about"


def show(visit: Visit) -> None:
    """Draw the list, or the showcase whose number the address names; for curators and organizers."""
    person = require_person(visit, SHOWCASES)
    if person is None:
        return
    say = visit.speech.say
    asked = visit.parameters.get("id", "")
    try:
        if asked:
            _show_one(visit, person, asked)
        else:
            _show_list(visit, person)
    except Refused as refused:
        sentence = refused.sentence(visit.speech.language)
        show_message(visit.speech, say("Showcases"), sentence, action=say("My work"), href=WORK)
    except NotThere:
        show_not_found(visit.speech)


def _show_one(visit: Visit, person: PersonRecord, asked: str) -> None:
    if not (asked.isascii() and asked.isdigit()) or len(asked) > 9:
        raise NotThere("There is no such showcase.")
    with wiring.store().reading() as session:
        view = showcase_desk.showcase_view(session, int(asked), by=person.id)
    names = wiring.working_names(view.edition)
    if names is None:
        raise NotThere("There is no such edition.")
    Builder(visit, person, view, names).show()


def _show_list(visit: Visit, person: PersonRecord) -> None:
    say, language = visit.speech.say, visit.speech.language
    names = wiring.working_names(visit.parameters.get("edition") or None)
    if names is None:
        show_message(visit.speech, say("Showcases"), say("There is no fair yet."), href=WORK)
        return
    with wiring.store().reading() as session:
        lines = showcase_desk.showcases_of(session, edition=names.edition.slug, by=person.id)
    st.html(draw("people.html", language, title=say("Showcases")))
    _show_beginning(visit, person, names)
    now = datetime.now(UTC)
    rows = [
        list_row(one, link(SHOWCASES, id=str(one.id), lang=visit.sticky), visit.speech, now=now)
        # The archived ones below the others.
        for one in sorted(lines, key=lambda one: one.state is ShowcaseState.ARCHIVED)
    ]
    st.html(draw("showcase_list.html", language, rows=rows))


def _show_beginning(visit: Visit, person: PersonRecord, names: Names) -> None:
    """A new showcase out of a few words: they are its title, and what fills it."""
    say = visit.speech.say
    with st.container(key="begin-showcase"):
        about = st.text_input(
            say("A new showcase: what is it about?"), key=_TITLE, max_chars=QUERY_LENGTH // 2,
            placeholder=say("Smart city, clean water, help for the elderly…"),
        )  # fmt: skip
        if not st.button(say("Begin"), key="begin", type="primary"):
            return
    words = about.strip()
    title = words[:1].upper() + words[1:]
    draft = ShowcaseDraft({visit.speech.language: title}, query=words)
    try:
        made = showcases.create(
            wiring.store(), draft, edition=names.edition.slug, by=person.id, now=datetime.now(UTC)
        )
    except Refused as refused:
        st.error(refused.sentence(visit.speech.language))
        return
    st.query_params["id"] = str(made)
    st.rerun()
