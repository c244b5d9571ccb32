"""Who may do what: one table of actions and roles, asked by every verb of the catalog.

A verb takes `by`, the id of an account (or COMMAND_LINE), and begins with

    actor = actor_of(session, by)
    role = require(actor, Action.EDIT_ENTRY, subject_of(exhibit, now))

so that what counts is what the database says in that very transaction. `may` asks without raising,
for buttons; `entries_within` is the same rule as a condition, for lists. From which state to which
an exhibit may go stands in `states.STEPS`; who may take a step stands here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true
from sqlalchemy.orm import Session, selectinload

from catalog.choices import MemberRole, State
from catalog.models import Account, Edition, Exhibit
from catalog.refusals import Reason, Refused


class Action(StrEnum):
    """Everything that isn't for everybody."""

    # One exhibit, in a state
    SEE_ENTRY = "see_entry"
    SEE_LOGISTICS = "see_logistics"
    SEE_PEOPLE_SHOWN = "see_people_shown"
    SEE_UNSENT = "see_unsent"
    SEE_DECIDERS = "see_deciders"
    EDIT_ENTRY = "edit_entry"
    RECORD_CONSENT = "record_consent"
    REVOKE_CONSENT = "revoke_consent"
    REVIEW = "review"
    HIDE = "hide"
    ASSIGN_STAND = "assign_stand"
    RECORD_AWARD = "record_award"
    # Steps of an exhibit; the states they lead from and to are in states.STEPS
    CREATE_DRAFT = "create_draft"
    ADD_WALK_IN = "add_walk_in"
    SUBMIT = "submit"
    ANSWER_CHANGES = "answer_changes"
    WITHDRAW = "withdraw"
    REQUEST_CHANGES = "request_changes"
    DECIDE = "decide"
    MARK_DUPLICATE = "mark_duplicate"
    REOPEN = "reopen"
    PUBLISH = "publish"
    CANCEL = "cancel"
    BRING_BACK = "bring_back"
    # A college
    UPLOAD = "upload"
    IMPORT_ROWS = "import_rows"
    EXPORT_ROWS = "export_rows"
    SEE_COLLEGE_WORK = "see_college_work"
    EDIT_COLLEGE = "edit_college"
    ANSWER_CHALLENGE = "answer_challenge"
    MANAGE_COLLEGES = "manage_colleges"
    # The fair
    EDIT_SHOWCASE = "edit_showcase"
    PUBLISH_SHOWCASE = "publish_showcase"
    SEE_INSIGHT = "see_insight"
    TRANSLATE = "translate"
    MANAGE_STANDS = "manage_stands"
    PRINT = "print"
    MANAGE_VOCABULARY = "manage_vocabulary"
    MANAGE_CHALLENGES = "manage_challenges"
    MANAGE_PEOPLE = "manage_people"
    MANAGE_EDITION = "manage_edition"
    ERASE_PERSON = "erase_person"
    EXPORT_EDITION = "export_edition"
    SEE_AUDIT = "see_audit"


_EDITOR, _COORDINATOR = MemberRole.EDITOR, MemberRole.COORDINATOR
_REVIEWER, _CURATOR, _ORGANIZER = MemberRole.REVIEWER, MemberRole.CURATOR, MemberRole.ORGANIZER

_ALWAYS: Final = frozenset(State)
# What a college is at work on: what waits for a decision, and what was decided against it, stays.
_AT_WORK: Final = frozenset({State.DRAFT, State.CHANGES_REQUESTED, State.ACCEPTED, State.PUBLISHED})
_GIVEN_IN: Final = _ALWAYS - {State.DRAFT, State.WITHDRAWN}
_CHOSEN: Final = frozenset({State.ACCEPTED, State.PUBLISHED})
_PUBLIC: Final = frozenset({State.PUBLISHED})
_IN_THE_HALL: Final = frozenset({State.ACCEPTED, State.PUBLISHED, State.CANCELLED})

_COLLEGE: Final = {_EDITOR: _ALWAYS, _COORDINATOR: _ALWAYS, _ORGANIZER: _ALWAYS}
_COORDINATORS: Final = {_COORDINATOR: _ALWAYS, _ORGANIZER: _ALWAYS}
_REVIEWERS: Final = {_REVIEWER: _ALWAYS, _ORGANIZER: _ALWAYS}
_CURATORS: Final = {_CURATOR: _ALWAYS, _ORGANIZER: _ALWAYS}
_ORGANIZERS: Final = {_ORGANIZER: _ALWAYS}

