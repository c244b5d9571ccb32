"""One exhibit, with those like it; for those who work on it, its past too."""

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from catalog import consents, desk
from catalog.choices import State
from catalog.consents import ShownPerson
from catalog.desk import EntryView
from catalog.errors import CatalogError
from catalog.permissions import Action
from catalog.refusals import state_name
from ui import wiring
from ui.address import link
from ui.entries import needs, preview_record, standing
from ui.html import draw
from ui.pages import exhibit_page
from ui.review import history_block
from ui.screens.visit import Visit, note_opening, show_not_found
from ui.sections import ENTRY, REVIEW, WORK
from ui.showcases import as_options


def show(visit: Visit) -> None:
    """Draw the exhibit whose code the address names; its history to those who may see that."""
    code = visit.parameters.get("code", "")[:20].upper()
    exhibit, names = wiring.exhibit(code, visit.names), visit.names
    if exhibit and (names is None or names.edition.slug != exhibit.edition_slug):
        names = wiring.names(exhibit.edition_slug)
    view = _at_work(visit, code)
    if exhibit is None or names is None:
        if view is None:
            show_not_found(visit.speech)
        else:
            _show_unpublished(visit, view)
        return
    st.html(
        exhibit_page(
            exhibit,
            names,
            visit.speech,
            similar=wiring.similar(exhibit, names),
            showcases=as_options(wiring.showcases_with(exhibit, names), visit.speech),
            text_language=visit.parameters.get("text"),
            back=link("/", edition=visit.edition, lang=visit.sticky),
            share=f"/e/{exhibit.code}",
        )
    )
    if view is not None:
        _show_next(visit, view)
        _show_past(visit, view)
    note_opening(visit, exhibit)


def _at_work(visit: Visit, code: str) -> EntryView | None:
    """The entry as one who works on it sees it; None for everybody else."""
    if visit.person is None or not code:
        return None
    try:
        with wiring.store().reading() as session:
            return desk.entry_view(session, code, by=visit.person.id, now=datetime.now(UTC))
    except CatalogError:
        return None


def _show_unpublished(visit: Visit, view: EntryView) -> None:
    """The page as it would be, with what its state is."""
    names = wiring.working_names(view.edition)
    record = None
    if names is not None and visit.person is not None:
        people: Sequence[ShownPerson] = ()
        if Action.SEE_PEOPLE_SHOWN in view.allowed:
            with wiring.store().reading() as session:
                people = consents.people_in(
                    session, view.code, by=visit.person.id, now=datetime.now(UTC)
                )
        record = preview_record(view.approved, names, people, code=view.code)
    if names is None or record is None:
        show_not_found(visit.speech)
        return
    said = visit.speech.say(
        "Visitors don’t see this. State: %(state)s.",
        state=state_name(view.state, visit.speech.language),
    )
    st.html(draw("review_noted.html", visit.speech.language, said=said, reason="", stale=False))
    _show_next(visit, view)
    text = visit.parameters.get("text")
    st.html(exhibit_page(record, names, visit.speech, text_language=text))
    _show_past(visit, view)


def _show_next(visit: Visit, view: EntryView) -> None:
    """What becomes of it, by when, whom to ask: for the college and those who act for it."""
    if visit.person is None or Action.SEE_COLLEGE_WORK not in view.allowed:
        return
    with wiring.store().reading() as session:
        terms = desk.terms_of(
            session, view.college, edition=view.edition, by=visit.person.id, now=datetime.now(UTC)
        )
    given_in = view.state not in (State.DRAFT, State.CHANGES_REQUESTED)
    opens = Action.EDIT_ENTRY in view.allowed and view.waiting is None
    st.html(
        draw(
            "entry_next.html",
            visit.speech.language,
            standing=standing(view, terms, visit.speech),
            comment=view.asked,
            needs=[] if given_in else needs(view.missing, visit.speech),
            contact=wiring.settings().contact,
            edit=link(ENTRY, code=view.code, lang=visit.sticky) if opens else "",
            work=link(WORK, lang=visit.sticky),
        )
    )


def _show_past(visit: Visit, view: EntryView) -> None:
    review = link(REVIEW, code=view.code, lang=visit.sticky)
    st.html(
        history_block(
            view.history, visit.speech, review=review if Action.REVIEW in view.allowed else ""
        )
    )
