"""What visitors searched and opened, by the hour, of nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "searched",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=True),
        sa.Column("fits", sa.Boolean(), nullable=False),
        sa.Column("opened", sa.Text(), nullable=True),
        sa.CheckConstraint("length(query) <= 200", name=op.f("ck_searched_query_is_short")),
        sa.CheckConstraint(
            "language IN ('kk', 'ru', 'en')", name=op.f("ck_searched_language_is_known")
        ),
        sa.CheckConstraint("found >= 0", name=op.f("ck_searched_found_is_counted")),
        sa.CheckConstraint("length(opened) <= 20", name=op.f("ck_searched_opened_is_a_code")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_searched_edition_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_searched")),
    )
    op.create_index("ix_searched_edition", "searched", ["edition_id", "hour"])
    op.create_index("ix_searched_hour", "searched", ["hour"])


def downgrade() -> None:
    op.drop_table("searched")
