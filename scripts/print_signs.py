"""Print the signs of stands, labels with QR codes, the booklet or certificates, as a PDF."""

from collections.abc import Iterator, Sequence
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
from catalog.pictures import public_picture
from catalog.print_lists import (
    IN_THE_HALL,
    PrintedExhibit,
    printable_address,
    printed_exhibits,
)
from catalog.records import EditionRecord
from printing import (
    Booklet,
    PaperSize,
    Progress,
    booklet,
    certificates,
    certificates_from,
    days_of,
    entries_of,
    labels,
    sign_of,
    signs,
)
from scripts.edge import sentences

_PICTURE = 320


class What(StrEnum):
    SIGNS = "signs"
    LABELS = "labels"
    BOOKLET = "booklet"
    CERTIFICATES = "certificates"


class Chosen(StrEnum):
    ACCEPTED = "accepted"
    PUBLISHED = "published"
    BOTH = "both"


class Language(StrEnum):
    KK = "kk"
    RU = "ru"
    EN = "en"


@sentences()
def main(
    file: Annotated[Path, typer.Argument(help="The PDF to write.")],
    what: Annotated[What, typer.Option(help="What to print.")] = What.SIGNS,
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
    lang: Annotated[Language, typer.Option(help="The language of the booklet.")] = Language.KK,
    names: Annotated[
        Path | None,
        typer.Option(help="The list of certificates: a line each, name; exhibit; college."),
    ] = None,
) -> None:
    """Print a sign for every stand: title in Kazakh, then in Russian, college, stand and QR code.

    Or labels, the booklet of what is published, certificates. Exhibits whose title is missing in one
    of the two languages are named; they get the title they have. QR codes lead to KORME_PUBLIC_URL,
    which must be an address that visitors can open. The database is KORME_DATABASE_URL, or SQLite in
    KORME_HOME.
    """
    settings = Settings()
    address = "" if what is What.CERTIFICATES else printable_address(settings.public_url)
    if (names is None) is (what is What.CERTIFICATES):
        raise CatalogError(
            "Certificates are printed from a list: name it by --names, and for them."
        )
    store = Store(settings.database)
    store.migrate()
    try:
        with store.reading() as session:
            fair = (
                reading.edition(session, edition) if edition else reading.current_edition(session)
            )
            if fair is None:
                raise CatalogError("There is no such edition.")
        if names is not None:
            data = _certificates(fair, names, paper)
        else:
            with store.reading() as session:
                found = printed_exhibits(
                    session,
                    edition=fair.slug,
                    states=IN_THE_HALL if state is Chosen.BOTH else [State(state)],
                    hall=hall,
                    college=college,
                    codes=code or None,
                    by=COMMAND_LINE,
                )
            if not found:
                raise CatalogError("No exhibit of these is accepted or published.")
            data = (
                _booklet(store, fair, found, address, lang, paper)
                if what is What.BOOKLET
                else _signs(fair, found, address, what, paper)
            )
    finally:
        store.close()
    file.write_bytes(data)
    typer.echo(f"{file}: {len(data):,} bytes.")


def _signs(
    fair: EditionRecord,
    found: Sequence[PrintedExhibit],
    address: str,
    what: What,
    paper: PaperSize,
) -> bytes:
    for one in found:
        lacking = [name for name in ("kk", "ru") if name not in one.titles]
        if lacking:
            title = best(one.titles, "ru")
            named = title[1] if title else ""
            typer.echo(f"{one.code}  no title in {', '.join(lacking)}: {named}", err=True)
    wanted = [sign_of(one, fair.names, address) for one in found]
    with _shown(len(found)) as progress:
        return (signs if what is What.SIGNS else labels)(wanted, paper, progress=progress)


def _booklet(
    store: Store,
    fair: EditionRecord,
    found: Sequence[PrintedExhibit],
    address: str,
    language: Language,
    paper: PaperSize,
) -> bytes:
    with store.reading() as session:
        public = reading.exhibits(session, fair.slug, [one.code for one in found])
        technologies = {one.slug: one for one in reading.technologies(session, fair.slug)}

        def picture(name: str) -> bytes | None:
            shown = public_picture(session, name, _PICTURE)
            return shown.webp if shown else None

        entries = entries_of(public.values(), technologies, picture, address)
    made_of = Booklet(fair.names, fair.venue, days_of(fair), entries)
    with _shown(len(entries)) as progress:
        return booklet(made_of, language, paper, progress=progress)


def _certificates(fair: EditionRecord, names: Path, paper: PaperSize) -> bytes:
    wanted = certificates_from(names.read_text("utf-8-sig"))
    if not wanted:
        raise CatalogError(f"{names} has no names.")
    venue = best(fair.venue, "ru")
    place = " · ".join(part for part in (venue[1] if venue else "", days_of(fair)) if part)
    with _shown(len(wanted)) as progress:
        return certificates(wanted, paper, fair=fair.names, place=place, progress=progress)


@contextmanager
def _shown(total: int) -> Iterator[Progress]:
    """A progress bar, where somebody watches."""
    with tqdm(total=total, unit="sheet", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.update(done - bar.n)

        yield show


if __name__ == "__main__":
    typer.run(main)
