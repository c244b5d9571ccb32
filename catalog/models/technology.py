"""The vocabulary of technologies (SKOS style): labels in three languages, broader terms."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base, slug_is_short


class Technology(Base):
    __tablename__ = "technology"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)

    labels: Mapped[list["TechnologyLabel"]] = relationship(
        order_by="TechnologyLabel.id", cascade="all, delete-orphan"
    )
    broader: Mapped[list["Technology"]] = relationship(
        secondary="technology_broader",
        primaryjoin="Technology.id == TechnologyBroader.technology_id",
        secondaryjoin="Technology.id == TechnologyBroader.broader_id",
        order_by="Technology.slug",
    )

    __table_args__ = (slug_is_short(),)


class TechnologyLabel(Base):
    """What a technology is called; one label per language is the preferred one."""

    __tablename__ = "technology_label"

    id: Mapped[int] = mapped_column(primary_key=True)
    technology_id: Mapped[int] = mapped_column(ForeignKey("technology.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(Text)
    label: Mapped[str] = mapped_column(Text)
    preferred: Mapped[bool]

    __table_args__ = (
        UniqueConstraint("technology_id", "language", "label"),
        CheckConstraint("language IN ('kk', 'ru', 'en')", name="language_is_known"),
        CheckConstraint("length(label) BETWEEN 1 AND 120", name="label_is_short"),
        Index(
            "uq_technology_label_one_preferred",
            "technology_id",
            "language",
            unique=True,
            sqlite_where=text("preferred"),
            postgresql_where=text("preferred"),
        ),
    )


class TechnologyBroader(Base):
    __tablename__ = "technology_broader"

    technology_id: Mapped[int] = mapped_column(
        ForeignKey("technology.id", ondelete="CASCADE"), primary_key=True
    )
    broader_id: Mapped[int] = mapped_column(
        ForeignKey("technology.id", ondelete="CASCADE"), primary_key=True, index=True
    )

    __table_args__ = (CheckConstraint("technology_id <> broader_id", name="not_itself"),)
