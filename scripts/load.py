"""Let many visitors use a running app at once, and say how long each waited."""

import asyncio
import json
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from random import Random
from statistics import median
from typing import Annotated
from urllib.parse import urlsplit

import typer
from websockets.exceptions import WebSocketException

from scripts.edge import sentences
from scripts.visitor import Action, Broken, Questions, Rerun, Visitor

QUERIES = Path(__file__).parents[1] / "data" / "judged" / "queries.jsonl"
_ARRIVALS_A_SECOND = 10
_MEMORY_EVERY = 5.0
_TYPING = 0.7
_SHOWN_ERRORS = 5
_PER_MIB = 1024


@dataclass
class Notes:
    """What is written down while the visitors are there."""

    arrivals: list[float] = field(default_factory=list)
    reruns: list[Rerun] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    memory: list["Memory"] = field(default_factory=list)


@dataclass(frozen=True)
class Memory:
    """What the server holds at a second of the measurement: its own, and that of its children."""

    second: float
    own: float
    children: float


@sentences()
def main(
    address: Annotated[str, typer.Argument(metavar="URL", help="A running app on this machine.")],
    visitors: Annotated[int, typer.Option(min=1, max=1000, help="How many at once.")] = 200,
    seconds: Annotated[
        float, typer.Option(min=1, max=3600, help="For how long, once all have arrived.")
    ] = 600,
    pause: Annotated[
        float, typer.Option(min=0.1, max=60, help="Seconds between a visitor's actions, about.")
    ] = 5,
    pid: Annotated[
        int | None, typer.Option(help="The server's process (Linux): its memory is watched.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number: other queries and actions.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Visit a running app as many visitors at once and report how long its reruns take.

    Each types queries of its own, narrows, turns pages, opens exhibits and goes back. A rerun lasts
    from what was sent to the whole screen. Ends with 1 if any answer was wrong or missing.
    """
    refusal = refuse(address)
    if refusal:
        typer.echo(refusal, err=True)
        raise typer.Exit(2)
    lines = QUERIES.read_text("utf-8").splitlines()
    crowd = Crowd(address, [json.loads(line)["text"] for line in lines], pause, seed)
    notes = asyncio.run(crowd.visit(visitors, seconds, pid))
    if not notes.arrivals:
        typer.echo(f"No visitor got in at {address}: {notes.errors[0]}", err=True)
        raise typer.Exit(2)
    report = summary(notes, visitors=visitors, seconds=seconds)
    typer.echo(json.dumps(report, ensure_ascii=False) if as_json else told(report))
    if notes.errors:
        raise typer.Exit(1)


def refuse(address: str) -> str:
    """Why an address is not visited; empty if it is one of this machine's own."""
    parts = urlsplit(address)
    if parts.scheme != "http" or not parts.hostname:
        return f"{address} is no address of an app, such as http://localhost:8501."
    if parts.hostname != "localhost":
        try:
            own = ip_address(parts.hostname).is_loopback
        except ValueError:
            own = False
        if not own:
            return (
                f"{parts.hostname} is not this machine; only localhost and 127.0.0.1 are visited."
            )
    return ""


class Crowd:
    """Visitors who come one after another, stay to the end, and act each at its own pace."""

    def __init__(self, address: str, real: Sequence[str], pause: float, seed: int) -> None:
        self._address, self._real, self._pause, self._seed = address, real, pause, seed
        self._notes = Notes()
        self._all_here = asyncio.Event()
        self._waited_for = 0
        self._end = 0.0

    async def visit(self, visitors: int, seconds: float, pid: int | None) -> Notes:
        """Let them in, and note every rerun of the `seconds` after the last one's arrival."""
        self._waited_for = visitors
        tasks = [asyncio.create_task(self._stay(number)) for number in range(visitors)]
        await self._all_here.wait()
        started = time.perf_counter()
        self._end = started + seconds
        while pid is not None and time.perf_counter() < self._end:
            self._notes.memory.append(memory_of(pid, time.perf_counter() - started))
            await asyncio.sleep(min(_MEMORY_EVERY, max(self._end - time.perf_counter(), 0)))
        await asyncio.gather(*tasks)
        return self._notes

    async def _stay(self, number: int) -> None:
        random = Random(f"{self._seed}-{number}")
        questions = Questions(self._real, random)
        await asyncio.sleep(number / _ARRIVALS_A_SECOND)
        while True:
            try:
                async with Visitor(self._address, questions, random) as visitor:
                    arrival = await visitor.act()
                    self._notes.arrivals.append(arrival.seconds)
                    await self._arrived()
                    while await self._rest(random, visitor):
                        rerun = await visitor.act()
                        self._notes.reruns.append(rerun)
                return
            except (Broken, OSError, TimeoutError, WebSocketException) as error:
                self._notes.errors.append(f"{type(error).__name__}: {error}")
                await self._arrived()
            # Whoever was thrown out loads the page again.
            if not await self._rest(random):
                return

    async def _arrived(self) -> None:
        """Count a visitor who tried; the measurement begins when all have."""
        if not self._all_here.is_set():
            self._waited_for -= 1
            if self._waited_for == 0:
                self._all_here.set()
            await self._all_here.wait()

    async def _rest(self, random: Random, visitor: Visitor | None = None) -> bool:
        """Pause as a reader does; False when it is time to go home."""
        length = _TYPING if visitor and visitor.hurries else self._pause
        await asyncio.sleep(length * random.uniform(0.5, 1.5))
        return time.perf_counter() < self._end


def memory_of(pid: int, second: float) -> Memory:
    """What a process and its children hold resident now, in MiB; raises OSError if it is gone."""
    process = Path("/proc") / str(pid)
    children: list[str] = []
    for task in (process / "task").iterdir():
        # A thread may end while others are looked at.
        with suppress(FileNotFoundError, ProcessLookupError):
            children += (task / "children").read_text().split()
    return Memory(
        second, _resident(process), sum(_resident(Path("/proc") / one) for one in children)
    )


def _resident(process: Path) -> float:
    for line in (process / "status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / _PER_MIB
    return 0.0


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of the values that at least `percent` of them don't exceed."""
    ordered = sorted(values)
    return ordered[max(0, -int(-len(ordered) * percent // 100) - 1)]


def growth(memory: Sequence[Memory]) -> float | None:
    """By how many MiB the server grew in the second half: its last fifth against the middle one.

    None where too little was seen.
    """
    fifth = len(memory) // 5
    if not fifth:
        return None
    own = [one.own for one in memory]
    middle = (len(own) - fifth) // 2
    return median(own[-fifth:]) - median(own[middle : middle + fifth])


def _milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    named = {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    return {name: round(1000 * percentile(seconds, percent), 1) for name, percent in named.items()}


def summary(notes: Notes, *, visitors: int, seconds: float) -> dict[str, object]:
    """The figures of a run: milliseconds and MiB."""
    by_action: Mapping[Action, list[float]] = defaultdict(list)
    for rerun in notes.reruns:
        by_action[rerun.action].append(rerun.seconds)
    every = [rerun.seconds for rerun in notes.reruns]
    grown = growth(notes.memory)
    return {
        "visitors": visitors,
        "seconds": seconds,
        "reruns": len(every),
        "reruns_a_second": round(len(every) / seconds, 1),
        "rerun_ms": _milliseconds(every) if every else None,
        "by_action": {
            action.value: {"reruns": len(by_action[action]), **_milliseconds(by_action[action])}
            for action in Action
            if by_action[action]
        },
        "arrival_ms": _milliseconds(notes.arrivals),
        "errors": len(notes.errors),
        "commonest_errors": dict(Counter(notes.errors).most_common(_SHOWN_ERRORS)),
        "memory_mib": [
            [round(one.second), round(one.own, 1), round(one.children, 1)] for one in notes.memory
        ],
        "growth_mib": None if grown is None else round(grown, 1),
    }


def told(report: Mapping[str, object]) -> str:
    """The report as lines to read."""

    def line(name: str, figures: object) -> str:
        values = figures if isinstance(figures, dict) else {}
        return f"{name:12}" + "".join(f"{key} {value:>8}  " for key, value in values.items())

    lines = [
        f"{report['visitors']} visitors, {report['seconds']:g} s: {report['reruns']} reruns,"
        f" {report['reruns_a_second']} a second, {report['errors']} errors; milliseconds:",
        line("reruns", report["rerun_ms"]),
    ]
    by_action = report["by_action"]
    if isinstance(by_action, dict):
        lines += [line(f" {name}", figures) for name, figures in by_action.items()]
    lines.append(line("arrivals", report["arrival_ms"]))
    memory = report["memory_mib"]
    if isinstance(memory, list) and memory:
        shown = memory[:: max(1, len(memory) // 10)]
        lines.append(
            "memory, MiB at second: " + ", ".join(f"{one[1]} at {one[0]}" for one in shown)
        )
        lines.append(f"growth over the second half: {report['growth_mib']} MiB")
    errors = report["commonest_errors"]
    if isinstance(errors, dict):
        lines += [f"{count} x {error}" for error, count in errors.items()]
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
