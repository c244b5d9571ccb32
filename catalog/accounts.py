"""Accounts: signing in and out, and what organizers do with people.

Every verb takes the open catalog, whose act it is (`by`: an account's id, or COMMAND_LINE) and the
moment it is; each is one transaction. Passwords are hashed outside of it.
"""

import hashlib
import ipaddress
import math
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload, selectinload

from catalog.audit import log_act
from catalog.choices import MemberRole
from catalog.errors import Busy, NotThere
from catalog.links import (
    account_within,
    clean_login,
    college_brief,
    end_sign_ins,
    known_form,
    place_of,
    token_hash,
)
from catalog.models import Account, Attempt, College, Edition, Membership, SignIn
from catalog.notices import NoticeKind, notify
from catalog.passwords import check_password, hash_password, verify_password
from catalog.permissions import (
    Action,
    By,
    Subject,
    actor_of,
    closed,
    may,
    require,
)
from catalog.records import PersonRecord, RoleRecord
from catalog.refusals import Reason, Refused
from catalog.settings import Lifetimes
from catalog.store import Store

WINDOW: Final = timedelta(minutes=15)
TRIES_OF_A_LOGIN: Final = 10
# A college or a whole conference may stand behind one address.
TRIES_FROM_AN_ADDRESS: Final = 50
# A sign-in's last use is noted no oftener, so that a rerun is a read.
_TOUCH: Final = timedelta(minutes=1)
# What a sign-in service said is used at once; its clock and ours may differ.
_SAID_JUST_NOW: Final = timedelta(minutes=10)
_DEFAULT: Final = Lifetimes()


def open_account(
    store: Store,
    *,
    by: By,
    login: str,
    name: str,
    language: str,
    password: str,
    role: MemberRole,
    college: str | None = None,
    edition: str | None = None,
    is_demo: bool = False,
    now: datetime,
) -> int:
    """An account with a password at once, for those who hold the machine; returns its id."""
    cleaned = clean_login(login)
    check_password(password, cleaned)
    kept = hash_password(password)
    with store.writing() as session:
        actor = actor_of(session, by)
        its_college, its_edition = place_of(session, role, college, edition)
        place = its_edition.id if its_edition else None
        require(actor, Action.MANAGE_PEOPLE, Subject(edition=place))
        if session.scalar(select(Account.id).where(Account.login == cleaned)) is not None:
            raise Refused(Reason.LOGIN_TAKEN)
        account = Account(
            login=cleaned,
            name=name,
            language=language,
            password_hash=kept,
            is_demo=is_demo,
            created_at=now,
            memberships=[
                Membership(role=role, college=its_college, edition=its_edition, created_at=now)
            ],
        )
        session.add(account)
        session.flush()
        log_act(session, actor, "open_account", "account", account.id, now=now)
        return account.id


def sign_in(
    store: Store,
    login: str,
    password: str,
    *,
    address: str,
    language: str | None = None,
    now: datetime,
    lifetimes: Lifetimes = _DEFAULT,
) -> str:
    """The token of a new sign-in. An unknown login takes as long, and reads the same, as a wrong
    password; raises Refused for both, and after too many tries with this login or from this
    address. `language` is the one the person reads now: letters come in it.
    """
    known = known_form(login)
    by_login = _key("login", known or "")
    keys = {by_login: TRIES_OF_A_LOGIN, _key("address", _network(address)): TRIES_FROM_AN_ADDRESS}
    with store.writing() as session:
        _count_try(session, keys, now)
    with store.reading() as session:
        kept = session.scalar(select(Account.password_hash).where(Account.login == known))
    if not verify_password(kept, password):
        raise Refused(Reason.WRONG_LOGIN)
    token = secrets.token_urlsafe(32)
    with store.writing() as session:
        account = session.scalars(select(Account).where(Account.login == known)).one_or_none()
        # Changed while the password was being compared: it was another one's.
        if account is None or account.password_hash != kept:
            raise Refused(Reason.WRONG_LOGIN)
        reason = closed(session, account)
        if reason is not None:
            raise Refused(reason)
        _forgive(session, keys, by_login)
        if language is not None:
            account.language = language
        _begin(session, account.id, token, now, lifetimes)
    return token


