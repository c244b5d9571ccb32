"""What one session has open of an entry: its working copy, and the values as they were last kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from catalog import submissions
from catalog.choices import MemberRole
from catalog.drafts import Draft
from catalog.errors import NotThere
from catalog.records import PersonRecord
from catalog.refusals import Refused
from catalog.submissions import Conflict, Copy
from catalog.values import draft_from, merged, values_of
from ui import wiring
from ui.screens.entry_fields import forget
from ui.screens.visit import Visit

# What of an address says which entry it is: `code` an entry, `copy` one's own unsaved one, `new` a
# college, `from` an exhibit to begin with.
IDENTITY = ("code", "copy", "new", "from", "edition")
_EDITING = "entry-editing"
# The largest that PostgreSQL can look for.
_LAST_NUMBER = 2**31 - 1
_COLLEGE_ROLES = (MemberRole.EDITOR, MemberRole.COORDINATOR)


@dataclass
class Editing:
    """An entry being written; of a new one nothing is kept before something is written."""

    address: tuple[tuple[str, str], ...]
    copy: Copy | None
    edition: str
    college: str
    base: dict[str, Any]
    kept: dict[str, Any]
    values: dict[str, Any]
    kept_at: datetime | None = None
    conflict: Conflict | None = None
    to_give_in: bool = False
    refusal: str = ""

    @property
    def code(self) -> str | None:
        return self.copy.code if self.copy else None

    @property
    def draft(self) -> Draft:
        return draft_from(self.values)

    @property
    def changed(self) -> bool:
        """Whether there is something to save."""
        return self.code is None or self.values != self.base

    def keep(self, *, by: int, language: str) -> None:
        """Keep the values in one's working copy, if they changed; `refusal` says why if not."""
        if self.values == self.kept:
            return
        store = wiring.store()
        try:
            copy = self.copy or self.begin(by=by)
            try:
                with store.reading() as session:
                    there = values_of(submissions.copy_by_id(session, copy.id, by=by).draft)
            except NotThere:
                # Saved or thrown away in another window; what is written here is kept all the same.
                last = self.kept
                copy = self.begin(by=by)
                there = self.kept
                self.kept = last if copy.code is not None else there
            if there != self.kept:
                # One's own other window wrote meanwhile: both keep what they wrote.
                both = merged(self.kept, self.values, there)
                self.values.clear()
                self.values.update(both)
                forget()
            self.kept_at = submissions.autosave(store, copy.id, self.draft, by=by, now=_now())
        except Refused as refused:
            self.refusal = refused.sentence(language)
            return
        self.kept = dict(self.values)

    def begin(self, *, by: int) -> Copy:
        """Open a working copy to keep values in."""
        store = wiring.store()
        if self.code is not None:
            copy = submissions.open_copy(store, code=self.code, by=by, now=_now())
        else:
            copy = submissions.open_copy(
                store, college=self.college, edition=self.edition, by=by, now=_now()
            )
            self.address = (("copy", str(copy.id)),)
            go(copy=str(copy.id))
        self.copy, self.base, self.kept = copy, values_of(copy.base), values_of(copy.draft)
        return copy


def opened(visit: Visit, person: PersonRecord) -> Editing:
    """What this session has open at this address, opened if need be.

    Raises NotThere or Refused for what somebody may not write.
    """
    address = tuple(
        (name, visit.parameters[name]) for name in IDENTITY if visit.parameters.get(name)
    )
    known: Editing | None = st.session_state.get(_EDITING)
    if known is not None and known.address == address:
        return known
    forget()
    asked, store, by = dict(address), wiring.store(), person.id
    if "copy" in asked:
        number = int(asked["copy"]) if asked["copy"].isdecimal() else 0
        with store.reading() as session:
            editing = _of(
                address, submissions.copy_by_id(session, min(number, _LAST_NUMBER), by=by)
            )
    elif "code" in asked:
        copy = submissions.open_copy(store, code=asked["code"], by=by, now=_now())
        editing = _of(address, copy)
    elif "from" in asked:
        copy = submissions.open_copy(
            store, college=asked.get("new"), copy_from=asked["from"], by=by, now=_now()
        )
        # The next load of this address must not make another one.
        editing = _of((("copy", str(copy.id)),), copy)
        go(copy=str(copy.id))
    else:
        editing = _new(person, address, asked)
    st.session_state[_EDITING] = editing
    return editing


def close() -> None:
    """Have nothing open any more."""
    forget()
    st.session_state.pop(_EDITING, None)


def go(**parameters: str) -> None:
    """Let the address name something else, the language and the step as they were."""
    kept = {name: st.query_params[name] for name in ("lang", "step") if name in st.query_params}
    st.query_params.from_dict({**parameters, **kept})


def _now() -> datetime:
    return datetime.now(UTC)


def _of(address: tuple[tuple[str, str], ...], copy: Copy) -> Editing:
    values = values_of(copy.draft)
    return Editing(
        address, copy, copy.edition, copy.college, values_of(copy.base), values, dict(values),
        kept_at=copy.updated_at if copy.changed else None,
    )  # fmt: skip


def _new(
    person: PersonRecord, address: tuple[tuple[str, str], ...], asked: Mapping[str, str]
) -> Editing:
    names = wiring.working_names(asked.get("edition"))
    mine = [one.college.slug for one in person.roles if one.college and one.role in _COLLEGE_ROLES]
    college = asked.get("new") or next(iter(mine), "")
    if names is None or college not in names.colleges:
        raise NotThere("There is no such college.")
    blank = values_of(Draft(college))
    return Editing(address, None, names.edition.slug, college, blank, dict(blank), dict(blank))
