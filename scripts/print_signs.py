"""Print the signs of stands, or labels with QR codes, as a PDF."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from tqdm import tqdm

from catalog import CatalogError, Settings, Store, reading
from catalog.choices import State
from catalog.languages import best
from catalog.permissions import COMMAND_LINE
from catalog.print_lists import IN_THE_HALL, printable_address, printed_exhibits
from printing import PaperSize, Progress, labels, sign_of, signs
from scripts.edge import sentences


class What(StrEnum):
    SIGNS = "signs"
    LABELS = "labels"


class Chosen(StrEnum):
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    BOTH = "both"


@sentences()
def main(
    file: Annotated[Path, typer.Argument(help="The PDF to write.")],
    what: Annotated[What, typer.Option(help="Signs, one a sheet, or labels.")] = What.SIGNS,
    paper: Annotated[PaperSize, typer.Option(help="The sheet.")] = PaperSize.A4,
    edition: Annotated[
        str | None, typer.Option(help="The edition's slug; without it: the current edition.")
    ] = None,
    hall: Annotated[str, typer.Option(help="The slug of a hall; none: all.")] = "",
    college: Annotated[str, typer.Option(help="The slug of a college; none: all.")] = "",
    state: Annotated[Chosen, typer.Option(help="Which exhibits.")] = Chosen.BOTH,
    code: Annotated[
        list[str] | None, typer.Option(help="The code of an exhibit; may be repeated; none: all.")
    ] = None,
) -> None:
    """Print a sign for every stand: title in Kazakh, then in Russian, college, stand and QR code.

    Exhibits whose title is missing in one of the two languages are named; they get the title they
    have. QR codes lead to KORME_PUBLIC_URL, which must be an address that visitors can open. The
    database is KORME_DATABASE_URL, or SQLite in KORME_HOME.
    """
    settings = Settings()
    address = printable_address(settings.public_url)
    store = Store(settings.database)
    store.migrate()
    try:
        with store.reading() as session:
            fair = (
                reading.edition(session, edition) if edition else reading.current_edition(session)
            )
            if fair is None:
                raise CatalogError("There is no such edition.")
            found = printed_exhibits(
                session,
                edition=fair.slug,
                states=IN_THE_HALL if state is Chosen.BOTH else [State(state)],
                hall=hall,
                college=college,
                codes=code or None,
                by=COMMAND_LINE,
            )
    finally:
        store.close()
    if not found:
        raise CatalogError("No exhibit of these is accepted or published.")
    for one in found:
        lacking = [name for name in ("kk", "ru") if name not in one.titles]
        if lacking:
            title = best(one.titles, "ru")
            typer.echo(
                f"{one.code}  no title in {', '.join(lacking)}: {title[1] if title else ''}",
                err=True,
            )
    draw = signs if what is What.SIGNS else labels
    with _shown(len(found)) as progress:
        data = draw([sign_of(one, fair.names, address) for one in found], paper, progress=progress)
    file.write_bytes(data)
    typer.echo(f"{file}: {len(found):,} exhibits, {len(data):,} bytes.")


@contextmanager
def _shown(total: int) -> Iterator[Progress]:
    """A progress bar, where somebody watches."""
    with tqdm(total=total, unit="sheet", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.update(done - bar.n)

        yield show


if __name__ == "__main__":
    typer.run(main)
