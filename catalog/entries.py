"""Saving an entry: the values of a Draft become the rows of an exhibit."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, true
from sqlalchemy.orm import Session, selectinload

from catalog.choices import State
from catalog.colleges import Colleges, Specialties
from catalog.drafts import Draft, Logistics, draft_of
from catalog.errors import NotThere
from catalog.models import (
    Edition,
    Exhibit,
    ExhibitCreator,
    ExhibitKeyword,
    ExhibitLink,
    ExhibitLogistics,
    ExhibitPerson,
    ExhibitPicture,
    ExhibitSeeking,
    ExhibitTechnology,
    ExhibitText,
    Field,
    Hall,
    Person,
    PicturePerson,
    PictureUpload,
    Technology,
    UsedCode,
)
from catalog.store import public_changed


class Entries:
    """The entries of one edition, within one session: what there is, new ones, changed ones."""

    def __init__(self, session: Session, edition: Edition) -> None:
        self._session = session
        self.edition = edition
        self.colleges = Colleges(session)
        self.specialties = Specialties(session)
        self._gathered: list[tuple[Exhibit, Draft]] | None = None
        self._fields = {row.slug: row for row in session.scalars(select(Field))}
        self._technologies = {row.slug: row for row in session.scalars(select(Technology))}

    def create(self, code: str, draft: Draft, *, now: datetime) -> Exhibit:
        """A new exhibit with that code and these values, in no state yet: `transition` gives one."""
        exhibit = Exhibit(
            code=code,
            used_code=UsedCode(code=code),
            edition=self.edition,
            created_at=now,
            updated_at=now,
        )
        self._session.add(exhibit)
        self._write(exhibit, draft)
        return exhibit

    def change(self, changes: Sequence[tuple[Exhibit, Draft]], *, now: datetime) -> None:
        """Give exhibits new values, all of them together, so that two may swap their stands."""
        if self._gathered is not None:
            self._gathered += changes
            return
        changes = [(exhibit, draft) for exhibit, draft in changes if draft_of(exhibit) != draft]
        for exhibit, _ in changes:
            exhibit.stand_number = None
            exhibit.external_id = None
            exhibit.technology_links.clear()
            exhibit.keywords.clear()
            exhibit.creators.clear()
            exhibit.people.clear()
            exhibit.seeking.clear()
            exhibit.pictures.clear()
            exhibit.links.clear()
        # The old values go first: a new one may equal an old one where no two may be equal.
        self._session.flush()
        for exhibit, draft in changes:
            self._write(exhibit, draft)
            exhibit.updated_at = now
            exhibit.version += 1
            if exhibit.state == State.PUBLISHED:
                public_changed(self._session, [exhibit.code])

    @contextmanager
    def together(self, *, now: datetime) -> Iterator[None]:
        """Make all changes of this block at its end, so that two may swap their stands."""
        self._gathered = []
        try:
            yield
            gathered = self._gathered
        finally:
            self._gathered = None
        self.change(gathered, now=now)

    def _write(self, exhibit: Exhibit, draft: Draft) -> None:
        exhibit.college = self.colleges.row(draft.college)
        exhibit.field = self._fields[draft.field] if draft.field else None
        exhibit.specialty = self.specialties.row(draft.specialty) if draft.specialty else None
        exhibit.hall = _hall(self.edition, draft.hall)
        exhibit.stand_number = draft.stand
        exhibit.kind = draft.kind
        exhibit.team_size = draft.team_size
        exhibit.course = draft.course
        exhibit.contactable = draft.contactable
        exhibit.external_id = draft.external_id
        _write_texts(exhibit, draft)
        exhibit.technology_links = [
            ExhibitTechnology(position=position, technology=self._technologies[slug])
            for position, slug in enumerate(draft.technologies)
        ]
        exhibit.keywords = [
            ExhibitKeyword(position=position, keyword=keyword)
            for position, keyword in enumerate(draft.keywords)
        ]
        exhibit.creators = [
            ExhibitCreator(position=position, role=role)
            for position, role in enumerate(draft.creators)
        ]
        people = self._people(exhibit, draft)
        exhibit.people = [
            ExhibitPerson(position=position, person_id=one.person, role=one.role, shown=one.shown)
            for position, one in enumerate(one for one in draft.named if one.person in people)
        ]
        exhibit.links = [
            ExhibitLink(position=position, url=url) for position, url in enumerate(draft.links)
        ]
        _write_logistics(exhibit, draft.logistics)
        exhibit.seeking = [ExhibitSeeking(seeking=wish) for wish in sorted(draft.seeking)]
        kept = self._pictures(exhibit, draft)
        exhibit.pictures = [
            ExhibitPicture(
                position=position,
                hash=picture.hash,
                nobody_recognizable=picture.nobody_recognizable,
                people=[
                    PicturePerson(hash=picture.hash, person_id=person)
                    for person in sorted(people.intersection(picture.people))
                ],
                **{f"alt_{language}": alt for language, alt in picture.alt.items()},
            )
            for position, picture in enumerate(one for one in draft.pictures if one.hash in kept)
        ]

    def _people(self, exhibit: Exhibit, draft: Draft) -> frozenset[int]:
        """Those of a draft's people who are the college's; others are left out, as if erased."""
        named = {one.person for one in draft.named}
        named.update(*(picture.people for picture in draft.pictures))
        if not named:
            return frozenset()
        return frozenset(
            self._session.scalars(
                select(Person.id).where(
                    Person.id.in_(named),
                    Person.college_id == exhibit.college.id,
                    Person.edition_id == self.edition.id,
                )
            )
        )

    def _pictures(self, exhibit: Exhibit, draft: Draft) -> frozenset[str]:
        """Those of a draft's pictures that the college gave in; others are left out, as if gone."""
        hashes = {picture.hash for picture in draft.pictures}
        if not hashes:
            return frozenset()
        return frozenset(
            self._session.scalars(
                select(PictureUpload.hash).where(
                    PictureUpload.hash.in_(hashes), PictureUpload.college_id == exhibit.college.id
                )
            )
        )


