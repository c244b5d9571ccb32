"""Export exhibits to the spreadsheet that is imported again, or an empty one to fill in."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from catalog import CatalogError, Settings, Store, templates
from catalog.permissions import COMMAND_LINE
from scripts.edge import sentences


class Language(StrEnum):
    KK = "kk"
    RU = "ru"
    EN = "en"


@sentences()
def main(
    file: Annotated[Path, typer.Argument(help="The file to write: .xlsx or .csv.")],
    college: Annotated[
        str | None, typer.Option(help="The slug of the college whose exhibits they are; none: all.")
    ] = None,
    edition: Annotated[
        str | None, typer.Option(help="The edition's slug; without it: the current edition.")
    ] = None,
    empty: Annotated[
        bool, typer.Option("--template", help="Write an empty workbook to fill in.")
    ] = False,
    lang: Annotated[Language, typer.Option(help="The language of the headers.")] = Language.RU,
) -> None:
    """Write a college's exhibits, in whatever state, as a spreadsheet.

    Imported again as it is, it changes nothing; edited, it changes just that. A workbook has
    drop-downs and a sheet that explains its columns. The database is KORME_DATABASE_URL, or SQLite
    in KORME_HOME.
    """
    suffix = file.suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise CatalogError(f"{file.name} should end in .xlsx or .csv.")
    if empty and suffix != ".xlsx":
        raise CatalogError("A template is a workbook; let its name end in .xlsx.")
    store = Store(Settings().database)
    store.migrate()
    try:
        with store.reading() as session:
            if empty:
                data = templates.template(
                    session, lang, by=COMMAND_LINE, college=college, edition=edition
                )
            else:
                data = templates.export(
                    session,
                    lang,
                    by=COMMAND_LINE,
                    college=college,
                    edition=edition,
                    csv=suffix == ".csv",
                )
        file.write_bytes(data)
    finally:
        store.close()
    typer.echo(f"{file}: {len(data):,} bytes.")


if __name__ == "__main__":
    typer.run(main)
