"""Colleges and specialties: entering them, and finding one by any name people give it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from catalog.languages import LANGUAGES, language_of
from catalog.models import College, CollegeAlias, Specialty
from catalog.names import NameBook, slug_of
from catalog.store import public_changed

_PER_LANGUAGE = ("name", "short_name", "address", "about")


@dataclass(frozen=True)
class CollegeFacts:
    """What a college says of itself in public; names are by language, at least one given."""

    slug: str
    names: Mapping[str, str]
    short_names: Mapping[str, str] = field(default_factory=dict)
    address: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)
    aliases: Sequence[str] = ()
    specialties: Sequence[Mapping[str, str]] = ()
    phone: str | None = None
    email: str | None = None
    site: str | None = None
    study_url: str | None = None
    founded: int | None = None


class Colleges:
    """All colleges of the catalog, found by slug or by any name; new ones can be added."""

    def __init__(self, session: Session) -> None:
        self._session = session
        query = select(College).options(
            selectinload(College.aliases), selectinload(College.specialties)
        )
        self.by_slug = {college.slug: college for college in session.scalars(query)}
        self._reserved: dict[str, str] = {}
        self._book = NameBook(
            (name, college.slug)
            for college in self.by_slug.values()
            for name in _all_names(college)
        )

    def find(self, name: str) -> tuple[str, ...]:
        """The slugs of the colleges that go by this name, or have this slug."""
        return (name,) if name in self.by_slug else self._book.find(name)

    def suggest(self, name: str) -> str | None:
        """The known name nearest to an unknown one."""
        return self._book.suggest(name)

    def keep(self, facts: CollegeFacts, specialties: "Specialties") -> College:
        """Enter a college, or make a known one (by slug) what the facts say."""
        college = self.by_slug.get(facts.slug)
        if college is None:
            college = College(slug=facts.slug)
            self._session.add(college)
            self.by_slug[facts.slug] = college
        by_language = (facts.names, facts.short_names, facts.address, facts.about)
        for column, texts in zip(_PER_LANGUAGE, by_language, strict=True):
            for language in LANGUAGES:
                setattr(college, f"{column}_{language}", texts.get(language))
        for name in ("phone", "email", "site", "study_url", "founded"):
            setattr(college, name, getattr(facts, name))
        aliases = list(dict.fromkeys(facts.aliases))
        if [row.alias for row in college.aliases] != aliases:
            college.aliases.clear()
            # The old aliases go first: a new one may equal an old one, and no two may be equal.
            self._session.flush()
            college.aliases = [CollegeAlias(alias=alias) for alias in aliases]
        taught = [specialties.keep(names) for names in facts.specialties]
        if {row.slug for row in college.specialties} != {row.slug for row in taught}:
            college.specialties = list({row.slug: row for row in taught}.values())
        if self._session.is_modified(college) or college in self._session.new:
            public_changed(self._session)
        for name in _all_names(college):
            self._book.add(name, college.slug)
        return college

    def reserve(self, name: str) -> str:
        """The slug of a college of which only the name is known; `row` enters it when needed."""
        slug = slug_of(name, self.by_slug.keys() | self._reserved.keys())
        self._reserved[slug] = name
        self._book.add(name, slug)
        return slug

    def names_reserved(self, slugs: Iterable[str]) -> tuple[str, ...]:
        """The names of those slugs that were reserved, in the order they came."""
        wanted = set(slugs)
        return tuple(name for slug, name in self._reserved.items() if slug in wanted)

    def row(self, slug: str) -> College:
        """The college of a known or reserved slug."""
        if slug not in self.by_slug:
            name = self._reserved[slug]
            college = College(slug=slug, **{f"name_{language_of(name)}": name})
            self._session.add(college)
            self.by_slug[slug] = college
            public_changed(self._session, ())
        return self.by_slug[slug]


class Specialties:
    """All specialties of the catalog, found by name in any language; new ones can be added."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.by_slug = {row.slug: row for row in session.scalars(select(Specialty))}
        self._reserved: dict[str, dict[str, str]] = {}
        self._book = NameBook(
            (name, row.slug) for row in self.by_slug.values() for name in row.names.values()
        )

    def find(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """The slugs of the specialties that go by these names, all languages together.

        A slug is a name, too.
        """
        found = (
            slug
            for name in names.values()
            for slug in ((name,) if name in self.by_slug else self._book.find(name))
        )
        return tuple(dict.fromkeys(found))

    def reserve(self, names: Mapping[str, str]) -> str:
        """The slug of the specialty of these names; a new one is entered when `row` asks for it."""
        found = self.find(names)
        if found:
            return found[0]
        name = names.get("en") or names.get("kk") or next(iter(names.values()))
        slug = slug_of(name, self.by_slug.keys() | self._reserved.keys())
        self._reserved[slug] = dict(names)
        for name in names.values():
            self._book.add(name, slug)
        return slug

    def row(self, slug: str) -> Specialty:
        """The specialty of a known or reserved slug."""
        if slug not in self.by_slug:
            columns = {f"name_{language}": name for language, name in self._reserved[slug].items()}
            self.by_slug[slug] = Specialty(slug=slug, **columns)
            self._session.add(self.by_slug[slug])
            public_changed(self._session, ())
        return self.by_slug[slug]

    def keep(self, names: Mapping[str, str]) -> Specialty:
        """The specialty of these names, entered if it is new, its missing languages filled in.

        Names that are already there stay as they are.
        """
        specialty = self.row(self.reserve(names))
        for language, name in names.items():
            if not getattr(specialty, f"name_{language}"):
                setattr(specialty, f"name_{language}", name)
                self._book.add(name, specialty.slug)
                public_changed(self._session)
        return specialty


def _all_names(college: College) -> Iterable[str]:
    yield from college.names.values()
    yield from college.short_names.values()
    yield from (row.alias for row in college.aliases)
