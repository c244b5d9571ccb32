"""A small fair to work on: two halls, three colleges, five technologies, three exhibits."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog import Store, demo
from tests.conftest import Databases, SqliteDatabases

TECHNOLOGIES: list[dict[str, object]] = [
    {"slug": "digital", "label_kk": "Цифрлық технология", "label_ru": "Цифровая технология",
     "label_en": "Digital technology", "broader": []},
    {"slug": "robotics", "label_kk": "Робототехника", "label_ru": "Робототехника",
     "label_en": "Robotics", "alt_en": ["robots"], "broader": ["digital"]},
    {"slug": "machine-learning", "label_kk": "Машиналық оқыту", "label_ru": "Машинное обучение",
     "label_en": "Machine learning", "alt_ru": ["МО"], "alt_en": ["ML"], "broader": ["digital"]},
    {"slug": "greenhouse", "label_kk": "Жылыжай", "label_ru": "Теплица",
     "label_en": "Greenhouse", "broader": []},
    {"slug": "welding", "label_kk": "Дәнекерлеу", "label_ru": "Сварка", "label_en": "Welding",
     "broader": []},
]  # fmt: skip
EDITION = {
    "slug": "fair", "year": 2026, "name_ru": "Ярмарка", "name_kk": "Жәрмеңке",
    "venue_ru": "Павильон", "starts_on": "2026-11-26", "ends_on": "2026-11-28",
    "submission_deadline": "2026-11-10T18:59:59Z", "freeze_at": "2026-11-24T18:59:59Z",
    "gallery_on": True, "is_demo": True,
    "halls": [{"slug": "A", "name_ru": "Зал A", "name_kk": "A залы"},
              {"slug": "B", "name_ru": "Зал B", "name_kk": "B залы"}],
}  # fmt: skip
FIELDS: list[dict[str, object]] = [
    {"slug": "robotics", "name_ru": "Робототехника", "name_en": "Robotics", "hue": 210},
    {"slug": "agriculture", "name_ru": "Сельское хозяйство", "name_kk": "Ауыл шаруашылығы",
     "hue": 95},
]  # fmt: skip
COLLEGES: list[dict[str, object]] = [
    {"slug": "temirqol", "name_kk": "«Темірқол» робототехника колледжі",
     "name_ru": "Колледж робототехники «Темірқол»", "short_name_ru": "КРТ",
     "aliases": ["Темиркол", "КГКП «Политех»"], "specialties_ru": ["Мехатроника"],
     "specialties_kk": ["Мехатроника"], "phone": "+7 727 000-00-01", "founded": 1987},
    {"slug": "zhasyl-dala", "name_ru": "Аграрный колледж «Жасыл дала»",
     "name_kk": "«Жасыл дала» аграрлық колледжі", "aliases": ["КГКП «Политех»"],
     "specialties_ru": ["Агрономия"], "specialties_kk": ["Агрономия"]},
    {"slug": "empty", "name_en": "A college that shows nothing"},
]  # fmt: skip
EXHIBITS: list[dict[str, object]] = [
    {"code": "R2B2T2", "external_id": "r-1", "college": "temirqol", "field": "robotics",
     "kind": "prototype", "title_ru": "Робот-сортировщик мусора", "title_kk": "Қоқыс сұрыптау роботы",
     "summary_ru": "Сортирует мусор.", "description_ru": "Камера узнаёт пластик и бумагу.",
     "technologies": ["robotics", "machine-learning"], "keywords": ["мусор"],
     "specialty_ru": "Мехатроника", "specialty_kk": "Мехатроника", "hall": "A", "stand": "A-01",
     "creators": ["author", "author", "supervisor"], "team_size": 2, "course": 3,
     "seeking": ["pilot", "hackathon"]},
    {"external_id": "a-1", "college": "zhasyl-dala", "field": "agriculture", "kind": "product",
     "title_kk": "Шағын жылыжай", "description_kk": "Шағын жылыжай қыста көк өсіреді.",
     "technologies": ["greenhouse"], "hall": "B", "stand": "B-01"},
    {"external_id": "a-2", "college": "zhasyl-dala", "field": "agriculture",
     "title_en": "Welded garden gate", "technologies": ["welding"], "hall": "B", "stand": "B-02"},
]  # fmt: skip

ACCOUNTS: list[dict[str, object]] = [
    {"login": "demo-chief", "name": "Әлия", "language": "ru", "role": "organizer",
     "password": "demo only chief"},
    {"login": "demo-college", "name": "Гүлнар", "language": "kk", "role": "coordinator",
     "college": "temirqol", "password": "demo only college"},
]  # fmt: skip


def write_folder(folder: Path) -> Path:
    """The small fair as a data folder, as `data/` is laid out."""
    exhibits = folder / "demo" / "exhibits"
    exhibits.mkdir(parents=True)
    _write_lines(folder / "technologies.jsonl", TECHNOLOGIES)
    (folder / "demo" / "edition.json").write_text(json.dumps(EDITION), encoding="utf-8")
    _write_lines(folder / "demo" / "fields.jsonl", FIELDS)
    _write_lines(folder / "demo" / "colleges.jsonl", COLLEGES)
    _write_lines(folder / "demo" / "accounts.jsonl", ACCOUNTS)
    _write_lines(exhibits / "agriculture.jsonl", EXHIBITS[1:])
    _write_lines(exhibits / "robotics.jsonl", EXHIBITS[:1])
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_folder(tmp_path / "data")


@pytest.fixture(scope="session")
def loaded_fair(
    databases: Databases, empty_catalog: str, tmp_path_factory: pytest.TempPathFactory
) -> str:
    """The address of a catalog with the small fair in it, to be copied."""
    url = databases.copy(empty_catalog)
    store = Store(url)
    folder = write_folder(tmp_path_factory.mktemp("fair") / "data")
    demo.load(store, folder, datetime(2026, 11, 1, tzinfo=UTC))
    store.close()
    return url


@pytest.fixture
def fair(databases: Databases, loaded_fair: str) -> Iterator[Store]:
    """A store of one's own with the small fair in it."""
    url = databases.copy(loaded_fair)
    store = Store(url)
    yield store
    store.close()
    databases.drop(url)


def _write_lines(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def sqlite_fair(sqlite: SqliteDatabases, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The small fair on SQLite, one for a module: for many examples that don't mind each other."""
    store = Store(sqlite.create())
    store.migrate()
    folder = write_folder(tmp_path_factory.mktemp("fair") / "data")
    demo.load(store, folder, datetime(2026, 11, 1, tzinfo=UTC))
    return store