def exhibits_of(
    session: Session, edition: Edition, *, codes: Collection[str] | None = None
) -> Iterable[Exhibit]:
    """Every exhibit of an edition in whatever state, with all that `draft_of` reads.

    Of `codes`, where they are given.
    """
    query = (
        select(Exhibit)
        .where(
            Exhibit.edition_id == edition.id,
            true() if codes is None else Exhibit.code.in_(codes),
        )
        .options(
            selectinload(Exhibit.texts),
            selectinload(Exhibit.technology_links).selectinload(ExhibitTechnology.technology),
            selectinload(Exhibit.keywords),
            selectinload(Exhibit.creators),
            selectinload(Exhibit.people),
            selectinload(Exhibit.seeking),
            selectinload(Exhibit.pictures).selectinload(ExhibitPicture.people),
            selectinload(Exhibit.links),
            selectinload(Exhibit.logistics),
        )
        .order_by(Exhibit.id)
    )
    return session.scalars(query)


def entry(session: Session, code: str) -> Exhibit:
    """The entry of a code, in whatever state; raises NotThere."""
    found = session.scalars(select(Exhibit).where(Exhibit.code == code)).one_or_none()
    if found is None:
        raise NotThere(f"There is no exhibit {code}.")
    return found


def _hall(edition: Edition, slug: str | None) -> Hall | None:
    """The edition's hall; an archive's halls are those its exhibits name."""
    if slug is None:
        return None
    for hall in edition.halls:
        if hall.slug == slug:
            return hall
    hall = Hall(slug=slug, name_en=slug)
    edition.halls.append(hall)
    return hall


def _write_logistics(exhibit: Exhibit, logistics: Logistics) -> None:
    if logistics == Logistics():
        exhibit.logistics = None
        return
    if exhibit.logistics is None:
        exhibit.logistics = ExhibitLogistics()
    for name, value in asdict(logistics).items():
        setattr(exhibit.logistics, name, value)


def _write_texts(exhibit: Exhibit, draft: Draft) -> None:
    kept = {text.language: text for text in exhibit.texts}
    for language in kept.keys() - draft.texts.keys():
        exhibit.texts.remove(kept[language])
    for language, text in draft.texts.items():
        row = kept.get(language)
        if row is None:
            row = ExhibitText(language=language)
            exhibit.texts.append(row)
        row.title, row.summary, row.description = text.title, text.summary, text.description
        row.origin = text.origin
