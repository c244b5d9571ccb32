"""What a college does with an entry: write it, save it, give it in, take it back.

While one writes, every change goes to one's own working copy; at Save it becomes the entry's. What
is accepted or published stays as it was approved: a college's later changes are a proposal, which
is given in and decided on like a first submission.

Every verb takes the open catalog, whose act it is (`by`) and the moment it is, and is one
transaction. What an actor may not see is NotThere, what they may not do is Refused.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from catalog.choices import Decision, Deed, ProposalState, State
from catalog.codes import new_code
from catalog.consents import problems_of_people
from catalog.drafts import (
    Demands,
    Draft,
    draft_of,
    problems_for_draft,
    problems_for_publication,
    problems_for_submission,
)
from catalog.entries import Entries
from catalog.errors import CatalogError, NotThere
from catalog.models import (
    Account,
    College,
    Edition,
    Exhibit,
    Proposal,
    Revision,
    UsedCode,
    WorkingCopy,
)
from catalog.permissions import (
    Action,
    Actor,
    By,
    actor_of,
    is_organizer,
    may,
    require,
    subject_in,
    subject_of,
)
from catalog.pictures import release
from catalog.problems import Problem
from catalog.refusals import Reason, Refused
from catalog.states import STANDING, Incomplete, record, stand_taken, transition
from catalog.store import Store
from catalog.values import changed_fields, draft_from, merged, pictures_in, values_of

REASON_LENGTH: Final = 2_000
# A copy may hold what is too long to be saved, but not a library.
_MOST_KEPT: Final = 200_000
# Where an exhibit stands is the organizers' to say, what a college saves leaves it alone.
_ORGANIZERS_FIELDS: Final = ("hall", "stand")
APPROVED: Final = (State.ACCEPTED, State.PUBLISHED)
# What an approved exhibit brings along when it is taken up again next year.
# People consented to one year's fair.
LEFT_BEHIND: Final = ("hall", "stand", "external_id", "named")


@dataclass(frozen=True)
class Copy:
    """One's own working copy of an entry; `code` is None while the entry is new."""

    id: int
    code: str | None
    edition: str
    college: str
    state: State | None
    draft: Draft
    base: Draft
    changed: bool
    updated_at: datetime


@dataclass(frozen=True)
class FieldConflict:
    """A field that somebody else has saved since: what it was, what I have, what they saved."""

    name: str
    base: Any
    mine: Any
    theirs: Any
    clash: bool


class Conflict(CatalogError):
    """Somebody else saved the entry meanwhile; nothing is lost, and nothing is saved yet.

    Saving again with `seen=version` keeps both editors' changes; where both changed a field, one's
    own, unless it is named in `theirs`.
    """

    def __init__(
        self, version: int, fields: tuple[FieldConflict, ...], who: str, when: datetime
    ) -> None:
        self.version, self.fields, self.who, self.when = version, fields, who, when
        names = ", ".join(field.name for field in fields)
        super().__init__(f"{who} has changed {names} meanwhile; look at it and save again.")


@dataclass(frozen=True)
class Saved:
    """The entry a copy was saved to; `proposed`: not yet public, it has to be given in first."""

    code: str
    version: int
    proposed: bool


def open_copy(
    store: Store,
    *,
    code: str | None = None,
    college: str | None = None,
    edition: str | None = None,
    copy_from: str | None = None,
    by: By,
    now: datetime,
) -> Copy:
    """One's own copy of an entry, as one left it, or of a new entry of a college.

    A new one may begin as a copy of another exhibit of the same college; `edition` None is the
    current one.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        if actor.account is None:
            raise Refused(Reason.SIGNED_OUT)
        if code is not None:
            exhibit = find_entry(session, actor, code, now, lock=True)
            return _copy_of(_existing_copy(session, actor, exhibit, now))
        place = _edition(session, edition)
        its_college = _college(session, college)
        require(actor, Action.CREATE_DRAFT, subject_in(place, now, its_college.id))
        base = values_of(Draft(college=its_college.slug))
        content = dict(base)
        if copy_from is not None:
            source = _seen(session, actor, copy_from, now)
            if source.college.id != its_college.id:
                raise NotThere(f"There is no exhibit {copy_from}.")
            content = values_of(draft_of(source))
            for name in LEFT_BEHIND:
                content.pop(name, None)
        copy = WorkingCopy(
            account_id=actor.account, edition=place, college=its_college, base_version=0,
            base=base, content=content, created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(copy)
        session.flush()
        return _copy_of(copy)


def copies_of(session: Session, *, by: By) -> Sequence[Copy]:
    """One's own copies in which something is written that was never saved, the newest first."""
    actor = actor_of(session, by)
    rows = session.scalars(
        select(WorkingCopy)
        .where(WorkingCopy.account_id == actor.account)
        .order_by(WorkingCopy.updated_at.desc(), WorkingCopy.id.desc())
    )
    return [copy for copy in map(_copy_of, rows) if copy.changed]


