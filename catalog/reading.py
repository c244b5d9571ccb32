"""What screens and the index ask of the catalog: only what is public, a few queries a question."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session, selectinload

from catalog.choices import (
    AwardLevel,
    AwardPlace,
    Kind,
    MovedKind,
    Origin,
    Role,
    Seeking,
    State,
)
from catalog.consents import creators_query, picture_is_public
from catalog.drafts import Demands
from catalog.languages import LANGUAGES
from catalog.models import (
    Award,
    CatalogRevision,
    College,
    Edition,
    Exhibit,
    ExhibitCreator,
    ExhibitKeyword,
    ExhibitPerson,
    ExhibitPicture,
    ExhibitSeeking,
    ExhibitTechnology,
    ExhibitText,
    Field,
    Hall,
    MovedSlug,
    PublicChange,
    Specialty,
    Technology,
    TechnologyBroader,
    TechnologyLabel,
)
from catalog.records import (
    AwardRecord,
    CollegeBrief,
    CollegeRecord,
    CreatorRecord,
    EditionRecord,
    ExhibitRecord,
    FieldRecord,
    HallRecord,
    PictureRecord,
    SpecialtyRecord,
    TechnologyRecord,
    TextRecord,
)

_Query = Select[*tuple[Any, ...]]
_Row = Row[*tuple[Any, ...]]
_Briefs = Mapping[int, _Row]

_AWARD = (
    Award.name_kk, Award.name_ru, Award.name_en, Award.issuer, Award.level, Award.place, Award.year,
)  # fmt: skip
_REVISION = select(CatalogRevision.number)
# What hangs on an exhibit: a table's columns, the exhibit's first, in the order they are read.
_PARTS: Mapping[str, tuple[_Query, Any]] = {
    "texts": (
        select(
            ExhibitText.exhibit_id, ExhibitText.language, ExhibitText.title, ExhibitText.summary,
            ExhibitText.description, ExhibitText.origin,
        ).order_by(ExhibitText.exhibit_id),
        ExhibitText.exhibit_id,
    ),
    "technologies": (
        select(ExhibitTechnology.exhibit_id, Technology.slug)
        .join(Technology, Technology.id == ExhibitTechnology.technology_id)
        .order_by(ExhibitTechnology.exhibit_id, ExhibitTechnology.position),
        ExhibitTechnology.exhibit_id,
    ),
    "keywords": (
        select(ExhibitKeyword.exhibit_id, ExhibitKeyword.keyword)
        .order_by(ExhibitKeyword.exhibit_id, ExhibitKeyword.position),
        ExhibitKeyword.exhibit_id,
    ),
    "creators": (
        select(ExhibitCreator.exhibit_id, ExhibitCreator.role)
        .order_by(ExhibitCreator.exhibit_id, ExhibitCreator.position),
        ExhibitCreator.exhibit_id,
    ),
    "seeking": (
        select(ExhibitSeeking.exhibit_id, ExhibitSeeking.seeking)
        .order_by(ExhibitSeeking.exhibit_id, ExhibitSeeking.seeking),
        ExhibitSeeking.exhibit_id,
    ),
    "pictures": (
        select(
            ExhibitPicture.exhibit_id, ExhibitPicture.hash, ExhibitPicture.alt_kk,
            ExhibitPicture.alt_ru, ExhibitPicture.alt_en,
        )
        .where(picture_is_public())
        .order_by(ExhibitPicture.exhibit_id, ExhibitPicture.position),
        ExhibitPicture.exhibit_id,
    ),
    "people": (creators_query(), ExhibitPerson.exhibit_id),
    "awards": (
        select(Award.exhibit_id, *_AWARD)
        .where(Award.exhibit_id.is_not(None))
        .order_by(Award.exhibit_id, Award.year.desc(), Award.id),
        Award.exhibit_id,
    ),
}  # fmt: skip
# Made once: putting a query together takes as long as running it.
_PARTS_OF_SOME: Mapping[str, _Query] = {
    part: query.where(owner.in_(bindparam("owners", expanding=True)))
    for part, (query, owner) in _PARTS.items()
}
# Below PostgreSQL's limit of parameters and SQLite's older one.
_CODES_AT_ONCE = 500


def revision(session: Session) -> int:
    """The number that rises with every change visitors can see."""
    # Asked at every rerun: past the session, which takes as long again.
    return session.connection().execute(_REVISION).scalar_one()


def revision_token(session: Session, number: int) -> str | None:
    """What tells a revision from those of the same number in other catalogs; None if forgotten."""
    return session.scalar(select(PublicChange.token).where(PublicChange.number == number))


def changes(session: Session, number: int) -> frozenset[str] | None:
    """The codes of the exhibits that changed since a revision; None if it may be anything."""
    rows = session.scalars(select(PublicChange.codes).where(PublicChange.number > number)).all()
    if len(rows) != revision(session) - number or None in rows:
        return None
    return frozenset(code for codes in rows for code in codes or ())


def current_edition(session: Session) -> EditionRecord | None:
    """The edition visitors see first."""
    return next(iter(_editions(session, Edition.is_current.is_(True))), None)


def edition(session: Session, slug: str) -> EditionRecord | None:
    """An edition by its slug, whether its gallery is on or not."""
    return next(iter(_editions(session, Edition.slug == slug)), None)


def editions(session: Session) -> tuple[EditionRecord, ...]:
    """Every edition, the current one first, then the newest."""
    return _editions(session)


def demands(session: Session, edition_slug: str) -> Demands:
    """What an edition asks of an exhibit before it may be published."""
    row = session.scalars(select(Edition).where(Edition.slug == edition_slug)).one()
    return Demands.of(row)


def exhibit(session: Session, code: str) -> ExhibitRecord | None:
    """A public exhibit of any edition by its code; None if it is not there or not public."""
    return _exhibits(session, _public().where(Exhibit.code == code)).get(code)


def exhibits(
    session: Session, edition_slug: str, codes: Collection[str] | None = None
) -> dict[str, ExhibitRecord]:
    """The public exhibits of an edition by code, in the order they were entered.

    With `codes` only those, in the order given; codes that aren't public are left out.
    """
    query = _public().where(Edition.slug == edition_slug)
    return _exhibits(session, query) if codes is None else _by_code(session, query, codes)


def public_codes(session: Session, edition_slug: str) -> list[str]:
    """The codes of the public exhibits of an edition, in the order they were entered."""
    within = _public().where(Edition.slug == edition_slug).with_only_columns(Exhibit.code)
    return list(session.scalars(within.order_by(Exhibit.id)))


def exhibits_by_code(session: Session, codes: Collection[str]) -> dict[str, ExhibitRecord]:
    """The public exhibits of these codes, whatever their edition, in the order given."""
    return _by_code(session, _public(), codes)


def _by_code(session: Session, query: _Query, codes: Collection[str]) -> dict[str, ExhibitRecord]:
    wanted = list(dict.fromkeys(codes))
    found: dict[str, ExhibitRecord] = {}
    for start in range(0, len(wanted), _CODES_AT_ONCE):
        some = wanted[start : start + _CODES_AT_ONCE]
        found |= _exhibits(session, query.where(Exhibit.code.in_(some)))
    return {code: found[code] for code in wanted if code in found}


def colleges(
    session: Session, edition_slug: str, slugs: Collection[str] | None = None
) -> tuple[CollegeRecord, ...]:
    """Every college, in the order they were entered, counting its exhibits in an edition.

    Colleges without a public exhibit in it are there too, with a count of 0. With `slugs` only
    those.
    """
    if slugs is None:
        return _colleges(session, edition_slug)
    return _colleges(session, edition_slug, College.slug.in_(slugs))


def college(session: Session, slug: str, edition_slug: str) -> CollegeRecord | None:
    """A college by its slug, counting its public exhibits in an edition."""
    return next(iter(_colleges(session, edition_slug, College.slug == slug)), None)


def moved_to(session: Session, kind: MovedKind, slug: str) -> str | None:
    """The slug of what a college or technology was merged into; None if it wasn't."""
    return session.scalar(
        select(MovedSlug.to).where(MovedSlug.kind == kind, MovedSlug.slug == slug)
    )


