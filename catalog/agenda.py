"""What stands before reviewers and organizers, in piles: how many, and which ones.

Whoever reviews nothing is Refused; of the rest each sees what lies within their scope.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from catalog.choices import Decision, State
from catalog.languages import LANGUAGES
from catalog.models import (
    College,
    Edition,
    Exhibit,
    ExhibitText,
    Field,
    PendingDecision,
    Revision,
)
from catalog.names import title_likeness
from catalog.permissions import Action, By, actor_of, colleges_of, entries_within
from catalog.refusals import Reason, Refused
from catalog.texts import folded
from catalog.values import draft_from


class Pile(StrEnum):
    """Where an exhibit lies for those who run the fair.

    What waits for a decision may be accepted or published too: then changes to it wait.
    """

    WAITING = "waiting"
    NOTED = "noted"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    TURNED_AWAY = "turned_away"


STATES: Final[Mapping[Pile, tuple[State, ...]]] = {
    Pile.RETURNED: (State.CHANGES_REQUESTED,),
    Pile.ACCEPTED: (State.ACCEPTED,),
    Pile.PUBLISHED: (State.PUBLISHED,),
    Pile.TURNED_AWAY: (State.REJECTED, State.DUPLICATE, State.CANCELLED),
}

# A college is at work on these: their texts are what it has saved, given in or not.
_WRITING: Final = State.CHANGES_REQUESTED
# Of 100: titles that differ by a word of several, or by endings.
_NEARLY_THE_SAME: Final = 75


@dataclass(frozen=True)
class Line:
    """One exhibit of a pile; `since` is when it last changed."""

    code: str
    titles: Mapping[str, str]
    college: str
    college_names: Mapping[str, str]
    field: str | None
    state: State
    since: datetime


@dataclass(frozen=True)
class Noted:
    """A decision kept for later; `stale`: it was about an earlier text."""

    decision: Decision
    reason: str
    stale: bool


@dataclass(frozen=True)
class InLine:
    """What waits for a decision, without its texts: enough to find what comes next."""

    code: str
    college: str
    field: str
    noted: Noted | None


def counts(session: Session, *, edition: str, by: By) -> Mapping[Pile, int]:
    """How many exhibits of an edition lie in each pile, within an actor's scope."""
    within = _within(session, edition, by)
    found: dict[Pile, int] = dict.fromkeys(Pile, 0)
    by_state = (select(Exhibit.state, func.count()).join(Exhibit.edition).where(*within)).group_by(
        Exhibit.state
    )
    for state, number in session.execute(by_state):
        for pile, states in STATES.items():
            if state in states:
                found[pile] += number
    waiting = (
        select(func.count(Revision.id), func.count(PendingDecision.exhibit_id))
        .join(Exhibit, Exhibit.id == Revision.exhibit_id)
        .join(Exhibit.edition)
        .outerjoin(PendingDecision, PendingDecision.exhibit_id == Exhibit.id)
        .where(Revision.decision.is_(None), *within)
    )
    found[Pile.WAITING], found[Pile.NOTED] = session.execute(waiting).one()
    return found


def lines(session: Session, pile: Pile, *, edition: str, by: By) -> Sequence[Line]:
    """The exhibits of a pile that `catalog.review.queue` doesn't tell of, the longest there first."""
    where = Exhibit.state.in_(STATES[pile])
    return _lines(session, where, *_within(session, edition, by))


def in_line(session: Session, *, edition: str, by: By) -> Sequence[InLine]:
    """What waits for a decision, in the order of `catalog.review.queue`, read in little time."""
    rows = session.execute(
        select(
            Exhibit.code, Exhibit.version, College.slug.label("college"),
            Field.slug.label("field"), PendingDecision.decision, PendingDecision.reason,
            PendingDecision.version.label("noted_version"),
        )
        .join(Revision, Revision.exhibit_id == Exhibit.id)
        .join(Exhibit.edition)
        .join(Exhibit.college)
        .outerjoin(Exhibit.field)
        .outerjoin(PendingDecision, PendingDecision.exhibit_id == Exhibit.id)
        .where(Revision.decision.is_(None), *_within(session, edition, by))
        .order_by(Revision.created_at, Revision.id)
    )  # fmt: skip
    return [
        InLine(
            row.code,
            row.college,
            row.field or "",
            Noted(Decision(row.decision), row.reason or "", row.noted_version != row.version)
            if row.decision
            else None,
        )
        for row in rows
    ]


