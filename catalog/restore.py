"""Bring back the catalog of a backup, whole or not at all, and verify that it is the same.

The tables are made as they were when the file was written, filled, compared with the file, and
then brought to today's version, all in one transaction. People who were erased after the file was
written are erased again; codes and numbers that were given after it are not given a second time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    LargeBinary,
    MetaData,
    Table,
    Text,
    delete,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.schema import DropTable
from sqlalchemy.types import TypeEngine

from catalog.audit import erased_people
from catalog.backup import (
    BackupFile,
    Progress,
    Row,
    TableContents,
    contents_of,
    kept_tables,
    next_id,
    open_backup,
    sequence_of,
)
from catalog.consents import erase_again
from catalog.errors import CatalogError, WrongFile
from catalog.models import AuditEntry, CatalogRevision, PublicChange, UsedCode
from catalog.models.base import UtcDateTime
from catalog.permissions import Action
from catalog.store import Store, migration_config, public_changed

_AT_ONCE: Final = 500
_TYPES: Final[Mapping[str, TypeEngine[Any]]] = {
    "moment": UtcDateTime(),
    "date": Date(),
    "bytes": LargeBinary(),
    "json": JSON(none_as_null=True),
    "truth": Boolean(),
    "number": BigInteger(),
    "text": Text(),
}


class NotEmpty(CatalogError):
    """There is a catalog already where one was to be brought back."""


@dataclass(frozen=True)
class Restored:
    """What came back: rows, from when, and how many people were erased once more."""

    rows: int
    made_at: datetime
    erased_again: int


@dataclass(frozen=True)
class _Before:
    """What the catalog that is replaced knows and the file can't."""

    revision: int
    moments: frozenset[tuple[int, str]]
    codes: frozenset[str]
    erased: frozenset[int]
    next_ids: Mapping[str, int]


def restore_backup(
    store: Store,
    file: Path,
    *,
    now: datetime,
    replace: bool = False,
    later: Sequence[Path] = (),
    progress: Progress | None = None,
) -> Restored:
    """Make the store's catalog that of the file, or leave it as it is.

    Who was erased since, as this store or the backups `later` know, is erased again. A running app
    sees the catalog come back at once. Raises WrongFile for a file that is damaged, of a newer
    Körme, or in `later` but of another fair, and NotEmpty for a store that has a catalog and isn't
    to be replaced.
    """
    with ExitStack() as opened:
        backup = opened.enter_context(open_backup(file))
        moments = _moments(backup)
        erased: set[int] = set()
        for path in later:
            other = opened.enter_context(open_backup(path))
            if not moments & _moments(other):
                raise WrongFile(f"{path.name} is a backup of another fair.")
            erased |= _erased(other)
        with store.writing(alone=True) as session:
            before = _before(session)
            if not replace and _has_rows(session):
                raise NotEmpty(
                    "There is a catalog already. Restore into an empty database, or say that this"
                    " one is to be replaced (--replace)."
                )
            connection = session.connection()
            _rebuild(connection, backup, file.name, progress)
            again = 0
            if before.moments & moments:
                erased |= before.erased
                _keep_given(session, before)
            missing = erased - erased_people(session)
            if missing:
                again = erase_again(session, missing, now=now)
            if replace or missing:
                _rise_above(session, before.revision)
    return Restored(backup.manifest.rows, backup.manifest.made_at, again)


def _rebuild(
    connection: Connection, backup: BackupFile, name: str, progress: Progress | None
) -> None:
    from alembic import command
    from alembic.util import CommandError

    _drop_everything(connection)
    try:
        command.upgrade(migration_config(connection), backup.manifest.schema)
    except CommandError as error:
        raise WrongFile(f"{name} was made by a newer Körme. Restore it with that one.") from error
    tables = [_table(connection, contents) for contents in backup.manifest.tables]
    for table in reversed(tables):
        # Migrations enter the first row of some.
        connection.execute(delete(table))
    done = 0
    for table in tables:
        rows = _parents_first(connection, table.name, backup.rows(table.name))
        for some in _in_portions(rows):
            connection.execute(insert(table), some)
            done += len(some)
            if progress is not None:
                progress(done, backup.manifest.rows)
    for table, contents in zip(tables, backup.manifest.tables, strict=True):
        if contents_of(connection, table) != (contents.rows, contents.sha256):
            raise WrongFile(f"Table {table.name} of {name} didn't come back as it was written.")
        _give_from(connection, table, contents.next_id)
    command.upgrade(migration_config(connection), "head")


