"""Our own files: style sheet, script, logo; the fields' covers; the exhibits' pictures."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from catalog.store import Store
from ui.covers import cover

STATIC = Path(__file__).parent.parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_FOREVER = "public, max-age=31536000, immutable"
_FOR_A_DAY = "public, max-age=86400"
_COVER = re.compile(r"([a-z0-9-]{1,60})-(\d{1,3})\.svg")
_PICTURE = re.compile(r"([0-9a-f]{64})-(320|960)\.webp")


@cache
def asset(name: str) -> str:
    """The address of one of our files; it changes when the file does, so it is cached for good."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{name}?v={digest}"


def routes(store: Callable[[], Store]) -> list[Route]:
    """Routes of all files; ``store`` gives the open catalog, for pictures."""

    def picture(request: Request) -> Response:
        found = _PICTURE.fullmatch(request.path_params["name"])
        if found is None:
            return _missing()
        # Pillow comes with it: not on the way of the first light page.
        from catalog.media import read_picture

        with store().reading() as session:
            data = read_picture(session, found[1], int(found[2]))
        if data is None:
            return _missing()
        return Response(data, media_type="image/webp", headers={"Cache-Control": _FOREVER})

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


def _missing() -> Response:
    return PlainTextResponse("Not found", status_code=404)
