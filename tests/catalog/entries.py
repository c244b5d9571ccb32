"""Entries for tests: drafts that are complete, and a fair whose time is open."""

from dataclasses import replace
from datetime import UTC, datetime

from catalog import Store
from catalog.choices import Kind
from catalog.drafts import Draft, DraftText
from catalog.submissions import autosave, open_copy, save, submit
from tests.catalog.people import Someone

# Before the small fair's deadline (2026-11-10 23:59:59 in Almaty) and its freeze (11-24).
OPEN = datetime(2026, 11, 5, 6, tzinfo=UTC)
COMPLETE = Draft(
    college="temirqol",
    texts={"ru": DraftText("Рука для сортировки", "Сортирует.", "Механическая рука и камера.")},
    kind=Kind.PROTOTYPE,
    technologies=("robotics",),
)


def titled(title: str, draft: Draft = COMPLETE) -> Draft:
    """The same draft with another Russian title."""
    return replace(draft, texts={"ru": replace(draft.texts["ru"], title=title)})


def written(store: Store, who: Someone, draft: Draft = COMPLETE, *, now: datetime = OPEN) -> str:
    """A new entry with these values, saved as a draft; its code."""
    copy = open_copy(store, college=draft.college, by=who.id, now=now)
    autosave(store, copy.id, draft, by=who.id, now=now)
    return save(store, copy.id, by=who.id, now=now).code


def given_in(store: Store, who: Someone, draft: Draft = COMPLETE, *, now: datetime = OPEN) -> str:
    """A new entry that waits for its first review; its code."""
    code = written(store, who, draft, now=now)
    submit(store, code, by=who.id, now=now)
    return code


def rewrite(store: Store, code: str, who: Someone, draft: Draft, *, now: datetime = OPEN) -> bool:
    """Save new values; whether they are a proposal."""
    copy = open_copy(store, code=code, by=who.id, now=now)
    autosave(store, copy.id, draft, by=who.id, now=now)
    return save(store, copy.id, by=who.id, now=now).proposed
