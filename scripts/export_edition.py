"""Export a whole edition: spreadsheets, linked data, and a site that opens without a server."""

import json
import shutil
import tempfile
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import typer
from tqdm import tqdm

from catalog import CatalogError, Settings, Store, templates
from catalog.edition_export import public_edition
from catalog.permissions import COMMAND_LINE
from catalog.pictures import public_picture
from exporting import linked_data, site_files
from scripts.edge import sentences

_PICTURE: Final = 960
_LINKED: Final = "edition.jsonld"
_WRITTEN: Final = ("exhibits.xlsx", "exhibits.csv", _LINKED, "site")


class Language(StrEnum):
    KK = "kk"
    RU = "ru"
    EN = "en"


@sentences()
def main(
    folder: Annotated[Path, typer.Argument(help="The folder to write into: a new or empty one.")],
    edition: Annotated[
        str | None, typer.Option(help="The edition's slug; without it: the current edition.")
    ] = None,
    lang: Annotated[
        Language, typer.Option(help="The language of the spreadsheets' headers.")
    ] = Language.RU,
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace an earlier export in the folder.")
    ] = False,
) -> None:
    """Export an edition as XLSX, CSV, JSON-LD and a site that opens without a server.

    exhibits.xlsx and exhibits.csv hold every exhibit in whatever state: they are the organizers'
    own. edition.jsonld and site/ hold what is public, and may be given to anybody; site/index.html
    opens in a browser from the folder. The database is KORME_DATABASE_URL, or SQLite in KORME_HOME.
    """
    _check(folder, replace)
    store = Store(Settings().database)
    store.migrate()
    try:
        # One transaction: spreadsheets, data and site tell of one moment.
        with store.reading() as session:
            public = public_edition(session, edition, by=COMMAND_LINE, now=datetime.now(UTC))
            slug = public.edition.slug

            def picture(name: str) -> bytes | None:
                shown = public_picture(session, name, _PICTURE)
                return shown.webp if shown else None

            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=".export-", dir=folder) as kept:
                made = Path(kept)
                for name in ("exhibits.xlsx", "exhibits.csv"):
                    data = templates.export(
                        session, lang, by=COMMAND_LINE, edition=slug, csv=name.endswith(".csv")
                    )
                    (made / name).write_bytes(data)
                text = json.dumps(linked_data(public), ensure_ascii=False, indent=1)
                (made / _LINKED).write_text(text + "\n", "utf-8")
                for file in tqdm(site_files(public, picture), unit="file", disable=None):
                    path = made / "site" / file.path
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(file.data)
                _put(made, folder)
    finally:
        store.close()
    typer.echo(f"{folder}: {len(public.exhibits)} public exhibits; open site/index.html.")


def _check(folder: Path, replace: bool) -> None:
    """Refuse a folder in which something would be lost."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise CatalogError(f"{folder} is no folder.")
    if not any(folder.iterdir()):
        return
    if not replace:
        raise CatalogError(f"{folder} is not empty. To replace an earlier export: --replace.")
    if not (folder / _LINKED).is_file():
        raise CatalogError(f"{folder} holds no earlier export to replace. Name an empty folder.")


def _put(made: Path, folder: Path) -> None:
    """Put what was made in the place of what an earlier export left; other files stay."""
    for name in _WRITTEN:
        target = folder / name
        if target.is_dir():
            shutil.rmtree(target)
        (made / name).replace(target)


if __name__ == "__main__":
    typer.run(main)
