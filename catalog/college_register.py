"""The register of colleges as organizers keep it: enter, change, and merge two that are one.

A college's own coordinator changes what it says of itself; its name in the register and what it is
also called are the organizers' to say.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from catalog.audit import log_act
from catalog.choices import MemberRole, MovedKind, State
from catalog.colleges import CollegeFacts, Colleges, Specialties
from catalog.errors import NotThere
from catalog.languages import LANGUAGES
from catalog.models import (
    Award,
    College,
    CollegeAlias,
    CollegeTerms,
    Edition,
    Exhibit,
    ImportBatch,
    ImportedRow,
    Invitation,
    Membership,
    MovedSlug,
    Person,
    PictureUpload,
    Proposal,
    Revision,
    WorkingCopy,
)
from catalog.names import slug_of
from catalog.permissions import Action, By, Subject, actor_of, is_organizer, require
from catalog.refusals import Reason, Refused
from catalog.store import Store, public_changed
from catalog.terms import COUNTED
from catalog.texts import clean_line, clean_text

LINE_LENGTH: Final = 200
ABOUT_LENGTH: Final = 3_000
ALIASES: Final = 30
_URL: Final = re.compile(r"https?://[^\s/]+\.[^\s]+", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LINES: Final = ("phone", "email", "site", "study_url")
_BY_LANGUAGE: Final = ("name", "short_name", "address", "about")


@dataclass(frozen=True)
class CollegeLine:
    """A college in an edition: what it has entered, who works for it, its own terms."""

    slug: str
    names: Mapping[str, str]
    exhibits: Mapping[State, int]
    coordinators: int
    editors: int
    invited: int
    quota: int | None
    deadline: datetime | None

    @property
    def given_in(self) -> int:
        """What counts as sent: given in and not turned away."""
        return sum(self.exhibits.get(state, 0) for state in COUNTED)


def register(session: Session, *, edition: str, by: By) -> Sequence[CollegeLine]:
    """All colleges by slug, with what each has done in an edition; for organizers."""
    place = session.scalars(select(Edition).where(Edition.slug == edition)).one_or_none()
    if place is None:
        raise NotThere(f"There is no edition {edition!r}.")
    require(actor_of(session, by), Action.MANAGE_COLLEGES, Subject(edition=place.id))
    entered: dict[int, Counter[State]] = defaultdict(Counter)
    for college, state, number in session.execute(
        select(Exhibit.college_id, Exhibit.state, func.count())
        .where(Exhibit.edition_id == place.id)
        .group_by(Exhibit.college_id, Exhibit.state)
    ):
        entered[college][State(state)] = number
    people: Counter[tuple[int, str]] = Counter()
    for held_by, role, number in session.execute(
        select(Membership.college_id, Membership.role, func.count())
        .where(Membership.edition_id.is_(None) | (Membership.edition_id == place.id))
        .group_by(Membership.college_id, Membership.role)
    ):
        people[held_by or 0, role] = number
    invited = Counter(
        session.scalars(
            select(Invitation.college_id).where(
                Invitation.college_id.is_not(None),
                Invitation.used_at.is_(None),
                Invitation.revoked_at.is_(None),
            )
        )
    )
    terms = {
        row.college_id: row
        for row in session.scalars(select(CollegeTerms).where(CollegeTerms.edition_id == place.id))
    }
    return [
        CollegeLine(
            slug=row.slug,
            names=row.names,
            exhibits=entered[row.id],
            coordinators=people[row.id, MemberRole.COORDINATOR],
            editors=people[row.id, MemberRole.EDITOR],
            invited=invited[row.id],
            quota=terms[row.id].quota if row.id in terms else None,
            deadline=terms[row.id].deadline if row.id in terms else None,
        )
        for row in session.scalars(select(College).order_by(College.slug))
    ]


def facts_of(session: Session, slug: str, *, by: By) -> CollegeFacts:
    """What may be changed of a college, as it is; for its coordinators and organizers."""
    college = _college(session, slug)
    require(actor_of(session, by), Action.EDIT_COLLEGE, Subject(college.id))
    return CollegeFacts(
        slug=college.slug,
        names=college.names,
        short_names=college.short_names,
        address=college.address,
        about=college.about,
        aliases=tuple(row.alias for row in college.aliases),
        specialties=tuple(row.names for row in college.specialties),
        phone=college.phone,
        email=college.email,
        site=college.site,
        study_url=college.study_url,
        founded=college.founded,
    )


def enter_college(store: Store, facts: CollegeFacts, *, by: By, now: datetime) -> str:
    """Enter a college that isn't in the register; returns its slug, made of its name.

    Raises Refused for facts that don't hold together or a name that another college has.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        require(actor, Action.MANAGE_COLLEGES, Subject())
        clean = _clean(facts)
        known = Colleges(session)
        for name in clean.names.values():
            if known.find(name):
                raise Refused(Reason.COLLEGE_EXISTS, name=name)
        moved = session.scalars(select(MovedSlug.slug).where(MovedSlug.kind == MovedKind.COLLEGE))
        name = clean.names.get("en") or clean.names.get("kk") or next(iter(clean.names.values()))
        slug = slug_of(name, known.by_slug.keys() | set(moved))
        college = known.keep(replace(clean, slug=slug), Specialties(session))
        session.flush()
        log_act(session, actor, Action.MANAGE_COLLEGES, "college", college.id, now=now)
        return slug


