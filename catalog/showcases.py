"""What curators do with showcases: make, word, fill, order, publish, archive.

Every verb is given the `version` that its caller has seen. What others changed since is kept: where
it is something else, both changes hold; where it is the same, ShowcaseChanged says who did what.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog.audit import log_act
from catalog.choices import ShowcaseState
from catalog.errors import NotThere
from catalog.languages import LANGUAGES, best
from catalog.models import Edition, Exhibit, Showcase, ShowcaseChange, ShowcaseExhibit
from catalog.names import slug_of
from catalog.permissions import (
    Action,
    Actor,
    By,
    actor_of,
    may,
    require,
    subject_in,
    subject_of,
)
from catalog.refusals import Reason, Refused
from catalog.showcase_changes import ORDER, Changed, ShowcaseChanged, of_exhibit
from catalog.store import Store, public_changed
from catalog.texts import clean_line, clean_text

TITLE_LENGTH: Final = 150
INTRODUCTION_LENGTH: Final = 2_000
NOTE_LENGTH: Final = 500
QUERY_LENGTH: Final = 300
MOST_PINS: Final = 60
STEPS: Final = frozenset(
    {
        (ShowcaseState.DRAFT, ShowcaseState.PUBLISHED),
        (ShowcaseState.PUBLISHED, ShowcaseState.DRAFT),
        (ShowcaseState.DRAFT, ShowcaseState.ARCHIVED),
        (ShowcaseState.PUBLISHED, ShowcaseState.ARCHIVED),
        (ShowcaseState.ARCHIVED, ShowcaseState.DRAFT),
    }
)

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG_LENGTH: Final = 80
# Positions are unique at every moment: they go by way of these when the order changes.
_ASIDE: Final = 10_000


@dataclass(frozen=True)
class ShowcaseDraft:
    """What a showcase says of itself; `cover` is the code of the exhibit whose picture it bears."""

    titles: Mapping[str, str]
    introductions: Mapping[str, str] = field(default_factory=dict)
    slug: str = ""
    query: str = ""
    cover: str | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None

    def values(self) -> dict[str, object]:
        """Each part by its name, cleaned, as the table has it."""
        flat: dict[str, object] = {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name not in ("titles", "introductions")
        }
        for language in LANGUAGES:
            flat[f"title_{language}"] = clean_line(self.titles.get(language, "")) or None
            introduction = clean_text(self.introductions.get(language, ""))
            flat[f"introduction_{language}"] = introduction or None
        flat["query"] = clean_line(self.query)
        return flat


def draft_of_showcase(showcase: Showcase) -> ShowcaseDraft:
    """What a showcase says now."""
    return ShowcaseDraft(
        showcase.titles, showcase.introductions, showcase.slug, showcase.query,
        showcase.cover.code if showcase.cover else None, showcase.starts_at, showcase.ends_at,
    )  # fmt: skip


def create(
    store: Store, draft: ShowcaseDraft, *, edition: str | None = None, by: By, now: datetime
) -> int:
    """Begin a showcase of an edition (None: the current one); its id.

    Without a slug its address is made of its title. Whoever begins it is its curator.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        wanted = Edition.is_current if edition is None else Edition.slug == edition
        its_edition = session.scalars(select(Edition).where(wanted)).one_or_none()
        if its_edition is None:
            raise NotThere("There is no such edition.")
        require(actor, Action.EDIT_SHOWCASE, subject_in(its_edition, now))
        return begin(session, its_edition, draft, actor=actor, now=now).id


def begin(
    session: Session, edition: Edition, draft: ShowcaseDraft, *, actor: Actor, now: datetime
) -> Showcase:
    """A new showcase in the session's transaction; whether the actor may is asked before."""
    used = set(session.scalars(select(Showcase.slug)))
    title = best(draft.titles, "en")
    slug = draft.slug or slug_of(title[1] if title else "", used)
    showcase = Showcase(
        edition=edition, slug=slug, query="", state=ShowcaseState.DRAFT, created_at=now, version=1,
        curator_id=actor.account,
    )  # fmt: skip
    values = {**draft.values(), "slug": slug}
    with session.no_autoflush:
        for name, value in values.items():
            _set(session, showcase, name, value, used)
        _check(showcase)
    session.add(showcase)
    session.flush()
    _note(session, showcase, actor, "create_showcase", [], now)
    return showcase


def edit(
    store: Store,
    showcase_id: int,
    wanted: ShowcaseDraft,
    *,
    seen: ShowcaseDraft,
    version: int,
    by: By,
    now: datetime,
) -> int:
    """Make a showcase what is wanted, in what differs from what was seen; its new version."""
    before, after = seen.values(), wanted.values()
    mine = [name for name in after if after[name] != before[name]]
    with _changing(store, showcase_id, version, by, now) as (session, showcase, change):
        with session.no_autoflush:
            current = draft_of_showcase(showcase).values()
            # What somebody else has made the same meanwhile is no conflict.
            parts = [name for name in mine if current[name] != after[name]]
            change(parts)
            used = set(session.scalars(select(Showcase.slug).where(Showcase.id != showcase.id)))
            for name in parts:
                _set(session, showcase, name, after[name], used)
            _check(showcase)
        return showcase.version


