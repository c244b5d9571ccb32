"""The values of a facet that begin with given letters: what a facet's field asks for as it is typed
in."""

from collections.abc import Callable, Mapping
from typing import Protocol

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from ui.address import FACETS, SearchAddress, clean_query
from ui.facets import draw_found
from ui.names import Names
from ui.text import speech
from ui.web.light import request_language

_LETTERS = 80


class Doors(Protocol):
    """What is asked of the open fair."""

    def names(self, edition: str | None) -> Names | None:
        """What an edition's slugs are called; None where there is no such edition."""

    def facet_counts(
        self, address: SearchAddress, known: Names
    ) -> Mapping[str, Mapping[str, int]] | None:
        """How many each value would leave, by facet; None while the index isn't ready."""


def routes(doors: Callable[[], Doors]) -> list[Route]:
    """The one address; ``doors`` opens the fair at the first request, not at import."""

    def values(request: Request) -> Response:
        parameters = dict(request.query_params)
        facet = parameters.get("facet", "")
        letters = clean_query(parameters.get("find", ""))[:_LETTERS]
        address = SearchAddress.parse(parameters)
        known = doors().names(address.edition)
        if facet not in FACETS or known is None or not letters:
            return PlainTextResponse("Not found", status_code=404)
        counts = doors().facet_counts(address, known)
        if counts is None:
            return PlainTextResponse("Not ready", status_code=503, headers={"Retry-After": "1"})
        extra = {"lang": parameters["lang"]} if "lang" in parameters else {}
        language = speech(request_language(request))
        html = draw_found(facet, letters, counts.get(facet, {}), address, known, language, extra)
        return Response(html, media_type="text/html", headers={"Cache-Control": "no-cache"})

    return [Route("/values", values)]
