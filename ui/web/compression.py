"""Streamlit's JavaScript, compressed once: as shipped it takes a phone 13 s to load, so 5 s.

A file is compressed at its first request and kept under ``KORME_HOME/cache``; browsers ask for
brotli where the connection is safe (HTTPS, localhost), else for gzip.
"""

import gzip
import hashlib
import tempfile
from collections.abc import Callable
from pathlib import Path

import brotli
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import FileResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_FOREVER = "public, max-age=31536000, immutable"
_TYPES = {".js": "text/javascript", ".css": "text/css"}
# Above 9 brotli takes ten times as long for some 5 % less.
_ENCODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda data: brotli.compress(data, quality=9),
    "gzip": lambda data: gzip.compress(data, compresslevel=9),
}


class CompressedStatic:
    """Answers requests for Streamlit's scripts and style sheets with a compressed copy."""

    def __init__(self, app: ASGIApp, *, static: Path, cache: Path) -> None:
        self.app = app
        self._root = static.resolve()
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = None
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            accepted = Headers(scope=scope).get("accept-encoding", "")
            source = self._source(scope["path"])
            encoding = next((name for name in _ENCODINGS if name in accepted), None)
            if source and encoding:
                answer = await run_in_threadpool(self._compressed, source, encoding)
        await (answer or self.app)(scope, receive, send)

    def _source(self, path: str) -> Path | None:
        if not path.startswith("/static/"):
            return None
        file = (self._root / path.removeprefix("/")).resolve()
        inside = file.is_relative_to(self._root)
        return file if inside and file.suffix in _TYPES and file.is_file() else None

    def _compressed(self, source: Path, encoding: str) -> FileResponse:
        data_key = f"{source}:{source.stat().st_size}:{source.stat().st_mtime_ns}"
        digest = hashlib.sha256(data_key.encode()).hexdigest()[:24]
        kept = self._cache / f"{digest}.{encoding}"
        if not kept.exists():
            self._cache.mkdir(parents=True, exist_ok=True)
            _write_whole(kept, _ENCODINGS[encoding](source.read_bytes()))
        return FileResponse(
            kept,
            media_type=_TYPES[source.suffix],
            headers={
                "Content-Encoding": encoding,
                "Vary": "Accept-Encoding",
                "Cache-Control": _FOREVER,
            },
        )


def _write_whole(path: Path, data: bytes) -> None:
    """Two requests may compress one file; each puts a whole copy in place."""
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    Path(file.name).replace(path)
