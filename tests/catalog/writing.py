"""Entries for tests, by the verbs a college itself uses."""

from datetime import UTC, datetime
from typing import Final

from catalog import Store, submissions
from catalog.choices import Kind
from catalog.drafts import Draft, DraftText

# Before the small fair's deadline.
IN_TIME: Final = datetime(2026, 11, 5, 6, 30, tzinfo=UTC)


def draft_of_college(college: str, title: str, **changes: object) -> Draft:
    """A draft that is complete for submission; `changes` replace values."""
    values: dict[str, object] = {
        "texts": {"ru": DraftText(title, description=f"{title} за работой.")},
        "kind": Kind.PROTOTYPE,
        "technologies": ("robotics",),
        **changes,
    }
    return Draft(college, **values)  # type: ignore[arg-type]


def entered(store: Store, draft: Draft, *, by: int, now: datetime) -> str:
    """The code of a new draft."""
    copy = submissions.open_copy(store, college=draft.college, by=by, now=now)
    submissions.autosave(store, copy.id, draft, by=by, now=now)
    return submissions.save(store, copy.id, by=by, now=now).code


def rewritten(store: Store, code: str, draft: Draft, *, by: int, now: datetime) -> None:
    """Save an entry with other values."""
    copy = submissions.open_copy(store, code=code, by=by, now=now)
    submissions.autosave(store, copy.id, draft, by=by, now=now)
    submissions.save(store, copy.id, by=by, now=now)


def submitted(store: Store, draft: Draft, *, by: int, now: datetime) -> str:
    """The code of a new entry that waits for review."""
    code = entered(store, draft, by=by, now=now)
    submissions.submit(store, code, by=by, now=now)
    return code
