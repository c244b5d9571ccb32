"""Imports that can be undone: each a batch, and what its rows did."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_STATES = (
    "'draft', 'submitted', 'changes_requested', 'accepted', 'rejected', 'duplicate', 'published',"
    " 'cancelled', 'withdrawn'"
)


def upgrade() -> None:
    op.create_table(
        "import_batch",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("college_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("undone_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "length(file_name) <= 200", name=op.f("ck_import_batch_file_name_is_short")
        ),
        sa.CheckConstraint(
            "created >= 0 AND updated >= 0", name=op.f("ck_import_batch_rows_are_counted")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"],
            ["edition.id"],
            name=op.f("fk_import_batch_edition_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["college_id"], ["college.id"], name=op.f("fk_import_batch_college_id")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_import_batch_account_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        sqlite_autoincrement=True,
    )
    for column in ("college_id", "account_id"):
        op.create_index(op.f(f"ix_import_batch_{column}"), "import_batch", [column], unique=False)
    op.create_table(
        "imported_row",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("was_proposal", sa.Boolean(), nullable=False),
        sa.Column("after_hash", sa.Text(), nullable=False),
        sa.Column("after_state", sa.Text(), nullable=False),
        sa.Column("undone", sa.Boolean(), nullable=False),
        sa.CheckConstraint("length(after_hash) = 64", name=op.f("ck_imported_row_hash_is_sha256")),
        sa.CheckConstraint(
            "NOT was_proposal OR before IS NOT NULL",
            name=op.f("ck_imported_row_a_proposal_had_values"),
        ),
        sa.CheckConstraint(
            f"after_state IN ({_STATES})", name=op.f("ck_imported_row_after_state_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["import_batch.id"],
            name=op.f("fk_imported_row_batch_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["code"], ["used_code.code"], name=op.f("fk_imported_row_code")),
        sa.PrimaryKeyConstraint("batch_id", "code", name=op.f("pk_imported_row")),
    )


def downgrade() -> None:
    op.drop_table("imported_row")
    op.drop_table("import_batch")
