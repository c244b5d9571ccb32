"""What organizers do with whole editions: start the next one, open it, archive the former.

An archived edition stays public at its addresses and is read-only: `permissions.IN_ARCHIVES` says
what may still be done in it.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from catalog.audit import log_act
from catalog.choices import State
from catalog.codes import new_code
from catalog.drafts import Demands, draft_of
from catalog.entries import Entries
from catalog.errors import NotThere
from catalog.halls import copy_of
from catalog.languages import LANGUAGES
from catalog.models import CollegeTerms, Edition, Exhibit, Membership, UsedCode
from catalog.permissions import Action, By, Subject, actor_of, require
from catalog.refusals import Reason, Refused
from catalog.states import transition
from catalog.store import Store, public_changed
from catalog.submissions import LEFT_BEHIND
from catalog.texts import clean_line
from catalog.values import draft_from, values_of

NAME_LENGTH: Final = 200
_SLUG: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")


@dataclass(frozen=True)
class EditionFacts:
    """What an organizer sets of an edition; names and venues by language."""

    slug: str
    year: int
    names: Mapping[str, str]
    venue: Mapping[str, str] = field(default_factory=dict)
    starts_on: date | None = None
    ends_on: date | None = None
    submission_deadline: datetime | None = None
    freeze_at: datetime | None = None
    gallery_on: bool = False
    demands: Demands = Demands()


@dataclass(frozen=True)
class EditionState:
    """An edition as organizers see it, and how many exhibits it has, all and public ones."""

    facts: EditionFacts
    is_current: bool
    is_archive: bool
    is_demo: bool
    exhibits: int
    published: int


def all_editions(session: Session, *, by: By) -> Sequence[EditionState]:
    """Every edition, the current one first, then the newest; for organizers."""
    require(actor_of(session, by), Action.MANAGE_EDITION, Subject())
    counts = {
        (edition, State(state)): number
        for edition, state, number in session.execute(
            select(Exhibit.edition_id, Exhibit.state, func.count()).group_by(
                Exhibit.edition_id, Exhibit.state
            )
        )
    }
    rows = session.scalars(
        select(Edition).order_by(Edition.is_current.desc(), Edition.year.desc(), Edition.id)
    )
    return [
        EditionState(
            facts=_facts(row),
            is_current=row.is_current,
            is_archive=row.is_archive,
            is_demo=row.is_demo,
            exhibits=sum(counts.get((row.id, state), 0) for state in State),
            published=counts.get((row.id, State.PUBLISHED), 0),
        )
        for row in rows
    ]


def start_next(
    store: Store,
    former: str,
    facts: EditionFacts,
    *,
    exhibits: Collection[str] = (),
    by: By,
    now: datetime,
) -> int:
    """A new edition with the former one's halls, quotas and people, and drafts of some exhibits.

    Colleges and vocabulary are all editions' own. An exhibit is taken by its code: its texts,
    technologies and pictures; not its stand, and nobody's name: people consented to one fair. The
    edition isn't the current one yet. Returns how many drafts were made. Raises Refused for facts
    that don't hold together, NotThere for an unknown edition or exhibit.
    """
    with store.writing(alone=True) as session:
        actor = actor_of(session, by)
        require(actor, Action.MANAGE_EDITION, Subject())
        source = _edition(session, former)
        if session.scalar(select(Edition.id).where(Edition.slug == facts.slug)) is not None:
            raise Refused(Reason.EDITION_EXISTS, slug=facts.slug)
        edition = Edition(
            is_current=False, is_archive=False, is_demo=source.is_demo,
            halls=[
                copy_of(hall) for hall in source.halls
            ],
        )  # fmt: skip
        _set(edition, facts)
        session.add(edition)
        session.flush()
        for terms in session.scalars(
            select(CollegeTerms).where(CollegeTerms.edition_id == source.id)
        ):
            if terms.quota is not None:
                session.add(
                    CollegeTerms(
                        college_id=terms.college_id, edition_id=edition.id, quota=terms.quota
                    )
                )
        for role in session.scalars(select(Membership).where(Membership.edition_id == source.id)):
            session.add(
                Membership(
                    account_id=role.account_id, role=role.role, college_id=role.college_id,
                    edition_id=edition.id, created_at=now,
                )
            )  # fmt: skip
        rows = session.scalars(
            select(Exhibit)
            .where(Exhibit.code.in_(exhibits), Exhibit.edition_id == source.id)
            .order_by(Exhibit.code)
        ).all()
        missing = set(exhibits).difference(row.code for row in rows)
        if missing:
            raise NotThere(f"In {former} there is no exhibit {', '.join(sorted(missing))}.")
        entries = Entries(session, edition)
        used = set(session.scalars(select(UsedCode.code)))
        for row in rows:
            content = values_of(draft_of(row))
            for name in LEFT_BEHIND:
                content.pop(name, None)
            code = new_code(used)
            used.add(code)
            exhibit = entries.create(code, draft_from(content), now=now)
            transition(session, exhibit, State.DRAFT, actor=actor, now=now)
        log_act(session, actor, Action.MANAGE_EDITION, "edition", edition.id, now=now)
        return len(rows)


def change_edition(store: Store, slug: str, facts: EditionFacts, *, by: By, now: datetime) -> None:
    """Give an edition other facts; its slug stays, since addresses are made of it."""
    with store.writing() as session:
        actor = actor_of(session, by)
        require(actor, Action.MANAGE_EDITION, Subject())
        edition = _edition(session, slug)
        if edition.is_archive:
            raise Refused(Reason.ARCHIVED)
        if facts.slug != slug:
            raise Refused(Reason.BAD_EDITION)
        _set(edition, facts)
        public_changed(session)
        log_act(session, actor, Action.MANAGE_EDITION, "edition", edition.id, now=now)


def make_current(store: Store, slug: str, *, by: By, now: datetime) -> None:
    """Make an edition the one that the fair opens with; the former one stays as it is."""
    with store.writing() as session:
        actor = actor_of(session, by)
        require(actor, Action.MANAGE_EDITION, Subject())
        edition = _edition(session, slug)
        if edition.is_archive:
            raise Refused(Reason.ARCHIVED)
        session.execute(update(Edition).where(Edition.is_current).values(is_current=False))
        session.flush()
        edition.is_current = True
        public_changed(session)
        log_act(session, actor, "make_current", "edition", edition.id, now=now)


def archive(store: Store, slug: str, *, by: By, now: datetime) -> None:
    """Make an edition read-only; what is public stays so, at the same addresses."""
    _set_archived(store, slug, True, by=by, now=now)


def open_again(store: Store, slug: str, *, by: By, now: datetime) -> None:
    """Let an archived edition be changed again."""
    _set_archived(store, slug, False, by=by, now=now)


def _set_archived(store: Store, slug: str, archived: bool, *, by: By, now: datetime) -> None:
    with store.writing() as session:
        actor = actor_of(session, by)
        require(actor, Action.MANAGE_EDITION, Subject())
        edition = _edition(session, slug)
        if archived and edition.is_current:
            raise Refused(Reason.CURRENT_EDITION)
        edition.is_archive = archived
        act = "archive" if archived else "open_again"
        log_act(session, actor, act, "edition", edition.id, now=now)


def _edition(session: Session, slug: str) -> Edition:
    found = session.scalars(
        select(Edition).where(Edition.slug == slug).with_for_update()
    ).one_or_none()
    if found is None:
        raise NotThere(f"There is no edition {slug!r}.")
    return found


def _set(edition: Edition, facts: EditionFacts) -> None:
    names = {language: clean_line(facts.names.get(language, "")) for language in LANGUAGES}
    venues = {language: clean_line(facts.venue.get(language, "")) for language in LANGUAGES}
    lines = [*names.values(), *venues.values()]
    ordered = not facts.starts_on or not facts.ends_on or facts.starts_on <= facts.ends_on
    if (
        not _SLUG.fullmatch(facts.slug)
        or not 1990 <= facts.year <= 2200
        or not any(names.values())
        or any(len(line) > NAME_LENGTH for line in lines)
        or not ordered
    ):
        raise Refused(Reason.BAD_EDITION)
    edition.slug, edition.year = facts.slug, facts.year
    for language in LANGUAGES:
        setattr(edition, f"name_{language}", names[language] or None)
        setattr(edition, f"venue_{language}", venues[language] or None)
    edition.starts_on, edition.ends_on = facts.starts_on, facts.ends_on
    edition.submission_deadline, edition.freeze_at = facts.submission_deadline, facts.freeze_at
    edition.gallery_on = facts.gallery_on
    edition.demand_kind, edition.demand_technology = facts.demands.kind, facts.demands.technology
    edition.demand_title_kk = "kk" in facts.demands.titles
    edition.demand_title_ru = "ru" in facts.demands.titles


def _facts(row: Edition) -> EditionFacts:
    return EditionFacts(
        slug=row.slug,
        year=row.year,
        names=row.names,
        venue=row.venue,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        submission_deadline=row.submission_deadline,
        freeze_at=row.freeze_at,
        gallery_on=row.gallery_on,
        demands=Demands.of(row),
    )
