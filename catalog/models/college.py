"""Colleges, the names people know them by, and the specialties they teach."""

from sqlalchemy import CheckConstraint, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import (
    Base,
    Named,
    in_languages,
    one_name_at_least,
    slug_is_short,
)


class Specialty(Named, Base):
    """A specialty by name; its classifier code only where it is known."""

    __tablename__ = "specialty"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    code: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        one_name_at_least(),
        slug_is_short(),
        CheckConstraint("length(code) = 8", name="code_has_8_digits"),
    )


class College(Named, Base):
    """A college with its public facts."""

    __tablename__ = "college"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    short_name_kk: Mapped[str | None] = mapped_column(Text)
    short_name_ru: Mapped[str | None] = mapped_column(Text)
    short_name_en: Mapped[str | None] = mapped_column(Text)
    address_kk: Mapped[str | None] = mapped_column(Text)
    address_ru: Mapped[str | None] = mapped_column(Text)
    address_en: Mapped[str | None] = mapped_column(Text)
    about_kk: Mapped[str | None] = mapped_column(Text)
    about_ru: Mapped[str | None] = mapped_column(Text)
    about_en: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    email: Mapped[str | None] = mapped_column(Text)
    site: Mapped[str | None] = mapped_column(Text)
    study_url: Mapped[str | None] = mapped_column(Text)
    founded: Mapped[int | None]

    aliases: Mapped[list["CollegeAlias"]] = relationship(
        order_by="CollegeAlias.id", cascade="all, delete-orphan"
    )
    specialties: Mapped[list[Specialty]] = relationship(
        secondary="college_specialty", order_by="Specialty.id"
    )

    __table_args__ = (
        one_name_at_least(),
        slug_is_short(),
        CheckConstraint("founded BETWEEN 1800 AND 2200", name="founded_is_a_year"),
    )

    @property
    def short_names(self) -> dict[str, str]:
        return in_languages(self, "short_name")

    @property
    def address(self) -> dict[str, str]:
        return in_languages(self, "address")

    @property
    def about(self) -> dict[str, str]:
        return in_languages(self, "about")


class CollegeAlias(Base):
    """One more name that people type for a college."""

    __tablename__ = "college_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    college_id: Mapped[int] = mapped_column(ForeignKey("college.id", ondelete="CASCADE"))
    alias: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        UniqueConstraint("college_id", "alias"),
        CheckConstraint("length(alias) BETWEEN 1 AND 200", name="alias_is_short"),
    )


class CollegeSpecialty(Base):
    """A college teaches a specialty."""

    __tablename__ = "college_specialty"

    college_id: Mapped[int] = mapped_column(
        ForeignKey("college.id", ondelete="CASCADE"), primary_key=True
    )
    specialty_id: Mapped[int] = mapped_column(
        ForeignKey("specialty.id", ondelete="CASCADE"), primary_key=True, index=True
    )
