"""People an exhibit names or shows, and what they consented to. No IIN, no scans, no birthday."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.choices import GivenBy, Role, Scope
from catalog.models.base import Base, UtcDateTime, one_of


class Person(Base):
    """Somebody whom a college's exhibits of one edition name or show."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    college_id: Mapped[int] = mapped_column(ForeignKey("college.id"))
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    is_minor: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    consents: Mapped[list["Consent"]] = relationship(
        back_populates="person", order_by="Consent.id", cascade="all, delete-orphan"
    )

    __table_args__ = (
        Index("ix_person_place", "college_id", "edition_id"),
        CheckConstraint("length(name) BETWEEN 1 AND 100", name="name_is_short"),
        # The log knows people by their numbers: none is given twice.
        {"sqlite_autoincrement": True},
    )


class Consent(Base):
    """What a person, or who speaks for them, agreed to; it holds until it is revoked."""

    __tablename__ = "consent"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(Text)
    given_by: Mapped[str] = mapped_column(Text)
    given_on: Mapped[date]
    # Who saw the signed paper; null: an account that is gone, or the command line.
    verified_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    person: Mapped[Person] = relationship(back_populates="consents")

    __table_args__ = (
        one_of("scope", Scope),
        one_of("given_by", GivenBy),
        CheckConstraint("revoked_at >= recorded_at", name="revoked_after_recording"),
        Index(
            "uq_consent_one_active",
            "person_id",
            "scope",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )


class ExhibitPerson(Base):
    """A creator whom an exhibit names; `shown`: also to the public, while there is a consent."""

    __tablename__ = "exhibit_person"

    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    role: Mapped[str] = mapped_column(Text)
    shown: Mapped[bool]

    __table_args__ = (
        UniqueConstraint("exhibit_id", "person_id", "role"),
        one_of("role", Role),
        CheckConstraint("position BETWEEN 0 AND 19", name="twenty_at_most"),
    )


class PicturePerson(Base):
    """A picture of an exhibit shows a person."""

    __tablename__ = "picture_person"

    exhibit_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[str] = mapped_column(Text, primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )

    __table_args__ = (
        ForeignKeyConstraint(
            ["exhibit_id", "hash"],
            ["exhibit_picture.exhibit_id", "exhibit_picture.hash"],
            ondelete="CASCADE",
        ),
        Index("ix_picture_person_hash", "hash"),
        Index("ix_picture_person_person_id", "person_id"),
    )
