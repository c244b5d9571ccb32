"""People whom exhibits name or show: what they consented to, and what the public sees of them.

A name or a face is public only while a consent to it holds; revoking hides it in the same
transaction. Nothing is kept of a person but a name, whether they are under 18, and their consents.

Every verb takes the open catalog, whose act it is (`by`) and the moment it is, and is one
transaction. What an actor may not see is NotThere, what they may not do is Refused.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, delete, exists, select
from sqlalchemy.orm import Session, selectinload

from catalog.audit import log_act
from catalog.choices import GivenBy, MemberRole, Scope, State
from catalog.drafts import Draft, draft_of
from catalog.entries import entry
from catalog.errors import NotThere
from catalog.models import (
    College,
    Consent,
    Edition,
    Exhibit,
    ExhibitHistory,
    ExhibitKeyword,
    ExhibitPerson,
    ExhibitPicture,
    ExhibitText,
    Notice,
    PendingDecision,
    Person,
    Picture,
    PicturePerson,
    Proposal,
    Revision,
    WorkingCopy,
)
from catalog.permissions import (
    COMMAND_LINE,
    Action,
    Actor,
    By,
    Subject,
    actor_of,
    may,
    require,
    subject_in,
    subject_of,
)
from catalog.problems import Problem, ProblemCode
from catalog.refusals import Reason, Refused
from catalog.store import Store, public_changed
from catalog.texts import clean_line
from catalog.values import values_of

NAME_LENGTH: Final = 100
OLDEST_CONSENT: Final = timedelta(days=5 * 366)
# A signature of today may be dated by a zone that is ahead of the server's.
_AHEAD: Final = timedelta(days=1)
ERASED: Final = "[…]"
_TO_NAME: Final = (Scope.NAME, Scope.BOTH)
_TO_FACE: Final = (Scope.FACE, Scope.BOTH)
# Whatever people write about an exhibit, besides its values.
_SAID: Final[Mapping[Any, tuple[str, ...]]] = {
    ExhibitText: ("title", "summary", "description"),
    ExhibitPicture: ("alt_kk", "alt_ru", "alt_en"),
    ExhibitHistory: ("reason",),
    Revision: ("comment",),
    PendingDecision: ("reason",),
}
_Keeps = Revision | Proposal | WorkingCopy


@dataclass(frozen=True)
class ConsentRecord:
    """A consent as it was recorded; `revoked_at` None: it holds."""

    id: int
    scope: Scope
    given_by: GivenBy
    given_on: date
    recorded_at: datetime
    revoked_at: datetime | None


@dataclass(frozen=True)
class ShownPerson:
    """Somebody whom a college's exhibits may name or show; `consents` has the revoked ones too."""

    id: int
    name: str
    is_minor: bool
    consents: tuple[ConsentRecord, ...]

    @property
    def name_is_public(self) -> bool:
        """Whether exhibits may show the name now."""
        return any(one.revoked_at is None and one.scope in _TO_NAME for one in self.consents)

    @property
    def face_is_public(self) -> bool:
        """Whether exhibits may show pictures of this person now."""
        return any(one.revoked_at is None and one.scope in _TO_FACE for one in self.consents)


@dataclass(frozen=True)
class ConsentForm:
    """What is known before somebody signs: the rest of the sheet is filled in by hand.

    `titles` is empty for an exhibit that isn't there yet; so is `name` where nobody was chosen, and
    `is_minor` is then not known.
    """

    fair: Mapping[str, str]
    venue: Mapping[str, str]
    starts_on: date | None
    ends_on: date | None
    is_demo: bool
    college: Mapping[str, str]
    phone: str | None
    email: str | None
    titles: Mapping[str, str]
    name: str
    is_minor: bool | None


@dataclass(frozen=True)
class Erased:
    """What was erased with a person: pictures, and exhibits whose texts had the name in them."""

    pictures: int
    texts: tuple[str, ...]


def add_person(
    store: Store,
    *,
    college: str,
    edition: str | None = None,
    name: str,
    is_minor: bool,
    by: By,
    now: datetime,
) -> int:
    """Note somebody whom the college's exhibits of an edition (None: the current one) may name.

    Returns the person's number, for `DraftPerson` and `DraftPicture`. Nothing is public yet.
    """
    called = _clean_name(name)
    with store.writing() as session:
        actor = actor_of(session, by)
        subject, its_college, its_edition = place(session, college, edition, now)
        role = require(actor, Action.EDIT_ENTRY, subject)
        person = Person(
            college_id=its_college.id, edition_id=its_edition.id, name=called, is_minor=is_minor,
            created_at=now,
        )  # fmt: skip
        session.add(person)
        session.flush()
        _log(session, actor, role, "add_person", person, now)
        return person.id


