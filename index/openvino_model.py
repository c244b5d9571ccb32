"""A BERT of a sentence-transformers folder, run by OpenVINO. The only file that knows openvino.

The graph is built from the folder's own weights, which stay mapped from its file: there is nothing
to export, nothing of torch to load, and two processes share the pages.

Devlin and others, "BERT: Pre-training of Deep Bidirectional Transformers" (2019), as `BertModel` of
transformers computes it. On a CPU that multiplies in bfloat16 OpenVINO does so by itself.
"""

import json
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelUnavailable

Floats = NDArray[np.float32]

_MODULES = (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"])
_TYPES = {"F32": np.float32, "F16": np.float16}
# Each new length costs the engine 15 ms of preparation, so texts are padded to a few lengths.
_LENGTH_STEP = 8
# Together in one pass: more gains nothing, and short texts alone waste half the time.
_PASS_TOKENS = 256
# Three texts in one pass take 0.6 of what they take one by one.
_PASS_QUERIES = 3
# So many queries at once are no visitor's, who has two translations at most.
_MANY_QUERIES = 9


class Pooling(StrEnum):
    MEAN = "mean"
    CLS = "cls"


@dataclass(frozen=True)
class Recipe:
    """What a folder says of how its texts become vectors."""

    query_prompt: str
    document_prompt: str
    longest: int
    pooling: Pooling
    split_special: bool
    layers: int
    heads: int
    hidden: int
    epsilon: float

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read a folder's settings; raises ModelUnavailable if they ask for what isn't done here.

        Done are Transformer (BERT), Pooling (mean or first token) and Normalize, no lower-casing
        beyond the tokenizer's own, and no prompts but those for queries and documents.
        """
        modules = [one["type"].rpartition(".")[2] for one in _json(folder / "modules.json")]
        _demand(folder, modules in _MODULES, f"its modules are {', '.join(modules)}")
        paths = [one["path"] for one in _json(folder / "modules.json")]
        _demand(folder, paths[0] == "", "its transformer lies in a folder of its own")
        config = _json(folder / "config.json")
        architecture = (
            config.get("model_type"), config.get("hidden_act", "gelu"),
            config.get("position_embedding_type", "absolute"), config.get("is_decoder", False),
        )  # fmt: skip
        _demand(folder, architecture == ("bert", "gelu", "absolute", False), "it is no plain BERT")
        settings = _json(folder / "config_sentence_transformers.json")
        prompts = settings.get("prompts") or {}
        plain = prompts.keys() <= {"query", "document"} and not settings.get("default_prompt_name")
        _demand(folder, plain, f"its prompts are for {', '.join(prompts)}")
        transformer = _json(folder / "sentence_bert_config.json")
        _demand(folder, not transformer.get("do_lower_case"), "it lower-cases texts")
        tokenizer = _json(folder / "tokenizer_config.json")
        lengths = (
            transformer.get("max_seq_length"), tokenizer.get("model_max_length"),
            config["max_position_embeddings"],
        )  # fmt: skip
        return cls(
            query_prompt=prompts.get("query") or "",
            document_prompt=prompts.get("document") or "",
            longest=min(int(length) for length in lengths if length),
            pooling=_pooling(folder, _json(folder / paths[1] / "config.json")),
            split_special=bool(tokenizer.get("split_special_tokens")),
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            hidden=config["hidden_size"],
            epsilon=config["layer_norm_eps"],
        )


class OpenVinoModel:
    """Texts to float32 unit vectors, with the folder's prompts.

    Raises ModelUnavailable where openvino isn't installed or the folder is not one that it runs.
    Not for several threads at once.
    """

    def __init__(self, folder: Path) -> None:
        openvino = _openvino()
        try:
            self._recipe = Recipe.read(folder)
            self._tokenizer = _tokenizer(folder, self._recipe)
            self._graph = _graph(self._recipe, _tensors(folder / "model.safetensors"))
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise ModelUnavailable(
                f"The model {folder} can't be loaded: {error!r}. Name a sentence-transformers "
                "folder in KORME_MODEL, or leave it unset for the bundled one."
            ) from error
        self._core = openvino.Core()
        self.dimension = self._recipe.hidden

    def queries(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of queries, each pass as fast as it goes: a query with its translations.

        From nine on they are encoded as documents are: more a second, each later.
        """
        tokens = self._tokens(self._recipe.query_prompt, texts)
        if len(tokens) >= _MANY_QUERIES:
            return self._together(tokens)
        vectors = self._empty(len(texts))
        for start in range(0, len(tokens), _PASS_QUERIES):
            some = slice(start, start + _PASS_QUERIES)
            vectors[some] = self._for_few(_batch(tokens[some]))
        return vectors

    def documents(self, texts: Sequence[str]) -> Floats:
        """Unit vectors of documents, several texts at a time: more a second, each later."""
        return self._together(self._tokens(self._recipe.document_prompt, texts))

    def _together(self, tokens: Sequence[list[int]]) -> Floats:
        vectors = self._empty(len(tokens))
        for places, found in self._for_many(list(_passes(tokens)), tokens):
            vectors[places] = found
        return vectors

    def token_count(self, text: str, *, is_query: bool) -> int:
        """How many tokens of a text the model reads, its prompt and its ends counted."""
        prompt = self._recipe.query_prompt if is_query else self._recipe.document_prompt
        return len(self._tokens(prompt, [text])[0])

    def _empty(self, count: int) -> Floats:
        return np.empty((count, self.dimension), dtype=np.float32)

    def _tokens(self, prompt: str, texts: Sequence[str]) -> list[list[int]]:
        encoded = self._tokenizer.encode_batch([prompt + text for text in texts])
        return [one.ids for one in encoded]

    @cached_property
    def _for_few(self) -> Any:
        # A second thread would double what a short text costs, and wait where others work too.
        how = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": 1}
        compiled = self._core.compile_model(self._graph, "CPU", how)
        request = compiled.create_infer_request()
        return lambda batch: request.infer(batch, share_inputs=True)[0]

    @cached_property
    def _queue(self) -> Any:
        # As many passes at once as there are processors: each alone keeps one busier.
        compiled = self._core.compile_model(self._graph, "CPU", {"PERFORMANCE_HINT": "THROUGHPUT"})
        return _openvino().AsyncInferQueue(compiled)

    def _for_many(
        self, passes: Sequence[list[int]], tokens: Sequence[list[int]]
    ) -> Iterator[tuple[list[int], Floats]]:
        found: list[tuple[list[int], Floats]] = []
        adding = threading.Lock()

        def add(request: Any, places: list[int]) -> None:
            # The buffer is the request's own, and it goes on with the next pass.
            vectors = request.get_output_tensor(0).data.copy()
            with adding:
                found.append((places, vectors))

        self._queue.set_callback(add)
        for places in passes:
            self._queue.start_async(_batch([tokens[i] for i in places]), places)
        self._queue.wait_all()
        return iter(found)


def _openvino() -> Any:
    # Its import alone reports to its makers, unasked, and leaves a number for this machine in the
    # home folder. Without this companion it is silent.
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    try:
        import openvino  # optional, and 0.2 s: torch does the same, slower
    except ImportError as error:
        raise ModelUnavailable(
            "The package openvino is not installed. Install it (pip install openvino), or "
            "set KORME_ENCODER_BACKEND=torch."
        ) from error
    return openvino


def _demand(folder: Path, condition: bool, otherwise: str) -> None:
    if not condition:
        raise ModelUnavailable(
            f"OpenVINO isn't used for the model {folder}: {otherwise}. "
            "KORME_ENCODER_BACKEND=torch runs it."
        )


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8")) if path.exists() else {}


def _pooling(folder: Path, config: Mapping[str, Any]) -> Pooling:
    flags = [name for name in config if name.startswith("pooling_mode_") and config[name]]
    old = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    mode = config.get("pooling_mode") or (old.get(flags[0]) if len(flags) == 1 else None)
    fits = mode in [*Pooling] and config.get("include_prompt", True)
    _demand(folder, fits, f"it pools by {mode or ', '.join(flags) or 'nothing that is named'}")
    return Pooling(str(mode))


def _tokenizer(folder: Path, recipe: Recipe) -> Any:
    from tokenizers import Tokenizer  # 1 s and 280 MB for 250,000 pieces

    try:
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    except Exception as error:  # the library raises nothing narrower
        raise ValueError(f"its tokenizer.json: {error}") from error
    tokenizer.no_padding()
    tokenizer.enable_truncation(recipe.longest)
    tokenizer.encode_special_tokens = recipe.split_special
    return tokenizer


def _passes(tokens: Sequence[list[int]]) -> Iterator[list[int]]:
    """Positions of texts, longest first, in groups that fill a pass."""
    group: list[int] = []
    for i in sorted(range(len(tokens)), key=lambda i: -len(tokens[i])):
        if group and (len(group) + 1) * _padded(len(tokens[group[0]])) > _PASS_TOKENS:
            yield group
            group = []
        group.append(i)
    if group:
        yield group


def _padded(length: int) -> int:
    return -(-length // _LENGTH_STEP) * _LENGTH_STEP


def _batch(tokens: Sequence[list[int]]) -> list[NDArray[np.int64]]:
    """Token numbers and the mask of those that count, shape (texts, padded length)."""
    shape = len(tokens), _padded(max(map(len, tokens)))
    ids, mask = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    for row, own in enumerate(tokens):
        ids[row, : len(own)], mask[row, : len(own)] = own, 1
    return [ids, mask]


def _tensors(path: Path) -> dict[str, NDArray[Any]]:
    """The tensors of a safetensors file, mapped and not read.

    The format: the header's size in 8 bytes, the header in JSON, then the tensors.
    """
    with path.open("rb") as file:
        size = int.from_bytes(file.read(8), "little")
        if size > path.stat().st_size:
            raise ValueError(f"{path.name} is not in the format of safetensors")
        header = json.loads(file.read(size))
    # Copied on write, which nobody does: openvino takes writable arrays only.
    data = np.memmap(path, np.uint8, "c")[8 + size :]
    return {
        name: data[slice(*one["data_offsets"])].view(_TYPES[one["dtype"]]).reshape(one["shape"])
        for name, one in header.items()
        if name != "__metadata__"
    }


def _graph(recipe: Recipe, tensors: Mapping[str, NDArray[Any]]) -> Any:
    """The whole way from token numbers and mask, (texts, length), to unit vectors."""
    openvino = _openvino()
    op = openvino.opset13

    def number(*values: int) -> Any:
        return op.constant(np.array(values if len(values) != 1 else values[0], dtype=np.int64))

    def weights(name: str) -> Any:
        tensor = tensors[name]
        if tensor.dtype == np.float32:
            return op.constant(tensor, shared_memory=True)
        return op.convert(op.constant(tensor, shared_memory=True), "f32")

    def dense(x: Any, name: str) -> Any:
        product = op.matmul(x, weights(f"{name}.weight"), False, True)
        return op.add(product, weights(f"{name}.bias"))

    def normalized(x: Any, name: str) -> Any:
        centred = op.mvn(x, op.constant(np.array([-1])), True, recipe.epsilon, "inside_sqrt")
        return op.add(op.multiply(centred, weights(f"{name}.weight")), weights(f"{name}.bias"))

    def split(x: Any) -> Any:
        parts = number(0, 0, recipe.heads, recipe.hidden // recipe.heads)
        return op.transpose(op.reshape(x, parts, True), number(0, 2, 1, 3))

    def joined(x: Any) -> Any:
        return op.reshape(op.transpose(x, number(0, 2, 1, 3)), number(0, 0, recipe.hidden), True)

    ids = op.parameter([-1, -1], np.int64, name="ids")
    mask = op.parameter([-1, -1], np.int64, name="mask")
    counted = op.convert(mask, "f32")
    # Added to what a token pays its neighbours: to padding it pays nothing.
    hidden = op.multiply(op.subtract(counted, np.float32(1)), np.float32(10_000))
    unseen = op.unsqueeze(hidden, number(1, 2))

    places = op.range(
        number(0), op.gather(op.shape_of(ids), number(1), number(0)), number(1), "i64"
    )
    rows = (
        op.gather(weights(f"embeddings.{table}_embeddings.weight"), which, number(0))
        for table, which in (("word", ids), ("position", places), ("token_type", number(0)))
    )
    word, position, segment = rows
    x = normalized(op.add(op.add(word, position), segment), "embeddings.LayerNorm")
    for layer in range(recipe.layers):
        own = f"encoder.layer.{layer}"
        parts = (split(dense(x, f"{own}.attention.self.{n}")) for n in ("query", "key", "value"))
        seen = joined(op.scaled_dot_product_attention(*parts, unseen))
        seen = dense(seen, f"{own}.attention.output.dense")
        x = normalized(op.add(seen, x), f"{own}.attention.output.LayerNorm")
        wide = op.gelu(dense(x, f"{own}.intermediate.dense"), "erf")
        x = normalized(op.add(dense(wide, f"{own}.output.dense"), x), f"{own}.output.LayerNorm")
    if recipe.pooling is Pooling.CLS:
        pooled = op.gather(x, number(0), number(1))
    else:
        # Unit length comes next, so the sum is as good as the mean.
        pooled = op.reduce_sum(op.multiply(x, op.unsqueeze(counted, number(2))), number(1))
    unit = op.normalize_l2(pooled, op.constant(np.array([1])), 1e-12, "add")
    return openvino.Model([unit], [ids, mask], "bert")
