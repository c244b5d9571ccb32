"""Prepare what a first start needs: the demo fair, the model's folder, the index."""

from enum import StrEnum
from typing import Annotated, Never

import typer
from tqdm import tqdm

from catalog.demo import DemoAccount
from catalog.settings import Settings
from fair import Fair
from scripts.edge import sentences

WHAT = {
    "demo": "Entering the demo fair",
    "model": "Unpacking the model",
    "index": "Reading the exhibits (vectors)",
    "topics": "Reading what others are asked",
}


class Only(StrEnum):
    MODEL = "model"
    EXHIBITS = "exhibits"


@sentences()
def main(
    only: Annotated[
        Only | None,
        typer.Option(
            help="Only unpack the model that the encoder runs; or all but what tells whether "
            "anything fits a query, which takes half a minute and is left to the app."
        ),
    ] = None,
) -> None:
    """Make what is missing of the demo fair, the model and the index; what is there stays."""
    fair = Fair.open(Settings())
    bars: dict[str, tqdm[Never]] = {}
    known: tuple[DemoAccount, ...] = ()

    def tell(step: str, done: int, total: int) -> None:
        if step not in bars:
            bars[step] = tqdm(desc=WHAT[step], total=total)
        bars[step].total = total
        bars[step].update(done - bars[step].n)

    try:
        if only is Only.MODEL:
            fair.prepare_model(tell)
        else:
            fair.prepare(tell)
            if only is None:
                fair.look_around(progress=lambda done, total: tell("topics", done, total))
            known = fair.demo_accounts()
    finally:
        for bar in bars.values():
            bar.close()
        fair.close()
    if known:
        typer.echo("Demo accounts (for this demo fair only; sign in at /auth/login):")
    for one in known:
        place = f" of {one.college}" if one.college else ""
        typer.echo(f"  {one.login:<22}{one.password:<27}{one.role}{place}")


if __name__ == "__main__":
    typer.run(main)