def pin(
    store: Store, showcase_id: int, codes: Collection[str], *, version: int, by: By, now: datetime
) -> int:
    """Show these exhibits of the edition first, after those that are pinned already."""
    with _changing(store, showcase_id, version, by, now) as (session, showcase, change):
        exhibits = _exhibits(session, showcase, codes, by, now)
        chosen = {one.exhibit_id: one for one in showcase.choices}
        new = [one for one in exhibits if one.id not in chosen or chosen[one.id].position is None]
        change(of_exhibit(one.code) for one in new)
        place = max((one.position or 0 for one in _pins(showcase)), default=-1) + 1
        if len(_pins(showcase)) + len(new) > MOST_PINS:
            raise Refused(Reason.SHOWCASE_FULL, limit=MOST_PINS)
        for offset, exhibit in enumerate(new):
            row = chosen.get(exhibit.id)
            if row is None:
                row = ShowcaseExhibit(exhibit=exhibit)
                showcase.choices.append(row)
            row.position = place + offset
        return showcase.version


def leave_out(
    store: Store, showcase_id: int, codes: Collection[str], *, version: int, by: By, now: datetime
) -> int:
    """Never show these exhibits here, whatever the saved query finds."""
    with _changing(store, showcase_id, version, by, now) as (session, showcase, change):
        exhibits = _exhibits(session, showcase, codes, by, now)
        chosen = {one.exhibit_id: one for one in showcase.choices}
        new = [
            one for one in exhibits if one.id not in chosen or chosen[one.id].position is not None
        ]
        change(of_exhibit(one.code) for one in new)
        for exhibit in new:
            row = chosen.get(exhibit.id)
            if row is None:
                showcase.choices.append(ShowcaseExhibit(exhibit=exhibit))
            else:
                row.position = row.note_kk = row.note_ru = row.note_en = None
        return showcase.version


def let_go(
    store: Store, showcase_id: int, codes: Collection[str], *, version: int, by: By, now: datetime
) -> int:
    """Neither pin these exhibits nor leave them out; the saved query may still find them."""
    with _changing(store, showcase_id, version, by, now) as (_, showcase, change):
        rows = [one for one in showcase.choices if one.exhibit.code in codes]
        change(of_exhibit(one.exhibit.code) for one in rows)
        for row in rows:
            showcase.choices.remove(row)
        return showcase.version


def move(
    store: Store,
    showcase_id: int,
    code: str,
    by_places: int,
    *,
    version: int,
    by: By,
    now: datetime,
) -> int:
    """Move a pinned exhibit down by so many places, or up by a negative number of them."""
    with _changing(store, showcase_id, version, by, now) as (session, showcase, change):
        pins = _pins(showcase)
        place = next((at for at, one in enumerate(pins) if one.exhibit.code == code), None)
        if place is None:
            raise NotThere(f"Exhibit {code} is not pinned here.")
        to = min(max(place + by_places, 0), len(pins) - 1)
        change([ORDER] if to != place else [])
        pins.insert(to, pins.pop(place))
        for number, one in enumerate(pins):
            one.position = _ASIDE + number
        session.flush()
        for number, one in enumerate(pins):
            one.position = number
        return showcase.version


def annotate(
    store: Store,
    showcase_id: int,
    code: str,
    notes: Mapping[str, str],
    *,
    version: int,
    by: By,
    now: datetime,
) -> int:
    """Say something about a pinned exhibit, by language; what isn't said is taken away."""
    cleaned = {language: clean_line(notes.get(language, "")) or None for language in LANGUAGES}
    if any(len(one or "") > NOTE_LENGTH for one in cleaned.values()):
        raise Refused(Reason.TEXT_TOO_LONG, limit=NOTE_LENGTH)
    with _changing(store, showcase_id, version, by, now) as (_, showcase, change):
        row = next((one for one in _pins(showcase) if one.exhibit.code == code), None)
        if row is None:
            raise NotThere(f"Exhibit {code} is not pinned here.")
        same = all(getattr(row, f"note_{one}") == text for one, text in cleaned.items())
        change([] if same else [of_exhibit(code)])
        for language, text in cleaned.items():
            setattr(row, f"note_{language}", text)
        return showcase.version


def put(
    store: Store, showcase_id: int, to: ShowcaseState, *, version: int, by: By, now: datetime
) -> int:
    """Publish a showcase, make it a draft again, archive it or bring it back as a draft."""
    with _changing(store, showcase_id, version, by, now, archived=True) as (_, showcase, change):
        if showcase.state == to:
            return showcase.version
        if (showcase.state, to) not in STEPS:
            raise Refused(Reason.SHOWCASE_STEP)
        change(["state"])
        if to is ShowcaseState.PUBLISHED:
            check_publishable(showcase)
            showcase.first_published_at = showcase.first_published_at or now
        showcase.state = to
        return showcase.version


def check_publishable(showcase: Showcase) -> None:
    """Raises Refused where there would be nothing to see."""
    if not showcase.query and not _pins(showcase):
        raise Refused(Reason.SHOWCASE_EMPTY)


