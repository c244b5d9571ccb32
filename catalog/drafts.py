"""What a valid exhibit is: the values of one entry, and the problems it may have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from catalog.choices import Kind, Origin, Role, Seeking
from catalog.languages import LANGUAGES
from catalog.models import Edition, Exhibit, ExhibitLogistics
from catalog.problems import Problem, ProblemCode
from catalog.texts import excerpt, has_nul

TITLE_LENGTH: Final = (3, 150)
SUMMARY_LIMIT: Final = 300
DESCRIPTION_LIMIT: Final = 5_000
TECHNOLOGIES_LIMIT: Final = 10
KEYWORDS_LIMIT: Final = 10
KEYWORD_LENGTH: Final = 60
CREATORS_LIMIT: Final = 20
TEAM_SIZE: Final = (1, 100)
COURSE: Final = (1, 4)
STAND_LENGTH: Final = 20
EXTERNAL_ID_LENGTH: Final = 200
LINKS_LIMIT: Final = 5
LINK_LENGTH: Final = 500
POWER_WATTS: Final = (0, 100_000)
FLOOR_AREA: Final = (1, 1_000)
PEOPLE_AT_STAND: Final = (1, 50)
PHONE_LENGTH: Final = 40


@dataclass(frozen=True)
class DraftText:
    """What an entry says in one language; `title` may be empty while it is being written."""

    title: str = ""
    summary: str = ""
    description: str = ""
    origin: Origin = Origin.ORIGINAL


@dataclass(frozen=True)
class DraftPicture:
    hash: str
    alt: Mapping[str, str]
    nobody_recognizable: bool


@dataclass(frozen=True)
class Logistics:
    """What the stand needs, for organizers alone; area in square metres."""

    power_watts: int | None = None
    floor_area: int | None = None
    network: bool = False
    noise: bool = False
    fire: bool = False
    people: int | None = None
    teacher_phone: str | None = None


@dataclass(frozen=True)
class Draft:
    """The values of one entry, cleaned; college, field, technologies … are slugs of the catalog.

    Two drafts are equal exactly when saving one over the other would change nothing.
    """

    college: str
    texts: Mapping[str, DraftText] = field(default_factory=lambda: MappingProxyType({}))
    field: str | None = None
    kind: Kind | None = None
    specialty: str | None = None
    technologies: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    hall: str | None = None
    stand: str | None = None
    creators: tuple[Role, ...] = ()
    team_size: int | None = None
    course: int | None = None
    seeking: frozenset[Seeking] = frozenset()
    contactable: bool = False
    external_id: str | None = None
    pictures: tuple[DraftPicture, ...] = ()
    links: tuple[str, ...] = ()
    logistics: Logistics = Logistics()


@dataclass(frozen=True)
class Demands:
    """What an edition asks of an exhibit before it may be published."""

    kind: bool = False
    technology: bool = False
    titles: tuple[str, ...] = ()

    @classmethod
    def of(cls, edition: Edition) -> "Demands":
        asked = {"kk": edition.demand_title_kk, "ru": edition.demand_title_ru}
        titles = tuple(language for language in LANGUAGES if asked.get(language))
        return cls(edition.demand_kind, edition.demand_technology, titles)


def draft_of(exhibit: Exhibit) -> Draft:
    """The values of an exhibit as it is kept."""
    return Draft(
        college=exhibit.college.slug,
        texts={
            text.language: DraftText(
                text.title, text.summary, text.description, Origin(text.origin)
            )
            for text in sorted(exhibit.texts, key=lambda text: LANGUAGES.index(text.language))
        },
        field=exhibit.field.slug if exhibit.field else None,
        kind=Kind(exhibit.kind) if exhibit.kind else None,
        specialty=exhibit.specialty.slug if exhibit.specialty else None,
        technologies=tuple(link.technology.slug for link in exhibit.technology_links),
        keywords=tuple(row.keyword for row in exhibit.keywords),
        hall=exhibit.hall.slug if exhibit.hall else None,
        stand=exhibit.stand_number,
        creators=tuple(Role(row.role) for row in exhibit.creators),
        team_size=exhibit.team_size,
        course=exhibit.course,
        seeking=frozenset(Seeking(row.seeking) for row in exhibit.seeking),
        contactable=exhibit.contactable,
        external_id=exhibit.external_id,
        pictures=tuple(
            DraftPicture(row.hash, row.alt, row.nobody_recognizable) for row in exhibit.pictures
        ),
        links=tuple(row.url for row in exhibit.links),
        logistics=_logistics_of(exhibit.logistics),
    )


def _logistics_of(row: ExhibitLogistics | None) -> Logistics:
    if row is None:
        return Logistics()
    return Logistics(
        row.power_watts, row.floor_area, row.network, row.noise, row.fire, row.people,
        row.teacher_phone,
    )  # fmt: skip


def problems_for_draft(draft: Draft) -> list[Problem]:
    """What keeps an entry from being kept at all: no title, texts that don't fit, wrong numbers."""
    return list(_problems_for_draft(draft))


