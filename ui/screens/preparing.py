"""The first start: how far the preparation is, until there is a fair to search."""

import time
from typing import Any

import streamlit as st

from ui import wiring
from ui.preparation import Preparation
from ui.screens.visit import show_broken, show_message, visitor_speech
from ui.text import later

STEPS = {
    "demo": later("Entering the demo fair"),
    "model": later("Unpacking the language model"),
}
_LOOK_SECONDS = 0.3
# A prepared fair opens in a moment: no reason to frighten with a progress bar.
_PATIENCE_SECONDS = 1.0


def show() -> None:
    """Wait for the preparation, with its progress in sight; then the screen goes on."""
    preparation = wiring.preparation()
    if not preparation.usable.wait(_PATIENCE_SECONDS):
        _watch(preparation)
    if preparation.failed:
        show_broken(visitor_speech())
        st.stop()


def _watch(preparation: Preparation[Any]) -> None:
    speech = visitor_speech()
    place = st.empty()
    with place.container():
        show_message(
            speech,
            speech.say("Getting ready for the first time"),
            speech.say("This takes a moment, once. The search opens by itself."),
        )
        bar = st.progress(0.0)
        while not preparation.usable.is_set():
            step = speech.say(STEPS[preparation.step]) if preparation.step in STEPS else ""
            bar.progress(preparation.share, text=step)
            time.sleep(_LOOK_SECONDS)
    place.empty()
