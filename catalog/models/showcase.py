"""Showcases: exhibits that curators put together, and who changed what in them."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.choices import ShowcaseState
from catalog.models.base import Base, UtcDateTime, in_languages, one_of, slug_is_short
from catalog.models.exhibit import Exhibit
from catalog.models.fair import Edition
from catalog.models.people import Account


class Showcase(Base):
    """Pinned exhibits, then what a saved query finds; `version` rises with every change.

    `first_published_at` stays once it is set: an address that was public is never another's.
    """

    __tablename__ = "showcase"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), index=True
    )
    slug: Mapped[str] = mapped_column(Text, unique=True)
    title_kk: Mapped[str | None] = mapped_column(Text)
    title_ru: Mapped[str | None] = mapped_column(Text)
    title_en: Mapped[str | None] = mapped_column(Text)
    introduction_kk: Mapped[str | None] = mapped_column(Text)
    introduction_ru: Mapped[str | None] = mapped_column(Text)
    introduction_en: Mapped[str | None] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text, default="")
    # The exhibit whose picture stands for the whole; null: the first that is shown.
    cover_id: Mapped[int | None] = mapped_column(
        ForeignKey("exhibit.id", ondelete="SET NULL"), index=True
    )
    state: Mapped[str] = mapped_column(Text)
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    first_published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    curator_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    version: Mapped[int]

    edition: Mapped[Edition] = relationship()
    cover: Mapped[Exhibit | None] = relationship()
    curator: Mapped[Account | None] = relationship()
    choices: Mapped[list["ShowcaseExhibit"]] = relationship(
        order_by="ShowcaseExhibit.position", cascade="all, delete-orphan"
    )

    __table_args__ = (
        slug_is_short(),
        one_of("state", ShowcaseState),
        CheckConstraint(
            "coalesce(length(title_kk), 0) + coalesce(length(title_ru), 0)"
            " + coalesce(length(title_en), 0) > 0",
            name="one_title_at_least",
        ),
        CheckConstraint(
            "coalesce(length(title_kk), 0) <= 150 AND coalesce(length(title_ru), 0) <= 150"
            " AND coalesce(length(title_en), 0) <= 150",
            name="titles_are_short",
        ),
        CheckConstraint(
            "coalesce(length(introduction_kk), 0) <= 2000"
            " AND coalesce(length(introduction_ru), 0) <= 2000"
            " AND coalesce(length(introduction_en), 0) <= 2000",
            name="introductions_are_short",
        ),
        CheckConstraint("length(query) <= 300", name="query_is_short"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint(
            "state <> 'published' OR first_published_at IS NOT NULL", name="published_once"
        ),
        CheckConstraint("version > 0", name="version_counts"),
        {"sqlite_autoincrement": True},
    )

    @property
    def titles(self) -> dict[str, str]:
        return in_languages(self, "title")

    @property
    def introductions(self) -> dict[str, str]:
        return in_languages(self, "introduction")


class ShowcaseExhibit(Base):
    """An exhibit that a curator pinned, at a position and with a note, or left out (no position)."""

    __tablename__ = "showcase_exhibit"

    showcase_id: Mapped[int] = mapped_column(
        ForeignKey("showcase.id", ondelete="CASCADE"), primary_key=True
    )
    exhibit_id: Mapped[int] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int | None]
    note_kk: Mapped[str | None] = mapped_column(Text)
    note_ru: Mapped[str | None] = mapped_column(Text)
    note_en: Mapped[str | None] = mapped_column(Text)

    exhibit: Mapped[Exhibit] = relationship()

    __table_args__ = (
        Index(
            "uq_showcase_exhibit_position",
            "showcase_id",
            "position",
            unique=True,
            sqlite_where=text("position IS NOT NULL"),
            postgresql_where=text("position IS NOT NULL"),
        ),
        CheckConstraint("position >= 0", name="position_counts"),
        CheckConstraint(
            "coalesce(length(note_kk), 0) <= 500 AND coalesce(length(note_ru), 0) <= 500"
            " AND coalesce(length(note_en), 0) <= 500",
            name="notes_are_short",
        ),
        CheckConstraint(
            "position IS NOT NULL OR (note_kk IS NULL AND note_ru IS NULL AND note_en IS NULL)",
            name="notes_are_of_pins",
        ),
    )

    @property
    def notes(self) -> dict[str, str]:
        return in_languages(self, "note")


class ShowcaseChange(Base):
    """What one version of a showcase changed, and by whom: so that a conflict can tell."""

    __tablename__ = "showcase_change"

    showcase_id: Mapped[int] = mapped_column(
        ForeignKey("showcase.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    # The names of columns; `order`; `exhibit:` and a code.
    parts: Mapped[list[str]] = mapped_column(JSON(none_as_null=True))

    account: Mapped[Account | None] = relationship()
