"""Every verb, by every role, in every state: who gets through is written here by hand."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog import Store
from catalog.awards import record_award
from catalog.choices import AwardLevel, AwardPlace, Decision, MemberRole, State
from catalog.desk import entry_view
from catalog.errors import NotAllowed, NotThere
from catalog.halls import add_hall
from catalog.models import CollegeTerms, Exhibit
from catalog.permissions import COMMAND_LINE
from catalog.records import AwardRecord
from catalog.review import decide, hide, mark_duplicate, move
from catalog.seating import Stand
from catalog.showcases import ShowcaseDraft, create
from catalog.stands import assign
from catalog.submissions import add_walk_in, open_copy, submit, withdraw
from catalog.terms import set_terms
from tests.catalog.entries import COMPLETE, OPEN, given_in, titled, written
from tests.catalog.people import Someone, someone

LETTERS = {
    "D": State.DRAFT, "S": State.SUBMITTED, "C": State.CHANGES_REQUESTED, "A": State.ACCEPTED,
    "R": State.REJECTED, "U": State.DUPLICATE, "P": State.PUBLISHED, "X": State.CANCELLED,
    "W": State.WITHDRAWN,
}  # fmt: skip
ALL = "DSCARUPXW"
AWARD = AwardRecord({"ru": "Приз"}, "Körme", AwardLevel.FAIR, AwardPlace.OTHER, 2026)
ROLES = ("editor", "coordinator", "reviewer", "curator", "organizer", "stranger", "nobody")

# In which states a role gets through; where it isn't named, in none.
WHO: dict[str, dict[str, str]] = {
    "see": {"editor": ALL, "coordinator": ALL, "organizer": ALL, "reviewer": "SCARUPX",
            "curator": "AP"},
    "open": {"editor": "DCAP", "coordinator": "DCAP", "organizer": ALL},
    "submit": {"coordinator": "DC", "organizer": "DCRUW"},
    "withdraw": {"coordinator": "DSCA", "organizer": "DSCA"},
    "accept": {"reviewer": "S", "organizer": "S"},
    "note": {"reviewer": "S", "organizer": "S"},
    "ask": {"reviewer": "S"},
    "reject": {"reviewer": "S", "organizer": "S"},
    "repeat": {"organizer": "S"},
    "publish": {"organizer": "AX"},
    "cancel": {"organizer": "P"},
    "reopen": {"organizer": "ARUW"},
    "hide": {"organizer": "P"},
    "stand": {"organizer": "APX"},
    "award": {"organizer": "APX"},
}  # fmt: skip


class Undone(Store):
    """A store whose transactions leave nothing behind, so that each case begins as all others."""

    @contextmanager
    def writing(self, *, wait: bool = True, alone: bool = False) -> Iterator[Session]:
        with Session(self._writing_engine, autoflush=False) as session:
            session.begin()
            yield session
            session.flush()
            session.rollback()


def verbs(store: Store, who: int, code: str, later: timedelta) -> dict[str, Callable[[], object]]:
    now = OPEN + later
    return {
        "see": lambda: see(store, who, code),
        "open": lambda: open_copy(store, code=code, by=who, now=now),
        "submit": lambda: submit(store, code, by=who, now=now),
        "withdraw": lambda: withdraw(store, code, by=who, now=now),
        "accept": lambda: decide(store, [code], Decision.ACCEPTED, by=who, now=now),
        "note": lambda: decide(store, [code], Decision.ACCEPTED, pending=True, by=who, now=now),
        "ask": lambda: decide(
            store, [code], Decision.CHANGES_REQUESTED, reason="?", by=who, now=now
        ),
        "reject": lambda: decide(store, [code], Decision.REJECTED, reason="!", by=who, now=now),
        "repeat": lambda: mark_duplicate(store, code, "R2B2T2", by=who, now=now),
        "publish": lambda: move(store, [code], State.PUBLISHED, by=who, now=now),
        "cancel": lambda: move(store, [code], State.CANCELLED, reason="!", by=who, now=now),
        "reopen": lambda: move(store, [code], State.SUBMITTED, by=who, now=now),
        "hide": lambda: hide(store, code, hidden=True, by=who, now=now),
        "stand": lambda: assign(store, code, Stand("A", "A-99"), by=who, now=now),
        "award": lambda: record_award(store, AWARD, code=code, by=who, now=now),
    }


def see(store: Store, who: int, code: str) -> object:
    with store.reading() as session:
        return entry_view(session, code, by=who, now=OPEN)


def gets_through(act: Callable[[], object]) -> bool:
    try:
        done = act()
    except (NotAllowed, NotThere):
        return False
    return all(one.done for one in done) if isinstance(done, list) else True


@pytest.fixture(scope="module")
def people(sqlite_fair: Store) -> dict[str, Someone]:
    made = {}
    for role in ROLES:
        college = {"editor": "temirqol", "coordinator": "temirqol", "stranger": "zhasyl-dala"}
        member = {"stranger": MemberRole.COORDINATOR, "nobody": None}
        kind = member[role] if role in member else MemberRole(role)
        made[role] = someone(sqlite_fair, kind, college=college.get(role))
    return made


@pytest.fixture(scope="module")
def entries(sqlite_fair: Store, people: dict[str, Someone]) -> dict[str, str]:
    """The code of an entry in each state."""
    store, reviewer = sqlite_fair, people["reviewer"]
    coordinator, chief = people["coordinator"], people["organizer"].id
    codes = {"D": written(store, coordinator, titled("Черновик"))}
    for letter in "SCARUPXW":
        codes[letter] = given_in(store, coordinator, titled(f"Рука {letter}"))
    ask = {"C": Decision.CHANGES_REQUESTED, "R": Decision.REJECTED}
    for letter, decision in ask.items():
        decide(store, [codes[letter]], decision, reason="?", by=reviewer.id, now=OPEN)
    for letter in "APX":
        decide(store, [codes[letter]], Decision.ACCEPTED, by=reviewer.id, now=OPEN)
    for letter in "PX":
        move(store, [codes[letter]], State.PUBLISHED, by=chief, now=OPEN)
    move(store, [codes["X"]], State.CANCELLED, reason="!", by=chief, now=OPEN)
    mark_duplicate(store, codes["U"], "R2B2T2", by=chief, now=OPEN)
    withdraw(store, codes["W"], by=coordinator.id, now=OPEN)
    with store.reading() as session:
        for letter, code in codes.items():
            state = session.scalars(select(Exhibit.state).where(Exhibit.code == code)).one()
            assert state == LETTERS[letter]
    return codes


@pytest.fixture(scope="module")
def undone(sqlite_fair: Store) -> Iterator[Undone]:
    store = Undone(sqlite_fair._engine.url.render_as_string(hide_password=False))
    yield store
    store.close()


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_through_where_the_table_says(
    undone: Undone, people: dict[str, Someone], entries: dict[str, str], role: str
) -> None:
    for letter, code in entries.items():
        for verb, act in verbs(undone, people[role].id, code, timedelta()).items():
            assert gets_through(act) is (letter in WHO[verb].get(role, "")), (verb, letter)


@pytest.mark.parametrize("role", ROLES)
def test_after_the_freeze_only_organizers_get_through(
    undone: Undone, people: dict[str, Someone], entries: dict[str, str], role: str
) -> None:
    for letter, code in entries.items():
        for verb, act in verbs(undone, people[role].id, code, timedelta(days=25)).items():
            expected = letter in WHO[verb].get(role, "") and (verb == "see" or role == "organizer")
            assert gets_through(act) is expected, (verb, letter)


@pytest.mark.parametrize("role", ROLES)
def test_what_is_about_no_entry_is_for_some_alone(
    undone: Undone, people: dict[str, Someone], role: str
) -> None:
    by = people[role].id
    college = {"editor", "coordinator", "organizer"}
    cases: list[tuple[Callable[[], object], set[str]]] = [
        (lambda: open_copy(undone, college="temirqol", by=by, now=OPEN), college),
        (lambda: open_copy(undone, college="zhasyl-dala", by=by, now=OPEN),
         {"stranger", "organizer"}),
        (lambda: add_walk_in(undone, COMPLETE, by=by, now=OPEN), {"organizer"}),
        (lambda: add_hall(undone, "D", {"ru": "Зал"}, by=by, now=OPEN), {"organizer"}),
        (lambda: set_terms(undone, college="temirqol", edition="fair", quota=1, deadline=None,
                           by=by, now=OPEN), {"organizer"}),
        (lambda: create(undone, ShowcaseDraft({"ru": "Город"}), by=by, now=OPEN),
         {"curator", "organizer"}),
    ]  # fmt: skip
    for act, allowed in cases:
        assert gets_through(act) is (role in allowed)


def test_a_walk_in_is_public_at_once(fair: Store) -> None:
    code = add_walk_in(fair, COMPLETE, by=COMMAND_LINE, now=OPEN)

    with fair.reading() as session:
        assert entry_view(session, code, by=COMMAND_LINE, now=OPEN).state is State.PUBLISHED
        assert session.scalars(select(CollegeTerms)).all() == []
    assert fair.revision() == 2
