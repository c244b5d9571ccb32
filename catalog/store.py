"""The database: SQLite or PostgreSQL behind one door, for reading, for writing, and its revision."""

import secrets
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    Engine,
    create_engine,
    delete,
    event,
    inspect,
    text,
    update,
)
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session

from catalog.errors import Busy, WrongAddress
from catalog.models import CatalogRevision, PublicChange

if TYPE_CHECKING:
    from alembic.config import Config

_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_MS = 30_000
# Any numbers do, as long as every Körme process takes the same ones.
_MIGRATION_LOCK = 0x6B6F726D65
_ALONE_LOCK = _MIGRATION_LOCK + 1
_PUBLIC_CHANGE = "public_change"
# A transaction that changes more exhibits may as well have changed everything.
_CODES_NOTED = 1000
# An index that is further behind reads everything.
_CHANGES_KEPT = 10_000


class Store:
    """One database. Sessions it gives are transactions: whole on leaving, nothing on an exception.

    `url` is an SQLAlchemy address of SQLite or PostgreSQL; raises WrongAddress for any other.
    """

    def __init__(self, url: str) -> None:
        self._engine = _engine(_address(url))
        # The same pool, but BEGIN takes SQLite's write lock at once: two writers then wait for
        # each other instead of failing when a reader's lock can't be raised.
        self._writing_engine = self._engine.execution_options(korme_writes=True)
        # PostgreSQL by default shows each query of a transaction another moment.
        self._reading_engine = (
            self._engine.execution_options(isolation_level="REPEATABLE READ")
            if self.dialect == "postgresql"
            else self._engine
        )

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self._engine.dialect.name

    def migrate(self) -> None:
        """Bring the tables to the newest version, whole or not at all; safe from many processes.

        Raises WrongAddress if the database can't be opened.
        """
        try:
            version = self._version()
        except DBAPIError as error:
            shown = self._engine.url.render_as_string(hide_password=True)
            raise WrongAddress(f"The database {shown} can't be opened: {error.orig}") from error
        if version == _newest_version():
            return
        # Alembic takes 0.3 s to import, and nearly every start finds nothing to migrate.
        from alembic import command

        with self._writing_engine.begin() as connection:
            if self.dialect == "postgresql":
                _lock(connection, _MIGRATION_LOCK)
            command.upgrade(migration_config(connection), "head")

    def _version(self) -> str | None:
        with self._reading_engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            query = text("SELECT version_num FROM alembic_version")
            version: str | None = connection.scalar(query)
            return version

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment of the catalog; what it changes is thrown away."""
        with Session(self._reading_engine, autoflush=False) as session:
            yield session

    @contextmanager
    def writing_if_free(self) -> Iterator[Session]:
        """As `writing`, but raises Busy where SQLite's one writer is at work: for what can wait.

        On PostgreSQL writers don't wait for each other's rows, so it never raises there.
        """
        engine = self._engine.execution_options(korme_writes=True, korme_waits=False)
        with Session(engine, autoflush=False) as session:
            try:
                session.connection()
            except OperationalError as error:
                raise Busy("Somebody else is writing; try again later.") from error
            yield session
            session.commit()

    @contextmanager
    def writing(self, *, alone: bool = False) -> Iterator[Session]:
        """A session whose changes are all saved on leaving, or none if an exception passes.

        If `public_changed` was called in it, the catalog's revision rises in the same transaction.
        With `alone` no other such transaction runs beside it: for what reads much before it writes.
        (On SQLite, writers are always alone.)
        """
        with Session(self._writing_engine, autoflush=False) as session, session.begin():
            if alone and self.dialect == "postgresql":
                _lock(session.connection(), _ALONE_LOCK)
            yield session
            session.flush()
            if _PUBLIC_CHANGE in session.info:
                # Last, so that on PostgreSQL the row is locked only for the moment of the commit.
                _note_change(session, session.info[_PUBLIC_CHANGE])

    def revision(self) -> int:
        """The number of the catalog's public state; it rises with every change visitors can see."""
        return int(self._first("SELECT number FROM catalog_revision")[0])

    def state(self) -> tuple[int, str]:
        """The revision, and what tells it from those of the same number in other catalogs."""
        number, token = self._first(
            "SELECT catalog_revision.number, token FROM catalog_revision"
            " LEFT JOIN public_change ON public_change.number = catalog_revision.number"
        )
        return int(number), token or ""

    def _first(self, query: str) -> tuple[Any, ...]:
        # Asked several times a rerun: by SQLAlchemy's own ways it takes ten times as long.
        connection = self._engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(query)
            row: tuple[Any, ...] = cursor.fetchall()[0]
            cursor.close()
        finally:
            connection.close()
        return row

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()


def public_changed(session: Session, exhibits: Collection[str] | None = None) -> None:
    """Say that this transaction changes what the public sees.

    With `exhibits`, only of the exhibits of these codes; None stands for anything.
    """
    known = session.info.get(_PUBLIC_CHANGE, frozenset())
    changed = None if exhibits is None or known is None else known.union(exhibits)
    session.info[_PUBLIC_CHANGE] = changed


def _note_change(session: Session, codes: frozenset[str] | None) -> None:
    number = session.scalars(
        update(CatalogRevision)
        .values(number=CatalogRevision.number + 1)
        .returning(CatalogRevision.number)
    ).one()
    noted = None if codes is None or len(codes) > _CODES_NOTED else sorted(codes)
    session.add(PublicChange(number=number, token=secrets.token_hex(8), codes=noted))
    session.flush()
    session.execute(delete(PublicChange).where(PublicChange.number < number - _CHANGES_KEPT))


def migration_config(connection: Connection) -> "Config":
    """Alembic's configuration, in code; `alembic.command` functions take it."""
    from alembic.config import Config

    # Alembic's own default is what stdout was when it was imported.
    config = Config(stdout=sys.stdout)
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    return config


def _newest_version() -> str:
    """The newest migration, which its file's name begins with."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("*_*.py"))


def _lock(connection: Connection, number: int) -> None:
    """Wait for a PostgreSQL lock that lasts as long as the transaction."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise WrongAddress(
            f"{url!r} is not a database address; write sqlite:///folder/korme.db"
            " or postgresql://user@host/name."
        ) from error
    if address.drivername in ("postgres", "postgresql"):
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() not in ("sqlite", "postgresql"):
        raise WrongAddress(
            f"Körme keeps its catalog in SQLite or PostgreSQL, not in {address.drivername!r};"
            " set KORME_DATABASE_URL accordingly, or leave it unset for SQLite."
        )
    return address


def _engine(address: URL) -> Engine:
    sqlite = address.get_backend_name() == "sqlite"
    if sqlite:
        if not address.database or address.database == ":memory:":
            raise WrongAddress(
                "An SQLite catalog needs a file, because every visitor's thread opens it;"
                " write sqlite:///folder/korme.db."
            )
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        engine = create_engine(address, pool_pre_ping=not sqlite)
    except NoSuchModuleError as error:
        raise WrongAddress(f"No driver for {address.drivername!r} is installed.") from error
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, record: object) -> None:
    # Transactions are begun by _begin_sqlite; sqlite3's own guessing would begin them too late.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    options = connection.get_execution_options()
    if not options.get("korme_writes"):
        connection.exec_driver_sql("BEGIN")
    elif options.get("korme_waits", True):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql("PRAGMA busy_timeout = 0")
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {_BUSY_TIMEOUT_MS}")
