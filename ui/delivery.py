"""What scripts draw, brought to the browsers in fewer steps than Streamlit takes.

Streamlit hands each of a rerun's ten messages to its event loop by itself, and each wakes the loop,
which looks through all sessions for something to send and lets the interpreter go at every step.
With 200 visitors most of the processor went there, and a loop that lets the interpreter go gets it
back only when the script that took it waits, or 5 ms later.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextvars import Context
from functools import cache, partial
from queue import SimpleQueue
from typing import Any

from streamlit import runtime
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.scriptrunner import ScriptRunner, ScriptRunnerEvent
from streamlit.runtime.session_manager import SessionClientDisconnectedError

# What a script has drawn so far is shown at least so often while it runs on.
SHOWN_EVERY_SECONDS = 0.1
_WAITING = "_korme_waiting"


def install() -> None:
    """Let all sessions of this process deliver so."""
    sessions: Any = AppSession
    sessions._on_scriptrunner_event = _collect
    sessions._create_scriptrunner = _begin
    module: Any = app_session
    module.ScriptRunner = Runner
    module._populate_theme_msg = _fill_theme


_handle_at_once = AppSession._on_scriptrunner_event
_create_scriptrunner = AppSession._create_scriptrunner
_populate_theme = app_session._populate_theme_msg


def _waiting(session: AppSession) -> deque[Callable[[], None]]:
    """What the scripts of a session have sent and nobody has taken yet, in its order."""
    waiting: deque[Callable[[], None]] = vars(session).setdefault(_WAITING, deque())
    return waiting


def _collect(
    session: AppSession, sender: ScriptRunner | None, event: ScriptRunnerEvent, **told: Any
) -> None:
    if asyncio._get_running_loop() is session._event_loop:
        _handle_at_once(session, sender, event, **told)
        return
    handle = session._handle_scriptrunner_event_on_event_loop
    _waiting(session).append(partial(handle, sender, event, **told))
    # A thread's last word.
    if event is ScriptRunnerEvent.SHUTDOWN:
        session._call_soon_on_event_loop(partial(_deliver, session))


def _begin(session: AppSession, *arguments: Any) -> None:
    _create_scriptrunner(session, *arguments)
    session._event_loop.call_later(SHOWN_EVERY_SECONDS, _look, session, session._scriptrunner)


def _look(session: AppSession, runner: ScriptRunner | None) -> None:
    """Show what a script that runs on has drawn."""
    if runner is not None and session._scriptrunner is runner:
        if _waiting(session):
            _deliver(session)
        session._event_loop.call_later(SHOWN_EVERY_SECONDS, _look, session, runner)


def _deliver(session: AppSession) -> None:
    """Take what waits and send what comes of it, in one go; on the event loop."""
    waiting = _waiting(session)
    wake, session._message_enqueued_callback = session._message_enqueued_callback, None
    try:
        while waiting:
            waiting.popleft()()
    finally:
        session._message_enqueued_callback = wake
        if waiting:
            # One broke; the others are heard all the same.
            session._call_soon_on_event_loop(partial(_deliver, session))
    server = runtime.get_instance()
    there = server._session_mgr.get_active_session_info(session.id)
    if there is None:
        return  # kept for a visitor who comes back
    try:
        for message in session.flush_browser_queue():
            server._send_message(there, message)
    except SessionClientDisconnectedError:
        server.disconnect_session(session.id, client=there.client)
    session.on_flushed_messages_sent()


# Threads without a script, the last one to have had one at the end.
_idle: deque["SimpleQueue[Runner]"] = deque()


class Runner(ScriptRunner):
    """Runs a script in a thread that had one before: the event loop would wait for a new one."""

    def start(self) -> None:
        """Begin; raises RuntimeError if that was done."""
        if self._script_thread is not None:
            raise RuntimeError("This script was started before.")
        try:
            jobs = _idle.pop()
        except IndexError:
            jobs = SimpleQueue()
            threading.Thread(target=_work, args=(jobs,), name="script", daemon=True).start()
        jobs.put(self)


def _work(jobs: "SimpleQueue[Runner]") -> None:
    thread = threading.current_thread()
    own = set(vars(thread))
    while True:
        runner = jobs.get()
        runner._script_thread = thread
        Context().run(runner._run_script_thread)
        # A script leaves its visitor's session on the thread.
        del runner
        for name in vars(thread).keys() - own:
            delattr(thread, name)
        _idle.append(jobs)


def _fill_theme(message: CustomThemeConfig, section: str = "theme") -> None:
    """Write the theme's settings into a rerun's first message; nothing sets them meanwhile."""
    theme = _theme(section)
    # Merging nothing would say that there is a theme.
    if theme.ByteSize():
        message.MergeFrom(theme)


@cache
def _theme(section: str) -> CustomThemeConfig:
    theme = CustomThemeConfig()
    _populate_theme(theme, section)
    return theme
