"""Addresses of what was merged into another lead on to it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "moved_slug",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('college', 'technology')", name=op.f("ck_moved_slug_kind_is_known")
        ),
        sa.CheckConstraint('slug <> "to"', name=op.f("ck_moved_slug_leads_elsewhere")),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_moved_slug")),
    )


def downgrade() -> None:
    op.drop_table("moved_slug")
