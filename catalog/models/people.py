"""People: accounts, what they may be, their links and sign-ins, what they did and are told."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.choices import LinkKind, MailState, MemberRole
from catalog.models.base import Base, UtcDateTime, one_of
from catalog.models.college import College
from catalog.models.fair import Edition

_LANGUAGE_IS_KNOWN = "language IN ('kk', 'ru', 'en')"
# College people act for one college; whoever runs the fair acts for none.
_COLLEGE_FITS_ROLE = (
    "(role NOT IN ('editor', 'coordinator') OR college_id IS NOT NULL)"
    " AND (role NOT IN ('curator', 'organizer') OR college_id IS NULL)"
)
_TOKEN_IS_SHA256 = "length(token_hash) = 64"


class Account(Base):
    """Somebody who can sign in. `login` is an e-mail address or a short name, in small letters.

    Without a password an account is entered by the sign-in service alone. A demo account can be
    entered only while there is no fair but the demo.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    is_demo: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    # What the sign-in service said before this moment no longer counts.
    signed_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    memberships: Mapped[list["Membership"]] = relationship(
        order_by="Membership.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("length(login) BETWEEN 3 AND 120", name="login_is_short"),
        CheckConstraint("login = lower(login)", name="login_is_in_small_letters"),
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_is_short"),
        CheckConstraint(_LANGUAGE_IS_KNOWN, name="language_is_known"),
        CheckConstraint("password_hash LIKE '$argon2id$%'", name="password_is_hashed"),
        # The log knows people by their numbers: none is given twice.
        {"sqlite_autoincrement": True},
    )


class Membership(Base):
    """A role of an account; college and edition say where, null: everywhere."""

    __tablename__ = "membership"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(Text)
    college_id: Mapped[int | None] = mapped_column(ForeignKey("college.id"), index=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    college: Mapped[College | None] = relationship()
    edition: Mapped[Edition | None] = relationship()

    __table_args__ = (
        one_of("role", MemberRole),
        CheckConstraint(_COLLEGE_FITS_ROLE, name="college_fits_role"),
        Index(
            "uq_membership_once",
            "account_id",
            "role",
            text("coalesce(college_id, 0)"),
            text("coalesce(edition_id, 0)"),
            unique=True,
        ),
    )


class Invitation(Base):
    """A one-time link, known by its token's hash: into a role, or to a new password."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    token_hash: Mapped[str] = mapped_column(Text, unique=True)
    whom: Mapped[str] = mapped_column(Text, default="")
    role: Mapped[str | None] = mapped_column(Text)
    college_id: Mapped[int | None] = mapped_column(ForeignKey("college.id"), index=True)
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("edition.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    college: Mapped[College | None] = relationship()
    edition: Mapped[Edition | None] = relationship()

    __table_args__ = (
        one_of("kind", LinkKind),
        one_of("role", MemberRole),
        CheckConstraint(
            "(kind = 'invite' AND role IS NOT NULL AND account_id IS NULL)"
            " OR (kind = 'reset' AND role IS NULL AND account_id IS NOT NULL"
            " AND college_id IS NULL AND edition_id IS NULL)",
            name="leads_to_one_thing",
        ),
        CheckConstraint(f"role IS NULL OR ({_COLLEGE_FITS_ROLE})", name="college_fits_role"),
        CheckConstraint(_TOKEN_IS_SHA256, name="token_is_sha256"),
        CheckConstraint("length(whom) <= 100", name="whom_is_short"),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
        CheckConstraint("used_at IS NULL OR revoked_at IS NULL", name="used_or_revoked"),
        CheckConstraint("used_by IS NULL OR used_at IS NOT NULL", name="used_by_when_used"),
    )


class SignIn(Base):
    """One browser of one account, known by its cookie's hash."""

    __tablename__ = "sign_in"

    token_hash: Mapped[str] = mapped_column(Text, primary_key=True)
    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)

    account: Mapped[Account] = relationship()

    __table_args__ = (
        CheckConstraint(_TOKEN_IS_SHA256, name="token_is_sha256"),
        CheckConstraint("last_seen_at >= created_at", name="seen_after_creation"),
        CheckConstraint("expires_at > created_at", name="expires_after_creation"),
    )


class Attempt(Base):
    """Tries to sign in since a moment, by the hash of what is counted: a login or an address."""

    __tablename__ = "attempt"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    count: Mapped[int]

    __table_args__ = (CheckConstraint("count > 0", name="something_was_tried"),)


class AuditEntry(Base):
    """What somebody did: ids alone, never names. Triggers refuse to change or delete a line.

    The ids are no foreign keys: a line outlives what it is about.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    account_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    college_id: Mapped[int | None] = mapped_column(BigInteger, index=True)
    action: Mapped[str] = mapped_column(Text)
    object_kind: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("length(action) BETWEEN 1 AND 60", name="action_is_named"),
        CheckConstraint("length(object_kind) BETWEEN 1 AND 40", name="object_is_named"),
        CheckConstraint("length(object_id) BETWEEN 1 AND 80", name="object_is_known"),
        Index("ix_audit_entry_object", "object_kind", "object_id"),
    )


class Notice(Base):
    """Something an account should know; its sentences are made of the kind and the parameters."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(Text)
    parameters: Mapped[dict[str, str]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("length(kind) BETWEEN 1 AND 40", name="kind_is_named"),
        CheckConstraint("read_at >= created_at", name="read_after_creation"),
        Index("ix_notice_account", "account_id", "read_at"),
    )


class Outbox(Base):
    """The letter of a notice: one at most, sent after the transaction that wrote it."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(Text, default=MailState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    error: Mapped[str | None] = mapped_column(Text)

    notice: Mapped[Notice] = relationship()

    __table_args__ = (
        UniqueConstraint("notice_id"),
        one_of("state", MailState),
        CheckConstraint("attempts >= 0", name="attempts_are_counted"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_when_sent"),
        Index("ix_outbox_waiting", "state", "next_at"),
    )
