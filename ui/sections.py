"""The addresses of the app's screens, and the header that leads to them."""

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from catalog.languages import LANGUAGES
from ui.address import link
from ui.html import draw
from ui.text import Speech, later

SEARCH, EXHIBIT = "/", "/exhibit"
TECHNOLOGIES, TECHNOLOGY = "/technologies", "/technology"
COLLEGES, COLLEGE = "/colleges", "/college"
ABOUT = "/about"
SHOWCASE, SHOWCASES = "/showcase", "/showcases"
WORK, ENTRY, BULK, PEOPLE, REVIEW = "/work", "/entry", "/bulk", "/people", "/review"
HALL, STANDS, DAY = "/hall", "/stands", "/day"
EDITIONS, LOG, REGISTER = "/editions", "/log", "/register"
INSIGHT, VOCABULARY, AWARDS = "/insight", "/vocabulary", "/awards"
PRINT, OVERVIEW = "/print", "/overview"
TRANSLATIONS = "/translations"
# Pages of people who sign in. What is done there may wait for the database's writer.
AT_WORK = frozenset(
    {WORK, ENTRY, BULK, PEOPLE, REVIEW, EDITIONS, LOG, REGISTER, INSIGHT, VOCABULARY, SHOWCASES}
    | {STANDS, DAY, PRINT, OVERVIEW, TRANSLATIONS, AWARDS}
)
SCREENS = AT_WORK | {
    SEARCH, EXHIBIT, TECHNOLOGIES, TECHNOLOGY, COLLEGES, COLLEGE, SHOWCASE, ABOUT, HALL,
}  # fmt: skip
# The light page of a hall's plan.
PLAN = "/plan"
# Light pages of those who sign in.
LOGIN, INVITE, ACCOUNT = "/auth/login", "/auth/invite", "/auth/account"
SERVICE = "/auth/service"
CONSENT = "/auth/consent"

_IN_HEADER = (
    ("search", SEARCH, later("Search"), {SEARCH, EXHIBIT, SHOWCASE, HALL, PLAN}),
    ("technologies", TECHNOLOGIES, later("Technologies"), {TECHNOLOGIES, TECHNOLOGY}),
    ("colleges", COLLEGES, later("Colleges"), {COLLEGES, COLLEGE}),
    ("about", ABOUT, later("About"), {ABOUT}),
)
_FOR_THE_SIGNED_IN = (("work", WORK, later("My work"), AT_WORK),)


@dataclass(frozen=True)
class Section:
    """One entry of the header."""

    name: str
    href: str
    title: str
    current: bool


@dataclass(frozen=True)
class LanguageChoice:
    """This page in another language."""

    language: str
    href: str


def header(
    speech: Speech,
    *,
    path: str,
    parameters: Mapping[str, str],
    edition: str = "",
    demo: bool,
    sticky: str = "",
    light: bool = False,
    signed_in: bool = False,
) -> Markup:
    """The header of every page: the sections, this page in the other languages, the demo's note.

    ``edition`` is named only where it isn't the current one. ``sticky`` is a language that links
    must carry because no cookie does.
    """
    shown = (*_IN_HEADER, *_FOR_THE_SIGNED_IN) if signed_in else _IN_HEADER
    same_page = {name: value for name, value in parameters.items() if name != "lang"}
    return draw(
        "header.html",
        speech.language,
        light=light,
        home=link(SEARCH, edition=edition, lang=sticky),
        about=link(ABOUT, edition=edition, lang=sticky),
        demo=demo,
        sections=[
            Section(
                name,
                link(address, edition=edition, lang=sticky),
                speech.say(title),
                path in screens,
            )
            for name, address, title, screens in shown
        ],
        languages=[
            LanguageChoice(language, link(path, **same_page, lang=language))
            for language in LANGUAGES
        ],
    )


def footer(speech: Speech) -> Markup:
    """The discreet way in for those who work on the fair; visitors need none."""
    return draw("footer.html", speech.language, login=LOGIN)
