"""People: organizers invite, reissue and revoke links, give and take roles, block."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st
from markupsafe import Markup

from catalog import accounts, links, list_exports
from catalog.choices import MemberRole
from catalog.errors import CatalogError
from catalog.languages import LANGUAGES, best, collation_key
from catalog.links import IssuedLink
from catalog.notices import role_name
from catalog.records import CollegeBrief, LinkRecord, PersonRecord, RoleRecord
from catalog.refusals import Refused
from ui import wiring
from ui.clock import day
from ui.html import draw
from ui.invitations import letter
from ui.screens.downloads import show_downloads
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import INVITE, PEOPLE, WORK
from ui.text import NATIVE_NAMES

_COLLEGE_ROLES = (MemberRole.EDITOR, MemberRole.COORDINATOR)
_ISSUED = "people-issued"
_REFUSED = "people-refused"


def show(visit: Visit) -> None:
    """Draw the page of an organizer; others read why it isn't theirs."""
    person = require_person(visit, PEOPLE)
    if person is None:
        return
    say = visit.speech.say
    try:
        with wiring.store().reading() as session:
            everybody = accounts.people(session, by=person.id)
            waiting = links.open_links(session, by=person.id)
            colleges, editions = accounts.places(session)
    except Refused as refused:
        sentence = refused.sentence(visit.speech.language)
        show_message(visit.speech, say("People"), sentence, action=say("My work"), href=WORK)
        return
    screen = _Screen(visit, person, {slug: _best(names, visit) for slug, names in colleges.items()},
                     list(editions))  # fmt: skip
    st.html(draw("people.html", visit.speech.language, title=say("People")))
    refusal = st.session_state.pop(_REFUSED, "")
    if refusal:
        st.error(refusal)
    screen.show_issued()
    screen.show_inviting()
    screen.show_waiting(waiting)
    with st.container(horizontal=True):
        show_downloads(
            visit.speech,
            "people",
            lambda session, csv: list_exports.people_table(
                session, visit.speech.language, by=person.id, csv=csv
            ),
        )
    screen.show_people(
        sorted(everybody, key=lambda one: collation_key(one.name, visit.speech.language))
    )


def _best(names: Mapping[str, str], visit: Visit) -> str:
    found = best(names, visit.speech.language)
    return found[1] if found else ""


def _heading(text: str) -> None:
    st.html(Markup('<div class="k"><h2>{}</h2></div>').format(text))


