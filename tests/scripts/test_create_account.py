"""The first organizer, by a link or by a password typed on the terminal."""

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from catalog import Store, accounts, links
from catalog.permissions import COMMAND_LINE
from tests.scripts.calls import call, command


def people(home: Path) -> list[tuple[str, str, list[str]]]:
    with closing(Store(f"sqlite:///{home / 'korme.db'}")) as store, store.reading() as session:
        return [
            (one.login, one.name, [str(role.role) for role in one.roles])
            for one in accounts.people(session, by=COMMAND_LINE)
        ]


def typed(home: Path, password: str, *arguments: str) -> Result:
    environment = {"KORME_HOME": str(home), "KORME_DATABASE_URL": None, "KORME_PUBLIC_URL": None}
    return CliRunner().invoke(
        command("create_account"), [*arguments], env=environment, input=f"{password}\n" * 2
    )


def test_a_link_makes_the_first_organizer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORME_PUBLIC_URL", "https://fair.example.kz/")

    done = call("create_account", home=tmp_path)

    assert done.exit_code == 0
    assert done.stdout.startswith("https://fair.example.kz/auth/invite/")
    token = done.stdout.strip().rpartition("/")[2]
    with closing(Store(f"sqlite:///{tmp_path / 'korme.db'}")) as store:
        now = datetime.now(UTC)
        links.accept(
            store, token, login="chief", name="Әлия", language="kk", password="a few words",
            now=now,
        )  # fmt: skip
    assert people(tmp_path) == [("chief", "Әлия", ["organizer"])]


def test_a_password_is_asked_for_and_never_shown(tmp_path: Path) -> None:
    done = typed(tmp_path, "a few words", "--login", "Chief", "--name", "Әлия")

    # Hidden input leaves empty lines.
    assert (done.exit_code, done.stdout.split("\n")[-2:]) == (
        0, ["chief can sign in now, as organizer.", ""],
    )  # fmt: skip
    assert "a few words" not in done.output
    assert people(tmp_path) == [("chief", "Әлия", ["organizer"])]
    with closing(Store(f"sqlite:///{tmp_path / 'korme.db'}")) as store:
        now = datetime.now(UTC)
        assert accounts.sign_in(store, "chief", "a few words", address="::1", now=now)


@pytest.mark.parametrize(
    ("password", "arguments", "sentence"),
    [
        ("short", ("--login", "chief"), "A password has at least 10 characters, yours has 5."),
        ("a few words", ("--login", "шеф"), "A login is an e-mail address or a short name"),
        ("a few words", ("--login", "chief", "--role", "editor"), "This role needs a college."),
        ("a few words", ("--college", "none", "--role", "editor"), "There is no college 'none'."),
        ("a few words", ("--edition", "none"), "There is no edition 'none'."),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    tmp_path: Path, password: str, arguments: tuple[str, ...], sentence: str
) -> None:
    done = typed(tmp_path, password, *arguments)

    assert done.exit_code == 2
    assert sentence in done.stderr
    assert people(tmp_path) == []


def test_there_is_no_option_for_a_password(tmp_path: Path) -> None:
    done = call("create_account", "--password", "a few words", home=tmp_path / "home")

    assert done.exit_code == 2
    assert not (tmp_path / "home").exists()