def change_person(
    store: Store, person: int, *, name: str, is_minor: bool, by: By, now: datetime
) -> None:
    """Mend what is kept of a person.

    Where a consent holds only who may record one does this. Consents that a person gave alone end
    when it turns out that they are under 18.
    """
    called = _clean_name(name)
    with store.writing() as session:
        actor = actor_of(session, by)
        row, subject = _person(session, actor, person, now)
        role = require(actor, Action.EDIT_ENTRY, subject)
        held = [one for one in row.consents if one.revoked_at is None]
        if held and not may(actor, Action.RECORD_CONSENT, subject):
            raise Refused(Reason.CONSENT_IS_RECORDED)
        row.name, row.is_minor = called, is_minor
        for consent in held:
            if is_minor and consent.given_by == GivenBy.SELF:
                consent.revoked_at = now
        _say_changed(session, row)
        _log(session, actor, role, "change_person", row, now)


def people_of(
    session: Session, college: str, *, edition: str | None = None, by: By, now: datetime
) -> Sequence[ShownPerson]:
    """The people of a college in an edition (None: the current one), by name."""
    actor = actor_of(session, by)
    subject, its_college, its_edition = place(session, college, edition, now)
    require(actor, Action.SEE_COLLEGE_WORK, subject)
    return _shown(session, Person.college_id == its_college.id, Person.edition_id == its_edition.id)


def people_in(session: Session, code: str, *, by: By, now: datetime) -> Sequence[ShownPerson]:
    """The people whom one entry names or shows, as it is kept, proposed or was given in."""
    actor = actor_of(session, by)
    exhibit = entry(session, code)
    if not may(actor, Action.SEE_PEOPLE_SHOWN, subject_of(exhibit, now)):
        raise NotThere(f"There is no exhibit {code}.")
    numbers = _people_in(values_of(draft_of(exhibit)))
    for table in (Revision, Proposal):
        for content in session.scalars(select(table.content).where(table.exhibit_id == exhibit.id)):
            numbers |= _people_in(content)
    return _shown(session, Person.id.in_(numbers), Person.college_id == exhibit.college_id)


def form_to_sign(
    session: Session,
    *,
    code: str | None = None,
    college: str | None = None,
    person: int | None = None,
    by: By,
    now: datetime,
) -> ConsentForm:
    """A consent to print: for an exhibit, or for what a college will enter in the current edition.

    Raises NotThere for whoever doesn't work on that college's entries.
    """
    actor = actor_of(session, by)
    if code is not None:
        exhibit = entry(session, code)
        its_college, its_edition = exhibit.college, exhibit.edition
        subject, titles = (
            subject_of(exhibit, now),
            {one.language: one.title for one in exhibit.texts},
        )
    else:
        subject, its_college, its_edition = place(session, college or "", None, now)
        titles = {}
    if not may(actor, Action.SEE_COLLEGE_WORK, subject):
        raise NotThere("There is no such exhibit or college.")
    row = session.get(Person, person) if person is not None else None
    if row is not None and (row.college_id, row.edition_id) != (its_college.id, its_edition.id):
        row = None
    return ConsentForm(
        its_edition.names,
        its_edition.venue,
        its_edition.starts_on,
        its_edition.ends_on,
        its_edition.is_demo,
        its_college.names,
        its_college.phone,
        its_college.email,
        titles,
        row.name if row else "",
        row.is_minor if row else None,
    )


def record_consent(
    store: Store,
    person: int,
    *,
    scope: Scope,
    given_by: GivenBy,
    given_on: date,
    by: By,
    now: datetime,
) -> int:
    """Record that a signed consent was seen; returns its number. For one under 18 the legal
    representative gives it.

    A consent to the same that holds already is replaced: the newest signature counts.
    """
    if not (now - OLDEST_CONSENT).date() <= given_on <= (now + _AHEAD).date():
        raise Refused(Reason.CONSENT_DATE)
    with store.writing() as session:
        actor = actor_of(session, by)
        row, subject = _person(session, actor, person, now)
        role = require(actor, Action.RECORD_CONSENT, subject)
        if row.is_minor and given_by is not GivenBy.REPRESENTATIVE:
            raise Refused(Reason.CONSENT_OF_A_MINOR)
        for earlier in row.consents:
            if earlier.revoked_at is None and earlier.scope == scope:
                earlier.revoked_at = now
        session.flush()
        consent = Consent(
            person=row, scope=scope, given_by=given_by, given_on=given_on,
            verified_by=actor.account, recorded_at=now,
        )  # fmt: skip
        session.add(consent)
        session.flush()
        _say_changed(session, row)
        _log(session, actor, role, Action.RECORD_CONSENT, row, now)
        return consent.id


