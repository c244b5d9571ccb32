"""A list as a file to take, in Excel or CSV."""

from collections.abc import Callable
from typing import Any

import streamlit as st

from ui import wiring
from ui.text import Speech

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_downloads(speech: Speech, stem: str, make: Callable[[Any, bool], bytes]) -> None:
    """A button for each kind of file; ``make`` writes it when it is asked for (session, CSV?)."""
    for suffix, label, mime in (
        ("xlsx", speech.say("Take in Excel"), _XLSX),
        ("csv", speech.say("Take in CSV"), "text/csv"),
    ):

        def data(csv: bool = suffix == "csv") -> bytes:
            with wiring.store().reading() as session:
                return make(session, csv)

        st.download_button(
            label, data, file_name=f"{stem}-{speech.language}.{suffix}", mime=mime,
            key=f"{stem}-{suffix}", on_click="ignore",
        )  # fmt: skip
