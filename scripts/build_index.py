"""Bring the search index up to the catalog, or build it anew."""

from typing import Annotated, Never

import typer
from tqdm import tqdm

from catalog import reading
from catalog.settings import Settings
from fair import Fair
from scripts.edge import sentences


@sentences()
def main(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build anew even if the stored index is valid.")
    ] = False,
    edition: Annotated[
        str | None, typer.Option(help="Only this edition; without it, every one.")
    ] = None,
) -> None:
    """Bring the index of every edition up to the catalog. Vectors already known are reused."""
    fair = Fair.open(Settings())
    with fair.store.reading() as session:
        slugs = [one.slug for one in reading.editions(session)]
    if not slugs:
        typer.echo("There is no edition yet. Run `make demo`, or import one.", err=True)
        raise typer.Exit(2)
    if edition is not None and edition not in slugs:
        typer.echo(f"There is no edition {edition}; there are: {', '.join(slugs)}.", err=True)
        raise typer.Exit(2)
    fair.load_encoder()
    for slug in [edition] if edition else slugs:
        with tqdm(desc=slug, unit=" passages") as bar:

            def progress(done: int, total: int, bar: "tqdm[Never]" = bar) -> None:
                bar.total = total
                bar.update(done - bar.n)

            index = fair.refresh(slug, rebuild=rebuild, progress=progress)
        found = "words and meaning" if index.knows_meaning else "words only"
        typer.echo(f"{slug}: {len(index)} exhibits, revision {index.revision}, {found}.")
    fair.close()


if __name__ == "__main__":
    typer.run(main)
