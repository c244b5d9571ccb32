"""What stands around every request: the app's page in the visitor's language, guards, headers.

Pure ASGI, because Starlette's BaseHTTPMiddleware does not see WebSockets.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from catalog.languages import LANGUAGES
from ui.sections import SCREENS
from ui.text import COOKIE, speech
from ui.web.assets import asset
from ui.web.light import not_found, request_language

_STREAMLITS_OWN = ("/_stcore/", "/static/", "/media/", "/component/", "/app/static/")
# Its way to a sign-in service and back.
_STREAMLITS_SIGN_IN = {"/auth/login", "/oauth2callback"}
_LOOPBACK = {"127.0.0.1", "::1"}
_YEAR = 365 * 24 * 3600
# Streamlit's styles are made by script, its pictures and fonts may be data and blobs; scripts come
# from us alone, so a text that slipped through escaping still could not run one.
_APP_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' blob:; "
    "connect-src 'self' ws: wss:; worker-src 'self' blob:; frame-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)
_ELEMENTS = ("Html", "TextInput")
_IMPORT = re.compile(r'(?:from|import)"\./([\w.-]+\.js)"')
_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class SecurityHeaders:
    """Puts the headers on every answer that doesn't bring its own, and remembers ``?lang=``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        cookie = _language_cookie(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                if cookie:
                    headers.append("Set-Cookie", cookie)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _language_cookie(scope: Scope) -> str:
    """The cookie that remembers the language an address asks for; empty if it asks for none."""
    if b"lang=" not in scope["query_string"]:
        return ""
    asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[-1]
    if asked not in LANGUAGES:
        return ""
    secure = "; Secure" if scope["scheme"] == "https" else ""
    return f"{COOKIE}={asked}; Path=/; Max-Age={_YEAR}; SameSite=Lax; HttpOnly{secure}"


class Guards:
    """Refuses what Streamlit leaves open to anybody: its metrics. (Files: `ui.web.uploads`.)"""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refusal(scope) if scope["type"] == "http" else None
        await (refusal or self.app)(scope, receive, send)

    @staticmethod
    def _refusal(scope: Scope) -> Response | None:
        path = scope["path"]
        if path.startswith("/_stcore/metrics") and not _is_local(scope):
            return PlainTextResponse("Metrics are read on the server itself.", status_code=403)
        return None


def _is_local(scope: Scope) -> bool:
    """From this machine, and not passed on for somebody else by a proxy on it."""
    forwarded = {b"forwarded", b"x-forwarded-for", b"x-real-ip"}
    client = scope.get("client")
    return (
        client is not None
        and client[0] in _LOOPBACK
        and not any(name in forwarded for name, _ in scope["headers"])
    )


class AppPage:
    """Serves the app's page at the screens' addresses, in the visitor's language, and a real 404
    at every address that is neither a screen's, nor ours, nor Streamlit's own."""

    def __init__(self, app: ASGIApp, *, index_html: Path, routes: Sequence[Route]) -> None:
        self.app = app
        self._routes = routes
        self._shell = _shell(index_html)
        self._streamlits_files = {
            f"/{path.name}" for path in index_html.parent.iterdir() if path.is_file()
        } - {"/index.html"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        path = scope["path"]
        if path in SCREENS:
            await self._page(Request(scope))(scope, receive, send)
        elif (
            path.startswith(_STREAMLITS_OWN)
            or path in self._streamlits_files
            or path in _STREAMLITS_SIGN_IN
            or any(route.matches(scope)[0] is Match.FULL for route in self._routes)
        ):
            await self.app(scope, receive, send)
        else:
            await not_found(Request(scope))(scope, receive, send)

    def _page(self, request: Request) -> Response:
        language = request_language(request)
        words = speech(language)
        html = self._shell.format(
            language=language,
            stylesheet=asset("korme.css"),
            script=asset("korme.js"),
            icon=asset("logo.svg"),
            offline=words.say("No connection. The page will come back by itself."),
            without_script=words.say(
                "The search needs JavaScript. An exhibit’s own page, which its QR code leads to, "
                "does not."
            ),
        )
        return HTMLResponse(
            html,
            headers={
                "Cache-Control": "no-cache",
                "Content-Language": language,
                "Content-Security-Policy": _APP_POLICY,
                "Vary": "Accept-Language, Cookie",
            },
        )


def _shell(index_html: Path) -> str:
    """Streamlit's page as a format string: our language, title, icon, style sheet and script."""
    page = index_html.read_text(encoding="utf-8").replace("{", "{{").replace("}", "}}")
    page = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    # The one inline script (a flag for crawlers) would need a hole in the policy.
    page = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    # Our theme has no use for the font that is loaded ahead.
    page = re.sub(r'<link\s+rel="(?:shortcut icon|service-desc|preload)"[^>]*>', "", page)
    page = re.sub(
        r"<noscript>.*?</noscript>",
        "<noscript><p>{without_script}</p></noscript>",
        page,
        flags=re.DOTALL,
    )
    page = page.replace('<html lang="en">', '<html lang="{language}">')
    page = page.replace("<title>Streamlit</title>", "<title>Körme</title>")
    ours = (
        '<meta name="color-scheme" content="light dark">'
        '<meta name="korme-offline" content="{offline}">'
        '<link rel="icon" href="{icon}" type="image/svg+xml">'
        '<link rel="stylesheet" href="{stylesheet}">'
    )
    # Before Streamlit's own, which it holds back from fetching what nobody needs.
    page = page.replace("<head>", '<head><script src="{script}" defer></script>', 1)
    ahead = "".join(
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">'
        for name in _modules_of_search(index_html.parent / "static" / "js")
        if name not in page
    )
    return page.replace("</head>", f"{ours}{ahead}</head>")


def _modules_of_search(folder: Path) -> list[str]:
    """The scripts that the search screen will ask for: its elements' and what these import.

    Named in the page they come with the others; else a phone waits two more round trips for them.
    """
    wanted = [path.name for kind in _ELEMENTS for path in sorted(folder.glob(f"{kind}.*.js"))]
    for name in wanted:
        source = (folder / name).read_text(encoding="utf-8")
        wanted += [
            found
            for found in _IMPORT.findall(source)
            if found not in wanted and (folder / found).is_file()
        ]
    return wanted
