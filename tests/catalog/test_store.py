import threading
import warnings
from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import select, text

import catalog.store
from catalog import Store, reading
from catalog.errors import WrongAddress
from catalog.models import UsedCode
from catalog.store import migration_config, public_changed
from tests.conftest import Databases


def test_migrations_make_the_tables_of_the_models(store: Store) -> None:
    with store.writing() as session, warnings.catch_warnings():
        # SQLite can't reflect the expression index of stands; PostgreSQL compares it.
        warnings.filterwarnings("ignore", message=".*expression-based index")
        command.check(migration_config(session.connection()))


def test_every_migration_file_begins_with_its_version() -> None:
    script = ScriptDirectory(str(Path(catalog.store.__file__).parent / "migrations"))
    for revision in script.walk_revisions():
        assert Path(revision.path).name.partition("_")[0] == revision.revision
    assert catalog.store._newest_version() == script.get_current_head()


def test_migrating_twice_and_from_many_threads_changes_nothing(tmp_path: Path) -> None:
    stores = [Store(f"sqlite:///{tmp_path / 'new' / 'korme.db'}") for _ in range(4)]
    threads = [threading.Thread(target=store.migrate) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert stores[0].revision() == 0


def test_writing_saves_all_or_nothing(store: Store) -> None:
    with store.writing() as session:
        session.add(UsedCode(code="AAAAAA"))
    with pytest.raises(RuntimeError), store.writing() as session:
        session.add(UsedCode(code="BBBBBB"))
        session.flush()
        public_changed(session)
        raise RuntimeError

    with store.reading() as session:
        assert session.scalars(select(UsedCode.code)).all() == ["AAAAAA"]
    assert store.revision() == 0


def test_reading_throws_changes_away(store: Store) -> None:
    with store.reading() as session:
        session.add(UsedCode(code="AAAAAA"))
        session.flush()

    with store.reading() as session:
        assert session.scalars(select(UsedCode.code)).all() == []


def test_revision_rises_once_a_transaction_that_the_public_sees(store: Store) -> None:
    with store.writing() as session:
        session.add(UsedCode(code="AAAAAA"))
    assert store.revision() == 0
    with store.writing() as session:
        public_changed(session)
        public_changed(session)
    assert store.revision() == 1


def test_state_is_the_revision_and_its_token(store: Store) -> None:
    tokens = set()
    for number in (0, 1, 2):
        with store.reading() as session:
            token = reading.revision_token(session, number)
        assert store.state() == (number, token)
        tokens.add(token)
        with store.writing() as session:
            public_changed(session)
    assert len(tokens) == 3


def test_a_reader_sees_one_moment(store: Store) -> None:
    with store.reading() as reader:
        assert reader.scalars(select(UsedCode.code)).all() == []
        with store.writing() as writer:
            writer.add(UsedCode(code="AAAAAA"))
        assert reader.scalars(select(UsedCode.code)).all() == []


def test_twenty_writers_at_once_lose_nothing(store: Store) -> None:
    errors: list[BaseException] = []

    def write() -> None:
        try:
            for _ in range(5):
                with store.writing() as session:
                    # A read before the write: where SQLite's deferred lock would fail.
                    session.scalars(select(UsedCode.code)).all()
                    public_changed(session)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert store.revision() == 100


def test_sqlite_keeps_foreign_keys_and_readers_do_not_wait_for_a_writer(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    with store.writing() as writer:
        writer.add(UsedCode(code="AAAAAA"))
        writer.flush()
        with store.reading() as session:
            assert session.scalar(text("PRAGMA foreign_keys")) == 1
            assert session.scalar(text("PRAGMA journal_mode")) == "wal"
            assert session.scalars(select(UsedCode.code)).all() == []


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://root@localhost/x", "sqlite://", "sqlite:///:memory:"]
)
def test_other_addresses_are_refused_with_a_sentence(url: str) -> None:
    with pytest.raises(WrongAddress, match=r"\.$"):
        Store(url)


def test_a_catalog_from_before_changes_were_noted_keeps_its_number(databases: Databases) -> None:
    url = databases.create()
    store = Store(url)
    with store.writing() as session:
        command.upgrade(migration_config(session.connection()), "0001")
        session.execute(text("UPDATE catalog_revision SET number = 41"))

    store.migrate()

    assert store.revision() == 41
    with store.reading() as session:
        assert reading.changes(session, 41) == frozenset()
        assert reading.changes(session, 40) is None
        first = reading.revision_token(session, 41)
    with store.writing() as session:
        public_changed(session, ["AAAAAA"])
    with store.reading() as session:
        assert reading.changes(session, 41) == {"AAAAAA"}
        assert first
        assert first != reading.revision_token(session, 42)
    store.close()
    databases.drop(url)
