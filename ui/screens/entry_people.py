"""The people whom an entry names: in which role, whether publicly, and what they consented to."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import streamlit as st

from catalog import consents
from catalog.choices import GivenBy, Role, Scope
from catalog.consents import NAME_LENGTH, ShownPerson
from catalog.refusals import Refused
from ui import wiring
from ui.clock import day
from ui.html import draw
from ui.screens.entry_fields import Fields
from ui.text import Speech, later
from ui.views import ROLE_NAMES
from ui.web.consent import consent_href

_REFUSED = "entry-people-refused"
_SCOPES = {
    Scope.BOTH: later("the name and the face"),
    Scope.NAME: later("the name"),
    Scope.FACE: later("the face"),
}
_GIVEN_BY = {
    GivenBy.SELF: later("by the person"),
    GivenBy.REPRESENTATIVE: later("by the legal representative"),
}


def _role(person: int) -> str:
    return f"named-role {person}"


def _shown(person: int) -> str:
    return f"named-shown {person}"


def collected_people(values: dict[str, Any], state: Any, prefix: str) -> None:
    """Bring what the browser sent of the people into the values."""
    found = []
    for one in values.get("named", []):
        changed = dict(one)
        if prefix + _role(one["person"]) in state:
            changed["role"] = str(state[prefix + _role(one["person"])])
        if prefix + _shown(one["person"]) in state:
            changed["shown"] = bool(state[prefix + _shown(one["person"])])
        found.append(changed)
    if found:
        values["named"] = found


def consent_words(person: ShownPerson, speech: Speech) -> str:
    """What somebody has consented to, in words."""
    say = speech.say
    held = [one for one in person.consents if one.revoked_at is None]
    if not held:
        return say("No consent: neither name nor face is shown.")
    return "; ".join(
        say(
            "Consent to show %(what)s, given %(by)s on %(day)s",
            what=say(_SCOPES[one.scope]), by=say(_GIVEN_BY[one.given_by]), day=day(one.given_on),
        )
        for one in held
    )  # fmt: skip


def show_people(
    fields: Fields,
    people: Sequence[ShownPerson],
    *,
    college: str,
    edition: str,
    code: str | None,
    by: int,
    records: bool,
) -> None:
    """Draw who is named, and the place to name one more; `records`: consents may be recorded."""
    say, language = fields.say, fields.speech.language
    st.html(draw("heading.html", language, title=say("People by name")))
    st.html(
        draw(
            "entry_hint.html",
            language,
            text=say(
                "Nobody has to be named. A name or a face is shown only while there is a signed "
                "consent; for somebody under 18 the legal representative signs it."
            ),
        )
    )
    refusal = st.session_state.pop(_REFUSED, "")
    if refusal:
        st.error(refusal)
    known = {one.id: one for one in people}
    for one in list(fields.values.get("named", [])):
        person = known.get(one["person"])
        if person is not None:
            _show_person(fields, person, one, college=college, code=code, by=by, records=records)
    named = {one["person"] for one in fields.values.get("named", [])}
    others = [one.id for one in people if one.id not in named]
    if others:
        st.selectbox(
            say("Name somebody of your college"), others, index=None, key="entry-name-known",
            placeholder=say("Choose"), format_func=lambda number: known[number].name,
            on_change=_name_known, args=(fields.values,),
        )  # fmt: skip
    with st.expander(say("Somebody new")):
        name = st.text_input(
            say("First and last name"), key="entry-new-name", max_chars=NAME_LENGTH
        )
        minor = st.checkbox(say("Under 18"), key="entry-new-minor")
        if st.button(say("Add this person"), key="entry-new-person"):
            try:
                number = consents.add_person(
                    wiring.store(), college=college, edition=edition, name=name, is_minor=minor,
                    by=by, now=datetime.now(UTC),
                )  # fmt: skip
            except Refused as refused:
                st.session_state[_REFUSED] = refused.sentence(language)
            else:
                _name(fields.values, number)
                del st.session_state["entry-new-name"], st.session_state["entry-new-minor"]
            st.session_state[AGAIN] = True


AGAIN = "entry-people-again"


def _name_known(values: dict[str, Any]) -> None:
    number = st.session_state.pop("entry-name-known", None)
    if number is not None:
        _name(values, number)


def _name(values: dict[str, Any], number: int) -> None:
    values["named"] = [
        *values.get("named", []), {"person": number, "role": str(Role.AUTHOR), "shown": True}
    ]  # fmt: skip


def _unname(values: dict[str, Any], number: int) -> None:
    values["named"] = [one for one in values["named"] if one["person"] != number]
    if not values["named"]:
        del values["named"]


def _show_person(
    fields: Fields,
    person: ShownPerson,
    one: dict[str, Any],
    *,
    college: str,
    code: str | None,
    by: int,
    records: bool,
) -> None:
    say = fields.say
    with st.container(border=True, key=f"entry-person-{person.id}"):
        left, right = st.columns(2)
        with left:
            under = f" ({say('Under 18')})" if person.is_minor else ""
            st.text(f"{person.name}{under}")
            st.caption(consent_words(person, fields.speech))
        with right:
            st.selectbox(
                say("Role"), [str(role) for role in Role],
                key=fields.key(_role(person.id), one["role"]),
                format_func=lambda role: say(ROLE_NAMES[role]),
            )  # fmt: skip
            st.checkbox(
                say("Show the name to visitors"), key=fields.key(_shown(person.id), one["shown"])
            )
        with st.container(horizontal=True):
            st.button(
                say("Take out"), key=f"unname-{person.id}", on_click=_unname,
                args=(fields.values, person.id),
            )  # fmt: skip
            st.link_button(
                say("Consent to print"),
                consent_href(code=code or "", college=college, person=person.id),
            )
            if records:
                with st.popover(say("Record a consent")):
                    _show_recording(fields, person, by=by)
            if any(consent.revoked_at is None for consent in person.consents):
                st.button(
                    say("The consent was revoked"), key=f"revoke-{person.id}", on_click=_revoke,
                    args=(person.id, by, fields.speech.language),
                )  # fmt: skip


def _show_recording(fields: Fields, person: ShownPerson, *, by: int) -> None:
    say = fields.say
    givers = [GivenBy.REPRESENTATIVE] if person.is_minor else list(GivenBy)
    scope = st.selectbox(
        say("Consent to show"), list(_SCOPES), key=f"consent-scope-{person.id}",
        format_func=lambda one: say(_SCOPES[one]),
    )  # fmt: skip
    giver = st.selectbox(
        say("Signed"), givers, key=f"consent-by-{person.id}",
        format_func=lambda one: say(_GIVEN_BY[one]),
    )  # fmt: skip
    signed = st.date_input(
        say("Date of the signature"), format="DD.MM.YYYY", key=f"consent-on-{person.id}"
    )
    if st.button(say("I have seen the signed consent"), key=f"consent-{person.id}"):
        assert isinstance(signed, date)
        try:
            consents.record_consent(
                wiring.store(), person.id, scope=scope, given_by=giver, given_on=signed, by=by,
                now=datetime.now(UTC),
            )  # fmt: skip
        except Refused as refused:
            st.session_state[_REFUSED] = refused.sentence(fields.speech.language)
        st.session_state[AGAIN] = True


def _revoke(person: int, by: int, language: str) -> None:
    try:
        consents.revoke_consent(wiring.store(), person, Scope.BOTH, by=by, now=datetime.now(UTC))
    except Refused as refused:
        st.session_state[_REFUSED] = refused.sentence(language)
