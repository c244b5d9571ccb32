"""One-time links: an invitation into a role, or a way to a new password.

A link is its token, which nobody can read back: the catalog keeps the hash. Looking at one changes
nothing (messengers' robots look at every link); `accept`, `join` and `set_password` use it up, and
of two at once one wins.
"""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, selectinload

from catalog.audit import log_act
from catalog.choices import LinkKind, MemberRole
from catalog.errors import NotThere
from catalog.models import Account, College, Edition, Invitation, Membership, SignIn
from catalog.passwords import check_password, hash_password
from catalog.permissions import (
    Action,
    Actor,
    By,
    Grant,
    Subject,
    actor_of,
    may,
    require,
)
from catalog.records import CollegeBrief, LinkRecord
from catalog.refusals import Reason, Refused
from catalog.store import Store

LASTS: Final = timedelta(days=14)
_LOGIN: Final = re.compile(r"[a-z0-9](?:[a-z0-9._+-]*[a-z0-9])?(?:@[a-z0-9-]+(?:\.[a-z0-9-]+)+)?")
_COLLEGE_ROLES: Final = (MemberRole.EDITOR, MemberRole.COORDINATOR)
_FAIR_ROLES: Final = (MemberRole.CURATOR, MemberRole.ORGANIZER)


@dataclass(frozen=True)
class IssuedLink:
    """A link just made; its token is shown now and never again."""

    id: int
    token: str
    expires_at: datetime


def token_hash(token: str) -> str:
    """What the catalog keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def clean_login(login: str) -> str:
    """A login as it is kept, in small letters; raises Refused for what can't be one."""
    cleaned = known_form(login)
    if cleaned is None:
        raise Refused(Reason.BAD_LOGIN)
    return cleaned


def known_form(login: str) -> str | None:
    """A login as it is kept; None for what can't be one, and needn't be looked for."""
    cleaned = login.strip().lower()
    return cleaned if 3 <= len(cleaned) <= 120 and _LOGIN.fullmatch(cleaned) else None


def place_of(
    session: Session, role: MemberRole, college: str | None, edition: str | None
) -> tuple[College | None, Edition | None]:
    """Where a role is to hold, by slugs; raises Refused where role and college don't fit."""
    if role in _COLLEGE_ROLES and college is None:
        raise Refused(Reason.ROLE_NEEDS_COLLEGE)
    if role in _FAIR_ROLES and college is not None:
        raise Refused(Reason.ROLE_HAS_NO_COLLEGE)
    return (
        _college(session, college) if college else None,
        _edition(session, edition) if edition else None,
    )


def invite(
    store: Store,
    *,
    by: By,
    role: MemberRole,
    college: str | None = None,
    edition: str | None = None,
    whom: str = "",
    now: datetime,
) -> IssuedLink:
    """A link for one person into a role, for 14 days; college and edition by slug, None: all."""
    token = secrets.token_urlsafe(32)
    with store.writing() as session:
        actor = actor_of(session, by)
        its_college, its_edition = place_of(session, role, college, edition)
        place = its_edition.id if its_edition else None
        require(actor, Action.MANAGE_PEOPLE, Subject(edition=place))
        link = Invitation(
            kind=LinkKind.INVITE,
            token_hash=token_hash(token),
            whom="".join(filter(str.isprintable, whom)).strip()[:100],
            role=role,
            college=its_college,
            edition=its_edition,
            created_by=actor.account,
            created_at=now,
            expires_at=now + LASTS,
        )
        return _issued(session, actor, link, token, "invite")


def reset_link(store: Store, account: int, *, by: By, now: datetime) -> IssuedLink:
    """A link by which somebody sets a new password; an earlier one of theirs no longer works."""
    token = secrets.token_urlsafe(32)
    with store.writing() as session:
        actor = actor_of(session, by)
        whose = account_within(session, actor, account)
        session.execute(
            update(Invitation)
            .where(Invitation.account_id == account, _unused())
            .values(revoked_at=now)
        )
        link = Invitation(
            kind=LinkKind.RESET,
            token_hash=token_hash(token),
            whom=whose.name,
            account_id=account,
            created_by=actor.account,
            created_at=now,
            expires_at=now + LASTS,
        )
        return _issued(session, actor, link, token, "reset_link")