def revoke_consent(store: Store, person: int, scope: Scope, *, by: By, now: datetime) -> None:
    """End every consent of a person to show the name, the face, or both.

    Of a consent to both that is revoked for one, the other goes on: it was given, and not revoked.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        row, subject = _person(session, actor, person, now)
        role = require(actor, Action.REVOKE_CONSENT, subject)
        held = [one for one in row.consents if one.revoked_at is None]
        rest = {Scope.NAME: Scope.FACE, Scope.FACE: Scope.NAME}.get(scope)
        for consent in held:
            if scope in (Scope.BOTH, consent.scope) or consent.scope == Scope.BOTH:
                consent.revoked_at = now
        session.flush()
        for consent in held:
            if consent.scope == Scope.BOTH and rest and not _holds(held, rest):
                row.consents.append(
                    Consent(
                        scope=rest, given_by=consent.given_by, given_on=consent.given_on,
                        verified_by=consent.verified_by, recorded_at=now,
                    )
                )  # fmt: skip
        _say_changed(session, row)
        _log(session, actor, role, Action.REVOKE_CONSENT, row, now)


def erase_person(store: Store, person: int, *, by: By, now: datetime) -> Erased:
    """Erase a person: name, consents, every picture that shows them, every mention by full name.

    It reaches what is public, what was given in before, what is proposed, what others are still
    writing, what reviewers wrote, and notices; a letter that was sent is out of reach. Of the name
    in texts both orders of its words are found, in whatever case; other forms of it, and a name of
    one word, are not. The log keeps the person's number alone.
    """
    with store.writing(alone=True) as session:
        actor = actor_of(session, by)
        row, subject = _person(session, actor, person, now)
        require(actor, Action.ERASE_PERSON, subject)
        log_act(session, actor, Action.ERASE_PERSON, "person", person, now=now)
        return _erase(session, row)


def erase_again(session: Session, people: Collection[int], *, now: datetime) -> int:
    """Erase those of these people who are there, as after an older catalog was brought back.

    Each gets a line in the log, also who isn't there, so that the next restore knows of them.
    Returns how many were there.
    """
    command_line = actor_of(session, COMMAND_LINE)
    there = 0
    for person in sorted(people):
        log_act(session, command_line, Action.ERASE_PERSON, "person", person, now=now)
        row = session.get(Person, person)
        if row is not None:
            _erase(session, row)
            there += 1
    return there


def _erase(session: Session, row: Person) -> Erased:
    person = row.id
    kept = _contents(session, row)
    hashes = _pictures_of(session, row, kept)
    name = _mentions(row.name)
    for one in kept:
        one.content = _without(one.content, person, hashes, name)
        if isinstance(one, WorkingCopy):
            one.base = _without(one.base, person, hashes, name)
    texts = _take_out(session, row, name) if name else ()
    _say_changed(session, row)
    if texts:
        public_changed(session, texts)
    session.flush()
    session.execute(delete(ExhibitPicture).where(ExhibitPicture.hash.in_(hashes)))
    session.execute(delete(Picture).where(Picture.hash.in_(hashes)))
    session.execute(delete(Person).where(Person.id == person))
    return Erased(len(hashes), texts)


def problems_of_people(session: Session, draft: Draft, *, faces: bool) -> list[Problem]:
    """What keeps a draft's people from being public: names shown, and with `faces` faces, without
    a consent."""
    named = {one.person for one in draft.named if one.shown}
    seen = {person for picture in draft.pictures for person in picture.people} if faces else set()
    if not named and not seen:
        return []
    rows = session.execute(
        select(
            Person.id, Person.name, _consented(Person.id, _TO_NAME), _consented(Person.id, _TO_FACE)
        )
        .where(Person.id.in_(named | seen))
        .order_by(Person.id)
    )
    found = []
    for number, name, to_name, to_face in rows:
        if number in named and not to_name:
            found.append(Problem("named", ProblemCode.NAME_WITHOUT_CONSENT, name, {"name": name}))
        if number in seen and not to_face:
            found.append(
                Problem("pictures", ProblemCode.FACE_WITHOUT_CONSENT, name, {"name": name})
            )
    return found


def creators_query() -> Select[*tuple[Any, ...]]:
    """Exhibit's id, role, and the name where it is public, in the exhibits' own order."""
    # Asked for every page: left to the database, which has an index for each step.
    return (
        select(ExhibitPerson.exhibit_id, ExhibitPerson.role, Person.name)
        .outerjoin(
            Person,
            (Person.id == ExhibitPerson.person_id)
            & ExhibitPerson.shown
            & _consented(ExhibitPerson.person_id, _TO_NAME),
        )
        .order_by(ExhibitPerson.exhibit_id, ExhibitPerson.position)
    )


def picture_is_public() -> ColumnElement[bool]:
    """The condition on ExhibitPicture under which the public sees it: nobody can be recognized, or
    all who can consented, whichever exhibit says so."""
    shown = PicturePerson.hash == ExhibitPicture.hash
    unasked = exists().where(shown, ~_consented(PicturePerson.person_id, _TO_FACE))
    said = exists().where(shown, PicturePerson.exhibit_id == ExhibitPicture.exhibit_id)
    return (ExhibitPicture.nobody_recognizable | said) & ~unasked


def place(
    session: Session, college: str, edition: str | None, now: datetime
) -> tuple[Subject, College, Edition]:
    """A college in an edition (None: the current one) as the subject of an action."""
    its_college = session.scalars(select(College).where(College.slug == college)).one_or_none()
    which = Edition.is_current.is_(True) if edition is None else Edition.slug == edition
    its_edition = session.scalars(select(Edition).where(which)).one_or_none()
    if its_college is None or its_edition is None:
        raise NotThere("There is no such college or edition.")
    subject = subject_in(its_edition, now, its_college.id)
    return subject, its_college, its_edition


def _log(
    session: Session, actor: Actor, role: MemberRole, act: str, person: Person, now: datetime
) -> None:
    """Note an act, and of an organizer's the college that it was done for."""
    stead = role is MemberRole.ORGANIZER and actor.account is not None
    college = person.college_id if stead else None
    log_act(session, actor, act, "person", person.id, now=now, college=college)


