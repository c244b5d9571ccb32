"""What visitors search is counted once, names nobody, and is forgotten after 90 days."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from catalog import Store
from catalog.choices import MemberRole
from catalog.models import Searched
from catalog.permissions import COMMAND_LINE
from catalog.refusals import Refused
from catalog.search_log import AskedFor, Noted, SearchNotes, insight, purge, write_searches
from tests.catalog.people import someone

# 14:59 and 15:00 in Almaty.
NOON = datetime(2026, 11, 26, 9, 59, 50, tzinfo=UTC)


def asked(query: str, found: int = 5, *, fits: bool = True, language: str = "ru") -> Noted:
    return Noted("fair", language, query=query, found=found, fits=fits)


def opening(code: str) -> Noted:
    return Noted("fair", "kk", opened=code)


def queries(taken: object) -> list[tuple[str, str | None]]:
    return [(noted.query, noted.opened) for noted, _ in taken]  # type: ignore[attr-defined]


def seconds(number: float) -> datetime:
    return NOON + timedelta(seconds=number)


def test_what_is_typed_letter_by_letter_is_one_search() -> None:
    notes = SearchNotes()
    for number, query in enumerate(["р", "ро", "роб", "робот", "роботы", "робот"]):
        notes.searched("a", asked(query), seconds(number))

    assert queries(notes.take(seconds(12))) == []
    assert queries(notes.take(seconds(13))) == [("робот", None)]
    assert queries(notes.take(seconds(99))) == []


def test_another_query_ends_the_one_before() -> None:
    notes = SearchNotes()
    notes.searched("a", asked("робот"), seconds(0))
    notes.searched("b", asked("теплица"), seconds(1))
    notes.searched("a", asked("сварка"), seconds(2))
    notes.searched("a", asked(""), seconds(3))

    # An emptied field is no search, and is no other one than the one taken back.
    assert queries(notes.take(seconds(3))) == [("робот", None)]
    assert queries(notes.take(seconds(9))) == [("теплица", None)]


def test_an_opened_exhibit_belongs_to_the_search_before_it() -> None:
    notes = SearchNotes()
    notes.searched("a", asked("робот"), seconds(0))
    notes.opened("a", opening("R2B2T2"), seconds(1))
    notes.opened("a", opening("GATGT3"), seconds(2))
    notes.opened("b", opening("R2B2T2"), seconds(3))

    taken = notes.take(seconds(3))

    assert queries(taken) == [("робот", "R2B2T2"), ("", "GATGT3"), ("", "R2B2T2")]
    assert [when for _, when in taken] == [seconds(1), seconds(2), seconds(3)]


def test_the_log_keeps_no_person_and_no_moment(fair: Store) -> None:
    written = write_searches(
        fair,
        [
            (asked("  робот\n сортировщик "), NOON),
            (asked("позвоните +7 701 123 45 67"), NOON),
            (asked("я" * 300), NOON),
            (Noted("elsewhere", "ru", query="робот"), NOON),
        ],
    )

    assert written == 2
    with fair.reading() as session:
        rows = session.scalars(select(Searched).order_by(Searched.id)).all()
        assert [row.query for row in rows] == ["робот сортировщик", "я" * 200]
        assert {row.hour for row in rows} == {datetime(2026, 11, 26, 9, tzinfo=UTC)}
    kept = {column.name for column in Searched.__table__.columns}
    assert kept == {"id", "edition_id", "hour", "language", "query", "filters", "found", "fits",
                    "opened"}  # fmt: skip
    assert {one.name for one in fields(Noted)} == kept - {"id", "edition_id", "hour"} | {"edition"}


def test_ninety_days_later_it_is_forgotten(fair: Store) -> None:
    write_searches(fair, [(asked("робот"), NOON)])
    hour = NOON.replace(minute=0, second=0)

    assert purge(fair, now=hour + timedelta(days=90)) == 0
    assert purge(fair, now=hour + timedelta(days=90, seconds=1)) == 1
    with fair.reading() as session:
        assert session.scalars(select(Searched)).all() == []


def test_insight_counts_what_was_asked_missed_and_opened(fair: Store) -> None:
    curator = someone(fair, MemberRole.CURATOR)
    later = NOON + timedelta(seconds=20)
    write_searches(
        fair,
        [
            (asked("Робот", 3), NOON),
            (asked("робот", 4), NOON),
            (Noted("fair", "kk", "робот", found=4, opened="R2B2T2"), later),
            (asked("дрон", 0, fits=False), later),
            (asked("дрон", 2), later),
            (asked("дрон", 3), later),
            (opening("R2B2T2"), later),
            (opening("ZZZZZZ"), later),
        ],
    )
    with fair.reading() as session:
        known = insight(session, edition="fair", by=curator.id)
        fresh = insight(session, edition="fair", since=datetime(2026, 11, 26, 10, tzinfo=UTC),
                        by=COMMAND_LINE)  # fmt: skip

    assert known.queries == (
        AskedFor("дрон", 3, found=3, missed=2, opened=0),
        AskedFor("робот", 3, found=4, missed=0, opened=1),
    )
    assert known.missed == (AskedFor("дрон", 3, found=3, missed=2, opened=0),)
    assert (known.searches, known.openings) == (6, 3)
    assert known.opened == {"R2B2T2": 2, "ZZZZZZ": 1}
    assert known.hours == {14: 2, 15: 6}
    assert known.languages == {"ru": 5, "kk": 3}
    assert known.halls == {"A": 2, "": 1}
    assert (fresh.searches, fresh.hours) == (4, {15: 6})


def test_insight_is_for_curators_and_organizers(fair: Store) -> None:
    for role in (MemberRole.EDITOR, MemberRole.COORDINATOR, MemberRole.REVIEWER):
        college = None if role is MemberRole.REVIEWER else "temirqol"
        person = someone(fair, role, college=college)
        with fair.reading() as session, pytest.raises(Refused):
            insight(session, edition="fair", by=person.id)
