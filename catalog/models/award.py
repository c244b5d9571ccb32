"""Medals and prizes: what an exhibit, or a college itself, was given."""

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.choices import AwardLevel, AwardPlace
from catalog.models.base import Base, Named, one_name_at_least, one_of
from catalog.models.college import College
from catalog.models.exhibit import Exhibit


class Award(Named, Base):
    """An award of an exhibit or of a college, never of both."""

    __tablename__ = "award"

    id: Mapped[int] = mapped_column(primary_key=True)
    exhibit_id: Mapped[int | None] = mapped_column(
        ForeignKey("exhibit.id", ondelete="CASCADE"), index=True
    )
    college_id: Mapped[int | None] = mapped_column(
        ForeignKey("college.id", ondelete="CASCADE"), index=True
    )
    issuer: Mapped[str] = mapped_column(Text)
    level: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(Text)
    year: Mapped[int]

    exhibit: Mapped[Exhibit | None] = relationship()
    college: Mapped[College | None] = relationship()

    __table_args__ = (
        one_name_at_least(),
        one_of("level", AwardLevel),
        one_of("place", AwardPlace),
        CheckConstraint("(exhibit_id IS NULL) <> (college_id IS NULL)", name="one_has_it"),
        CheckConstraint("length(name_kk) BETWEEN 1 AND 150", name="name_kk_is_short"),
        CheckConstraint("length(name_ru) BETWEEN 1 AND 150", name="name_ru_is_short"),
        CheckConstraint("length(name_en) BETWEEN 1 AND 150", name="name_en_is_short"),
        CheckConstraint("length(issuer) BETWEEN 1 AND 150", name="issuer_is_short"),
        CheckConstraint("year BETWEEN 1950 AND 2100", name="year_is_sane"),
    )
