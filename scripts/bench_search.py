"""Measure what a search takes beyond the encoder, and how soon a change is found."""

import json
import multiprocessing
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from catalog.settings import Settings
from fair import language_data
from index import Backend, Document, Encoder, Mode, SearchIndex, SearchResult, SharedEncoder, Text
from index.encoder import model_name, open_encoder
from scripts.bench_data import (
    CENTRES,
    SHARES,
    KnownPassages,
    KnownVectors,
    Material,
    Query,
    Vectors,
    filter_value,
    frequent_words,
    in_one_language,
    made_records,
    nearest,
    read_records,
    recall,
    short_queries,
    slips,
)
from scripts.edge import sentences

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]

DEPTH = 10
# Limits in ms by the largest size they hold for.
_SEARCH = {10_000: 2.0, 100_000: 6.0, 1_000_000: 25.0}
_FOUND = {10_000: 300.0, 100_000: 1000.0}
_RESTART = {100_000: 5000.0}
_CORRECTING = 2.0
_REPEATED = 0.2
_ENCODING = 500.0
# While search is exact it misses nothing; one in a thousand may be a tie of rounded vectors.
_EXACT, _RECALL = 0.999, 0.98
_EXACT_UP_TO = 100_000
_EXACTLY_FILTERED = 50_000
_WIDE_FILTER = 0.95
_WARMING = 60
_BLOCK = 50
_RECALL_QUERIES = 40
# A visitor's pace while something is published.
_PAUSE = 0.01
_CHANGES = 5


@dataclass(frozen=True)
class Figure:
    """One line of the report. `limit` bounds `judged`, a number among `values`; None: no limit."""

    size: int
    passages: int
    job: str
    values: Mapping[str, float]
    judged: str | None = None
    limit: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def holds(self) -> bool | None:
        """Whether the limit is kept; None without one."""
        if self.limit is None or self.judged is None:
            return None
        value = self.values[self.judged]
        return value >= self.limit if self.at_least else value <= self.limit


@sentences()
def main(
    sizes: Annotated[str, typer.Option(help="How many exhibits, by commas.")] = "10000,100000",
    passage_counts: Annotated[
        str | None,
        typer.Option(
            "--passages",
            help="How many passages at each size; none: 2.5 an exhibit up to 10,000, else one.",
        ),
    ] = None,
    corpus: Annotated[
        Path | None,
        typer.Option(help="JSON Lines of real texts; without it they are made of data/'s words."),
    ] = None,
    queries: Annotated[int, typer.Option(min=10, help="Queries for each job.")] = 200,
    cache: Annotated[
        Path | None, typer.Option(help="Folder of encoded vectors; none: KORME_HOME/bench.")
    ] = None,
    publish_every: Annotated[float, typer.Option(min=0.1, help="Seconds between two.")] = 10.0,
    publications: Annotated[
        int, typer.Option(min=0, help="How many happen while searches are timed.")
    ] = 3,
    encode: Annotated[
        bool, typer.Option(help="Also publish an exhibit whose passages have to be encoded.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a figure.")] = False,
) -> None:
    """Time whole searches, changes and restarts of the index beyond the encoder.

    Query vectors are computed before; every limit stands beside its figure. Queries are asked for
    the first time (the index remembers what it found), from one thread. A search is timed from
    call to result.
    """
    settings = Settings()
    counts = _numbers(sizes)
    wanted = _numbers(passage_counts) if passage_counts else [_usual(size) for size in counts]
    if len(wanted) != len(counts):
        raise typer.BadParameter(f"{len(counts)} sizes and {len(wanted)} numbers of passages.")
    encoder = partial(_open, settings)
    model = model_name(settings.model)
    vectors = Vectors(cache or settings.home / "bench", model, encoder)
    material = Material(read_records(corpus) if corpus else made_records(), vectors)
    figures: list[Figure] = []
    for size, passage_count in zip(counts, wanted, strict=True):
        with tempfile.TemporaryDirectory() as folder:
            bench = Bench(
                material, size, passage_count, queries, model, settings.home, Path(folder)
            )
            for figure in bench.run(
                every=publish_every, publications=publications, encoder=encoder if encode else None
            ):
                figures.append(figure)
                if as_json:
                    typer.echo(json.dumps(asdict(figure) | {"holds": figure.holds}))
        del bench
    if not as_json:
        _print(figures)