def copy_by_id(session: Session, copy: int, *, by: By) -> Copy:
    """One's own copy of that number; raises NotThere."""
    return _copy_of(_own(session, actor_of(session, by), copy))


def autosave(store: Store, copy: int, draft: Draft, *, by: By, now: datetime) -> datetime:
    """Keep what one has written so far, complete or not; returns the moment it was kept.

    Raises Refused for what no entry could hold.
    """
    content = values_of(draft)
    if len(json.dumps(content, ensure_ascii=False)) > _MOST_KEPT:
        raise Refused(Reason.TOO_MUCH_TEXT)
    with store.writing() as session:
        actor = actor_of(session, by)
        row = _own(session, actor, copy)
        if draft.college != row.college.slug:
            raise Refused(Reason.COLLEGE_STAYS)
        if row.content != content:
            taken_out = pictures_in(row.content) - pictures_in(content)
            row.content, row.updated_at = content, now
            _release(session, row, taken_out, actor, now)
        return row.updated_at


def discard(store: Store, copy: int, *, by: By, now: datetime) -> None:
    """Throw one's own copy away; the entry stays as it was last saved."""
    with store.writing() as session:
        actor = actor_of(session, by)
        row = _own(session, actor, copy)
        session.delete(row)
        _release(session, row, pictures_in(row.content) | pictures_in(row.base), actor, now)


def save(
    store: Store,
    copy: int,
    *,
    seen: int | None = None,
    theirs: frozenset[str] = frozenset(),
    by: By,
    now: datetime,
) -> Saved:
    """Make a copy the entry's, and let it go.

    Raises Incomplete for what can't be kept, and Conflict if somebody else saved the entry since
    the copy was made, unless `seen` is the version that was looked at: then both editors' changes
    are kept, and of the fields both changed those named in `theirs` are the other's.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        row = _own(session, actor, copy)
        if row.exhibit_id is None:
            content, proposed = row.content, False
            exhibit = create(session, row.edition, draft_from(content), actor=actor, now=now)
        else:
            exhibit = _locked(session, row.exhibit_id)
            content = _merged(session, exhibit, row, seen, theirs)
            proposed = put(session, exhibit, draft_from(content), actor=actor, now=now)
        session.delete(row)
        session.flush()
        had = pictures_in(row.base) | pictures_in(row.content)
        _release(session, row, had - pictures_in(content), actor, now)
        return Saved(exhibit.code, exhibit.version, proposed)


def create(
    session: Session,
    edition: Edition,
    draft: Draft,
    *,
    to: State = State.DRAFT,
    actor: Actor,
    now: datetime,
) -> Exhibit:
    """A new exhibit with these values, a draft or a walk-in that is published at once.

    Raises Incomplete for what can't be kept, or not shown.
    """
    entries = Entries(session, edition)
    place = entries.colleges.row(draft.college)
    action = Action.CREATE_DRAFT if to is State.DRAFT else Action.ADD_WALK_IN
    require(actor, action, subject_in(edition, now, place.id))
    code = new_code(set(session.scalars(select(UsedCode.code))))
    problems = problems_for_draft(draft)
    if problems:
        raise Incomplete(code, to, problems)
    exhibit = entries.create(code, draft, now=now)
    exhibit.saved_by = actor.account
    transition(session, exhibit, to, actor=actor, now=now)
    return exhibit


def add_walk_in(
    store: Store, draft: Draft, *, edition: str | None = None, by: By, now: datetime
) -> str:
    """Publish a new exhibit in one step, as organizers do on the day; returns its code.

    Raises Incomplete for what the edition doesn't let be published.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        place = _edition(session, edition)
        _college(session, draft.college)
        return create(session, place, draft, to=State.PUBLISHED, actor=actor, now=now).code


