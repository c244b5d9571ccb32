"""Our own files: style sheet, script, logo; the fields' covers; the exhibits' pictures."""

import hashlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from catalog import pictures
from catalog.records import PersonRecord
from catalog.refusals import Refused
from catalog.settings import Settings
from catalog.store import Store
from ui.covers import cover

STATIC = Path(__file__).parent.parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"
_ASK_AGAIN = "private, no-cache"
_COVER = re.compile(r"([a-z0-9-]{1,60})-(\d{1,3})\.svg")
_PICTURE = re.compile(r"([0-9a-f]{64})-(320|960|1920)\.webp")


@cache
def asset(name: str) -> str:
    """The address of one of our files; it changes when the file does, so it is cached for good."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{name}?v={digest}"


class Doors(Protocol):
    """What pictures ask of the running app."""

    def store(self) -> Store:
        """The open catalog."""

    def settings(self) -> Settings:
        """What the environment sets."""

    def person_behind(self, cookies: Mapping[str, str]) -> PersonRecord | None:
        """Who sent a request with these cookies."""


def routes(doors: Callable[[], Doors]) -> list[Route]:
    """Routes of all files; ``doors`` opens the catalog at the first request, for pictures."""

    def picture(request: Request) -> Response:
        found = _PICTURE.fullmatch(request.path_params["name"])
        if found is None:
            return _missing()
        name, size = found[1], int(found[2])
        with doors().store().reading() as session:
            public = pictures.public_picture(session, name, size)
        if public is None:
            return private(request, name, size)
        if public.for_good:
            return _webp(public.webp, _FOREVER)
        # Whoever is seen in it may revoke their consent: asked for anew each time.
        tag = f'"{name[:16]}-{size}"'
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers={"ETag": tag, "Cache-Control": _ASK_AGAIN})
        return _webp(public.webp, _ASK_AGAIN, ETag=tag)

    def private(request: Request, name: str, size: int) -> Response:
        """A picture that isn't public, for who works on it."""
        person = doors().person_behind(request.cookies)
        if person is None:
            return _missing()
        try:
            with doors().store().reading() as session:
                data = pictures.private_picture(session, name, size, by=person.id)
        except Refused:
            return _missing()
        return _webp(data, "private, no-store") if data is not None else _missing()

    return [
        Route("/assets/{name}", _own_file),
        Route("/cover.svg", _cover),
        Route("/cover/{name}", _cover),
        Route("/p/{name}", picture),
    ]


def _own_file(request: Request) -> Response:
    name = request.path_params["name"]
    path = STATIC / name
    if path.suffix not in _TYPES or path.parent != STATIC or not path.is_file():
        return _missing()
    versioned = "v" in request.query_params
    return Response(
        path.read_bytes(),
        media_type=_TYPES[path.suffix],
        headers={"Cache-Control": _FOREVER if versioned else _FOR_A_DAY},
    )


def _cover(request: Request) -> Response:
    name = request.path_params.get("name")
    found = _COVER.fullmatch(name) if name else None
    if name and found is None:
        return _missing()
    svg = cover(found[1], int(found[2])) if found else cover("")
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": _FOR_A_DAY})


def _webp(data: bytes, cache: str, **headers: str) -> Response:
    return Response(data, media_type="image/webp", headers={"Cache-Control": cache, **headers})


def _missing() -> Response:
    return PlainTextResponse("Not found", status_code=404)
