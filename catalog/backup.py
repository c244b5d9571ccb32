"""The whole catalog as one file.

The file is a ZIP: `manifest.json`, and of each table a `tables/NAME.jsonl` with a row a line. It
suits both databases. Cached vectors stay out: they are made again. `restore` brings a file back.
"""

import base64
import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from catalog.errors import WrongFile
from catalog.models import Base, CachedVector
from catalog.models.base import UtcDateTime
from catalog.store import Store

FORMAT: Final = 1
_MANIFEST: Final = "manifest.json"
_AT_ONCE: Final = 500

Progress = Callable[[int, int], None]
Row = Mapping[str, Any]


@dataclass(frozen=True)
class TableContents:
    """One table of a file: its columns with the kind of what they hold, its rows, their checksum.

    `next_id` is the lowest number that no row was ever given, where the database keeps account.
    """

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int
    sha256: str
    next_id: int | None


@dataclass(frozen=True)
class Manifest:
    """What a file says of itself; `schema` is the version of the tables it was made of."""

    format: int
    made_at: datetime
    schema: str
    tables: tuple[TableContents, ...]

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables)


_MANIFESTS = TypeAdapter(Manifest)


def write_backup(
    store: Store, file: Path, *, now: datetime, progress: Progress | None = None
) -> Manifest:
    """Write one moment of the catalog to `file`, while others go on reading and writing.

    The file appears whole or not at all, and only its owner may read it: it holds people's data.
    `progress` is told rows written and rows in all. Raises OSError where it can't be written.
    """
    part = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        with os.fdopen(_private(part), "wb") as raw:
            with store.reading() as session, zipfile.ZipFile(raw, "w") as archive:
                manifest = _write(session.connection(), archive, now, progress)
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return manifest


class BackupFile:
    """A file that was written by `write_backup` and is as it was written."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest) -> None:
        self.manifest = manifest
        self._archive = archive
        self._tables = {table.name: table for table in manifest.tables}

    def rows(self, name: str) -> Iterator[Row]:
        """The rows of a table as the database takes them; none of a table that isn't there."""
        table = self._tables.get(name)
        if table is not None:
            for line in _member_lines(self._archive, name):
                values = zip(table.columns, json.loads(line), strict=True)
                yield {column: _decoded(kind, value) for (column, kind), value in values}


@contextmanager
def open_backup(file: Path) -> Iterator[BackupFile]:
    """A backup, after every table was compared with its checksum.

    Raises WrongFile for what is no backup, is damaged, or was made in another format, and OSError
    for what can't be read.
    """
    with file.open("rb") as raw:
        try:
            archive = zipfile.ZipFile(raw)
            manifest = _MANIFESTS.validate_json(archive.read(_MANIFEST))
            if manifest.format != FORMAT:
                raise WrongFile(
                    f"{file.name} has format {manifest.format}, and this Körme reads {FORMAT}."
                    " Restore it with the Körme that made it."
                )
            damaged = [table.name for table in manifest.tables if not _is_whole(archive, table)]
        except (
            zipfile.BadZipFile, KeyError, ValidationError, EOFError, NotImplementedError,
            RuntimeError, zlib.error,
        ) as error:  # fmt: skip
            raise WrongFile(
                f"{file.name} is no backup of Körme, or a damaged one. Take another; nothing was"
                " changed."
            ) from error
        if damaged:
            raise WrongFile(
                f"{file.name} is damaged: {', '.join(damaged)}. Take another backup; nothing was"
                " changed."
            )
        yield BackupFile(archive, manifest)


def contents_of(connection: Connection, table: Table) -> tuple[int, str]:
    """How many rows a table has now, and the checksum that a backup of it would have."""
    digest = hashlib.sha256()
    rows = 0
    for line in _lines(connection, table):
        digest.update(line)
        rows += 1
    return rows, digest.hexdigest()


def kept_tables() -> Sequence[Table]:
    """What a backup holds, each table after those it refers to."""
    derived = {CachedVector.__tablename__}
    return [table for table in Base.metadata.sorted_tables if table.name not in derived]


