"""Imports that were saved, and what each of them changed: so that one can be undone."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.choices import State
from catalog.models.base import Base, UtcDateTime, one_of
from catalog.models.college import College
from catalog.models.fair import Edition
from catalog.models.people import Account


class ImportBatch(Base):
    """One import; `college` is whose rows all of them are, null: of several."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    college_id: Mapped[int | None] = mapped_column(ForeignKey("college.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id", ondelete="SET NULL"), index=True
    )
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    file_name: Mapped[str] = mapped_column(Text)
    created: Mapped[int]
    updated: Mapped[int]
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    edition: Mapped[Edition] = relationship()
    college: Mapped[College | None] = relationship()
    account: Mapped[Account | None] = relationship()
    rows: Mapped[list["ImportedRow"]] = relationship(
        order_by="ImportedRow.number", cascade="all, delete-orphan"
    )

    __table_args__ = (
        CheckConstraint("length(file_name) <= 200", name="file_name_is_short"),
        CheckConstraint("created >= 0 AND updated >= 0", name="rows_are_counted"),
        {"sqlite_autoincrement": True},
    )


class ImportedRow(Base):
    """What one row did to one exhibit, by its code: an undone creation leaves only the code.

    `before` are the values an editor would have gone on from (null: the row made the exhibit), in
    a proposal if `was_proposal`. What the row left behind is known by a hash of it, and its state.
    """

    __tablename__ = "imported_row"

    batch_id: Mapped[int] = mapped_column(
        ForeignKey("import_batch.id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(ForeignKey("used_code.code"), primary_key=True)
    number: Mapped[int]
    # The keys and values are those of `catalog.values`.
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    was_proposal: Mapped[bool]
    after_hash: Mapped[str] = mapped_column(Text)
    after_state: Mapped[str] = mapped_column(Text)
    undone: Mapped[bool] = mapped_column(default=False)

    __table_args__ = (
        CheckConstraint("length(after_hash) = 64", name="hash_is_sha256"),
        CheckConstraint("NOT was_proposal OR before IS NOT NULL", name="a_proposal_had_values"),
        one_of("after_state", State),
    )
