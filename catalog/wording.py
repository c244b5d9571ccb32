"""What the catalog's values are called in a spreadsheet, in words that are read back as the same."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from catalog.cells import (
    CLEAR,
    KIND_NAMES,
    ROLE_NAMES,
    SEEKING_NAMES,
    YES_NO,
    written,
    written_items,
)
from catalog.colleges import Colleges, Specialties
from catalog.drafts import Draft, Logistics
from catalog.languages import best, collation_key
from catalog.models import Edition, Field, Technology, TechnologyLabel
from catalog.names import NameBook
from catalog.vocabulary import Technologies


def position(language: str) -> int:
    """Where a language stands in what is given as (Kazakh, Russian, English)."""
    return {"kk": 0, "ru": 1}.get(language, 2)


class Wording:
    """The names of one edition's values in one language, as the import will understand them.

    A name that isn't read back as the value it stands for gives way to the value's slug.
    """

    def __init__(self, session: Session, edition: Edition, language: str) -> None:
        self.language = language
        self._place = position(language)
        self.colleges = Colleges(session)
        self.specialties = Specialties(session)
        fields = list(session.scalars(select(Field).order_by(Field.position)))
        self._field_book = NameBook(
            (name, row.slug) for row in fields for name in (row.slug, *row.names.values())
        )
        hall_book = NameBook(
            (name, hall.slug)
            for hall in edition.halls
            for name in (hall.slug, *hall.names.values())
        )
        technologies = Technologies(session)
        self.fields = {row.slug: self._name(row.names, row.slug, self._field) for row in fields}
        self.halls = {
            hall.slug: self._name(hall.names, hall.slug, lambda name: hall_book.find(name))
            for hall in edition.halls
        }
        self.college_names = {
            slug: self._name(row.names, slug, self.colleges.find)
            for slug, row in self.colleges.by_slug.items()
        }
        self.specialty_names = {
            slug: self._name(row.names, slug, lambda name: self.specialties.find({"": name}))
            for slug, row in self.specialties.by_slug.items()
        }
        self.technologies = {
            slug: self._name(labels, slug, lambda name: (technologies.recognize(name) or "",))
            for slug, labels in _labels(session).items()
        }

    def listed(self, names: Mapping[str, str]) -> list[str]:
        """Names in the order of their alphabet, for a drop-down."""
        return sorted(names.values(), key=lambda name: collation_key(name, self.language))

    def yes_no(self) -> list[str]:
        return [YES_NO[True][self._place], YES_NO[False][self._place]]

    def kinds(self) -> list[str]:
        return [names[self._place] for names in KIND_NAMES.values()]

    def clear(self) -> str:
        return CLEAR[self._place]

    def cells(self, draft: Draft) -> dict[str, str]:
        """A draft as cells by the canonical names of their columns; an empty value is no cell.

        Technologies are numbered from 1.
        """
        choice = self._choice
        cells = {
            "external_id": written(draft.external_id or ""),
            "college": self.college_names.get(draft.college, draft.college),
            "kind": choice(KIND_NAMES, draft.kind),
            "field": self.fields.get(draft.field or "", ""),
            "specialty": self.specialty_names.get(draft.specialty or "", ""),
            "keywords": written_items(draft.keywords),
            "creators": "; ".join(choice(ROLE_NAMES, role) for role in draft.creators),
            "team_size": _number(draft.team_size),
            "course": _number(draft.course),
            "seeking": "; ".join(choice(SEEKING_NAMES, wish) for wish in sorted(draft.seeking)),
            "contactable": self._flag(draft.contactable),
            "links": written_items(draft.links),
            "hall": self.halls.get(draft.hall or "", ""),
            "stand": written(draft.stand or ""),
        }
        for language, text in draft.texts.items():
            for part in ("title", "summary", "description"):
                cells[f"{part}_{language}"] = written(getattr(text, part))
        for number, slug in enumerate(draft.technologies, start=1):
            cells[f"technologies_{number}"] = self.technologies.get(slug, slug)
        cells |= self._stand_needs(draft.logistics)
        return {name: cell for name, cell in cells.items() if cell}

    def _stand_needs(self, logistics: Logistics) -> dict[str, str]:
        return {
            "power_watts": _number(logistics.power_watts),
            "floor_area": _number(logistics.floor_area),
            "network": self._flag(logistics.network),
            "noise": self._flag(logistics.noise),
            "fire": self._flag(logistics.fire),
            "people": _number(logistics.people),
            "teacher_phone": written(logistics.teacher_phone or ""),
        }

    def _name(
        self, names: Mapping[str, str], slug: str, found: Callable[[str], Sequence[str]]
    ) -> str:
        chosen = best(names, self.language)
        return chosen[1] if chosen and tuple(found(chosen[1])) == (slug,) else slug

    def _field(self, name: str) -> Sequence[str]:
        return self._field_book.find(name)

    def _choice(self, names: Mapping[Any, tuple[str, str, str]], choice: object) -> str:
        return names[choice][self._place] if choice else ""

    def _flag(self, flag: bool) -> str:
        return YES_NO[flag][self._place]


def _labels(session: Session) -> dict[str, dict[str, str]]:
    """The preferred labels of every technology, by language."""
    query = (
        select(Technology.slug, TechnologyLabel.language, TechnologyLabel.label)
        .join(TechnologyLabel, TechnologyLabel.technology_id == Technology.id)
        .where(TechnologyLabel.preferred)
    )
    labels: dict[str, dict[str, str]] = {}
    for slug, language, label in session.execute(query):
        labels.setdefault(slug, {})[language] = label
    return labels


def _number(number: int | None) -> str:
    return "" if number is None else str(number)
