"""The scripts as commands, for tests that call them in their own process."""

from importlib import import_module

import typer


def command(name: str) -> typer.Typer:
    """The command that `python -m scripts.NAME` runs."""
    app = typer.Typer()
    app.command()(import_module(f"scripts.{name}").main)
    return app
