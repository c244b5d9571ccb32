import itertools
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from index import snapshot
from index.contents import LanguageData
from index.documents import Document
from index.encoder import SharedEncoder
from index.errors import SnapshotDamaged
from index.explain import Highlighter
from index.memory import MemoryCache
from index.ranking import Mode
from index.search_index import SearchIndex, SearchResult
from index.snapshot import Snapshot
from tests.index.conftest import CONCEPTS, DOCUMENTS, HashingEncoder, document

MODEL = "hashing-16"
MANIFEST = "manifest.json"
ARRAYS = """
    starts rows weights in_text row_document passage_document vectors passage_language ordinals
    row_words row_words_starts order_0
    facet_starts facet_values
""".split()
VALUES = "terms surfaces documents names concepts facets facet_names orders average".split()
FILES = [*(f"{name}.npy" for name in ARRAYS), *(f"{name}.json" for name in VALUES), MANIFEST]
QUERIES = ("", "теплица", "кокыс суриптау", "welded gate", "ИИ", "тепли", "колледж", "қиыр шет")
NOTHING = Highlighter(())
LATER = (*DOCUMENTS[2:], document("NEWRU8", ("ru", "Новый станок", "Станок режет теплицу.")))

Damage = Callable[[Path], object]


def at(number: int) -> Callable[[int, str], bool]:
    """Documents that were never at any other revision."""
    return lambda revision, token: (revision, token) == (number, "")


def opened(
    folder: Path | None, language: LanguageData, encoder: HashingEncoder | None = None
) -> SearchIndex:
    """An index that nothing was put into yet."""
    encoder = encoder or HashingEncoder()
    return SearchIndex(
        SharedEncoder(encoder.model, encoder), MemoryCache(), folder=folder, language=language
    )


def answers(index: SearchIndex) -> list[object]:
    """All that an index says to a few queries, but for the time it took."""

    def told(result: SearchResult) -> object:
        return replace(result, terms=NOTHING, took_ms=0), result.terms.mark(" ".join(QUERIES))

    return [
        *(told(index.search(query, mode=mode)) for query in QUERIES for mode in Mode),
        told(index.search("", sort="code", filters={"hall": ["B"]})),
        *(index.similar(one.code) for one in (*DOCUMENTS, *LATER)),
    ]


def current(folder: Path) -> Path:
    """The folder of the snapshot that is valid."""
    return folder / (folder / "CURRENT").read_text("utf-8")


@pytest.fixture(scope="module", autouse=True)
def no_waiting() -> Iterator[None]:
    """Nothing here has to survive a power cut."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield


@pytest.fixture(scope="module")
def written(language: LanguageData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small world as revision 1, to be left as it is."""
    folder = tmp_path_factory.mktemp("written")
    opened(folder, language).refresh(DOCUMENTS, CONCEPTS, 1)
    return folder


@pytest.fixture(scope="module")
def expected(language: LanguageData) -> list[object]:
    """The answers of the small world that was never on disk."""
    made = opened(None, language)
    made.refresh(DOCUMENTS, CONCEPTS, 1)
    return answers(made)


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """The small world as revision 1 on disk, one's own."""
    return Path(shutil.copytree(written, tmp_path / "index"))


def assert_refused(folder: Path, language: LanguageData, path: Path, damage: Damage) -> None:
    """A snapshot isn't served while one of its files is damaged, and is once it is put back."""
    content = path.read_bytes()
    index = opened(folder, language)
    try:
        damage(path)
        assert index.load(at(1)) is False
    finally:
        path.write_bytes(content)
    assert (index.revision, len(index)) == (0, 0)
    assert index.load(at(1)) is True


def test_load_gives_the_same_answers(
    written: Path, language: LanguageData, expected: list[object]
) -> None:
    encoder = HashingEncoder()
    index = opened(written, language, encoder)

    assert index.load(at(1)) is True
    assert answers(index) == expected
    assert (index.revision, len(index), index.knows_meaning) == (1, len(DOCUMENTS), True)
    assert encoder.documents == []


