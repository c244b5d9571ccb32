"""The scripts as commands, called in the tests' own process: starting one takes a second or two."""

from importlib import import_module
from pathlib import Path

import typer
from click.testing import Result
from typer.testing import CliRunner


def command(name: str) -> typer.Typer:
    """The command that `python -m scripts.NAME` runs."""
    app = typer.Typer()
    app.command()(import_module(f"scripts.{name}").main)
    return app


def call(
    name: str, *arguments: object, home: Path, backend: str = "none", url: str | None = None
) -> Result:
    """Run a script in a home of its own, whatever this shell has set."""
    environment = {
        "KORME_HOME": str(home),
        "KORME_DATABASE_URL": url,
        "KORME_MODEL": None,
        "KORME_ENCODER_BACKEND": backend,
    }
    return CliRunner().invoke(command(name), [*map(str, arguments)], env=environment)
