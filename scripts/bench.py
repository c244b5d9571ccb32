"""Search side by side with what people would pick instead."""

import ctypes
import gc
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from catalog.settings import Settings
from fair import language_data
from index import Backend
from index.encoder import model_name, open_encoder
from scripts.bench_data import (
    KnownVectors,
    Material,
    Vectors,
    frequent_words,
    in_one_language,
    made_records,
    nearest,
    read_records,
    recall,
    short_queries,
)
from scripts.bench_engines import DEPTH, Asked, Engine, Goods, Job, Ours, engines
from scripts.edge import sentences

Row = dict[str, object]
Ints = NDArray[np.int64]
Floats = NDArray[np.float32]

_WARMING = 10
# The ten nearest and those as near as they.
_DEEP = 1000
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Measured:
    """What one engine took for one job, in milliseconds, and what it found, by the query's number."""

    took: list[float]
    found: dict[int, Sequence[int]]


@sentences()
def main(
    sizes: Annotated[str, typer.Option(help="How many exhibits, by commas.")] = "10000,100000",
    corpus: Annotated[
        Path | None,
        typer.Option(help="JSON Lines of real texts; without it they are made of data/'s words."),
    ] = None,
    queries: Annotated[int, typer.Option(min=1, help="Queries for each job.")] = 100,
    cache: Annotated[
        Path | None, typer.Option(help="Folder of encoded vectors; none: KORME_HOME/bench.")
    ] = None,
    patience: Annotated[
        float, typer.Option(help="Seconds after which an engine is asked no more for one job.")
    ] = 60.0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a row.")] = False,
) -> None:
    """Time ours, a plain FAISS demo, chromadb, lancedb, qdrant-client and txtai on the same goods.

    They take turns query by query and get the query's vector ready made. FAISS and OpenBLAS have
    one thread. Recall is of the ten nearest by brute force, of those of the college where that is
    the filter; ours shows only what fits a query, so its recall is of as many as fit. An engine
    that isn't installed is left out: `pip install -r requirements-bench.txt`.
    """
    from threadpoolctl import threadpool_limits  # comes with scikit-learn

    settings = Settings()
    counts = [int(part.replace("_", "")) for part in sizes.split(",")]
    model, wanted = model_name(settings.model), settings.encoder_backend
    vectors = Vectors(
        cache or settings.home / "bench",
        model,
        lambda: open_encoder(settings.model, Backend(wanted) if wanted else None, settings.home),
    )
    material = Material(read_records(corpus) if corpus else made_records(), vectors)
    rows: list[Row] = []
    with threadpool_limits(1):
        for size in counts:
            for row in _measure(material, size, queries, model, settings.home, patience):
                rows.append(row)
                if as_json:
                    typer.echo(json.dumps(row, ensure_ascii=False))
    if not as_json:
        _print(rows)


def _measure(
    material: Material, size: int, queries: int, model: str, home: Path, patience: float
) -> Iterator[Row]:
    goods = _goods(material, size)
    topics = material.vectors.topics(language_data(home))
    asked, encoder = _asked(material.vectors, goods, queries, model, topics)
    built: list[Engine] = []
    for engine in engines(home, encoder):
        try:
            engine.load()
        except ImportError as error:
            if error.name is None or error.name.partition(".")[0] in ("scripts", "index"):
                raise
            typer.echo(f"{engine.name} isn't installed and is left out: {error}.", err=True)
            continue
        before, started = _resident(), time.perf_counter()
        engine.build(goods)
        took = time.perf_counter() - started
        yield {
            "exhibits": size, "job": "build", "engine": engine.name, "seconds": round(took, 2),
            "megabytes": round((_resident() - before) / _MEGABYTE),
        }  # fmt: skip
        built.append(engine)
    for engine in built:
        if isinstance(engine, Ours):
            engine.build_for_vectors(goods)
    for job in Job:
        yield from _of_job(job, built, goods, asked[job], patience)


def _of_job(
    job: Job, built: Sequence[Engine], goods: Goods, asked: Sequence[Asked], patience: float
) -> Iterator[Row]:
    able = [engine for engine in built if job not in engine.lacks]
    measured = in_turns(job, able, asked, patience=patience)
    truth = _truth(job, goods, asked)
    for engine in built:
        row: Row = {"exhibits": len(goods.texts), "job": job.value, "engine": engine.name}
        if engine.name not in measured:
            yield row | {"note": engine.lacks[job]}
            continue
        own = measured[engine.name]
        row |= {
            "p50 ms": round(float(np.median(own.took)), 3),
            "p95 ms": round(float(np.percentile(own.took, 95)), 3),
            "queries": len(own.took),
        }
        if job in (Job.VECTORS, Job.FILTERED):
            shown_only = isinstance(engine, Ours)
            row["recall@10"] = round(mean_recall(own.found, truth, shown_only=shown_only), 4)
        yield row


