"""Medals and prizes of exhibits and colleges."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=True),
        sa.Column("college_id", sa.Integer(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("name_kk", sa.Text(), nullable=True),
        sa.Column("name_ru", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "coalesce(length(name_kk), 0) + coalesce(length(name_ru), 0)"
            " + coalesce(length(name_en), 0) > 0",
            name=op.f("ck_award_one_name_at_least"),
        ),
        sa.CheckConstraint(
            "level IN ('fair', 'city', 'national', 'international')",
            name=op.f("ck_award_level_is_known"),
        ),
        sa.CheckConstraint(
            "place IN ('gold', 'silver', 'bronze', 'medallion', 'winner', 'other')",
            name=op.f("ck_award_place_is_known"),
        ),
        sa.CheckConstraint(
            "(exhibit_id IS NULL) <> (college_id IS NULL)", name=op.f("ck_award_one_has_it")
        ),
        sa.CheckConstraint(
            "length(name_kk) BETWEEN 1 AND 150", name=op.f("ck_award_name_kk_is_short")
        ),
        sa.CheckConstraint(
            "length(name_ru) BETWEEN 1 AND 150", name=op.f("ck_award_name_ru_is_short")
        ),
        sa.CheckConstraint(
            "length(name_en) BETWEEN 1 AND 150", name=op.f("ck_award_name_en_is_short")
        ),
        sa.CheckConstraint(
            "length(issuer) BETWEEN 1 AND 150", name=op.f("ck_award_issuer_is_short")
        ),
        sa.CheckConstraint("year BETWEEN 1950 AND 2100", name=op.f("ck_award_year_is_sane")),
        sa.ForeignKeyConstraint(
            ["college_id"], ["college.id"], name=op.f("fk_award_college_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"], ["exhibit.id"], name=op.f("fk_award_exhibit_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
    )
    op.create_index(op.f("ix_award_college_id"), "award", ["college_id"])
    op.create_index(op.f("ix_award_exhibit_id"), "award", ["exhibit_id"])


def downgrade() -> None:
    op.drop_table("award")
