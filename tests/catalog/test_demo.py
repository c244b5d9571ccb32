import json
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from catalog import Store, accounts, demo, desk, reading, review
from catalog.errors import CatalogError, WrongFile
from catalog.imports import ImportRefused
from catalog.models import College, Edition, Exhibit, Technology
from catalog.permissions import COMMAND_LINE

DATA = Path(__file__).parents[2] / "data"


def test_loading_twice_changes_nothing(fair: Store, folder: Path, now: datetime) -> None:
    with fair.reading() as session:
        before = reading.exhibits(session, "fair")

    report = demo.load(fair, folder, now)

    assert (report.create, report.update, report.unchanged) == (0, 0, 3)
    assert fair.revision() == 1
    with fair.reading() as session:
        assert reading.exhibits(session, "fair") == before


def test_a_changed_text_reaches_the_catalog_and_keeps_its_code(
    fair: Store, folder: Path, now: datetime
) -> None:
    path = folder / "demo" / "exhibits" / "robotics.jsonl"
    row = json.loads(path.read_text(encoding="utf-8"))
    row["summary_ru"] = "Сортирует быстрее."
    path.write_text(json.dumps(row), encoding="utf-8")

    report = demo.load(fair, folder, now)

    assert (report.create, report.update, report.unchanged) == (0, 1, 2)
    assert fair.revision() == 2
    with fair.reading() as session:
        exhibit = reading.exhibit(session, "R2B2T2")
    assert exhibit is not None
    assert exhibit.texts["ru"].summary == "Сортирует быстрее."


def test_one_bad_exhibit_leaves_nothing_behind(store: Store, folder: Path, now: datetime) -> None:
    path = folder / "demo" / "exhibits" / "robotics.jsonl"
    path.write_text('{"college": "temirqol", "title_ru": "Я", "kind": "magic"}', encoding="utf-8")

    with pytest.raises(ImportRefused) as refused:
        demo.load(store, folder, now)

    assert {problem.column for problem in refused.value.report.problems} == {"title_ru", "kind"}
    with store.reading() as session:
        for table in (Edition, College, Technology, Exhibit):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_vocabulary_with_a_circle_or_a_gap_is_refused(
    store: Store, folder: Path, now: datetime
) -> None:
    path = folder / "technologies.jsonl"
    path.write_text(
        '{"slug": "a", "label_en": "A", "broader": ["b"]}\n'
        '{"slug": "b", "label_en": "B", "broader": ["a"]}',
        encoding="utf-8",
    )
    with pytest.raises(CatalogError, match="in a circle: a < b < a"):
        demo.load(store, folder, now)
    path.write_text('{"slug": "a", "label_en": "A", "broader": ["zzz"]}', encoding="utf-8")
    with pytest.raises(CatalogError, match="broader term 'zzz'"):
        demo.load(store, folder, now)


def test_a_missing_or_broken_file_gets_a_sentence(
    store: Store, folder: Path, now: datetime
) -> None:
    (folder / "demo" / "edition.json").write_text("{", encoding="utf-8")
    with pytest.raises(WrongFile, match=r"edition\.json is not JSON"):
        demo.load(store, folder, now)
    (folder / "demo" / "edition.json").unlink()
    with pytest.raises(WrongFile, match=r"edition\.json can't be opened: No such file"):
        demo.load(store, folder, now)


def test_the_demo_we_ship_is_whole(sqlite_url: str, now: datetime) -> None:
    store = Store(sqlite_url)

    report = demo.load(store, DATA, now)

    assert report.create >= 120
    assert report.unknown_columns == ()
    with store.reading() as session:
        exhibits = reading.exhibits(session, "demo-2026")
    assert len(exhibits) == report.create
    assert len({exhibit.college.slug for exhibit in exhibits.values()}) >= 20
    assert len({exhibit.field.slug for exhibit in exhibits.values() if exhibit.field}) >= 12
    assert all(exhibit.technologies and exhibit.stand for exhibit in exhibits.values())


def test_demo_accounts_are_made_once_and_can_be_entered(
    fair: Store, folder: Path, now: datetime
) -> None:
    known = demo.open_accounts(fair, folder, now)
    assert demo.open_accounts(fair, folder, now) == known
    assert [(one.login, one.role, one.college) for one in known] == [
        ("demo-chief", "organizer", None), ("demo-college", "coordinator", "temirqol"),
    ]  # fmt: skip
    for one in known:
        assert accounts.sign_in(fair, one.login, one.password, address="::1", now=now)
    with fair.reading() as session:
        people = accounts.people(session, by=COMMAND_LINE)
    assert {(one.login, one.is_demo) for one in people} == {
        ("demo-college", True), ("demo-chief", True),
    }  # fmt: skip


@pytest.mark.parametrize("is_demo_there", [True, False])
def test_no_demo_accounts_are_made_beside_a_real_fair(
    fair: Store, folder: Path, now: datetime, is_demo_there: bool
) -> None:
    with fair.writing() as session:
        session.add(Edition(slug="real", year=2027, name_ru="Настоящая"))
        if not is_demo_there:
            session.scalars(select(Edition).where(Edition.slug == "fair")).one().is_demo = False

    assert demo.open_accounts(fair, folder, now) == ()
    with fair.reading() as session:
        assert accounts.people(session, by=COMMAND_LINE) == []


def test_the_demos_entries_at_work_are_written_once(store: Store) -> None:
    now = datetime.now(UTC)
    demo.load(store, DATA, now)
    demo.open_accounts(store, DATA, now)

    assert demo.write_entries(store, DATA, now) == 6
    assert demo.write_entries(store, DATA, now) == 0
    assert demo.load(store, DATA, now).update == 0

    with store.reading() as session:
        at_work = [
            line for line in desk.entries_of(session, by=COMMAND_LINE) if line.state != "published"
        ]
        assert Counter(line.state for line in at_work) == {
            "submitted": 2, "changes_requested": 1, "draft": 1, "accepted": 1,
        }  # fmt: skip
        assert len(review.queue(session, by=COMMAND_LINE)) == 3
        # Whoever tries the demo finds its time open.
        terms = desk.terms_of(session, "temirqol", by=COMMAND_LINE, now=now)
        assert (terms.is_over, terms.is_frozen) == (False, False)
