"""Pictures, kept in the database by the hash of what was given."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base, UtcDateTime


class Picture(Base):
    __tablename__ = "picture"

    hash: Mapped[str] = mapped_column(Text, primary_key=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (CheckConstraint("length(hash) = 64", name="hash_is_sha256"),)


class PictureSize(Base):
    """One WebP rendering of a picture, named by the longest side it was fitted into."""

    __tablename__ = "picture_size"

    hash: Mapped[str] = mapped_column(
        ForeignKey("picture.hash", ondelete="CASCADE"), primary_key=True
    )
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    width: Mapped[int]
    height: Mapped[int]
    webp: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (
        CheckConstraint("width BETWEEN 1 AND size AND height BETWEEN 1 AND size", name="fits"),
    )
