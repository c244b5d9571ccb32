"""Undo an import of exhibits: what it brought goes, what it changed is as it was before."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from catalog import Settings, Store, batches
from catalog.permissions import COMMAND_LINE
from scripts.edge import sentences


class Language(StrEnum):
    KK = "kk"
    RU = "ru"
    EN = "en"


@sentences()
def main(
    batch: Annotated[
        int | None,
        typer.Argument(help="The import's number; without it, the last ones are listed."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")
    ] = False,
    lang: Annotated[Language, typer.Option(help="The language of the reasons.")] = Language.EN,
) -> None:
    """Undo an import of exhibits, row by row; exit code 2 if some rows stay as they are.

    An exhibit that was changed since stays, and is named with the reason. The database is
    KORME_DATABASE_URL, or SQLite in KORME_HOME.
    """
    store = Store(Settings().database)
    store.migrate()
    try:
        if batch is None:
            _list(store)
            return
        report = batches.undo(store, batch, by=COMMAND_LINE, now=datetime.now(UTC), dry_run=dry_run)
    finally:
        store.close()
    for row in report.kept:
        typer.echo(f"row {row.number}, {row.code}: {row.problem.sentence(lang)}", err=True)
    done = "nothing changed" if dry_run else "done"
    typer.echo(
        f"Import {report.batch}: {report.removed:,} to take away, {report.restored:,} to give back,"
        f" {len(report.kept):,} to leave; {done}."
    )
    if report.kept:
        raise typer.Exit(2)


def _list(store: Store) -> None:
    with store.reading() as session:
        for one in batches.batches(session, by=COMMAND_LINE):
            undone = ", undone" if one.undone_at else ""
            typer.echo(
                f"{one.id:6}  {one.at:%Y-%m-%d %H:%M}  {one.edition}  {one.created:,} new,"
                f" {one.updated:,} changed{undone}  {one.file_name}"
            )


if __name__ == "__main__":
    typer.run(main)
