"""The fair itself: its editions and halls, the fields of its exhibits, the public revision."""

from datetime import date, datetime

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

from catalog.models.base import (
    Base,
    Named,
    UtcDateTime,
    in_languages,
    one_name_at_least,
    slug_is_short,
)


class Edition(Named, Base):
    """One year's fair, or an archive of past work; at most one edition is the current one."""

    __tablename__ = "edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    year: Mapped[int]
    venue_kk: Mapped[str | None] = mapped_column(Text)
    venue_ru: Mapped[str | None] = mapped_column(Text)
    venue_en: Mapped[str | None] = mapped_column(Text)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    submission_deadline: Mapped[datetime | None] = mapped_column(UtcDateTime)
    freeze_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    gallery_on: Mapped[bool] = mapped_column(default=False)
    is_current: Mapped[bool] = mapped_column(default=False)
    is_demo: Mapped[bool] = mapped_column(default=False)
    is_archive: Mapped[bool] = mapped_column(default=False)
    demand_kind: Mapped[bool] = mapped_column(default=False)
    demand_technology: Mapped[bool] = mapped_column(default=False)
    demand_title_kk: Mapped[bool] = mapped_column(default=False)
    demand_title_ru: Mapped[bool] = mapped_column(default=False)

    halls: Mapped[list["Hall"]] = relationship(
        back_populates="edition", order_by="Hall.slug", cascade="all, delete-orphan"
    )

    __table_args__ = (
        one_name_at_least(),
        slug_is_short(),
        CheckConstraint("year BETWEEN 1990 AND 2200", name="year_is_sane"),
        CheckConstraint("ends_on >= starts_on", name="ends_after_start"),
        Index(
            "uq_edition_one_current",
            "is_current",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    @property
    def venue(self) -> dict[str, str]:
        return in_languages(self, "venue")


class Hall(Named, Base):
    """A hall of one edition's venue."""

    __tablename__ = "hall"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(Text)

    edition: Mapped[Edition] = relationship(back_populates="halls")

    __table_args__ = (
        one_name_at_least(),
        slug_is_short(),
        UniqueConstraint("edition_id", "slug"),
        # The target of exhibit's composite key: an exhibit stands in a hall of its own edition.
        UniqueConstraint("edition_id", "id"),
    )


class Field(Named, Base):
    """A broad field of work (robotics, agriculture, …) with the hue of its covers."""

    __tablename__ = "field"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    hue: Mapped[int]
    position: Mapped[int]

    __table_args__ = (
        one_name_at_least(),
        slug_is_short(),
        CheckConstraint("hue BETWEEN 0 AND 359", name="hue_is_an_angle"),
    )


class CatalogRevision(Base):
    """One row: the number that rises with every change the public can see."""

    __tablename__ = "catalog_revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)


class PublicChange(Base):
    """What each revision changed: the codes of exhibits, or null where it may be anything.

    The token tells two catalogs apart that have come to the same number, as after a restore.
    """

    __tablename__ = "public_change"

    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    token: Mapped[str] = mapped_column(Text)
    codes: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