def reissue(store: Store, link: int, *, by: By, now: datetime) -> IssuedLink:
    """The same link anew, for 14 days; the former address no longer works."""
    token = secrets.token_urlsafe(32)
    with store.writing() as session:
        actor = actor_of(session, by)
        row = _managed(session, actor, link)
        row.token_hash, row.created_at, row.expires_at = token_hash(token), now, now + LASTS
        return _issued(session, actor, row, token, "reissue")


def revoke(store: Store, link: int, *, by: By, now: datetime) -> None:
    """Make a link that wasn't used yet useless."""
    with store.writing() as session:
        actor = actor_of(session, by)
        row = _managed(session, actor, link)
        row.revoked_at = now
        log_act(session, actor, "revoke", "link", row.id, now=now)


def open_links(session: Session, *, by: By) -> Sequence[LinkRecord]:
    """The links that were neither used nor revoked, the newest first; for organizers."""
    actor = actor_of(session, by)
    query = select(Invitation).where(_unused()).order_by(Invitation.id.desc())
    rows = [row for row in session.scalars(query) if _may_manage(session, actor, row)]
    if not rows and not _manages_anywhere(actor):
        raise Refused(Reason.NOT_YOUR_ROLE)
    return [_record(row) for row in rows]


def look_at(session: Session, token: str, *, now: datetime) -> LinkRecord:
    """What a link leads to; changes nothing. Raises Refused if it leads nowhere any more."""
    return _record(_valid(session, token, now))


def accept(
    store: Store,
    token: str,
    *,
    login: str,
    name: str,
    language: str,
    password: str,
    now: datetime,
) -> int:
    """Use an invitation up: a new account with its role; returns the account's id."""
    with store.reading() as session:
        _of_kind(_valid(session, token, now), LinkKind.INVITE)
    cleaned, called = clean_login(login), " ".join(name.split())
    if not 1 <= len(called) <= 100 or not called.isprintable():
        raise Refused(Reason.BAD_NAME)
    check_password(password, cleaned)
    kept = hash_password(password)
    try:
        with store.writing() as session:
            link = _of_kind(_valid(session, token, now), LinkKind.INVITE)
            if session.scalar(select(Account.id).where(Account.login == cleaned)) is not None:
                raise Refused(Reason.LOGIN_TAKEN)
            account = Account(
                login=cleaned, name=called, language=language, password_hash=kept, created_at=now
            )
            session.add(account)
            session.flush()
            _use_up(session, link, account.id, now)
            _add_role(session, account.id, link, now)
            log_act(session, Actor(account.id, ()), "accept", "link", link.id, now=now)
            return account.id
    except IntegrityError as error:
        # Two links at once with the same login: the database let one of them.
        raise Refused(Reason.LOGIN_TAKEN) from error


def join(store: Store, token: str, *, by: int, now: datetime) -> None:
    """Use an invitation up for an account that is there already: its role is added."""
    with store.writing() as session:
        actor = actor_of(session, by)
        link = _of_kind(_valid(session, token, now), LinkKind.INVITE)
        _use_up(session, link, by, now)
        grant = Grant(MemberRole(link.role or ""), link.college_id, link.edition_id)
        if grant not in actor.grants:
            _add_role(session, by, link, now)
        log_act(session, actor, "join", "link", link.id, now=now)


def set_password(store: Store, token: str, *, password: str, now: datetime) -> int:
    """Use a reset link up: the new password is set, and every sign-in of the account ends.

    Returns the account's id.
    """
    with store.reading() as session:
        link = _of_kind(_valid(session, token, now), LinkKind.RESET)
        account = session.get_one(Account, link.account_id)
        login = account.login
    check_password(password, login)
    kept = hash_password(password)
    with store.writing() as session:
        link = _of_kind(_valid(session, token, now), LinkKind.RESET)
        account = session.get_one(Account, link.account_id)
        if account.blocked_at is not None:
            raise Refused(Reason.BLOCKED)
        _use_up(session, link, account.id, now)
        account.password_hash = kept
        end_sign_ins(session, account, now)
        log_act(session, Actor(account.id, ()), "set_password", "account", account.id, now=now)
        return account.id


def end_sign_ins(
    session: Session, account: Account, now: datetime, *, but: str | None = None
) -> None:
    """Sign an account out everywhere; `but` is the token of the one sign-in that stays."""
    kept = SignIn.token_hash != token_hash(but) if but else SignIn.account_id == account.id
    session.execute(delete(SignIn).where(SignIn.account_id == account.id, kept))
    account.signed_out_at = now