def test_load_looks_around_by_the_cache_without_an_encoder(
    tmp_path: Path, language: LanguageData
) -> None:
    data, known = replace(language, elsewhere=("погода завтра", "курс доллара")), MemoryCache()
    engine = HashingEncoder()
    shared = SharedEncoder(engine.model, engine)
    SearchIndex(shared, known, folder=tmp_path, language=data).refresh(DOCUMENTS, CONCEPTS, 1)

    waiting = SharedEncoder(engine.model)
    again = SearchIndex(waiting, known, folder=tmp_path, language=data)
    bare = SearchIndex(waiting, MemoryCache(), folder=tmp_path, language=data)

    assert (again.load(at(1)), again.has_looked_around) == (True, True)
    assert (bare.load(at(1)), bare.has_looked_around) == (True, False)
    waiting.install(engine)
    assert again.search("погода завтра").fits is False


def test_load_gives_the_same_answers_for_the_oddest_documents(
    tmp_path: Path, language: LanguageData
) -> None:
    odd = [
        Document("A", (DOCUMENTS[0].texts[0],), sort_keys={"place": "я".encode()}),
        Document("B\n\0", DOCUMENTS[2].texts, keywords=("\u202e🤖",), names=("",)),
        Document("C", DOCUMENTS[3].texts, ("unheard",), facets={"hall": ("", "Ж\u0301")}),
    ]
    first, second = opened(tmp_path, language), opened(tmp_path, language)
    first.refresh(odd, CONCEPTS[:2], 7)

    assert second.load(at(7)) is True
    assert answers(second) == answers(first)
    assert [hit.code for hit in second.search("", sort="place").hits] == ["A", "B\n\0", "C"]


Json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(
    st.dictionaries(
        st.text("abc_", min_size=1, max_size=3),
        arrays.arrays(
            st.sampled_from([np.float16, np.float32, np.int32, np.int64, np.bool_]),
            arrays.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=3),
        ),
        max_size=3,
    ),
    Json,
)
@settings(max_examples=20, deadline=None)
def test_read_gives_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, given_arrays: dict[str, Any], value: object
) -> None:
    folder = tmp_path_factory.mktemp("any")
    vectors, owners = np.ones((2, 3), np.float16), np.zeros(2, np.int32)
    parts = {**given_arrays, "vectors": vectors, "passage_document": owners}
    values = {"documents": ["A"], "value": value}
    snapshot.write(folder, Snapshot("m", 3, 9, "t", parts, values))

    found = snapshot.read(folder, model="m", known=lambda *given: given == (9, "t"))

    assert found is not None
    assert (found.model, found.dimension, found.revision, found.token) == ("m", 3, 9, "t")
    assert found.values == values
    assert found.arrays.keys() == parts.keys()
    for name, array in parts.items():
        assert found.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(found.arrays[name], array)


def test_load_is_false_where_nothing_was_written(tmp_path: Path, language: LanguageData) -> None:
    assert opened(tmp_path / "never", language).load(at(1)) is False
    assert opened(None, language).load(at(1)) is False
    assert snapshot.read(tmp_path / "never", model=MODEL, known=at(1)) is None


def test_the_written_files_are_those_damaged_here(written: Path) -> None:
    assert sorted(path.name for path in current(written).iterdir()) == sorted(FILES)


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def halve(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [Path.unlink, truncate, halve, flip])
@pytest.mark.parametrize("file", FILES)
def test_load_refuses_a_damaged_file(
    written: Path, language: LanguageData, file: str, damage: Damage
) -> None:
    assert_refused(written, language, current(written) / file, damage)


@pytest.mark.parametrize("file", ["documents.json", "vectors.npy", MANIFEST, "../CURRENT"])
def test_refresh_builds_a_damaged_snapshot_anew(
    folder: Path, language: LanguageData, expected: list[object], file: str
) -> None:
    truncate(current(folder) / file)
    index = opened(folder, language)
    assert index.load(at(1)) is False

    index.refresh(DOCUMENTS, CONCEPTS, 1)

    again = opened(folder, language)
    assert again.load(at(1)) is True
    assert answers(index) == answers(again) == expected


