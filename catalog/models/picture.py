"""Pictures, kept in the database by the hash of what was given."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, LargeBinary, Text
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


class PictureUpload(Base):
    """A college gave this picture in for an edition: it may look at it, and pays for its room."""

    __tablename__ = "picture_upload"

    hash: Mapped[str] = mapped_column(
        ForeignKey("picture.hash", ondelete="CASCADE"), primary_key=True
    )
    college_id: Mapped[int] = mapped_column(ForeignKey("college.id"), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id"), primary_key=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    bytes: Mapped[int]
    uploaded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        CheckConstraint("bytes >= 0", name="bytes_are_counted"),
        Index("ix_picture_upload_place", "college_id", "edition_id"),
    )


class UploadTally(Base):
    """What an account sent within an hour, in files and bytes."""

    __tablename__ = "upload_tally"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("account.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)
    files: Mapped[int]
    bytes: Mapped[int] = mapped_column(BigInteger)
