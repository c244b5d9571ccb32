"""Review: the list of what waits, or one exhibit of it."""

import streamlit as st

from catalog.errors import NotThere
from catalog.refusals import Refused
from ui import wiring
from ui.screens.review_case import CasePage
from ui.screens.review_list import PLAN, QueuePage
from ui.screens.visit import Visit, require_person, show_message, show_not_found
from ui.sections import REVIEW, WORK


def show(visit: Visit) -> None:
    """Draw the queue, or the exhibit whose code the address names; for reviewers and organizers."""
    person = require_person(visit, REVIEW)
    if person is None:
        return
    names = wiring.working_names(visit.parameters.get("edition") or None)
    say = visit.speech.say
    if names is None:
        show_message(visit.speech, say("Review"), say("There is no fair yet."), href=WORK)
        return
    code = visit.parameters.get("code", "")[:20].upper()
    try:
        if code:
            st.session_state.pop(PLAN, None)
            CasePage(visit, person, names).show(code)
        else:
            QueuePage(visit, person, names).show()
    except Refused as refused:
        sentence = refused.sentence(visit.speech.language)
        show_message(visit.speech, say("Review"), sentence, action=say("My work"), href=WORK)
    except NotThere:
        show_not_found(visit.speech)
