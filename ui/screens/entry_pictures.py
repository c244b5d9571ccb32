"""The pictures of an entry: taken in, described, put in order; who is seen in them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from catalog import pictures
from catalog.consents import ShownPerson
from catalog.languages import LANGUAGES
from catalog.media import MOST_BYTES
from catalog.refusals import Refused
from catalog.texts import clean_line
from ui import wiring
from ui.html import draw
from ui.screens.entry_fields import Fields
from ui.screens.uploading import refusals_of_files
from ui.text import NATIVE_NAMES

PICTURES_LIMIT = 8
_KINDS = ["jpg", "jpeg", "png", "webp"]
_MOST_MB = MOST_BYTES // 1_000_000
_UPLOADS = "entry-uploads"


def _alt(picture: str, language: str) -> str:
    return f"alt {picture} {language}"


def _nobody(picture: str) -> str:
    return f"nobody {picture}"


def _seen(picture: str) -> str:
    return f"seen {picture}"


def collected_pictures(values: dict[str, Any], state: Any, prefix: str) -> None:
    """Bring what the browser sent of the pictures into the values."""
    found = []
    for one in values.get("pictures", []):
        name, alt, changed = one["hash"], dict(one["alt"]), dict(one)
        for language in LANGUAGES:
            key = prefix + _alt(name, language)
            if key in state:
                text = clean_line(state[key] or "")
                alt.pop(language, None)
                if text:
                    alt[language] = text
        changed["alt"] = {language: alt[language] for language in LANGUAGES if language in alt}
        if prefix + _nobody(name) in state:
            changed["nobody_recognizable"] = bool(state[prefix + _nobody(name)])
        if prefix + _seen(name) in state:
            changed["people"] = list(state[prefix + _seen(name)] or [])
        if changed["nobody_recognizable"] or not changed.get("people"):
            changed.pop("people", None)
        found.append(changed)
    if found:
        values["pictures"] = found


def show_pictures(
    fields: Fields, people: Sequence[ShownPerson], *, college: str, edition: str, by: int
) -> None:
    """Draw the pictures and the place to add one; changes the values in place."""
    say, language = fields.say, fields.speech.language
    kept: list[dict[str, Any]] = fields.values.get("pictures", [])
    _show_adding(fields, len(kept), college=college, edition=edition, by=by)
    if not fields.values.get("pictures"):
        st.caption(say("No pictures yet. Visitors see a drawn cover."))
        return
    fields.warn("pictures")
    names = {one.id: one.name for one in people}
    for place, one in enumerate(list(fields.values["pictures"])):
        name = one["hash"]
        with st.container(border=True, key=f"entry-picture-{place}"):
            left, right = st.columns([1, 3])
            with left:
                st.html(draw("entry_picture.html", language, hash=name, number=place + 1))
                with st.container(horizontal=True):
                    st.button(
                        say("Earlier"), key=f"up-{name}", disabled=place == 0, on_click=_move,
                        args=(fields.values, place),
                    )  # fmt: skip
                    st.button(
                        say("Take out"), key=f"out-{name}", on_click=_take_out,
                        args=(fields.values, place),
                    )  # fmt: skip
            with right:
                for own in LANGUAGES:
                    st.text_input(
                        say("What it shows (%(language)s)", language=NATIVE_NAMES[own]),
                        key=fields.key(_alt(name, own), one["alt"].get(own, "")), live="600ms",
                    )  # fmt: skip
                nobody = st.checkbox(
                    say("Nobody in it can be recognized"),
                    key=fields.key(_nobody(name), one["nobody_recognizable"]),
                )
                if not nobody:
                    st.multiselect(
                        say("Who is seen in it"), list(names), select_all=False,
                        key=fields.key(_seen(name), list(one.get("people", []))),
                        format_func=lambda number: names.get(number, "?"),
                        placeholder=say("Choose from the people of the step “Team”"),
                    )  # fmt: skip


def _show_adding(fields: Fields, count: int, *, college: str, edition: str, by: int) -> None:
    say, language = fields.say, fields.speech.language
    st.html(
        draw(
            "entry_hint.html",
            language,
            text=say(
                "Up to %(most)s pictures, JPEG, PNG or WebP. The place where they were taken is "
                "removed from them.",
                most=PICTURES_LIMIT,
            ),
        )
    )
    if count >= PICTURES_LIMIT:
        return
    limits, now = wiring.settings().upload_limits, datetime.now(UTC)
    with wiring.store().reading() as session:
        room = pictures.room_of(session, college, edition=edition, by=by, now=now, limits=limits)
    if room.is_full and not room.has_unused:
        st.warning(room.refusal.sentence(language))
        return
    number = st.session_state.setdefault(_UPLOADS, 0)
    with st.container(key=f"entry-upload-{language}"):
        files = st.file_uploader(
            say("Add pictures"), type=_KINDS, accept_multiple_files=True, key=f"upload-{number}",
            max_upload_size=_MOST_MB,
        )  # fmt: skip
        refusals_of_files(fields.speech, most_mb=_MOST_MB, kinds=_KINDS)
    if not files:
        return
    for file in files:
        if count >= PICTURES_LIMIT:
            break
        try:
            name = pictures.add_picture(
                wiring.store(), file.getvalue(), college=college, edition=edition, by=by,
                now=now, limits=limits,
            )  # fmt: skip
        except Refused as refused:
            st.session_state.setdefault(_REFUSED, []).append(
                f"{file.name}: {refused.sentence(language)}"
            )
            continue
        mine = fields.values.get("pictures", [])
        if name not in [one["hash"] for one in mine]:
            new = {"hash": name, "alt": {}, "nobody_recognizable": False}
            fields.values["pictures"] = [*mine, new]
            count += 1
    st.session_state[_UPLOADS] = number + 1
    st.session_state[_AGAIN] = True


_REFUSED = "entry-upload-refused"
_AGAIN = "entry-upload-again"


def upload_sentences() -> list[str]:
    """What was wrong with the files that were just sent."""
    found: list[str] = st.session_state.pop(_REFUSED, [])
    return found


def uploaded() -> bool:
    """Whether files were just taken in, so that the page has to be drawn anew."""
    return bool(st.session_state.pop(_AGAIN, False))


def _move(values: dict[str, Any], place: int) -> None:
    order = list(values["pictures"])
    order[place - 1], order[place] = order[place], order[place - 1]
    values["pictures"] = order


def _take_out(values: dict[str, Any], place: int) -> None:
    order = list(values["pictures"])
    del order[place]
    values["pictures"] = order
    if not order:
        del values["pictures"]
