"""What curators read of showcases, in whatever state: the list, and one whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.choices import ShowcaseState, State
from catalog.errors import NotThere
from catalog.models import Edition, Exhibit, Showcase, ShowcaseChange, ShowcaseExhibit
from catalog.permissions import Action, By, Subject, actor_of, require
from catalog.records import PinRecord, ShowcaseRecord
from catalog.showcases import ShowcaseDraft, draft_of_showcase


@dataclass(frozen=True)
class ShowcaseLine:
    """One showcase in the list; `pins` counts the pinned exhibits, `gone` those not published."""

    id: int
    slug: str
    titles: Mapping[str, str]
    state: ShowcaseState
    starts_at: datetime | None
    ends_at: datetime | None
    query: str
    pins: int
    gone: int
    curator: str


@dataclass(frozen=True)
class ChosenExhibit:
    """An exhibit that is pinned or left out, with its titles; `public`: visitors see it now."""

    code: str
    titles: Mapping[str, str]
    notes: Mapping[str, str]
    public: bool


@dataclass(frozen=True)
class ShowcaseView:
    """A showcase as its curators see it; its address stays once it `was_published`."""

    id: int
    edition: str
    version: int
    draft: ShowcaseDraft
    state: ShowcaseState
    was_published: bool
    curator: str
    pins: tuple[ChosenExhibit, ...]
    left_out: tuple[ChosenExhibit, ...]

    def preview(self) -> ShowcaseRecord:
        """What visitors would be shown if it were published."""
        return ShowcaseRecord(
            self.draft.slug, self.edition, self.draft.titles, self.draft.introductions,
            self.draft.query, self.draft.cover, self.draft.starts_at, self.draft.ends_at,
            tuple(PinRecord(one.code, one.notes) for one in self.pins if one.public),
            frozenset(one.code for one in self.left_out),
        )  # fmt: skip


@dataclass(frozen=True)
class ChangeLine:
    """One line of a showcase's past: who (empty: nobody known) changed which parts, and when."""

    version: int
    who: str
    at: datetime
    parts: tuple[str, ...]


def showcases_of(session: Session, *, edition: str, by: By) -> Sequence[ShowcaseLine]:
    """Every showcase of an edition, the newest first; for curators."""
    row = _edition(session, edition)
    require(actor_of(session, by), Action.EDIT_SHOWCASE, Subject(edition=row.id))
    published = (Exhibit.state == State.PUBLISHED) & ~Exhibit.hidden
    counts = {
        owner: (pins, pins - shown)
        for owner, pins, shown in session.execute(
            select(
                ShowcaseExhibit.showcase_id,
                func.count(),
                func.count().filter(published),
            )
            .join(Exhibit, Exhibit.id == ShowcaseExhibit.exhibit_id)
            .where(ShowcaseExhibit.position.is_not(None), Exhibit.edition_id == row.id)
            .group_by(ShowcaseExhibit.showcase_id)
        )
    }
    rows = session.scalars(
        select(Showcase)
        .where(Showcase.edition_id == row.id)
        .options(joinedload(Showcase.curator))
        .order_by(Showcase.id.desc())
    )
    return [
        ShowcaseLine(
            one.id, one.slug, one.titles, ShowcaseState(one.state), one.starts_at, one.ends_at,
            one.query, *counts.get(one.id, (0, 0)), one.curator.name if one.curator else "",
        )
        for one in rows
    ]  # fmt: skip


def showcase_view(session: Session, showcase_id: int, *, by: By) -> ShowcaseView:
    """One showcase whole; raises NotThere where there is none, Refused to who is no curator."""
    actor = actor_of(session, by)
    row = session.scalars(
        select(Showcase)
        .where(Showcase.id == showcase_id)
        .options(
            joinedload(Showcase.edition),
            joinedload(Showcase.curator),
            joinedload(Showcase.cover),
            selectinload(Showcase.choices)
            .joinedload(ShowcaseExhibit.exhibit)
            .selectinload(Exhibit.texts),
        )
    ).one_or_none()
    if row is None:
        raise NotThere("There is no such showcase.")
    require(actor, Action.EDIT_SHOWCASE, Subject(edition=row.edition_id))
    chosen = [(one.position, _chosen(one, row.edition)) for one in row.choices]
    pins = sorted((at, one.code, one) for at, one in chosen if at is not None)
    return ShowcaseView(
        row.id, row.edition.slug, row.version, draft_of_showcase(row), ShowcaseState(row.state),
        row.first_published_at is not None, row.curator.name if row.curator else "",
        tuple(one for _, _, one in pins), tuple(one for at, one in chosen if at is None),
    )  # fmt: skip


def changes_of(session: Session, showcase_id: int, *, by: By, limit: int = 20) -> list[ChangeLine]:
    """What was changed in a showcase, the newest first; the first line says who began it."""
    actor = actor_of(session, by)
    edition = session.scalar(select(Showcase.edition_id).where(Showcase.id == showcase_id))
    if edition is None:
        raise NotThere("There is no such showcase.")
    require(actor, Action.EDIT_SHOWCASE, Subject(edition=edition))
    rows = session.scalars(
        select(ShowcaseChange)
        .where(ShowcaseChange.showcase_id == showcase_id)
        .options(joinedload(ShowcaseChange.account))
        .order_by(ShowcaseChange.version.desc())
        .limit(limit)
    )
    return [
        ChangeLine(one.version, one.account.name if one.account else "", one.at, tuple(one.parts))
        for one in rows
    ]


def _edition(session: Session, slug: str) -> Edition:
    found = session.scalars(select(Edition).where(Edition.slug == slug)).one_or_none()
    if found is None:
        raise NotThere("There is no such edition.")
    return found


def _chosen(row: ShowcaseExhibit, edition: Edition) -> ChosenExhibit:
    exhibit = row.exhibit
    return ChosenExhibit(
        exhibit.code,
        {text.language: text.title for text in exhibit.texts},
        row.notes,
        exhibit.state == State.PUBLISHED and not exhibit.hidden and edition.gallery_on,
    )
