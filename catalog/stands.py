"""Who stands where: an exhibit is given a place, moved, swapped, freed; for organizers.

Every verb is one transaction: all of its moves are made, or none. What it returns undoes it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.choices import Deed, MemberRole, State
from catalog.errors import NotThere
from catalog.models import Exhibit, Hall, Proposal, WorkingCopy
from catalog.notices import NoticeKind, members, named, notify
from catalog.permissions import Action, Actor, By, actor_of, may, require, subject_of
from catalog.refusals import Reason, Refused
from catalog.seating import Stand
from catalog.states import STANDING, record
from catalog.store import Store, public_changed


@dataclass(frozen=True)
class Moved:
    """Where exhibits stood before, and where they stand since, by code; None is no stand."""

    before: Mapping[str, Stand | None]
    after: Mapping[str, Stand | None]


def assign(store: Store, code: str, stand: Stand | None, *, by: By, now: datetime) -> Moved:
    """Give an exhibit a place, or none. Raises Refused if another holds it, or there is none such.

    In a hall without numbered places any number will do.
    """
    return assign_all(store, {code: stand}, by=by, now=now)


def swap(store: Store, first: str, second: str, *, by: By, now: datetime) -> Moved:
    """Let two exhibits change places."""
    with store.writing() as session:
        actor = actor_of(session, by)
        exhibits = _locked(session, actor, {first, second}, now)
        one, other = _stand(exhibits[first]), _stand(exhibits[second])
        return _move(session, actor, exhibits, {first: other, second: one}, now)


def assign_all(
    store: Store,
    stands: Mapping[str, Stand | None],
    *,
    expected: Mapping[str, Stand | None] | None = None,
    by: By,
    now: datetime,
) -> Moved:
    """Give many exhibits their places at once, all or none; they may change places among them.

    With `expected`, raises Refused if one of them stands elsewhere by now.
    """
    with store.writing() as session:
        actor = actor_of(session, by)
        exhibits = _locked(session, actor, stands.keys(), now)
        for code, stand in (expected or {}).items():
            if code in exhibits and _stand(exhibits[code]) != stand:
                raise Refused(Reason.STAND_CHANGED, code=code)
        return _move(session, actor, exhibits, stands, now)


def undo(store: Store, moved: Moved, *, by: By, now: datetime) -> Moved:
    """Put everybody back. Raises Refused if one was moved since, or its place was given away."""
    return assign_all(store, moved.before, expected=moved.after, by=by, now=now)


def _locked(session: Session, actor: Actor, codes: Any, now: datetime) -> dict[str, Exhibit]:
    rows = session.scalars(
        select(Exhibit)
        .where(Exhibit.code.in_(list(codes)))
        .options(
            joinedload(Exhibit.college),
            joinedload(Exhibit.edition),
            joinedload(Exhibit.hall),
            selectinload(Exhibit.texts),
        )
        # In one order, so that two who move many never wait for each other.
        .order_by(Exhibit.id)
        .with_for_update(of=Exhibit)
        .execution_options(populate_existing=True)
    )
    found = {row.code: row for row in rows if may(actor, Action.SEE_ENTRY, subject_of(row, now))}
    for code in codes:
        if code not in found:
            raise NotThere(f"There is no exhibit {code}.")
    return found


def _move(
    session: Session,
    actor: Actor,
    exhibits: Mapping[str, Exhibit],
    stands: Mapping[str, Stand | None],
    now: datetime,
) -> Moved:
    roles = {
        code: require(actor, Action.ASSIGN_STAND, subject_of(exhibits[code], now))
        for code in stands
    }
    before = {code: _stand(exhibits[code]) for code in stands}
    moving = {code: stand for code, stand in stands.items() if stand != before[code]}
    if not moving:
        return Moved({}, {})
    halls = _halls(session, {exhibits[code].edition_id for code in moving})
    _require_places(exhibits, moving, halls)
    _require_free(session, exhibits, moving, halls)
    # The old stands go first: a new one may equal an old one where no two may be equal.
    for code in moving:
        exhibits[code].stand_number = None
    session.flush()
    told: dict[int, frozenset[int]] = {}
    kept = _kept(session, [exhibits[code].id for code in moving])
    for code, stand in moving.items():
        exhibit = exhibits[code]
        exhibit.hall = halls[exhibit.edition_id, stand.hall][0] if stand else None
        exhibit.stand_number = stand.number if stand else None
        exhibit.updated_at = now
        for row in kept.get(exhibit.id, ()):
            _keep_in_step(row, before[code], stand)
        record(
            session, exhibit, Deed.STAND_MOVED, origin=State(exhibit.state),
            action=Action.ASSIGN_STAND, role=roles[code], actor=actor, now=now,
            reason=f"{_said(before[code])} → {_said(stand)}",
        )  # fmt: skip
        college = exhibit.college.id
        if college not in told:
            told[college] = members(session, college, (MemberRole.EDITOR, MemberRole.COORDINATOR))
        _tell(session, exhibit, stand, told[college], now)
    public = [code for code in moving if exhibits[code].state == State.PUBLISHED]
    if public:
        public_changed(session, public)
    return Moved({code: before[code] for code in moving}, dict(moving))


_Halls = Mapping[tuple[int, str], tuple[Hall, frozenset[str]]]


def _halls(session: Session, editions: set[int]) -> _Halls:
    """The halls of editions, each with the numbers of its places."""
    rows = session.scalars(
        select(Hall).where(Hall.edition_id.in_(editions)).options(selectinload(Hall.places))
    )
    return {
        (hall.edition_id, hall.slug): (hall, frozenset(place.number for place in hall.places))
        for hall in rows
    }


def _require_places(
    exhibits: Mapping[str, Exhibit], moving: Mapping[str, Stand | None], halls: _Halls
) -> None:
    for code, stand in moving.items():
        if stand is None:
            continue
        known = halls.get((exhibits[code].edition_id, stand.hall))
        good = 1 <= len(stand.number) <= 20 and stand.number == stand.number.strip()
        if known is None or not good or (known[1] and stand.number not in known[1]):
            raise Refused(Reason.NO_SUCH_PLACE, hall=stand.hall, number=stand.number)


def _require_free(
    session: Session,
    exhibits: Mapping[str, Exhibit],
    moving: Mapping[str, Stand | None],
    halls: _Halls,
) -> None:
    """No two of those that move to one place, and none to a place that somebody else holds."""
    wanted = Counter(stand for stand in moving.values() if stand)
    for stand, number in wanted.items():
        if number > 1:
            first = next(code for code, its in moving.items() if its == stand)
            raise Refused(Reason.STAND_TAKEN, number=stand.number, by=first)
    editions = {exhibits[code].edition_id for code in moving}
    holders = session.execute(
        select(Exhibit.code, Exhibit.edition_id, Hall.slug, Exhibit.stand_number)
        .join(Hall, Hall.id == Exhibit.hall_id)
        .where(
            Exhibit.edition_id.in_(editions),
            Exhibit.state.in_(STANDING),
            Exhibit.stand_number.is_not(None),
        )
    )
    for code, _, slug, held in holders:
        if held and Stand(slug, held) in wanted and code not in moving:
            raise Refused(Reason.STAND_TAKEN, number=held, by=code)


def _kept(session: Session, exhibits: list[int]) -> dict[int, list[Proposal | WorkingCopy]]:
    """What is being written of these exhibits: it holds their stand too, and would bring it back."""
    found: dict[int, list[Proposal | WorkingCopy]] = defaultdict(list)
    for proposal in session.scalars(select(Proposal).where(Proposal.exhibit_id.in_(exhibits))):
        found[proposal.exhibit_id].append(proposal)
    for copy in session.scalars(select(WorkingCopy).where(WorkingCopy.exhibit_id.in_(exhibits))):
        found[copy.exhibit_id or 0].append(copy)
    return found


def _keep_in_step(row: Proposal | WorkingCopy, before: Stand | None, after: Stand | None) -> None:
    row.content = _with_stand(row.content, before, after)
    if isinstance(row, WorkingCopy):
        row.base = _with_stand(row.base, before, after)


def _with_stand(
    content: Mapping[str, Any], before: Stand | None, after: Stand | None
) -> dict[str, Any]:
    said = (content.get("hall"), content.get("stand"))
    kept = dict(content)
    if said != ((before.hall, before.number) if before else (None, None)):
        return kept
    kept.pop("hall", None)
    kept.pop("stand", None)
    if after is not None:
        kept |= {"hall": after.hall, "stand": after.number}
    return kept


def _stand(exhibit: Exhibit) -> Stand | None:
    if exhibit.stand_number is None or exhibit.hall is None:
        return None
    return Stand(exhibit.hall.slug, exhibit.stand_number)


def _said(stand: Stand | None) -> str:
    return f"{stand.hall} · {stand.number}" if stand else "–"


def _tell(
    session: Session, exhibit: Exhibit, stand: Stand | None, people: frozenset[int], now: datetime
) -> None:
    if not people:
        return
    words = named(exhibit.code, {text.language: text.title for text in exhibit.texts})
    if stand is None:
        notify(session, people, NoticeKind.STAND_FREED, words, now=now)
    else:
        words |= {"hall": stand.hall, "stand": stand.number}
        notify(session, people, NoticeKind.STAND_GIVEN, words, now=now)