def technologies(session: Session, edition_slug: str) -> tuple[TechnologyRecord, ...]:
    """The whole vocabulary by slug, counting the public exhibits of an edition."""
    return _technologies(session, edition_slug)


def technology(session: Session, slug: str, edition_slug: str) -> TechnologyRecord | None:
    """A technology by its slug, counting the public exhibits of an edition."""
    return next(iter(_technologies(session, edition_slug, Technology.slug == slug)), None)


def fields(session: Session) -> tuple[FieldRecord, ...]:
    """Every field, in the fair's own order."""
    rows = session.scalars(select(Field).order_by(Field.position, Field.slug))
    return tuple(FieldRecord(row.slug, row.names, row.hue) for row in rows)


def specialties(session: Session) -> tuple[SpecialtyRecord, ...]:
    """Every specialty, in the order they were entered."""
    rows = session.scalars(select(Specialty).order_by(Specialty.id))
    return tuple(SpecialtyRecord(row.slug, row.names) for row in rows)


def is_public() -> ColumnElement[bool]:
    """The one condition under which the public sees an exhibit (joined with its edition)."""
    return and_(Exhibit.state == State.PUBLISHED, ~Exhibit.hidden, Edition.gallery_on)


def _public() -> _Query:
    return select(Exhibit.id).join(Edition, Edition.id == Exhibit.edition_id).where(is_public())


