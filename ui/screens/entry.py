"""An entry being written: a form in steps, kept at every change, saved and given in at the end.

The form's values are those of `catalog.values`. Each run first collects what the browser sent,
keeps it in one's working copy, and then draws the step that the address names.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NoReturn

import streamlit as st

from catalog import consents, desk, reading, submissions
from catalog.choices import MemberRole, State
from catalog.consents import ShownPerson
from catalog.desk import EntryView, TermsRecord
from catalog.drafts import (
    Draft,
    problems_for_publication,
    problems_for_submission,
)
from catalog.errors import CatalogError, NotThere
from catalog.languages import LANGUAGES, best
from catalog.permissions import Action
from catalog.problems import Problem
from catalog.records import PersonRecord
from catalog.refusals import Refused, state_name
from catalog.states import Incomplete
from catalog.submissions import Conflict, Copy
from catalog.values import draft_from, merged, values_of
from ui import wiring
from ui.address import link
from ui.entries import (
    STEP_TITLES,
    Step,
    clock,
    college_terms,
    field_title,
    needs,
    preview_record,
    value_text,
)
from ui.html import draw
from ui.names import Names
from ui.pages import exhibit_page
from ui.screens.entry_fields import PREFIX, Fields, collected, forget
from ui.screens.entry_people import AGAIN, collected_people, show_people
from ui.screens.entry_pictures import (
    collected_pictures,
    show_pictures,
    upload_sentences,
    uploaded,
)
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import ENTRY, EXHIBIT, WORK
from ui.text import NATIVE_NAMES, speech

_EDITING = "entry-editing"
_DONE = "entry-done"
_SAID = "entry-said"
_COLLEGE_ROLES = (MemberRole.EDITOR, MemberRole.COORDINATOR, MemberRole.ORGANIZER)


@dataclass
class Editing:
    """What one session has open: its copy, and its values as they were last kept."""

    address: tuple[tuple[str, str], ...]
    copy: Copy | None
    edition: str
    college: str
    base: dict[str, Any]
    kept: dict[str, Any]
    values: dict[str, Any]
    kept_at: datetime | None = None
    conflict: Conflict | None = None
    source: str | None = None
    refusal: str = ""
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def code(self) -> str | None:
        return self.copy.code if self.copy else None

    @property
    def draft(self) -> Draft:
        return draft_from(self.values)

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self.code is None or self.values != self.base


def show(visit: Visit) -> None:
    """Draw the form of an entry: `code` an entry, `copy` one's own unsaved one, `new` a college."""
    here = link(ENTRY, **{name: visit.parameters.get(name, "") for name in _IDENTITY})
    person = require_person(visit, here)
    if person is None:
        return
    say, language = visit.speech.say, visit.speech.language
    done = st.session_state.pop(_DONE, None)
    if done is not None:
        forget()
        st.session_state.pop(_EDITING, None)
        show_message(visit.speech, *done, action=say("My exhibits"), href=WORK)
        return
    try:
        editing = _opened(visit, person)
        names = wiring.working_names(editing.edition)
        assert names is not None
        with wiring.store().reading() as session:
            terms = desk.terms_of(
                session, editing.college, edition=editing.edition, by=person.id, now=_now()
            )
            view = (
                desk.entry_view(session, editing.code, by=person.id, now=_now())
                if editing.code
                else None
            )
            people = consents.people_of(
                session, editing.college, edition=editing.edition, by=person.id, now=_now()
            )
    except Refused as refused:
        show_message(
            visit.speech, say("Exhibit"), refused.sentence(language),
            action=say("My exhibits"), href=WORK,
        )  # fmt: skip
        return
    except NotThere:
        show_message(
            visit.speech, say("There is no such exhibit"),
            say("It was saved or thrown away, or it belongs to another college."),
            action=say("My exhibits"), href=WORK,
        )  # fmt: skip
        return
    _Form(visit, person, editing, names, terms, view, people).show()


_IDENTITY = ("code", "copy", "new", "from", "edition")


def _now() -> datetime:
    return datetime.now(UTC)


