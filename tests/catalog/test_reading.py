from collections.abc import Collection
from datetime import datetime

import pytest
from sqlalchemy import event, update

from catalog import Store, imports, reading
from catalog.choices import Kind, Origin, Role, Seeking
from catalog.models import Edition, Exhibit
from catalog.permissions import COMMAND_LINE
from catalog.records import CollegeBrief, FieldRecord, HallRecord, SpecialtyRecord, TextRecord
from catalog.spreadsheets import read
from catalog.store import public_changed


def test_an_exhibit_is_read_whole(fair: Store) -> None:
    with fair.reading() as session:
        exhibit = reading.exhibit(session, "R2B2T2")

    assert exhibit is not None
    assert exhibit.edition_slug == "fair"
    assert dict(exhibit.texts) == {
        "kk": TextRecord("Қоқыс сұрыптау роботы", "", "", Origin.ORIGINAL),
        "ru": TextRecord(
            "Робот-сортировщик мусора",
            "Сортирует мусор.",
            "Камера узнаёт пластик и бумагу.",
            Origin.ORIGINAL,
        ),
    }
    assert exhibit.college == CollegeBrief(
        "temirqol",
        {"kk": "«Темірқол» робототехника колледжі", "ru": "Колледж робототехники «Темірқол»"},
        {"ru": "КРТ"},
    )
    assert exhibit.field == FieldRecord("robotics", {"ru": "Робототехника", "en": "Robotics"}, 210)
    assert exhibit.kind is Kind.PROTOTYPE
    assert exhibit.specialty == {"kk": "Мехатроника", "ru": "Мехатроника"}
    assert exhibit.specialty_slug == "mehatronika"
    assert exhibit.technologies == ("robotics", "machine-learning")
    assert exhibit.keywords == ("мусор",)
    assert (exhibit.hall, exhibit.stand) == ("A", "A-01")
    assert exhibit.hall_names == {"ru": "Зал A", "kk": "A залы"}
    assert exhibit.creators == (Role.AUTHOR, Role.AUTHOR, Role.SUPERVISOR)
    assert (exhibit.team_size, exhibit.course) == (2, 3)
    assert exhibit.seeking == (Seeking.HACKATHON, Seeking.PILOT)
    assert exhibit.pictures == ()


def test_exhibits_come_in_the_order_asked_for_and_without_strangers(fair: Store) -> None:
    with fair.reading() as session:
        everything = reading.exhibits(session, "fair")
        codes = list(everything)
        some = reading.exhibits(session, "fair", [codes[2], "NOSUCH", codes[0], codes[2]])
        none = reading.exhibits(session, "fair", [])
        elsewhere = reading.exhibits(session, "no-such-edition")
        public = reading.public_codes(session, "fair")

    assert len(everything) == 3
    assert public == codes
    assert list(some) == [codes[2], codes[0]]
    assert some[codes[0]] == everything[codes[0]]
    assert none == elsewhere == {}


@pytest.mark.parametrize(
    "statement",
    [
        update(Exhibit).where(Exhibit.code == "R2B2T2").values(hidden=True),
        update(Exhibit).where(Exhibit.code == "R2B2T2").values(state="cancelled"),
        update(Edition).values(gallery_on=False),
    ],
    ids=["hidden", "cancelled", "gallery off"],
)
def test_what_is_not_public_is_read_nowhere(fair: Store, statement: object) -> None:
    with fair.writing() as session:
        session.execute(statement)  # type: ignore[call-overload]

    with fair.reading() as session:
        assert reading.exhibit(session, "R2B2T2") is None
        assert "R2B2T2" not in reading.exhibits(session, "fair")
        assert reading.exhibits(session, "fair", ["R2B2T2"]) == {}
        college = reading.college(session, "temirqol", "fair")
        technology = reading.technology(session, "machine-learning", "fair")
    assert college is not None
    assert technology is not None
    assert college.exhibit_count == technology.exhibit_count == 0


def test_editions_say_which_is_current(fair: Store, now: datetime) -> None:
    imports.run(
        fair, read(b"title,college\nOld thing,Old college\n", "old.csv"), edition="old",
        open_archive=True, publish=True, by=COMMAND_LINE, now=now,
    )  # fmt: skip

    with fair.reading() as session:
        current = reading.current_edition(session)
        slugs = [edition.slug for edition in reading.editions(session)]
        old = reading.edition(session, "old")
        missing = reading.edition(session, "missing")

    assert current is not None
    assert (current.slug, current.is_current, current.is_demo) == ("fair", True, True)
    assert current.halls == (
        HallRecord("A", {"kk": "A залы", "ru": "Зал A"}),
        HallRecord("B", {"kk": "B залы", "ru": "Зал B"}),
    )
    assert slugs == ["fair", "old"]
    assert old is not None
    assert (old.is_current, old.gallery_on) == (False, True)
    assert missing is None


def test_colleges_are_read_with_their_facts_and_counts(fair: Store) -> None:
    with fair.reading() as session:
        colleges = {college.slug: college for college in reading.colleges(session, "fair")}
        one = reading.college(session, "temirqol", "fair")
        missing = reading.college(session, "missing", "fair")

    counts = {slug: college.exhibit_count for slug, college in colleges.items()}
    assert counts == {"temirqol": 1, "zhasyl-dala": 2, "empty": 0}
    assert one == colleges["temirqol"]
    assert one is not None
    assert one.aliases == ("Темиркол", "КГКП «Политех»")
    assert one.specialties == (
        SpecialtyRecord("mehatronika", {"kk": "Мехатроника", "ru": "Мехатроника"}),
    )
    assert (one.phone, one.founded) == ("+7 727 000-00-01", 1987)
    assert missing is None


