"""What people who work on entries see of them: their college's list, one entry with its past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.choices import Decision, Deed, MemberRole, ProposalState, State
from catalog.drafts import (
    Demands,
    Draft,
    draft_of,
    problems_for_publication,
    problems_for_submission,
)
from catalog.errors import NotThere
from catalog.models import (
    Account,
    College,
    Edition,
    Exhibit,
    ExhibitHistory,
    ExhibitTechnology,
    Proposal,
    Revision,
)
from catalog.permissions import (
    Action,
    By,
    Subject,
    actor_of,
    entries_within,
    is_frozen,
    may,
    require,
    subject_of,
)
from catalog.problems import Problem
from catalog.submissions import find_entry, present_draft
from catalog.terms import counted, deadline_of, is_over, quota_of
from catalog.values import draft_from


@dataclass(frozen=True)
class EntryLine:
    """An entry in a list; `missing` is what keeps it from being given in, in its present values.

    `comment` is what the reviewer last asked for, while it is to be answered.
    """

    code: str
    titles: Mapping[str, str]
    college: str
    college_names: Mapping[str, str]
    state: State
    hidden: bool
    proposal: ProposalState | None
    waits_since: datetime | None
    comment: str
    missing: tuple[Problem, ...]
    updated_at: datetime


@dataclass(frozen=True)
class RevisionRecord:
    """What was given in once, by whom, and what became of it."""

    number: int
    draft: Draft
    at: datetime
    who: str
    decision: Decision | None
    comment: str
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True)
class HistoryLine:
    """What happened once: who, in which role, when, what, why; who is "" for the machine."""

    at: datetime
    who: str
    role: MemberRole
    on_behalf: bool
    deed: Deed
    from_state: State | None
    to_state: State
    reason: str
    revision: int | None


@dataclass(frozen=True)
class EntryView:
    """One entry with its past; `approved` is what counts, `present` what is being written."""

    code: str
    edition: str
    college: str
    college_names: Mapping[str, str]
    state: State
    hidden: bool
    approved: Draft
    present: Draft
    proposal: ProposalState | None
    duplicate_of: str | None
    missing_for_submission: tuple[Problem, ...]
    missing_for_publication: tuple[Problem, ...]
    revisions: tuple[RevisionRecord, ...]
    history: tuple[HistoryLine, ...]
    allowed: frozenset[Action]

    @property
    def waiting(self) -> RevisionRecord | None:
        """The revision that waits for a decision."""
        return next((one for one in self.revisions if one.decision is None), None)


@dataclass(frozen=True)
class TermsRecord:
    """Until when and how many: a college's terms in an edition."""

    deadline: datetime | None
    is_over: bool
    freeze: datetime | None
    is_frozen: bool
    quota: int | None
    counted: int


def entries_of(
    session: Session, *, college: str | None = None, edition: str | None = None, by: By
) -> Sequence[EntryLine]:
    """The entries an actor sees in an edition (None: the current one), the last changed first."""
    actor = actor_of(session, by)
    query = (
        select(Exhibit, Proposal)
        .outerjoin(Proposal, Proposal.exhibit_id == Exhibit.id)
        .where(entries_within(actor, Action.SEE_ENTRY), Exhibit.edition.has(_edition(edition)))
        .options(
            joinedload(Exhibit.college),
            joinedload(Exhibit.field),
            joinedload(Exhibit.specialty),
            joinedload(Exhibit.hall),
            joinedload(Exhibit.logistics),
            selectinload(Exhibit.texts),
            selectinload(Exhibit.technology_links).joinedload(ExhibitTechnology.technology),
            selectinload(Exhibit.keywords),
            selectinload(Exhibit.creators),
            selectinload(Exhibit.seeking),
            selectinload(Exhibit.pictures),
            selectinload(Exhibit.links),
        )
        .order_by(Exhibit.updated_at.desc(), Exhibit.id.desc())
    )
    if college is not None:
        query = query.where(Exhibit.college.has(slug=college))
    found = session.execute(query).all()
    last = _last_revisions(session, [exhibit.id for exhibit, _ in found])
    return [_line(exhibit, proposal, last.get(exhibit.id)) for exhibit, proposal in found]