def _open(settings: Settings) -> Encoder:
    wanted = settings.encoder_backend
    return open_encoder(settings.model, Backend(wanted) if wanted else None, settings.home)


def _numbers(text: str) -> list[int]:
    try:
        return [int(part.replace("_", "")) for part in text.split(",")]
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} isn't whole numbers with commas between.") from error


def _usual(size: int) -> int:
    return size * 5 // 2 if size <= 10_000 else size


class Bench:
    """One size: its documents, its queries, and an index of them."""

    def __init__(
        self, material: Material, size: int, passage_count: int, queries: int, model: str,
        home: Path, folder: Path,
    ) -> None:  # fmt: skip
        self.size, self.passages, self._each = size, passage_count, queries
        self._home, self._folder = home, folder
        self._language = language_data(home)
        self.scale = material.scale(size, passage_count)
        frequent = frequent_words(self.scale.documents)
        jobs = 2 + 2 * len(SHARES)
        made = short_queries(_WARMING + queries * jobs + _RECALL_QUERIES, frequent)
        self._slips = slips(self.scale.documents, queries + _WARMING)
        texts = [*(query.text for query in made), *self._slips]
        encoded = material.vectors.queries(texts)
        topics = material.vectors.topics(self._language)
        self.encoder = KnownVectors(model, dict(zip(texts, encoded, strict=True)), topics)
        self._queries = iter(made)
        self._unlimited = _variants(texts)
        self.cache = KnownPassages(self.scale.hashes, self.scale.vectors)
        self._catalog = {document.code: document for document in self.scale.documents}
        self.index = self._new(folder)

    def _new(self, folder: Path | None) -> SearchIndex:
        shared = SharedEncoder(self.encoder.model, self.encoder)
        return SearchIndex(shared, self.cache, folder=folder, language=self._language)

    def _fresh(self, count: int) -> list[Query]:
        return [next(self._queries) for _ in range(count)]

    def _figure(self, job: str, values: Mapping[str, float], **options: Any) -> Figure:
        rounded = {name: round(value, 4) for name, value in values.items()}
        return Figure(self.size, self.passages, job, rounded, **options)

    def run(
        self, *, every: float, publications: int, encoder: Callable[[], Encoder] | None
    ) -> Iterator[Figure]:
        """All figures of this size, in the order in which they are measured."""
        started = time.perf_counter()
        self.index.refresh(self.scale.documents, self.scale.concepts, 1)
        yield self._figure("build", {"s": time.perf_counter() - started})
        yield from self.searches()
        yield from self.recalls()
        yield self.restart()
        yield from self.changes()
        if publications:
            yield self.published_meanwhile(every, publications)
        if encoder is not None:
            yield self.encoded_first(encoder)

    def searches(self) -> Iterator[Figure]:
        """Searches of all kinds, each query for the first time but for those that are repeated."""
        limit = _limit(_SEARCH, self.size)
        for text in [*(query.text for query in self._fresh(_WARMING)), *self._slips[:_WARMING]]:
            self.index.search(text)
        firsts, repeats = [], []
        corrected = 0
        for block in _blocks(self._fresh(self._each)):
            for query in block:
                took, result = self._timed(query.text)
                firsts.append((query.frequent, took))
                corrected += result.correction is not None
            repeats += [self._timed(query.text)[0] for query in block]
        yield self._figure(
            "first time", _times([took for _, took in firsts]), judged="p95", limit=limit,
            note=f"{corrected} of {len(firsts)} corrected",
        )  # fmt: skip
        for common, name in ((True, "with a frequent word"), (False, "without one")):
            some = [took for frequent, took in firsts if frequent is common]
            if some:
                yield self._figure(f"first time, {name}", _times(some), judged="p95", limit=limit)
        yield self._figure("repeated", _times(repeats), judged="p95", limit=_REPEATED)
        slow, corrected = [], 0
        for text in self._slips[_WARMING:]:
            took, result = self._timed(text)
            slow.append(took)
            corrected += result.correction is not None
        yield self._figure(
            "an unknown word", _times(slow), judged="p95",
            limit=None if limit is None else limit + _CORRECTING,
            note=f"{corrected} of {len(slow)} corrected",
        )  # fmt: skip
        for kind, share in ((kind, share) for kind in _FILTERS for share in SHARES):
            filtered = [
                self._timed(query.text, _filter(kind, share, number))[0]
                for number, query in enumerate(self._fresh(self._each))
            ]
            yield self._figure(
                f"{kind} filter of {filter_value(share)}",
                _times(filtered),
                judged="p95",
                limit=limit,
            )

    def _timed(
        self, query: str, filters: Mapping[str, Collection[str]] | None = None
    ) -> tuple[float, SearchResult]:
        """(milliseconds, the result)."""
        started = time.perf_counter()
        result = self.index.search(query, filters=filters)
        return (time.perf_counter() - started) * 1000, result

    def recalls(self) -> Iterator[Figure]:
        """The first ten by meaning against brute force, over all and over what a filter leaves.

        Similarities count against their language's usual one. For brute force to order as the
        index does, all texts are of one language here and no query is translated; the vectors stay
        what they are.
        """
        shared = SharedEncoder(self.encoder.model, self.encoder)
        index = SearchIndex(shared, self.cache)
        index.refresh([in_one_language(one) for one in self.scale.documents], [], 1)
        queries = [query.text for query in self._fresh(_RECALL_QUERIES)]
        vectors, results = [], []
        for query in queries:
            results.append(index.search(query, mode=Mode.DENSE, correct=False, limit=DEPTH))
            assert self.encoder.last is not None
            vectors.append(self.encoder.last)
        truth = list(nearest(self.scale.vectors, self.scale.owner, np.stack(vectors), self.size))
        # Where nothing fits, the hits are the nearest.
        totals = [max(result.total, len(result.hits)) for result in results]
        shares = [
            recall(_places(result), order, similarities, min(DEPTH, total))
            for result, (order, similarities), total in zip(results, truth, totals, strict=True)
        ]
        exact = self.passages <= _EXACT_UP_TO
        yield self._figure(
            "recall@10", {"recall": float(np.mean(shares))}, judged="recall", at_least=True,
            limit=_EXACT if exact else _RECALL, note=f"median of {np.median(totals):.0f} found",
        )  # fmt: skip
        for kind, share in ((kind, share) for kind in _FILTERS for share in SHARES):
            shares, left = [], self.passages * share
            for number, (query, (order, similarities)) in enumerate(
                zip(queries, truth, strict=True)
            ):
                filters = _filter(kind, share, number)
                # What is found is settled before the filters.
                order, similarities = order[: totals[number]], similarities[: totals[number]]
                kept = _allowed(self.scale.documents, filters)[order]
                result = index.search(
                    query, mode=Mode.DENSE, correct=False, limit=DEPTH, filters=filters
                )
                if count := min(DEPTH, int(kept.sum())):
                    shares.append(recall(_places(result), order[kept], similarities[kept], count))
            yield self._figure(
                f"recall@10, {kind} filter of {filter_value(share)}",
                {"recall": float(np.mean(shares))} if shares else {},
                judged="recall" if shares else None, at_least=True,
                limit=_EXACT if exact or left <= _EXACTLY_FILTERED else _WIDE_FILTER,
                note=f"{len(shares)} of {len(queries)} queries find something there",
            )  # fmt: skip

    def restart(self) -> Figure:
        """From the start of a process to the first answer by words, from the snapshot."""
        query = self.scale.documents[0].texts[0].title
        context = multiprocessing.get_context("spawn")
        answers = context.SimpleQueue()
        opened = self._home, self._folder, self.encoder.model, self.index.revision
        child = context.Process(target=_restarted, args=(answers, *opened, query, time.time()))
        child.start()
        child.join()
        if child.exitcode:
            raise RuntimeError(f"The restarted process ended with {child.exitcode}.")
        loaded, size, hits, values = answers.get()
        wrong = not loaded or size != self.size or not hits
        return self._figure(
            "restart", values, judged=None if wrong else "ms",
            limit=_limit(_RESTART, self.size),
            note="THE SNAPSHOT WAS REFUSED" if wrong else "nothing encoded",
        )  # fmt: skip

    def _publish(self, changed: Sequence[Document], removed: Collection[str] = ()) -> None:
        """Bring the index from this catalog to the next one."""
        revision = self.index.revision + 1
        self._catalog.update({document.code: document for document in changed})
        for code in removed:
            del self._catalog[code]
        if not self.index.update(changed, removed, revision):
            raise RuntimeError("The index could not be updated.")

    def _until_found(
        self, word: str, code: str, *, there: bool, change: Callable[[], None]
    ) -> tuple[float, float]:
        """(ms until a search shows the change, ms until the call returned)."""
        revision = self.index.revision
        finished: list[float] = []
        started = time.perf_counter()

        def work() -> None:
            change()
            finished.append(time.perf_counter())

        thread = threading.Thread(target=work)
        thread.start()
        while self.index.revision == revision and thread.is_alive():
            time.sleep(0.001)
        hits = self.index.search(word).hits
        found = time.perf_counter()
        thread.join()
        if not finished or (code in {hit.code for hit in hits}) is not there:
            raise RuntimeError(f"{code} was published, but a search for {word} tells otherwise.")
        return (found - started) * 1000, (finished[0] - started) * 1000

    def changes(self) -> Iterator[Figure]:
        """Documents changed, added and withdrawn, none of which has to be encoded.

        Raises RuntimeError if a search doesn't show what was published.
        """
        limit = _limit(_FOUND, self.size)
        rng = np.random.default_rng(5)
        changed, added, withdrawn = [], [], []
        for number in range(_CHANGES):
            old = self.scale.documents[int(rng.integers(len(self.scale.documents)))]
            word = f"zvex{number}q"
            new = replace(old, keywords=(*old.keywords, word))
            changed.append(self._until_found(
                word, old.code, there=True, change=partial(self._publish, [new])))  # fmt: skip
            other, word = f"N{number:07d}", f"zvan{number}q"
            new = replace(old, code=other, keywords=(word,))
            added.append(self._until_found(
                word, other, there=True, change=partial(self._publish, [new])))  # fmt: skip
            withdrawn.append(self._until_found(
                word, other, there=False, change=partial(self._publish, [], [other])))  # fmt: skip
        for job, took in (("changed", changed), ("added", added), ("withdrawn", withdrawn)):
            yield self._found_after(job, took, limit)

    def _found_after(
        self, job: str, took: Sequence[tuple[float, float]], limit: float | None, note: str = ""
    ) -> Figure:
        found, returned = zip(*took, strict=True)
        values = {
            "p50": float(np.median(found)), "max": max(found), "returned": float(np.median(returned))
        }  # fmt: skip
        return self._figure(f"{job}: found after", values, judged="max", limit=limit, note=note)

    def published_meanwhile(self, every: float, publications: int) -> Figure:
        """Searches at a visitor's pace, first undisturbed, then while an exhibit is published."""
        calm = self._paced(time.perf_counter() + min(every, 10.0))
        stop = threading.Event()

        def publish() -> None:
            for number in range(publications):
                old = self.scale.documents[number]
                self._publish([replace(old, keywords=(*old.keywords, f"zvup{number}q"))])
                stop.wait(every)
            stop.set()

        thread = threading.Thread(target=publish)
        thread.start()
        busy = self._paced(None, stop)
        thread.join()
        before = float(np.percentile(calm, 95))
        values = {**_times(busy), "undisturbed p95": before, "max": max(busy)}
        return self._figure(
            f"while one is published every {every:g} s", values, judged="p95", limit=round(2 * before, 4),
            note=f"{publications} published, {len(busy)} searches",
        )  # fmt: skip

    def _paced(self, until: float | None, stop: threading.Event | None = None) -> list[float]:
        took = []
        while not (stop.is_set() if stop else time.perf_counter() >= (until or 0.0)):
            took.append(self._timed(next(self._unlimited))[0])
            time.sleep(_PAUSE)
        return took

    def encoded_first(self, encoder: Callable[[], Encoder]) -> Figure:
        """Exhibits of three passages that the encoder has to read first."""
        self.encoder.new_documents = encoder()
        limit = _limit(_FOUND, self.size)
        took = []
        for number in range(_CHANGES):
            word, code = f"zven{number}q", f"E{number:07d}"
            texts = tuple(
                replace(text, body=f"{text.body[:800]} {word}.") for text in _three_texts(number)
            )
            new = replace(self.scale.documents[number], code=code, texts=texts)
            before = self.encoder.encoded
            took.append(self._until_found(
                word, code, there=True, change=partial(self._publish, [new])))  # fmt: skip
            if self.encoder.encoded - before != 3:
                raise RuntimeError(f"{self.encoder.encoded - before} passages were encoded, not 3.")
        return self._found_after(
            "added with three passages encoded", took,
            None if limit is None else limit + _ENCODING,
        )  # fmt: skip