TABLE: Final[Mapping[Action, Mapping[MemberRole, frozenset[State]]]] = {
    Action.SEE_ENTRY: {**_COLLEGE, _REVIEWER: _GIVEN_IN, _CURATOR: _CHOSEN},
    Action.SEE_LOGISTICS: _COLLEGE,
    Action.SEE_PEOPLE_SHOWN: {**_COLLEGE, _REVIEWER: _GIVEN_IN},
    # What a college has saved and not yet given in; who exactly decided, behind the role.
    Action.SEE_UNSENT: _COLLEGE,
    Action.SEE_DECIDERS: _REVIEWERS,
    Action.EDIT_ENTRY: {_EDITOR: _AT_WORK, _COORDINATOR: _AT_WORK, _ORGANIZER: _ALWAYS},
    Action.RECORD_CONSENT: _COORDINATORS,
    Action.REVOKE_CONSENT: _COLLEGE,
    Action.REVIEW: {_REVIEWER: _GIVEN_IN, _ORGANIZER: _GIVEN_IN},
    Action.HIDE: {_ORGANIZER: _PUBLIC},
    Action.ASSIGN_STAND: {_ORGANIZER: _IN_THE_HALL},
    Action.RECORD_AWARD: {_ORGANIZER: _IN_THE_HALL},
    Action.CREATE_DRAFT: _COLLEGE,
    Action.ADD_WALK_IN: _ORGANIZERS,
    Action.SUBMIT: _COORDINATORS,
    Action.ANSWER_CHANGES: _COORDINATORS,
    Action.WITHDRAW: _COORDINATORS,
    Action.REQUEST_CHANGES: {_REVIEWER: _ALWAYS},
    Action.DECIDE: _REVIEWERS,
    Action.MARK_DUPLICATE: _ORGANIZERS,
    Action.REOPEN: _ORGANIZERS,
    Action.PUBLISH: _ORGANIZERS,
    Action.CANCEL: _ORGANIZERS,
    Action.BRING_BACK: _ORGANIZERS,
    Action.UPLOAD: _COLLEGE,
    Action.IMPORT_ROWS: _COLLEGE,
    Action.EXPORT_ROWS: _COLLEGE,
    Action.SEE_COLLEGE_WORK: _COLLEGE,
    Action.EDIT_COLLEGE: _COORDINATORS,
    Action.ANSWER_CHALLENGE: _COORDINATORS,
    Action.MANAGE_COLLEGES: _ORGANIZERS,
    Action.EDIT_SHOWCASE: _CURATORS,
    Action.PUBLISH_SHOWCASE: _CURATORS,
    Action.SEE_INSIGHT: _CURATORS,
    Action.TRANSLATE: _CURATORS,
    Action.MANAGE_STANDS: _ORGANIZERS,
    Action.PRINT: _ORGANIZERS,
    Action.MANAGE_VOCABULARY: _ORGANIZERS,
    Action.MANAGE_CHALLENGES: _ORGANIZERS,
    Action.MANAGE_PEOPLE: _ORGANIZERS,
    Action.MANAGE_EDITION: _ORGANIZERS,
    Action.ERASE_PERSON: _ORGANIZERS,
    Action.EXPORT_EDITION: _ORGANIZERS,
    Action.SEE_AUDIT: _ORGANIZERS,
}

# After the freeze these are the organizers' alone. Revoking a consent is everybody's at any time.
UNTIL_FREEZE: Final = frozenset(
    {
        Action.EDIT_ENTRY,
        Action.RECORD_CONSENT,
        Action.CREATE_DRAFT,
        Action.SUBMIT,
        Action.ANSWER_CHANGES,
        Action.WITHDRAW,
        Action.REQUEST_CHANGES,
        Action.DECIDE,
        Action.UPLOAD,
        Action.IMPORT_ROWS,
    }
)
# What may still be done in an archived edition: read it, and take out what somebody asks to.
IN_ARCHIVES: Final = frozenset(
    {
        Action.SEE_ENTRY,
        Action.SEE_LOGISTICS,
        Action.SEE_PEOPLE_SHOWN,
        Action.REVIEW,
        Action.REVOKE_CONSENT,
        Action.HIDE,
        Action.EXPORT_ROWS,
        Action.SEE_COLLEGE_WORK,
        Action.SEE_INSIGHT,
        Action.PRINT,
        Action.MANAGE_PEOPLE,
        Action.MANAGE_EDITION,
        Action.ERASE_PERSON,
        Action.EXPORT_EDITION,
        Action.SEE_AUDIT,
    }
)
# What an organizer does in a college's stead, and the log names the college for.
FOR_A_COLLEGE: Final = frozenset(action for action, roles in TABLE.items() if _COORDINATOR in roles)


@dataclass(frozen=True)
class Grant:
    """One role and where it holds, by the ids of college and edition; None: everywhere."""

    role: MemberRole
    college: int | None = None
    edition: int | None = None


@dataclass(frozen=True)
class Actor:
    """Who acts, as the database knew it when this transaction began; account None: the machine."""

    account: int | None
    grants: tuple[Grant, ...]


@dataclass(frozen=True)
class Subject:
    """What an action is about. Without a college or an edition it is about all of them."""

    college: int | None = None
    edition: int | None = None
    state: State | None = None
    frozen: bool = False
    archived: bool = False


class Operator(Enum):
    """Whoever holds the machine itself: scripts, and what the app does by the clock."""

    COMMAND_LINE = "command_line"


COMMAND_LINE: Final = Operator.COMMAND_LINE
By = int | Operator
MACHINE: Final = Actor(None, (Grant(MemberRole.ORGANIZER),))