def put(
    session: Session,
    exhibit: Exhibit,
    draft: Draft,
    *,
    entries: Entries | None = None,
    action: Action = Action.EDIT_ENTRY,
    actor: Actor,
    now: datetime,
) -> bool:
    """Give an entry new values, at once or as a proposal; returns whether they are a proposal.

    What a college changes on an approved exhibit is a proposal, and so is whatever is changed while
    there is one; a translation (`action`) counts at once, as what organizers change. Raises Refused
    or, for values that don't fit its state, Incomplete. `entries` are those of its edition, for who
    has them already.
    """
    subject = subject_of(exhibit, now)
    role = require(actor, action, subject)
    runs_the_fair = action is Action.TRANSLATE or is_organizer(actor, subject)
    state = State(exhibit.state)
    proposal = session.get(Proposal, exhibit.id)
    waiting = waiting_revision(session, exhibit)
    if waiting is not None and not runs_the_fair:
        raise Refused(Reason.WAITS_FOR_REVIEW)
    if draft.college != exhibit.college.slug:
        raise Refused(Reason.COLLEGE_STAYS)
    content = values_of(draft)
    if not runs_the_fair:
        kept = values_of(draft_of(exhibit))
        for name in _ORGANIZERS_FIELDS:
            content.pop(name, None)
            if name in kept:
                content[name] = kept[name]
    draft = draft_from(content)
    present = values_of(present_draft(session, exhibit))
    if content == present:
        return proposal is not None
    proposed = state in APPROVED and (proposal is not None or not runs_the_fair)
    _require_fitting(exhibit, draft, proposed=proposed)
    if proposed:
        if proposal is None:
            proposal = Proposal(exhibit_id=exhibit.id, state=ProposalState.WRITING)
            session.add(proposal)
        proposal.content, proposal.updated_at = content, now
        exhibit.version += 1
        exhibit.updated_at = now
    else:
        if entries is None and state in STANDING:
            _require_free_stand(session, exhibit, draft)
        entries = entries or Entries(session, exhibit.edition)
        entries.change([(exhibit, draft)], now=now)
    exhibit.saved_by = actor.account
    number = None
    if waiting is not None:
        decide_revision(waiting, Decision.SUPERSEDED, actor, now)
        session.flush()
        number = add_revision(session, exhibit, content, actor=actor, now=now).number
    elif state in APPROVED and not proposed:
        revision = add_revision(session, exhibit, content, actor=actor, now=now)
        decide_revision(revision, Decision.ACCEPTED, actor, now)
        number = revision.number
    record(
        session, exhibit, Deed.SAVED, origin=state, action=action, role=role,
        actor=actor, revision=number, now=now,
    )  # fmt: skip
    return proposed


def problems_in_state(exhibit: Exhibit, draft: Draft) -> list[Problem]:
    """What keeps an exhibit in its state from holding these values."""
    state = State(exhibit.state)
    if state is State.PUBLISHED:
        return problems_for_publication(draft, Demands.of(exhibit.edition))
    if state in (State.SUBMITTED, State.ACCEPTED):
        return problems_for_submission(draft)
    return problems_for_draft(draft)


def submit(store: Store, code: str, *, by: By, now: datetime) -> int:
    """Give an entry in for review, or what is proposed for an approved one; returns its round.

    Raises Refused after the deadline, over the quota, or if nothing has changed; Incomplete for
    what isn't ready.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        exhibit = find_entry(session, actor, code, now, lock=True)
        state = State(exhibit.state)
        if state not in APPROVED:
            return give_in(session, exhibit, actor=actor, now=now)
        return _submit_changes(session, exhibit, actor, now)


def give_in(
    session: Session,
    exhibit: Exhibit,
    *,
    actor: Actor,
    now: datetime,
    reason: str | None = None,
) -> int:
    """Move an exhibit to `submitted` as it is, with a revision of it; returns the round."""
    number = _next_number(session, exhibit)
    transition(
        session, exhibit, State.SUBMITTED, actor=actor, now=now, reason=reason, revision=number
    )
    add_revision(session, exhibit, values_of(draft_of(exhibit)), actor=actor, now=now)
    return number


def withdraw(store: Store, code: str, *, reason: str = "", by: By, now: datetime) -> None:
    """Take an entry back; an organizer can open it again."""
    said = clean_reason(reason)
    with store.writing() as session:
        actor = actor_of(session, by)
        exhibit = find_entry(session, actor, code, now, lock=True)
        transition(session, exhibit, State.WITHDRAWN, actor=actor, now=now, reason=said)
        waiting = waiting_revision(session, exhibit)
        if waiting is not None:
            decide_revision(waiting, Decision.WITHDRAWN, actor, now)
        fold_proposal(session, exhibit, now)


def drop_changes(store: Store, code: str, *, by: By, now: datetime) -> None:
    """Take back what is proposed for an approved exhibit; it stays as it was approved."""
    with store.writing() as session:
        actor = actor_of(session, by)
        exhibit = find_entry(session, actor, code, now, lock=True)
        role = require(actor, Action.WITHDRAW, subject_of(exhibit, now))
        proposal = session.get(Proposal, exhibit.id)
        if proposal is None:
            raise Refused(Reason.NOTHING_TO_SUBMIT)
        waiting = waiting_revision(session, exhibit)
        if waiting is not None:
            decide_revision(waiting, Decision.WITHDRAWN, actor, now)
        session.delete(proposal)
        release(
            session, pictures_in(proposal.content), college=exhibit.college_id,
            edition=exhibit.edition_id, actor=actor, now=now,
        )  # fmt: skip
        exhibit.version += 1
        exhibit.updated_at = now
        record(
            session, exhibit, Deed.DROPPED_CHANGES, origin=State(exhibit.state),
            action=Action.WITHDRAW, role=role, actor=actor, now=now,
            revision=waiting.number if waiting else None,
        )  # fmt: skip


def present_draft(session: Session, exhibit: Exhibit) -> Draft:
    """The values an editor goes on from: what is proposed, else what the exhibit holds."""
    proposal = session.get(Proposal, exhibit.id)
    return draft_from(proposal.content) if proposal is not None else draft_of(exhibit)


def waiting_revision(session: Session, exhibit: Exhibit) -> Revision | None:
    """What of an exhibit waits for a decision."""
    return session.scalars(
        select(Revision).where(Revision.exhibit_id == exhibit.id, Revision.decision.is_(None))
    ).one_or_none()


def add_revision(
    session: Session, exhibit: Exhibit, content: Mapping[str, Any], *, actor: Actor, now: datetime
) -> Revision:
    """The exhibit's next revision."""
    revision = Revision(
        exhibit_id=exhibit.id, number=_next_number(session, exhibit), content=dict(content), created_at=now,
        created_by=actor.account,
    )  # fmt: skip
    session.add(revision)
    session.flush()
    return revision


