"""My exhibits: what a college has entered, how each stands, what comes next and until when."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import streamlit as st

from catalog import desk, submissions
from catalog.choices import MemberRole, State
from catalog.desk import EarlierEntry, EntryLine, TermsRecord
from catalog.drafts import DraftText
from catalog.errors import CatalogError
from catalog.languages import best
from catalog.records import PersonRecord
from catalog.refusals import Refused
from catalog.texts import folded
from ui import wiring
from ui.address import link
from ui.clock import clock
from ui.entries import college_terms, needs, standing
from ui.html import draw
from ui.names import Names
from ui.screens.visit import Visit
from ui.sections import ENTRY, EXHIBIT, WORK

_REFUSED = "my-entries-refused"
# What the address may ask to be taken back: an exhibit, or the changes to one.
_ASKED = ("withdraw", "drop")
_TO_GO_ON_WITH = (State.DRAFT, State.CHANGES_REQUESTED, State.ACCEPTED, State.PUBLISHED)
_TO_WITHDRAW = (State.DRAFT, State.SUBMITTED, State.CHANGES_REQUESTED, State.ACCEPTED)
# What asks something of the college comes first.
_ORDER = (
    State.CHANGES_REQUESTED, State.DRAFT, State.SUBMITTED, State.ACCEPTED, State.PUBLISHED,
    State.REJECTED, State.DUPLICATE, State.CANCELLED, State.WITHDRAWN,
)  # fmt: skip
_AT_ONCE = 25
_TO_GIVE_IN = (State.DRAFT, State.CHANGES_REQUESTED)


def show(visit: Visit, person: PersonRecord) -> None:
    """Draw the exhibits of the colleges that somebody works for; of one that an organizer chose."""
    names = wiring.working_names()
    if names is None:
        return
    colleges = list(
        dict.fromkeys(
            one.college.slug
            for one in person.roles
            if one.college and one.role in (MemberRole.EDITOR, MemberRole.COORDINATOR)
        )
    )
    if person.has_role(MemberRole.ORGANIZER):
        chosen = _chosen_college(visit, names)
        if chosen is not None and chosen not in colleges:
            colleges.append(chosen)
    refusal = st.session_state.pop(_REFUSED, "")
    if refusal:
        st.error(refusal)
    for slug in colleges:
        if slug in names.colleges:
            _show_college(visit, person, names, slug)


def _chosen_college(visit: Visit, names: Names) -> str | None:
    """The college an organizer looks at."""
    say = visit.speech.say
    with st.container(key="college-to-see"):
        chosen = st.selectbox(
            say("Exhibits of a college"), list(names.colleges), index=None, key="work-college",
            placeholder=say("Choose a college"),
            format_func=lambda slug: names.called("college", slug, visit.speech).text,
        )  # fmt: skip
    return str(chosen) if chosen is not None else None


def _show_college(visit: Visit, person: PersonRecord, names: Names, college: str) -> None:
    speech, by, now = visit.speech, person.id, datetime.now(UTC)
    with wiring.store().reading() as session:
        lines = desk.entries_of(session, college=college, by=by)
        terms = desk.terms_of(session, college, by=by, now=now)
        copies = [one for one in submissions.copies_of(session, by=by) if one.college == college]
        earlier = desk.earlier_entries(session, college=college, by=by)
    state = f"my-entries-shown-{college}"
    shown = st.session_state.setdefault(state, _AT_ONCE)
    kept = {one.code: one for one in copies if one.code is not None}
    coordinates = _coordinates(person, college)
    open_to_change = not terms.is_frozen or person.has_role(MemberRole.ORGANIZER)
    st.html(
        draw(
            "my_entries.html",
            speech.language,
            college=names.called("college", college, speech),
            new=link(ENTRY, new=college, lang=visit.sticky),
            can_begin=open_to_change,
            terms=college_terms(terms, speech),
            contact=wiring.settings().contact,
            empty=not lines and all(one.code for one in copies),
        )
    )
    found = _found(visit, college, lines)
    st.html(
        draw(
            "my_entries_list.html",
            speech.language,
            unsaved=[
                {
                    "title": _title(one.draft.texts, speech.language)
                    or (speech.language, speech.say("New exhibit")),
                    "kept": speech.say("Kept at %(time)s", time=clock(one.updated_at)),
                    "href": link(ENTRY, copy=str(one.id), lang=visit.sticky),
                }
                for one in copies
                if one.code is None
            ],
            entries=[
                _row(
                    visit,
                    line,
                    terms,
                    open_to_change=open_to_change,
                    coordinates=coordinates,
                    unsaved=line.code in kept,
                )  # fmt: skip
                for line in found[:shown]
            ],
        )
    )
    left = len(found) - shown
    if left > 0 and st.button(
        speech.say("Show more: %(number)s", number=left), key=f"my-entries-more-{college}"
    ):
        st.session_state[state] = shown + _AT_ONCE
        st.rerun()
    _show_taking_back(visit, person, lines)
    if earlier and open_to_change:
        _show_copying(visit, college, earlier)


def _found(visit: Visit, college: str, lines: Sequence[EntryLine]) -> list[EntryLine]:
    """What to show of a college's exhibits, those it has to do something about first.

    Where there are more than are shown at once, one may look for some by title or code.
    """
    ordered = sorted(
        lines, key=lambda one: _ORDER.index(State.CHANGES_REQUESTED if one.comment else one.state)
    )
    if len(lines) <= _AT_ONCE:
        return ordered
    wanted = folded(
        st.text_input(visit.speech.say("Find among my exhibits"), key=f"my-entries-find-{college}",
                      placeholder=visit.speech.say("Title or code"), max_chars=150)
    )  # fmt: skip
    return [
        one
        for one in ordered
        if any(wanted in folded(text) for text in (one.code, *one.titles.values()))
    ]


def _title(texts: Mapping[str, DraftText], language: str) -> tuple[str, str] | None:
    return best({one: text.title for one, text in texts.items() if text.title}, language)


def _coordinates(person: PersonRecord, college: str) -> bool:
    return any(
        one.role is MemberRole.ORGANIZER
        or (
            one.role is MemberRole.COORDINATOR
            and one.college is not None
            and one.college.slug == college
        )
        for one in person.roles
    )


def _row(
    visit: Visit,
    line: EntryLine,
    terms: TermsRecord,
    *,
    open_to_change: bool,
    coordinates: bool,
    unsaved: bool,
) -> dict[str, object]:
    speech = visit.speech
    waits = line.waits_since is not None
    opens = line.state in _TO_GO_ON_WITH and not waits and open_to_change
    title = best(line.titles, speech.language) or (speech.language, line.code)
    return {
        "code": line.code,
        "title": title,
        "page": link(EXHIBIT, code=line.code, lang=visit.sticky),
        "standing": standing(line, terms, speech),
        "comment": line.comment,
        "needs": needs(line.missing, speech) if line.state in _TO_GIVE_IN else [],
        "unsaved": unsaved,
        "begun": unsaved or line.proposal is not None or line.state in _TO_GIVE_IN,
        "public": link(EXHIBIT, code=line.code, lang=visit.sticky)
        if line.state is State.PUBLISHED and not line.hidden
        else "",
        "edit": link(ENTRY, code=line.code, lang=visit.sticky) if opens else "",
        "give_in": link(ENTRY, code=line.code, step="check", lang=visit.sticky)
        if opens
        and coordinates
        and not line.missing
        and (line.state in _TO_GIVE_IN or line.proposal is not None)
        else "",
        "withdraw": link(WORK, withdraw=line.code, lang=visit.sticky)
        if coordinates and line.state in _TO_WITHDRAW and open_to_change
        else "",
        "drop": link(WORK, drop=line.code, lang=visit.sticky)
        if coordinates and line.proposal is not None and open_to_change
        else "",
    }


def _show_taking_back(visit: Visit, person: PersonRecord, lines: Sequence[EntryLine]) -> None:
    """Ask once more before an entry, or what is proposed for it, is taken back."""
    withdrawn, dropped = (visit.parameters.get(name) for name in _ASKED)
    found = next((one for one in lines if one.code in (withdrawn, dropped)), None)
    if found is None:
        return
    say = visit.speech.say
    title = best(found.titles, visit.speech.language)
    whole = found.code == withdrawn
    if found.proposal is None if not whole else found.state not in _TO_WITHDRAW:
        return

    def take_back(reason: str) -> None:
        store, by, now = wiring.store(), person.id, datetime.now(UTC)
        try:
            if whole:
                submissions.withdraw(store, found.code, reason=reason, by=by, now=now)
            else:
                submissions.drop_changes(store, found.code, by=by, now=now)
        except Refused as refused:
            st.session_state[_REFUSED] = refused.sentence(visit.speech.language)
        except CatalogError as error:
            st.session_state[_REFUSED] = str(error)

    @st.dialog(
        say("Take this exhibit back?") if whole else say("Take your changes back?"),
        on_dismiss=_close,
    )
    def ask() -> None:
        st.text(title[1] if title else found.code)
        reason = ""
        if whole:
            st.text(say("It will not be shown at the fair. Only an organizer can open it again."))
            reason = st.text_input(say("Why (the organizers see it)"), key="withdraw-reason")
        else:
            st.text(say("The exhibit stays as it was approved; what you changed since is lost."))
        with st.container(horizontal=True):
            if st.button(say("Take it back"), type="primary", key="withdraw-yes"):
                take_back(reason)
                _close()
                st.rerun()
            if st.button(say("Keep it"), key="withdraw-no"):
                _close()
                st.rerun()

    ask()


def _close() -> None:
    for name in _ASKED:
        if name in st.query_params:
            del st.query_params[name]


def _show_copying(visit: Visit, college: str, earlier: Sequence[EarlierEntry]) -> None:
    """Begin a new exhibit with the values of one of a former fair."""
    say = visit.speech.say
    titles = {
        one.code: f"{(best(one.titles, visit.speech.language) or ('', one.code))[1]} · {one.edition}"
        for one in earlier
    }
    with st.container(key=f"copying-{college}"):
        chosen = st.selectbox(
            say("Begin with an exhibit of a former fair"), list(titles), index=None,
            key=f"copy-{college}", placeholder=say("Choose"), format_func=titles.__getitem__,
        )  # fmt: skip
        if chosen is not None:
            address = link(ENTRY, **{"new": college, "from": chosen}, lang=visit.sticky)
            st.html(
                draw(
                    "entry_on.html", visit.speech.language, before=None,
                    after={"href": address, "title": say("Begin with it")},
                )
            )  # fmt: skip
