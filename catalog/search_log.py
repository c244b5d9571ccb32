"""The log of what visitors search and open, and what organizers and curators learn from it.

It holds no person, no address and nothing finer than an hour, and forgets after 90 days. Queries in
which somebody wrote a phone number, an address or a name are not kept.
"""

import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from catalog.errors import NotThere
from catalog.models import Edition, Exhibit, Hall, Searched
from catalog.permissions import Action, By, Subject, actor_of, require
from catalog.personal_data import find
from catalog.store import Store
from catalog.terms import FAIRS_CLOCK
from catalog.texts import clean_line, folded

KEPT: Final = timedelta(days=90)
# Somebody who types pauses between letters, not for so long.
SETTLED: Final = timedelta(seconds=8)
_QUERY_LENGTH: Final = 200
# So few hits are as good as none: the visitor may have meant something else.
POOR: Final = 2
_AT_MOST: Final = 10_000


@dataclass(frozen=True)
class Noted:
    """A search as the visitor saw it, or an exhibit opened without one."""

    edition: str
    language: str
    query: str = ""
    filters: Mapping[str, str] = field(default_factory=dict)
    found: int | None = None
    fits: bool = True
    opened: str | None = None


class SearchNotes:
    """What is searched now, kept in memory until it is settled; safe to use from many threads.

    A query that is being typed is one search: the last of a visitor counts, once they have opened
    an exhibit, searched something else, or paused. `visitor` tells one from another for these
    moments and is kept nowhere.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._typing: dict[str, tuple[Noted, datetime]] = {}
        self._settled: list[tuple[Noted, datetime]] = []

    def searched(self, visitor: str, noted: Noted, now: datetime) -> None:
        """A visitor sees the answer to a query."""
        with self._lock:
            before = self._typing.get(visitor)
            if before is not None and not _goes_on(before[0], noted):
                self._settle(*before)
            if noted.query:
                self._typing[visitor] = noted, now
            else:
                self._typing.pop(visitor, None)

    def opened(self, visitor: str, noted: Noted, now: datetime) -> None:
        """A visitor opens an exhibit, after a search or without."""
        with self._lock:
            before = self._typing.pop(visitor, None)
            if before is not None and before[0].edition == noted.edition:
                self._settle(replace(before[0], opened=noted.opened), now)
            else:
                self._settle(noted, now)

    def take(self, now: datetime) -> Sequence[tuple[Noted, datetime]]:
        """What is settled by now, to be written; it is forgotten here."""
        with self._lock:
            for visitor, (noted, when) in list(self._typing.items()):
                if now - when >= SETTLED:
                    self._settle(noted, when)
                    del self._typing[visitor]
            taken, self._settled = self._settled, []
            return taken

    def _settle(self, noted: Noted, when: datetime) -> None:
        # A log is not worth the memory of a server that can't write it.
        if len(self._settled) < _AT_MOST:
            self._settled.append((noted, when))


def write_searches(store: Store, notes: Sequence[tuple[Noted, datetime]]) -> int:
    """Add what was searched to the log; returns how many lines. What names somebody is left out."""
    kept = [(noted, when) for noted, when in notes if not any(find(noted.query))]
    if not kept:
        return 0
    with store.writing() as session:
        editions = {row.slug: row.id for row in session.execute(select(Edition.slug, Edition.id))}
        rows = [
            Searched(
                edition_id=editions[noted.edition],
                hour=when.replace(minute=0, second=0, microsecond=0),
                language=noted.language,
                query=clean_line(noted.query)[:_QUERY_LENGTH],
                filters=dict(noted.filters),
                found=noted.found,
                fits=noted.fits,
                opened=noted.opened,
            )
            for noted, when in kept
            if noted.edition in editions
        ]
        session.add_all(rows)
        return len(rows)


def purge(store: Store, *, now: datetime) -> int:
    """Forget what is older than 90 days; returns how many lines."""
    with store.writing() as session:
        old = delete(Searched).where(Searched.hour < now - KEPT).returning(Searched.id)
        return len(session.scalars(old).all())


@dataclass(frozen=True)
class AskedFor:
    """A query, however it was typed: how often, what was found at most, how often one opened."""

    query: str
    times: int
    found: int
    missed: int
    opened: int


@dataclass(frozen=True)
class Insight:
    """What an edition's visitors did in a span of time.

    `queries` are the commonest first; `opened` maps codes to how often; `hours` are hours of the
    day by the fair's clock; `halls` counts openings by the hall of what was opened, "" for none.
    """

    searches: int
    openings: int
    queries: tuple[AskedFor, ...]
    opened: Mapping[str, int]
    hours: Mapping[int, int]
    languages: Mapping[str, int]
    halls: Mapping[str, int]

    @property
    def missed(self) -> tuple[AskedFor, ...]:
        """What was found poorly or not at all, the oftenest first."""
        rows = [one for one in self.queries if one.missed]
        return tuple(sorted(rows, key=lambda one: (-one.missed, one.query)))


def insight(
    session: Session,
    *,
    edition: str,
    since: datetime | None = None,
    until: datetime | None = None,
    by: By,
) -> Insight:
    """What visitors of an edition searched, missed and opened; for curators and organizers."""
    place = session.scalars(select(Edition).where(Edition.slug == edition)).one_or_none()
    if place is None:
        raise NotThere(f"There is no edition {edition!r}.")
    require(actor_of(session, by), Action.SEE_INSIGHT, Subject(edition=place.id))
    query = select(
        Searched.hour, Searched.language, Searched.query, Searched.found, Searched.fits,
        Searched.opened,
    ).where(Searched.edition_id == place.id)  # fmt: skip
    if since is not None:
        query = query.where(Searched.hour >= since)
    if until is not None:
        query = query.where(Searched.hour < until)
    placed = session.execute(
        select(Exhibit.code, Hall.slug)
        .join(Hall, Hall.id == Exhibit.hall_id)
        .where(Exhibit.edition_id == place.id)
    )
    halls = {row.code: row.slug for row in placed}
    spellings: dict[str, Counter[str]] = defaultdict(Counter)
    found: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    clicked: Counter[str] = Counter()
    opened: Counter[str] = Counter()
    hours: Counter[int] = Counter()
    languages: Counter[str] = Counter()
    by_hall: Counter[str] = Counter()
    for hour, language, typed, number, fits, code in session.execute(query):
        hours[hour.astimezone(FAIRS_CLOCK).hour] += 1
        languages[language] += 1
        if code is not None:
            opened[code] += 1
            by_hall[halls.get(code, "")] += 1
        if typed:
            key = folded(typed)
            spellings[key][typed] += 1
            found[key] = max(found[key], number or 0)
            missed[key] += not fits or (number or 0) <= POOR
            clicked[key] += code is not None
    asked = [
        AskedFor(
            query=min(typed, key=lambda one: (-typed[one], one)),
            times=typed.total(),
            found=found[key],
            missed=missed[key],
            opened=clicked[key],
        )
        for key, typed in spellings.items()
    ]
    return Insight(
        searches=sum(one.times for one in asked),
        openings=opened.total(),
        queries=tuple(sorted(asked, key=lambda one: (-one.times, one.query))),
        opened=dict(opened.most_common()),
        hours=dict(sorted(hours.items())),
        languages=dict(languages.most_common()),
        halls=dict(by_hall.most_common()),
    )


def _goes_on(before: Noted, after: Noted) -> bool:
    """Whether the second query is the first one, typed further, taken back or narrowed."""
    one, other = folded(before.query), folded(after.query)
    return before.edition == after.edition and (one.startswith(other) or other.startswith(one))