def decide_revision(
    revision: Revision,
    decision: Decision,
    actor: Actor,
    now: datetime,
    comment: str | None = None,
) -> None:
    """Note what became of a revision."""
    revision.decision, revision.decided_at, revision.decided_by = decision, now, actor.account
    revision.comment = comment


def fold_proposal(session: Session, exhibit: Exhibit, now: datetime) -> None:
    """Make what was proposed the values of an exhibit that nobody sees any more."""
    proposal = session.get(Proposal, exhibit.id)
    if proposal is not None:
        Entries(session, exhibit.edition).change([(exhibit, draft_from(proposal.content))], now=now)
        session.delete(proposal)


def clean_reason(reason: str) -> str | None:
    """A reason as it is kept; raises Refused for one that is too long."""
    said = reason.replace("\x00", "").strip()
    if len(said) > REASON_LENGTH:
        raise Refused(Reason.TEXT_TOO_LONG, limit=REASON_LENGTH)
    return said or None


def find_entry(
    session: Session, actor: Actor, code: str, now: datetime, *, lock: bool = False
) -> Exhibit:
    """The entry of a code, if the actor may see it; raises NotThere. `lock`: to change it."""
    exhibit = _seen(session, actor, code, now)
    return _locked(session, exhibit.id) if lock else exhibit


def _next_number(session: Session, exhibit: Exhibit) -> int:
    last = session.scalar(
        select(func.max(Revision.number)).where(Revision.exhibit_id == exhibit.id)
    )
    return (last or 0) + 1


def _submit_changes(session: Session, exhibit: Exhibit, actor: Actor, now: datetime) -> int:
    role = require(actor, Action.SUBMIT, subject_of(exhibit, now))
    proposal = session.get(Proposal, exhibit.id)
    if proposal is None:
        raise Refused(Reason.NOTHING_TO_SUBMIT)
    if proposal.state == ProposalState.SUBMITTED:
        raise Refused(Reason.WAITS_FOR_REVIEW)
    draft = draft_from(proposal.content)
    _require_fitting(exhibit, draft, proposed=False)
    problems = problems_of_people(session, draft, faces=exhibit.state == State.PUBLISHED)
    if problems:
        raise Incomplete(exhibit.code, State.SUBMITTED, problems)
    proposal.state = ProposalState.SUBMITTED
    revision = add_revision(session, exhibit, proposal.content, actor=actor, now=now)
    exhibit.version += 1
    record(
        session, exhibit, Deed.SUBMITTED_CHANGES, origin=State(exhibit.state),
        action=Action.SUBMIT, role=role, actor=actor, revision=revision.number, now=now,
    )  # fmt: skip
    return revision.number