_FILTERS = ("random", "likeness")


def _filter(kind: str, share: float, number: int) -> dict[str, list[str]]:
    if kind == "random":
        return {"chance": [filter_value(share)]}
    return {"likeness": [filter_value(share, CENTRES[number % len(CENTRES)])]}


def _allowed(
    documents: Sequence[Document], filters: Mapping[str, Collection[str]]
) -> NDArray[np.bool_]:
    ((facet, (value,)),) = filters.items()
    return np.array([value in document.facets[facet] for document in documents])


def _places(result: SearchResult) -> list[int]:
    return [int(hit.code.removeprefix("D")) for hit in result.hits]


def _three_texts(number: int) -> list[Text]:
    """A text in each language, of the words in data/, of a usual exhibit's length."""
    records = made_records(3 * (number + 1))[-3:]
    return [Text(one.language, one.title, body=" ".join(one.sentences)) for one in records]


def _variants(texts: Sequence[str]) -> Iterator[str]:
    """Ever new queries: words of known ones, put together anew."""
    rng = np.random.default_rng(9)
    known = sorted({word for text in texts for word in text.split()})
    while True:
        yield " ".join(rng.choice(known, int(rng.integers(2, 5))))


def _blocks(queries: Sequence[Query]) -> Iterator[Sequence[Query]]:
    for start in range(0, len(queries), _BLOCK):
        yield queries[start : start + _BLOCK]


