"""Insight: what visitors look for, what they don't find, what they open."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import streamlit as st

from catalog import search_log
from catalog.choices import MemberRole
from catalog.refusals import Refused
from catalog.search_log import AskedFor, Insight
from catalog.workbooks import as_csv
from ui import wiring
from ui.address import link
from ui.html import draw
from ui.names import Names, Phrase
from ui.screens.visit import Visit, require_person, show_message
from ui.sections import EXHIBIT, INSIGHT, VOCABULARY, WORK
from ui.text import NATIVE_NAMES
from ui.views import text_of

_LISTED: Final = 30
# Each is searched once more, to be told which mean one thing.
_GROUPED: Final = 60
_SPANS: Final = (1, 7, 90)


def show(visit: Visit) -> None:
    """Draw the page of a curator or organizer; others read why it isn't theirs."""
    person = require_person(visit, INSIGHT)
    if person is None:
        return
    say, language = visit.speech.say, visit.speech.language
    names = wiring.working_names(None)
    if names is None:
        show_message(
            visit.speech, say("Insight"), say("There is no present fair."),
            action=say("My work"), href=WORK,
        )  # fmt: skip
        return
    days = int(st.session_state.get("insight-days", _SPANS[-1]))
    try:
        with wiring.store().reading() as session:
            known = search_log.insight(
                session,
                edition=names.edition.slug,
                since=datetime.now(UTC) - timedelta(days=days),
                by=person.id,
            )
    except Refused as refused:
        sentence = refused.sentence(language)
        show_message(visit.speech, say("Insight"), sentence, action=say("My work"), href=WORK)
        return
    st.html(draw("people.html", language, title=say("Insight")))
    st.selectbox(
        say("Of the last days"), _SPANS, index=len(_SPANS) - 1, key="insight-days",
        format_func=str,
    )  # fmt: skip
    organizes = person.has_role(MemberRole.ORGANIZER)
    st.html(
        draw(
            "insight.html",
            language,
            known=known,
            missed=[_missed(one, organizes) for one in known.missed[:_LISTED]],
            grouped=_grouped(known, names),
            opened=_opened(known, visit),
            hours=_bars((f"{hour:02}:00", number) for hour, number in known.hours.items()),
            halls=_bars(
                (
                    names.called("hall", hall, visit.speech).text
                    if hall
                    else say("without a hall"),
                    number,
                )
                for hall, number in known.halls.items()
            ),
            languages=_bars(
                (NATIVE_NAMES[code], number) for code, number in known.languages.items()
            ),
        )
    )
    st.download_button(
        say("Queries in CSV"),
        _csv(known),
        file_name="queries.csv",
        mime="text/csv",
        key="insight-csv",
    )


def _missed(one: AskedFor, organizes: bool) -> dict[str, Any]:
    return {
        "query": one.query, "times": one.times, "missed": one.missed, "found": one.found,
        "synonym": link(VOCABULARY, say=one.query) if organizes else "",
    }  # fmt: skip


def _grouped(known: Insight, names: Names) -> Sequence[Mapping[str, Any]]:
    """The commonest queries, those that mean one thing as one line."""
    rows = known.queries[:_GROUPED]
    lines: list[dict[str, Any]] = [
        {
            "query": rows[group[0]].query,
            "times": sum(rows[place].times for place in group),
            "opened": sum(rows[place].opened for place in group),
            "others": [rows[place].query for place in group[1:]],
        }
        for group in wiring.groups_of_queries([one.query for one in rows], names)
    ]
    return sorted(lines, key=lambda line: -line["times"])[:_LISTED]


def _opened(known: Insight, visit: Visit) -> list[tuple[Phrase | str, int, str]]:
    codes = list(known.opened)[:_LISTED]
    records = {one.code: one for one in wiring.exhibits(codes)}
    rows: list[tuple[Phrase | str, int, str]] = []
    for code in codes:
        if code in records:
            language, text = text_of(records[code], visit.speech.language)
            title = Phrase(text.title, language)
            rows.append((title, known.opened[code], link(EXHIBIT, code=code)))
        else:
            rows.append((code, known.opened[code], ""))
    return rows


def _bars(rows: Iterable[tuple[str, int]]) -> list[tuple[str, int, int]]:
    """Label, number, and the number's share of the largest in percent."""
    counted = list(rows)
    most = max((number for _, number in counted), default=1)
    return [(label, number, round(100 * number / most)) for label, number in counted]


def _csv(known: Insight) -> bytes:
    """All queries, as a table that a spreadsheet calculates nothing of."""
    numbers = ("times", "missed", "found", "opened")
    rows = (
        [one.query, *(str(getattr(one, number)) for number in numbers)] for one in known.queries
    )
    return as_csv(("query", *numbers), rows)
