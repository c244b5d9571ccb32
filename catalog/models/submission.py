"""An entry on its way: revisions, what a college proposes, private copies, terms of a college."""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.choices import Decision, ProposalState
from catalog.models.base import Base, UtcDateTime, one_of
from catalog.models.college import College
from catalog.models.exhibit import Exhibit
from catalog.models.fair import Edition


class Revision(Base):
    """What was given in for review, numbered from 1; without a decision it waits for one."""

    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(primary_key=True)
    exhibit_id: Mapped[int] = mapped_column(ForeignKey("exhibit.id", ondelete="CASCADE"))
    number: Mapped[int]
    # The keys and values are those of `catalog.values`.
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    decision: Mapped[str | None] = mapped_column(Text)
    comment: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))

    exhibit: Mapped[Exhibit] = relationship()

    __table_args__ = (
        UniqueConstraint("exhibit_id", "number"),
        one_of("decision", Decision),
        CheckConstraint("number >= 1", name="numbered_from_1"),
        CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)", name="decided_when_there_is_a_decision"
        ),
        CheckConstraint(
            "decision NOT IN ('changes_requested', 'rejected') OR length(comment) > 0",
            name="a_no_is_explained",
        ),
        CheckConstraint("length(comment) <= 2000", name="comment_is_short"),
        Index(
            "uq_revision_one_waits",
            "exhibit_id",
            unique=True,
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
    )


class Proposal(Base):
    """What a college would change on an accepted or published exhibit, until it is approved."""

    __tablename__ = "proposal"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    exhibit: Mapped[Exhibit] = relationship()

    __table_args__ = (one_of("state", ProposalState),)


class PendingDecision(Base):
    """What a reviewer has made up their mind to, not yet applied and told nobody."""

    __tablename__ = "pending_decision"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    # The version decided on: what was changed since must be looked at again.
    version: Mapped[int]
    decision: Mapped[str] = mapped_column(Text)
    reason: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    exhibit: Mapped[Exhibit] = relationship()

    __table_args__ = (
        one_of("decision", Decision),
        CheckConstraint("length(reason) <= 2000", name="reason_is_short"),
    )


class WorkingCopy(Base):
    """An editor's own copy of an entry, kept at every keystroke, seen by nobody else.

    `base` is the entry as it was when the copy was made, of that `base_version`; a copy without an
    exhibit becomes a new one when it is saved.
    """

    __tablename__ = "working_copy"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    college_id: Mapped[int] = mapped_column(ForeignKey("college.id"), index=True)
    exhibit_id: Mapped[int | None] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), index=True
    )
    base_version: Mapped[int]
    base: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)

    college: Mapped[College] = relationship()
    edition: Mapped[Edition] = relationship()
    exhibit: Mapped[Exhibit | None] = relationship()

    __table_args__ = (
        UniqueConstraint("account_id", "exhibit_id"),
        {"sqlite_autoincrement": True},
    )


class CollegeTerms(Base):
    """What one college may do otherwise than others in one edition."""

    __tablename__ = "college_terms"

    college_id: Mapped[int] = mapped_column(
        ForeignKey("college.id", ondelete="CASCADE"), primary_key=True
    )
    edition_id: Mapped[int] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), primary_key=True
    )
    quota: Mapped[int | None]
    deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("quota BETWEEN 0 AND 1000", name="quota_is_sane"),)
