"""The words of a showcase, its address, cover and time: what one person types and then saves."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import streamlit as st

from catalog import showcases
from catalog.errors import CatalogError
from catalog.languages import LANGUAGES
from catalog.records import ExhibitRecord, PersonRecord
from catalog.refusals import Refused
from catalog.showcase_changes import ShowcaseChanged
from catalog.showcase_desk import ShowcaseView, showcase_view
from catalog.showcases import INTRODUCTION_LENGTH, TITLE_LENGTH, ShowcaseDraft
from catalog.terms import FAIRS_CLOCK
from ui import wiring
from ui.screens.visit import Visit
from ui.text import NATIVE_NAMES
from ui.views import text_of

_COLUMNS = 3


@dataclass
class _Typing:
    """What the fields began with, and at which version; `turn` makes them anew."""

    seen: ShowcaseDraft
    version: int
    turn: int = 0
    refusal: str = ""
    clashes: bool = False
    saved: bool = False


class TextsForm:
    """Fields that keep what is typed until it is saved, whatever others save meanwhile."""

    def __init__(
        self,
        visit: Visit,
        view: ShowcaseView,
        shown: Sequence[ExhibitRecord],
        person: PersonRecord,
    ) -> None:
        self.view, self.shown, self.person = view, shown, person
        self.speech, self.say, self.language = visit.speech, visit.speech.say, visit.speech.language
        self._key = f"showcase-{view.id}-typing"
        known = st.session_state.get(self._key)
        self.typing: _Typing = known or _Typing(view.draft, view.version)
        if self.typing.version != view.version and self.typed() == self.typing.seen:
            # Nothing is being typed: what others saved is shown.
            saved = self.typing.saved
            self.typing = _Typing(view.draft, view.version, self.typing.turn + 1, saved=saved)
        st.session_state[self._key] = self.typing

    def key(self, name: str) -> str:
        """The key of a field; a new turn has new fields."""
        return f"{self._key}-{self.typing.turn}-{name}"

    def typed(self) -> ShowcaseDraft:
        """What the fields say now; where they weren't drawn yet, what they begin with."""
        seen = self.typing.seen

        def value(name: str, otherwise: str) -> str:
            return str(st.session_state.get(self.key(name), otherwise) or "")

        def when(name: str, otherwise: datetime | None) -> datetime | None:
            found = st.session_state.get(self.key(name), _on_the_wall(otherwise))
            return found.replace(tzinfo=FAIRS_CLOCK).astimezone(UTC) if found else None

        cover = st.session_state.get(self.key("cover"), seen.cover or "")
        return replace(
            seen,
            titles=_filled(
                {one: value(f"title-{one}", seen.titles.get(one, "")) for one in LANGUAGES}
            ),
            introductions=_filled(
                {
                    one: value(f"introduction-{one}", seen.introductions.get(one, ""))
                    for one in LANGUAGES
                }
            ),
            slug=value("slug", seen.slug),
            cover=cover or None,
            starts_at=when("starts", seen.starts_at),
            ends_at=when("ends", seen.ends_at),
        )

    def show_texts(self, editable: bool) -> None:
        """Title and introduction in three languages, the cover, the address."""
        seen = self.typing.seen
        self.show_outcome()
        mine_first = sorted(LANGUAGES, key=lambda one: one != self.language)
        for column, language in zip(st.columns(_COLUMNS), mine_first, strict=True):
            with column:
                st.text_input(
                    self.say("Title (%(language)s)", language=NATIVE_NAMES[language]),
                    seen.titles.get(language, ""), key=self.key(f"title-{language}"),
                    max_chars=TITLE_LENGTH, disabled=not editable,
                )  # fmt: skip
                st.text_area(
                    self.say("Introduction (%(language)s)", language=NATIVE_NAMES[language]),
                    seen.introductions.get(language, ""),
                    key=self.key(f"introduction-{language}"), max_chars=INTRODUCTION_LENGTH,
                    height=160, disabled=not editable,
                )  # fmt: skip
        self.show_cover(seen, editable)
        st.text_input(
            self.say("Address: /s/…"), seen.slug, key=self.key("slug"), max_chars=80,
            disabled=not editable or self.view.was_published,
            help=self.say("It stays once the showcase has been published."),
        )  # fmt: skip
        if editable:
            self.show_saving("texts", self.say("Save"))

    def show_cover(self, seen: ShowcaseDraft, editable: bool) -> None:
        """The exhibit whose picture the showcase bears."""
        titles = {one.code: text_of(one, self.language)[1].title for one in self.shown}
        codes = ["", *titles]
        if seen.cover and seen.cover not in titles:
            codes.append(seen.cover)
        st.selectbox(
            self.say("Cover: the picture of"), codes, index=codes.index(seen.cover or ""),
            key=self.key("cover"), disabled=not editable,
            format_func=lambda code: (
                titles.get(code, code) if code else self.say("the first exhibit shown")
            ),
        )  # fmt: skip

    def show_times(self, editable: bool) -> None:
        """From when until when visitors see it, by the clock of the fair's own town."""
        seen = self.typing.seen
        st.caption(
            self.say("Published, it is seen from one moment until another, by Almaty’s clock.")
        )
        left, right = st.columns(2)
        for column, name, label, value in (
            (left, "starts", self.say("Visible from"), seen.starts_at),
            (right, "ends", self.say("Visible until"), seen.ends_at),
        ):
            column.datetime_input(
                label, _on_the_wall(value), key=self.key(name), format="DD.MM.YYYY",
                disabled=not editable,
            )  # fmt: skip
        if editable:
            self.show_saving("times", self.say("Save the times"))

    def show_saving(self, name: str, label: str) -> None:
        """The button, and whether there is something to save."""
        with st.container(horizontal=True, vertical_alignment="center", key=f"saving-{name}"):
            if st.button(label, key=f"{self._key}-save-{name}", type="primary"):
                self.save()
            if self.typed() != self.typing.seen:
                st.caption(self.say("Not saved yet."))
            elif self.typing.saved:
                st.caption(self.say("Saved."))

    def save(self) -> None:
        """Save what differs from what the fields began with."""
        typing = self.typing
        try:
            showcases.edit(
                wiring.store(), self.view.id, self.typed(), seen=typing.seen,
                version=typing.version, by=self.person.id, now=datetime.now(UTC),
            )  # fmt: skip
        except ShowcaseChanged as changed:
            typing.refusal, typing.clashes = changed.sentence(self.language), True
        except Refused as refused:
            typing.refusal, typing.clashes = refused.sentence(self.language), False
        except CatalogError as error:
            typing.refusal, typing.clashes = str(error), False
        else:
            self.begin_anew(saved=True)
        st.rerun()

    def begin_anew(self, *, saved: bool) -> None:
        """Fields that say what is there now."""
        with wiring.store().reading() as session:
            view = showcase_view(session, self.view.id, by=self.person.id)
        st.session_state[self._key] = _Typing(
            view.draft, view.version, self.typing.turn + 1, saved=saved
        )

    def show_outcome(self) -> None:
        """Why it wasn't saved; where others were faster, the choice between theirs and mine."""
        typing = self.typing
        if not typing.refusal:
            return
        st.error(typing.refusal)
        if not typing.clashes:
            return
        with st.container(horizontal=True, key="showcase-clash"):
            if st.button(self.say("Take theirs"), key=f"{self._key}-theirs"):
                self.begin_anew(saved=False)
                st.rerun()
            if st.button(self.say("Save mine over it"), key=f"{self._key}-mine"):
                # What others changed elsewhere is theirs: only what I typed is put in its place.
                mine = self.typed().values()
                base = typing.seen.values()
                touched = {name for name in mine if mine[name] != base[name]}
                self.overwrite(touched)

    def overwrite(self, touched: Collection[str]) -> None:
        """Put what I typed in the place of what others saved, in these parts alone."""
        mine, theirs = self.typed(), self.view.draft
        wanted = replace(
            theirs,
            **{
                name: getattr(mine, name)
                for name in ("slug", "cover", "starts_at", "ends_at")
                if name in touched
            },
            titles=_merged(theirs.titles, mine.titles, "title", touched),
            introductions=_merged(
                theirs.introductions, mine.introductions, "introduction", touched
            ),
        )
        self.typing.seen, self.typing.version = theirs, self.view.version
        self.typing.refusal = ""
        try:
            showcases.edit(
                wiring.store(), self.view.id, wanted, seen=theirs, version=self.view.version,
                by=self.person.id, now=datetime.now(UTC),
            )  # fmt: skip
        except Refused as refused:
            self.typing.refusal = refused.sentence(self.language)
            self.typing.clashes = isinstance(refused, ShowcaseChanged)
        else:
            self.begin_anew(saved=True)
        st.rerun()


def _filled(texts: dict[str, str]) -> dict[str, str]:
    return {language: text for language, text in texts.items() if text.strip()}


def _merged(
    theirs: Mapping[str, str], mine: Mapping[str, str], name: str, touched: Collection[str]
) -> dict[str, str]:
    merged = {
        one: (mine if f"{name}_{one}" in touched else theirs).get(one, "") for one in LANGUAGES
    }
    return _filled(merged)


def _on_the_wall(moment: datetime | None) -> datetime | None:
    """A moment as a clock in the fair's town shows it."""
    return moment.astimezone(FAIRS_CLOCK).replace(tzinfo=None) if moment else None
