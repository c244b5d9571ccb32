"""Vectors already computed: derived data, safe to lose."""

from sqlalchemy import CheckConstraint, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base


class CachedVector(Base):
    """The fp16 vector of one content hash by one model."""

    __tablename__ = "cached_vector"

    content_hash: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    model: Mapped[str] = mapped_column(Text, primary_key=True)
    dim: Mapped[int]
    vector: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = (CheckConstraint("length(vector) = 2 * dim", name="two_bytes_a_number"),)
