"""Light pages: server-rendered, without JavaScript, from the templates the screens use."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from catalog import floor, reading
from catalog.languages import LANGUAGES
from catalog.records import EditionRecord, ExhibitRecord, ShowcaseRecord
from catalog.store import Store
from ui.address import link
from ui.floor import plan_page
from ui.html import draw
from ui.names import Names, Phrase
from ui.pages import exhibit_page
from ui.sections import PLAN, SEARCH, footer, header
from ui.showcases import as_options
from ui.text import COOKIE, Speech, choose_language, speech
from ui.views import text_of
from ui.web.assets import asset

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
)


class Doors(Protocol):
    """What the light pages ask of the open fair."""

    def store(self) -> Store:
        """The open catalog."""

    def names(self, edition: str | None) -> Names | None:
        """What an edition's slugs are called; None where there is no such edition."""

    def similar(self, exhibit: ExhibitRecord) -> Sequence[ExhibitRecord]:
        """Exhibits like this one; none while the index isn't ready."""

    def showcases_with(self, exhibit: ExhibitRecord, known: Names) -> Sequence[ShowcaseRecord]:
        """The showcases that show an exhibit now."""

    def note_opening(self, exhibit: ExhibitRecord, language: str) -> None:
        """Put it down that somebody opened an exhibit."""


@dataclass(frozen=True)
class Visit:
    """One request to a light page: its language and where it stands."""

    request: Request
    speech: Speech

    @classmethod
    def of(cls, request: Request) -> "Visit":
        """Read the language from the address, the cookie, the browser."""
        return cls(request, speech(request_language(request)))

    def page(
        self,
        content: Markup,
        *,
        title: str,
        description: str = "",
        edition: EditionRecord | None = None,
        status: int = 200,
    ) -> Response:
        """The content in its frame, as a response."""
        demo = edition is not None and edition.is_demo
        html = self._framed(
            content,
            title=title,
            description=description,
            noindex=demo or status != 200,
            header=header(
                self.speech,
                path=self.request.url.path,
                parameters=dict(self.request.query_params),
                edition=edition.slug if edition and not edition.is_current else "",
                demo=demo,
                light=True,
            ),
            footer=footer(self.speech),
            search=True,
        )
        return self._answer(html, status, "no-cache")

    def private_page(
        self,
        content: Markup,
        *,
        title: str,
        path: str,
        parameters: Mapping[str, str],
        status: int = 200,
        demo: bool,
        signed_in: bool,
    ) -> Response:
        """A page for one person: kept nowhere, named to nobody, without the visitors' search.

        Path and parameters are where it stands, in whatever language; it may have been posted to.
        """
        html = self._framed(
            content,
            title=title,
            description="",
            noindex=True,
            header=header(
                self.speech,
                path=path,
                parameters=parameters,
                demo=demo,
                light=True,
                signed_in=signed_in,
            ),
            footer="",
            search=False,
        )
        response = self._answer(html, status, "no-store")
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    def _framed(self, content: Markup, **values: object) -> Markup:
        return draw(
            "page.html",
            self.speech.language,
            icon=asset("logo.svg"),
            stylesheet=asset("korme.css"),
            content=content,
            **values,
        )

    def _answer(self, html: Markup, status: int, cache: str) -> Response:
        return Response(
            html,
            status_code=status,
            media_type="text/html",
            headers={
                "Content-Security-Policy": POLICY,
                "Cache-Control": cache,
                "Content-Language": self.speech.language,
                "Vary": "Accept-Language, Cookie",
            },
        )


def request_language(request: Request) -> str:
    """The language a request asks for, remembers, or accepts."""
    return choose_language(
        request.query_params.get("lang"),
        request.cookies.get(COOKIE),
        request.headers.get("accept-language"),
    )


def routes(doors: Callable[[], Doors]) -> list[Route]:
    """The light pages; ``doors`` opens the fair at the first request, not at import."""

    def exhibit(request: Request) -> Response:
        code = request.path_params["code"]
        if code != code.upper():
            return RedirectResponse(
                link(f"/e/{code.upper()}", **dict(request.query_params)), status_code=301
            )
        fair = doors()
        with fair.store().reading() as session:
            found = reading.exhibit(session, code)
        names = fair.names(found.edition_slug) if found else None
        if found is None or names is None:
            return not_found(request)
        visit = Visit.of(request)
        wanted = request.query_params.get("text", "")
        text = (
            found.texts[wanted]
            if wanted in found.texts
            else text_of(found, visit.speech.language)[1]
        )
        if not _is_robot(request):
            fair.note_opening(found, visit.speech.language)
        return visit.page(
            exhibit_page(
                found,
                names,
                visit.speech,
                similar=fair.similar(found),
                showcases=as_options(fair.showcases_with(found, names), visit.speech, light=True),
                text_language=wanted,
                light=True,
            ),
            title=text.title,
            description=text.summary,
            edition=names.edition,
        )

    def plan(request: Request) -> Response:
        asked = request.query_params
        fair = doors()
        names = fair.names(asked.get("edition") or None)
        hall = asked.get("hall", "") or (
            names.edition.halls[0].slug if names and names.edition.halls else ""
        )
        found = None
        if names is not None:
            with fair.store().reading() as session:
                found = floor.hall_plan(session, names.edition.slug, hall)
        if found is None or names is None:
            return not_found(request)
        visit = Visit.of(request)
        return visit.page(
            plan_page(
                found,
                names,
                visit.speech,
                wanted=asked.get("stand", "")[:20],
                here=asked.get("from", "")[:20],
                here_hall=asked.get("from_hall", "")[:80],
                light=True,
            ),
            title=names.called("hall", found.slug, visit.speech).text,
            edition=names.edition,
        )

    def ready(request: Request) -> Response:
        with doors().store().reading() as session:
            current = reading.current_edition(session)
        return JSONResponse({"edition": current.slug if current else None})

    return [Route("/e/{code}", exhibit), Route(PLAN, plan), Route("/healthz", ready)]


def _is_robot(request: Request) -> bool:
    """Whether what asks says of itself that it is no person; messengers' previews do."""
    named = request.headers.get("user-agent", "").casefold()
    return any(word in named for word in ("bot", "crawl", "spider", "preview", "whatsapp"))


def not_found(request: Request) -> Response:
    """The page for an address that leads nowhere: a sentence in each of the three languages."""
    visit = Visit.of(request)
    order = sorted(LANGUAGES, key=lambda language: language != visit.speech.language)
    content = draw(
        "message.html",
        visit.speech.language,
        light=True,
        title=visit.speech.say("There is no such page"),
        sentences=[
            Phrase(
                speech(language).say(
                    "Nothing is at this address. Perhaps the code was mistyped, or the exhibit "
                    "was withdrawn."
                ),
                language,
            )
            for language in order
        ],
        action=visit.speech.say("To the search"),
        href=SEARCH,
    )
    return visit.page(content, title=visit.speech.say("There is no such page"), status=404)
