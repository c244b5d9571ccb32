"""The load test: its queries, its way through the links, its figures; and a short real run."""

import json
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from catalog import demo
from catalog.settings import Settings
from catalog.store import Store
from scripts.load import Memory, Notes, growth, percentile, refuse, summary
from scripts.visitor import Action, Questions, Rerun, Screen
from tests.browser.conftest import Server
from tests.scripts.calls import call

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "address",
    ["http://localhost:8501", "http://127.0.0.1:8501/", "http://127.8.0.1", "http://[::1]:1"],
)
def test_this_machine_is_visited(address: str) -> None:
    assert refuse(address) == ""


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("http://192.168.0.7:8501",
         "192.168.0.7 is not this machine; only localhost and 127.0.0.1 are visited."),
        ("http://localhost.example.org",
         "localhost.example.org is not this machine; only localhost and 127.0.0.1 are visited."),
        ("localhost:8501",
         "localhost:8501 is no address of an app, such as http://localhost:8501."),
        ("https://localhost",
         "https://localhost is no address of an app, such as http://localhost:8501."),
    ],
)  # fmt: skip
def test_no_other_machine_is_visited(address: str, sentence: str, tmp_path: Path) -> None:
    assert refuse(address) == sentence
    done = call("load", address, home=tmp_path)
    assert (done.exit_code, done.stderr) == (2, sentence + "\n")


def test_app_that_does_not_run_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}"
        # In a thread of its own: browser tests leave this one with a running event loop.
        with ThreadPoolExecutor(1) as pool:
            few = ("--visitors", 1, "--seconds", 1, "--pause", 0.1)
            done = pool.submit(call, "load", address, *few, home=tmp_path).result()

    assert done.exit_code == 2
    assert done.stderr.startswith(f"No visitor got in at {address}: ConnectionRefusedError: ")


def test_visitors_ask_different_queries_made_of_the_real_ones() -> None:
    real = ["робот сортирует мусор", "жылыжай", "smart home lighting", "бетон зимой"]
    words = {word for text in real for word in text.split()}

    asked = [Questions(real, Random(seed)).ask() for seed in range(40)]
    one = Questions(real, Random(7))
    mine = [one.ask() for _ in range(60)]

    assert len(set(asked)) > 25
    assert len(set(mine)) == 60
    assert {word for query in mine for word in query.split()} == words


LIST = """
<ul class="k-chips"><li><a href="/technology?slug=x">X</a></li></ul>
<div class="k-facets"><a href="/?q=a+b&amp;hall=A" data-go>A</a><a href="/?q=a+b&amp;hall=B">B</a></div>
<div class="k-bar"><a href="/?q=a+b&amp;sort=title">By title</a></div>
<h3 class="k-title"><a href="/exhibit?code=ABC234" data-go>One</a></h3>
<a href="/?q=a+b&amp;page=1" rel="prev">1</a><a href="/?q=a+b&amp;page=3" rel="next">3</a>
"""


def test_links_of_a_list_are_told_apart() -> None:
    screen = Screen.read(LIST)

    assert screen.facets == ["/?q=a+b&hall=A", "/?q=a+b&hall=B"]
    assert screen.exhibits == ["/exhibit?code=ABC234"]
    assert screen.next_page == "/?q=a+b&page=3"


@pytest.mark.parametrize(
    ("percent", "value"), [(50, 10.0), (95, 19.0), (99, 20.0), (100, 20.0), (1, 1.0)]
)
def test_percentile_is_the_nearest_rank(percent: float, value: float) -> None:
    assert percentile([float(one) for one in range(20, 0, -1)], percent) == value


def test_percentile_of_one_value_is_that_value() -> None:
    assert [percentile([3.0], percent) for percent in (1, 50, 95, 100)] == [3.0] * 4


def test_growth_compares_the_last_fifth_with_the_middle_one() -> None:
    grows = [Memory(second, 100.0 + second, 0.0) for second in range(10)]
    rises_first = [Memory(second, min(100.0 + second, 103.0), 0.0) for second in range(10)]

    assert growth(grows) == 4.0
    assert growth(rises_first) == 0.0
    assert growth(grows[:4]) is None


def test_figures_are_those_of_the_reruns() -> None:
    reruns = [Rerun(Action.TYPE, 0.01 * one) for one in range(1, 21)]
    notes = Notes(
        arrivals=[0.05], reruns=[*reruns, Rerun(Action.OPEN, 0.5)], errors=["a", "b", "a"],
        memory=[Memory(0.0, 200.04, 51.0)],
    )  # fmt: skip

    report = summary(notes, visitors=2, seconds=10)

    assert report == {
        "visitors": 2, "seconds": 10, "reruns": 21, "reruns_a_second": 2.1,
        "rerun_ms": {"p50": 110.0, "p95": 200.0, "p99": 500.0, "max": 500.0},
        "by_action": {
            "type": {"reruns": 20, "p50": 100.0, "p95": 190.0, "p99": 200.0, "max": 200.0},
            "open": {"reruns": 1, "p50": 500.0, "p95": 500.0, "p99": 500.0, "max": 500.0},
        },
        "arrival_ms": {"p50": 50.0, "p95": 50.0, "p99": 50.0, "max": 50.0},
        "errors": 3, "commonest_errors": {"a": 2, "b": 1},
        "memory_mib": [[0, 200.0, 51.0]], "growth_mib": None,
    }  # fmt: skip


@pytest.mark.slow
def test_two_visitors_use_a_real_server_without_an_error(tmp_path: Path) -> None:
    store = Store(Settings(home=tmp_path, database_url=None).database)
    store.migrate()
    demo.load(store, ROOT / "data", datetime.now(UTC))
    store.close()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = Server(tmp_path, port)
    server.start()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "scripts.load", server.address, "--visitors", "2",
             "--seconds", "3", "--pause", "0.2", "--json"],
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
    finally:
        server.stop()

    report = json.loads(done.stdout)
    assert (done.returncode, report["errors"], report["commonest_errors"]) == (0, 0, {})
    assert report["reruns"] == sum(one["reruns"] for one in report["by_action"].values()) > 5
    assert report["by_action"]["type"]["reruns"] > 0
