"""The pages about one thing: exhibit, college, technology; and the lists of both.

Each function turns records into HTML; the screens and the light pages call the same ones.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.languages import LANGUAGES, best
from catalog.records import CollegeRecord, ExhibitRecord, TechnologyRecord
from ui.address import SearchAddress, link
from ui.awards import award_views
from ui.floor import plan_href
from ui.html import draw
from ui.markdown import to_html
from ui.names import Names, Phrase, alphabetical, phrase
from ui.results import Group
from ui.text import Speech
from ui.views import (
    IN_LANGUAGE,
    Option,
    Picture,
    card,
    cover_href,
    exhibit_href,
    people,
    photograph,
    sought,
    text_of,
)


@dataclass(frozen=True)
class Fact:
    """One line of facts."""

    title: str
    phrase: Phrase
    href: str = ""
    outside: bool = False


@dataclass(frozen=True)
class Row:
    """One line of a list."""

    phrase: Phrase
    href: str
    count: int
    note: str = ""


def exhibit_page(
    exhibit: ExhibitRecord,
    names: Names,
    speech: Speech,
    *,
    similar: Sequence[ExhibitRecord] = (),
    text_language: str | None = None,
    showcases: Sequence[Option] = (),
    back: str = "",
    share: str = "",
    light: bool = False,
) -> Markup:
    """All public facts of an exhibit. ``text_language`` chooses among its own languages."""
    wanted = text_language if text_language in exhibit.texts else speech.language
    language, text = text_of(exhibit, str(wanted))
    pictures = [photograph(picture, speech.language) for picture in exhibit.pictures]
    cover = Picture(src=cover_href(exhibit), alt="", drawn=True)
    here = exhibit_href(exhibit, names, light=light)
    return draw(
        "exhibit.html",
        speech.language,
        light=light,
        back=back,
        share=share,
        code=exhibit.code,
        title=text.title,
        text_language=language,
        marker=IN_LANGUAGE[language] if language != speech.language else "",
        other_languages=[
            {"language": other, "href": _with_text(here, other)}
            for other in LANGUAGES
            if other in exhibit.texts and other != language
        ],
        translated=speech.say("Translated by machine.") if text.origin == "machine" else "",
        picture=pictures[0] if pictures else cover,
        pictures=pictures[1:],
        stand=exhibit.stand or "",
        hall=phrase(exhibit.hall_names, speech.language),
        plan=plan_href(exhibit.hall, exhibit.stand, light=light, edition=_edition(names))
        if exhibit.hall and exhibit.stand
        else "",
        college=phrase(exhibit.college.names, speech.language)
        or Phrase(exhibit.college.slug, speech.language),
        college_href=link("/college", slug=exhibit.college.slug, edition=_edition(names)),
        summary=text.summary,
        description=to_html(text.description),
        technologies=[
            Option(
                names.called("technology", slug, speech),
                link("/technology", slug=slug, edition=_edition(names)),
            )
            for slug in exhibit.technologies
        ],
        awards=award_views(exhibit.awards, speech, edition=_edition(names)),
        facts=_exhibit_facts(exhibit, names, speech),
        similar=[card(one, names, speech, light=light) for one in similar],
        showcases=showcases,
    )


def _with_text(href: str, language: str) -> str:
    return f"{href}{'&' if '?' in href else '?'}text={language}"


def _edition(names: Names) -> str:
    """The edition an address has to name: none for the current one."""
    return "" if names.edition.is_current else names.edition.slug


def _exhibit_facts(exhibit: ExhibitRecord, names: Names, speech: Speech) -> list[Fact]:
    say = speech.say
    blank = SearchAddress(edition=_edition(names) or None)

    def own(text: str) -> Phrase:
        return Phrase(text, speech.language)

    facts = []
    if exhibit.field:
        facts.append(
            Fact(
                say("Field"),
                names.called("field", exhibit.field.slug, speech),
                blank.choosing("field", exhibit.field.slug).href(),
            )
        )
    if exhibit.kind:
        facts.append(
            Fact(
                say("Kind"),
                names.called("kind", exhibit.kind, speech),
                blank.choosing("kind", exhibit.kind).href(),
            )
        )
    specialty = phrase(exhibit.specialty, speech.language)
    if specialty and exhibit.specialty_slug:
        facts.append(
            Fact(
                say("Specialty"),
                specialty,
                blank.choosing("specialty", exhibit.specialty_slug).href(),
            )
        )
    makers = people(exhibit, speech)
    if makers:
        facts.append(Fact(say("Made by"), own(", ".join(makers))))
    if exhibit.team_size:
        team = speech.count("%(num)s person", "%(num)s people", exhibit.team_size)
        facts.append(Fact(say("Team"), own(team)))
    if exhibit.course:
        facts.append(Fact(say("Year of study"), own(str(exhibit.course))))
    looking = sought(exhibit.seeking, speech)
    if looking:
        facts.append(Fact(say("Looking for"), own(", ".join(looking))))
    if exhibit.keywords:
        facts.append(Fact(say("Keywords"), own(", ".join(exhibit.keywords))))
    return facts


def college_page(
    college: CollegeRecord,
    names: Names,
    speech: Speech,
    *,
    exhibits: Sequence[ExhibitRecord],
    total: int,
    light: bool = False,
) -> Markup:
    """A college: its facts, how to reach it, what it shows."""
    name = phrase(college.names, speech.language) or Phrase(college.slug, speech.language)
    edition = _edition(names)
    specialties = [
        found for one in college.specialties if (found := phrase(one.names, speech.language))
    ]
    specialties.sort(key=lambda found: alphabetical(found, speech.language))
    return draw(
        "college.html",
        speech.language,
        light=light,
        back=link("/colleges", edition=edition),
        name=name,
        also=_other_names(college.names, name),
        about=phrase(college.about, speech.language),
        specialties=specialties,
        study=_web_address(college.study_url),
        awards=award_views(college.awards, speech),
        facts=_college_facts(college, speech),
        exhibits_title=speech.count(
            "%(num)s exhibit at the fair", "%(num)s exhibits at the fair", total
        ),
        cards=[card(one, names, speech, light=light) for one in exhibits],
        all_href=SearchAddress(edition=edition or None).choosing("college", college.slug).href()
        if total > len(exhibits)
        else "",
    )


def _other_names(every: Mapping[str, str], shown: Phrase) -> list[Phrase]:
    others = {shown.text: shown}
    for language in LANGUAGES:
        if language in every and language != shown.language:
            others.setdefault(every[language], Phrase(every[language], language))
    return list(others.values())[1:]


def _college_facts(college: CollegeRecord, speech: Speech) -> list[Fact]:
    say = speech.say

    def own(text: str) -> Phrase:
        return Phrase(text, speech.language)

    facts = []
    address = phrase(college.address, speech.language)
    if address:
        facts.append(Fact(say("Address"), address))
    if college.phone:
        digits = "".join(sign for sign in college.phone if sign.isdigit() or sign == "+")
        facts.append(Fact(say("Phone"), own(college.phone), f"tel:{digits}"))
    if college.email:
        facts.append(Fact(say("E-mail"), own(college.email), f"mailto:{college.email}"))
    site = _web_address(college.site)
    if site:
        shown = site.split("://", 1)[1].rstrip("/")
        facts.append(Fact(say("Site"), own(shown), site, outside=True))
    if college.founded:
        facts.append(Fact(say("Founded"), own(str(college.founded))))
    return facts


def _web_address(address: str | None) -> str:
    """The address if it leads to the web, else nothing: no javascript: in a link."""
    return address if address and address.startswith(("https://", "http://")) else ""


def technology_page(
    technology: TechnologyRecord,
    names: Names,
    speech: Speech,
    *,
    exhibits: Sequence[ExhibitRecord],
    total: int,
    light: bool = False,
) -> Markup:
    """A technology: what it is called in three languages, its neighbours, its exhibits."""
    edition = _edition(names)
    related = [
        Group(speech.say("Wider"), _technology_options(technology.broader, names, speech)),
        Group(speech.say("Narrower"), _technology_options(technology.narrower, names, speech)),
    ]
    return draw(
        "technology.html",
        speech.language,
        light=light,
        back=link("/technologies", edition=edition),
        name=names.called("technology", technology.slug, speech),
        labels=[
            {
                "language": language,
                "text": technology.labels[language],
                "others": technology.alternatives.get(language, ()),
            }
            for language in LANGUAGES
            if language in technology.labels
        ],
        related=[group for group in related if group.options],
        exhibits_title=speech.count("%(num)s exhibit", "%(num)s exhibits", total),
        cards=[card(one, names, speech, light=light) for one in exhibits],
        all_href=SearchAddress(edition=edition or None)
        .choosing("technology", technology.slug)
        .href()
        if total > len(exhibits)
        else "",
    )


def _technology_options(slugs: Iterable[str], names: Names, speech: Speech) -> list[Option]:
    options = [
        Option(
            names.called("technology", slug, speech),
            link("/technology", slug=slug, edition=_edition(names)),
            names.technologies[slug].exhibit_count,
        )
        for slug in slugs
        if slug in names.technologies
    ]
    return sorted(options, key=lambda option: alphabetical(option.phrase, speech.language))


def technologies_page(names: Names, speech: Speech) -> Markup:
    """All technologies, each under its widest term, in the alphabet of the visitor's language."""
    grouped: dict[str, list[Row]] = {}
    for slug, technology in names.technologies.items():
        if technology.exhibit_count:
            grouped.setdefault(_widest(slug, names), []).append(
                _technology_row(technology, names, speech)
            )
    groups = [
        {
            "title": names.called("technology", root, speech),
            "rows": sorted(rows, key=lambda row: alphabetical(row.phrase, speech.language)),
        }
        for root, rows in grouped.items()
    ]
    groups.sort(key=lambda group: alphabetical(group["title"], speech.language))
    shown = sum(len(rows) for rows in grouped.values())
    return draw(
        "list.html",
        speech.language,
        light=False,
        title=speech.say("Technologies"),
        lead=speech.count(
            "%(num)s technology shown at the fair", "%(num)s technologies shown at the fair", shown
        ),
        groups=groups,
    )


