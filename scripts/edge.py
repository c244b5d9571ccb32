"""The edge of the command line: what goes wrong for a person is a sentence and exit code 2."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from pydantic import ValidationError

from catalog import CatalogError
from index import SearchError


@contextmanager
def sentences() -> Iterator[None]:
    """Say what the rooms raise on purpose, and what a setting can't be; also a decorator."""
    try:
        yield
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        typer.echo(f"{place}{error.strerror or error}.", err=True)
        raise typer.Exit(2) from error
    except (CatalogError, SearchError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    except ValidationError as error:
        for problem in error.errors():
            name = "_".join(map(str, problem["loc"])).upper()
            typer.echo(f"KORME_{name} is {problem['input']!r}: {problem['msg']}.", err=True)
        raise typer.Exit(2) from error
