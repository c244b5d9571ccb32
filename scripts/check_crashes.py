"""Kill a fair again and again while it publishes and indexes, and check what its next start serves."""

import itertools
import logging
import os
import shutil
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median
from typing import Annotated

import typer
from tqdm import tqdm

from catalog import Store, demo, reading
from catalog.vector_cache import VectorCache
from fair import DATA, Fair, concept_of, documents_of
from index import Mode, SearchIndex, SharedEncoder
from index.contents import LanguageData
from index.dictionaries import Dictionaries
from index.encoder import SmallEngine
from index.glossary import Glossary, read_glossary
from index.model_folder import common_words
from scripts.crashing import (
    EDITION,
    FEWEST,
    NOUNS,
    Message,
    Phase,
    Shown,
    Step,
    Verb,
    code_of,
    save,
    settings_of,
    title_of,
    work,
)
from scripts.edge import sentences

EVERYTHING = 10_000
_PATIENCE = 120.0
_ANY_TIME = 2.0
_ROUNDING = 2e-3
_SHOWN = 20


@sentences()
def main(
    times: Annotated[int, typer.Option(min=1, max=10_000, help="How many kills.")] = 100,
    seed: Annotated[int, typer.Option(help="Another number: other changes, other moments.")] = 1,
) -> None:
    """Kill a process that publishes, cancels and indexes, and check what is served after each start.

    It works in a folder of its own, with the demo's vocabulary and exhibits made up. The catalog has
    to hold what was saved, the index what the catalog holds, and a snapshot what an index made anew
    does. Ends with 1, and keeps the folder, if anything differs.
    """
    home = Path(tempfile.mkdtemp(prefix="korme-crashes-"))
    checked = Crashes(home, seed)
    for _ in tqdm(range(times), desc="Kills", unit="kill"):
        checked.crash()
        if checked.differences:
            break
    width = max(map(len, Phase))
    typer.echo(f"{'killed while':{width}}  kills")
    for phase in Phase:
        typer.echo(f"{phase:{width}}  {checked.kills[phase]:5}")
    typer.echo(
        f"Of the snapshots {checked.snapshots['present']} were the catalog's present state, "
        f"{checked.snapshots['former']} a former one; {checked.snapshots['refused']} were refused, "
        f"{checked.snapshots['none']} times there was none."
    )
    if checked.differences:
        for difference in checked.differences[:_SHOWN]:
            typer.echo(difference, err=True)
        typer.echo(f"The folder is kept: {home}", err=True)
        raise typer.Exit(1)
    shutil.rmtree(home)
    typer.echo("After every start the index equalled the catalog.")


