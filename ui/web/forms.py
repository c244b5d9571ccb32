"""Forms of the light pages: read within bounds, and taken from our own pages alone.

Three things stand against a forged form: the cookie goes with no other site's POST (SameSite), the
browser says where a form comes from (Sec-Fetch-Site, else Origin), and each form carries a token
made of a cookie that no other site can read.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.requests import Request
from starlette.responses import Response

from catalog.refusals import Reason, Refused
from ui.identity import SESSION_COOKIE

FORM_COOKIE: Final = "korme_form"
TOKEN_FIELD: Final = "form_token"
_MOST_BYTES: Final = 20_000
_MOST_FIELDS: Final = 20


async def read_form(request: Request, public_url: str | None) -> Mapping[str, str]:
    """The fields of a form that one of our pages sent; raises Refused for any other."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded" or not _from_us(request, public_url):
        raise Refused(Reason.STALE_FORM)
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST_BYTES:
            raise Refused(Reason.STALE_FORM)
    try:
        parsed = parse_qs(body.decode("utf-8"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise Refused(Reason.STALE_FORM) from error
    fields = {name: values[-1] for name, values in parsed.items()}
    given = fields.get(TOKEN_FIELD, "")
    known = [request.cookies.get(name, "") for name in (SESSION_COOKIE, FORM_COOKIE)]
    if not any(hmac.compare_digest(given.encode(), _token(one).encode()) for one in known if one):
        raise Refused(Reason.STALE_FORM)
    return fields


def own_origin(request: Request, public_url: str | None) -> str:
    """The origin that our own pages have for who sent this request."""
    known = urlsplit(public_url or str(request.base_url))
    return f"{known.scheme}://{known.netloc}"


def form_secret(request: Request) -> tuple[str, bool]:
    """What this browser's forms are bound to, and whether it has still to be given to it."""
    for name in (SESSION_COOKIE, FORM_COOKIE):
        if request.cookies.get(name):
            return request.cookies[name], False
    return secrets.token_urlsafe(24), True


def form_token(secret: str) -> str:
    """The token that a form carries."""
    return _token(secret)


def set_cookie(
    response: Response, name: str, value: str, *, secure: bool, seconds: int | None = None
) -> None:
    """A cookie that scripts can't read and other sites' forms don't carry."""
    response.set_cookie(
        name, value, max_age=seconds, path="/", httponly=True, samesite="lax", secure=secure
    )


def _token(secret: str) -> str:
    return hmac.new(secret.encode(), b"korme form", hashlib.sha256).hexdigest()


def _from_us(request: Request, public_url: str | None) -> bool:
    """Whether the browser says that one of our pages sent this.

    A page without a referrer (those with a token in the address) sends `Origin: null`; browsers
    that name no site for it are old, and the form's token has to do.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = request.headers.get("origin", "null")
    if origin == "null":
        return True
    ours = {request.headers.get("host", "")}
    if public_url:
        ours.add(urlsplit(public_url).netloc)
    return urlsplit(origin).netloc in ours