def begin_sign_in(
    store: Store, account: int, *, now: datetime, lifetimes: Lifetimes = _DEFAULT
) -> str:
    """The token of a new sign-in of somebody who has just set a password by a link."""
    token = secrets.token_urlsafe(32)
    with store.writing() as session:
        actor_of(session, account)
        _begin(session, account, token, now, lifetimes)
    return token


def signed_in(
    store: Store, token: str, *, now: datetime, lifetimes: Lifetimes = _DEFAULT
) -> PersonRecord | None:
    """Whose sign-in a token is, if it still counts: one read, and once a minute a write."""
    with store.reading() as session:
        found = session.scalars(
            select(SignIn)
            .where(SignIn.token_hash == token_hash(token))
            .options(joinedload(SignIn.account).selectinload(Account.memberships).options(
                joinedload(Membership.college), joinedload(Membership.edition)
            ))
        ).one_or_none()  # fmt: skip
        if (
            found is None
            or now >= found.expires_at
            or now >= found.created_at + lifetimes.whole
            or now >= found.last_seen_at + lifetimes.idle
            or closed(session, found.account) is not None
        ):
            return None
        person = _person(found.account)
        seen = found.last_seen_at
    if now - seen >= _TOUCH:
        _touch(store, token, now)
    return person


def sign_in_by_service(
    store: Store,
    email: str,
    *,
    verified: bool,
    said_at: datetime,
    language: str | None = None,
    now: datetime,
    lifetimes: Lifetimes = _DEFAULT,
) -> str:
    """The token of a new sign-in of whoever has the address as login that a sign-in service named.

    Makes no account. Raises Refused for an address that the service hasn't verified, that no
    account has, whose account is closed, or that was named a while ago: each time it is asked anew.
    """
    if not verified:
        raise Refused(Reason.SERVICE_UNVERIFIED)
    if abs(now - said_at) > _SAID_JUST_NOW:
        raise Refused(Reason.SERVICE_SILENT)
    token = secrets.token_urlsafe(32)
    with store.writing() as session:
        account = session.scalars(
            select(Account).where(Account.login == known_form(email))
        ).one_or_none()
        if account is None:
            raise Refused(Reason.SERVICE_UNKNOWN, email=email)
        reason = closed(session, account)
        if reason is not None:
            raise Refused(reason)
        if account.signed_out_at is not None and said_at <= account.signed_out_at:
            raise Refused(Reason.SERVICE_SILENT)
        if language is not None:
            account.language = language
        _begin(session, account.id, token, now, lifetimes)
    return token


def sign_out(store: Store, token: str) -> None:
    """End one sign-in; whether it was there doesn't matter."""
    with store.writing() as session:
        session.execute(delete(SignIn).where(SignIn.token_hash == token_hash(token)))


def sign_out_everywhere(store: Store, *, by: int, now: datetime) -> None:
    """End every sign-in of one's account."""
    with store.writing() as session:
        actor = actor_of(session, by)
        end_sign_ins(session, session.get_one(Account, by), now)
        log_act(session, actor, "sign_out_everywhere", "account", by, now=now)


def change_password(
    store: Store, *, by: int, present: str, new: str, staying: str, address: str, now: datetime
) -> None:
    """Set another password, knowing the present one; all sign-ins end but the one `staying`."""
    keys = {_key("change", str(by)): TRIES_OF_A_LOGIN,
            _key("address", _network(address)): TRIES_FROM_AN_ADDRESS}  # fmt: skip
    with store.writing() as session:
        actor_of(session, by)
        account = session.get_one(Account, by)
        login, kept = account.login, account.password_hash
        _count_try(session, keys, now)
    if not verify_password(kept, present):
        raise Refused(Reason.WRONG_PASSWORD)
    check_password(new, login)
    hashed = hash_password(new)
    with store.writing() as session:
        actor = actor_of(session, by)
        account = session.get_one(Account, by)
        if account.password_hash != kept:
            raise Refused(Reason.WRONG_PASSWORD)
        account.password_hash = hashed
        _forgive(session, keys, _key("change", str(by)))
        end_sign_ins(session, account, now, but=staying)
        log_act(session, actor, "change_password", "account", by, now=now)


