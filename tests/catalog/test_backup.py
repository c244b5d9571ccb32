"""What is written comes back, row by row, on either database; or nothing changes."""

import warnings
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.exc import SAWarning

from catalog import Store, consents
from catalog.audit import erased_people, read_acts
from catalog.backup import open_backup, write_backup
from catalog.choices import MemberRole
from catalog.errors import WrongFile
from catalog.models import Exhibit, Person, UsedCode
from catalog.permissions import COMMAND_LINE
from catalog.restore import NotEmpty, restore_backup
from catalog.vector_cache import VectorCache
from tests.catalog.entries import given_in
from tests.catalog.people import someone
from tests.catalog.test_consents import LATER, NOW, Team, team
from tests.conftest import Databases, PostgresDatabases, SqliteDatabases

__all__ = ["team"]

DERIVED = {"cached_vector"}
EVEN_LATER = LATER + timedelta(hours=1)


def everything(store: Store) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables but the derived ones, read without the catalog's models."""
    engine = create_engine(store._engine.url)
    tables = MetaData()
    with engine.connect() as connection, warnings.catch_warnings():
        # Of indexes over expressions, which don't matter to rows.
        warnings.simplefilter("ignore", SAWarning)
        tables.reflect(connection)
        found = {
            table.name: sorted(
                ({key: plain(value) for key, value in row._mapping.items()} for row in
                 connection.execute(select(table))),
                key=repr,
            )
            for table in tables.sorted_tables
            if table.name not in DERIVED
        }  # fmt: skip
    engine.dispose()
    return found


def plain(value: Any) -> Any:
    """Both databases' values as one: moments without their zone, bytes as bytes."""
    if hasattr(value, "tzinfo"):
        return value.replace(tzinfo=None)
    return bytes(value) if isinstance(value, memoryview) else value


