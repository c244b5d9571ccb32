"""What organizers read before the fair: numbers with ways to their lists, reminders to send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from markupsafe import Markup

from catalog.agenda import Line
from catalog.choices import State
from catalog.languages import best
from catalog.overview import NO_FIELD, PAGE, Lack, Wanted
from catalog.refusals import state_name
from ui.address import link
from ui.clock import moment
from ui.html import draw
from ui.invitations import Letter, shared
from ui.names import Names, phrase
from ui.results import pages_of
from ui.review import line_row, row_block
from ui.sections import OVERVIEW, REVIEW
from ui.text import Speech, later, speech

LACKS: Final[Mapping[Lack, str]] = {
    Lack.KAZAKH: later("No text in Kazakh"),
    Lack.RUSSIAN: later("No text in Russian"),
    Lack.ENGLISH: later("No text in English"),
    Lack.TEXT: later("No description"),
    Lack.PICTURE: later("No picture"),
    Lack.CONSENT: later("A consent is missing"),
    Lack.STAND: later("Accepted or published, without a stand"),
}
_HIGHEST_PAGE: Final = 10_000


@dataclass(frozen=True)
class Count:
    """A number with what it counts, and the way to the list behind it."""

    label: str
    number: int
    href: str


def wanted_of(parameters: Mapping[str, str]) -> Wanted:
    """What an address asks for; values that mean nothing are left out."""
    lack, state, day = (parameters.get(name, "") for name in ("lack", "state", "day"))
    try:
        when = date.fromisoformat(day) if day else None
    except ValueError:
        when = None
    return Wanted(
        Lack(lack) if lack in set(Lack) else None,
        State(state) if state in set(State) else None,
        parameters.get("college", "")[:100],
        parameters.get("field", "")[:100],
        when,
    )


def page_of(parameters: Mapping[str, str]) -> int:
    """The page that an address asks for."""
    asked = parameters.get("page", "")
    known = asked.isascii() and asked.isdigit() and len(asked) < 6
    return min(max(int(asked), 1), _HIGHEST_PAGE) if known else 1


def address_of(wanted: Wanted, **more: str) -> str:
    """The address of a list."""
    return link(
        OVERVIEW,
        list="exhibits",
        lack=wanted.lack or "",
        state=wanted.state or "",
        college=wanted.college,
        field=wanted.field,
        day=wanted.day.isoformat() if wanted.day else "",
        **more,
    )


def title_of(wanted: Wanted, names: Names, speech: Speech) -> str:
    """What a list holds, in words."""
    parts = []
    if wanted.lack is not None:
        parts.append(speech.say(LACKS[wanted.lack]))
    if wanted.state is not None:
        parts.append(state_name(wanted.state, speech.language))
    if wanted.college:
        parts.append(names.called("college", wanted.college, speech).text)
    if wanted.field:
        parts.append(field_name(wanted.field, names, speech))
    if wanted.day is not None:
        parts.append(speech.say("given in on %(day)s", day=f"{wanted.day:%d.%m.%Y}"))
    return " · ".join(parts) or speech.say("Everything given in")


def field_name(slug: str, names: Names, speech: Speech) -> str:
    """What a field is called, or that none was chosen."""
    if slug == NO_FIELD:
        return speech.say("No field")
    return names.called("field", slug, speech).text


def numbers_block(counts: Sequence[Count], speech: Speech) -> Markup:
    """Numbers side by side, each a link to its list."""
    return draw("overview_numbers.html", speech.language, counts=counts)


def table_block(heading: str, counts: Sequence[Count], speech: Speech) -> Markup:
    """What a chart shows, for those who can't see it and for the ways to the lists."""
    return draw("overview_table.html", speech.language, heading=heading, counts=counts)


def lines_block(lines: Sequence[Line], names: Names, speech: Speech) -> Markup:
    """Exhibits of a list, each with the way to its page."""
    rows = [
        row_block(line_row(one, names, speech), speech, link(REVIEW, code=one.code))
        for one in lines
    ]
    return Markup("").join(rows)


def pairs_block(pairs: Sequence[tuple[Line, Line, float]], names: Names, speech: Speech) -> Markup:
    """Pairs of exhibits that may tell of the same thing, one under the other."""
    return draw(
        "overview_pairs.html",
        speech.language,
        pairs=[
            {"rows": lines_block((one, other), names, speech), "likeness": round(100 * likeness)}
            for one, other, likeness in pairs
        ],
    )


def pager_block(page: int, total: int, parameters: Mapping[str, str], speech: Speech) -> Markup:
    """The ways to the other pages of a list."""
    kept = {name: value for name, value in parameters.items() if name != "page"}
    pages = pages_of(
        page, max(-(-total // PAGE), 1), lambda number: link(OVERVIEW, **kept, page=str(number))
    )
    return draw("overview_pager.html", speech.language, pages=pages)


def reminder(
    language: str,
    *,
    college: Mapping[str, str],
    fair: Mapping[str, str],
    drafts: int,
    deadline: datetime | None,
    address: str,
) -> Letter:
    """What an organizer sends to a college that has given nothing in, in Kazakh or Russian."""
    words = speech(language)
    named, at = best(college, language), best(fair, language)
    sentences = [
        words.say(
            "%(college)s: the fair “%(fair)s” has no entry of yours yet.",
            college=named[1] if named else "",
            fair=at[1].strip("«»") if at else "",
        )
    ]
    if drafts:
        sentences.append(
            words.count(
                "%(num)s draft is begun; it only has to be given in.",
                "%(num)s drafts are begun; they only have to be given in.",
                drafts,
            )
        )
    if deadline is not None:
        sentences.append(words.say("Entries are taken until %(when)s.", when=moment(deadline)))
    sentences.append(words.say("This is where it is done: %(address)s", address=address))
    return shared(" ".join(sentences), address)


def college_name(names: Mapping[str, str], language: str) -> str:
    """A college's name as it is read in a language."""
    found = phrase(names, language)
    return found.text if found else ""
