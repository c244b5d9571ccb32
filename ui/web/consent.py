"""The consent that somebody signs before their name or face is shown: a page to print.

In Kazakh and in Russian whatever the language of the page around it, a sheet each.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Protocol

from babel.dates import format_date
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from catalog import consents
from catalog.consents import ConsentForm
from catalog.errors import NotThere
from catalog.records import PersonRecord
from catalog.refusals import Refused
from catalog.settings import Settings
from catalog.store import Store
from ui.address import link
from ui.html import draw
from ui.names import phrase
from ui.sections import CONSENT, LOGIN, WORK
from ui.web.light import Visit, not_found

SHEETS = ("kk", "ru")


class Doors(Protocol):
    """What this page asks of the running app."""

    def store(self) -> Store:
        """The open catalog."""

    def settings(self) -> Settings:
        """What the environment sets."""

    def person_behind(self, cookies: Mapping[str, str]) -> PersonRecord | None:
        """Who sent a request with these cookies."""


def consent_href(
    *, code: str = "", college: str = "", person: int | None = None, sheet: str = ""
) -> str:
    """The address of the form: for an exhibit, or for a college's exhibit that has no code yet.

    ``person`` fills the name in; ``sheet`` is the one language to print, else it is both.
    """
    return link(
        f"{CONSENT}/{code}" if code else CONSENT,
        college="" if code else college,
        person=str(person) if person is not None else "",
        sheet=sheet,
    )


def routes(
    doors: Callable[[], Doors], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> list[Route]:
    """The form's two addresses; ``doors`` opens the catalog at the first request."""

    def form(request: Request) -> Response:
        visit = Visit.of(request)
        signed_in = doors().person_behind(request.cookies)
        if signed_in is None:
            return RedirectResponse(LOGIN, status_code=303)
        code = request.path_params.get("code", "")
        college = request.query_params.get("college", "")
        asked = request.query_params.get("person", "")
        person = int(asked) if asked.isdecimal() and len(asked) < 10 else None
        try:
            with doors().store().reading() as session:
                known = consents.form_to_sign(
                    session, code=code or None, college=college, person=person,
                    by=signed_in.id, now=clock(),
                )  # fmt: skip
        except (NotThere, Refused):
            return not_found(request)
        asked = request.query_params.get("sheet", "")
        chosen = asked if asked in SHEETS else ""
        address = doors().settings().public_url or ""
        content = draw(
            "consent.html",
            visit.speech.language,
            title=visit.speech.say("Consent to sign"),
            work=WORK,
            choices=[
                (sheet, consent_href(code=code, college=college, person=person, sheet=sheet))
                for sheet in SHEETS
            ],
            both=consent_href(code=code, college=college, person=person),
            chosen=chosen,
            sheets=[
                draw_sheet(known, sheet, address) for sheet in ((chosen,) if chosen else SHEETS)
            ],
        )
        return visit.private_page(
            content,
            title=visit.speech.say("Consent to sign"),
            path=request.url.path,
            parameters=dict(request.query_params),
            demo=known.is_demo,
            signed_in=True,
        )

    return [
        Route(CONSENT, form, methods=["GET"]),
        Route(f"{CONSENT}/{{code}}", form, methods=["GET"]),
    ]


def draw_sheet(form: ConsentForm, language: str, address: str) -> Markup:
    """One sheet of paper in Kazakh or Russian; ``address`` is the catalog's, empty if unknown."""

    def said(texts: Mapping[str, str]) -> str:
        found = phrase(texts, language)
        return found.text if found else ""

    return draw(
        "consent_sheet.html",
        language,
        fair=said(form.fair),
        venue=said(form.venue),
        days=_days(form.starts_on, form.ends_on, language),
        college=said(form.college),
        contacts=", ".join(filter(None, (form.phone, form.email))),
        exhibit=said(form.titles),
        name=form.name,
        is_minor=form.is_minor,
        address=address,
    )


def _days(first: date | None, last: date | None, language: str) -> str:
    shown = [format_date(day, "long", locale=language) for day in (first, last) if day]
    return " – ".join(dict.fromkeys(shown))
