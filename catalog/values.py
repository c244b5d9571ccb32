"""The values of an entry as plain data, field by field: kept as JSON, compared, and merged.

The names are those of problems and of spreadsheets' columns (`title_kk`, `kind`, `power_watts`).
A field that says nothing isn't there, so that two drafts are equal exactly when their values are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any, Final

from catalog.choices import Kind, Origin, Role, Seeking
from catalog.drafts import Draft, DraftPerson, DraftPicture, DraftText, Logistics
from catalog.languages import LANGUAGES

Values = Mapping[str, Any]

_PLAIN: Final = (
    "college", "field", "specialty", "hall", "stand", "team_size", "course", "external_id",
)  # fmt: skip
_TEXT: Final = ("title", "summary", "description")


def values_of(draft: Draft) -> dict[str, Any]:
    """A draft as a flat dictionary that JSON holds unchanged."""
    return dict(_values(draft))


def draft_from(values: Values) -> Draft:
    """The draft whose values these are; raises KeyError or ValueError for what is no draft."""
    texts = {}
    for language in LANGUAGES:
        parts = {part: values.get(f"{part}_{language}", "") for part in _TEXT}
        if any(parts.values()):
            origin = Origin(values.get(f"origin_{language}", Origin.ORIGINAL))
            texts[language] = DraftText(**parts, origin=origin)
    logistics = {name: values[name] for name in Logistics.__dataclass_fields__ if name in values}
    return Draft(
        **{name: values.get(name) for name in _PLAIN if name != "college"},
        college=values["college"],
        texts=texts,
        kind=Kind(values["kind"]) if "kind" in values else None,
        technologies=tuple(values.get("technologies", ())),
        keywords=tuple(values.get("keywords", ())),
        creators=tuple(Role(one) for one in values.get("creators", ())),
        seeking=frozenset(Seeking(one) for one in values.get("seeking", ())),
        contactable=values.get("contactable", False),
        pictures=tuple(
            DraftPicture(
                one["hash"], one["alt"], one["nobody_recognizable"], tuple(one.get("people", ()))
            )
            for one in values.get("pictures", ())
        ),
        links=tuple(values.get("links", ())),
        logistics=Logistics(**logistics),
        named=tuple(
            DraftPerson(one["person"], Role(one["role"]), one["shown"])
            for one in values.get("named", ())
        ),
    )


def changed_fields(before: Values, after: Values) -> tuple[str, ...]:
    """The names of the fields in which two entries differ, in the order of the form."""
    names = dict.fromkeys((*before, *after))
    differing = (name for name in names if before.get(name) != after.get(name))
    return tuple(sorted(differing, key=_place))


def merged(base: Values, mine: Values, theirs: Values) -> dict[str, Any]:
    """Both editors' changes of `base`; where both changed a field, mine."""
    result = dict(theirs)
    for name in changed_fields(base, mine):
        if name in mine:
            result[name] = mine[name]
        else:
            result.pop(name, None)
    return result


def _values(draft: Draft) -> Iterator[tuple[str, Any]]:
    for name in _PLAIN:
        value = getattr(draft, name)
        if value is not None:
            yield name, value
    for language, text in draft.texts.items():
        for part in _TEXT:
            if getattr(text, part):
                yield f"{part}_{language}", getattr(text, part)
        if (text.title or text.summary or text.description) and text.origin is not Origin.ORIGINAL:
            yield f"origin_{language}", str(text.origin)
    if draft.kind is not None:
        yield "kind", str(draft.kind)
    for name in ("technologies", "keywords", "links"):
        if getattr(draft, name):
            yield name, list(getattr(draft, name))
    if draft.creators:
        yield "creators", [str(role) for role in draft.creators]
    if draft.seeking:
        yield "seeking", sorted(str(one) for one in draft.seeking)
    if draft.contactable:
        yield "contactable", True
    if draft.pictures:
        yield "pictures", [dict(_picture(one)) for one in draft.pictures]
    if draft.named:
        yield "named", [{**asdict(one), "role": str(one.role)} for one in draft.named]
    for name, value in asdict(draft.logistics).items():
        # Not by ==, for which 0 watts are no answer.
        if value is not None and value is not False:
            yield name, value


def pictures_in(values: Mapping[str, Any]) -> frozenset[str]:
    """The hashes of the pictures among a draft's values."""
    return frozenset(picture["hash"] for picture in values.get("pictures", ()))


def _picture(picture: DraftPicture) -> Iterator[tuple[str, Any]]:
    yield "hash", picture.hash
    yield "alt", dict(picture.alt)
    yield "nobody_recognizable", picture.nobody_recognizable
    if picture.people:
        yield "people", list(picture.people)


_ORDER: Final = (
    "college",
    *(f"{part}_{language}" for language in LANGUAGES for part in (*_TEXT, "origin")),
    "kind", "field", "technologies", "keywords", "specialty", "creators", "named", "team_size", "course",
    "seeking", "contactable", "links", "pictures", "hall", "stand",
    *Logistics.__dataclass_fields__, "external_id",
)  # fmt: skip


def _place(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