def _times(took: Sequence[float]) -> dict[str, float]:
    return {"p50": float(np.median(took)), "p95": float(np.percentile(took, 95))}


def _limit(limits: Mapping[int, float], size: int) -> float | None:
    return next((limit for largest, limit in limits.items() if size <= largest), None)


def _restarted(
    answers: Any, home: Path, folder: Path, model: str, revision: int, query: str, started: float
) -> None:
    """Open the snapshot as a new process does; nothing can be encoded here."""
    index = SearchIndex(
        SharedEncoder(model), KnownPassages([], np.zeros((0, 1), np.float16)),
        folder=folder, language=language_data(home),
    )  # fmt: skip
    before = time.perf_counter()
    loaded = index.load(lambda stored, token: stored == revision)
    loading = (time.perf_counter() - before) * 1000
    hits = index.search(query).hits
    values = {"ms": (time.time() - started) * 1000, "loading": loading}
    answers.put((loaded, len(index), len(hits), values))


def _print(figures: Sequence[Figure]) -> None:
    table = Table()
    for column in (
        "exhibits",
        "passages",
        "job",
        "figures (ms but for recall)",
        "limit",
        "",
        "note",
    ):
        table.add_column(column)
    for one in figures:
        said = {None: "", True: "holds", False: "FAILS"}[one.holds]
        limit = "" if one.limit is None else f"{'≥' if one.at_least else '≤'} {one.limit:g}"
        values = ", ".join(f"{name} {value:g}" for name, value in one.values.items())
        table.add_row(
            str(one.size), str(one.passages), one.job, values, limit, said, one.note
        )  # fmt: skip
    Console(width=170).print(table)


if __name__ == "__main__":
    typer.run(main)