def account_within(session: Session, actor: Actor, account: int) -> Account:
    """An account that an actor may manage: each of its roles stands where the actor's reaches."""
    row = session.scalars(
        select(Account).where(Account.id == account).options(selectinload(Account.memberships))
    ).one_or_none()
    if row is None:
        raise NotThere(f"There is no account {account}.")
    for edition in {one.edition_id for one in row.memberships} or {None}:
        require(actor, Action.MANAGE_PEOPLE, Subject(edition=edition))
    return row


def _issued(session: Session, actor: Actor, link: Invitation, token: str, act: str) -> IssuedLink:
    session.add(link)
    session.flush()
    log_act(session, actor, act, "link", link.id, now=link.created_at)
    return IssuedLink(link.id, token, link.expires_at)


def _unused() -> ColumnElement[bool]:
    return Invitation.used_at.is_(None) & Invitation.revoked_at.is_(None)


def _managed(session: Session, actor: Actor, link: int) -> Invitation:
    row = session.get(Invitation, link, with_for_update=True)
    if row is None:
        raise NotThere(f"There is no link {link}.")
    if not _may_manage(session, actor, row):
        raise Refused(Reason.NOT_YOUR_ROLE)
    if row.used_at is not None:
        raise Refused(Reason.LINK_USED)
    if row.revoked_at is not None:
        raise Refused(Reason.LINK_REVOKED)
    return row


def _may_manage(session: Session, actor: Actor, link: Invitation) -> bool:
    if link.account_id is None:
        editions: Iterable[int | None] = (link.edition_id,)
    else:
        found = session.scalars(
            select(Membership.edition_id).where(Membership.account_id == link.account_id)
        )
        editions = set(found) or (None,)
    return all(may(actor, Action.MANAGE_PEOPLE, Subject(edition=one)) for one in editions)


def _manages_anywhere(actor: Actor) -> bool:
    return any(
        may(actor, Action.MANAGE_PEOPLE, Subject(edition=grant.edition)) for grant in actor.grants
    )


def _valid(session: Session, token: str, now: datetime) -> Invitation:
    link = session.scalars(
        select(Invitation)
        .where(Invitation.token_hash == token_hash(token))
        .options(selectinload(Invitation.college), selectinload(Invitation.edition))
    ).one_or_none()
    if link is None:
        raise Refused(Reason.LINK_UNKNOWN)
    if link.revoked_at is not None:
        raise Refused(Reason.LINK_REVOKED)
    if link.used_at is not None:
        raise Refused(Reason.LINK_USED)
    if now >= link.expires_at:
        raise Refused(Reason.LINK_EXPIRED)
    return link


def _of_kind(link: Invitation, kind: LinkKind) -> Invitation:
    if link.kind != kind:
        raise Refused(Reason.LINK_UNKNOWN)
    return link


def _use_up(session: Session, link: Invitation, account: int, now: datetime) -> None:
    """Whoever writes this first has the link; the other is told that it was used."""
    done = session.execute(
        update(Invitation)
        .where(Invitation.id == link.id, Invitation.token_hash == link.token_hash, _unused())
        .values(used_at=now, used_by=account)
        .returning(Invitation.id)
    )
    if done.first() is None:
        raise Refused(Reason.LINK_USED)


def _add_role(session: Session, account: int, link: Invitation, now: datetime) -> None:
    session.add(
        Membership(
            account_id=account,
            role=link.role or "",
            college_id=link.college_id,
            edition_id=link.edition_id,
            created_at=now,
        )
    )


def _record(row: Invitation) -> LinkRecord:
    return LinkRecord(
        id=row.id,
        kind=LinkKind(row.kind),
        whom=row.whom,
        role=MemberRole(row.role) if row.role else None,
        college=college_brief(row.college),
        edition=row.edition.slug if row.edition else None,
        account=row.account_id,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def college_brief(college: College | None) -> CollegeBrief | None:
    """A college by its names."""
    return CollegeBrief(college.slug, college.names, college.short_names) if college else None


def _college(session: Session, slug: str) -> College:
    found = session.scalars(select(College).where(College.slug == slug)).one_or_none()
    if found is None:
        raise NotThere(f"There is no college {slug!r}.")
    return found


def _edition(session: Session, slug: str) -> Edition:
    found = session.scalars(select(Edition).where(Edition.slug == slug)).one_or_none()
    if found is None:
        raise NotThere(f"There is no edition {slug!r}.")
    return found
