"""Tells curators that an exhibit they pinned is no longer published."""

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from catalog.choices import MemberRole, ShowcaseState
from catalog.languages import best
from catalog.models import Account, Exhibit, Membership, Showcase, ShowcaseExhibit
from catalog.notices import NoticeKind, notify


def tell_curators(session: Session, exhibit: Exhibit, *, now: datetime) -> None:
    """Tell who keeps a showcase with this exhibit that it shows it no more, in the transaction.

    A showcase whose curator is one no longer is every curator's and organizer's; of archived ones
    nobody is told.
    """
    showcases = session.scalars(
        select(Showcase)
        .join(ShowcaseExhibit, ShowcaseExhibit.showcase_id == Showcase.id)
        .where(
            ShowcaseExhibit.exhibit_id == exhibit.id,
            ShowcaseExhibit.position.is_not(None),
            Showcase.state != ShowcaseState.ARCHIVED,
        )
        .order_by(Showcase.id)
    ).all()
    titles = {text.language: text.title for text in exhibit.texts}
    for showcase in showcases:
        parameters = {
            **_named("title", titles, exhibit.code),
            **_named("showcase", showcase.titles, showcase.slug),
            "code": exhibit.code,
        }
        notify(session, _keepers(session, showcase), NoticeKind.PIN_GONE, parameters, now=now)


def _named(name: str, texts: dict[str, str], otherwise: str) -> dict[str, str]:
    found = best(texts, "kk")
    return {
        name: found[1] if found else otherwise,
        **{f"{name}_{language}": text for language, text in texts.items()},
    }


def _keepers(session: Session, showcase: Showcase) -> frozenset[int]:
    query = (
        select(Membership.account_id)
        .join(Account, Account.id == Membership.account_id)
        .where(
            Account.blocked_at.is_(None),
            Membership.role.in_([MemberRole.CURATOR, MemberRole.ORGANIZER]),
            or_(Membership.edition_id.is_(None), Membership.edition_id == showcase.edition_id),
        )
    )
    able = frozenset(session.scalars(query))
    return able & {showcase.curator_id} or able
