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
    AWARDS,
    BULK,
    DAY,
    EDITIONS,
    INSIGHT,
    LOG,
    OVERVIEW,
    PEOPLE,
    PRINT,
    REGISTER,
    REVIEW,
    SHOWCASES,
    STANDS,
    TRANSLATIONS,
    VOCABULARY,
    WORK,
)

_ORGANIZING = (MemberRole.ORGANIZER,)
_REVIEWING = (MemberRole.REVIEWER, MemberRole.ORGANIZER)
_CURATING = (MemberRole.CURATOR, MemberRole.ORGANIZER)
_NOTICES_AT_ONCE = 5
_SHOWN = "notices-shown"
_ENTERING = (MemberRole.EDITOR, MemberRole.COORDINATOR, MemberRole.ORGANIZER)


def show(visit: Visit) -> None:
    """Draw the page of whoever is signed in."""
    person = require_person(visit, WORK)
    if person is None:
        return
    language = visit.speech.language
    reviews = person.has_role(*_REVIEWING)
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
            doors=_doors(visit, person, waiting),
            account=ACCOUNT,
            unread=[one for one in told if not one.read],
        )
    )
    unread = [one for one in told if not one.read]
    shown = st.session_state.setdefault(_SHOWN, _NOTICES_AT_ONCE)
    for notice in unread[:shown]:
        _show_notice(visit, person, notice)
    left = len(unread) - shown
    if left > 0 and st.button(
        visit.speech.say("Show more: %(number)s", number=left), key="notices-more"
    ):
        st.session_state[_SHOWN] = shown + _NOTICES_AT_ONCE
        st.rerun()
    my_entries.show(visit, person)


def _doors(visit: Visit, person: PersonRecord, waiting: int) -> list[tuple[str, str]]:
    """What a person's roles open: titles and addresses, in the order of a fair's weeks."""
    say = visit.speech.say
    review = f"{say('Review')}: {waiting}" if waiting else say("Review")
    known = (
        (say("Spreadsheet"), BULK, _ENTERING),
        (review, REVIEW, _REVIEWING),
        (say("Before the fair"), OVERVIEW, _ORGANIZING),
        (say("Showcases"), SHOWCASES, _CURATING),
        (say("Translations"), TRANSLATIONS, _CURATING),
        (say("Stands"), STANDS, _ORGANIZING),
        (say("Print"), PRINT, _ORGANIZING),
        (say("On the day"), DAY, _ORGANIZING),
        (say("Awards"), AWARDS, _ORGANIZING),
        (say("Insight"), INSIGHT, _CURATING),
        (say("Vocabulary"), VOCABULARY, _ORGANIZING),
        (say("Colleges"), REGISTER, _ORGANIZING),
        (say("People"), PEOPLE, _ORGANIZING),
        (say("Fairs"), EDITIONS, _ORGANIZING),
        (say("Log"), LOG, _ORGANIZING),
    )
    return [(title, href) for title, href, roles in known if person.has_role(*roles)]


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
