"""Showcases as HTML: a visitor's page, the shelf of them, and how evenly one is spread."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.languages import best
from catalog.records import ExhibitRecord, ShowcaseRecord
from ui.address import link
from ui.clock import day
from ui.html import draw
from ui.markdown import to_plain
from ui.names import Names, Phrase, phrase
from ui.sections import SHOWCASE
from ui.text import Speech
from ui.views import Card, Option, Picture, card, first_picture

# The first words of an introduction, on the shelf.
_OPENING = 120


@dataclass(frozen=True)
class Shelved:
    """One showcase on the shelf."""

    href: str
    title: Phrase
    lines: Phrase | None
    picture: Picture
    count: str


@dataclass(frozen=True)
class Shown:
    """One exhibit of a showcase, with what its curator says of it."""

    card: Card
    note: Phrase | None


@dataclass(frozen=True)
class Spread:
    """How evenly exhibits are spread: how many colleges and fields of how many, and as how many."""

    colleges: int
    colleges_of: int
    even_colleges: float
    fields: int
    fields_of: int
    even_fields: float

    def sentence(self, speech: Speech) -> str:
        """The figures in words."""
        return speech.say(
            "Colleges: %(colleges)s of %(colleges_of)s (equal shares: %(even_colleges)s) · "
            "fields: %(fields)s of %(fields_of)s (equal shares: %(even_fields)s)",
            colleges=self.colleges,
            colleges_of=self.colleges_of,
            even_colleges=_tenths(self.even_colleges, speech),
            fields=self.fields,
            fields_of=self.fields_of,
            even_fields=_tenths(self.even_fields, speech),
        )


def showcase_href(slug: str, *, light: bool = False, **parameters: str) -> str:
    """Where a showcase is read: its light page, or the app's own screen."""
    return link(f"/s/{slug}", **parameters) if light else link(SHOWCASE, slug=slug, **parameters)


def showcase_page(
    showcase: ShowcaseRecord,
    exhibits: Sequence[ExhibitRecord],
    names: Names,
    speech: Speech,
    *,
    back: str = "",
    share: str = "",
    light: bool = False,
) -> Markup:
    """A showcase as visitors see it: what it is about, its exhibits, what is said of them."""
    notes = {pin.code: pin.notes for pin in showcase.pins}
    introduction = phrase(showcase.introductions, speech.language)
    return draw(
        "showcase.html",
        speech.language,
        light=light,
        back=back,
        share=share,
        title=title_of(showcase, speech),
        introduction=introduction,
        paragraphs=introduction.text.split("\n\n") if introduction else [],
        picture=cover_of(showcase, exhibits, speech),
        until=speech.say("Until %(day)s", day=day(showcase.ends_at)) if showcase.ends_at else "",
        total=speech.count("%(num)s exhibit", "%(num)s exhibits", len(exhibits)),
        shown=[
            Shown(
                card(one, names, speech, light=light),
                phrase(notes.get(one.code, {}), speech.language),
            )
            for one in exhibits
        ],
    )


def shelf(
    showcases: Sequence[tuple[ShowcaseRecord, Sequence[ExhibitRecord]]],
    speech: Speech,
    *,
    light: bool = False,
    **parameters: str,
) -> Markup:
    """Showcases side by side, each with its exhibits; nothing where there is none.

    What shows no exhibit now isn't there. ``parameters`` go along in the links.
    """
    shelved = [
        Shelved(
            showcase_href(one.slug, light=light, **parameters),
            title_of(one, speech),
            _opening(one, speech),
            cover_of(one, exhibits, speech),
            speech.count("%(num)s exhibit", "%(num)s exhibits", len(exhibits)),
        )
        for one, exhibits in showcases
        if exhibits
    ]
    if not shelved:
        return Markup("")
    return draw("shelf.html", speech.language, light=light, shelved=shelved)


def as_options(
    showcases: Sequence[ShowcaseRecord], speech: Speech, *, light: bool = False
) -> list[Option]:
    """Showcases as links, on the page of an exhibit that is in them."""
    return [
        Option(title_of(one, speech), showcase_href(one.slug, light=light)) for one in showcases
    ]


def title_of(showcase: ShowcaseRecord, speech: Speech) -> Phrase:
    """What a showcase is called, in the nearest language there is."""
    return phrase(showcase.titles, speech.language) or Phrase(showcase.slug, speech.language)


def cover_of(
    showcase: ShowcaseRecord, exhibits: Sequence[ExhibitRecord], speech: Speech
) -> Picture:
    """The picture of the exhibit that was chosen for it, else of the first one shown."""
    chosen = next((one for one in exhibits if one.code == showcase.cover), None)
    shown = chosen or next(iter(exhibits), None)
    return (
        first_picture(shown, speech.language)
        if shown
        else Picture(src="/cover.svg", alt="", drawn=True)
    )


def spread_of(exhibits: Sequence[ExhibitRecord], names: Names) -> Spread:
    """How exhibits are spread over the colleges and fields that show something at the fair.

    The even number is the inverse of Simpson's index: as many equally frequent ones.
    """
    # numpy comes with the index: not on the way of a light page.
    from index.diversity import effective_number

    colleges = [one.college.slug for one in exhibits]
    fields = [one.field.slug for one in exhibits if one.field]
    return Spread(
        len(Counter(colleges)), sum(1 for one in names.colleges.values() if one.exhibit_count),
        effective_number(colleges), len(Counter(fields)), len(names.fields),
        effective_number(fields),
    )  # fmt: skip


def _opening(showcase: ShowcaseRecord, speech: Speech) -> Phrase | None:
    found = best(showcase.introductions, speech.language)
    if found is None:
        return None
    text = to_plain(found[1])
    if len(text) > _OPENING:
        text = text[:_OPENING].rsplit(" ", 1)[0].rstrip(" ,;:–—-") + "…"
    return Phrase(text, found[0])


def _tenths(number: float, speech: Speech) -> str:
    text = f"{number:.1f}"
    return text if speech.language == "en" else text.replace(".", ",")
