"""What reviewers and organizers do with entries: look, decide, publish, take off the fair.

Verbs that take several codes do each by itself, in its own transaction, and tell the outcome of
each: one that can't be done keeps no other from being done.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload

from catalog.choices import Decision, Deed, MemberRole, ProposalState, State
from catalog.consents import problems_of_people
from catalog.drafts import Demands, draft_of, problems_for_publication
from catalog.entries import Entries
from catalog.errors import CatalogError, NotAllowed, NotThere
from catalog.models import Exhibit, PendingDecision, Proposal, Revision
from catalog.notices import NoticeKind, members, named, notify
from catalog.permissions import (
    Action,
    Actor,
    By,
    actor_of,
    entries_within,
    require,
    subject_of,
)
from catalog.pinned import tell_curators
from catalog.refusals import Reason, Refused
from catalog.states import Incomplete, record, transition
from catalog.store import Store, public_changed
from catalog.submissions import (
    clean_reason,
    decide_revision,
    find_entry,
    fold_proposal,
    give_in,
    waiting_revision,
)
from catalog.values import draft_from

# From here an organizer opens an entry again.
REOPENED: Final = (State.ACCEPTED, State.REJECTED, State.DUPLICATE, State.WITHDRAWN)
DECISIONS: Final = (Decision.ACCEPTED, Decision.CHANGES_REQUESTED, Decision.REJECTED)

_STATE_AFTER: Final[Mapping[Decision, State]] = {
    Decision.ACCEPTED: State.ACCEPTED,
    Decision.CHANGES_REQUESTED: State.CHANGES_REQUESTED,
    Decision.REJECTED: State.REJECTED,
}
_DEED: Final[Mapping[Decision, Deed]] = {
    Decision.ACCEPTED: Deed.APPROVED_CHANGES,
    Decision.CHANGES_REQUESTED: Deed.RETURNED_CHANGES,
    Decision.REJECTED: Deed.REFUSED_CHANGES,
}
_NOTICE: Final[Mapping[tuple[Decision, bool], NoticeKind]] = {
    (Decision.ACCEPTED, False): NoticeKind.ACCEPTED,
    (Decision.ACCEPTED, True): NoticeKind.CHANGES_APPROVED,
    (Decision.CHANGES_REQUESTED, False): NoticeKind.CHANGES_REQUESTED,
    (Decision.CHANGES_REQUESTED, True): NoticeKind.CHANGES_REQUESTED,
    (Decision.REJECTED, False): NoticeKind.REJECTED,
    (Decision.REJECTED, True): NoticeKind.CHANGES_REFUSED,
}


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a decision: which exhibit, which round, since when.

    `of_approved`: it is a change to an exhibit that is accepted or published already. `pending` is
    the decision somebody has made up their mind to; `stale`, it was about an earlier text.
    """

    code: str
    titles: Mapping[str, str]
    college: str
    college_names: Mapping[str, str]
    field: str | None
    state: State
    number: int
    since: datetime
    of_approved: bool
    pending: Decision | None
    pending_reason: str
    stale: bool


@dataclass(frozen=True)
class Outcome:
    """What became of one exhibit of several; `error` is None where it was done."""

    code: str
    error: CatalogError | None = None

    @property
    def done(self) -> bool:
        return self.error is None

    def sentence(self, language: str) -> str:
        """Why it wasn't done, in Kazakh, Russian or English; empty where it was."""
        if isinstance(self.error, Refused | Incomplete):
            return self.error.sentence(language)
        return str(self.error) if self.error else ""


def queue(session: Session, *, edition: str | None = None, by: By) -> Sequence[Waiting]:
    """What waits for a decision in an actor's scope, the longest waiting first."""
    actor = actor_of(session, by)
    query = (
        select(Revision, Proposal, PendingDecision)
        .join(Exhibit, Revision.exhibit_id == Exhibit.id)
        .outerjoin(Proposal, Proposal.exhibit_id == Exhibit.id)
        .outerjoin(PendingDecision, PendingDecision.exhibit_id == Exhibit.id)
        .where(
            Revision.decision.is_(None),
            entries_within(actor, Action.REVIEW),
            Exhibit.edition.has(is_current=True)
            if edition is None
            else Exhibit.edition.has(slug=edition),
        )
        .options(
            joinedload(Revision.exhibit).joinedload(Exhibit.college),
            joinedload(Revision.exhibit).joinedload(Exhibit.field),
        )
        .order_by(Revision.created_at, Revision.id)
    )
    return [
        _waiting(revision, proposal, pending)
        for revision, proposal, pending in session.execute(query)
    ]