def _shown(session: Session, *conditions: ColumnElement[bool]) -> list[ShownPerson]:
    rows = session.scalars(
        select(Person)
        .where(*conditions)
        .options(selectinload(Person.consents))
        .order_by(Person.name, Person.id)
    )
    return [
        ShownPerson(row.id, row.name, row.is_minor, tuple(map(_consent, row.consents)))
        for row in rows
    ]


def _consent(row: Consent) -> ConsentRecord:
    return ConsentRecord(
        row.id, Scope(row.scope), GivenBy(row.given_by), row.given_on, row.recorded_at,
        row.revoked_at,
    )  # fmt: skip


def _people_in(content: Mapping[str, Any]) -> set[int]:
    seen = {one for picture in content.get("pictures", ()) for one in picture.get("people", ())}
    return seen | {one["person"] for one in content.get("named", ())}


def _person(session: Session, actor: Actor, person: int, now: datetime) -> tuple[Person, Subject]:
    row = session.get(Person, person, with_for_update=True)
    if row is not None:
        edition = session.get_one(Edition, row.edition_id)
        subject = subject_in(edition, now, row.college_id)
        if may(actor, Action.SEE_PEOPLE_SHOWN, subject):
            return row, subject
    raise NotThere(f"There is no person {person}.")


def _clean_name(name: str) -> str:
    cleaned = clean_line(name)
    if not 1 <= len(cleaned) <= NAME_LENGTH or re.search(r"[\d\0]", cleaned):
        raise Refused(Reason.BAD_PERSON_NAME)
    return cleaned


def _consented(person: Any, scopes: tuple[Scope, ...]) -> ColumnElement[bool]:
    return exists().where(
        Consent.person_id == person, Consent.revoked_at.is_(None), Consent.scope.in_(scopes)
    )


def _holds(consents: Sequence[Consent], scope: Scope) -> bool:
    return any(one.revoked_at is None and one.scope == scope for one in consents)


