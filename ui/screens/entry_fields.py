"""The inputs of the form: each is one field of `catalog.values`, drawn from it and read back."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from catalog.choices import Kind, Role, Seeking
from catalog.drafts import (
    COURSE,
    CREATORS_LIMIT,
    DESCRIPTION_LIMIT,
    FLOOR_AREA,
    PEOPLE_AT_STAND,
    POWER_WATTS,
    SUMMARY_LIMIT,
    TEAM_SIZE,
    TECHNOLOGIES_LIMIT,
    TITLE_LENGTH,
)
from catalog.field_names import field_label
from catalog.languages import LANGUAGES
from catalog.personal_data import warnings_for
from catalog.texts import clean_line, clean_text
from catalog.values import draft_from
from ui.html import draw
from ui.names import Names, Phrase, alphabetical
from ui.text import NATIVE_NAMES, Speech, later
from ui.views import SEEKING

PREFIX = "entry:"
_ROLES: Mapping[Role, str] = {
    Role.AUTHOR: later("Authors"),
    Role.PRESENTER: later("Presenters"),
    Role.SUPERVISOR: later("Supervisors"),
}
_ROLE_KEYS = {role: f"role {role}" for role in Role}
# A text this near to its limit says how long it is.
_NEAR = 0.8


def _line(text: str | None) -> str:
    return clean_line(text or "")


def _text(text: str | None) -> str:
    return clean_text(text or "")


def _parts(separators: str) -> Callable[[str | None], list[str]]:
    def read(text: str | None) -> list[str]:
        parts = (clean_line(part) for part in re.split(separators, text or ""))
        return list(dict.fromkeys(filter(None, parts)))

    return read


def _same(value: Any) -> Any:
    return value


# How what an input holds becomes a field's value; what says nothing is no value.
_READ: Mapping[str, Callable[[Any], Any]] = {
    **{f"title_{one}": _line for one in LANGUAGES},
    **{f"summary_{one}": _line for one in LANGUAGES},
    **{f"description_{one}": _text for one in LANGUAGES},
    **dict.fromkeys(("kind", "field", "specialty", "team_size", "course"), _same),
    **dict.fromkeys(("power_watts", "floor_area", "people"), _same),
    **dict.fromkeys(("network", "noise", "fire", "contactable"), bool),
    "technologies": list,
    "keywords": _parts("[,;\n]"),
    "links": _parts(r"\s"),
    "seeking": sorted,
    "teacher_phone": _line,
}


def collected(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with what the browser sent of them since; the others stay as they are."""
    found = dict(values)
    for name, read in _READ.items():
        key = PREFIX + name
        if key in st.session_state:
            value = read(st.session_state[key])
            if value in (None, "", [], False):
                found.pop(name, None)
            else:
                found[name] = str(value) if isinstance(value, Kind) else value
    if all(PREFIX + key in st.session_state for key in _ROLE_KEYS.values()):
        roles = [
            str(role)
            for role, key in _ROLE_KEYS.items()
            for _ in range(st.session_state[PREFIX + key] or 0)
        ]
        # Whoever imported them in another order keeps it, as long as the numbers are the same.
        if sorted(roles) != sorted(found.get("creators", [])):
            found["creators"] = roles
            if not roles:
                found.pop("creators")
    return found


def forget() -> None:
    """Let every input be drawn anew from its value."""
    for key in [key for key in st.session_state if str(key).startswith(PREFIX)]:
        del st.session_state[key]


