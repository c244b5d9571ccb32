"""What organizers do with the vocabulary: add, rename, merge technologies, give them synonyms.

Every change reaches search with the next refresh: it is a public change of the catalog.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from catalog.audit import log_act
from catalog.choices import MovedKind
from catalog.errors import NotThere
from catalog.languages import LANGUAGES
from catalog.models import (
    Edition,
    Exhibit,
    ExhibitKeyword,
    ExhibitTechnology,
    ImportedRow,
    MovedSlug,
    Proposal,
    Revision,
    Technology,
    TechnologyBroader,
    TechnologyLabel,
    WorkingCopy,
)
from catalog.names import plain_name, slug_of
from catalog.permissions import Action, By, Subject, actor_of, require
from catalog.refusals import Reason, Refused
from catalog.store import Store, public_changed
from catalog.texts import clean_line
from catalog.vocabulary import Technologies, load_technologies

LABEL_LENGTH: Final = 120
SYNONYMS: Final = 60
# So many exhibits with one free keyword make it worth a look.
OFTEN: Final = 3


@dataclass(frozen=True)
class TechnologyFacts:
    """A technology: its preferred label by language, the others, and what it is a part of."""

    slug: str
    labels: Mapping[str, str]
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    broader: Sequence[str] = ()


@dataclass(frozen=True)
class TechnologyLine:
    """A technology at work: its facts, and how many exhibits of all editions name it."""

    facts: TechnologyFacts
    exhibits: int


@dataclass(frozen=True)
class ProposedTechnology:
    """A free keyword of several exhibits that no technology is called."""

    keyword: str
    exhibits: tuple[str, ...]


def all_technologies(session: Session, *, by: By) -> Sequence[TechnologyLine]:
    """The whole vocabulary by slug; for organizers."""
    require(actor_of(session, by), Action.MANAGE_VOCABULARY, Subject())
    links = select(ExhibitTechnology.technology_id, func.count())
    counts = Counter[int]()
    for technology, number in session.execute(links.group_by(ExhibitTechnology.technology_id)):
        counts[technology] = number
    rows = session.scalars(
        select(Technology)
        .options(selectinload(Technology.labels), selectinload(Technology.broader))
        .order_by(Technology.slug)
    )
    return [TechnologyLine(_facts(row), counts[row.id]) for row in rows]


def proposed_technologies(
    session: Session, *, edition: str, by: By, least: int = OFTEN
) -> Sequence[ProposedTechnology]:
    """Free keywords that at least so many of an edition's exhibits use, the commonest first.

    Case, quotes and blanks don't count; what names a technology already is left out.
    """
    require(actor_of(session, by), Action.MANAGE_VOCABULARY, Subject())
    known = Technologies(session)
    written: dict[str, tuple[str, dict[str, None]]] = {}
    for keyword, code in session.execute(
        select(ExhibitKeyword.keyword, Exhibit.code)
        .join(Exhibit, Exhibit.id == ExhibitKeyword.exhibit_id)
        .join(Edition, Edition.id == Exhibit.edition_id)
        .where(Edition.slug == edition)
        .order_by(Exhibit.code)
    ):
        _, codes = written.setdefault(plain_name(keyword), (keyword, {}))
        codes[code] = None
    found = [
        ProposedTechnology(keyword, tuple(codes))
        for keyword, codes in written.values()
        if len(codes) >= least and known.recognize(keyword) is None
    ]
    return sorted(found, key=lambda one: (-len(one.exhibits), one.keyword))


def enter_technology(store: Store, facts: TechnologyFacts, *, by: By, now: datetime) -> str:
    """Add a technology; returns its slug, made of its label. Raises Refused for a known label."""
    with store.writing() as session:
        actor = actor_of(session, by)
        require(actor, Action.MANAGE_VOCABULARY, Subject())
        clean = _clean(facts)
        known = Technologies(session)
        for label in clean.labels.values():
            if known.recognize(label) is not None:
                raise Refused(Reason.TECHNOLOGY_EXISTS, name=label)
        used = set(session.scalars(select(Technology.slug)))
        used |= set(
            session.scalars(select(MovedSlug.slug).where(MovedSlug.kind == MovedKind.TECHNOLOGY))
        )
        label = clean.labels.get("en") or next(iter(clean.labels.values()))
        slug = slug_of(label, used)
        load_technologies(session, [_row(slug, clean)])
        _log(session, actor, slug, Action.MANAGE_VOCABULARY, now)
        return slug


def change_technology(store: Store, facts: TechnologyFacts, *, by: By, now: datetime) -> None:
    """Make a known technology, by slug, what the facts say. Raises CatalogError for a circle."""
    with store.writing() as session:
        actor = actor_of(session, by)
        require(actor, Action.MANAGE_VOCABULARY, Subject())
        _technology(session, facts.slug)
        load_technologies(session, [_row(facts.slug, _clean(facts))])
        _log(session, actor, facts.slug, Action.MANAGE_VOCABULARY, now)


def add_synonym(
    store: Store, slug: str, language: str, label: str, *, by: By, now: datetime
) -> None:
    """Let a technology be called so, too. Raises Refused if it, or another one, is already."""
    with store.writing() as session:
        actor = actor_of(session, by)
        require(actor, Action.MANAGE_VOCABULARY, Subject())
        technology = _technology(session, slug)
        said = clean_line(label)
        if not 1 <= len(said) <= LABEL_LENGTH:
            raise Refused(Reason.TEXT_TOO_LONG, limit=LABEL_LENGTH)
        if Technologies(session).recognize(said) is not None:
            raise Refused(Reason.TECHNOLOGY_EXISTS, name=said)
        technology.labels.append(TechnologyLabel(language=language, label=said, preferred=False))
        public_changed(session)
        _log(session, actor, slug, "add_synonym", now)


def merge_technologies(store: Store, gone: str, into: str, *, by: By, now: datetime) -> int:
    """Make two technologies that are one, one; returns how many exhibits named the one that goes.

    Its labels become synonyms, what was narrower than it becomes narrower than the other, its
    address leads on; revisions and what somebody is writing name the other, too.
    """
    with store.writing(alone=True) as session:
        actor = actor_of(session, by)
        require(actor, Action.MANAGE_VOCABULARY, Subject())
        if gone == into:
            raise Refused(Reason.MERGED_WITH_ITSELF)
        old, new = _technology(session, gone), _technology(session, into)
        moved = _move_links(session, old, new)
        _move_broader(session, old, new)
        _rename_in_contents(session, gone, into)
        labels = [(row.language, row.label) for row in old.labels]
        session.execute(
            update(MovedSlug)
            .where(MovedSlug.kind == MovedKind.TECHNOLOGY, MovedSlug.to == gone)
            .values(to=into)
        )
        session.add(MovedSlug(kind=MovedKind.TECHNOLOGY, slug=gone, to=into))
        session.flush()
        session.expire(old)
        session.delete(old)
        session.flush()
        known = {(row.language, row.label) for row in new.labels}
        new.labels += [
            TechnologyLabel(language=language, label=label, preferred=False)
            for language, label in labels
            if (language, label) not in known
        ]
        public_changed(session)
        _log(session, actor, into, "merge_technology", now)
        return moved


def _move_links(session: Session, old: Technology, new: Technology) -> int:
    exhibits = session.scalars(
        select(Exhibit)
        .join(ExhibitTechnology, ExhibitTechnology.exhibit_id == Exhibit.id)
        .where(ExhibitTechnology.technology_id == old.id)
        .options(selectinload(Exhibit.technology_links))
    ).all()
    for exhibit in exhibits:
        wanted = [
            new.id if link.technology_id == old.id else link.technology_id
            for link in sorted(exhibit.technology_links, key=lambda link: link.position)
        ]
        exhibit.technology_links.clear()
        session.flush()
        exhibit.technology_links.extend(
            ExhibitTechnology(position=position, technology_id=number)
            for position, number in enumerate(dict.fromkeys(wanted))
        )
    session.flush()
    return len(exhibits)


def _move_broader(session: Session, old: Technology, new: Technology) -> None:
    """What was narrower than the old one is narrower than the new one, and nothing than itself."""
    rows = session.scalars(
        select(TechnologyBroader).where(
            (TechnologyBroader.technology_id == old.id) | (TechnologyBroader.broader_id == old.id)
        )
    ).all()
    narrower = [row.technology_id for row in rows if row.broader_id == old.id]
    for row in rows:
        session.delete(row)
    session.flush()
    above = _above(session, new.id)
    for number in narrower:
        known = session.get(TechnologyBroader, (number, new.id))
        # What stands above the new one can't come below it.
        if known is None and number != new.id and number not in above:
            session.add(TechnologyBroader(technology_id=number, broader_id=new.id))
    session.flush()


def _above(session: Session, technology: int) -> set[int]:
    found: set[int] = set()
    waiting = [technology]
    while waiting:
        rows = session.scalars(
            select(TechnologyBroader.broader_id).where(
                TechnologyBroader.technology_id == waiting.pop()
            )
        )
        for number in rows:
            if number not in found:
                found.add(number)
                waiting.append(number)
    return found


def _rename_in_contents(session: Session, gone: str, into: str) -> None:
    def renamed(content: dict[str, Any]) -> dict[str, Any]:
        named = content.get("technologies") or []
        if gone not in named:
            return content
        wanted = dict.fromkeys(into if slug == gone else slug for slug in named)
        return {**content, "technologies": list(wanted)}

    for revision in session.scalars(select(Revision)):
        revision.content = renamed(revision.content)
    for proposal in session.scalars(select(Proposal)):
        proposal.content = renamed(proposal.content)
    for copy in session.scalars(select(WorkingCopy)):
        copy.content, copy.base = renamed(copy.content), renamed(copy.base)
    for imported in session.scalars(select(ImportedRow).where(ImportedRow.before.is_not(None))):
        imported.before = renamed(imported.before or {})
    session.flush()


def _technology(session: Session, slug: str) -> Technology:
    found = session.scalars(
        select(Technology).where(Technology.slug == slug).options(selectinload(Technology.labels))
    ).one_or_none()
    if found is None:
        raise NotThere(f"There is no technology {slug!r}.")
    return found


def _facts(row: Technology) -> TechnologyFacts:
    return TechnologyFacts(
        slug=row.slug,
        labels={one.language: one.label for one in row.labels if one.preferred},
        synonyms={
            language: tuple(
                one.label for one in row.labels if one.language == language and not one.preferred
            )
            for language in LANGUAGES
        },
        broader=tuple(one.slug for one in row.broader),
    )


def _clean(facts: TechnologyFacts) -> TechnologyFacts:
    labels = {language: clean_line(facts.labels.get(language, "")) for language in LANGUAGES}
    synonyms = {
        language: [
            label for label in dict.fromkeys(map(clean_line, facts.synonyms.get(language, ()))) if label
        ]
        for language in LANGUAGES
    }  # fmt: skip
    said = [*labels.values(), *(label for many in synonyms.values() for label in many)]
    if not any(labels.values()):
        raise Refused(Reason.TECHNOLOGY_NEEDS_LABEL)
    if len(said) > SYNONYMS or any(len(label) > LABEL_LENGTH for label in said):
        raise Refused(Reason.TEXT_TOO_LONG, limit=LABEL_LENGTH)
    given = {language: label for language, label in labels.items() if label}
    return TechnologyFacts(facts.slug, given, synonyms, tuple(dict.fromkeys(facts.broader)))


def _row(slug: str, facts: TechnologyFacts) -> dict[str, Any]:
    return {
        "slug": slug,
        **{f"label_{language}": label for language, label in facts.labels.items()},
        **{f"alt_{language}": list(labels) for language, labels in facts.synonyms.items()},
        "broader": list(facts.broader),
    }


def _log(session: Session, actor: Any, slug: str, act: str, now: datetime) -> None:
    session.flush()
    log_act(session, actor, act, "technology", _technology(session, slug).id, now=now)