def _editions(session: Session, *conditions: ColumnElement[bool]) -> tuple[EditionRecord, ...]:
    rows = session.scalars(
        select(Edition)
        .where(*conditions)
        .options(selectinload(Edition.halls))
        .order_by(Edition.is_current.desc(), Edition.year.desc(), Edition.id)
    )
    return tuple(
        EditionRecord(
            slug=row.slug,
            year=row.year,
            names=row.names,
            venue=row.venue,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            gallery_on=row.gallery_on,
            is_demo=row.is_demo,
            is_current=row.is_current,
            halls=tuple(HallRecord(hall.slug, hall.names) for hall in row.halls),
        )
        for row in rows
    )


def _exhibits(session: Session, public: _Query) -> dict[str, ExhibitRecord]:
    """Records by code: one query for the exhibits and one for each table that hangs on them."""
    within = public.subquery()
    # The connection itself: rows are all that is wanted, and a session takes twice as long for them.
    execute = session.connection().execute
    rows = execute(
        select(
            Exhibit.id, Exhibit.code, Exhibit.kind, Exhibit.stand_number, Exhibit.team_size,
            Exhibit.course, Exhibit.contactable, Exhibit.college_id, Exhibit.field_id,
            Exhibit.specialty_id, Exhibit.hall_id, Edition.slug.label("edition_slug"),
        )
        .join(Edition, Edition.id == Exhibit.edition_id)
        .where(Exhibit.id.in_(select(within.c.id)))
        .order_by(Exhibit.id)
    ).all()  # fmt: skip
    if not rows:
        return {}
    # A page's exhibits are named one by one: looking for them in every query took half the time.
    owners = [row.id for row in rows] if len(rows) <= _CODES_AT_ONCE else select(within.c.id)

    def hanging(part: str) -> dict[int, list[_Row]]:
        """The rows of a part by the exhibit they hang on, which is their first column."""
        found: dict[int, list[_Row]] = defaultdict(list)
        query, owner = _PARTS[part]
        if isinstance(owners, list):
            read = execute(_PARTS_OF_SOME[part], {"owners": owners})
        else:
            read = execute(query.where(owner.in_(owners)))
        for row in read:
            found[row[0]].append(row)
        return found

    texts, technology_slugs, keywords = map(hanging, ("texts", "technologies", "keywords"))
    creators, seeking, pictures = map(hanging, ("creators", "seeking", "pictures"))
    people, awards = map(hanging, ("people", "awards"))

    def named(table: type[Field | Specialty | Hall | College], column: str, *more: Any) -> _Briefs:
        """The rows that the exhibits name in a column, by id: slug, names, and `more` columns."""
        ids = {getattr(row, column) for row in rows} - {None}
        query = select(table.id, table.slug, table.name_kk, table.name_ru, table.name_en, *more)
        if len(ids) <= _CODES_AT_ONCE:
            query = query.where(table.id.in_(ids))
        return {row.id: row for row in execute(query)} if ids else {}

    shorts = (College.short_name_kk, College.short_name_ru, College.short_name_en)
    college_of = {
        owner: CollegeBrief(row.slug, _by_language(row[2:5]), _by_language(row[5:8]))
        for owner, row in named(College, "college_id", *shorts).items()
    }
    field_of = {
        owner: FieldRecord(row.slug, _by_language(row[2:5]), row.hue)
        for owner, row in named(Field, "field_id", Field.hue).items()
    }
    specialty_of, hall_of = (
        {owner: (row.slug, _by_language(row[2:5])) for owner, row in found.items()}
        for found in (named(Specialty, "specialty_id"), named(Hall, "hall_id"))
    )
    nothing: tuple[None, dict[str, str]] = (None, {})
    records = {}
    for row in rows:
        specialty_slug, specialty_names = specialty_of.get(row.specialty_id, nothing)
        hall_slug, hall_names = hall_of.get(row.hall_id, nothing)
        records[row.code] = ExhibitRecord(
            code=row.code,
            edition_slug=row.edition_slug,
            texts=_texts(texts[row.id]),
            college=college_of[row.college_id],
            field=field_of.get(row.field_id),
            kind=Kind(row.kind) if row.kind else None,
            specialty=specialty_names,
            specialty_slug=specialty_slug,
            technologies=tuple(slug for _, slug in technology_slugs[row.id]),
            keywords=tuple(keyword for _, keyword in keywords[row.id]),
            hall=hall_slug,
            hall_names=hall_names,
            stand=row.stand_number,
            creators=tuple(Role(role) for _, role in creators[row.id]),
            team_size=row.team_size,
            course=row.course,
            seeking=tuple(Seeking(wish) for _, wish in seeking[row.id]),
            contactable=row.contactable,
            pictures=tuple(
                PictureRecord(picture.hash, _by_language(picture[2:]))
                for picture in pictures[row.id]
            ),
            people=tuple(CreatorRecord(Role(role), name) for _, role, name in people[row.id]),
            awards=tuple(_award(one) for one in awards[row.id]),
        )
    return records


