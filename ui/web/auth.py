"""Signing in and out: light pages and the forms they send. Nothing here acts on GET, but coming back
from a sign-in service."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Match, Route
from starlette.types import Scope

from catalog import accounts, links, reading
from catalog.choices import LinkKind
from catalog.notices import role_name
from catalog.passwords import LONGEST, SHORTEST
from catalog.records import LinkRecord, PersonRecord
from catalog.refusals import Reason, Refused
from catalog.settings import Settings
from catalog.store import Store
from ui.html import draw
from ui.identity import SESSION_COOKIE, Said, next_screen
from ui.names import phrase
from ui.sections import ACCOUNT, INVITE, LOGIN, SERVICE, WORK
from ui.text import Speech
from ui.web.forms import (
    FORM_COOKIE,
    TOKEN_FIELD,
    form_secret,
    form_token,
    own_origin,
    read_form,
    set_cookie,
)
from ui.web.light import Visit, not_found
from ui.web.service import forget

_STATUS = {
    Reason.TOO_MANY_TRIES: 429,
    Reason.STALE_FORM: 403,
    Reason.SIGNED_OUT: 401,
    Reason.WRONG_LOGIN: 401,
    Reason.BLOCKED: 403,
    Reason.DEMO_CLOSED: 403,
    Reason.SERVICE_UNVERIFIED: 403,
    Reason.SERVICE_UNKNOWN: 403,
    Reason.LINK_UNKNOWN: 404,
    Reason.LINK_USED: 410,
    Reason.LINK_EXPIRED: 410,
    Reason.LINK_REVOKED: 410,
}
_ABOUT_THE_LINK = {
    Reason.LINK_UNKNOWN, Reason.LINK_USED, Reason.LINK_EXPIRED, Reason.LINK_REVOKED,
}  # fmt: skip
Fields = Mapping[str, str]


class Doors(Protocol):
    """What the pages ask of the running app."""

    def store(self) -> Store:
        """The open catalog."""

    def settings(self) -> Settings:
        """What the environment sets."""

    def sign_in_service(self) -> bool:
        """Whether one can sign in by a service of an organization (OIDC) too."""

    def said_by_service(self, cookies: Mapping[str, str], origin: str) -> Said | None:
        """What such a service said of who sent a request to our own ``origin``."""


class _OurLogin(Route):
    """The page to sign in; Streamlit's own way to a sign-in service has the same path."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if b"provider=" in scope.get("query_string", b""):
            return Match.NONE, {}
        return super().matches(scope)


