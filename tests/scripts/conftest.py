"""What the scripts work on here: a small fair as if it were shipped, an engine that costs nothing."""

from pathlib import Path

import pytest

from index.model_folder import MODEL_NAME
from tests.catalog.conftest import write_folder
from tests.index.conftest import HashingEncoder


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small fair and no glossary."""
    folder = write_folder(tmp_path_factory.mktemp("shipped") / "data")
    (folder / "glossary.jsonl").touch()
    (folder / "elsewhere.jsonl").touch()
    (folder / "kazakh_words.txt").touch()
    return folder


@pytest.fixture
def small_data(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small fair is what is shipped."""
    monkeypatch.setattr("fair.DATA", shipped)


def stand_in(patch: pytest.MonkeyPatch) -> HashingEncoder:
    """A hashing encoder where the small engine and the full one would be."""
    fake = HashingEncoder(MODEL_NAME)
    patch.setattr("fair.SmallEngine", lambda: fake)
    for place in ("fair.open_encoder", "scripts.evaluate.open_encoder"):
        patch.setattr(place, lambda model, backend, home: fake)
    return fake


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> HashingEncoder:
    """Stands where the small engine and the full one would."""
    return stand_in(monkeypatch)