_Change = Callable[[Collection[str] | Iterator[str]], None]


@contextmanager
def _changing(
    store: Store, showcase_id: int, version: int, by: By, now: datetime, *, archived: bool = False
) -> Iterator[tuple[Session, Showcase, _Change]]:
    """A showcase that nobody else changes meanwhile, and how to say which of its parts one changes.

    Saying so raises ShowcaseChanged where others have changed the same since `version`.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        showcase = session.scalars(
            select(Showcase)
            .where(Showcase.id == showcase_id)
            .options(selectinload(Showcase.choices).joinedload(ShowcaseExhibit.exhibit))
            .with_for_update(of=Showcase)
            .execution_options(populate_existing=True)
        ).one_or_none()
        if showcase is None:
            raise NotThere("There is no such showcase.")
        action = Action.PUBLISH_SHOWCASE if archived else Action.EDIT_SHOWCASE
        require(actor, action, subject_in(showcase.edition, now))
        if showcase.state == ShowcaseState.ARCHIVED and not archived:
            raise Refused(Reason.SHOWCASE_ARCHIVED)
        was_public = showcase.state == ShowcaseState.PUBLISHED
        changed: list[str] = []

        def change(parts: Collection[str] | Iterator[str]) -> None:
            changed.extend(parts)
            _require_unchanged(session, showcase, version, changed)
            if changed:
                showcase.version += 1

        yield session, showcase, change
        if changed:
            session.flush()
            _note(session, showcase, actor, str(action), changed, now)
            if was_public or showcase.state == ShowcaseState.PUBLISHED:
                public_changed(session, ())


def _require_unchanged(
    session: Session, showcase: Showcase, version: int, parts: Collection[str]
) -> None:
    rows = session.scalars(
        select(ShowcaseChange)
        .where(ShowcaseChange.showcase_id == showcase.id, ShowcaseChange.version > version)
        .order_by(ShowcaseChange.version)
    )
    clashes = [
        Changed(row.account.name if row.account else "", row.at, tuple(both))
        for row in rows
        if (both := [one for one in row.parts if one in parts])
    ]
    if clashes:
        raise ShowcaseChanged(clashes)


def _note(
    session: Session,
    showcase: Showcase,
    actor: Actor,
    action: str,
    parts: list[str],
    now: datetime,
) -> None:
    session.add(
        ShowcaseChange(
            showcase_id=showcase.id, version=showcase.version, at=now, account_id=actor.account,
            parts=parts,
        )
    )  # fmt: skip
    log_act(session, actor, action, "showcase", showcase.id, now=now)


def _pins(showcase: Showcase) -> list[ShowcaseExhibit]:
    pinned = [one for one in showcase.choices if one.position is not None]
    return sorted(pinned, key=lambda one: one.position or 0)


def _exhibits(
    session: Session, showcase: Showcase, codes: Collection[str], by: By, now: datetime
) -> list[Exhibit]:
    """The exhibits of these codes, in their order; raises NotThere for what one may not see."""
    actor = actor_of(session, by)
    found = {
        one.code: one
        for one in session.scalars(
            select(Exhibit).where(
                Exhibit.code.in_(codes), Exhibit.edition_id == showcase.edition_id
            )
        )
    }
    for code in codes:
        if code not in found or not may(actor, Action.SEE_ENTRY, subject_of(found[code], now)):
            raise NotThere(f"There is no exhibit {code} in this fair.")
    return [found[code] for code in dict.fromkeys(codes)]


def _set(
    session: Session, showcase: Showcase, name: str, value: object, used: Collection[str]
) -> None:
    match name:
        case "slug":
            _set_slug(showcase, str(value), used)
        case "cover":
            showcase.cover = (
                session.scalars(select(Exhibit).where(Exhibit.code == value)).one_or_none()
                if value
                else None
            )
        case _:
            setattr(showcase, name, value)


def _set_slug(showcase: Showcase, slug: str, used: Collection[str]) -> None:
    if showcase.first_published_at is not None:
        raise Refused(Reason.SHOWCASE_ADDRESS_STAYS)
    if not _SLUG.fullmatch(slug) or len(slug) > _SLUG_LENGTH:
        raise Refused(Reason.SHOWCASE_ADDRESS)
    if slug in used:
        raise Refused(Reason.SHOWCASE_ADDRESS_TAKEN)
    showcase.slug = slug


def _check(showcase: Showcase) -> None:
    """Raises Refused for what the table would not take."""
    if not showcase.titles:
        raise Refused(Reason.SHOWCASE_TITLE)
    for texts, limit in (
        (showcase.titles, TITLE_LENGTH),
        (showcase.introductions, INTRODUCTION_LENGTH),
        ({"": showcase.query}, QUERY_LENGTH),
    ):
        if any(len(one) > limit for one in texts.values()):
            raise Refused(Reason.TEXT_TOO_LONG, limit=limit)
    begins, ends = showcase.starts_at, showcase.ends_at
    if begins is not None and ends is not None and ends <= begins:
        raise Refused(Reason.SHOWCASE_TIMES)
