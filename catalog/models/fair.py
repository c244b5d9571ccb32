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

    # The plan: how large it is in its own units, what is drawn under the places, where one comes in.
    plan_width: Mapped[int] = mapped_column(default=1000, server_default="1000")
    plan_height: Mapped[int] = mapped_column(default=600, server_default="600")
    plan_svg: Mapped[str | None] = mapped_column(Text)
    plan_picture: Mapped[str | None] = mapped_column(ForeignKey("picture.hash"), index=True)
    entrance_x: Mapped[int | None]
    entrance_y: Mapped[int | None]

    edition: Mapped[Edition] = relationship(back_populates="halls")
    places: Mapped[list["HallPlace"]] = relationship(
        back_populates="hall", cascade="all, delete-orphan"
    )

    __table_args__ = (
        one_name_at_least(),
        slug_is_short(),
        UniqueConstraint("edition_id", "slug"),
        # The target of exhibit's composite key: an exhibit stands in a hall of its own edition.
        UniqueConstraint("edition_id", "id"),
        CheckConstraint(
            "plan_width BETWEEN 1 AND 100000 AND plan_height BETWEEN 1 AND 100000",
            name="plan_is_sane",
        ),
        CheckConstraint("length(plan_svg) <= 500000", name="plan_is_no_novel"),
        CheckConstraint("(entrance_x IS NULL) = (entrance_y IS NULL)", name="entrance_is_a_point"),
    )


class HallPlace(Base):
    """A numbered place of a hall, where it lies on the plan and what it offers.

    An exhibit stands here if it names this hall and this number.
    """

    __tablename__ = "hall_place"

    hall_id: Mapped[int] = mapped_column(
        ForeignKey("hall.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[str] = mapped_column(Text, primary_key=True)
    x: Mapped[int]
    y: Mapped[int]
    width: Mapped[int]
    height: Mapped[int]
    power_watts: Mapped[int] = mapped_column(default=0)
    floor_area: Mapped[int] = mapped_column(default=4)
    network: Mapped[bool] = mapped_column(default=False)
    noise: Mapped[bool] = mapped_column(default=True)
    fire: Mapped[bool] = mapped_column(default=False)

    hall: Mapped[Hall] = relationship(back_populates="places")

    __table_args__ = (
        CheckConstraint("length(number) BETWEEN 1 AND 20", name="number_is_short"),
        CheckConstraint("x >= 0 AND y >= 0 AND width >= 1 AND height >= 1", name="lies_on_plan"),
        CheckConstraint("power_watts BETWEEN 0 AND 100000", name="power_is_sane"),
        CheckConstraint("floor_area BETWEEN 1 AND 1000", name="floor_area_is_sane"),
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
