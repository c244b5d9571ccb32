"""What a sign-in service (OIDC) says of who comes back from it.

Streamlit talks with the service, and keeps what it said in a cookie of its own for a month. Here
that cookie is read once, at once, and taken away: from then on our own sign-in counts, which ends
when it should, on the server.
"""

from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.sections import SERVICE

# Streamlit's cookies of who one is and of the tokens, in pieces where they are long.
SAID_COOKIES: Final = "_streamlit_user"
_CALLBACK: Final = "/oauth2callback"


def forget(request: Request, response: Response) -> None:
    """Take what the service said from the browser that sent this request."""
    for name in request.cookies:
        if name.startswith(SAID_COOKIES):
            response.delete_cookie(name, path="/")


class BackFromService:
    """Sends whoever comes back from a sign-in service to our own page, not to Streamlit's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != _CALLBACK:
            await self.app(scope, receive, send)
            return

        async def send_elsewhere(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 302:
                MutableHeaders(scope=message)["Location"] = SERVICE
            await send(message)

        await self.app(scope, receive, send_elsewhere)