@given(st.data())
@settings(deadline=None)
def test_a_flipped_bit_is_refused_or_changes_no_answer(
    written: Path, language: LanguageData, expected: list[object], data: st.DataObject
) -> None:
    path = current(written) / data.draw(st.sampled_from(FILES))
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    flipped = bytes([content[place] ^ 1 << data.draw(st.integers(0, 7))])
    index = opened(written, language)
    try:
        path.write_bytes(content[:place] + flipped + content[place + 1 :])
        loaded = index.load(at(1))
    finally:
        path.write_bytes(content)

    assert not loaded or (path.name == MANIFEST and answers(index) == expected)


@pytest.mark.parametrize(
    "changed",
    [
        {"format": snapshot.FORMAT - 1}, {"format": snapshot.FORMAT + 1},
        {"format": str(snapshot.FORMAT)}, {"format": None},
        {"model": ""}, {"model": "hashing-17"},
        {"revision": 0}, {"revision": 2}, {"token": "other"}, {"token": None},
        {"dimension": 0}, {"dimension": 8},
        {"checksums": None}, {"checksums": {}}, {"checksums": {"vectors.npy": None}},
        {"unheard": 1},
    ],
    ids=json.dumps,
)  # fmt: skip
def test_load_refuses_another_manifest(
    written: Path, language: LanguageData, changed: dict[str, object]
) -> None:
    def change(path: Path) -> None:
        path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changed), "utf-8")

    assert_refused(written, language, current(written) / MANIFEST, change)


@pytest.mark.parametrize(
    "field",
    ["format", "model", "dimension", "revision", "token", "documents", "passages", "checksums"],
)
def test_load_refuses_a_manifest_that_lacks_a_field(
    written: Path, language: LanguageData, field: str
) -> None:
    def drop(path: Path) -> None:
        manifest = json.loads(path.read_text("utf-8"))
        del manifest[field]
        path.write_text(json.dumps(manifest), "utf-8")

    assert_refused(written, language, current(written) / MANIFEST, drop)


@pytest.mark.parametrize("content", ["null", "[]", "{}", '"manifest"', "", "\x00"])
def test_load_refuses_what_is_no_manifest(
    written: Path, language: LanguageData, content: str
) -> None:
    def overwrite(path: Path) -> None:
        path.write_text(content, "utf-8")

    assert_refused(written, language, current(written) / MANIFEST, overwrite)


def test_load_refuses_another_model_than_the_encoders(
    written: Path, language: LanguageData
) -> None:
    assert opened(written, language, HashingEncoder("hashing-17")).load(at(1)) is False
    assert SearchIndex(None, MemoryCache(), folder=written, language=language).load(at(1)) is False


@pytest.mark.parametrize(
    "pointer", [b"", b"snapshot-000000000000", b"..", b"\xff\xfe", b"snapshot\0", b"CURRENT"]
)
def test_load_refuses_a_pointer_to_nowhere(
    written: Path, language: LanguageData, pointer: bytes
) -> None:
    def overwrite(path: Path) -> None:
        path.write_bytes(pointer)

    assert_refused(written, language, written / "CURRENT", overwrite)


def test_load_refuses_a_folder_without_a_pointer(written: Path, language: LanguageData) -> None:
    assert_refused(written, language, written / "CURRENT", Path.unlink)


@pytest.mark.parametrize(
    ("model", "revision", "message"),
    [
        (MODEL, 2, "has the revision 1 '', which these documents never had."),
        ("other", 1, "has the model 'hashing-16'; 'other' is needed."),
    ],
)
def test_read_says_what_does_not_fit(
    written: Path, model: str, revision: int, message: str
) -> None:
    with pytest.raises(SnapshotDamaged) as caught:
        snapshot.read(written, model=model, known=at(revision))

    assert str(caught.value) == f"The index in {current(written)} {message}"


def test_a_refused_snapshot_is_logged_with_its_file(
    folder: Path, language: LanguageData, caplog: pytest.LogCaptureFixture
) -> None:
    flip(current(folder) / "vectors.npy")

    opened(folder, language).load(at(1))

    altered = current(folder) / "vectors.npy"
    assert caplog.messages == [f"{altered} was altered since it was written. It is built anew."]


class Killed(Exception):
    """Stands for the end of the process."""