def problems_for_submission(draft: Draft) -> list[Problem]:
    """What keeps an entry from being given in for review: the draft's problems, and no description,
    kind or technology."""
    return [*_problems_for_draft(draft), *_problems_for_submission(draft)]


def problems_for_publication(draft: Draft, demands: Demands) -> list[Problem]:
    """What keeps an entry from being shown: the draft's problems and what the edition demands."""
    return [*_problems_for_draft(draft), *_problems_for_publication(draft, demands)]


def _problems_for_draft(draft: Draft) -> Iterator[Problem]:
    if not draft.college:
        yield Problem("college", ProblemCode.MISSING)
    if not any(text.title for text in draft.texts.values()):
        yield Problem("title", ProblemCode.MISSING_TITLE)
    for language, text in draft.texts.items():
        if text.title:
            yield from _length(f"title_{language}", text.title, *TITLE_LENGTH)
        elif text.summary or text.description:
            yield Problem(f"title_{language}", ProblemCode.TITLE_FOR_TEXT)
        yield from _length(f"summary_{language}", text.summary, 0, SUMMARY_LIMIT)
        yield from _length(f"description_{language}", text.description, 0, DESCRIPTION_LIMIT)
    yield from _count("technologies", draft.technologies, TECHNOLOGIES_LIMIT)
    yield from _count("keywords", draft.keywords, KEYWORDS_LIMIT)
    for keyword in draft.keywords:
        yield from _length("keywords", keyword, 1, KEYWORD_LENGTH)
    yield from _count("creators", draft.creators, CREATORS_LIMIT)
    yield from _length("stand", draft.stand, 1, STAND_LENGTH)
    yield from _length("external_id", draft.external_id, 1, EXTERNAL_ID_LENGTH)
    yield from _range("team_size", draft.team_size, *TEAM_SIZE)
    yield from _range("course", draft.course, *COURSE)
    yield from _count("links", draft.links, LINKS_LIMIT)
    for link in draft.links:
        yield from _length("links", link, 1, LINK_LENGTH)
        if not is_address(link):
            yield Problem("links", ProblemCode.NOT_AN_ADDRESS, excerpt(link))
    yield from _range("power_watts", draft.logistics.power_watts, *POWER_WATTS)
    yield from _range("floor_area", draft.logistics.floor_area, *FLOOR_AREA)
    yield from _range("people", draft.logistics.people, *PEOPLE_AT_STAND)
    yield from _length("teacher_phone", draft.logistics.teacher_phone, 1, PHONE_LENGTH)


def _problems_for_submission(draft: Draft) -> Iterator[Problem]:
    if not any(text.description.strip() for text in draft.texts.values()):
        yield Problem("description", ProblemCode.MISSING_DESCRIPTION)
    if draft.kind is None:
        yield Problem("kind", ProblemCode.MISSING)
    if not draft.technologies:
        yield Problem("technologies", ProblemCode.MISSING)


def _problems_for_publication(draft: Draft, demands: Demands) -> Iterator[Problem]:
    if demands.kind and draft.kind is None:
        yield Problem("kind", ProblemCode.MISSING)
    if demands.technology and not draft.technologies:
        yield Problem("technologies", ProblemCode.MISSING)
    for language in demands.titles:
        if language not in draft.texts:
            yield Problem(
                f"title_{language}", ProblemCode.MISSING_TITLE_IN, facts={"language": language}
            )
    for picture in draft.pictures:
        if not picture.nobody_recognizable:
            yield Problem("pictures", ProblemCode.NO_STATEMENT_ON_FACES, picture.hash)


def is_address(text: str) -> bool:
    """Whether a text is an https address of a site, without a name or password in it."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        text.startswith("https://")
        and text.isprintable()
        and " " not in text
        and "." in host
        and parts.username is None
    )


def _length(name: str, text: str | None, low: int, high: int) -> Iterator[Problem]:
    if text is None:
        return
    if has_nul(text):
        yield Problem(name, ProblemCode.NUL, excerpt(text))
    if len(text) < low:
        facts = {"length": len(text), "limit": low}
        yield Problem(name, ProblemCode.TOO_SHORT, text, facts)
    elif len(text) > high:
        facts = {"length": len(text), "limit": high}
        yield Problem(name, ProblemCode.TOO_LONG, excerpt(text), facts)


def _count(name: str, values: tuple[str, ...], limit: int) -> Iterator[Problem]:
    if len(values) > limit:
        facts = {"count": len(values), "limit": limit}
        yield Problem(name, ProblemCode.TOO_MANY, excerpt("; ".join(values)), facts)


def _range(name: str, number: int | None, low: int, high: int) -> Iterator[Problem]:
    if number is not None and not low <= number <= high:
        yield Problem(name, ProblemCode.OUT_OF_RANGE, str(number), {"low": low, "high": high})
