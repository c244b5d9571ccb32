"""Write the whole catalog, pictures included, to one file while the app goes on running."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from catalog import CatalogError, Settings, Store
from catalog.backup import open_backup, write_backup
from scripts.edge import sentences


@sentences()
def main(
    file: Annotated[Path, typer.Argument(help="The file to write, such as fair.korme.zip.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over a file that is there.")
    ] = False,
) -> None:
    """Write one moment of the catalog to a file, and read it again to verify it.

    The file holds people's data and hashes of passwords; keep it as you keep the database. Models,
    index and vectors stay out: they are made again. The database is KORME_DATABASE_URL, or SQLite
    in KORME_HOME.
    """
    if file.exists() and not replace:
        raise CatalogError(f"{file} is there already; take another name, or --replace.")
    settings = Settings()
    store = Store(settings.database)
    store.migrate()
    try:
        with tqdm(desc="Writing", unit=" rows") as bar:

            def tell(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            manifest = write_backup(store, file, now=datetime.now(UTC), progress=tell)
    finally:
        store.close()
    with open_backup(file):
        size = file.stat().st_size
    typer.echo(
        f"{file}: {manifest.rows:,} rows of {len(manifest.tables)} tables, {size:,} bytes, verified."
    )


if __name__ == "__main__":
    typer.run(main)