def block(store: Store, account: int, *, by: By, now: datetime) -> None:
    """Let somebody do nothing any more, from this moment on, whatever they have open."""
    with store.writing() as session:
        actor = actor_of(session, by)
        row = account_within(session, actor, account)
        if row.blocked_at is None:
            _keep_an_organizer(session, without=account)
            row.blocked_at = now
            end_sign_ins(session, row, now)
            log_act(session, actor, "block", "account", account, now=now)


def unblock(store: Store, account: int, *, by: By, now: datetime) -> None:
    """Let somebody in again who was blocked; they have to sign in anew."""
    with store.writing() as session:
        actor = actor_of(session, by)
        row = account_within(session, actor, account)
        if row.blocked_at is not None:
            row.blocked_at = None
            log_act(session, actor, "unblock", "account", account, now=now)


def give_role(
    store: Store,
    account: int,
    *,
    by: By,
    role: MemberRole,
    college: str | None = None,
    edition: str | None = None,
    now: datetime,
) -> None:
    """Make somebody one thing more, and tell them; giving what they have changes nothing."""
    with store.writing() as session:
        actor = actor_of(session, by)
        its_college, its_edition = place_of(session, role, college, edition)
        place = its_edition.id if its_edition else None
        require(actor, Action.MANAGE_PEOPLE, Subject(edition=place))
        row = session.get(Account, account, with_for_update=True)
        if row is None:
            raise NotThere(f"There is no account {account}.")
        college_id = its_college.id if its_college else None
        had = {(one.role, one.college_id, one.edition_id) for one in row.memberships}
        if (role, college_id, place) in had:
            return
        row.memberships.append(
            Membership(role=role, college=its_college, edition=its_edition, created_at=now)
        )
        names = its_college.names if its_college else {}
        notify(
            session,
            [account],
            NoticeKind.ROLE_GIVEN,
            {"role": role, "where": names.get(row.language) or next(iter(names.values()), "")},
            now=now,
        )
        log_act(session, actor, f"give_{role}", "account", account, now=now, college=college_id)


def take_role(store: Store, membership: int, *, by: By, now: datetime) -> None:
    """Take one role away; the last organizer of everything stays one."""
    with store.writing() as session:
        actor = actor_of(session, by)
        row = session.get(Membership, membership)
        if row is None:
            raise NotThere(f"There is no role {membership}.")
        require(actor, Action.MANAGE_PEOPLE, Subject(edition=row.edition_id))
        if row.role == MemberRole.ORGANIZER and row.edition_id is None:
            _keep_an_organizer(session, without=row.account_id)
        session.delete(row)
        log_act(
            session, actor, f"take_{row.role}", "account", row.account_id, now=now,
            college=row.college_id,
        )  # fmt: skip


def people(session: Session, *, by: By) -> Sequence[PersonRecord]:
    """Every account that an organizer may manage, by name."""
    actor = actor_of(session, by)
    places = {grant.edition for grant in actor.grants}
    if not any(may(actor, Action.MANAGE_PEOPLE, Subject(edition=one)) for one in places):
        raise Refused(Reason.NOT_YOUR_ROLE)
    rows = session.scalars(select(Account).options(*_WITH_ROLES).order_by(Account.name, Account.id))
    return [
        _person(row)
        for row in rows
        if all(
            may(actor, Action.MANAGE_PEOPLE, Subject(edition=edition))
            for edition in {one.edition_id for one in row.memberships} or {None}
        )
    ]


