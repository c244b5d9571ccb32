"""An entry being written: a form in steps, kept at every change, saved and given in at the end.

The form's values are those of `catalog.values`. Each run first collects what the browser sent,
keeps it in one's working copy, and then draws the step that the address names.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import NoReturn

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
from catalog.submissions import Conflict
from ui import wiring
from ui.address import link
from ui.clock import clock
from ui.entries import (
    STEP_TITLES,
    Step,
    college_terms,
    field_title,
    needs,
    preview_record,
)
from ui.html import draw
from ui.names import Names
from ui.pages import exhibit_page
from ui.screens.entry_conflict import show_conflict
from ui.screens.entry_editing import IDENTITY, Editing, close, go, opened
from ui.screens.entry_fields import PREFIX, Fields, collected
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

_DONE = "entry-done"
_SAID = "entry-said"


def show(visit: Visit) -> None:
    """Draw the form of an entry: `code` an entry, `copy` one's own unsaved one, `new` a college."""
    here = link(ENTRY, **{name: visit.parameters.get(name, "") for name in IDENTITY})
    person = require_person(visit, here)
    if person is None:
        return
    say, language = visit.speech.say, visit.speech.language
    done = st.session_state.pop(_DONE, None)
    if done is not None:
        close()
        show_message(visit.speech, *done, action=say("My exhibits"), href=WORK)
        return
    try:
        editing = opened(visit, person)
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


def _now() -> datetime:
    return datetime.now(UTC)


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
        self.editing.keep(by=self.person.id, language=self.language)

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
        return self.view.asked if self.view is not None else ""

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
        st.html(
            draw(
                "terms.html",
                self.language,
                terms=college_terms(self.terms, self.visit.speech),
                contact=wiring.settings().contact,
            )
        )

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
                copy = editing.copy or editing.begin(by=by)
                code = submissions.save(
                    store, copy.id, seen=seen, theirs=theirs, by=by, now=_now()
                ).code
        except Conflict as conflict:
            editing.conflict = conflict
            editing.to_give_in = submit
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
            close()
            go(code=code)
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
            submissions.discard(wiring.store(), editing.copy.id, by=self.person.id, now=_now())
        self.done(self.say("Thrown away"), self.say("Your unsaved changes are gone."))

    def show_conflict(self, conflict: Conflict) -> None:
        """What somebody else saved meanwhile, and the buttons that end it."""
        with st.container(key="entry-conflict"):
            theirs = show_conflict(conflict, self.names, self.people, self.visit.speech)
            with st.container(horizontal=True, key="entry-acts"):
                if st.button(self.say("Save so"), type="primary", key="entry-save-so"):
                    self.save(submit=self.editing.to_give_in, seen=conflict.version, theirs=theirs)
                if st.button(self.say("Back to the form"), key="entry-conflict-back"):
                    self.editing.conflict = None
                    st.rerun()