def test_technologies_are_read_with_labels_neighbours_and_counts(fair: Store) -> None:
    with fair.reading() as session:
        technologies = {row.slug: row for row in reading.technologies(session, "fair")}
        one = reading.technology(session, "machine-learning", "fair")
        missing = reading.technology(session, "missing", "fair")

    assert technologies["digital"].narrower == ("machine-learning", "robotics")
    assert technologies["digital"].exhibit_count == 0
    assert one == technologies["machine-learning"]
    assert one is not None
    assert one.labels["kk"] == "Машиналық оқыту"
    assert one.alternatives == {"ru": ("МО",), "en": ("ML",)}
    assert (one.broader, one.exhibit_count) == (("digital",), 1)
    assert missing is None


def test_reading_many_exhibits_asks_as_few_queries_as_reading_one(fair: Store) -> None:
    queries: list[str] = []

    def count(*args: object) -> None:
        queries.append(str(args[2]))

    with fair.reading() as session:
        event.listen(session.connection().engine, "before_cursor_execute", count)
        reading.exhibit(session, "R2B2T2")
        for_one = len(queries)
        reading.exhibits(session, "fair")

    assert len(queries) == 2 * for_one


def published(store: Store, now: datetime, *titles: str) -> frozenset[str]:
    """New exhibits in one transaction; their codes."""
    before = codes_of(store)
    rows = "\n".join(["title,college,kind", *(f"{title},temirqol,product" for title in titles)])
    imports.run(
        store,
        read(rows.encode(), "rows.csv"),
        edition="fair",
        publish=True,
        by=COMMAND_LINE,
        now=now,
    )
    return codes_of(store) - before


def codes_of(store: Store) -> frozenset[str]:
    with store.reading() as session:
        return frozenset(reading.exhibits(session, "fair"))


def since(store: Store, number: int) -> frozenset[str] | None:
    with store.reading() as session:
        return reading.changes(session, number)


def token(store: Store, number: int) -> str | None:
    with store.reading() as session:
        return reading.revision_token(session, number)


def touch(store: Store, *exhibits: Collection[str] | None) -> None:
    """Say in one transaction that exhibits changed."""
    with store.writing() as session:
        for codes in exhibits:
            public_changed(session, codes)


def test_changes_are_the_exhibits_of_every_revision_since(fair: Store, now: datetime) -> None:
    start = fair.revision()
    assert since(fair, start) == frozenset()

    first = published(fair, now, "Дрон", "Лодка")
    second = published(fair, now, "Мост")

    assert (len(first), len(second)) == (2, 1)
    assert since(fair, start) == first | second
    assert since(fair, start + 1) == second
    assert since(fair, start + 2) == frozenset()


@pytest.mark.parametrize(
    ("noted", "expected"),
    [
        ([["A"], ["B", "A"]], {"A", "B"}),
        ([()], set()),
        ([["A"], None], None),
        ([None, ["A"]], None),
        (
            [[f"C{number:05}" for number in range(1000)]],
            {f"C{number:05}" for number in range(1000)},
        ),
        ([[f"C{number:05}" for number in range(1001)]], None),
    ],
    ids=["joined", "none", "then anything", "anything first", "thousand", "more"],
)
def test_a_transaction_notes_its_exhibits_unless_it_may_be_anything(
    fair: Store, noted: list[list[str] | None], expected: set[str] | None
) -> None:
    start = fair.revision()

    touch(fair, *noted)

    assert fair.revision() == start + 1
    assert since(fair, start) == expected
    touch(fair, ["LATER2"])
    assert since(fair, start) == (None if expected is None else {*expected, "LATER2"})
    assert since(fair, start + 1) == {"LATER2"}


def test_a_transaction_that_fails_notes_nothing(fair: Store) -> None:
    start = fair.revision()

    with pytest.raises(RuntimeError), fair.writing() as session:
        public_changed(session, ["A"])
        raise RuntimeError

    assert (fair.revision(), since(fair, start), token(fair, start + 1)) == (
        start, frozenset(), None,
    )  # fmt: skip


def test_forgotten_revisions_may_have_changed_anything(
    fair: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catalog.store._CHANGES_KEPT", 3)
    start = fair.revision()
    for number in range(6):
        touch(fair, [f"C{number}"])
    last = start + 6

    assert fair.revision() == last
    assert since(fair, start) is None
    assert since(fair, last - 5) is None
    assert since(fair, last - 4) == {"C2", "C3", "C4", "C5"}
    assert token(fair, last - 4) is None
    assert all(token(fair, number) for number in range(last - 3, last + 1))


def test_a_number_that_was_never_reached_may_be_anything(fair: Store) -> None:
    assert since(fair, fair.revision() + 1) is None


def test_every_revision_has_a_token_of_its_own(fair: Store) -> None:
    start = fair.revision()
    for _ in range(5):
        touch(fair, ["A"])

    tokens = [token(fair, number) for number in range(start, start + 6)]

    assert None not in tokens
    assert len(set(tokens)) == 6