def change_college(store: Store, facts: CollegeFacts, *, by: By, now: datetime) -> None:
    """Make a known college, by slug, what the facts say; names and aliases only by an organizer.

    Raises Refused for facts that don't hold together.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        college = _college(session, facts.slug)
        subject = Subject(college.id)
        require(actor, Action.EDIT_COLLEGE, subject)
        clean = _clean(facts)
        organizes = is_organizer(actor, subject)
        if not organizes:
            clean = replace(
                clean,
                names=college.names,
                short_names=college.short_names,
                aliases=[row.alias for row in college.aliases],
            )
        Colleges(session).keep(clean, Specialties(session))
        public_changed(session)
        stead = college.id if organizes and actor.account is not None else None
        log_act(session, actor, Action.EDIT_COLLEGE, "college", college.id, now=now, college=stead)


def merge_colleges(store: Store, gone: str, into: str, *, by: By, now: datetime) -> int:
    """Make two colleges that are one, one: all that is `gone`'s becomes `into`'s.

    Exhibits in every state, people and consents, pictures, accounts, links, terms, awards, copies
    that somebody is writing; its names become aliases, its address leads on, and what `into` doesn't say
    of itself is taken from it. An exhibit's number of the college's own that both have gets the
    gone one's slug before it. Returns how many exhibits moved.
    """
    with store.writing(alone=True) as session:
        actor = actor_of(session, by)
        require(actor, Action.MANAGE_COLLEGES, Subject())
        if gone == into:
            raise Refused(Reason.MERGED_WITH_ITSELF)
        old, new = _college(session, gone), _college(session, into)
        moved = _move_exhibits(session, old, new)
        _move_memberships(session, old, new)
        _move_terms(session, old, new)
        _move_uploads(session, old, new)
        _rename_in_contents(session, old, new, moved)
        for model in (Person, Invitation, ImportBatch, WorkingCopy, Award):
            session.execute(
                update(model).where(model.college_id == old.id).values(college_id=new.id)
            )
        _take_over(new, old)
        session.execute(
            update(MovedSlug)
            .where(MovedSlug.kind == MovedKind.COLLEGE, MovedSlug.to == old.slug)
            .values(to=new.slug)
        )
        session.add(MovedSlug(kind=MovedKind.COLLEGE, slug=old.slug, to=new.slug))
        log_act(session, actor, "merge_college", "college", new.id, now=now)
        session.flush()
        session.expire(old)
        session.delete(old)
        public_changed(session)
        return len(moved)


def _move_exhibits(session: Session, old: College, new: College) -> Mapping[int, str | None]:
    """The exhibits that moved, by id, with the number of the college's own that they have now."""
    taken = {
        (edition, number)
        for edition, number in session.execute(
            select(Exhibit.edition_id, Exhibit.external_id).where(
                Exhibit.college_id == new.id, Exhibit.external_id.is_not(None)
            )
        )
    }
    rows = session.scalars(select(Exhibit).where(Exhibit.college_id == old.id)).all()
    for row in rows:
        if (row.edition_id, row.external_id) in taken:
            row.external_id = f"{old.slug}:{row.external_id}"
        row.college = new
    session.flush()
    return {row.id: row.external_id for row in rows}


def _move_memberships(session: Session, old: College, new: College) -> None:
    held = {
        (row.account_id, row.role, row.edition_id)
        for row in session.scalars(select(Membership).where(Membership.college_id == new.id))
    }
    for row in session.scalars(select(Membership).where(Membership.college_id == old.id)):
        if (row.account_id, row.role, row.edition_id) in held:
            session.delete(row)
        else:
            row.college_id = new.id
    session.flush()


def _move_terms(session: Session, old: College, new: College) -> None:
    """Quotas add up, and the later deadline holds; none is none for both."""
    for row in session.scalars(select(CollegeTerms).where(CollegeTerms.college_id == old.id)):
        kept = session.get(CollegeTerms, (new.id, row.edition_id))
        if kept is None:
            session.add(
                CollegeTerms(
                    college_id=new.id, edition_id=row.edition_id, quota=None, deadline=row.deadline
                )
            )
        else:
            both = row.quota is not None and kept.quota is not None
            kept.quota = (row.quota or 0) + (kept.quota or 0) if both else None
            given = [one for one in (row.deadline, kept.deadline) if one is not None]
            kept.deadline = max(given, default=None)
        session.delete(row)
    session.flush()


