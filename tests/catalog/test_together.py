"""Twenty people at once: nobody's save is lost, and nobody is told that a database is locked."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from sqlalchemy import func, select

from catalog import Store
from catalog.choices import MemberRole
from catalog.desk import entry_view
from catalog.models import Exhibit, ExhibitHistory, Revision
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Reason, Refused
from catalog.submissions import Conflict, autosave, open_copy, save, submit
from catalog.terms import set_terms
from tests.catalog.entries import OPEN, titled, written
from tests.catalog.people import Someone, someone

PEOPLE = 20


def coordinators(store: Store) -> list[Someone]:
    return [
        someone(store, MemberRole.COORDINATOR, college="temirqol", name=f"Person {number}")
        for number in range(PEOPLE)
    ]


def test_twenty_editors_of_one_entry_lose_nothing(fair: Store) -> None:
    people = coordinators(fair)
    code = written(fair, people[0])
    start = Barrier(PEOPLE)

    def write(number: int) -> None:
        """Add a keyword of one's own to the entry that all others are at work on."""
        me = people[number].id
        copy = open_copy(fair, code=code, by=me, now=OPEN)
        autosave(fair, copy.id, replace(copy.draft, course=None), by=me, now=OPEN)
        start.wait()
        mine = replace(copy.draft, texts={
            **copy.draft.texts, "ru": replace(copy.draft.texts["ru"], summary=f"S{number}")
        })  # fmt: skip
        autosave(fair, copy.id, mine, by=me, now=OPEN)
        seen = None
        for _ in range(PEOPLE + 1):
            try:
                save(fair, copy.id, seen=seen, by=me, now=OPEN)
            except Conflict as conflict:
                seen = conflict.version
            else:
                return
        raise AssertionError("More conflicts than people.")

    with ThreadPoolExecutor(PEOPLE) as pool:
        list(pool.map(write, range(PEOPLE)))

    with fair.reading() as session:
        view = entry_view(session, code, by=people[0].id, now=OPEN)
        exhibit = session.scalars(select(Exhibit).where(Exhibit.code == code)).one()
        saves = session.scalar(
            select(func.count()).where(
                ExhibitHistory.exhibit_id == exhibit.id, ExhibitHistory.deed == "saved"
            )
        )
    # One line of history and one version for each of twenty saves; the last one's words stay.
    assert (saves, exhibit.version) == (PEOPLE, 1 + PEOPLE)
    assert view.present.texts["ru"].summary in {f"S{number}" for number in range(PEOPLE)}
    assert view.history[-1].who == f"Person {view.present.texts['ru'].summary[1:]}"


def test_twenty_new_entries_at_once_are_twenty(fair: Store) -> None:
    people = coordinators(fair)
    start = Barrier(PEOPLE)

    def write(number: int) -> str:
        start.wait()
        return written(fair, people[number], titled(f"Рука {number}"))

    with ThreadPoolExecutor(PEOPLE) as pool:
        codes = set(pool.map(write, range(PEOPLE)))

    assert len(codes) == PEOPLE


def test_the_last_places_are_not_given_twice(fair: Store) -> None:
    people = coordinators(fair)
    codes = [written(fair, one, titled(f"Рука {one.id}")) for one in people]
    # The published robot counts, so four places are left.
    set_terms(
        fair, college="temirqol", edition="fair", quota=5, deadline=None, by=COMMAND_LINE,
        now=OPEN,
    )  # fmt: skip
    start = Barrier(PEOPLE)

    def give_in(number: int) -> bool:
        start.wait()
        try:
            submit(fair, codes[number], by=people[number].id, now=OPEN)
        except Refused as refused:
            assert refused.reason is Reason.QUOTA_USED
            return False
        return True

    with ThreadPoolExecutor(PEOPLE) as pool:
        given = list(pool.map(give_in, range(PEOPLE)))

    assert sum(given) == 4
    with fair.reading() as session:
        assert session.scalar(select(func.count()).select_from(Revision)) == 4


def test_the_same_entry_is_given_in_once(fair: Store) -> None:
    people = coordinators(fair)[:6]
    code = written(fair, people[0])
    start = Barrier(len(people))

    def give_in(one: Someone) -> bool:
        start.wait()
        try:
            submit(fair, code, by=one.id, now=OPEN)
        except Refused as refused:
            assert refused.reason is Reason.NO_SUCH_STEP
            return False
        return True

    with ThreadPoolExecutor(len(people)) as pool:
        assert sum(pool.map(give_in, people)) == 1