def decide(
    store: Store,
    codes: Collection[str],
    decision: Decision,
    *,
    seen: Mapping[str, int] | None = None,
    reason: str = "",
    pending: bool = False,
    by: By,
    now: datetime,
) -> Sequence[Outcome]:
    """Accept, ask for changes or reject what waits of each exhibit; the college is told.

    `seen` is the round of each exhibit that was looked at: where another one waits by now, or it
    isn't named, nothing is decided. Without it, as for scripts, it is about whatever waits. With
    `pending` it is only noted, and tells nobody until `apply_pending`. A comment is needed unless
    one accepts. Raises ValueError for what is no reviewer's decision.
    """
    if decision not in DECISIONS:
        raise ValueError(f"{decision} is not for a reviewer to decide.")
    said = clean_reason(reason)
    one = _note if pending else _decide

    def act(session: Session, code: str) -> None:
        actor = actor_of(session, by)
        exhibit = find_entry(session, actor, code, now, lock=True)
        if seen is not None:
            _require_seen(session, exhibit, seen.get(code), actor, now)
        one(session, exhibit, decision, said, actor, now)

    return _each(store, codes, act)


def apply_pending(
    store: Store,
    codes: Collection[str],
    *,
    seen: Mapping[str, Decision] | None = None,
    by: By,
    now: datetime,
) -> Sequence[Outcome]:
    """Carry out the decisions noted for these exhibits; what was changed since is left alone.

    `seen` is the decision of each that was looked at: another one, noted since, is left alone too.
    """

    def act(session: Session, code: str) -> None:
        actor = actor_of(session, by)
        exhibit = find_entry(session, actor, code, now, lock=True)
        noted = _noted(session, exhibit, actor, now)
        if seen is not None and noted.decision != seen.get(code):
            raise Refused(Reason.DECIDED_ANEW)
        _decide(session, exhibit, Decision(noted.decision), noted.reason, actor, now)

    return _each(store, codes, act)


def forget_pending(
    store: Store, codes: Collection[str], *, by: By, now: datetime
) -> Sequence[Outcome]:
    """Unmake the decisions noted for these exhibits."""

    def forget(session: Session, code: str) -> None:
        actor = actor_of(session, by)
        exhibit = find_entry(session, actor, code, now, lock=True)
        require(actor, Action.REVIEW, subject_of(exhibit, now))
        _forget(session, exhibit)

    return _each(store, codes, forget)


def mark_duplicate(
    store: Store,
    code: str,
    of: str,
    *,
    seen: int | None = None,
    reason: str = "",
    by: By,
    now: datetime,
) -> None:
    """Say that an exhibit shows what another one shows; never itself, never in a circle.

    `seen` is the round that was looked at, as in `decide`.
    """
    said = clean_reason(reason)
    with store.writing() as session:
        actor = actor_of(session, by)
        exhibit = find_entry(session, actor, code, now, lock=True)
        if seen is not None:
            _require_seen(session, exhibit, seen, actor, now)
        original = find_entry(session, actor, of, now)
        if original.id == exhibit.id:
            raise Refused(Reason.DUPLICATE_OF_ITSELF)
        if original.state == State.DUPLICATE:
            raise Refused(Reason.DUPLICATE_LOOP, of=of)
        waiting = waiting_revision(session, exhibit)
        exhibit.duplicate_of = original
        transition(
            session, exhibit, State.DUPLICATE, actor=actor, now=now, reason=said,
            revision=waiting.number if waiting else None,
        )  # fmt: skip
        if waiting is not None:
            decide_revision(waiting, Decision.DUPLICATE, actor, now, said)
        _forget(session, exhibit)
        _tell(session, exhibit, NoticeKind.DUPLICATE, now, reason=said or of)