def actor_of(session: Session, by: By) -> Actor:
    """The actor that an account is at this moment; raises Refused if it may do nothing at all."""
    if isinstance(by, Operator):
        return MACHINE
    account = session.scalars(
        select(Account)
        .where(Account.id == by)
        .options(selectinload(Account.memberships))
        .execution_options(populate_existing=True)
    ).one_or_none()
    if account is None:
        raise Refused(Reason.SIGNED_OUT)
    reason = closed(session, account)
    if reason is not None:
        raise Refused(reason)
    grants = (
        Grant(MemberRole(one.role), one.college_id, one.edition_id) for one in account.memberships
    )
    return Actor(account.id, tuple(grants))


def closed(session: Session, account: Account) -> Reason | None:
    """Why nobody may enter an account now; None if its owner may."""
    if account.blocked_at is not None:
        return Reason.BLOCKED
    if account.is_demo and not demo_only(session):
        return Reason.DEMO_CLOSED
    return None


def demo_only(session: Session) -> bool:
    """Whether there is a demo fair and, archives aside, no other."""
    real = session.scalar(select(exists().where(~Edition.is_demo, ~Edition.is_archive)))
    demo = session.scalar(select(exists().where(Edition.is_demo)))
    return bool(demo) and not real


def subject_of(exhibit: Exhibit, now: datetime) -> Subject:
    """An exhibit as the subject of an action; a new one has no state yet."""
    return Subject(
        exhibit.college.id,
        exhibit.edition.id,
        State(exhibit.state) if exhibit.state else None,
        frozen=is_frozen(exhibit.edition, now),
        archived=exhibit.edition.is_archive,
    )


def subject_in(edition: Edition, now: datetime, college: int | None = None) -> Subject:
    """An edition, or a college in it by its id, as the subject of an action."""
    return Subject(college, edition.id, frozen=is_frozen(edition, now), archived=edition.is_archive)


def is_frozen(edition: Edition, now: datetime) -> bool:
    """Whether only organizers still change this edition's entries."""
    return edition.freeze_at is not None and now >= edition.freeze_at


def is_organizer(actor: Actor, subject: Subject) -> bool:
    """Whether the actor runs the fair that this is about, whatever else they are."""
    return any(
        grant.role is MemberRole.ORGANIZER and _covers(grant, subject) for grant in actor.grants
    )


def may(actor: Actor, action: Action, subject: Subject) -> bool:
    """Whether `require` would let it pass."""
    return _refusal(actor, action, subject) is None


def require(actor: Actor, action: Action, subject: Subject) -> MemberRole:
    """The role in which an actor may do this, the least of several; raises Refused if in none."""
    refusal = _refusal(actor, action, subject)
    if refusal is not None:
        raise refusal
    granted = {grant.role for grant in actor.grants if _allows(grant, action, subject)}
    return next(role for role in MemberRole if role in granted)


def entries_within(actor: Actor, action: Action, *, frozen: bool = False) -> ColumnElement[bool]:
    """The condition on Exhibit that `may` is of an action: for reading lists.

    `frozen` says whether the edition that is read is frozen.
    """
    conditions = []
    for grant in actor.grants:
        states = TABLE[action].get(grant.role)
        if states is None or (frozen and _ends_at_freeze(grant, action)):
            continue
        conditions.append(
            and_(
                Exhibit.state.in_(sorted(states)),
                true() if grant.college is None else Exhibit.college_id == grant.college,
                true() if grant.edition is None else Exhibit.edition_id == grant.edition,
            )
        )
    return or_(*conditions) if conditions else false()


def colleges_of(actor: Actor, action: Action) -> frozenset[int] | None:
    """The colleges an actor may do this for, by id; None: for every one."""
    grants = [grant for grant in actor.grants if grant.role in TABLE[action]]
    if any(grant.college is None for grant in grants):
        return None
    return frozenset(grant.college for grant in grants if grant.college is not None)


def _refusal(actor: Actor, action: Action, subject: Subject) -> Refused | None:
    if subject.archived and action not in IN_ARCHIVES and actor.account is not None:
        return Refused(Reason.ARCHIVED)
    here = [grant for grant in actor.grants if _covers(grant, subject)]
    able = [grant for grant in here if grant.role in TABLE[action]]
    if not able:
        return Refused(Reason.NOT_YOUR_ROLE)
    if any(_allows(grant, action, subject) for grant in able):
        return None
    if subject.frozen and all(_ends_at_freeze(grant, action) for grant in able):
        return Refused(Reason.FROZEN)
    return Refused(Reason.NOT_IN_STATE, state=subject.state or "new")


def _allows(grant: Grant, action: Action, subject: Subject) -> bool:
    states = TABLE[action].get(grant.role)
    return (
        states is not None
        and _covers(grant, subject)
        and (subject.state is None or subject.state in states)
        and not (subject.frozen and _ends_at_freeze(grant, action))
    )


def _covers(grant: Grant, subject: Subject) -> bool:
    return grant.college in (None, subject.college) and grant.edition in (None, subject.edition)


def _ends_at_freeze(grant: Grant, action: Action) -> bool:
    return action in UNTIL_FREEZE and grant.role is not MemberRole.ORGANIZER
