"""One visitor as the server sees one: Streamlit's own protocol, spoken without a browser.

What a browser would send is sent, as ``static/js/index.*.js`` of the pinned version does: a typed
query is a widget's new value, a followed link (and Back) is a history navigation without widgets.
"""

import asyncio
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from random import Random
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

FIELD = "q"
_PATIENCE = 30.0
# A browser forgets a large message that two runs have not used.
_KEPT_RUNS = 2
_HREF = re.compile(r'href="([^"]*)"')
_EXHIBIT = re.compile(r'class="k-title"><a href="([^"]*)"')
_NEXT = re.compile(r'<a href="([^"]*)" rel="next"')
_FACETS = re.compile(r'class="k-facets".*?class="k-bar"', re.DOTALL)


class Broken(Exception):
    """The server did not answer as it should; the sentence says how."""


class Action(StrEnum):
    """What a visitor does; each is one rerun."""

    ARRIVE = "arrive"
    HALF_TYPED = "half_typed"
    TYPE = "type"
    NARROW = "narrow"
    NEXT_PAGE = "next_page"
    OPEN = "open"
    BACK = "back"


# How often each is chosen where it is possible. Half a query is always followed by the whole one.
_WISHES = {
    Action.HALF_TYPED: 5, Action.NARROW: 4, Action.NEXT_PAGE: 2, Action.OPEN: 4, Action.BACK: 2
}  # fmt: skip


@dataclass(frozen=True)
class Screen:
    """Where a screen's links lead. ``html`` is what the server drew, without the header's rest."""

    html: str
    facets: Sequence[str] = ()
    exhibits: Sequence[str] = ()
    next_page: str = ""

    @classmethod
    def read(cls, html: str) -> "Screen":
        """Find the links of a search's answer, or of an exhibit."""
        facets = _FACETS.search(html)
        following = _NEXT.search(html)
        return cls(
            html,
            [unescape(href) for href in _HREF.findall(facets.group())] if facets else (),
            [unescape(href) for href in _EXHIBIT.findall(html)],
            unescape(following.group(1)) if following else "",
        )