def _opened(visit: Visit, person: PersonRecord) -> Editing:
    """What this session has open at this address, opened if need be."""
    address = tuple(
        (name, visit.parameters[name]) for name in _IDENTITY if visit.parameters.get(name)
    )
    known: Editing | None = st.session_state.get(_EDITING)
    if known is not None and known.address == address:
        return known
    forget()
    asked, store = dict(address), wiring.store()
    copy: Copy | None = None
    if "copy" in asked:
        number = int(asked["copy"]) if asked["copy"].isdecimal() else 0
        with store.reading() as session:
            copy = submissions.copy_by_id(session, min(number, 2**62), by=person.id)
    elif "code" in asked:
        copy = submissions.open_copy(store, code=asked["code"], by=person.id, now=_now())
    elif "from" in asked:
        copy = submissions.open_copy(
            store, college=asked.get("new"), copy_from=asked["from"], by=person.id, now=_now(),
        )  # fmt: skip
        # The next load of this address must not make another one.
        address = (("copy", str(copy.id)),)
        _go(copy=str(copy.id))
    if copy is None:
        editing = _new(visit, person, address, asked)
    else:
        values = values_of(copy.draft)
        editing = Editing(
            address, copy, copy.edition, copy.college, values_of(copy.base), values, dict(values),
            kept_at=copy.updated_at if copy.changed else None,
        )  # fmt: skip
    st.session_state[_EDITING] = editing
    return editing


def _new(
    visit: Visit,
    person: PersonRecord,
    address: tuple[tuple[str, str], ...],
    asked: Mapping[str, str],
) -> Editing:
    """A new entry, of which nothing is kept before something is written."""
    names = wiring.working_names(asked.get("edition"))
    mine = [one.college.slug for one in person.roles if one.college and one.role in _COLLEGE_ROLES]
    college = asked.get("new") or next(iter(mine), "")
    if names is None or college not in names.colleges:
        raise NotThere("There is no such college.")
    blank = values_of(Draft(college))
    return Editing(address, None, names.edition.slug, college, blank, dict(blank), dict(blank))


def _go(**parameters: str) -> None:
    """Let the address name something else, the language and the step as they were."""
    kept = {name: st.query_params[name] for name in ("lang", "step") if name in st.query_params}
    st.query_params.from_dict({**parameters, **kept})