def _award(row: _Row) -> AwardRecord:
    """The award in a row of `_AWARD` with its owner before."""
    _, kk, ru, en, issuer, level, place, year = row
    names = _by_language((kk, ru, en))
    return AwardRecord(names, issuer, AwardLevel(level), AwardPlace(place), year)


def _texts(rows: Iterable[_Row]) -> dict[str, TextRecord]:
    found = {
        row.language: TextRecord(row.title, row.summary, row.description, Origin(row.origin))
        for row in rows
    }
    return {language: found[language] for language in LANGUAGES if language in found}


def _by_language(values: Iterable[str | None]) -> dict[str, str]:
    return {language: value for language, value in zip(LANGUAGES, values, strict=True) if value}


def _colleges(
    session: Session, edition_slug: str, *conditions: ColumnElement[bool]
) -> tuple[CollegeRecord, ...]:
    within = select(College.id).where(*conditions) if conditions else None
    counts = _counts(session, edition_slug, Exhibit.college_id, within)
    awards = _college_awards(session, within)
    rows = session.scalars(
        select(College)
        .where(*conditions)
        .options(selectinload(College.aliases), selectinload(College.specialties))
        .order_by(College.id)
    )
    return tuple(
        CollegeRecord(
            slug=row.slug,
            names=row.names,
            short_names=row.short_names,
            aliases=tuple(alias.alias for alias in row.aliases),
            address=row.address,
            about=row.about,
            phone=row.phone,
            email=row.email,
            site=row.site,
            study_url=row.study_url,
            founded=row.founded,
            specialties=tuple(SpecialtyRecord(one.slug, one.names) for one in row.specialties),
            exhibit_count=counts.get(row.id, 0),
            awards=tuple(awards[row.id]),
        )
        for row in rows
    )


