"""What people who work on entries see of them: their college's list, one entry with its past."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.choices import Decision, Deed, MemberRole, ProposalState, State
from catalog.consents import problems_of_people
from catalog.drafts import (
    Demands,
    Draft,
    Logistics,
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
    ExhibitPicture,
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

_OF_THE_COLLEGE = (MemberRole.EDITOR, MemberRole.COORDINATOR)
# Here the exhibit holds what was approved, and a college's changes stand beside it.
_APPROVED = (State.ACCEPTED, State.PUBLISHED, State.CANCELLED)


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
class EarlierEntry:
    """An entry of a former edition, to begin a new one with."""

    code: str
    edition: str
    titles: Mapping[str, str]


@dataclass(frozen=True)
class RevisionRecord:
    """What was given in once, by whom, and what became of it; names as in HistoryLine."""

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
    """What happened once: who, in which role, when, what, why.

    `who` is "" for the machine, for an account that is gone, and, where the reader is a college,
    for everybody who runs the fair.
    """

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
    """One entry with its past; `approved` is what counts, `present` what is being written.

    Whoever isn't of the college nor runs the fair has both as they were last given in.
    """

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
    def missing(self) -> tuple[Problem, ...]:
        """What keeps it from being given in, as in EntryLine."""
        return self.missing_for_submission

    @property
    def asked(self) -> str:
        """What the reviewer last asked for, while it is to be answered."""
        if self.waiting is not None or not self.revisions:
            return ""
        last = self.revisions[-1]
        return last.comment if last.decision is Decision.CHANGES_REQUESTED else ""

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
            selectinload(Exhibit.pictures).selectinload(ExhibitPicture.people),
            selectinload(Exhibit.people),
            selectinload(Exhibit.links),
        )
        .order_by(Exhibit.updated_at.desc(), Exhibit.id.desc())
    )
    if college is not None:
        query = query.where(Exhibit.college.has(slug=college))
    found = session.execute(query).all()
    last = _last_revisions(session, [exhibit.id for exhibit, _ in found])
    return [_line(session, exhibit, proposal, last.get(exhibit.id)) for exhibit, proposal in found]


def earlier_entries(session: Session, *, college: str, by: By) -> Sequence[EarlierEntry]:
    """A college's entries in editions that aren't the current one, the newest first."""
    actor = actor_of(session, by)
    rows = session.execute(
        select(Exhibit, Edition.slug)
        .join(Edition, Edition.id == Exhibit.edition_id)
        .where(
            ~Edition.is_current,
            Exhibit.college.has(slug=college),
            entries_within(actor, Action.SEE_ENTRY),
        )
        .options(selectinload(Exhibit.texts))
        .order_by(Edition.year.desc(), Exhibit.id.desc())
    )
    return [
        EarlierEntry(
            exhibit.code, slug, {text.language: text.title for text in exhibit.texts if text.title}
        )
        for exhibit, slug in rows
    ]


def entry_view(session: Session, code: str, *, by: By, now: datetime) -> EntryView:
    """One entry with its revisions and history; raises NotThere for what the actor may not see."""
    actor = actor_of(session, by)
    exhibit = find_entry(session, actor, code, now)
    subject = subject_of(exhibit, now)
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
    allowed = frozenset(action for action in Action if may(actor, action, subject))
    approved, present = draft_of(exhibit), present_draft(session, exhibit)
    if Action.SEE_UNSENT not in allowed:
        approved, present = _given_in(exhibit, proposal, revisions, approved)
    sent_in = {
        line.revision: line.actor in _OF_THE_COLLEGE
        for line in lines
        if line.to_state == State.SUBMITTED or line.deed == Deed.SUBMITTED_CHANGES
    }

    def shown(draft: Draft) -> Draft:
        """The draft without what isn't this reader's to see."""
        return draft if Action.SEE_LOGISTICS in allowed else replace(draft, logistics=Logistics())

    def who(account: int | None, *, of_the_college: bool) -> str:
        """An account's name, unless only its role is this reader's to know."""
        known = of_the_college or Action.SEE_DECIDERS in allowed
        return names.get(account, "") if known else ""

    return EntryView(
        exhibit.code,
        exhibit.edition.slug,
        exhibit.college.slug,
        exhibit.college.names,
        State(exhibit.state),
        exhibit.hidden,
        shown(approved),
        shown(present),
        ProposalState(proposal.state) if proposal else None,
        exhibit.duplicate_of.code if exhibit.duplicate_of else None,
        (
            *problems_for_submission(present),
            *problems_of_people(session, present, faces=False),
        ),
        (
            *problems_for_publication(present, Demands.of(exhibit.edition)),
            *problems_of_people(session, present, faces=True),
        ),
        tuple(
            RevisionRecord(
                one.number,
                shown(draft_from(one.content)),
                one.created_at,
                who(one.created_by, of_the_college=sent_in.get(one.number, False)),
                Decision(one.decision) if one.decision else None,
                one.comment or "",
                one.decided_at,
                who(one.decided_by, of_the_college=False),
            )
            for one in revisions
        ),
        tuple(
            HistoryLine(
                line.at,
                who(line.account_id, of_the_college=line.actor in _OF_THE_COLLEGE),
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
        allowed,
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


def _given_in(
    exhibit: Exhibit, proposal: Proposal | None, revisions: Sequence[Revision], approved: Draft
) -> tuple[Draft, Draft]:
    """What counts and what is being written, without what a college has only saved."""
    if exhibit.state in _APPROVED:
        sent = proposal is not None and proposal.state != ProposalState.WRITING
        return approved, draft_from(revisions[-1].content) if sent else approved
    last = draft_from(revisions[-1].content) if revisions else approved
    return last, last


def _line(
    session: Session, exhibit: Exhibit, proposal: Proposal | None, last: Revision | None
) -> EntryLine:
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
        (*problems_for_submission(draft), *problems_of_people(session, draft, faces=False)),
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
