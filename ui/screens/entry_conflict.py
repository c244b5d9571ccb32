"""Two editors of one entry: what the other saved meanwhile, field by field, to choose from."""

from collections.abc import Sequence

import streamlit as st

from catalog.consents import ShownPerson
from catalog.submissions import Conflict, FieldConflict
from ui.clock import clock
from ui.entries import field_title, value_text
from ui.html import draw
from ui.names import Names
from ui.text import Speech


def show_conflict(
    conflict: Conflict, names: Names, people: Sequence[ShownPerson], speech: Speech
) -> frozenset[str]:
    """Draw it; returns the fields in which the other's value is to stay."""
    who = conflict.who or speech.say("Somebody")
    clashes = [one for one in conflict.fields if one.clash]

    def text(one: FieldConflict, value: object) -> str:
        return value_text(one.name, value, names, people, speech)

    st.html(
        draw(
            "entry_conflict.html",
            speech.language,
            who=who,
            when=clock(conflict.when),
            taken=[
                {"title": field_title(one.name, speech), "theirs": text(one, one.theirs)}
                for one in conflict.fields
                if not one.clash
            ],
            clashes=bool(clashes),
        )
    )
    labels = {"mine": speech.say("Keep mine"), "theirs": speech.say("Keep theirs")}
    theirs = set()
    for one in clashes:
        title = field_title(one.name, speech)
        with st.container(border=True, key=f"entry-clash-{one.name}"):
            st.html(
                draw(
                    "entry_clash.html", speech.language, title=title, who=who,
                    was=text(one, one.base), mine=text(one, one.mine),
                    theirs=text(one, one.theirs),
                )
            )  # fmt: skip
            # The version, so that a choice made in a former conflict is none in this one.
            chosen = st.segmented_control(
                title, list(labels), default="mine", required=True, format_func=labels.__getitem__,
                key=f"clash-{conflict.version}-{one.name}", label_visibility="collapsed",
            )  # fmt: skip
            if chosen == "theirs":
                theirs.add(one.name)
    return frozenset(theirs)