def _college_awards(
    session: Session, within: Select[int] | None
) -> Mapping[int, list[AwardRecord]]:
    """What colleges, or some of them, were given themselves, the newest first."""
    query: _Query = (
        select(Award.college_id, *_AWARD)
        .where(Award.college_id.is_not(None))
        .order_by(Award.year.desc(), Award.id)
    )
    if within is not None:
        query = query.where(Award.college_id.in_(within))
    found: dict[int, list[AwardRecord]] = defaultdict(list)
    for row in session.execute(query):
        found[row[0]].append(_award(row))
    return found


def _technologies(
    session: Session, edition_slug: str, *conditions: ColumnElement[bool]
) -> tuple[TechnologyRecord, ...]:
    counts = _counts(session, edition_slug, ExhibitTechnology.technology_id)
    rows = session.execute(
        select(Technology.id, Technology.slug).where(*conditions).order_by(Technology.slug)
    ).all()
    slug_of = {row.id: row.slug for row in session.execute(select(Technology.id, Technology.slug))}
    broader: dict[int, list[str]] = defaultdict(list)
    narrower: dict[int, list[str]] = defaultdict(list)
    links = select(TechnologyBroader.technology_id, TechnologyBroader.broader_id)
    for own, above in session.execute(links):
        broader[own].append(slug_of[above])
        narrower[above].append(slug_of[own])
    preferred: dict[int, dict[str, str]] = defaultdict(dict)
    alternatives: dict[int, dict[str, tuple[str, ...]]] = defaultdict(dict)
    # Columns, not objects: the first light page after a start waits for a thousand labels.
    labels = session.execute(
        select(
            TechnologyLabel.technology_id, TechnologyLabel.language, TechnologyLabel.label,
            TechnologyLabel.preferred,
        )
        .join(Technology, Technology.id == TechnologyLabel.technology_id)
        .where(*conditions)
        .order_by(TechnologyLabel.id)
    )  # fmt: skip
    for owner, language, label, is_preferred in labels:
        if is_preferred:
            preferred[owner][language] = label
        else:
            known = alternatives[owner]
            known[language] = (*known.get(language, ()), label)
    return tuple(
        TechnologyRecord(
            slug=row.slug,
            labels=preferred[row.id],
            alternatives=alternatives[row.id],
            broader=tuple(sorted(broader[row.id])),
            narrower=tuple(sorted(narrower[row.id])),
            exhibit_count=counts.get(row.id, 0),
        )
        for row in rows
    )


def _counts(
    session: Session, edition_slug: str, by: Any, within: Select[int] | None = None
) -> Mapping[int, int]:
    """How many public exhibits of an edition stand behind each value of a column, or some of them."""
    query = (
        select(by, func.count(Exhibit.id))
        .select_from(Exhibit)
        .join(Edition, Edition.id == Exhibit.edition_id)
        .where(is_public(), Edition.slug == edition_slug)
        .group_by(by)
    )
    if within is not None:
        query = query.where(by.in_(within))
    if by is ExhibitTechnology.technology_id:
        query = query.join(ExhibitTechnology, ExhibitTechnology.exhibit_id == Exhibit.id)
    return dict(tuple(row) for row in session.execute(query))
