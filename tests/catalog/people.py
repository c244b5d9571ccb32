"""People for tests, with a password that takes no time to hash."""

import itertools
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from sqlalchemy import select

from catalog import Store
from catalog.choices import MemberRole
from catalog.models import Account, College, Edition, Membership
from catalog.passwords import hash_password

PASSWORD = "correct horse battery"
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Someone:
    """An account: its id and its login."""

    id: int
    login: str


def someone(
    store: Store,
    role: MemberRole | None,
    *,
    college: str | None = None,
    edition: str | None = None,
    login: str = "",
    name: str = "Айгүл",
    is_demo: bool = False,
) -> Someone:
    """An account of that role, whose password is PASSWORD, written straight into the tables."""
    login = login or f"person-{next(_NUMBERS)}"
    moment = datetime(2026, 11, 1, tzinfo=UTC)
    with store.writing() as session:
        account = Account(
            login=login, name=name, language="kk", password_hash=_hash(), is_demo=is_demo,
            created_at=moment,
        )  # fmt: skip
        if role is not None:
            account.memberships.append(
                Membership(
                    role=role,
                    college=session.scalars(select(College).where(College.slug == college)).first(),
                    edition=session.scalars(select(Edition).where(Edition.slug == edition)).first(),
                    created_at=moment,
                )
            )
        session.add(account)
        session.flush()
        return Someone(account.id, login)


@cache
def _hash() -> str:
    return hash_password(PASSWORD)
