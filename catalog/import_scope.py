"""Whose rows an import may hold: what its actor may do, in which edition, for which colleges."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.errors import NotThere
from catalog.models import College, Edition, Exhibit
from catalog.permissions import (
    Action,
    Actor,
    By,
    Subject,
    actor_of,
    colleges_of,
    is_frozen,
    is_organizer,
    may,
    require,
    subject_of,
)


@dataclass(frozen=True)
class Scope:
    """The reach of one import. `colleges` are slugs, None: all; `only` is whose rows all are.

    With `only` a row need not name its college, and may name no other.
    """

    actor: Actor
    edition: int | None
    frozen: bool
    colleges: frozenset[str] | None
    only: str | None
    now: datetime

    def covers(self, college: str) -> bool:
        """Whether rows of this college, by slug, may be in the file."""
        return self.colleges is None or college in self.colleges

    def may_create(self, college: int | None) -> bool:
        """Whether a row may become a new exhibit of this college, by id (None: a new college)."""
        subject = Subject(college, self.edition, frozen=self.frozen)
        return may(self.actor, Action.CREATE_DRAFT, subject)

    def may_edit(self, exhibit: Exhibit) -> bool:
        """Whether a row may change this exhibit in its present state."""
        return may(self.actor, Action.EDIT_ENTRY, subject_of(exhibit, self.now))

    def may_assign_stand(self) -> bool:
        """Whether rows may say where an exhibit stands."""
        return may(self.actor, Action.ASSIGN_STAND, Subject(edition=self.edition))

    def runs_the_fair(self) -> bool:
        """Whether what is imported counts at once, and is done on behalf of colleges."""
        return is_organizer(self.actor, Subject(edition=self.edition))


def scope_of(
    session: Session, edition: Edition, *, by: By, college: str | None = None, now: datetime
) -> Scope:
    """The reach of an import by an account; `college`, a slug, makes all rows that college's.

    Somebody of one college imports into that one. Raises Refused for who may import nothing here,
    NotThere for an unknown college.
    """
    actor = actor_of(session, by)
    frozen = is_frozen(edition, now)
    rows = {row.id: row for row in session.scalars(select(College))} if college else {}
    chosen = next((row for row in rows.values() if row.slug == college), None)
    if college is not None and chosen is None:
        raise NotThere(f"There is no college {college!r}.")
    allowed = colleges_of(actor, Action.IMPORT_ROWS)
    places = [chosen.id] if chosen else [None] if allowed is None else sorted(allowed)
    # One that this import opens is filled by it; after that it is read-only.
    archived = edition.is_archive and edition.id is not None
    subjects = [
        Subject(place, edition.id, frozen=frozen, archived=archived) for place in places or [None]
    ]
    open_to = [one for one in subjects if may(actor, Action.IMPORT_ROWS, one)]
    if not open_to:
        require(actor, Action.IMPORT_ROWS, subjects[0])
    if open_to[0].college is None:
        return Scope(actor, edition.id, frozen, None, None, now)
    query = select(College.slug).where(College.id.in_([one.college for one in open_to]))
    slugs = frozenset(session.scalars(query))
    only = next(iter(slugs)) if len(slugs) == 1 else None
    return Scope(actor, edition.id, frozen, slugs, only, now)