class _Screen:
    """The parts of the page; each button calls one verb."""

    def __init__(
        self, visit: Visit, person: PersonRecord, colleges: dict[str, str], editions: list[str]
    ) -> None:
        self.visit, self.person, self.colleges, self.editions = visit, person, colleges, editions
        self.say, self.language = visit.speech.say, visit.speech.language

    def row(self, one: PersonRecord) -> dict[str, object]:
        """A line of the list of people."""
        return {"person": one, "roles": [self.role(role) for role in one.roles]}

    def role(self, one: RoleRecord) -> str:
        """A role and where it holds."""
        return self.place(one.role, one.college, one.edition)

    def place(self, role: MemberRole, college: CollegeBrief | None, edition: str | None) -> str:
        parts = [role_name(role, self.language)]
        if college:
            parts.append(_best(college.names, self.visit))
        if edition:
            parts.append(edition)
        return ", ".join(parts)

    def button(
        self,
        label: str,
        key: str,
        verb: Callable[[datetime], IssuedLink | None],
        *,
        role: str = "",
        college: str = "",
    ) -> None:
        """A button that calls a verb, with the link it made or its reason on the page after."""
        # Not by on_click: that would know a field's value as of the run before.
        if not st.button(label, key=key):
            return
        st.session_state.pop(_ISSUED, None)
        try:
            made = verb(datetime.now(UTC))
        except Refused as refused:
            st.session_state[_REFUSED] = refused.sentence(self.language)
        except CatalogError as error:
            st.session_state[_REFUSED] = str(error)
        else:
            if made is not None:
                st.session_state[_ISSUED] = (made, role, college)
        st.rerun()

    def show_issued(self) -> None:
        """The link just made, in words to send; it is never shown again."""
        if _ISSUED not in st.session_state:
            return
        made, role, college = st.session_state[_ISSUED]
        address = f"{wiring.public_url()}{INVITE}/{made.token}"
        named = {self.language: self.colleges[college]} if college else {}
        with st.container(border=True, key="issued"):
            st.text(self.say("Send this link; it is shown only now."))
            st.code(address, language=None, wrap_lines=True)
            mine_first = sorted(LANGUAGES, key=lambda one: one != self.language)
            tabs = st.tabs([NATIVE_NAMES[one] for one in mine_first])
            for tab, language in zip(tabs, mine_first, strict=True):
                ready = letter(language, address, made.expires_at, role=role, college=named)
                tab.code(ready.text, language=None, wrap_lines=True)
                with tab.container(horizontal=True):
                    st.link_button("WhatsApp", ready.whatsapp)
                    st.link_button("Telegram", ready.telegram)
                    st.link_button(self.say("E-mail"), ready.mail)

    def show_inviting(self) -> None:
        """The form that makes an invitation."""
        _heading(self.say("Invite"))
        with st.container(key="inviting"):
            role, college, edition = self.choose_role("invite")
            whom = st.text_input(
                self.say("For whom"), key="invite-whom", max_chars=100,
                placeholder=self.say("A note for you: who gets this link"),
            )  # fmt: skip
            self.button(
                self.say("Make a link"),
                "invite-make",
                lambda now: links.invite(
                    wiring.store(),
                    by=self.person.id,
                    role=role,
                    college=college,
                    edition=edition,
                    whom=whom,
                    now=now,
                ),
                role=role,
                college=college or "",
            )

    def choose_role(self, key: str) -> tuple[MemberRole, str | None, str | None]:
        """A role, a college where it needs one, an edition if it is to hold in one alone."""
        chosen = st.selectbox(
            self.say("Role"), list(MemberRole), index=1, key=f"{key}-role",
            format_func=lambda one: role_name(one, self.language),
        )  # fmt: skip
        role = MemberRole(str(chosen))
        college = None
        if role in _COLLEGE_ROLES:
            college = st.selectbox(
                self.say("College"), list(self.colleges), index=None, key=f"{key}-college",
                format_func=lambda slug: self.colleges[slug],
                placeholder=self.say("Choose a college"),
            )  # fmt: skip
        edition = st.selectbox(
            self.say("Edition"), [None, *self.editions], key=f"{key}-edition",
            format_func=lambda slug: slug or self.say("All editions"),
        )  # fmt: skip
        return role, college, edition

    def show_waiting(self, rows: Sequence[LinkRecord]) -> None:
        """The links nobody has used yet."""
        _heading(self.say("Links not used yet"))
        if not rows:
            st.caption(self.say("None. A link appears here until it is used or revoked."))
        for one in rows:
            with st.container(horizontal=True, vertical_alignment="center", key=f"link-{one.id}"):
                what = (
                    self.place(one.role, one.college, one.edition)
                    if one.role
                    else self.say("New password")
                )
                st.text(f"{one.whom or '—'} · {what} · {day(one.expires_at)}")
                self.button(
                    self.say("New link"),
                    f"reissue-{one.id}",
                    lambda now, link=one.id: links.reissue(  # type: ignore[misc]
                        wiring.store(), link, by=self.person.id, now=now
                    ),
                    role=one.role or "",
                    college=one.college.slug if one.college else "",
                )
                self.button(
                    self.say("Revoke"),
                    f"revoke-{one.id}",
                    lambda now, link=one.id: links.revoke(  # type: ignore[misc]
                        wiring.store(), link, by=self.person.id, now=now
                    ),
                )

    def show_people(self, everybody: Sequence[PersonRecord]) -> None:
        """Everybody, and one person's roles, password link, blocking."""
        known = {one.id: one for one in everybody}
        _heading(self.say("Everybody"))
        rows = [self.row(one) for one in everybody]
        st.html(draw("people_list.html", self.language, people=rows))
        chosen = st.selectbox(
            self.say("Person"), list(known), index=None, key="person",
            format_func=lambda number: f"{known[number].name} · {known[number].login}",
            placeholder=self.say("Choose a person"),
        )  # fmt: skip
        if chosen is None:
            return
        one, store, by = known[chosen], wiring.store(), self.person.id
        for held in one.roles:
            with st.container(horizontal=True, vertical_alignment="center", key=f"role-{held.id}"):
                st.text(self.role(held))
                self.button(
                    self.say("Take away"),
                    f"take-{held.id}",
                    lambda now, held=held: accounts.take_role(  # type: ignore[misc]
                        store, held.id, by=by, now=now
                    ),
                )
        with st.container(horizontal=True, key="person-acts"):
            self.button(
                self.say("Link to a new password"),
                "reset",
                lambda now: links.reset_link(store, chosen, by=by, now=now),
            )
            if one.blocked:
                self.button(
                    self.say("Let in again"),
                    "unblock",
                    lambda now: accounts.unblock(store, chosen, by=by, now=now),
                )
            else:
                self.button(
                    self.say("Block"),
                    "block",
                    lambda now: accounts.block(store, chosen, by=by, now=now),
                )
        with st.expander(self.say("Give a role")):
            role, college, edition = self.choose_role("give")
            self.button(
                self.say("Give"),
                "give",
                lambda now: accounts.give_role(
                    store, chosen, by=by, role=role, college=college, edition=edition, now=now
                ),
            )
