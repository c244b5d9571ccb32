"""What a college has written in a fair, whatever became of it: what a new text is compared with."""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from catalog.choices import State
from catalog.drafts import DraftText
from catalog.languages import LANGUAGES
from catalog.models import College, Edition, Exhibit, ExhibitTechnology, ExhibitText, Technology
from catalog.permissions import Action, Actor, By, actor_of, entries_within


@dataclass(frozen=True)
class OwnText:
    """The texts and technologies of an entry; `texts` are in the order kk, ru, en."""

    code: str
    state: State
    texts: Mapping[str, DraftText]
    technologies: tuple[str, ...]


def own_mark(session: Session, *, college: str, edition: str, by: By) -> Hashable:
    """What changes whenever `own_texts` may answer otherwise: asked for at less than its cost."""
    actor = actor_of(session, by)
    rows = session.connection().execute(
        select(Exhibit.id, Exhibit.state, Exhibit.version, Exhibit.updated_at)
        .where(Exhibit.id.in_(_within(actor, college, edition)))
        .order_by(Exhibit.id)
    )
    return college, edition, actor.grants, tuple(map(tuple, rows))


def own_texts(session: Session, *, college: str, edition: str, by: By) -> tuple[OwnText, ...]:
    """A college's entries in an edition, as far as the actor may see them, as they were entered."""
    within = _within(actor_of(session, by), college, edition)
    texts: dict[int, dict[str, DraftText]] = defaultdict(dict)
    for row in session.execute(
        select(
            ExhibitText.exhibit_id, ExhibitText.language, ExhibitText.title, ExhibitText.summary,
            ExhibitText.description,
        ).where(ExhibitText.exhibit_id.in_(within))
    ):  # fmt: skip
        texts[row.exhibit_id][row.language] = DraftText(row.title, row.summary, row.description)
    technologies: dict[int, list[str]] = defaultdict(list)
    for owner, slug in session.execute(
        select(ExhibitTechnology.exhibit_id, Technology.slug)
        .join(Technology, Technology.id == ExhibitTechnology.technology_id)
        .where(ExhibitTechnology.exhibit_id.in_(within))
        .order_by(ExhibitTechnology.exhibit_id, ExhibitTechnology.position)
    ):
        technologies[owner].append(slug)
    return tuple(
        OwnText(
            row.code,
            State(row.state),
            {one: texts[row.id][one] for one in LANGUAGES if one in texts[row.id]},
            tuple(technologies[row.id]),
        )
        for row in session.execute(
            select(Exhibit.id, Exhibit.code, Exhibit.state)
            .where(Exhibit.id.in_(within))
            .order_by(Exhibit.id)
        )
    )


def _within(actor: Actor, college: str, edition: str) -> Select[int]:
    return (
        select(Exhibit.id)
        .join(Edition, Edition.id == Exhibit.edition_id)
        .join(College, College.id == Exhibit.college_id)
        .where(
            College.slug == college,
            Edition.slug == edition,
            entries_within(actor, Action.SEE_ENTRY),
        )
    )
