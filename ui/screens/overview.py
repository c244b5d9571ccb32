"""Before the fair: what came in, what waits, what is missing, and the lists behind the numbers."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import streamlit as st

from catalog import agenda
from catalog.agenda import Line, Pile
from catalog.errors import NotThere
from catalog.languages import collation_key
from catalog.overview import (
    PAGE,
    Overview,
    SilentCollege,
    Wanted,
    lines_by_code,
    listed,
    overview,
    silent_colleges,
)
from catalog.records import PersonRecord
from catalog.refusals import Refused, state_name
from ui import wiring
from ui.address import link
from ui.html import draw
from ui.names import Names
from ui.overview import (
    LACKS,
    Count,
    address_of,
    college_name,
    field_name,
    lines_block,
    numbers_block,
    page_of,
    pager_block,
    pairs_block,
    reminder,
    table_block,
    title_of,
    wanted_of,
)
from ui.review import PILES
from ui.screens.visit import Visit, require_person, show_message, show_not_found
from ui.sections import OVERVIEW, REVIEW, WORK
from ui.text import NATIVE_NAMES

if TYPE_CHECKING:
    import altair

    from index.repeats import Repeat

# More bars than these can't be read; the table has all.
_BARS: Final = 20
_LOOK_AGAIN_SECONDS: Final = 2.0
_REPEATS, _SILENT, _EXHIBITS = "repeats", "silent", "exhibits"


def show(visit: Visit) -> None:
    """Draw the numbers, or the list that the address names; for organizers."""
    person = require_person(visit, OVERVIEW)
    if person is None:
        return
    say = visit.speech.say
    names = wiring.working_names(visit.parameters.get("edition") or None)
    if names is None:
        show_message(visit.speech, say("Before the fair"), say("There is no fair yet."), href=WORK)
        return
    screen = _Screen(visit, person, names)
    asked = visit.parameters.get("list", "")
    try:
        if asked == _EXHIBITS:
            screen.show_list()
        elif asked == _SILENT:
            screen.show_silent()
        elif asked == _REPEATS:
            screen.show_repeats()
        else:
            screen.show_numbers()
    except Refused as refused:
        sentence = refused.sentence(visit.speech.language)
        show_message(
            visit.speech, say("Before the fair"), sentence, action=say("My work"), href=WORK
        )
    except NotThere:
        show_not_found(visit.speech)


class _Screen:
    """The parts of the page."""

    def __init__(self, visit: Visit, person: PersonRecord, names: Names) -> None:
        self.person, self.names, self.parameters = person, names, visit.parameters
        self.speech, self.say, self.language = visit.speech, visit.speech.say, visit.speech.language
        self.edition = names.edition.slug
        # The edition is named where it isn't the current one, the language where no cookie has it.
        self.more = {
            name: value
            for name, value in (("edition", visit.edition), ("lang", visit.sticky))
            if value
        }

    def show_numbers(self) -> None:
        """Every number of the fair, each with the way to its list."""
        with wiring.store().reading() as session:
            found = overview(session, edition=self.edition, by=self.person.id)
            piles = agenda.counts(session, edition=self.edition, by=self.person.id)
        self.title(self.say("Before the fair"))
        waiting = (Pile.WAITING, Pile.NOTED, Pile.RETURNED, Pile.ACCEPTED)
        st.html(
            numbers_block(
                [
                    Count(self.say(PILES[pile]), piles[pile], link(REVIEW, pile=pile, **self.more))
                    for pile in waiting
                ],
                self.speech,
            )
        )
        self.heading(self.say("What is missing"))
        missing = [
            Count(self.say(LACKS[lack]), number, address_of(Wanted(lack), **self.more))
            for lack, number in found.lacks.items()
        ]
        silent = Count(self.say("Colleges that have sent nothing"), found.silent,
                       link(OVERVIEW, list=_SILENT, **self.more))  # fmt: skip
        st.html(numbers_block([*missing, silent], self.speech))
        self.show_number_of_repeats()
        self.heading(self.say("What came in: %(number)s", number=found.total))
        self.show_charts(found)

    def show_number_of_repeats(self) -> None:
        """How many pairs look like one thing told twice; asked again until they are compared."""
        found = wiring.repeats(self.edition)
        if found is None:
            self.look_again()
            return
        count = Count(
            self.say("Pairs that may be one exhibit told twice"),
            len(found),
            link(OVERVIEW, list=_REPEATS, **self.more),
        )
        st.html(numbers_block([count], self.speech))

    def look_again(self) -> None:
        """Say that exhibits are being compared, and draw the page again when they are."""
        edition, say = self.edition, self.say
        if wiring.meaning_is_absent():
            st.caption(say("Exhibits aren’t compared: search by meaning is switched off."))
            return

        @st.fragment(run_every=_LOOK_AGAIN_SECONDS)
        def look() -> None:
            if wiring.repeats(edition) is not None:
                st.rerun()
            st.caption(say("Exhibits are being compared with each other…"))

        look()

    def show_charts(self, found: Overview) -> None:
        """Over time, by state, by field, by college: a chart, and the same as a table."""
        days = [
            Count(f"{day:%d.%m.%Y}", number, address_of(Wanted(day=day), **self.more))
            for day, number in found.by_day.items()
        ]
        states = [
            Count(
                state_name(state, self.language),
                number,
                address_of(Wanted(state=state), **self.more),
            )
            for state, number in found.by_state.items()
        ]
        fields = [
            Count(
                field_name(slug, self.names, self.speech),
                number,
                address_of(Wanted(field=slug), **self.more),
            )
            for slug, number in found.by_field.items()
        ]
        colleges = [
            Count(
                self.names.called("college", slug, self.speech).text,
                number,
                address_of(Wanted(college=slug), **self.more),
            )
            for slug, number in found.by_college.items()
        ]
        self.chart(self.say("By day"), days, over_time=True)
        self.chart(self.say("By state"), states)
        self.chart(self.say("By field"), self.largest_first(fields))
        self.chart(self.say("By college"), self.largest_first(colleges))

    def largest_first(self, counts: Sequence[Count]) -> list[Count]:
        return sorted(
            counts, key=lambda one: (-one.number, collation_key(one.label, self.language))
        )

    def chart(self, title: str, counts: Sequence[Count], *, over_time: bool = False) -> None:
        """Bars, and the table of what they show with the ways to the lists."""
        st.html(draw("heading.html", self.language, title=title))
        if not counts:
            st.caption(self.say("Nothing yet."))
            return
        st.altair_chart(_bars(counts[-_BARS:] if over_time else counts[:_BARS],
                              self.say("Exhibits"), upright=over_time))  # fmt: skip
        with st.expander(self.say("As a table")):
            st.html(table_block(title, counts, self.speech))

    # The lists

    def show_list(self) -> None:
        """A page of the exhibits behind a number."""
        wanted, page = wanted_of(self.parameters), page_of(self.parameters)
        with wiring.store().reading() as session:
            found = listed(session, wanted, edition=self.edition, by=self.person.id, page=page)
        self.title(title_of(wanted, self.names, self.speech))
        self.back()
        st.text(self.speech.count("%(num)s exhibit", "%(num)s exhibits", found.total))
        if found.lines:
            st.html(lines_block(found.lines, self.names, self.speech))
        st.html(pager_block(page, found.total, self.parameters, self.speech))

    def show_silent(self) -> None:
        """The colleges that have sent nothing, each with what to write to it."""
        page = page_of(self.parameters)
        with wiring.store().reading() as session:
            found = silent_colleges(session, edition=self.edition, by=self.person.id)
        self.title(self.say("Colleges that have sent nothing"))
        self.back()
        if not found:
            st.text(self.say("Every college has sent something."))
            return
        ordered = sorted(
            found,
            key=lambda one: collation_key(college_name(one.names, self.language), self.language),
        )
        st.text(self.speech.count("%(num)s college", "%(num)s colleges", len(found)))
        for one in ordered[(page - 1) * PAGE : page * PAGE]:
            self.show_reminder(one)
        st.html(pager_block(page, len(found), self.parameters, self.speech))

    def show_reminder(self, one: SilentCollege) -> None:
        """What to send to a college: the text in Kazakh and in Russian, and the ways to send it."""
        name = college_name(one.names, self.language)
        if one.drafts:
            drafts = self.speech.count("%(num)s draft", "%(num)s drafts", one.drafts)
            name = f"{name} · {drafts}"
        with st.expander(name):
            for language in ("kk", "ru"):
                ready = reminder(
                    language,
                    college=one.names,
                    fair=self.names.edition.names,
                    drafts=one.drafts,
                    deadline=one.deadline,
                    address=f"{wiring.public_url()}{WORK}",
                )
                st.caption(NATIVE_NAMES[language])
                st.code(ready.text, language=None, wrap_lines=True)
                with st.container(horizontal=True):
                    st.link_button("WhatsApp", ready.whatsapp)
                    st.link_button("Telegram", ready.telegram)
                    st.link_button(self.say("E-mail"), ready.mail)

    def show_repeats(self) -> None:
        """Pairs of exhibits that may be one told twice, the likest first."""
        page = page_of(self.parameters)
        found = wiring.repeats(self.edition)
        shown = (found or [])[(page - 1) * PAGE : page * PAGE]
        codes = {code for pair in shown for code in (pair.one, pair.other)}
        with wiring.store().reading() as session:
            lines = lines_by_code(session, codes, edition=self.edition, by=self.person.id)
        self.title(self.say("Pairs that may be one exhibit told twice"))
        self.back()
        if found is None:
            self.look_again()
        else:
            self.show_pairs(found, lines, page)

    def show_pairs(self, found: "Sequence[Repeat]", lines: Mapping[str, Line], page: int) -> None:
        """A page of the pairs, one exhibit under the other."""
        st.caption(
            self.say(
                "Found by meaning, in whatever languages they are written. Look at both: an "
                "exhibit’s page lets you mark it as a duplicate while it waits for a decision."
            )
        )
        pairs = [
            (lines[pair.one], lines[pair.other], pair.likeness)
            for pair in found[(page - 1) * PAGE : page * PAGE]
            if pair.one in lines and pair.other in lines
        ]
        if not pairs:
            st.text(self.say("None."))
            return
        st.html(pairs_block(pairs, self.names, self.speech))
        st.html(pager_block(page, len(found), self.parameters, self.speech))

    def title(self, text: str) -> None:
        st.html(draw("people.html", self.language, title=text))

    def heading(self, text: str) -> None:
        st.html(draw("heading.html", self.language, title=text))

    def back(self) -> None:
        st.html(
            draw(
                "overview_back.html", self.language, href=link(OVERVIEW, **self.more)
            )
        )  # fmt: skip


def _bars(counts: Sequence[Count], number: str, *, upright: bool) -> "altair.Chart":
    """Bars in the order given, with their numbers."""
    import altair

    data = altair.InlineData(values=[{"label": one.label, number: one.number} for one in counts])
    label, length = (altair.X, altair.Y) if upright else (altair.Y, altair.X)
    chart = altair.Chart(
        data, description=", ".join(f"{one.label}: {one.number}" for one in counts)
    )
    bars: altair.Chart = chart.mark_bar(color="#0b6e6a").encode(
        label("label:N", sort=None, title=None, axis=altair.Axis(labelLimit=260)),
        length(f"{number}:Q", title=None, axis=altair.Axis(tickMinStep=1, format="d")),
        tooltip=[altair.Tooltip("label:N", title=" "), altair.Tooltip(f"{number}:Q")],
    )
    return bars
