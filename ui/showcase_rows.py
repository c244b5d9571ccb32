"""What curators read of showcases: lines of the list, of what one shows, states in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from markupsafe import Markup

from catalog.choices import ShowcaseState
from catalog.records import ExhibitRecord
from catalog.showcase_desk import ChosenExhibit, ShowcaseLine
from ui.clock import moment
from ui.html import draw
from ui.names import Names, Phrase, phrase
from ui.text import Speech, later
from ui.views import college_name, text_of

STATES: Final[Mapping[ShowcaseState, str]] = {
    ShowcaseState.DRAFT: later("a draft"),
    ShowcaseState.PUBLISHED: later("published"),
    ShowcaseState.ARCHIVED: later("archived"),
}


@dataclass(frozen=True)
class ListRow:
    """One showcase in the list."""

    href: str
    title: Phrase
    state: str
    good: bool
    facts: tuple[str, ...]
    gone: str


@dataclass(frozen=True)
class ChosenRow:
    """One exhibit that is in a showcase, or could be; `place` is its number among the pinned."""

    code: str
    title: Phrase
    college: Phrase | None = None
    field: Phrase | None = None
    note: Phrase | None = None
    public: bool = True
    place: int = 0

    def drawn(self, speech: Speech) -> Markup:
        """The line, without what can be done with it."""
        return draw("showcase_row.html", speech.language, row=self)


def list_row(line: ShowcaseLine, href: str, speech: Speech, *, now: datetime) -> ListRow:
    """A line of the list: what state it is in, what fills it, what has dropped out."""
    facts = [speech.count("%(num)s exhibit pinned", "%(num)s exhibits pinned", line.pins)]
    if line.query:
        facts.append(speech.say("filled by “%(query)s”", query=line.query))
    if line.curator:
        facts.append(line.curator)
    return ListRow(
        href,
        phrase(line.titles, speech.language) or Phrase(line.slug, speech.language),
        state_said(line.state, line.starts_at, line.ends_at, speech, now=now),
        line.state is ShowcaseState.PUBLISHED,
        tuple(facts),
        speech.count(
            "%(num)s pinned exhibit is not published: visitors don’t see it.",
            "%(num)s pinned exhibits are not published: visitors don’t see them.",
            line.gone,
        )
        if line.gone
        else "",
    )


def state_said(
    state: ShowcaseState,
    starts_at: datetime | None,
    ends_at: datetime | None,
    speech: Speech,
    *,
    now: datetime,
) -> str:
    """A state in words; of a published showcase also what its time says."""
    if state is ShowcaseState.PUBLISHED and starts_at is not None and now < starts_at:
        return speech.say("visible from %(when)s", when=moment(starts_at))
    if state is ShowcaseState.PUBLISHED and ends_at is not None:
        if ends_at <= now:
            return speech.say("ended %(when)s", when=moment(ends_at))
        return speech.say("visible until %(when)s", when=moment(ends_at))
    return speech.say(STATES[state])


def chosen_row(one: ChosenExhibit, speech: Speech, *, place: int = 0) -> ChosenRow:
    """A line of an exhibit that is pinned or left out, published or not."""
    return ChosenRow(
        one.code,
        phrase(one.titles, speech.language) or Phrase(one.code, speech.language),
        note=phrase(one.notes, speech.language),
        public=one.public,
        place=place,
    )


def exhibit_row(exhibit: ExhibitRecord, names: Names, speech: Speech) -> ChosenRow:
    """A line of an exhibit that visitors see."""
    language, text = text_of(exhibit, speech.language)
    return ChosenRow(
        exhibit.code,
        Phrase(text.title, language),
        college_name(exhibit, speech.language),
        names.called("field", exhibit.field.slug, speech) if exhibit.field else None,
    )