def find(session: Session, text: str, *, edition: str, by: By, limit: int = 10) -> Sequence[Line]:
    """The exhibits whose code is this or whose title in any language holds it."""
    wanted = folded(text)
    if not wanted:
        return []
    within = _within(session, edition, by)
    # Folding is Python's: databases differ in what they know of Cyrillic capitals.
    query = (
        select(Exhibit.id, Exhibit.code, Exhibit.state, ExhibitText.title)
        .join(ExhibitText, ExhibitText.exhibit_id == Exhibit.id)
        .join(Exhibit.edition)
        .where(*within)
        .order_by(Exhibit.id)
    )
    rows = session.execute(query).all()
    sent = _sent_titles(session, {row.id for row in rows if row.state == _WRITING})
    codes = dict.fromkeys(
        row.code
        for row in rows
        if folded(row.code) == wanted
        or any(wanted in folded(title) for title in _titles_of(row.id, row.title, sent))
    )
    return by_code(session, list(codes)[:limit], edition=edition, by=by)


def alike(session: Session, code: str, *, edition: str, by: By, limit: int = 5) -> Sequence[Line]:
    """The exhibits whose titles are nearly this one's, the likest first: perhaps it repeats them.

    Whatever their state and whosever they are: two colleges may give in the same work.
    """
    query = (
        select(Exhibit.code, ExhibitText.language, ExhibitText.title)
        .join(ExhibitText, ExhibitText.exhibit_id == Exhibit.id)
        .join(Exhibit.edition)
        .where(*_within(session, edition, by))
        .order_by(Exhibit.id)
    )
    rows = session.execute(query).all()
    own = {row.language: row.title for row in rows if row.code == code}
    likeness: dict[str, float] = defaultdict(float)
    for row in rows:
        if row.code != code and row.language in own:
            alike = title_likeness(own[row.language], row.title)
            likeness[row.code] = max(likeness[row.code], alike)
    near = sorted(
        (one for one, value in likeness.items() if value >= _NEARLY_THE_SAME),
        key=lambda one: -likeness[one],
    )
    return by_code(session, near[:limit], edition=edition, by=by)


def by_code(session: Session, codes: Collection[str], *, edition: str, by: By) -> Sequence[Line]:
    """The exhibits of these codes, in their order; those out of scope are left out."""
    found = _lines(session, Exhibit.code.in_(codes), *_within(session, edition, by))
    known = {line.code: line for line in found}
    return [known[code] for code in codes if code in known]


def _sent_titles(session: Session, exhibits: Collection[int]) -> dict[int, dict[str, str]]:
    """The titles that exhibits had when they were last given in, whatever was saved since."""
    sent = session.execute(
        select(Revision.exhibit_id, Revision.content)
        .where(Revision.exhibit_id.in_(exhibits))
        .order_by(Revision.number)
    )
    last = {owner: draft_from(content) for owner, content in sent}
    return {
        owner: {language: text.title for language, text in draft.texts.items() if text.title}
        for owner, draft in last.items()
    }


def _titles_of(exhibit: int, saved: str, sent: Mapping[int, Mapping[str, str]]) -> Collection[str]:
    return sent[exhibit].values() if exhibit in sent else (saved,)


def _within(session: Session, edition: str, by: By) -> tuple[ColumnElement[bool], ...]:
    actor = actor_of(session, by)
    if colleges_of(actor, Action.REVIEW) == frozenset():
        raise Refused(Reason.NOT_YOUR_ROLE)
    return entries_within(actor, Action.REVIEW), Edition.slug == edition


def _lines(session: Session, *where: ColumnElement[bool]) -> Sequence[Line]:
    rows = session.execute(
        select(
            Exhibit.id, Exhibit.code, Exhibit.state, Exhibit.updated_at, College, Field.slug
        )
        .join(Exhibit.edition)
        .join(Exhibit.college)
        .outerjoin(Exhibit.field)
        .where(*where)
        .order_by(Exhibit.updated_at, Exhibit.id)
    ).all()  # fmt: skip
    titles: dict[int, dict[str, str]] = defaultdict(dict)
    texts = (
        select(ExhibitText.exhibit_id, ExhibitText.language, ExhibitText.title)
        .join(Exhibit, Exhibit.id == ExhibitText.exhibit_id)
        .join(Exhibit.edition)
        .outerjoin(Exhibit.field)
        .where(*where)
    )
    for owner, language, title in session.execute(texts):
        titles[owner][language] = title
    titles |= _sent_titles(session, [row.id for row in rows if row.state == _WRITING])
    return [
        Line(
            row.code,
            {one: titles[row.id][one] for one in LANGUAGES if one in titles[row.id]},
            row.College.slug,
            row.College.names,
            row.slug,
            State(row.state),
            row.updated_at,
        )
        for row in rows
    ]