def in_turns(
    job: Job, able: Sequence[Engine], asked: Sequence[Asked], *, patience: float,
    clock: Callable[[], float] = time.perf_counter,
) -> Mapping[str, Measured]:  # fmt: skip
    """Ask every engine every query, one after another, another one first each time.

    The first queries warm them up and aren't counted. An engine that has taken `patience` seconds
    is asked no more once a query counted.
    """
    measured = {engine.name: Measured([], {}) for engine in able}
    spent = dict.fromkeys(measured, 0.0)
    for number, query in enumerate(asked):
        first = number % max(len(able), 1)
        for engine in [*able[first:], *able[:first]]:
            own = measured[engine.name]
            if spent[engine.name] >= patience and own.took:
                continue
            started = clock()
            found = engine.search(job, query)
            took = clock() - started
            spent[engine.name] += took
            if number >= _WARMING:
                own.took.append(took * 1000)
                own.found[number] = found
    return measured


def mean_recall(
    found: Mapping[int, Sequence[int]], truth: Sequence[tuple[Ints, Floats]], *, shown_only: bool
) -> float:
    """Mean share of the ten nearest that were found; `shown_only`: of as many as were shown.

    Queries for which there is nothing to find don't count; without any, it is 1.
    """
    shares = []
    for number, own in found.items():
        order, similarities = truth[number]
        if count := min(DEPTH, len(order), len(own) if shown_only else DEPTH):
            shares.append(recall(own, order, similarities, count))
    return float(np.mean(shares)) if shares else 1.0


def _truth(job: Job, goods: Goods, asked: Sequence[Asked]) -> list[tuple[Ints, Floats]]:
    """The nearest documents by brute force, those of the college where that is the filter."""
    vectors = np.stack([query.vector for query in asked])
    colleges = np.array(goods.colleges)
    owner = np.arange(len(goods.texts))
    truth = []
    ranked = nearest(goods.vectors, owner, vectors, len(owner))
    for query, (order, similarities) in zip(asked, ranked, strict=True):
        if job is Job.FILTERED:
            kept = colleges[order] == query.college
            order, similarities = order[kept], similarities[kept]
        truth.append((order[:_DEEP], similarities[:_DEEP]))
    return truth


def _goods(material: Material, size: int) -> Goods:
    """One passage a document, and all of one language, for ours to order as brute force does."""
    scale = material.scale(size, size)
    documents = [in_one_language(document) for document in scale.documents]
    # Whoever normalizes vectors, or takes them for normalized, finds nothing to do.
    vectors = scale.vectors.astype(np.float32)
    return Goods(
        documents, scale.concepts,
        [f"{document.texts[0].title}\n{document.texts[0].body}" for document in documents],
        vectors, scale.hashes,
        [document.facets["college"][0] for document in documents],
        [document.concepts for document in documents],
    )  # fmt: skip


def _asked(
    vectors: Vectors, goods: Goods, queries: int, model: str, topics: Mapping[str, Floats]
) -> tuple[Mapping[Job, Sequence[Asked]], KnownVectors]:
    """New queries for each job, half of them with a frequent word, and an encoder that knows them.

    The colleges to filter by are drawn as they occur.
    """
    count = queries + _WARMING
    texts = [q.text for q in short_queries(count * len(Job), frequent_words(goods.documents))]
    found = vectors.queries(texts)
    places = np.random.default_rng(3).integers(len(goods.colleges), size=len(texts))
    all_asked = [
        Asked(text, vector, goods.colleges[place])
        for text, vector, place in zip(texts, found, places, strict=True)
    ]
    by_job = {
        job: all_asked[number * count : (number + 1) * count] for number, job in enumerate(Job)
    }
    return by_job, KnownVectors(model, dict(zip(texts, found, strict=True)), topics)


def _resident() -> int:
    """The memory in use by this process, in bytes; 0 where the system doesn't tell."""
    gc.collect()
    # What was freed counts until it is given back, and is used again by who comes next.
    if trim := getattr(ctypes.CDLL(None), "malloc_trim", None):
        trim(0)
    told = Path("/proc/self/statm")
    return int(told.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") if told.exists() else 0


def _print(rows: Sequence[Row]) -> None:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    columns.sort(key="note".__eq__)
    table = Table()
    for column in columns:
        table.add_column(column, justify="left" if column in ("job", "engine", "note") else "right")
    for row in rows:
        table.add_row(*(str(row.get(column, "")) for column in columns))
    Console(width=150).print(table)


if __name__ == "__main__":
    typer.run(main)
