"""Bring back the catalog that a backup holds."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from catalog import Settings, Store
from catalog.restore import restore_backup
from scripts.edge import sentences


@sentences()
def main(
    file: Annotated[Path, typer.Argument(help="A file that scripts.backup wrote.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Take the place of a catalog that is there.")
    ] = False,
    later: Annotated[
        list[Path] | None,
        typer.Option(help="A newer backup of this fair: who was erased by then is erased again."),
    ] = None,
) -> None:
    """Bring back every row of a backup and compare it with the file; all of it or nothing.

    People who were erased since the backup are erased again, as far as the replaced catalog and
    the newer backups know of them. It works on another machine and on the other kind of database:
    KORME_DATABASE_URL, or SQLite in KORME_HOME. A running app goes on with the catalog restored.
    """
    store = Store(Settings().database)
    store.migrate()
    try:
        with tqdm(desc="Restoring", unit=" rows") as bar:

            def tell(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            restored = restore_backup(
                store,
                file,
                now=datetime.now(UTC),
                replace=replace,
                later=later or (),
                progress=tell,
            )
    finally:
        store.close()
    typer.echo(
        f"{restored.rows:,} rows of {restored.made_at:%Y-%m-%d %H:%M} UTC are back, compared with"
        f" the file; {restored.erased_again:,} people erased again."
    )


if __name__ == "__main__":
    typer.run(main)
