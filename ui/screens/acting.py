"""What screens of people at work have in common: a verb called by a button, fields in languages."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import streamlit as st

from catalog.errors import CatalogError
from catalog.languages import LANGUAGES
from catalog.refusals import Refused
from catalog.terms import FAIRS_CLOCK
from ui.text import NATIVE_NAMES, Speech

_SAID: Final = "said-of-an-act"
_LAST_MINUTE: Final = time(23, 59)
_LAST_SECOND: Final = timedelta(seconds=59)


def show_said() -> None:
    """What became of the act that drew this page anew; said once."""
    if _SAID in st.session_state:
        sentence, done = st.session_state.pop(_SAID)
        (st.success if done else st.error)(sentence)


def act(verb: Callable[[datetime], object], done: str, language: str) -> bool:
    """Call a verb with the moment it is; `show_said` tells after the rerun whether it was done."""
    try:
        verb(datetime.now(UTC))
    except Refused as refused:
        st.session_state[_SAID] = (refused.sentence(language), False)
        return False
    except CatalogError as error:
        st.session_state[_SAID] = (str(error), False)
        return False
    st.session_state[_SAID] = (done, True)
    return True


def line_in_languages(
    key: str, label: str, texts: Mapping[str, str], *, longest: int
) -> dict[str, str]:
    """One line in each language, side by side; by language, as it is typed."""
    columns = st.columns(len(LANGUAGES))
    return {
        language: column.text_input(
            f"{label} ({NATIVE_NAMES[language]})", texts.get(language, ""),
            key=f"{key}-{language}", max_chars=longest,
        )
        for language, column in zip(LANGUAGES, columns, strict=True)
    }  # fmt: skip


def last_second(key: str, label: str, known: datetime | None, speech: Speech) -> datetime | None:
    """A day and a minute by the fair's clock, whose last second counts; None without a day."""
    local = known.astimezone(FAIRS_CLOCK) if known else None
    left, right = st.columns(2)
    with left:
        day = st.date_input(
            label, local.date() if local else None, key=f"{key}-day", format="DD.MM.YYYY"
        )
    with right:
        minute = st.time_input(
            speech.say("At (Almaty time)"), local.time() if local else _LAST_MINUTE,
            key=f"{key}-time", step=60,
        )  # fmt: skip
    if not isinstance(day, date):
        return None
    moment = datetime.combine(day, minute or _LAST_MINUTE, FAIRS_CLOCK)
    return (moment.replace(second=0) + _LAST_SECOND).astimezone(UTC)