def move(
    store: Store,
    codes: Collection[str],
    to: State,
    *,
    seen: Mapping[str, State] | None = None,
    reason: str = "",
    by: By,
    now: datetime,
) -> Sequence[Outcome]:
    """Publish, cancel, bring back or open again each exhibit; the college is told.

    `seen` is the state each was looked at in: what is in another one by now is left alone.
    """
    said = clean_reason(reason)

    def act(session: Session, code: str) -> None:
        actor = actor_of(session, by)
        exhibit = find_entry(session, actor, code, now, lock=True)
        if seen is not None and exhibit.state != seen.get(code):
            raise Refused(Reason.NOT_IN_STATE, state=exhibit.state)
        _move(session, exhibit, to, said, actor, now)

    return _each(store, codes, act)


def hide(store: Store, code: str, *, hidden: bool, reason: str = "", by: By, now: datetime) -> None:
    """Take a published exhibit out of sight at once, or show it again."""
    said = clean_reason(reason)
    with store.writing() as session:
        actor = actor_of(session, by)
        exhibit = find_entry(session, actor, code, now, lock=True)
        role = require(actor, Action.HIDE, subject_of(exhibit, now))
        if exhibit.hidden == hidden:
            return
        exhibit.hidden, exhibit.updated_at = hidden, now
        deed = Deed.HIDDEN if hidden else Deed.SHOWN
        record(
            session, exhibit, deed, origin=State(exhibit.state), action=Action.HIDE, role=role,
            actor=actor, reason=said, now=now,
        )  # fmt: skip
        public_changed(session, [exhibit.code])
        if hidden:
            tell_curators(session, exhibit, now=now)


def _require_seen(
    session: Session, exhibit: Exhibit, seen: int | None, actor: Actor, now: datetime
) -> None:
    """Raises Refused unless what waits is the round that somebody looked at."""
    require(actor, Action.REVIEW, subject_of(exhibit, now))
    waiting = waiting_revision(session, exhibit)
    if waiting is None:
        raise Refused(Reason.NOTHING_WAITS)
    if waiting.number != seen:
        raise Refused(Reason.UNSEEN, number=waiting.number)