def _drop_everything(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    present = inspect(connection).get_sorted_table_and_fkc_names()
    for name in [name for name, _ in reversed(present) if name is not None]:
        connection.execute(DropTable(Table(name, MetaData())))
    if connection.dialect.name == "sqlite":
        return
    functions = connection.scalars(
        text(
            "SELECT p.oid::regprocedure FROM pg_proc p"
            " JOIN pg_namespace n ON n.oid = p.pronamespace"
            " WHERE n.nspname = current_schema() AND NOT EXISTS"
            " (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
        )
    ).all()
    for function in functions:
        connection.execute(text(f"DROP FUNCTION {function}"))


def _table(connection: Connection, contents: TableContents) -> Table:
    """The table as the file's version had it, with types that read and write what the file holds."""
    keys = inspect(connection).get_pk_constraint(contents.name)["constrained_columns"]
    return Table(
        contents.name,
        MetaData(),
        *(
            Column(name, _TYPES[kind], primary_key=name in keys, autoincrement=False)
            for name, kind in contents.columns
        ),
    )


def _in_portions(rows: Iterable[Row]) -> Iterator[list[dict[str, Any]]]:
    left = iter(rows)
    while some := [dict(row) for row in islice(left, _AT_ONCE)]:
        yield some


def _parents_first(connection: Connection, name: str, rows: Iterable[Row]) -> Iterable[Row]:
    """The rows in an order in which none refers to a later one of its own table."""
    own = [
        (key["constrained_columns"][0], key["referred_columns"][0])
        for key in inspect(connection).get_foreign_keys(name)
        if key["referred_table"] == name
    ]
    if not own:
        return rows
    [(column, referred)] = own
    return _sorted_by_parent(list(rows), column, referred)


def _sorted_by_parent(rows: Sequence[Row], column: str, referred: str) -> Iterator[Row]:
    waiting: dict[Any, list[Row]] = {}
    for row in rows:
        waiting.setdefault(row[column], []).append(row)
    free = waiting.pop(None, [])
    while free:
        row = free.pop()
        yield row
        free.extend(waiting.pop(row[referred], []))


def _give_from(connection: Connection, table: Table, lowest: int | None) -> None:
    """Let the database give no number below `lowest` to a new row, nor one that a row has."""
    if connection.dialect.name == "sqlite":
        counted = connection.scalar(
            text("SELECT sql LIKE '%AUTOINCREMENT%' FROM sqlite_master WHERE name = :name"),
            {"name": table.name},
        )
        if counted and lowest is not None:
            given = {"name": table.name, "seq": lowest - 1}
            # Rows that were entered have made the entry, if there were any.
            connection.execute(
                text(
                    "INSERT INTO sqlite_sequence (name, seq) SELECT :name, 0 WHERE NOT EXISTS"
                    " (SELECT 1 FROM sqlite_sequence WHERE name = :name)"
                ),
                given,
            )
            connection.execute(
                text("UPDATE sqlite_sequence SET seq = max(seq, :seq) WHERE name = :name"), given
            )
        return
    sequence = sequence_of(connection, table)
    if sequence is not None:
        highest = connection.scalar(select(table.c.id).order_by(table.c.id.desc()).limit(1)) or 0
        following = max(highest + 1, lowest or 1)
        connection.execute(
            text("SELECT setval(CAST(:name AS regclass), :following, false)"),
            {"name": sequence, "following": following},
        )


def _before(session: Session) -> _Before:
    connection = session.connection()
    given = {table.name: next_id(connection, table) for table in kept_tables()}
    return _Before(
        revision=session.scalar(select(CatalogRevision.number)) or 0,
        moments=frozenset(
            (number, token)
            for number, token in session.execute(select(PublicChange.number, PublicChange.token))
        ),
        codes=frozenset(session.scalars(select(UsedCode.code))),
        erased=erased_people(session),
        next_ids={name: number for name, number in given.items() if number is not None},
    )


def _has_rows(session: Session) -> bool:
    own = {CatalogRevision.__tablename__, PublicChange.__tablename__}
    return any(
        session.execute(select(table).limit(1)).first() is not None
        for table in kept_tables()
        if table.name not in own
    )


def _keep_given(session: Session, before: _Before) -> None:
    """Codes and numbers that were given since the file was written stay given."""
    lost = before.codes.difference(session.scalars(select(UsedCode.code)))
    if lost:
        session.execute(insert(UsedCode), [{"code": code} for code in sorted(lost)])
    connection = session.connection()
    for table in kept_tables():
        if table.name in before.next_ids:
            known = next_id(connection, table) or 1
            _give_from(connection, table, max(known, before.next_ids[table.name]))


def _rise_above(session: Session, revision: int) -> None:
    """A running app that has seen `revision` sees a newer one."""
    session.execute(
        update(CatalogRevision).where(CatalogRevision.number < revision).values(number=revision)
    )
    public_changed(session)


def _moments(backup: BackupFile) -> frozenset[tuple[int, str]]:
    rows = backup.rows(PublicChange.__tablename__)
    return frozenset((row["number"], row["token"]) for row in rows)


def _erased(backup: BackupFile) -> frozenset[int]:
    rows = backup.rows(AuditEntry.__tablename__)
    return frozenset(int(row["object_id"]) for row in rows if row["action"] == Action.ERASE_PERSON)
