"""What a valid exhibit is: the values of one entry, and the problems it may have."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from catalog.choices import Kind, Origin, Role, Seeking
from catalog.languages import LANGUAGES
from catalog.models import Edition, Exhibit
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
    )


def problems_for_draft(draft: Draft) -> list[Problem]:
    """What keeps an entry from being kept at all: no title, texts that don't fit, wrong numbers."""
    return list(_problems_for_draft(draft))


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
