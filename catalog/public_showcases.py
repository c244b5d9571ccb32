"""What visitors may see of showcases: those that are published, while their time lasts."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from catalog.choices import ShowcaseState
from catalog.errors import NotThere
from catalog.models import Edition, Exhibit, Showcase, ShowcaseExhibit
from catalog.reading import is_public
from catalog.records import PinRecord, ShowcaseRecord


class Over(NotThere):
    """A showcase that was public once and will not be again, as far as is known."""


def published(session: Session, edition_slug: str) -> tuple[ShowcaseRecord, ...]:
    """The published showcases of an edition, the newest first, whatever their time.

    `ShowcaseRecord.is_open` says whether it is their time; nothing changes in the catalog when
    that begins or ends.
    """
    return _records(
        session, Edition.slug == edition_slug, Showcase.state == ShowcaseState.PUBLISHED
    )


def public_showcase(session: Session, slug: str, *, now: datetime) -> ShowcaseRecord:
    """The showcase at an address; raises Over where it is archived or ended, else NotThere."""
    found = _records(session, Showcase.slug == slug, Showcase.first_published_at.is_not(None))
    if not found:
        raise NotThere("There is no such showcase.")
    state = session.scalar(select(Showcase.state).where(Showcase.slug == slug))
    record = found[0]
    if state == ShowcaseState.ARCHIVED or (record.ends_at is not None and record.ends_at <= now):
        raise Over("This showcase is over.")
    if state != ShowcaseState.PUBLISHED or not record.is_open(now):
        raise NotThere("There is no such showcase.")
    return record


def _records(session: Session, *conditions: ColumnElement[bool]) -> tuple[ShowcaseRecord, ...]:
    rows = session.scalars(
        select(Showcase)
        .join(Edition, Edition.id == Showcase.edition_id)
        .where(Edition.gallery_on, *conditions)
        .options(joinedload(Showcase.edition), joinedload(Showcase.cover))
        .order_by(Showcase.first_published_at.desc(), Showcase.id.desc())
    ).all()
    pins, left_out = _choices(session, {row.id for row in rows})
    return tuple(
        ShowcaseRecord(
            row.slug, row.edition.slug, row.titles, row.introductions, row.query,
            row.cover.code if row.cover else None, row.starts_at, row.ends_at,
            tuple(pins[row.id]), frozenset(left_out[row.id]),
        )
        for row in rows
    )  # fmt: skip


def _choices(
    session: Session, showcases: Collection[int]
) -> tuple[dict[int, list[PinRecord]], dict[int, list[str]]]:
    """The public pins of showcases in their order, and the codes that are left out."""
    pins: dict[int, list[PinRecord]] = defaultdict(list)
    left_out: dict[int, list[str]] = defaultdict(list)
    rows = session.execute(
        select(ShowcaseExhibit, Exhibit.code)
        .join(Exhibit, Exhibit.id == ShowcaseExhibit.exhibit_id)
        .join(Edition, Edition.id == Exhibit.edition_id)
        .where(ShowcaseExhibit.showcase_id.in_(showcases), is_public())
        .order_by(ShowcaseExhibit.showcase_id, ShowcaseExhibit.position)
    )
    for row, code in rows:
        if row.position is None:
            left_out[row.showcase_id].append(code)
        else:
            pins[row.showcase_id].append(PinRecord(code, row.notes))
    return pins, left_out
