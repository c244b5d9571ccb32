"""What visitors searched and opened: no person, no address, no moment finer than an hour."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, UtcDateTime


class Searched(Base):
    """One search that was looked at, or an exhibit opened without one (`query` is empty then)."""

    __tablename__ = "searched"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    hour: Mapped[datetime] = mapped_column(UtcDateTime)
    language: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    filters: Mapped[dict[str, str]] = mapped_column(JSON)
    found: Mapped[int | None]
    fits: Mapped[bool]
    # No foreign key: an exhibit may go, and the log says what was opened then.
    opened: Mapped[str | None] = mapped_column(Text)

    __table_args__ = (
        CheckConstraint("length(query) <= 200", name="query_is_short"),
        CheckConstraint("language IN ('kk', 'ru', 'en')", name="language_is_known"),
        CheckConstraint("found >= 0", name="found_is_counted"),
        CheckConstraint("length(opened) <= 20", name="opened_is_a_code"),
        Index("ix_searched_edition", "edition_id", "hour"),
        Index("ix_searched_hour", "hour"),
    )