def _technology_row(technology: TechnologyRecord, names: Names, speech: Speech) -> Row:
    return Row(
        names.called("technology", technology.slug, speech),
        link("/technology", slug=technology.slug, edition=_edition(names)),
        technology.exhibit_count,
    )


def _widest(slug: str, names: Names) -> str:
    seen = {slug}
    while True:
        broader = [one for one in names.technologies[slug].broader if one in names.technologies]
        if not broader or broader[0] in seen:
            return slug
        slug = broader[0]
        seen.add(slug)


def colleges_page(names: Names, speech: Speech) -> Markup:
    """All colleges that show something, in the alphabet of the visitor's language."""
    rows = [
        Row(
            names.called("college", college.slug, speech),
            link("/college", slug=college.slug, edition=_edition(names)),
            college.exhibit_count,
            note=_place(college, speech.language),
        )
        for college in names.colleges.values()
        if college.exhibit_count
    ]
    rows.sort(key=lambda row: alphabetical(row.phrase, speech.language))
    return draw(
        "list.html",
        speech.language,
        light=False,
        title=speech.say("Colleges"),
        lead=speech.count("%(num)s college at the fair", "%(num)s colleges at the fair", len(rows)),
        groups=[{"title": None, "rows": rows}],
    )


def _place(college: CollegeRecord, language: str) -> str:
    found = best(college.address, language)
    return found[1] if found else ""
