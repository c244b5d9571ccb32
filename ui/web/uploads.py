"""Stands before Streamlit's door for files: no byte is taken from whom the catalog doesn't let in.

Streamlit takes a file from anybody who knows a session's number, into memory. Here a file has to
come from one of our own pages, with the cookie of somebody who may upload something, must say how
large it is, and is counted against what its sender may send within an hour.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final, Protocol
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog import uploads
from catalog.records import PersonRecord
from catalog.refusals import Reason, Refused
from catalog.settings import Settings
from catalog.store import Store
from ui.web.light import request_language

# Below Streamlit's base path, wherever that is; a doubled slash is another way to write it.
_DOOR: Final = re.compile(r".*/_stcore/+upload_file(/|$)")
# What a browser puts around the file.
_WRAPPING: Final = 10_000
_STATUS: Final = {
    Reason.SIGNED_OUT: 401,
    Reason.FILE_BYTES: 413,
    Reason.UPLOADED_MUCH: 429,
}
# Who is told this has a page of ours open, and reads it there.
_TOLD: Final = {Reason.SIGNED_OUT, Reason.UPLOADED_MUCH, Reason.NOT_YOUR_ROLE, Reason.BLOCKED}


class Doors(Protocol):
    """What uploads ask of the running app."""

    def store(self) -> Store:
        """The open catalog."""

    def settings(self) -> Settings:
        """What the environment sets."""

    def person_behind(self, cookies: Mapping[str, str]) -> PersonRecord | None:
        """Who sent a request with these cookies."""


class Uploads:
    """Lets a file through to Streamlit, or answers with the sentence why not.

    ``most_bytes`` is the largest file that is taken; ``doors`` opens the catalog at the first one.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        doors: Callable[[], Doors],
        most_bytes: int,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.app = app
        self._doors, self._most, self._clock = doors, most_bytes, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _DOOR.match(scope["path"]):
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        try:
            size = self._size(request)
            await run_in_threadpool(self._admit, request, size)
        except Refused as refused:
            if refused.reason in _TOLD:
                await _read_away(receive, self._most + _WRAPPING)
            await _answer(request, refused)(scope, receive, send)
            return
        await self.app(scope, _no_more_than(receive, size), send)

    def _size(self, request: Request) -> int:
        """How large the file says it is; raises Refused for what isn't sent by a page of ours."""
        if request.method not in ("PUT", "DELETE") or not self._from_us(request):
            raise Refused(Reason.STALE_FORM)
        if request.method == "DELETE":
            return 0
        length = request.headers.get("content-length", "")
        if not length.isdecimal():
            raise Refused(Reason.STALE_FORM)
        if int(length) > self._most + _WRAPPING:
            raise Refused(Reason.FILE_BYTES, most=self._most // 1_000_000)
        return int(length)

    def _admit(self, request: Request, size: int) -> None:
        doors = self._doors()
        person = doors.person_behind(request.cookies)
        if person is None:
            raise Refused(Reason.SIGNED_OUT)
        now = self._clock()
        if request.method == "DELETE":
            with doors.store().reading() as session:
                uploads.may_upload(session, by=person.id, now=now)
            return
        uploads.admit(
            doors.store(), size, by=person.id, limits=doors.settings().upload_limits, now=now
        )

    def _from_us(self, request: Request) -> bool:
        """Whether the browser says so; every browser names the origin of what changes something."""
        if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return False
        ours = {request.headers.get("host", "")}
        public = self._doors().settings().public_url
        if public:
            ours.add(urlsplit(public).netloc)
        origin = urlsplit(request.headers.get("origin", ""))
        return origin.scheme in ("http", "https") and origin.netloc in ours


async def _read_away(receive: Receive, most: int) -> None:
    """Let what a browser of ours is sending come and go: cut off, it would never see the answer."""
    left = most
    while left > 0:
        message = await receive()
        left -= len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return


def _no_more_than(receive: Receive, size: int) -> Receive:
    """The same request, cut off where it brings more than it said it would."""
    left = size

    async def counted() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.request":
            left -= len(message.get("body", b""))
            if left < 0:
                return {"type": "http.disconnect"}
        return message

    return counted


def _answer(request: Request, refused: Refused) -> Response:
    return PlainTextResponse(
        refused.sentence(request_language(request)),
        status_code=_STATUS.get(refused.reason, 403),
        # What is still under way isn't read: the connection ends with it.
        headers={"Cache-Control": "no-store", "Connection": "close"},
    )
