"""An edition whole, as its visitors may see it: what is carried away from the app is made of this."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import public_showcases, reading
from catalog.errors import NotThere
from catalog.models import Edition
from catalog.permissions import Action, By, Subject, actor_of, require
from catalog.records import (
    CollegeRecord,
    EditionRecord,
    ExhibitRecord,
    ShowcaseRecord,
    TechnologyRecord,
)


@dataclass(frozen=True)
class PublicEdition:
    """An edition's public exhibits, in the order they were entered, and what they refer to.

    Colleges and technologies are those with an exhibit here; showcases are those that are open.
    """

    edition: EditionRecord
    exhibits: tuple[ExhibitRecord, ...]
    colleges: tuple[CollegeRecord, ...]
    technologies: tuple[TechnologyRecord, ...]
    showcases: tuple[ShowcaseRecord, ...]


def public_edition(session: Session, slug: str | None, *, by: By, now: datetime) -> PublicEdition:
    """Everything public of an edition (None: the current one), for organizers.

    Raises NotThere for an unknown edition, Refused for who may not export it.
    """
    wanted = Edition.is_current if slug is None else Edition.slug == slug
    place = session.execute(select(Edition.id, Edition.slug).where(wanted)).one_or_none()
    actor = actor_of(session, by)
    require(actor, Action.EXPORT_EDITION, Subject(edition=place.id if place else None))
    record = reading.edition(session, place.slug) if place else None
    if record is None:
        raise NotThere("There is no such edition.")
    return PublicEdition(
        edition=record,
        exhibits=tuple(reading.exhibits(session, record.slug).values()),
        colleges=tuple(one for one in reading.colleges(session, record.slug) if one.exhibit_count),
        technologies=tuple(
            one for one in reading.technologies(session, record.slug) if one.exhibit_count
        ),
        showcases=tuple(
            one for one in public_showcases.published(session, record.slug) if one.is_open(now)
        ),
    )