def _write(
    connection: Connection, archive: zipfile.ZipFile, now: datetime, progress: Progress | None
) -> Manifest:
    names = kept_tables()
    total = sum(connection.scalar(select(func.count()).select_from(table)) or 0 for table in names)
    done = 0
    tables = []
    for table in names:
        digest = hashlib.sha256()
        before = done
        entry = zipfile.ZipInfo(_member(table.name), now.astimezone(UTC).timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(entry, "w", force_zip64=True) as out:
            for line in _lines(connection, table):
                out.write(line)
                digest.update(line)
                done += 1
                if progress is not None and (done % _AT_ONCE == 0 or done == total):
                    progress(done, total)
        columns = tuple((column.name, _kind(column.type)) for column in table.columns)
        tables.append(
            TableContents(
                table.name, columns, done - before, digest.hexdigest(), next_id(connection, table)
            )
        )
    version = connection.scalar(text("SELECT version_num FROM alembic_version"))
    manifest = Manifest(FORMAT, now.astimezone(UTC), str(version), tuple(tables))
    archive.writestr(_MANIFEST, _MANIFESTS.dump_json(manifest, indent=1))
    return manifest


def next_id(connection: Connection, table: Table) -> int | None:
    """The lowest number that this database never gave to a row; None where it keeps no account."""
    if connection.dialect.name == "sqlite":
        known = inspect(connection).has_table("sqlite_sequence")
        query = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        last = connection.scalar(query, {"name": table.name}) if known else None
        return None if last is None else int(last) + 1
    sequence = sequence_of(connection, table)
    if sequence is None:
        return None
    last, called = connection.execute(text(f"SELECT last_value, is_called FROM {sequence}")).one()
    return int(last) + bool(called)


def sequence_of(connection: Connection, table: Table) -> str | None:
    """PostgreSQL's sequence for the table's `id`, ready to stand in a statement."""
    if "id" not in table.columns:
        return None
    query = text("SELECT pg_get_serial_sequence(:name, 'id')")
    found: str | None = connection.scalar(query, {"name": table.name})
    return found


def _lines(connection: Connection, table: Table) -> Iterator[bytes]:
    query = select(table).order_by(*(_by_bytes(key, connection) for key in table.primary_key))
    result = connection.execute(query.execution_options(yield_per=_AT_ONCE))
    for row in result:
        values = [_encoded(value) for value in row]
        yield json.dumps(values, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def _by_bytes(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    # PostgreSQL sorts texts as a language does; SQLite by their bytes.
    if connection.dialect.name == "postgresql" and isinstance(column.type, Text):
        return column.collate("C")
    return column


def _member_lines(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(_member(name)) as lines:
        yield from lines


def _is_whole(archive: zipfile.ZipFile, table: TableContents) -> bool:
    digest = hashlib.sha256()
    rows = 0
    for line in _member_lines(archive, table.name):
        digest.update(line)
        rows += 1
    return (rows, digest.hexdigest()) == (table.rows, table.sha256)


def _member(table: str) -> str:
    return f"tables/{table}.jsonl"


def _private(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)


_KINDS: Final[Sequence[tuple[type[TypeEngine[Any]], str]]] = (
    (UtcDateTime, "moment"),
    (Date, "date"),
    (LargeBinary, "bytes"),
    (JSON, "json"),
    (Boolean, "truth"),
    (Integer, "number"),
)


def _kind(column: TypeEngine[Any]) -> str:
    return next((kind for type_, kind in _KINDS if isinstance(column, type_)), "text")


def _encoded(value: Any) -> Any:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case bytes() | memoryview():
            return base64.b64encode(value).decode("ascii")
        case _:
            return value


def _decoded(kind: str, value: Any) -> Any:
    if value is None:
        return None
    match kind:
        case "moment":
            return datetime.fromisoformat(value)
        case "date":
            return date.fromisoformat(value)
        case "bytes":
            return base64.b64decode(value)
        case _:
            return value
