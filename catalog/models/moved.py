"""Where an address leads whose thing became part of another."""

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.choices import MovedKind
from catalog.models.base import Base, one_of


class MovedSlug(Base):
    """The slug of what was merged into another, and that one's slug; never two steps long."""

    __tablename__ = "moved_slug"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    to: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        one_of("kind", MovedKind),
        CheckConstraint('slug <> "to"', name="leads_elsewhere"),
    )
