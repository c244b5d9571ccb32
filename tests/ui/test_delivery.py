"""What a script draws reaches its visitor whole, in order, and at once when it is done."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit import runtime
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunnerEvent
from streamlit.runtime.session_manager import SessionClientDisconnectedError

from ui import delivery

STARTED, DRAWN = ScriptRunnerEvent.SCRIPT_STARTED, ScriptRunnerEvent.ENQUEUE_FORWARD_MSG
DONE, OVER = ScriptRunnerEvent.SCRIPT_STOPPED_WITH_SUCCESS, ScriptRunnerEvent.SHUTDOWN
PATIENCE = 20


class Loop:
    """An event loop that does what waits when it is told to."""

    def __init__(self) -> None:
        self.soon: list[Callable[[], None]] = []
        self.later: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, seconds: float, do: Callable[..., None], *arguments: Any) -> None:
        self.later.append((seconds, lambda: do(*arguments)))

    def wake(self) -> None:
        waiting, self.soon = self.soon, []
        for do in waiting:
            do()

    def pass_time(self) -> None:
        waiting, self.later = self.later, []
        for _, do in waiting:
            do()


class Session:
    """A session of Streamlit's, as far as its delivery goes."""

    id = "s"

    def __init__(self) -> None:
        self._event_loop = Loop()
        self._scriptrunner: object = "runner"
        self._message_enqueued_callback: Callable[[], None] | None = self._wake_up
        self.woken = 0
        self.queue: list[str] = []
        self.broken: str | None = None

    def _wake_up(self) -> None:
        self.woken += 1

    def _call_soon_on_event_loop(self, do: Callable[[], None]) -> None:
        self._event_loop.soon.append(do)

    def _handle_scriptrunner_event_on_event_loop(
        self, sender: object, event: ScriptRunnerEvent, **told: Any
    ) -> None:
        message = told.get("forward_msg", event.value)
        if message == self.broken:
            raise ValueError(message)
        self.queue.append(message)
        if self._message_enqueued_callback:
            self._message_enqueued_callback()

    def flush_browser_queue(self) -> list[str]:
        queue, self.queue = self.queue, []
        return queue

    def on_flushed_messages_sent(self) -> None:
        assert not self.queue

    def draw(self, message: str) -> None:
        delivery._collect(self, None, DRAWN, forward_msg=message)  # type: ignore[arg-type]

    def tell(self, event: ScriptRunnerEvent) -> None:
        delivery._collect(self, None, event)  # type: ignore[arg-type]


@dataclass
class Server:
    """The runtime: who is there, and what they were sent."""

    there: dict[str, object] = field(default_factory=lambda: {"s": SimpleNamespace(client="c")})
    sent: list[str] = field(default_factory=list)
    gone: list[object] = field(default_factory=list)
    lost: bool = False

    @property
    def _session_mgr(self) -> SimpleNamespace:
        return SimpleNamespace(get_active_session_info=self.there.get)

    def _send_message(self, there: object, message: str) -> None:
        if self.lost:
            raise SessionClientDisconnectedError
        self.sent.append(message)

    def disconnect_session(self, session: str, *, client: object) -> None:
        self.gone.append((session, client))


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    server = Server()
    monkeypatch.setattr(runtime, "get_instance", lambda: server)
    return server


def test_a_run_is_sent_in_its_order_when_it_is_over(server: Server) -> None:
    session = Session()

    session.tell(STARTED)
    session.draw("header")
    session.draw("list")
    session.tell(DONE)
    assert (session._event_loop.soon, server.sent) == ([], [])
    session.tell(OVER)
    assert len(session._event_loop.soon) == 1
    session._event_loop.wake()

    assert server.sent == [STARTED.value, "header", "list", DONE.value, OVER.value]
    assert session.woken == 0
    assert session._message_enqueued_callback == session._wake_up