class DyingDisk:
    """Counts what is done to the disk and dies before one of the steps."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.left = -1
        patch.setattr(os, "fsync", self._counted(os.fsync))
        patch.setattr(np, "save", self._counted(np.save))
        patch.setattr(shutil, "rmtree", self._counted(shutil.rmtree))
        for name in ("mkdir", "write_text", "replace", "unlink"):
            patch.setattr(Path, name, self._counted(getattr(Path, name)))

    def _counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def step(*given: Any, **named: Any) -> Any:
            self.left -= 1
            if self.left == -1:
                raise Killed
            return real(*given, **named)

        return step

    def deaths(self, folder: Path, run: Callable[[Path], None]) -> Iterator[Path]:
        """Copies of a folder in which `run` died before its first step, its second and so on."""
        for number in range(1000):
            copy = Path(shutil.copytree(folder, folder.parent / "dying", dirs_exist_ok=True))
            self.left = number
            try:
                run(copy)
            except Killed:
                yield copy
            else:
                return
            shutil.rmtree(copy)


def test_a_write_that_dies_leaves_the_former_snapshot_or_the_new(
    folder: Path,
    language: LanguageData,
    expected: list[object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    later = opened(None, language)
    later.refresh(LATER, CONCEPTS, 2)
    answers_of = {1: expected, 2: answers(later)}
    served = []

    def refresh(copy: Path) -> None:
        opened(copy, language).refresh(LATER, CONCEPTS, 2)

    for copy in DyingDisk(monkeypatch).deaths(folder, refresh):
        index = opened(copy, language)
        loaded = [revision for revision in (1, 2) if index.load(at(revision))]
        assert [answers(index)] == [answers_of[revision] for revision in loaded]
        served += loaded

    swapped = served.index(2)
    assert served == [1] * swapped + [2] * (len(served) - swapped)


def test_writing_again_after_a_death_leaves_nothing_behind(
    folder: Path, language: LanguageData, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refresh(copy: Path) -> None:
        opened(copy, language).refresh(LATER, CONCEPTS, 2)

    copy = list(itertools.islice(DyingDisk(monkeypatch).deaths(folder, refresh), 20))[-1]
    (copy / "snapshot-unfinished").mkdir()
    (copy / ".CURRENT-snapshot-unfinished").write_text("snapshot-unfinished", "utf-8")

    refresh(copy)

    assert sorted(path.name for path in copy.iterdir()) == ["CURRENT", current(copy).name]


def test_a_new_snapshot_replaces_the_old_ones_and_nothing_else(
    folder: Path, language: LanguageData
) -> None:
    first = current(folder)
    (folder / "notes.txt").write_text("mine", "utf-8")
    index = opened(folder, language)

    for revision in (2, 3):
        index.refresh(LATER, CONCEPTS, revision)

    last = current(folder)
    assert last != first
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        ["CURRENT", "notes.txt", last.name]
    )


def test_the_snapshots_are_swapped_in_one_step(
    folder: Path, language: LanguageData, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, seen, real = opened(folder, language), [], Path.replace

    def replacing(pointer: Path, target: Path) -> Path:
        seen.append([opened(folder, language).load(at(revision)) for revision in (1, 2)])
        replaced = real(pointer, target)
        seen.append([opened(folder, language).load(at(revision)) for revision in (1, 2)])
        return replaced

    monkeypatch.setattr(Path, "replace", replacing)
    index.refresh(LATER, CONCEPTS, 2)

    assert seen == [[True, False], [False, True]]


def test_everything_is_on_disk_before_the_swap(
    folder: Path, language: LanguageData, monkeypatch: pytest.MonkeyPatch
) -> None:
    index, real = opened(folder, language), Path.replace
    on_disk: set[int] = set()
    at_swap: list[set[Path]] = []

    def fsync(descriptor: int) -> None:
        on_disk.add(os.fstat(descriptor).st_ino)

    def replacing(pointer: Path, target: Path) -> Path:
        made = folder / pointer.read_text("utf-8")
        at_swap.append({p for p in (pointer, made, *made.iterdir()) if p.stat().st_ino in on_disk})
        return real(pointer, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replacing)
    index.refresh(LATER, CONCEPTS, 2)

    [brought] = at_swap
    assert len(brought) == 2 + len(FILES)
    assert folder.stat().st_ino in on_disk
