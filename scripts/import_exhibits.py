"""Import a spreadsheet of exhibits: CSV, XLSX or JSON Lines."""

import json
import time
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from tqdm import tqdm

from catalog import CatalogError, Settings, Store, imports
from catalog.imports import ImportRefused, ImportReport
from catalog.permissions import COMMAND_LINE
from catalog.picture_archive import PictureArchive
from catalog.rejected import sentences, write_rejected
from catalog.spreadsheets import Sheet, read_file

_BAR_FROM = 200
_SHOWN_PROBLEMS = 50


class Language(StrEnum):
    KK = "kk"
    RU = "ru"
    EN = "en"


def main(
    file: Annotated[Path, typer.Argument(help="A CSV, XLSX or JSON Lines file.")],
    edition: Annotated[
        str | None,
        typer.Option(
            help="The edition's slug; an unknown one is opened as an archive, which takes colleges"
            " as they are named and demands nothing. Without it: the current edition."
        ),
    ] = None,
    college: Annotated[
        str | None,
        typer.Option(help="The slug of the college whose all rows are; they need not name it."),
    ] = None,
    mapping: Annotated[
        str,
        typer.Option(
            "--map",
            metavar="FIELD=COLUMN,...",
            help="Which column of the file holds a field, where its header doesn't say so.",
        ),
    ] = "",
    pictures: Annotated[
        Path | None, typer.Option(help="A ZIP of the pictures that rows name by their files.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Take only the first rows.")] = None,
    publish: Annotated[bool, typer.Option("--publish", help="Make new exhibits public.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen and change nothing.")
    ] = False,
    accept_good: Annotated[
        bool,
        typer.Option(
            "--accept-good",
            help="Save the good rows; give the others back as a file with an error column.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Report as one JSON object.")] = False,
    lang: Annotated[Language, typer.Option(help="The language of the problems.")] = Language.EN,
) -> None:
    """Import a spreadsheet of exhibits: every row, or none when one has a problem (exit code 2).

    Importing the same file twice changes nothing: a row is matched by code, else external_id, else
    title within the college. The database is KORME_DATABASE_URL, or SQLite in KORME_HOME.
    """
    started = time.perf_counter()
    rejected: Path | None = None
    refused = False
    try:
        columns = _mapping(mapping)
        archive = _archive(pictures) if pictures else None
        sheet = read_file(file, headers=columns.values(), limit=limit)
        store = Store(Settings().database)
        store.migrate()
        try:
            report = imports.run(
                store,
                sheet,
                edition=edition,
                college=college,
                mapping=columns,
                publish=publish,
                open_archive=edition is not None,
                dry_run=dry_run,
                accept_good=accept_good,
                file_name=file.name,
                pictures=archive,
                by=COMMAND_LINE,
                now=datetime.now(UTC),
                progress=_progress,
            )
        except ImportRefused as error:
            report, refused = error.report, True
        if accept_good and not dry_run and report.problems:
            rejected = write_rejected(file, sheet, sentences(report.problems, lang), lang)
    except CatalogError as error:
        _stop(str(error), as_json=as_json)
    saved = not refused and not dry_run
    seconds = time.perf_counter() - started
    if as_json:
        facts = _facts(report, lang, saved=saved, rejected=rejected, seconds=seconds)
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        _print(report, sheet, lang, saved=saved, rejected=rejected, seconds=seconds)
    if report.problems and not rejected:
        raise typer.Exit(2)


def _mapping(text: str) -> dict[str, str]:
    pairs: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        field, equals, column = part.partition("=")
        if not equals or not column.strip():
            raise CatalogError(f"--map needs FIELD=COLUMN,... and found {part!r}.")
        pairs[field.strip()] = column.strip()
    return pairs


def _archive(path: Path) -> PictureArchive:
    try:
        return PictureArchive(path.read_bytes(), path.name)
    except OSError as error:
        raise CatalogError(f"{path} can't be opened: {error.strerror}.") from error


def _progress(items: Sequence[Any], doing: str) -> Iterable[Any]:
    if len(items) <= _BAR_FROM:
        return items
    bar: Iterable[Any] = tqdm(items, desc=doing, unit="row", mininterval=0.5)
    return bar


def _stop(sentence: str, *, as_json: bool) -> NoReturn:
    """Report what concerns the file as a whole, and end."""
    if as_json:
        problem = {"row": None, "column": None, "value": None, "message": sentence}
        typer.echo(json.dumps({"saved": False, "problems": [problem]}, ensure_ascii=False))
    else:
        typer.echo(sentence, err=True)
    raise typer.Exit(2)


def _facts(
    report: ImportReport, language: str, *, saved: bool, rejected: Path | None, seconds: float
) -> dict[str, object]:
    return {
        "saved": saved,
        "edition": report.edition,
        "new_edition": report.new_edition,
        "rows": report.rows,
        "create": report.create,
        "update": report.update,
        "unchanged": report.unchanged,
        "problems": [
            {
                "row": problem.row,
                "column": problem.column,
                "value": problem.value,
                "message": problem.sentence(language),
            }
            for problem in report.problems
        ],
        "new_colleges": len(report.new_colleges),
        "shortened_titles": list(report.shortened_titles),
        "unknown_columns": list(report.unknown_columns),
        "batch": report.batch,
        "rejected_file": str(rejected) if rejected else None,
        "seconds": round(seconds, 2),
    }


def _print(
    report: ImportReport,
    sheet: Sheet,
    language: str,
    *,
    saved: bool,
    rejected: Path | None,
    seconds: float,
) -> None:
    for problem in report.problems[:_SHOWN_PROBLEMS]:
        value = f" {problem.value!r}" if problem.value else ""
        typer.echo(
            f"row {problem.row}, {problem.column}:{value} {problem.sentence(language)}", err=True
        )
    if len(report.problems) > _SHOWN_PROBLEMS:
        typer.echo(f"… {len(report.problems) - _SHOWN_PROBLEMS:,} more; --json has all.", err=True)
    if report.unknown_columns:
        typer.echo(f"Columns left out: {', '.join(report.unknown_columns)}.", err=True)
    done = "saved" if saved else "nothing saved"
    typer.echo(
        f"Edition {report.edition}{' (new archive)' if report.new_edition else ''}:"
        f" {len(sheet.rows):,} rows, {report.create:,} to create, {report.update:,} to update,"
        f" {report.unchanged:,} unchanged, {len(report.bad_rows):,} with problems; {done}"
        f" ({seconds:.1f} s)."
    )
    if report.new_colleges:
        typer.echo(f"New colleges: {len(report.new_colleges):,}.")
    if report.shortened_titles:
        rows = ", ".join(map(str, report.shortened_titles[:10]))
        typer.echo(
            f"Titles over 150 characters shortened: {len(report.shortened_titles)} (rows {rows});"
            " the whole ones begin the descriptions."
        )
    if report.batch is not None:
        typer.echo(f"To undo it: python -m scripts.undo_import {report.batch}")
    if rejected:
        typer.echo(f"The rows with problems are in {rejected}.")


if __name__ == "__main__":
    typer.run(main)