def _decide(
    session: Session,
    exhibit: Exhibit,
    decision: Decision,
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    waiting = waiting_revision(session, exhibit)
    if waiting is None:
        require(actor, Action.REVIEW, subject_of(exhibit, now))
        raise Refused(Reason.NOTHING_WAITS)
    proposal = session.get(Proposal, exhibit.id)
    if proposal is None:
        transition(
            session, exhibit, _STATE_AFTER[decision], actor=actor, now=now, reason=reason,
            revision=waiting.number,
        )  # fmt: skip
    else:
        _decide_changes(session, exhibit, proposal, waiting, decision, reason, actor, now)
    decide_revision(waiting, decision, actor, now, reason)
    _forget(session, exhibit)
    kind = _NOTICE[decision, proposal is not None]
    _tell(session, exhibit, kind, now, reason=reason or "", comment=reason or "")


def _decide_changes(
    session: Session,
    exhibit: Exhibit,
    proposal: Proposal,
    waiting: Revision,
    decision: Decision,
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    """Decide on changes to an approved exhibit, whose state stays."""
    asked = decision is Decision.CHANGES_REQUESTED
    action = Action.REQUEST_CHANGES if asked else Action.DECIDE
    role = require(actor, action, subject_of(exhibit, now))
    if decision is not Decision.ACCEPTED and not reason:
        raise Refused(Reason.REASON_NEEDED, code=exhibit.code, to=_STATE_AFTER[decision])
    if decision is Decision.ACCEPTED:
        draft = draft_from(proposal.content)
        Entries(session, exhibit.edition).change([(exhibit, draft)], now=now)
        if exhibit.state == State.PUBLISHED:
            _require_publishable(session, exhibit)
    if asked:
        proposal.state = ProposalState.CHANGES_REQUESTED
    else:
        session.delete(proposal)
    exhibit.version += 1
    exhibit.updated_at = now
    record(
        session, exhibit, _DEED[decision], origin=State(exhibit.state), action=action, role=role,
        actor=actor, reason=reason, revision=waiting.number, now=now,
    )  # fmt: skip


def _note(
    session: Session,
    exhibit: Exhibit,
    decision: Decision,
    reason: str | None,
    actor: Actor,
    now: datetime,
) -> None:
    asked = decision is Decision.CHANGES_REQUESTED
    require(actor, Action.REQUEST_CHANGES if asked else Action.DECIDE, subject_of(exhibit, now))
    if waiting_revision(session, exhibit) is None:
        raise Refused(Reason.NOTHING_WAITS)
    if decision is not Decision.ACCEPTED and not reason:
        raise Refused(Reason.REASON_NEEDED, code=exhibit.code, to=_STATE_AFTER[decision])
    _forget(session, exhibit)
    session.add(
        PendingDecision(
            exhibit_id=exhibit.id, version=exhibit.version, decision=decision, reason=reason,
            account_id=actor.account, at=now,
        )
    )  # fmt: skip


def _noted(session: Session, exhibit: Exhibit, actor: Actor, now: datetime) -> PendingDecision:
    """The decision that was noted for an exhibit; raises Refused if it was about another text."""
    noted = session.get(PendingDecision, exhibit.id)
    if noted is None:
        require(actor, Action.REVIEW, subject_of(exhibit, now))
        raise Refused(Reason.NOTHING_WAITS)
    if noted.version != exhibit.version:
        raise Refused(Reason.CHANGED_SINCE)
    return noted


def _move(
    session: Session, exhibit: Exhibit, to: State, reason: str | None, actor: Actor, now: datetime
) -> None:
    origin = State(exhibit.state)
    if to is State.SUBMITTED and origin in REOPENED:
        fold_proposal(session, exhibit, now)
        exhibit.duplicate_of = None
        give_in(session, exhibit, actor=actor, now=now, reason=reason)
        _tell(session, exhibit, NoticeKind.REOPENED, now, reason=reason or "")
        return
    if to not in (State.PUBLISHED, State.CANCELLED):
        raise Refused(Reason.NO_SUCH_STEP, code=exhibit.code, state=origin, to=to)
    transition(session, exhibit, to, actor=actor, now=now, reason=reason)
    if to is State.CANCELLED:
        _tell(session, exhibit, NoticeKind.CANCELLED, now, reason=reason or "")
    else:
        back = origin is State.CANCELLED
        _tell(session, exhibit, NoticeKind.BROUGHT_BACK if back else NoticeKind.PUBLISHED, now)


def _each(
    store: Store, codes: Collection[str], act: Callable[[Session, str], None]
) -> Sequence[Outcome]:
    outcomes = []
    for code in dict.fromkeys(codes):
        try:
            with store.writing() as session:
                act(session, code)
        except (NotAllowed, NotThere) as error:
            outcomes.append(Outcome(code, error))
        else:
            outcomes.append(Outcome(code))
    return outcomes


def _require_publishable(session: Session, exhibit: Exhibit) -> None:
    draft = draft_of(exhibit)
    problems = [
        *problems_for_publication(draft, Demands.of(exhibit.edition)),
        *problems_of_people(session, draft, faces=True),
    ]
    if problems:
        raise Incomplete(exhibit.code, State.PUBLISHED, problems)


def _forget(session: Session, exhibit: Exhibit) -> None:
    session.execute(delete(PendingDecision).where(PendingDecision.exhibit_id == exhibit.id))


def _tell(
    session: Session, exhibit: Exhibit, kind: NoticeKind, now: datetime, **facts: str
) -> None:
    """Tell the college's people what became of their exhibit."""
    titles = {text.language: text.title for text in exhibit.texts}
    people = members(session, exhibit.college.id, (MemberRole.EDITOR, MemberRole.COORDINATOR))
    notify(session, people, kind, {**named(exhibit.code, titles), **facts}, now=now)


def _waiting(
    revision: Revision, proposal: Proposal | None, pending: PendingDecision | None
) -> Waiting:
    exhibit = revision.exhibit
    draft = draft_from(revision.content)
    return Waiting(
        exhibit.code,
        {language: text.title for language, text in draft.texts.items() if text.title},
        exhibit.college.slug,
        exhibit.college.names,
        draft.field,
        State(exhibit.state),
        revision.number,
        revision.created_at,
        proposal is not None,
        Decision(pending.decision) if pending else None,
        (pending.reason or "") if pending else "",
        pending is not None and pending.version != exhibit.version,
    )