class _Form:
    """The parts of the page."""

    def __init__(
        self,
        visit: Visit,
        person: PersonRecord,
        editing: Editing,
        names: Names,
        terms: TermsRecord,
        view: EntryView | None,
        people: Sequence[ShownPerson],
    ) -> None:
        self.visit, self.person, self.editing = visit, person, editing
        self.names, self.terms, self.view, self.people = names, terms, view, people
        self.say, self.language = visit.speech.say, visit.speech.language
        wanted = visit.parameters.get("step", "")
        self.step = Step(wanted) if wanted in set(Step) else Step.TEXTS
        self.fields = Fields(editing.values, names, visit.speech)

    def show(self) -> None:
        """Keep what was written, then draw the step."""
        editing = self.editing
        editing.values = collected(editing.values)
        collected_pictures(editing.values, st.session_state, PREFIX)
        collected_people(editing.values, st.session_state, PREFIX)
        self.keep()
        self.fields = Fields(editing.values, self.names, self.visit.speech)
        self.top = st.container(key="entry-top")
        said = st.session_state.pop(_SAID, "")
        if said:
            st.success(said)
        if editing.refusal:
            st.error(editing.refusal)
            editing.refusal = ""
        if editing.conflict is not None:
            with st.container(key="entry-conflict"):
                self.show_conflict(editing.conflict)
            self.show_top()
            return
        with st.container(key=f"entry-{self.step}"):
            match self.step:
                case Step.TEXTS:
                    self.show_texts()
                case Step.TECHNOLOGIES:
                    self.show_technologies()
                case Step.TEAM:
                    self.fields.show_team()
                    show_people(
                        self.fields,
                        self.people,
                        college=editing.college,
                        edition=editing.edition,
                        code=editing.code,
                        by=self.person.id,
                        records=self.may_submit(),
                    )
                case Step.PICTURES:
                    for sentence in upload_sentences():
                        self.fields.note(sentence)
                    show_pictures(
                        self.fields,
                        self.people,
                        college=editing.college,
                        edition=editing.edition,
                        by=self.person.id,
                    )
                case Step.STAND:
                    self.fields.show_stand()
                case Step.CHECK:
                    self.show_check()
        # A field drawn for the first time may have cleaned what was kept; buttons change values.
        if editing.values != editing.kept:
            self.keep()
        if uploaded() or st.session_state.pop(AGAIN, False):
            st.rerun()
        self.show_top()
        self.show_way_on()

    def keep(self) -> None:
        """Keep the values in one's working copy, if they changed."""
        editing, store, by = self.editing, wiring.store(), self.person.id
        if editing.values == editing.kept:
            return
        try:
            if editing.copy is None:
                self.begin()
            copy = editing.copy
            assert copy is not None
            with store.reading() as session:
                there = values_of(submissions.copy_by_id(session, copy.id, by=by).draft)
            if there != editing.kept:
                # One's own other window wrote meanwhile: both keep what they wrote.
                both = merged(editing.kept, editing.values, there)
                editing.values.clear()
                editing.values.update(both)
                forget()
            editing.kept_at = submissions.autosave(store, copy.id, editing.draft, by=by, now=_now())
        except NotThere:
            # Saved or thrown away in another window; what is written here is kept as a new copy.
            self.begin()
            assert editing.copy is not None
            editing.kept_at = submissions.autosave(
                store, editing.copy.id, editing.draft, by=by, now=_now()
            )
        except Refused as refused:
            editing.refusal = refused.sentence(self.language)
            return
        editing.kept = dict(editing.values)

    def begin(self) -> None:
        """Open a working copy to keep values in."""
        editing = self.editing
        if editing.code is not None:
            editing.copy = submissions.open_copy(
                wiring.store(), code=editing.code, by=self.person.id, now=_now()
            )
            editing.base = values_of(editing.copy.base)
        else:
            editing.copy = submissions.open_copy(
                wiring.store(), college=editing.college, edition=editing.edition,
                by=self.person.id, now=_now(),
            )  # fmt: skip
            editing.address = (("copy", str(editing.copy.id)),)
            _go(copy=str(editing.copy.id))
        editing.kept = values_of(editing.copy.draft)

    # The head: what it is, what is kept, the steps, what is missing

    def here(self, step: Step) -> str:
        """The address of another step of this entry."""
        return link(ENTRY, **dict(self.editing.address), step=step, lang=self.visit.sticky)

    def show_top(self) -> None:
        editing, draft = self.editing, self.editing.draft
        titles = {one: text.title for one, text in draft.texts.items() if text.title}
        title = best(titles, self.language)
        speech = self.visit.speech
        state = editing.copy.state if editing.copy else None
        self.top.html(
            draw(
                "entry.html",
                self.language,
                title=title[1] if title else self.say("New exhibit"),
                title_language=title[0] if title else self.language,
                code=editing.code or "",
                state=state_name(state or "new", self.language),
                college=self.names.called("college", editing.college, speech),
                kept=self.say("Kept at %(time)s", time=clock(editing.kept_at))
                if editing.kept_at
                else self.say("Everything you write is kept by itself."),
                comment=self.comment(),
                checking=self.step is Step.CHECK,
                steps=[
                    {
                        "href": self.here(step),
                        "title": self.say(STEP_TITLES[step]),
                        "current": step is self.step,
                        "number": number,
                    }
                    for number, step in enumerate(Step, start=1)
                ],
                for_submission=self.needed(self.submission_problems(draft)),
                for_publication=self.needed(self.publication_problems(draft)),
                terms=college_terms(self.terms, speech),
                contact=wiring.settings().contact,
                work=WORK,
            )
        )

    def needed(self, problems: Sequence[Problem]) -> list[dict[str, str]]:
        return [
            {"title": one.title, "sentence": one.sentence, "href": self.here(one.step)}
            for one in needs(problems, self.visit.speech)
        ]

    def submission_problems(self, draft: Draft) -> list[Problem]:
        """What keeps it from being given in."""
        with wiring.store().reading() as session:
            of_people = consents.problems_of_people(session, draft, faces=False)
        return [*problems_for_submission(draft), *of_people]

    def publication_problems(self, draft: Draft) -> list[Problem]:
        """What keeps it from being public beside what keeps it from being given in."""
        with wiring.store().reading() as session:
            demands = reading.demands(session, self.editing.edition)
            of_people = consents.problems_of_people(session, draft, faces=True)
        earlier = self.submission_problems(draft)
        every = [*problems_for_publication(draft, demands), *of_people]
        return [one for one in every if one not in earlier]

    def comment(self) -> str:
        """What the reviewer last asked for, while it is to be answered."""
        view = self.view
        if view is None or not view.revisions or view.waiting is not None:
            return ""
        last = view.revisions[-1]
        return last.comment if last.decision == "changes_requested" else ""

    def show_way_on(self) -> None:
        """Links to the step before and the one after."""
        steps = list(Step)
        place = steps.index(self.step)

        def step(number: int) -> dict[str, str] | None:
            if not 0 <= number < len(steps):
                return None
            there = steps[number]
            return {"href": self.here(there), "title": self.say(STEP_TITLES[there])}

        st.html(draw("entry_on.html", self.language, before=step(place - 1), after=step(place + 1)))

    # The steps that ask the index

    def show_texts(self) -> None:
        self.fields.show_texts()
        self.show_suggestions()
        self.show_lookalikes()

    def show_technologies(self) -> None:
        self.show_suggestions()
        self.fields.show_technologies()
        self.show_lookalikes()

    def show_suggestions(self) -> None:
        """Technologies that the texts may be about; one tap adds one."""
        found = wiring.suggested_technologies(self.editing.draft, self.editing.edition)
        if not found:
            return
        with st.container(key="entry-suggested"):
            st.caption(self.say("Technologies your text may be about: tap to add"))
            with st.container(horizontal=True, gap="small"):
                for slug in found:
                    label = self.names.called("technology", slug, self.visit.speech).text
                    st.button(
                        f"+ {label}", key=f"suggest-{slug}",
                        on_click=self.fields.add_technology, args=(slug,),
                    )  # fmt: skip

    def show_lookalikes(self) -> None:
        """Exhibits that this one may repeat."""
        found = wiring.lookalikes(
            self.editing.draft, self.editing.edition, code=self.editing.code, by=self.person.id
        )
        if not found:
            return
        rows = []
        for one in found:
            title = best(one.titles, self.language)
            assert title is not None
            public = one.state in (None, State.PUBLISHED)
            rows.append(
                {
                    "title": title[1],
                    "language": title[0],
                    "note": state_name(one.state, self.language) if one.state else "",
                    "href": link(EXHIBIT, code=one.code) if public else link(ENTRY, code=one.code),
                }
            )
        st.html(draw("entry_alike.html", self.language, rows=rows))

    # Check, save, give in

    def show_check(self) -> None:
        editing, draft = self.editing, self.editing.draft
        self.show_lookalikes()
        for one in self.fields.warnings:
            title = field_title(one.field, self.visit.speech)
            self.fields.note(f"{title}: {one.sentence(self.language)}")
        self.show_acts(draft)
        st.html(draw("heading.html", self.language, title=self.say("As visitors will see it")))
        record = preview_record(draft, self.names, self.people, code=editing.code or "······")
        if record is None:
            st.caption(self.say("Write a title first."))
            return
        written = [one for one in LANGUAGES if one in record.texts]
        for tab, language in zip(
            st.tabs([NATIVE_NAMES[one] for one in written]), written, strict=True
        ):
            with tab, st.container(key=f"entry-preview-{language}"):
                st.html(
                    exhibit_page(
                        record, self.names, speech(language),
                        text_language=language,
                    )
                )  # fmt: skip

    def show_acts(self, draft: Draft) -> None:
        """The buttons: save, give in, throw away."""
        editing = self.editing
        ready = not self.submission_problems(draft)
        with st.container(horizontal=True, key="entry-acts"):
            if self.may_submit():
                if st.button(
                    self.say("Save and give in"), type="primary", key="entry-submit",
                    disabled=not ready,
                ):  # fmt: skip
                    self.save(submit=True)
                if st.button(self.say("Save"), key="entry-save", disabled=not editing.changed):
                    self.save()
            elif st.button(
                self.say("Save"), type="primary", key="entry-save", disabled=not editing.changed
            ):
                self.save()
            if editing.copy is not None and editing.kept_at is not None:
                with st.popover(self.say("Throw my changes away")):
                    st.text(
                        self.say("The exhibit goes back to what was last saved.")
                        if editing.code
                        else self.say("This exhibit was never saved; it goes away.")
                    )
                    if st.button(self.say("Throw away"), key="entry-discard"):
                        self.discard()
        if not ready:
            st.caption(self.say("It can be saved now, and given in once nothing is missing."))
        elif not self.may_submit():
            st.caption(self.say("Your college’s coordinator gives it in."))

    def may_submit(self) -> bool:
        """Whether to offer it; the catalog decides."""
        if self.view is not None:
            return bool({Action.SUBMIT, Action.ANSWER_CHANGES} & self.view.allowed)
        return any(
            one.role is MemberRole.ORGANIZER
            or (
                one.role is MemberRole.COORDINATOR
                and one.college is not None
                and one.college.slug == self.editing.college
            )
            for one in self.person.roles
        )

    def save(
        self, *, submit: bool = False, seen: int | None = None, theirs: frozenset[str] = frozenset()
    ) -> None:
        """Save, give in where asked, and say what became of it."""
        editing, store, by = self.editing, wiring.store(), self.person.id
        code = editing.code
        try:
            if editing.changed or editing.conflict is not None:
                if editing.copy is None:
                    self.begin()
                assert editing.copy is not None
                code = submissions.save(
                    store, editing.copy.id, seen=seen, theirs=theirs, by=by, now=_now()
                ).code
        except Conflict as conflict:
            editing.conflict = conflict
            editing.chosen["submit"] = "yes" if submit else ""
            st.rerun()
        except (Refused, Incomplete) as error:
            editing.refusal = error.sentence(self.language)
            st.rerun()
        except CatalogError as error:
            editing.refusal = str(error)
            st.rerun()
        assert code is not None
        if not submit:
            st.session_state[_SAID] = self.say("The exhibit is saved. It is not given in yet.")
            st.session_state.pop(_EDITING)
            _go(code=code)
            st.rerun()
        try:
            submissions.submit(store, code, by=by, now=_now())
        except (Refused, Incomplete) as error:
            self.done(self.say("Saved, but not given in"), error.sentence(self.language))
        self.done(
            self.say("Given in"),
            self.say("A reviewer looks at it. You will find the decision in “My work”."),
        )

    def done(self, title: str, text: str) -> NoReturn:
        st.session_state[_DONE] = (title, text)
        st.rerun()

    def discard(self) -> None:
        editing = self.editing
        assert editing.copy is not None
        with suppress(NotThere):
            submissions.discard(wiring.store(), editing.copy.id, by=self.person.id)
        self.done(self.say("Thrown away"), self.say("Your unsaved changes are gone."))

    # Two editors

    def show_conflict(self, conflict: Conflict) -> None:
        """What somebody else saved meanwhile, field by field; one chooses where both wrote."""
        speech = self.visit.speech
        st.html(
            draw(
                "entry_conflict.html",
                self.language,
                who=conflict.who or self.say("Somebody"),
                when=clock(conflict.when),
                taken=[
                    {
                        "title": field_title(one.name, speech),
                        "theirs": value_text(one.name, one.theirs, self.names, self.people, speech),
                    }
                    for one in conflict.fields
                    if not one.clash
                ],
                clashes=any(one.clash for one in conflict.fields),
            )
        )
        theirs = set()
        for one in conflict.fields:
            if not one.clash:
                continue
            mine_text = value_text(one.name, one.mine, self.names, self.people, speech)
            their_text = value_text(one.name, one.theirs, self.names, self.people, speech)
            with st.container(border=True, key=f"entry-clash-{one.name}"):
                st.html(
                    draw(
                        "entry_clash.html", self.language, title=field_title(one.name, speech),
                        was=value_text(one.name, one.base, self.names, self.people, speech), mine=mine_text,
                        theirs=their_text, who=conflict.who or self.say("Somebody"),
                    )
                )  # fmt: skip
                chosen = st.segmented_control(
                    field_title(one.name, speech), ["mine", "theirs"], default="mine",
                    key=f"clash-{one.name}", required=True, label_visibility="collapsed",
                    format_func=lambda which: {
                        "mine": self.say("Keep mine"), "theirs": self.say("Keep theirs"),
                    }[which],
                )  # fmt: skip
                if chosen == "theirs":
                    theirs.add(one.name)
        with st.container(horizontal=True, key="entry-acts"):
            if st.button(self.say("Save so"), type="primary", key="entry-save-so"):
                version = conflict.version
                self.save(
                    submit=bool(self.editing.chosen.get("submit")), seen=version,
                    theirs=frozenset(theirs),
                )  # fmt: skip
            if st.button(self.say("Back to the form"), key="entry-conflict-back"):
                self.editing.conflict = None
                st.rerun()