def routes(
    doors: Callable[[], Doors], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> list[Route]:
    """The addresses under /auth; ``doors`` opens the catalog at the first request."""

    def here(request: Request) -> "_Here":
        return _Here(request, doors(), clock())

    def posted(
        act: Callable[["_Here", Fields], Response],
        failed: Callable[["_Here", Fields, Refused], Response],
    ) -> Callable[[Request], Awaitable[Response]]:
        """Do what a form asks for, or show its page again with the reason why not."""

        def do(request: Request, fields: Fields) -> Response:
            place = here(request)
            try:
                return act(place, fields)
            except Refused as refused:
                return failed(place, fields, refused)

        def refuse(request: Request, refused: Refused) -> Response:
            return failed(here(request), {}, refused)

        async def endpoint(request: Request) -> Response:
            try:
                fields = await read_form(request, doors().settings().public_url)
            except Refused as refused:
                return await run_in_threadpool(refuse, request, refused)
            return await run_in_threadpool(do, request, fields)

        return endpoint

    def login(request: Request) -> Response:
        place = here(request)
        wanted = next_screen(request.query_params.get("next", ""))
        if place.person is not None:
            return RedirectResponse(wanted, status_code=303)
        return place.login_page({"next": wanted})

    def invite(request: Request) -> Response:
        place = here(request)
        token = request.path_params["token"]
        return place.invite_page({"token": token})

    def account(request: Request) -> Response:
        return here(request).account_page()

    def by_service(request: Request) -> Response:
        """Where one comes back to from a sign-in service; what it said counts once."""
        place = here(request)
        if not place.doors.sign_in_service():
            return not_found(request)
        said = place.doors.said_by_service(
            request.cookies, own_origin(request, place.settings.public_url)
        )
        if said is None and place.person is not None:
            return RedirectResponse(WORK, status_code=303)
        try:
            response = _sign_in_by_service(place, said)
        except Refused as refused:
            response = place.login_page({}, refused)
        forget(request, response)
        return response

    return [
        _OurLogin(LOGIN, login, methods=["GET"]),
        Route(LOGIN, posted(_sign_in, _Here.login_page), methods=["POST"]),
        Route(f"{INVITE}/{{token}}", invite, methods=["GET"]),
        Route(INVITE, posted(_use_link, _Here.invite_page), methods=["POST"]),
        Route(ACCOUNT, account, methods=["GET"]),
        Route(SERVICE, by_service, methods=["GET"]),
        Route("/auth/logout", posted(_sign_out, _Here.account_page), methods=["POST"]),
        Route(
            "/auth/logout-everywhere",
            posted(_sign_out_everywhere, _Here.account_page),
            methods=["POST"],
        ),
        Route("/auth/password", posted(_change_password, _Here.account_page), methods=["POST"]),
    ]


class _Here:
    """One request to one of these pages: who asks, in which language, and the pages as answers."""

    def __init__(self, request: Request, doors: Doors, now: datetime) -> None:
        self.request, self.doors, self.now = request, doors, now
        self.visit = Visit.of(request)
        self.speech: Speech = self.visit.speech
        self.store, self.settings = doors.store(), doors.settings()
        self.token = request.cookies.get(SESSION_COOKIE, "")
        self.person: PersonRecord | None = (
            accounts.signed_in(self.store, self.token, now=now, lifetimes=self.settings.lifetimes)
            if self.token
            else None
        )

    @property
    def address(self) -> str:
        """The visitor's address, as the proxy in front names it if there is one."""
        named = self.request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        if self.settings.behind_proxy and named:
            return named
        return self.request.client.host if self.request.client else ""

    def known(self) -> PersonRecord:
        """Who is signed in; raises Refused if nobody is."""
        if self.person is None:
            raise Refused(Reason.SIGNED_OUT)
        return self.person

    def login_page(self, fields: Fields, refused: Refused | None = None) -> Response:
        """The form to sign in, with what was wrong the last time."""
        wanted = next_screen(fields.get("next", ""))
        return self._page(
            "auth_login.html",
            self.speech.say("Sign in"),
            refused,
            path=LOGIN,
            parameters={} if wanted == WORK else {"next": wanted},
            login=fields.get("login", ""),
            next=wanted,
            service=self.doors.sign_in_service(),
            work=WORK,
        )

    def invite_page(self, fields: Fields, refused: Refused | None = None) -> Response:
        """What a link leads to, with its form; where it leads nowhere, the reason."""
        token = fields.get("token", "")
        link: LinkRecord | None = None
        try:
            if not (refused and refused.reason in _ABOUT_THE_LINK):
                with self.store.reading() as session:
                    link = links.look_at(session, token, now=self.now)
        except Refused as about_the_link:
            # A form that was refused before it was read has no token to look at.
            refused = refused if refused and not token else about_the_link
        say = self.speech.say
        reset = link is not None and link.kind is LinkKind.RESET
        title = say("A new password") if reset else say("Invitation to the fair")
        return self._page(
            "auth_invite.html",
            title,
            refused,
            path=f"{INVITE}/{quote(token, safe='')}",
            token=token,
            link=link,
            reset=reset,
            role=role_name(link.role, self.speech.language) if link and link.role else "",
            college=phrase(link.college.names, self.speech.language)
            if link and link.college
            else None,
            person=self.person,
            login=fields.get("login", ""),
            name=fields.get("name", ""),
            least=SHORTEST,
            most=LONGEST,
            sign_in=LOGIN,
        )

    def account_page(
        self, fields: Fields | None = None, refused: Refused | None = None
    ) -> Response:
        """One's own account: password, signing out. Whoever isn't signed in is asked to."""
        if self.person is None:
            gone = refused or (Refused(Reason.SIGNED_OUT) if self.token else None)
            return self.login_page({"next": WORK}, gone)
        language = self.speech.language
        return self._page(
            "auth_account.html",
            self.speech.say("Your account"),
            refused,
            path=ACCOUNT,
            person=self.person,
            roles=[
                (
                    role_name(one.role, language),
                    phrase(one.college.names, language) if one.college else None,
                )
                for one in self.person.roles
            ],
            done=self.request.query_params.get("done") == "password",
            least=SHORTEST,
            most=LONGEST,
            work=WORK,
        )

    def _page(
        self,
        template: str,
        title: str,
        refused: Refused | None,
        *,
        path: str,
        parameters: Mapping[str, str] | None = None,
        **values: object,
    ) -> Response:
        secret, new = form_secret(self.request)
        content = draw(
            template,
            self.speech.language,
            title=title,
            refused=refused.sentence(self.speech.language) if refused else "",
            token_field=TOKEN_FIELD,
            form_token=form_token(secret),
            **values,
        )
        status = _STATUS.get(refused.reason, 400) if refused else 200
        with self.store.reading() as session:
            edition = reading.current_edition(session)
        response = self.visit.private_page(
            content,
            title=title,
            path=path,
            parameters=parameters or {},
            status=status,
            demo=edition is not None and edition.is_demo,
            signed_in=self.person is not None,
        )
        if new:
            set_cookie(response, FORM_COOKIE, secret, secure=self.settings.cookies_are_secure)
        if refused and refused.reason is Reason.TOO_MANY_TRIES:
            response.headers["Retry-After"] = str(60 * int(str(refused.facts["minutes"])))
        return response

    def enter(self, token: str, where: str) -> Response:
        """Go on as who has just signed in; an earlier sign-in of this browser ends."""
        if self.token:
            accounts.sign_out(self.store, self.token)
        response = RedirectResponse(where, status_code=303)
        set_cookie(
            response,
            SESSION_COOKIE,
            token,
            secure=self.settings.cookies_are_secure,
            seconds=int(self.settings.lifetimes.whole.total_seconds()),
        )
        response.delete_cookie(FORM_COOKIE, path="/")
        return response

    def leave(self) -> Response:
        """Go on as a visitor."""
        response = RedirectResponse("/", status_code=303)
        response.delete_cookie(SESSION_COOKIE, path="/")
        return response


def _sign_in(here: _Here, fields: Fields) -> Response:
    token = accounts.sign_in(
        here.store,
        fields.get("login", ""),
        fields.get("password", ""),
        address=here.address,
        language=here.speech.language,
        now=here.now,
        lifetimes=here.settings.lifetimes,
    )
    return here.enter(token, next_screen(fields.get("next", "")))


def _sign_in_by_service(here: _Here, said: Said | None) -> Response:
    if said is None:
        raise Refused(Reason.SERVICE_SILENT)
    token = accounts.sign_in_by_service(
        here.store,
        said.email,
        verified=said.verified,
        said_at=said.at,
        language=here.speech.language,
        now=here.now,
        lifetimes=here.settings.lifetimes,
    )
    return here.enter(token, WORK)


def _use_link(here: _Here, fields: Fields) -> Response:
    token = fields.get("token", "")
    if "join" in fields:
        links.join(here.store, token, by=here.known().id, now=here.now)
        return RedirectResponse(WORK, status_code=303)
    password = fields.get("password", "")
    with here.store.reading() as session:
        kind = links.look_at(session, token, now=here.now).kind
    if password != fields.get("again", ""):
        raise Refused(Reason.PASSWORDS_DIFFER)
    if kind is LinkKind.RESET:
        account = links.set_password(here.store, token, password=password, now=here.now)
    else:
        account = links.accept(
            here.store,
            token,
            login=fields.get("login", ""),
            name=fields.get("name", ""),
            language=here.speech.language,
            password=password,
            now=here.now,
        )
    begun = accounts.begin_sign_in(
        here.store, account, now=here.now, lifetimes=here.settings.lifetimes
    )
    return here.enter(begun, WORK)


def _sign_out(here: _Here, fields: Fields) -> Response:
    if here.token:
        accounts.sign_out(here.store, here.token)
    return here.leave()


def _sign_out_everywhere(here: _Here, fields: Fields) -> Response:
    accounts.sign_out_everywhere(here.store, by=here.known().id, now=here.now)
    return here.leave()


def _change_password(here: _Here, fields: Fields) -> Response:
    person = here.known()
    if fields.get("password", "") != fields.get("again", ""):
        raise Refused(Reason.PASSWORDS_DIFFER)
    accounts.change_password(
        here.store,
        by=person.id,
        present=fields.get("present", ""),
        new=fields.get("password", ""),
        staying=here.token,
        address=here.address,
        now=here.now,
    )
    return RedirectResponse(f"{ACCOUNT}?done=password", status_code=303)
