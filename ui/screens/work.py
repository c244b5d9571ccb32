"""One's own start page: who one is here, what one should know, where to go on."""

from datetime import UTC, datetime

import streamlit as st

from catalog import agenda, notices
from catalog.agenda import Pile
from catalog.choices import MemberRole
from catalog.notices import letter, role_name, sentence
from catalog.records import NoticeRecord, PersonRecord
from ui import wiring
from ui.html import draw
from ui.names import phrase
from ui.screens import my_entries
from ui.screens.visit import Visit, require_person
from ui.sections import (
    ACCOUNT,
    BULK,
    EDITIONS,
    INSIGHT,
    LOG,
    PEOPLE,
    REGISTER,
    REVIEW,
    VOCABULARY,
    WORK,
)

_ENTERING = (MemberRole.EDITOR, MemberRole.COORDINATOR, MemberRole.ORGANIZER)


def show(visit: Visit) -> None:
    """Draw the page of whoever is signed in."""
    person = require_person(visit, WORK)
    if person is None:
        return
    language = visit.speech.language
    reviews = person.has_role(MemberRole.REVIEWER, MemberRole.ORGANIZER)
    known = wiring.working_names(None)
    waiting = 0
    with wiring.store().reading() as session:
        told = notices.notices_of(session, by=person.id)
        if reviews and known is not None:
            piles = agenda.counts(session, edition=known.edition.slug, by=person.id)
            waiting = piles[Pile.WAITING]
    st.html(
        draw(
            "work.html",
            language,
            person=person,
            roles=[
                (
                    role_name(one.role, language),
                    phrase(one.college.names, language) if one.college else None,
                )
                for one in person.roles
            ],
            bulk=BULK if person.has_role(*_ENTERING) else "",
            editions=EDITIONS if person.has_role(MemberRole.ORGANIZER) else "",
            register=REGISTER if person.has_role(MemberRole.ORGANIZER) else "",
            insight=INSIGHT if person.has_role(MemberRole.ORGANIZER, MemberRole.CURATOR) else "",
            vocabulary=VOCABULARY if person.has_role(MemberRole.ORGANIZER) else "",
            log=LOG if person.has_role(MemberRole.ORGANIZER) else "",
            people=PEOPLE if person.has_role(MemberRole.ORGANIZER) else "",
            review=REVIEW if reviews else "",
            waiting=waiting,
            account=ACCOUNT,
            unread=[one for one in told if not one.read],
        )
    )
    for notice in told:
        if not notice.read:
            _show_notice(visit, person, notice)
    my_entries.show(visit, person)


def _show_notice(visit: Visit, person: PersonRecord, notice: NoticeRecord) -> None:
    say, language = visit.speech.say, visit.speech.language
    with st.container(border=True, key=f"notice-{notice.id}"):
        st.text(sentence(notice.kind, notice.parameters, language))
        with st.expander(say("Text to copy")):
            address = f"{wiring.public_url()}{WORK}"
            _, text = letter(
                notice.kind, notice.parameters, language, name=person.name, address=address
            )
            st.code(text, language=None, wrap_lines=True)
        st.button(
            say("Mark as read"), key=f"read-{notice.id}", on_click=_read, args=(person, notice)
        )


def _read(person: PersonRecord, notice: NoticeRecord) -> None:
    notices.mark_read(wiring.store(), [notice.id], by=person.id, now=datetime.now(UTC))