def test_what_a_long_run_has_drawn_is_shown_while_it_goes_on(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = Session()
    monkeypatch.setattr(delivery, "_create_scriptrunner", lambda *arguments: None)
    delivery._begin(session, "rerun data")  # type: ignore[arg-type]

    session.draw("bar at 1 %")
    session._event_loop.pass_time()
    assert server.sent == ["bar at 1 %"]
    session._event_loop.pass_time()
    session.draw("bar at 2 %")
    session._event_loop.pass_time()
    assert server.sent == ["bar at 1 %", "bar at 2 %"]

    session._scriptrunner = None
    session._event_loop.pass_time()
    assert session._event_loop.later == []


def test_what_the_loop_itself_says_goes_streamlits_own_way(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[tuple[Any, ...]] = []
    monkeypatch.setattr(delivery, "_handle_at_once", lambda *event, **told: said.append(event))
    session = Session()

    async def say() -> None:
        session._event_loop = asyncio.get_running_loop()  # type: ignore[assignment]
        session.tell(DONE)

    # A browser test that came before leaves its loop running in this thread.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, say()).result()

    assert said == [(session, None, DONE)]


def test_one_event_that_breaks_does_not_silence_the_others(server: Server) -> None:
    session = Session()
    session.broken = "bad"
    for message in ("bad", "good"):
        session.draw(message)
    session.tell(OVER)

    with pytest.raises(ValueError, match="bad"):
        session._event_loop.wake()
    session._event_loop.wake()

    assert server.sent == ["good", OVER.value]


def test_nobody_there_leaves_the_messages_where_streamlit_keeps_them(server: Server) -> None:
    session = Session()
    server.there = {}
    session.tell(OVER)
    session._event_loop.wake()

    assert (server.sent, session.queue) == ([], [OVER.value])


def test_a_visitor_who_was_lost_meanwhile_is_disconnected(server: Server) -> None:
    session = Session()
    server.lost = True
    session.tell(OVER)
    session._event_loop.wake()

    assert server.gone == [("s", "c")]


class Script(delivery.Runner):
    """A script: notes the thread it runs in and what it finds there, and leaves something."""

    left: ContextVar[str] = ContextVar("left", default="nothing")

    def __init__(self) -> None:
        self._script_thread: threading.Thread | None = None
        self.found: list[object] = []

    def _run_script_thread(self) -> None:
        thread = threading.current_thread()
        self.found = [self._script_thread is thread, self.left.get(), getattr(thread, "s", None)]
        self.left.set("something")
        thread.s = "session"  # type: ignore[attr-defined]


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Counts the threads that have become idle."""
    became = threading.Semaphore(0)

    class Idle(list[Any]):
        def append(self, one: Any) -> None:
            super().append(one)
            became.release()

    monkeypatch.setattr(delivery, "_idle", Idle())
    return became


def test_scripts_one_after_another_share_a_thread_and_nothing_else(
    idle: threading.Semaphore,
) -> None:
    first, second = Script(), Script()
    for script in (first, second):
        script.start()
        assert idle.acquire(timeout=PATIENCE)

    assert first._script_thread is second._script_thread
    assert first.found == second.found == [True, "nothing", None]


def test_scripts_at_the_same_time_have_threads_of_their_own(idle: threading.Semaphore) -> None:
    first, second = Script(), Script()
    both = threading.Barrier(2, timeout=PATIENCE)
    for script in (first, second):
        script._run_script_thread = both.wait  # type: ignore[assignment,method-assign]
        script.start()
    for _ in range(2):
        assert idle.acquire(timeout=PATIENCE)

    assert first._script_thread is not second._script_thread


def test_a_script_is_started_once() -> None:
    script = Script()
    script._script_thread = threading.current_thread()

    with pytest.raises(RuntimeError, match="started before"):
        script.start()


@pytest.mark.parametrize("section", ["theme", "theme.light", "theme.dark", "theme.sidebar"])
def test_the_theme_is_what_streamlit_would_write(section: str) -> None:
    ours, theirs = CustomThemeConfig(), CustomThemeConfig()
    for _ in range(2):
        delivery._fill_theme(ours.light, section)
    delivery._populate_theme(theirs.light, section)

    assert ours == theirs
    assert ours.HasField("light") == theirs.HasField("light")


def test_what_is_replaced_is_what_streamlit_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    replaced: list[tuple[object, str, object]] = [
        (AppSession, "_on_scriptrunner_event", delivery._collect),
        (AppSession, "_create_scriptrunner", delivery._begin),
        (app_session, "ScriptRunner", delivery.Runner),
        (app_session, "_populate_theme_msg", delivery._fill_theme),
    ]
    for place, name, _ in replaced:
        monkeypatch.setattr(place, name, "Streamlit's own")

    delivery.install()

    assert all(getattr(place, name) is ours for place, name, ours in replaced)
    # By these names Streamlit looks them up.
    assert "ScriptRunner" in delivery._create_scriptrunner.__code__.co_names
    assert "_populate_theme_msg" in AppSession._create_new_session_message.__code__.co_names
    assert "_on_scriptrunner_event" in delivery._create_scriptrunner.__code__.co_names
    assert "_create_scriptrunner" in AppSession.request_rerun.__code__.co_names