@pytest.fixture(params=["sqlite", "postgres"])
def elsewhere(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty catalog on another machine, of either kind."""
    databases: Databases = request.getfixturevalue(request.param)
    url = databases.create()
    store = Store(url)
    store.migrate()
    yield store
    store.close()
    databases.drop(url)


def test_every_row_comes_back_on_either_database(
    fair: Store, team: Team, elsewhere: Store, tmp_path: Path
) -> None:
    file = tmp_path / "fair.zip"
    told: list[tuple[int, int]] = []

    manifest = write_backup(fair, file, now=NOW, progress=lambda *step: told.append(step))
    before = everything(fair)
    restored = restore_backup(elsewhere, file, now=LATER)

    assert everything(elsewhere) == before
    expected = sum(len(rows) for rows in before.values()) - len(before["alembic_version"])
    assert (restored.rows, restored.made_at, restored.erased_again) == (expected, NOW, 0)
    assert told[-1] == (expected, expected)
    assert manifest.rows == expected
    assert file.stat().st_mode & 0o077 == 0


def test_work_goes_on_after_a_restore(
    fair: Store, team: Team, elsewhere: Store, tmp_path: Path
) -> None:
    file = tmp_path / "fair.zip"
    write_backup(fair, file, now=NOW)
    restore_backup(elsewhere, file, now=LATER)

    with fair.reading() as session:
        exhibits = session.scalars(select(Exhibit.id)).all()
    coordinator = someone(elsewhere, None)
    person = consents.add_person(
        elsewhere, college="temirqol", name="Жаңа Адам", is_minor=False, by=team.editor, now=LATER
    )

    assert coordinator.id > team.reviewer
    assert person > max(team.grown_up, team.minor)
    assert len(exhibits) == 4
    # The trigger that keeps the log append-only has come back too.
    with elsewhere.reading() as session:
        assert read_acts(session, by=COMMAND_LINE)
        with pytest.raises(Exception, match="audit_entry"):
            session.connection().exec_driver_sql("DELETE FROM audit_entry")


def test_vectors_stay_out(fair: Store, tmp_path: Path) -> None:
    VectorCache(fair).put_many("model", {b"hash": np.ones(4)})

    write_backup(fair, tmp_path / "fair.zip", now=NOW)

    with zipfile.ZipFile(tmp_path / "fair.zip") as archive:
        assert "tables/cached_vector.jsonl" not in archive.namelist()
        assert "tables/exhibit.jsonl" in archive.namelist()


def test_who_was_erased_since_is_erased_again(fair: Store, team: Team, tmp_path: Path) -> None:
    file = tmp_path / "fair.zip"
    write_backup(fair, file, now=NOW)
    consents.erase_person(fair, team.minor, by=team.organizer, now=LATER)
    revision = fair.revision()

    restored = restore_backup(fair, file, now=EVEN_LATER, replace=True)

    assert restored.erased_again == 1
    assert fair.revision() > revision
    with fair.reading() as session:
        assert session.get(Person, team.minor) is None
        assert session.get(Person, team.grown_up) is not None
        assert erased_people(session) == {team.minor}
    kept = repr([rows for name, rows in everything(fair).items() if name != "used_code"])
    assert "Сериков" not in kept
    assert "Гүлнар Омарова" in kept


def test_a_newer_backup_tells_another_machine_who_was_erased(
    fair: Store, team: Team, elsewhere: Store, tmp_path: Path
) -> None:
    old, new = tmp_path / "old.zip", tmp_path / "new.zip"
    write_backup(fair, old, now=NOW)
    consents.erase_person(fair, team.minor, by=team.organizer, now=LATER)
    write_backup(fair, new, now=LATER)

    restored = restore_backup(elsewhere, old, now=EVEN_LATER, later=[new])

    assert restored.erased_again == 1
    assert "Сериков" not in repr(everything(elsewhere))


def test_a_number_or_code_given_since_is_not_given_again(
    fair: Store, team: Team, tmp_path: Path
) -> None:
    file = tmp_path / "fair.zip"
    write_backup(fair, file, now=NOW)
    coordinator = someone(fair, MemberRole.COORDINATOR, college="temirqol")
    lost = given_in(fair, coordinator, now=NOW)
    newest = consents.add_person(
        fair, college="temirqol", name="Кейін Келген", is_minor=False, by=team.editor, now=NOW
    )

    restore_backup(fair, file, now=LATER, replace=True)

    with fair.reading() as session:
        assert session.get(UsedCode, lost) is not None
        assert session.scalar(select(Exhibit).where(Exhibit.code == lost)) is None
    following = consents.add_person(
        fair, college="temirqol", name="Тағы Бір", is_minor=False, by=team.editor, now=LATER
    )
    assert following > newest


def test_a_catalog_is_replaced_only_if_asked(fair: Store, elsewhere: Store, tmp_path: Path) -> None:
    file = tmp_path / "fair.zip"
    write_backup(fair, file, now=NOW)
    restore_backup(elsewhere, file, now=NOW)
    before = everything(elsewhere)

    with pytest.raises(NotEmpty, match="--replace"):
        restore_backup(elsewhere, file, now=LATER)

    assert everything(elsewhere) == before


def test_the_file_holds_one_moment(fair: Store, team: Team, tmp_path: Path) -> None:
    """Somebody writes while the backup is being written."""
    added: list[int] = []

    def write_beside(done: int, total: int) -> None:
        if not added:
            added.append(
                consents.add_person(
                    fair, college="temirqol", name="Жаңа Адам", is_minor=False,
                    by=team.editor, now=LATER,
                )
            )  # fmt: skip

    before = everything(fair)
    write_backup(fair, tmp_path / "fair.zip", now=NOW, progress=write_beside)

    assert added
    with open_backup(tmp_path / "fair.zip") as backup:
        for name, rows in before.items():
            if name != "alembic_version":
                assert len(list(backup.rows(name))) == len(rows), name


@pytest.mark.parametrize("damage", ["cut", "flipped", "other", "row_lost", "newer", "nothing"])
def test_a_damaged_file_changes_nothing(
    fair: Store, sqlite: SqliteDatabases, tmp_path: Path, damage: str
) -> None:
    whole, file = tmp_path / "whole.zip", tmp_path / "fair.zip"
    write_backup(fair, whole, now=NOW)
    data = whole.read_bytes()
    middle = len(data) // 2
    match damage:
        case "cut":
            file.write_bytes(data[:middle])
        case "flipped":
            file.write_bytes(data[:middle] + bytes([data[middle] ^ 255]) + data[middle + 1 :])
        case "other":
            with zipfile.ZipFile(file, "w") as archive:
                archive.writestr("hello.txt", "hello")
        case "row_lost":
            rewrite(whole, file, "tables/exhibit.jsonl", lambda text: text.split(b"\n", 1)[1])
        case "newer":
            rewrite(
                whole, file, "manifest.json",
                lambda text: text.replace(b'"schema": "0', b'"schema": "9'),
            )  # fmt: skip
        case "nothing":
            file.write_bytes(b"")
    before = everything(fair)

    with pytest.raises(WrongFile, match="fair.zip"):
        restore_backup(fair, file, now=LATER, replace=True)

    assert everything(fair) == before


def rewrite(whole: Path, file: Path, member: str, change: Callable[[bytes], bytes]) -> None:
    """A copy of a ZIP in which one member is changed."""
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, change(data) if name == member else data)


def test_another_fairs_backup_says_nothing_of_who_was_erased(
    fair: Store, postgres: PostgresDatabases, sqlite_fair: Store, tmp_path: Path
) -> None:
    write_backup(fair, tmp_path / "one.zip", now=NOW)
    write_backup(sqlite_fair, tmp_path / "other.zip", now=NOW)

    with pytest.raises(WrongFile, match=r"other\.zip is a backup of another fair"):
        restore_backup(
            fair, tmp_path / "one.zip", now=LATER, replace=True, later=[tmp_path / "other.zip"]
        )


def test_a_full_disk_leaves_no_file(fair: Store, tmp_path: Path) -> None:
    def full(done: int, total: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        write_backup(fair, tmp_path / "fair.zip", now=NOW, progress=full)

    assert list(tmp_path.iterdir()) == []
