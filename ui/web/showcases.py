"""The light page of a showcase: what a poster's QR code leads to."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from catalog import public_showcases
from catalog.errors import NotThere
from catalog.languages import LANGUAGES
from catalog.public_showcases import Over
from catalog.records import ExhibitRecord, ShowcaseRecord
from catalog.store import Store
from ui.address import link
from ui.html import draw
from ui.names import Names, Phrase, phrase
from ui.sections import SEARCH
from ui.showcases import showcase_page, title_of
from ui.text import speech
from ui.web.light import Visit, not_found


class Doors(Protocol):
    """What the page asks of the open fair."""

    def store(self) -> Store:
        """The open catalog."""

    def names(self, edition: str | None) -> Names | None:
        """What an edition's slugs are called; None where there is no such edition."""

    def showcase_exhibits(self, showcase: ShowcaseRecord, known: Names) -> Sequence[ExhibitRecord]:
        """What a showcase shows; the pins alone while the index isn't ready."""


def routes(
    doors: Callable[[], Doors], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> list[Route]:
    """The address of showcases; ``doors`` opens the fair at the first request, not at import."""

    def showcase(request: Request) -> Response:
        slug = request.path_params["slug"]
        if slug != slug.lower():
            return RedirectResponse(
                link(f"/s/{slug.lower()}", **dict(request.query_params)), status_code=301
            )
        fair = doors()
        try:
            with fair.store().reading() as session:
                found = public_showcases.public_showcase(session, slug, now=clock())
        except Over:
            return _over(request)
        except NotThere:
            return not_found(request)
        names = fair.names(found.edition_slug)
        if names is None:
            return not_found(request)
        visit = Visit.of(request)
        introduction = phrase(found.introductions, visit.speech.language)
        return visit.page(
            showcase_page(
                found, fair.showcase_exhibits(found, names), names, visit.speech, light=True
            ),
            title=title_of(found, visit.speech).text,
            description=introduction.text if introduction else "",
            edition=names.edition,
        )

    return [Route("/s/{slug}", showcase)]


def _over(request: Request) -> Response:
    """The page of a showcase whose time is over: a sentence in each of the three languages."""
    visit = Visit.of(request)
    title = visit.speech.say("This showcase is over")
    order = sorted(LANGUAGES, key=lambda language: language != visit.speech.language)
    content = draw(
        "message.html",
        visit.speech.language,
        light=True,
        title=title,
        sentences=[
            Phrase(speech(language).say("What it showed is found by the search."), language)
            for language in order
        ],
        action=visit.speech.say("To the search"),
        href=SEARCH,
    )
    return visit.page(content, title=title, status=410)
