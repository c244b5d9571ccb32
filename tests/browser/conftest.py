"""A real server with a small fair of its own, and Debian's Chromium to visit it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog import demo, imports, reading
from catalog.permissions import COMMAND_LINE
from catalog.settings import Settings
from catalog.spreadsheets import read_file
from catalog.store import Store
from tests.hostile import HOSTILE_ROW

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_START_SECONDS = 60


class Server:
    """The app in a process of its own; it can be stopped and started again at its address."""

    def __init__(self, home: Path, port: int, *options: str) -> None:
        self.address = f"http://localhost:{port}"
        self._home, self._port, self._options = home, port, options
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self._home / "server.log").open("ab")
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "streamlit", "run", "app.py"),
                *(f"--server.port={self._port}", *self._options),
            ],
            cwd=ROOT,
            # Words alone: these tests are about screens, and a model would take a minute.
            env={**os.environ, "KORME_HOME": str(self._home), "KORME_ENCODER_BACKEND": "none"},
            stdout=log,
            stderr=log,
        )
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self._home / "server.log").read_text())
            time.sleep(0.1)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo fair, and one exhibit whose every text is hostile."""
    folder = tmp_path_factory.mktemp("home")
    store = Store(Settings(home=folder, database_url=None).database)
    store.migrate()
    now = datetime.now(UTC)
    demo.load(store, ROOT / "data", now)
    rows = folder / "hostile.jsonl"
    rows.write_text(HOSTILE_ROW, encoding="utf-8")
    with store.writing() as session:
        current = reading.current_edition(session)
        assert current is not None
        plan = imports.plan(
            session, read_file(rows), edition=current.slug, publish=True, by=COMMAND_LINE, now=now
        )
        assert not plan.report.problems
        imports.apply(session, plan, now=now)
    store.close()
    return folder


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture(scope="session")
def server(home: Path) -> Iterator[Server]:
    running = Server(home, free_port())
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def base_url(server: Server) -> str:
    return server.address


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    if CHROMIUM is None:
        pytest.skip("There is no Chromium here; `apt-get install chromium` brings one.")
    return {"executable_path": CHROMIUM, "args": ["--no-sandbox", "--disable-dev-shm-usage"]}


@pytest.fixture(scope="session")
def browser_context_args(base_url: str) -> dict[str, object]:
    return {"base_url": base_url, "locale": "ru-RU", "viewport": {"width": 1280, "height": 900}}
