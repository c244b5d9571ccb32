"""Signs, labels, booklet and certificates by the command line."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.printing.pages import codes, texts
from tests.scripts.calls import call
from tests.scripts.test_import_exhibits import home

__all__ = ["home"]
PUBLIC = "https://korme.example.kz"


@pytest.fixture(autouse=True)
def public_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORME_PUBLIC_URL", PUBLIC)


def test_signs_are_printed_and_missing_titles_told(home: Path) -> None:
    file = home / "signs.pdf"

    done = call("print_signs", file, "--paper", "A5", home=home)

    assert done.exit_code == 0, done.stderr
    assert codes(file.read_bytes())[0] == [f"{PUBLIC}/e/R2B2T2"]
    assert "no title in ru: Шағын жылыжай" in done.stderr
    assert "no title in kk, ru: Welded garden gate" in done.stderr
    assert done.stdout == f"{file}: {file.stat().st_size:,} bytes.\n"


@pytest.mark.parametrize(
    ("arguments", "pages"),
    [
        (["--what", "labels"], 1),
        (["--what", "booklet", "--lang", "ru"], 6),
        (["--hall", "B"], 2),
        (["--code", "R2B2T2"], 1),
        (["--college", "zhasyl-dala", "--state", "published"], 2),
    ],
)
def test_what_is_printed_can_be_chosen(home: Path, arguments: Sequence[str], pages: int) -> None:
    file = home / "out.pdf"

    done = call("print_signs", file, *arguments, home=home)

    assert done.exit_code == 0, done.stderr
    assert len(codes(file.read_bytes())) == pages


def test_certificates_are_printed_from_a_list(home: Path) -> None:
    file, names = home / "out.pdf", home / "names.csv"
    names.write_text("Ұлан Әбдіғали; Робот\nАйгүл\n", "utf-8")

    done = call("print_signs", file, "--what", "certificates", "--names", names, home=home)

    assert done.exit_code == 0, done.stderr
    assert ["Ұлан Әбдіғали Робот" in text for text in texts(file.read_bytes())] == [True, False]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--what", "certificates"],
         "Certificates are printed from a list: name it by --names, and for them.\n"),
        (["--edition", "other"], "There is no such edition.\n"),
        (["--state", "accepted"], "No exhibit of these is accepted or published.\n"),
    ],
)  # fmt: skip
def test_what_cannot_be_printed_is_said(
    home: Path, arguments: Sequence[str], sentence: str
) -> None:
    file = home / "out.pdf"

    done = call("print_signs", file, *arguments, home=home)

    assert (done.exit_code, done.stdout, done.stderr) == (2, "", sentence)
    assert not file.exists()


def test_a_local_address_is_refused(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORME_PUBLIC_URL", "http://localhost:8501")

    done = call("print_signs", home / "out.pdf", home=home)

    assert done.exit_code == 2
    assert done.stderr.startswith("KORME_PUBLIC_URL is http://localhost:8501: a visitor’s phone")
