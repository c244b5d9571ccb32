"""People whom exhibits name or show, their consents; who uploaded which picture, and how much."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("college_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_minor", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name=op.f("ck_person_name_is_short")),
        sa.ForeignKeyConstraint(["college_id"], ["college.id"], name=op.f("fk_person_college_id")),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_person_edition_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_person_place", "person", ["college_id", "edition_id"], unique=False)
    op.create_index(op.f("ix_person_edition_id"), "person", ["edition_id"], unique=False)
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("verified_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "scope IN ('name', 'face', 'both')", name=op.f("ck_consent_scope_is_known")
        ),
        sa.CheckConstraint(
            "given_by IN ('self', 'representative')", name=op.f("ck_consent_given_by_is_known")
        ),
        sa.CheckConstraint(
            "revoked_at >= recorded_at", name=op.f("ck_consent_revoked_after_recording")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_consent_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["verified_by"],
            ["account.id"],
            name=op.f("fk_consent_verified_by"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index(
        "uq_consent_one_active",
        "consent",
        ["person_id", "scope"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "exhibit_person",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "role IN ('author', 'presenter', 'supervisor')",
            name=op.f("ck_exhibit_person_role_is_known"),
        ),
        sa.CheckConstraint(
            "position BETWEEN 0 AND 19", name=op.f("ck_exhibit_person_twenty_at_most")
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibit.id"],
            name=op.f("fk_exhibit_person_exhibit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_exhibit_person_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("exhibit_id", "position", name=op.f("pk_exhibit_person")),
        sa.UniqueConstraint(
            "exhibit_id",
            "person_id",
            "role",
            name=op.f("uq_exhibit_person_exhibit_id_person_id_role"),
        ),
    )
    op.create_index(
        op.f("ix_exhibit_person_person_id"), "exhibit_person", ["person_id"], unique=False
    )
    op.create_table(
        "picture_person",
        sa.Column("exhibit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["exhibit_id", "hash"],
            ["exhibit_picture.exhibit_id", "exhibit_picture.hash"],
            name=op.f("fk_picture_person_exhibit_id_hash"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_picture_person_person_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("exhibit_id", "hash", "person_id", name=op.f("pk_picture_person")),
    )
    op.create_index("ix_picture_person_hash", "picture_person", ["hash"], unique=False)
    op.create_index("ix_picture_person_person_id", "picture_person", ["person_id"], unique=False)
    op.create_table(
        "picture_upload",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("college_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bytes >= 0", name=op.f("ck_picture_upload_bytes_are_counted")),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_picture_upload_account_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["college_id"], ["college.id"], name=op.f("fk_picture_upload_college_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_picture_upload_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["hash"], ["picture.hash"], name=op.f("fk_picture_upload_hash"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", "college_id", "edition_id", name=op.f("pk_picture_upload")),
    )
    op.create_index(
        "ix_picture_upload_place", "picture_upload", ["college_id", "edition_id"], unique=False
    )
    op.create_table(
        "upload_tally",
        sa.Column("account_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_upload_tally_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "hour", name=op.f("pk_upload_tally")),
    )


def downgrade() -> None:
    for table in (
        "upload_tally",
        "picture_upload",
        "picture_person",
        "exhibit_person",
        "consent",
        "person",
    ):
        op.drop_table(table)