class Fields:
    """Draws inputs in the visitor's language."""

    def __init__(self, values: dict[str, Any], names: Names, speech: Speech) -> None:
        self.values, self.names, self.speech = values, names, speech
        self.say = speech.say
        self.warnings = warnings_for(draft_from(values))

    def key(self, name: str, value: Any) -> str:
        """The key of an input, which shows a value unless it is drawn already."""
        key = PREFIX + name
        if key not in st.session_state:
            st.session_state[key] = value
        return key

    def title(self, name: str) -> str:
        return field_label(name, self.speech.language)

    def show_texts(self) -> None:
        """The texts, three languages side by side, below each other on a phone, one's own first."""
        mine_first = sorted(LANGUAGES, key=lambda one: one != self.speech.language)
        st.html(
            draw(
                "entry_hint.html",
                self.speech.language,
                text=self.say(
                    "One language is enough to begin with; visitors see the one they read, else "
                    "another."
                ),
            )
        )
        for column, language in zip(st.columns(len(LANGUAGES)), mine_first, strict=True):
            with column, st.container(key=f"entry-language-{language}"):
                st.html(draw("heading.html", self.speech.language, title=NATIVE_NAMES[language]))
                self.text(f"title_{language}", "title", TITLE_LENGTH[1])
                self.text(f"summary_{language}", "summary", SUMMARY_LIMIT, grows=True)
                self.text(f"description_{language}", "description", DESCRIPTION_LIMIT, grows=True)

    def text(self, name: str, title: str, limit: int, *, grows: bool = False) -> None:
        """A text with its length, where it nears the limit."""
        key = self.key(name, self.values.get(name, ""))
        if grows:
            st.text_area(self.title(title), key=key, height="content")
        else:
            st.text_input(self.title(title), key=key, live="600ms")
        length = len(self.values.get(name, ""))
        if length > limit * _NEAR:
            told = self.say("%(length)s of %(limit)s characters", length=length, limit=limit)
            (st.error if length > limit else st.caption)(told)
        self.warn(name)

    def warn(self, name: str) -> None:
        """What in a field looks like somebody's personal data."""
        for one in self.warnings:
            if one.field == name:
                self.note(one.sentence(self.speech.language))

    def note(self, text: str) -> None:
        """A sentence to heed; it may quote what people wrote, so it is no Markdown."""
        st.html(draw("entry_note.html", self.speech.language, text=text))

    def show_technologies(self) -> None:
        """What it is and what it is made with."""
        by_name = self.in_order("technology", list(self.names.technologies))
        st.multiselect(
            self.say("Technologies, ten at most"), by_name,
            key=self.key("technologies", self.values.get("technologies", [])),
            max_selections=TECHNOLOGIES_LIMIT, placeholder=self.say("Type to find one"),
            format_func=lambda slug: self.called("technology", slug), select_all=False,
        )  # fmt: skip
        left, right = st.columns(2)
        with left:
            self.choice("kind", [str(kind) for kind in Kind])
        with right:
            self.choice("field", list(self.names.fields))
        st.text_input(
            self.say("Keywords, with commas between them"),
            key=self.key("keywords", ", ".join(self.values.get("keywords", []))), live="600ms",
        )  # fmt: skip
        self.warn("keywords")

    def add_technology(self, slug: str) -> None:
        """One technology more; called by the browser before the page is drawn."""
        chosen = [one for one in self.values.get("technologies", []) if one != slug]
        st.session_state[PREFIX + "technologies"] = [*chosen, slug][:TECHNOLOGIES_LIMIT]

    def show_team(self) -> None:
        """Who made it, without a name; what they look for."""
        own = [one.slug for one in self.names.colleges[self.values["college"]].specialties]
        others = [one for one in self.names.specialties if one not in own]
        ordered = [*self.in_order("specialty", own), *self.in_order("specialty", others)]
        self.choice("specialty", ordered)
        left, right = st.columns(2)
        with left:
            self.number("team_size", *TEAM_SIZE)
        with right:
            self.number("course", *COURSE)
        creators = self.values.get("creators", [])
        st.html(
            draw(
                "entry_hint.html",
                self.speech.language,
                text=self.say("How many people made it, by role, those named below left out."),
            )
        )
        for column, (role, title) in zip(st.columns(len(_ROLES)), _ROLES.items(), strict=True):
            column.number_input(
                self.say(title), 0, CREATORS_LIMIT, step=1,
                key=self.key(_ROLE_KEYS[role], creators.count(str(role))),
            )  # fmt: skip
        st.pills(
            self.title("seeking"), [str(one) for one in Seeking], selection_mode="multi",
            key=self.key("seeking", self.values.get("seeking", [])), wrap=True,
            format_func=lambda one: self.say(SEEKING[one]),
        )  # fmt: skip
        self.check("contactable")
        st.text_area(
            self.say("Links, one a line, beginning with https://"), height=104,
            key=self.key("links", "\n".join(self.values.get("links", []))),
        )  # fmt: skip

    def show_stand(self) -> None:
        """What the stand needs; never public."""
        st.html(
            draw(
                "entry_hint.html",
                self.speech.language,
                text=self.say("Only your college and the organizers see this page."),
            )
        )
        left, middle, right = st.columns(3)
        with left:
            self.number("power_watts", *POWER_WATTS, step=100)
        with middle:
            self.number("floor_area", *FLOOR_AREA)
        with right:
            self.number("people", *PEOPLE_AT_STAND)
        for name in ("network", "noise", "fire"):
            self.check(name)
        st.text_input(
            self.title("teacher_phone"), live="600ms", placeholder="+7",
            key=self.key("teacher_phone", self.values.get("teacher_phone", "")),
        )  # fmt: skip

    def choice(self, name: str, options: Sequence[str]) -> None:
        """One of several, or none."""
        known = self.values.get(name)
        every = [*options, *([known] if known and known not in options else [])]
        st.selectbox(
            self.title(name), every, index=None, key=self.key(name, known),
            placeholder=self.say("Choose"), format_func=lambda slug: self.called(name, slug),
        )  # fmt: skip

    def number(self, name: str, low: int, high: int, *, step: int = 1) -> None:
        """A whole number, or none."""
        st.number_input(
            self.title(name), low, high, value=None, step=step,
            key=self.key(name, self.values.get(name)),
        )  # fmt: skip

    def check(self, name: str) -> None:
        """Yes or no."""
        st.checkbox(self.title(name), key=self.key(name, self.values.get(name, False)))

    def called(self, facet: str, slug: str) -> str:
        return self.names.called(facet, slug, self.speech).text

    def in_order(self, facet: str, slugs: Sequence[str]) -> list[str]:
        """Slugs in the alphabet of the reader's language."""
        language = self.speech.language
        return sorted(
            slugs,
            key=lambda slug: alphabetical(Phrase(self.called(facet, slug), language), language),
        )
