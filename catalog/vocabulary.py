"""The vocabulary of technologies: filling it from a file, and recognizing its labels."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog.errors import CatalogError
from catalog.languages import LANGUAGES
from catalog.models import Technology, TechnologyLabel
from catalog.names import NameBook
from catalog.store import public_changed


def load_technologies(session: Session, rows: Iterable[Mapping[str, Any]]) -> None:
    """Make the catalog's technologies what the rows say; those not named stay as they are.

    A row holds slug, label_kk / label_ru / label_en, alt_kk / alt_ru / alt_en (lists), and broader
    (a list of slugs). Raises CatalogError for a broader term that is nowhere, and for a circle.
    """
    rows = list(rows)
    query = select(Technology).options(
        selectinload(Technology.labels), selectinload(Technology.broader)
    )
    technologies = {technology.slug: technology for technology in session.scalars(query)}
    for row in rows:
        if row["slug"] not in technologies:
            technologies[row["slug"]] = Technology(slug=row["slug"])
            session.add(technologies[row["slug"]])
            public_changed(session)
    for row in rows:
        technology = technologies[row["slug"]]
        _set_labels(session, technology, _labels_of(row))
        _set_broader(session, technology, row.get("broader") or [], technologies)
    _refuse_circles(technologies)
    session.flush()


class Technologies:
    """Recognizes technologies by any of their labels in any language."""

    def __init__(self, session: Session) -> None:
        labels = session.execute(
            select(TechnologyLabel.label, Technology.slug)
            .join(Technology, Technology.id == TechnologyLabel.technology_id)
            # A label that two technologies share is the one's that prefers it.
            .order_by(TechnologyLabel.preferred.desc(), Technology.slug)
        ).all()
        self._slugs = set(session.scalars(select(Technology.slug)))
        self._book = NameBook((label, slug) for label, slug in labels)

    def recognize(self, label: str) -> str | None:
        """The slug of the technology that is called so (or has this slug); None if none is."""
        if label in self._slugs:
            return label
        found = self._book.find(label)
        return found[0] if found else None

    def suggest(self, label: str) -> str | None:
        """The known label nearest to an unknown one."""
        return self._book.suggest(label)


def _labels_of(row: Mapping[str, Any]) -> list[tuple[str, str, bool]]:
    """(language, label, preferred), the preferred one first in each language, none twice."""
    labels: dict[tuple[str, str], bool] = {}
    for language in LANGUAGES:
        preferred = row.get(f"label_{language}")
        if preferred:
            labels[language, preferred] = True
        for label in row.get(f"alt_{language}") or []:
            labels.setdefault((language, label), False)
    return [(language, label, preferred) for (language, label), preferred in labels.items()]


def _set_labels(
    session: Session, technology: Technology, wanted: list[tuple[str, str, bool]]
) -> None:
    kept = [(row.language, row.label, row.preferred) for row in technology.labels]
    if kept == wanted:
        return
    technology.labels.clear()
    # The old labels go first: a new one may equal an old one, and no two may be equal.
    session.flush()
    technology.labels.extend(
        TechnologyLabel(language=language, label=label, preferred=preferred)
        for language, label, preferred in wanted
    )
    public_changed(session)


def _set_broader(
    session: Session,
    technology: Technology,
    slugs: Sequence[str],
    technologies: Mapping[str, Technology],
) -> None:
    for slug in slugs:
        if slug not in technologies:
            raise CatalogError(
                f"Technology {technology.slug!r} names the broader term {slug!r}, which is not in"
                " the vocabulary; add it or mend the name."
            )
    if {broader.slug for broader in technology.broader} != set(slugs):
        technology.broader = [technologies[slug] for slug in slugs]
        public_changed(session)


def _refuse_circles(technologies: Mapping[str, Technology]) -> None:
    done: set[str] = set()

    def climb(technology: Technology, path: tuple[str, ...]) -> None:
        if technology.slug in path:
            circle = " < ".join((*path[path.index(technology.slug) :], technology.slug))
            raise CatalogError(f"The broader terms run in a circle: {circle}.")
        if technology.slug in done:
            return
        for broader in technology.broader:
            climb(broader, (*path, technology.slug))
        done.add(technology.slug)

    for technology in technologies.values():
        climb(technology, ())