class Questions:
    """Endless queries of one visitor, made of real ones: whole, mixed by halves, word by word.

    No query is asked twice by one visitor, and hardly one by two.
    """

    def __init__(self, real: Sequence[str], random: Random) -> None:
        self._real, self._random = real, random
        self._words = sorted({word for text in real for word in text.split() if len(word) > 2})
        self._asked: set[str] = set()

    def ask(self) -> str:
        """The next query."""
        while True:
            query = self._make()
            if query not in self._asked:
                self._asked.add(query)
                return query

    def _make(self) -> str:
        choose = self._random.choice
        match self._random.randrange(4):
            case 0:
                return choose(self._real)
            case 1:
                first, second = choose(self._real).split(), choose(self._real).split()
                return " ".join([*first[: (len(first) + 1) // 2], *second[len(second) // 2 :]])
            case 2:
                return f"{choose(self._real)} {choose(self._words)}"
            case _:
                return " ".join(choose(self._words) for _ in range(self._random.randint(2, 3)))


@dataclass(frozen=True)
class Rerun:
    """One rerun as it was felt: from the message sent to the screen being whole."""

    action: Action
    seconds: float


class Visitor:
    """One open page: an async context manager whose `act` does the next thing and times it."""

    def __init__(self, server: str, questions: Questions, random: Random) -> None:
        """``server`` is the app's address, "http://localhost:8501"."""
        self._server, self._questions, self._random = server.rstrip("/"), questions, random
        self._history = ["/"]
        self._screen = Screen("")
        self._whole_query: str | None = None
        self._socket: ClientConnection | None = None
        self._field = ""
        self._page_hash = ""
        self._pages: dict[str, str] = {}
        self._kept: dict[str, tuple[ForwardMsg, int]] = {}
        self._runs = 0

    async def __aenter__(self) -> Self:
        self._socket = await connect(
            f"ws{self._server.removeprefix('http')}/_stcore/stream",
            origin=self._server,  # type: ignore[arg-type]
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],  # type: ignore[list-item]
            compression=None,
            max_size=None,
            open_timeout=_PATIENCE,
            ping_interval=None,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._socket is not None:
            await self._socket.close()

    @property
    def hurries(self) -> bool:
        """Whether the next thing follows at once: half a query is typed."""
        return self._whole_query is not None

    async def act(self) -> Rerun:
        """Do the next thing and wait for the whole screen; raises Broken where it isn't right."""
        action = self._choose()
        match action:
            case Action.ARRIVE:
                message, wanted = self._visit("/"), "k-results"
            case Action.HALF_TYPED:
                self._whole_query = self._questions.ask()
                half = max(2, len(self._whole_query) // 2)
                message, wanted = self._type(self._whole_query[:half].rstrip()), "k-results"
            case Action.TYPE:
                message, wanted = self._type(self._whole_query or ""), "k-results"
                self._whole_query = None
            case Action.OPEN:
                message = self._follow(self._random.choice(self._screen.exhibits))
                wanted = "k-exhibit"
            case Action.NARROW:
                message = self._follow(self._random.choice(self._screen.facets))
                wanted = "k-results"
            case Action.NEXT_PAGE:
                message, wanted = self._follow(self._screen.next_page), "k-results"
            case Action.BACK:
                self._history.pop()
                message = self._visit(self._history[-1])
                wanted = "k-exhibit" if self._here.path == "/exhibit" else "k-results"
        started = time.perf_counter()
        html = await self._run(message)
        seconds = time.perf_counter() - started
        self._check(html, wanted)
        self._screen = Screen.read(html)
        return Rerun(action, seconds)

    @property
    def _here(self) -> "_Place":
        return _Place.of(self._history[-1])

    def _choose(self) -> Action:
        if not self._runs:
            return Action.ARRIVE
        if self._whole_query is not None:
            return Action.TYPE
        searching = self._here.path == "/"
        possible = {
            Action.HALF_TYPED: searching,
            Action.NARROW: bool(self._screen.facets),
            Action.NEXT_PAGE: bool(self._screen.next_page),
            # From one exhibit a visitor goes back as a rule, and seldom to a similar one.
            Action.OPEN: bool(self._screen.exhibits) and (searching or self._random.random() < 0.2),
            Action.BACK: len(self._history) > 1,
        }
        wishes = [action for action in _WISHES if possible[action]]
        return self._random.choices(wishes, [_WISHES[action] for action in wishes])[0]

    def _type(self, query: str) -> BackMsg:
        """A new value of the field, which the address shows without a new history entry."""
        left_out = {FIELD, "page", "as_typed"}
        kept = {
            name: value for name, value in self._here.parameters.items() if name not in left_out
        }
        self._history[-1] = f"/?{urlencode({FIELD: query, **kept})}"
        message = self._message()
        widget = message.rerun_script.widget_states.widgets.add()
        widget.id, widget.string_value = self._field, query
        return message

    def _follow(self, href: str) -> BackMsg:
        self._history.append(href)
        return self._visit(href)

    def _visit(self, href: str) -> BackMsg:
        message = self._message()
        path = _Place.of(href).path
        if self._pages:
            message.rerun_script.page_script_hash = self._pages[path]
            message.rerun_script.is_history_navigation = True
        return message

    def _message(self) -> BackMsg:
        message = BackMsg()
        run = message.rerun_script
        run.query_string = urlsplit(self._history[-1]).query
        run.page_script_hash = self._page_hash
        run.cached_message_hashes.extend(self._kept)
        run.context_info.timezone = "Asia/Almaty"
        run.context_info.timezone_offset = -300
        run.context_info.locale = "ru-RU"
        run.context_info.url = self._server + self._history[-1]
        return message

    async def _run(self, message: BackMsg) -> str:
        """What the server draws for a message, when it is done."""
        if self._socket is None:
            raise RuntimeError("Open the visitor with `async with` first.")
        bodies: list[str] = []
        async with asyncio.timeout(_PATIENCE):
            await self._socket.send(message.SerializeToString())
            while True:
                answer = self._whole(ForwardMsg.FromString(await self._socket.recv(decode=False)))
                match answer.WhichOneof("type"):
                    case "new_session":
                        bodies.clear()
                        self._page_hash = answer.new_session.page_script_hash
                    case "navigation":
                        self._page_hash = answer.navigation.page_script_hash
                        self._pages = {
                            "/" if page.is_default else f"/{page.url_pathname}": (
                                page.page_script_hash
                            )
                            for page in answer.navigation.app_pages
                        }
                    case "delta":
                        self._read_element(answer, bodies)
                    case "script_finished":
                        if answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                            self._forget_unused()
                            return "".join(bodies)
                        if answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                            raise Broken("The script could not be compiled.")

    def _read_element(self, answer: ForwardMsg, bodies: list[str]) -> None:
        element = answer.delta.new_element
        match element.WhichOneof("type"):
            case "html":
                bodies.append(element.html.body)
            case "text_input" if element.text_input.id.endswith(f"-{FIELD}"):
                self._field = element.text_input.id
            case "exception":
                raise Broken(f"The screen shows an error: {element.exception.message[:200]}")

    def _whole(self, answer: ForwardMsg) -> ForwardMsg:
        """The message itself, where the server names one that a browser still has."""
        if answer.WhichOneof("type") == "ref_hash":
            if answer.ref_hash not in self._kept:
                raise Broken("The server names a message that was not kept.")
            answer = self._kept[answer.ref_hash][0]
        if answer.metadata.cacheable:
            self._kept[answer.hash] = answer, self._runs
        return answer

    def _forget_unused(self) -> None:
        self._runs += 1
        oldest = self._runs - _KEPT_RUNS
        self._kept = {name: kept for name, kept in self._kept.items() if kept[1] >= oldest}

    def _check(self, html: str, wanted: str) -> None:
        address = self._history[-1]
        if wanted not in html:
            raise Broken(f"{address} was answered without {wanted}.")
        query = self._here.parameters.get(FIELD, "")
        # The orders to choose from are links to the same query.
        if wanted == "k-results" and query and urlencode({FIELD: query}) not in unescape(html):
            raise Broken(f"{address} was answered by the list of another query.")


@dataclass(frozen=True)
class _Place:
    path: str
    parameters: dict[str, str]

    @classmethod
    def of(cls, href: str) -> "_Place":
        parts = urlsplit(href)
        return cls(parts.path, dict(parse_qsl(parts.query)))