def places(session: Session) -> tuple[Mapping[str, Mapping[str, str]], Sequence[str]]:
    """Where a role can hold: every college's names by slug, and the editions' slugs."""
    colleges = session.scalars(select(College).order_by(College.slug))
    editions = session.scalars(select(Edition.slug).order_by(Edition.year.desc(), Edition.slug))
    return {one.slug: one.names for one in colleges}, editions.all()


_WITH_ROLES: Final = (
    selectinload(Account.memberships).joinedload(Membership.college),
    selectinload(Account.memberships).joinedload(Membership.edition),
)


def _person(account: Account) -> PersonRecord:
    return PersonRecord(
        id=account.id,
        login=account.login,
        name=account.name,
        language=account.language,
        is_demo=account.is_demo,
        blocked=account.blocked_at is not None,
        roles=tuple(
            RoleRecord(
                one.id,
                MemberRole(one.role),
                college_brief(one.college),
                one.edition.slug if one.edition else None,
            )
            for one in account.memberships
        ),
    )


def _begin(session: Session, account: int, token: str, now: datetime, lifetimes: Lifetimes) -> None:
    session.execute(delete(SignIn).where(SignIn.expires_at <= now))
    session.add(
        SignIn(
            token_hash=token_hash(token),
            account_id=account,
            created_at=now,
            last_seen_at=now,
            expires_at=now + lifetimes.whole,
        )
    )


def _touch(store: Store, token: str, now: datetime) -> None:
    """Note the use, unless somebody is writing: a long import shall not hold up a page."""
    try:
        with store.writing_if_free() as session:
            session.execute(
                update(SignIn)
                .where(SignIn.token_hash == token_hash(token), SignIn.last_seen_at < now)
                .values(last_seen_at=now)
            )
    except Busy:
        return


def _keep_an_organizer(session: Session, *, without: int) -> None:
    """Raise Refused if nobody else organizes everything.

    The rows are locked, so that of two organizers who remove each other at once one remains.
    """
    others = session.scalars(
        select(Account.id)
        .join(Membership)
        .where(
            Membership.role == MemberRole.ORGANIZER,
            Membership.edition_id.is_(None),
            Account.blocked_at.is_(None),
        )
        .order_by(Account.id)
        .with_for_update()
    )
    found = set(others)
    if without in found and found == {without}:
        raise Refused(Reason.LAST_ORGANIZER)


def _key(kind: str, value: str) -> str:
    return hashlib.sha256(f"{kind}:{value}".encode()).hexdigest()


def _network(address: str) -> str:
    """What one visitor has of the internet: an IPv4 address, or the 64 bits of an IPv6 network."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def _count_try(session: Session, keys: Mapping[str, int], now: datetime) -> None:
    """Count a try under each key; raises Refused, counting none, where a key has had enough."""
    session.execute(delete(Attempt).where(Attempt.since <= now - WINDOW))
    kind: Any = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    # In one order, so that two at once don't wait for each other.
    for key, most in sorted(keys.items()):
        count, since = session.execute(
            kind.insert(Attempt)
            .values(key=key, since=now, count=1)
            .on_conflict_do_update(index_elements=["key"], set_={"count": Attempt.count + 1})
            .returning(Attempt.count, Attempt.since)
        ).one()
        if count > most:
            left = since + WINDOW - now
            raise Refused(Reason.TOO_MANY_TRIES, minutes=math.ceil(left.total_seconds() / 60))


def _forgive(session: Session, keys: Mapping[str, int], wholly: str) -> None:
    """A try that succeeded doesn't count; one's own failures before it neither."""
    session.execute(delete(Attempt).where(Attempt.key == wholly))
    others = [key for key in keys if key != wholly]
    session.execute(delete(Attempt).where(Attempt.key.in_(others), Attempt.count == 1))
    session.execute(update(Attempt).where(Attempt.key.in_(others)).values(count=Attempt.count - 1))