def _require_fitting(exhibit: Exhibit, draft: Draft, *, proposed: bool) -> None:
    """Raises Incomplete unless an exhibit in its state could hold these values."""
    problems = problems_for_draft(draft) if proposed else problems_in_state(exhibit, draft)
    if problems:
        raise Incomplete(exhibit.code, State(exhibit.state), problems)


def _require_free_stand(session: Session, exhibit: Exhibit, draft: Draft) -> None:
    hall = next((one for one in exhibit.edition.halls if one.slug == draft.hall), None)
    problems = stand_taken(session, exhibit, hall, draft.stand)
    if problems:
        raise Incomplete(exhibit.code, State(exhibit.state), problems)


def _merged(
    session: Session,
    exhibit: Exhibit,
    row: WorkingCopy,
    seen: int | None,
    theirs: frozenset[str],
) -> dict[str, Any]:
    if exhibit.version == row.base_version:
        return row.content
    present = values_of(present_draft(session, exhibit))
    changed = changed_fields(row.base, present)
    mine = frozenset(changed_fields(row.base, row.content))
    if changed and seen != exhibit.version:
        fields = tuple(
            FieldConflict(
                name, row.base.get(name), row.content.get(name), present.get(name),
                clash=name in mine and row.content.get(name) != present.get(name),
            )
            for name in changed
        )  # fmt: skip
        saver = session.get(Account, exhibit.saved_by) if exhibit.saved_by else None
        raise Conflict(exhibit.version, fields, saver.name if saver else "", exhibit.updated_at)
    content = merged(row.base, row.content, present)
    for name in theirs:
        content.pop(name, None)
        if name in present:
            content[name] = present[name]
    return content


def _existing_copy(session: Session, actor: Actor, exhibit: Exhibit, now: datetime) -> WorkingCopy:
    require(actor, Action.EDIT_ENTRY, subject_of(exhibit, now))
    if not is_organizer(actor, subject_of(exhibit, now)) and waiting_revision(session, exhibit):
        raise Refused(Reason.WAITS_FOR_REVIEW)
    row = session.scalars(
        select(WorkingCopy).where(
            WorkingCopy.account_id == actor.account, WorkingCopy.exhibit_id == exhibit.id
        )
    ).one_or_none()
    if row is None:
        row = WorkingCopy(
            account_id=actor.account, edition=exhibit.edition, college=exhibit.college,
            exhibit=exhibit, created_at=now,
        )  # fmt: skip
        session.add(row)
    elif row.content != row.base:
        return row
    row.base = row.content = values_of(present_draft(session, exhibit))
    row.base_version, row.updated_at = exhibit.version, now
    session.flush()
    return row


def _release(
    session: Session, row: WorkingCopy, taken_out: frozenset[str], actor: Actor, now: datetime
) -> None:
    release(
        session, taken_out, college=row.college_id, edition=row.edition_id, actor=actor, now=now
    )


def _own(session: Session, actor: Actor, copy: int) -> WorkingCopy:
    row = session.get(WorkingCopy, copy)
    if row is None or row.account_id != actor.account:
        raise NotThere("This copy is no longer there: it was saved or thrown away.")
    return row


def _copy_of(row: WorkingCopy) -> Copy:
    exhibit = row.exhibit
    return Copy(
        row.id,
        exhibit.code if exhibit else None,
        row.edition.slug,
        row.college.slug,
        State(exhibit.state) if exhibit else None,
        draft_from(row.content),
        draft_from(row.base),
        row.content != row.base,
        row.updated_at,
    )


def _seen(session: Session, actor: Actor, code: str, now: datetime) -> Exhibit:
    """The entry of a code, if the actor may see it."""
    exhibit = session.scalars(select(Exhibit).where(Exhibit.code == code)).one_or_none()
    if exhibit is None or not may(actor, Action.SEE_ENTRY, subject_of(exhibit, now)):
        raise NotThere(f"There is no exhibit {code}.")
    return exhibit


def _locked(session: Session, exhibit: int) -> Exhibit:
    """An exhibit that nobody else changes until this transaction ends."""
    return session.scalars(
        select(Exhibit)
        .where(Exhibit.id == exhibit)
        .with_for_update(of=Exhibit)
        .execution_options(populate_existing=True)
    ).one()


def _edition(session: Session, slug: str | None) -> Edition:
    wanted = Edition.is_current if slug is None else Edition.slug == slug
    found = session.scalars(select(Edition).where(wanted)).one_or_none()
    if found is None:
        raise NotThere("There is no such edition.")
    return found


def _college(session: Session, slug: str | None) -> College:
    found = session.scalars(select(College).where(College.slug == (slug or ""))).one_or_none()
    if found is None:
        raise NotThere("There is no such college.")
    return found