def _move_uploads(session: Session, old: College, new: College) -> None:
    for row in session.scalars(select(PictureUpload).where(PictureUpload.college_id == old.id)):
        if session.get(PictureUpload, (row.hash, new.id, row.edition_id)) is None:
            session.add(
                PictureUpload(
                    hash=row.hash, college_id=new.id, edition_id=row.edition_id,
                    account_id=row.account_id, bytes=row.bytes, uploaded_at=row.uploaded_at,
                )
            )  # fmt: skip
        session.delete(row)
    session.flush()


def _rename_in_contents(
    session: Session, old: College, new: College, moved: Mapping[int, str | None]
) -> None:
    """What is kept as plain values names its college by slug, and has the college's own number."""

    def renamed(content: dict[str, Any], exhibit: int | None) -> dict[str, Any]:
        if content.get("college") != old.slug:
            return content
        changed = {**content, "college": new.slug}
        number = moved.get(exhibit) if exhibit is not None else None
        if number is not None and number == f"{old.slug}:{content.get('external_id')}":
            changed["external_id"] = number
        return changed

    for revision in session.scalars(select(Revision).where(Revision.exhibit_id.in_(moved))):
        revision.content = renamed(revision.content, revision.exhibit_id)
    for proposal in session.scalars(select(Proposal).where(Proposal.exhibit_id.in_(moved))):
        proposal.content = renamed(proposal.content, proposal.exhibit_id)
    for copy in session.scalars(select(WorkingCopy).where(WorkingCopy.college_id == old.id)):
        copy.content = renamed(copy.content, copy.exhibit_id)
        copy.base = renamed(copy.base, copy.exhibit_id)
    for imported, exhibit in session.execute(
        select(ImportedRow, Exhibit.id)
        .join(Exhibit, Exhibit.code == ImportedRow.code)
        .where(Exhibit.id.in_(moved), ImportedRow.before.is_not(None))
    ):
        imported.before = renamed(imported.before or {}, exhibit)
    session.flush()


def _take_over(new: College, old: College) -> None:
    known = {*new.names.values(), *new.short_names.values(), *(row.alias for row in new.aliases)}
    names = [
        *old.names.values(), *old.short_names.values(), *(row.alias for row in old.aliases),
    ]  # fmt: skip
    for name in dict.fromkeys(names):
        if name not in known:
            new.aliases.append(CollegeAlias(alias=name))
    for specialty in old.specialties:
        if specialty not in new.specialties:
            new.specialties.append(specialty)
    columns = [f"{column}_{language}" for column in _BY_LANGUAGE for language in LANGUAGES]
    for column in (*columns, *_LINES, "founded"):
        if getattr(new, column) is None:
            setattr(new, column, getattr(old, column))


def _college(session: Session, slug: str) -> College:
    found = session.scalars(
        select(College)
        .where(College.slug == slug)
        .options(selectinload(College.aliases), selectinload(College.specialties))
    ).one_or_none()
    if found is None:
        raise NotThere(f"There is no college {slug!r}.")
    return found


def _line(text: str | None) -> str | None:
    return clean_line(text or "") or None


def _clean(facts: CollegeFacts) -> CollegeFacts:
    def lines(texts: Mapping[str, str]) -> dict[str, str]:
        cleaned = {language: clean_line(texts.get(language, "")) for language in LANGUAGES}
        return {language: text for language, text in cleaned.items() if text}

    about = {language: clean_text(facts.about.get(language, "")) for language in LANGUAGES}
    clean = replace(
        facts,
        names=lines(facts.names),
        short_names=lines(facts.short_names),
        address=lines(facts.address),
        about={language: text for language, text in about.items() if text},
        aliases=[one for one in dict.fromkeys(map(clean_line, facts.aliases)) if one],
        phone=_line(facts.phone),
        email=_line(facts.email),
        site=_line(facts.site),
        study_url=_line(facts.study_url),
    )
    said = [*clean.names.values(), *clean.short_names.values(), *clean.address.values(),
            *clean.aliases, *(getattr(clean, name) or "" for name in _LINES)]  # fmt: skip
    if not clean.names:
        raise Refused(Reason.COLLEGE_NEEDS_NAME)
    if len(clean.aliases) > ALIASES or any(len(text) > LINE_LENGTH for text in said):
        raise Refused(Reason.TEXT_TOO_LONG, limit=LINE_LENGTH)
    if any(len(text) > ABOUT_LENGTH for text in clean.about.values()):
        raise Refused(Reason.TEXT_TOO_LONG, limit=ABOUT_LENGTH)
    for address in (clean.site, clean.study_url):
        if address is not None and not _URL.fullmatch(address):
            raise Refused(Reason.BAD_ADDRESS, given=address)
    if clean.email is not None and not _EMAIL.fullmatch(clean.email):
        raise Refused(Reason.BAD_ADDRESS, given=clean.email)
    if clean.founded is not None and not 1800 <= clean.founded <= 2200:
        raise Refused(Reason.BAD_ADDRESS, given=clean.founded)
    return clean
