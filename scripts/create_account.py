"""Make an account: the first organizer of a fair, or anybody else."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated

import typer

from catalog import Settings, Store, accounts, links
from catalog.choices import MemberRole
from catalog.permissions import COMMAND_LINE
from scripts.edge import sentences


class Language(StrEnum):
    KK = "kk"
    RU = "ru"
    EN = "en"


@sentences()
def main(
    role: Annotated[MemberRole, typer.Option(help="What the person may do.")] = (
        MemberRole.ORGANIZER
    ),
    college: Annotated[
        str | None, typer.Option(help="The slug of an editor's or coordinator's college.")
    ] = None,
    edition: Annotated[
        str | None, typer.Option(help="The slug of the edition it is for; none: all of them.")
    ] = None,
    login: Annotated[
        str | None,
        typer.Option(
            help="Make the account now, with this login; the password is asked for on the terminal."
        ),
    ] = None,
    name: Annotated[str, typer.Option(help="The person's name, beside --login.")] = "",
    lang: Annotated[Language, typer.Option(help="The language of their letters.")] = Language.RU,
) -> None:
    """Make an account: print an invitation link, or with --login ask for a password.

    Without options it is an organizer's. The link works once, for 14 days; it begins with
    KORME_PUBLIC_URL. A password is never taken as an argument, where others could read it.
    """
    settings = Settings()
    settings.home.mkdir(parents=True, exist_ok=True)
    store = Store(settings.database)
    store.migrate()
    now = datetime.now(UTC)
    try:
        if login is None:
            made = links.invite(
                store, by=COMMAND_LINE, role=role, college=college, edition=edition, now=now
            )
            address = (settings.public_url or "http://localhost:8501").rstrip("/")
            typer.echo(f"{address}/auth/invite/{made.token}")
            return
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        accounts.open_account(
            store,
            by=COMMAND_LINE,
            login=login,
            name=name or login,
            language=lang,
            password=password,
            role=role,
            college=college,
            edition=edition,
            now=now,
        )
        typer.echo(f"{links.clean_login(login)} can sign in now, as {role}.")
    finally:
        store.close()


if __name__ == "__main__":
    typer.run(main)