def _pictures_of(session: Session, person: Person, kept: Sequence[_Keeps]) -> frozenset[str]:
    """The pictures that show a person, in an exhibit or in what isn't one yet or any more."""
    hashes = set(
        session.scalars(select(PicturePerson.hash).where(PicturePerson.person_id == person.id))
    )
    contents = [one.content for one in kept]
    contents += [one.base for one in kept if isinstance(one, WorkingCopy)]
    for content in contents:
        for picture in content.get("pictures", ()):
            if person.id in picture.get("people", ()):
                hashes.add(picture["hash"])
    return frozenset(hashes)


def _take_out(session: Session, person: Person, name: re.Pattern[str]) -> tuple[str, ...]:
    """Erase a name from all that is said of a college's exhibits.

    Returns the codes of those whose own texts it was in.
    """
    rows = session.execute(
        select(Exhibit.id, Exhibit.code).where(Exhibit.college_id == person.college_id)
    )
    its = {row.id: row.code for row in rows}
    codes = set()
    for table, columns in _SAID.items():
        for row in session.scalars(select(table).where(table.exhibit_id.in_(its))):
            for column in columns:
                text = getattr(row, column)
                said = name.sub(ERASED, text or "")
                if said != (text or ""):
                    setattr(row, column, said)
                    if table in (ExhibitText, ExhibitPicture):
                        codes.add(its[row.exhibit_id])
    for keyword in session.scalars(
        select(ExhibitKeyword).where(ExhibitKeyword.exhibit_id.in_(its))
    ):
        if name.search(keyword.keyword):
            session.delete(keyword)
            codes.add(its[keyword.exhibit_id])
    # A notice names an exhibit by its title and tells what a reviewer wrote.
    for notice in session.scalars(select(Notice)):
        if notice.parameters.get("code") in its.values():
            notice.parameters = _unsaid(notice.parameters, name)
    return tuple(sorted(codes))


def _say_changed(session: Session, person: Person) -> None:
    """Every published exhibit that names the person, or holds a picture of them, may look another."""
    named = select(ExhibitPerson.exhibit_id).where(ExhibitPerson.person_id == person.id)
    hashes = select(PicturePerson.hash).where(PicturePerson.person_id == person.id)
    seen = select(ExhibitPicture.exhibit_id).where(ExhibitPicture.hash.in_(hashes))
    codes = session.scalars(
        select(Exhibit.code).where(
            Exhibit.state == State.PUBLISHED, Exhibit.id.in_(named) | Exhibit.id.in_(seen)
        )
    ).all()
    if codes:
        public_changed(session, codes)


def _contents(session: Session, person: Person) -> list[_Keeps]:
    """Whatever holds values of the college's entries besides the entries themselves."""
    here = select(Exhibit.id).where(Exhibit.college_id == person.college_id)
    return [
        *session.scalars(select(Revision).where(Revision.exhibit_id.in_(here))),
        *session.scalars(select(Proposal).where(Proposal.exhibit_id.in_(here))),
        *session.scalars(select(WorkingCopy).where(WorkingCopy.college_id == person.college_id)),
    ]


def _mentions(name: str) -> re.Pattern[str] | None:
    """What finds a full name in a text, its words in either order; None for a name of one word."""
    words = [re.escape(word) for word in name.split()]
    if len(words) < 2:
        return None
    orders = (r"\s+".join(order) for order in (words, words[::-1]))
    return re.compile("|".join(rf"(?<!\w){order}(?!\w)" for order in orders), re.IGNORECASE)


def _without(
    content: Mapping[str, Any], person: int, hashes: Collection[str], name: re.Pattern[str] | None
) -> dict[str, Any]:
    """Values without a person, the pictures that show them, and their name."""
    cleaned: dict[str, Any] = {}
    for key, value in content.items():
        if key == "named":
            value = [one for one in value if one["person"] != person]
        elif key == "pictures":
            value = [
                one
                for one in value
                if one["hash"] not in hashes and person not in one.get("people", ())
            ]
        elif key == "keywords" and name is not None:
            value = [one for one in value if not name.search(one)]
        if value != []:
            cleaned[key] = _unsaid(value, name) if name is not None else value
    return cleaned


def _unsaid(value: Any, name: re.Pattern[str]) -> Any:
    """Plain data without a name in any of its texts."""
    if isinstance(value, str):
        return name.sub(ERASED, value)
    if isinstance(value, list):
        return [_unsaid(one, name) for one in value]
    if isinstance(value, dict):
        return {key: _unsaid(one, name) for key, one in value.items()}
    return value
