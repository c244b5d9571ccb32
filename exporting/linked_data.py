"""An edition as JSON-LD in the terms of schema.org, every name with its language."""

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.edition_export import PublicEdition
from catalog.records import (
    CollegeRecord,
    EditionRecord,
    ExhibitRecord,
    ShowcaseRecord,
    TechnologyRecord,
)

_Node = dict[str, Any]
_TERMS = "#technologies"


def linked_data(public: PublicEdition) -> _Node:
    """The edition, its exhibits, technologies, colleges and showcases as one graph.

    A showcase has what its curators pinned; what its query would find takes a search.
    """
    return {
        "@context": "https://schema.org",
        "@graph": [
            _event(public.edition, public.exhibits),
            *(_work(one) for one in public.exhibits),
            *(_college(one) for one in public.colleges),
            *(_term(one) for one in public.technologies),
            *(_collection(one) for one in public.showcases),
        ],
    }


def _event(edition: EditionRecord, exhibits: Iterable[ExhibitRecord]) -> _Node:
    venue = _texts(edition.venue)
    return _filled(
        {
            "@type": "ExhibitionEvent",
            "@id": _edition_id(edition.slug),
            "identifier": edition.slug,
            "name": _texts(edition.names),
            "startDate": edition.starts_on.isoformat() if edition.starts_on else None,
            "endDate": edition.ends_on.isoformat() if edition.ends_on else None,
            "location": {"@type": "Place", "name": venue} if venue else None,
            "workFeatured": [_to_work(one.code) for one in exhibits],
        }
    )


def _work(exhibit: ExhibitRecord) -> _Node:
    texts = exhibit.texts
    return _filled(
        {
            "@type": "CreativeWork",
            **_to_work(exhibit.code),
            "identifier": exhibit.code,
            "name": _texts({name: one.title for name, one in texts.items()}),
            "abstract": _texts({name: one.summary for name, one in texts.items()}),
            "text": _texts({name: one.description for name, one in texts.items()}),
            "inLanguage": list(texts),
            "genre": exhibit.kind.value if exhibit.kind else None,
            "keywords": list(exhibit.keywords),
            "about": [{"@id": _term_id(slug)} for slug in exhibit.technologies],
            "producer": {"@id": _college_id(exhibit.college.slug)},
            "contributor": [
                {"@type": "Person", "name": one.name} for one in exhibit.people if one.name
            ],
        }
    )


def _college(college: CollegeRecord) -> _Node:
    return _filled(
        {
            "@type": "EducationalOrganization",
            "@id": _college_id(college.slug),
            "identifier": college.slug,
            "name": _texts(college.names),
            "alternateName": _texts(college.short_names),
            "description": _texts(college.about),
            "address": _texts(college.address),
            "telephone": college.phone,
            "email": college.email,
            "url": college.site,
            "foundingDate": str(college.founded) if college.founded else None,
        }
    )


def _term(technology: TechnologyRecord) -> _Node:
    others = [
        {"@value": label, "@language": language}
        for language, labels in technology.alternatives.items()
        for label in labels
    ]
    return _filled(
        {
            "@type": "DefinedTerm",
            "@id": _term_id(technology.slug),
            "termCode": technology.slug,
            "inDefinedTermSet": _TERMS,
            "name": _texts(technology.labels),
            "alternateName": others,
        }
    )


def _collection(showcase: ShowcaseRecord) -> _Node:
    return _filled(
        {
            "@type": "Collection",
            "@id": f"#showcase/{showcase.slug}",
            "identifier": showcase.slug,
            "name": _texts(showcase.titles),
            "description": _texts(showcase.introductions),
            "hasPart": [_to_work(pin.code) for pin in showcase.pins],
        }
    )


def _to_work(code: str) -> _Node:
    return {"@id": f"#exhibit/{code}"}


def _edition_id(slug: str) -> str:
    return f"#edition/{slug}"


def _college_id(slug: str) -> str:
    return f"#college/{slug}"


def _term_id(slug: str) -> str:
    return f"#technology/{slug}"


def _texts(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"@value": text, "@language": name} for name, text in values.items() if text]


def _filled(node: _Node) -> _Node:
    """The node without what is empty."""
    return {name: value for name, value in node.items() if value not in (None, "", [])}