def entry_view(session: Session, code: str, *, by: By, now: datetime) -> EntryView:
    """One entry with its revisions and history; raises NotThere for what the actor may not see."""
    actor = actor_of(session, by)
    exhibit = find_entry(session, actor, code, now)
    subject = subject_of(exhibit, now)
    present = present_draft(session, exhibit)
    proposal = session.get(Proposal, exhibit.id)
    revisions = session.scalars(
        select(Revision).where(Revision.exhibit_id == exhibit.id).order_by(Revision.number)
    ).all()
    lines = session.scalars(
        select(ExhibitHistory)
        .where(ExhibitHistory.exhibit_id == exhibit.id)
        .order_by(ExhibitHistory.id)
    ).all()
    accounts = {one.created_by for one in revisions} | {one.decided_by for one in revisions}
    names = _names(session, accounts | {line.account_id for line in lines})
    return EntryView(
        exhibit.code,
        exhibit.edition.slug,
        exhibit.college.slug,
        exhibit.college.names,
        State(exhibit.state),
        exhibit.hidden,
        draft_of(exhibit),
        present,
        ProposalState(proposal.state) if proposal else None,
        exhibit.duplicate_of.code if exhibit.duplicate_of else None,
        tuple(problems_for_submission(present)),
        tuple(problems_for_publication(present, Demands.of(exhibit.edition))),
        tuple(
            RevisionRecord(
                one.number,
                draft_from(one.content),
                one.created_at,
                names.get(one.created_by, ""),
                Decision(one.decision) if one.decision else None,
                one.comment or "",
                one.decided_at,
                names.get(one.decided_by, ""),
            )
            for one in revisions
        ),
        tuple(
            HistoryLine(
                line.at,
                names.get(line.account_id, ""),
                MemberRole(line.actor),
                line.on_behalf,
                Deed(line.deed),
                State(line.from_state) if line.from_state else None,
                State(line.to_state),
                line.reason or "",
                line.revision,
            )
            for line in lines
        ),
        frozenset(action for action in Action if may(actor, action, subject)),
    )


def terms_of(
    session: Session, college: str, *, edition: str | None = None, by: By, now: datetime
) -> TermsRecord:
    """A college's terms in an edition (None: the current one)."""
    actor = actor_of(session, by)
    place = session.scalars(select(Edition).where(_edition(edition))).one_or_none()
    its = session.scalars(select(College).where(College.slug == college)).one_or_none()
    if place is None or its is None:
        raise NotThere("There is no such college or edition.")
    require(actor, Action.SEE_COLLEGE_WORK, Subject(its.id, place.id))
    deadline = deadline_of(session, place, its)
    return TermsRecord(
        deadline,
        is_over(deadline, now),
        place.freeze_at,
        is_frozen(place, now),
        quota_of(session, place, its),
        counted(session, place, its),
    )


def _line(exhibit: Exhibit, proposal: Proposal | None, last: Revision | None) -> EntryLine:
    draft = draft_from(proposal.content) if proposal else draft_of(exhibit)
    asked = exhibit.state == State.CHANGES_REQUESTED or (
        proposal is not None and proposal.state == ProposalState.CHANGES_REQUESTED
    )
    return EntryLine(
        exhibit.code,
        {language: text.title for language, text in draft.texts.items() if text.title},
        exhibit.college.slug,
        exhibit.college.names,
        State(exhibit.state),
        exhibit.hidden,
        ProposalState(proposal.state) if proposal else None,
        last.created_at if last is not None and last.decision is None else None,
        (last.comment or "") if last is not None and asked else "",
        tuple(problems_for_submission(draft)),
        exhibit.updated_at,
    )


def _last_revisions(session: Session, exhibits: Sequence[int]) -> dict[int, Revision]:
    rows = session.scalars(
        select(Revision).where(Revision.exhibit_id.in_(exhibits)).order_by(Revision.number)
    )
    return {row.exhibit_id: row for row in rows}


def _names(session: Session, accounts: set[int | None]) -> dict[int | None, str]:
    rows = session.scalars(select(Account).where(Account.id.in_(accounts)))
    return {one.id: one.name for one in rows}


def _edition(slug: str | None) -> ColumnElement[bool]:
    return Edition.is_current.is_(True) if slug is None else Edition.slug == slug