class Crashes:
    """A fair that is killed, started and checked; `differences` are sentences about what is wrong."""

    def __init__(self, home: Path, seed: int) -> None:
        self.kills: Counter[Phase] = Counter()
        self.snapshots: Counter[str] = Counter()
        self.differences: list[str] = []
        self._home, self._chance = home, Random(seed)
        self._spans: dict[Phase, list[float]] = defaultdict(list)
        # On a busy machine two threads of the engine wait for each other, ten times as long.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        self._context = get_context("forkserver")
        self._context.set_forkserver_preload([work.__module__])
        engine = SmallEngine()
        self._encoder = SharedEncoder(engine.model, engine)
        self._language = LanguageData(
            Dictionaries(common_words(home)), Glossary(read_glossary(DATA / "glossary.jsonl"))
        )
        self._number = 0
        with closing(Store(settings_of(home).database)) as store:
            store.migrate()
            demo.load(store, DATA, datetime.now(UTC))
            step = Step(Verb.PUBLISH, dict(itertools.islice(self._new(), FEWEST)))
            save(store, step)
            self._shown = Shown().after(step)
            self._states = {store.revision(): self._shown.public}

    def _new(self) -> Iterator[tuple[str, str]]:
        while True:
            self._number += 1
            yield code_of(self._number), title_of(self._number)

    def crash(self) -> None:
        """Start the fair, kill it at a random moment, and look for differences after a new start."""
        messages, ended = self._killed()
        if ended is not None:
            self.differences.append(f"The process ended by itself, with exit code {ended}.")
            return
        self.kills[[one for one in messages if isinstance(one, Phase)][-1]] += 1
        pending, touched = None, dict[str, str]()
        for one in messages:
            if isinstance(one, Step):
                pending = one
                touched |= one.titles
                self._number += len(one.titles)
            elif isinstance(one, int) and pending is not None:
                self._shown = self._shown.after(pending)
                self._states[one] = self._shown.public
                pending = None
        self._check(pending, touched)

    def _killed(self) -> tuple[list[Message], int | None]:
        """What a process told until it was killed; its exit code if it ended before."""
        ours, theirs = self._context.Pipe(duplex=False)
        seed = self._chance.getrandbits(32)
        process = self._context.Process(
            target=work, args=(self._home, self._shown, seed, self._number, theirs)
        )
        process.start()
        theirs.close()
        aim = self._chance.choice([None, *Phase])
        passed = 0 if aim in (None, Phase.OPENING) else self._chance.randrange(2)
        messages: list[Message] = []
        phase, since = Phase.OPENING, time.monotonic()
        until = since + (self._chance.uniform(0, _ANY_TIME) if aim is None else _PATIENCE)
        try:
            while (left := until - time.monotonic()) > 0 and ours.poll(left):
                messages.append(message := ours.recv())
                if not isinstance(message, Phase):
                    continue
                now = time.monotonic()
                self._spans[phase].append(now - since)
                phase, since = message, now
                if message is aim and not passed:
                    # Any moment of a phase as long as it mostly is; those of a few milliseconds
                    # wouldn't be met by chance.
                    until = now + self._chance.uniform(0, median(self._spans[aim] or [0.1]))
                    aim = None
                elif message is aim:
                    passed -= 1
        except (EOFError, OSError):
            process.join()
            return messages, process.exitcode
        process.kill()
        process.join()
        return [*messages, *rest_of(ours)] or [Phase.OPENING], None

    def _check(self, pending: Step | None, touched: Mapping[str, str]) -> None:
        with told() as log, closing(Fair.open(settings_of(self._home))) as fair:
            fair.load_quick_encoder()
            with fair.store.reading() as session:
                public = {
                    code: one.texts["ru"].title
                    for code, one in reading.exhibits(session, EDITION).items()
                }
                revision = reading.revision(session)
                documents = documents_of(session, EDITION)
                concepts = [concept_of(one) for one in reading.technologies(session, EDITION)]
            if pending is not None and public == self._shown.after(pending).public:
                self._shown = self._shown.after(pending)
            self._states[revision] = public
            if public != self._shown.public:
                self.differences.append("The catalog doesn't hold what was saved.")
                return
            anew = self._index(fair.store, None)
            anew.refresh(documents, concepts, revision)
            stored = self._stored(fair.store, log)
            if stored is not None and stored.revision == revision:
                self._compare("The snapshot", stored, anew, exactly=True)
            served = fair.refresh(EDITION)
            if served.revision != revision:
                self._differs(f"The index is at revision {served.revision}, not {revision}.")
            # A former snapshot, brought up to date, counts replaced texts until it is merged.
            exactly = stored is None or stored.revision == revision
            self._compare("The index", served, anew, exactly=exactly)
            for code, title in {**touched, **self._shown.cancelled}.items():
                self._check_title(served, code, title)

    def _index(self, store: Store, folder: Path | None) -> SearchIndex:
        return SearchIndex(
            self._encoder, VectorCache(store), folder=folder, language=self._language
        )

    def _stored(self, store: Store, log: list[str]) -> SearchIndex | None:
        """The snapshot as it lies there, if it is to be had; it has to be a state that there was."""
        folder = self._home / "index" / EDITION
        stored = self._index(store, folder)
        with store.reading() as session:
            there = stored.load(lambda *of: reading.revision_token(session, of[0]) == of[1])
        if not there:
            written = (folder / "CURRENT").exists()
            self.snapshots["refused" if written else "none"] += 1
            if written and not log:
                self._differs("A snapshot was refused without a word in the log.")
            return None
        present = max(self._states) == stored.revision
        self.snapshots["present" if present else "former"] += 1
        if all_codes(stored) != set(self._states.get(stored.revision, ())):
            self._differs(f"The snapshot isn't what the catalog was at revision {stored.revision}.")
        return stored

    def _compare(self, name: str, found: SearchIndex, anew: SearchIndex, *, exactly: bool) -> None:
        if (codes := all_codes(found)) != set(self._shown.public):
            strange = sorted(codes.symmetric_difference(self._shown.public))
            self._differs(f"{name} and the catalog differ in {', '.join(strange)}.")
        if not found.knows_meaning:
            self._differs(f"{name} knows no meaning.")
        facets = [one.search("", limit=0).facets for one in (found, anew)]
        if facets[0] != facets[1]:
            self._differs(f"{name} counts other facets than one made anew.")
        nouns = self._chance.sample(NOUNS, 7)
        titles = self._chance.sample(sorted(self._shown.public.values()), 3)
        single = [*nouns[:3], *(title.split()[-1] for title in titles)]
        asked = [(query, Mode.LEXICAL) for query in single]
        if exactly:
            several = [" ".join(nouns[3:5]), " ".join(nouns[5:]), titles[0], "welding robots"]
            asked = [(query, mode) for query in (*single, *several) for mode in Mode]
        for query, mode in asked:
            own, expected = (scores_of(one, query, mode) for one in (found, anew))
            if own.keys() != expected.keys() or (
                exactly and any(abs(own[code] - expected[code]) > _ROUNDING for code in own)
            ):
                self._differs(f"{name} answers {query!r} ({mode}) otherwise than one made anew.")

    def _check_title(self, served: SearchIndex, code: str, title: str) -> None:
        # A title is a word of its own, which no other exhibit has.
        found = scores_of(served, title.split()[-1], Mode.LEXICAL)
        expected = {code} if self._shown.public.get(code) == title else set()
        if found.keys() != expected:
            self._differs(f"{title!r} ({code}) finds {', '.join(found) or 'nothing'}.")

    def _differs(self, sentence: str) -> None:
        self.differences.append(f"After kill {self.kills.total()}: {sentence}")


def all_codes(index: SearchIndex) -> set[str]:
    return {hit.code for hit in index.search("", limit=EVERYTHING).hits}


def scores_of(index: SearchIndex, query: str, mode: Mode) -> dict[str, float]:
    """What fits a query by the letter, with scores."""
    found = index.search(query, mode=mode, limit=EVERYTHING, correct=False)
    return {hit.code: hit.score for hit in found.hits} if found.fits else {}


def rest_of(pipe: Connection) -> Iterator[Message]:
    """What a process that is no more has told."""
    try:
        while True:
            yield pipe.recv()
    except (EOFError, OSError):
        return


@contextmanager
def told() -> Iterator[list[str]]:
    """The warnings that are logged meanwhile."""
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(record.getMessage())

    handler = Lines(logging.WARNING)
    logging.getLogger().addHandler(handler)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(handler)


if __name__ == "__main__":
    typer.run(main)
