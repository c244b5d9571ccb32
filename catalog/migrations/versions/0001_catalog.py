"""The catalog and its public revision."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cached_vector",
        sa.Column("content_hash", sa.LargeBinary(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("dim", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "length(vector) = 2 * dim", name=op.f("ck_cached_vector_two_bytes_a_number")
        ),
        sa.PrimaryKeyConstraint("content_hash", "model", name=op.f("pk_cached_vector")),
    )
    op.create_table(
        "catalog_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_catalog_revision_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_catalog_revision")),
    )
    op.create_table(
        "college",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("short_name_kk", sa.Text(), nullable=True),
        sa.Column("short_name_ru", sa.Text(), nullable=True),
        sa.Column("short_name_en", sa.Text(), nullable=True),
        sa.Column("address_kk", sa.Text(), nullable=True),
        sa.Column("address_ru", sa.Text(), nullable=True),
        sa.Column("address_en", sa.Text(), nullable=True),
        sa.Column("about_kk", sa.Text(), nullable=True),
        sa.Column("about_ru", sa.Text(), nullable=True),
        sa.Column("about_en", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("site", sa.Text(), nullable=True),
        sa.Column("study_url", sa.Text(), nullable=True),
        sa.Column("founded", sa.Integer(), nullable=True),
        sa.Column("name_kk", sa.Text(), nullable=True),
        sa.Column("name_ru", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "coalesce(length(name_kk), 0) + coalesce(length(name_ru), 0) + coalesce(length(name_en), 0) > 0",
            name=op.f("ck_college_one_name_at_least"),
        ),
        sa.CheckConstraint(
            "founded BETWEEN 1800 AND 2200", name=op.f("ck_college_founded_is_a_year")
        ),
        sa.CheckConstraint("length(slug) BETWEEN 1 AND 80", name=op.f("ck_college_slug_is_short")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_college")),
        sa.UniqueConstraint("slug", name=op.f("uq_college_slug")),
    )
    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("venue_kk", sa.Text(), nullable=True),
        sa.Column("venue_ru", sa.Text(), nullable=True),
        sa.Column("venue_en", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("submission_deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("freeze_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gallery_on", sa.Boolean(), nullable=False),
        sa.Column("is_current", sa.Boolean(), nullable=False),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("is_archive", sa.Boolean(), nullable=False),
        sa.Column("demand_kind", sa.Boolean(), nullable=False),
        sa.Column("demand_technology", sa.Boolean(), nullable=False),
        sa.Column("demand_title_kk", sa.Boolean(), nullable=False),
        sa.Column("demand_title_ru", sa.Boolean(), nullable=False),
        sa.Column("name_kk", sa.Text(), nullable=True),
        sa.Column("name_ru", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "coalesce(length(name_kk), 0) + coalesce(length(name_ru), 0) + coalesce(length(name_en), 0) > 0",
            name=op.f("ck_edition_one_name_at_least"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_edition_ends_after_start")),
        sa.CheckConstraint("length(slug) BETWEEN 1 AND 80", name=op.f("ck_edition_slug_is_short")),
        sa.CheckConstraint("year BETWEEN 1990 AND 2200", name=op.f("ck_edition_year_is_sane")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint("slug", name=op.f("uq_edition_slug")),
    )
    op.create_index(
        "uq_edition_one_current",
        "edition",
        ["is_current"],
        unique=True,
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.create_table(
        "field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("hue", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_kk", sa.Text(), nullable=True),
        sa.Column("name_ru", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "coalesce(length(name_kk), 0) + coalesce(length(name_ru), 0) + coalesce(length(name_en), 0) > 0",
            name=op.f("ck_field_one_name_at_least"),
        ),
        sa.CheckConstraint("hue BETWEEN 0 AND 359", name=op.f("ck_field_hue_is_an_angle")),
        sa.CheckConstraint("length(slug) BETWEEN 1 AND 80", name=op.f("ck_field_slug_is_short")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_field")),
        sa.UniqueConstraint("slug", name=op.f("uq_field_slug")),
    )
    op.create_table(
        "picture",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_picture_hash_is_sha256")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_picture")),
    )
    op.create_table(
        "specialty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("name_kk", sa.Text(), nullable=True),
        sa.Column("name_ru", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "coalesce(length(name_kk), 0) + coalesce(length(name_ru), 0) + coalesce(length(name_en), 0) > 0",
            name=op.f("ck_specialty_one_name_at_least"),
        ),
        sa.CheckConstraint("length(code) = 8", name=op.f("ck_specialty_code_has_8_digits")),
        sa.CheckConstraint(
            "length(slug) BETWEEN 1 AND 80", name=op.f("ck_specialty_slug_is_short")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specialty")),
        sa.UniqueConstraint("slug", name=op.f("uq_specialty_slug")),
    )
    op.create_table(
        "technology",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(slug) BETWEEN 1 AND 80", name=op.f("ck_technology_slug_is_short")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_technology")),
        sa.UniqueConstraint("slug", name=op.f("uq_technology_slug")),
    )
    op.create_table(
        "used_code",
        sa.Column("code", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(code) = 6 AND code = upper(code)", name=op.f("ck_used_code_code_is_6_capitals")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_used_code")),
    )
    op.create_table(
        "college_alias",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("college_id", sa.Integer(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(alias) BETWEEN 1 AND 200", name=op.f("ck_college_alias_alias_is_short")
        ),
        sa.ForeignKeyConstraint(
            ["college_id"],
            ["college.id"],
            name=op.f("fk_college_alias_college_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_college_alias")),
        sa.UniqueConstraint("college_id", "alias", name=op.f("uq_college_alias_college_id_alias")),
    )
    op.create_table(
        "college_specialty",
        sa.Column("college_id", sa.Integer(), nullable=False),
        sa.Column("specialty_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["college_id"],
            ["college.id"],
            name=op.f("fk_college_specialty_college_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["specialty_id"],
            ["specialty.id"],
            name=op.f("fk_college_specialty_specialty_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("college_id", "specialty_id", name=op.f("pk_college_specialty")),
    )
    op.create_index(
        op.f("ix_college_specialty_specialty_id"),
        "college_specialty",
        ["specialty_id"],
        unique=False,
    )
    op.create_table(
        "hall",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("name_kk", sa.Text(), nullable=True),
        sa.Column("name_ru", sa.Text(), nullable=True),
        sa.Column("name_en", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "coalesce(length(name_kk), 0) + coalesce(length(name_ru), 0) + coalesce(length(name_en), 0) > 0",
            name=op.f("ck_hall_one_name_at_least"),
        ),
        sa.CheckConstraint("length(slug) BETWEEN 1 AND 80", name=op.f("ck_hall_slug_is_short")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_hall_edition_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hall")),
        sa.UniqueConstraint("edition_id", "id", name=op.f("uq_hall_edition_id_id")),
        sa.UniqueConstraint("edition_id", "slug", name=op.f("uq_hall_edition_id_slug")),
    )
    op.create_table(
        "picture_size",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("webp", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint(
            "width BETWEEN 1 AND size AND height BETWEEN 1 AND size",
            name=op.f("ck_picture_size_fits"),
        ),
        sa.ForeignKeyConstraint(
            ["hash"], ["picture.hash"], name=op.f("fk_picture_size_hash"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hash", "size", name=op.f("pk_picture_size")),
    )
    op.create_table(
        "technology_broader",
        sa.Column("technology_id", sa.Integer(), nullable=False),
        sa.Column("broader_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "technology_id <> broader_id", name=op.f("ck_technology_broader_not_itself")
        ),
        sa.ForeignKeyConstraint(
            ["broader_id"],
            ["technology.id"],
            name=op.f("fk_technology_broader_broader_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["technology_id"],
            ["technology.id"],
            name=op.f("fk_technology_broader_technology_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("technology_id", "broader_id", name=op.f("pk_technology_broader")),
    )
    op.create_index(
        op.f("ix_technology_broader_broader_id"), "technology_broader", ["broader_id"], unique=False
    )
    op.create_table(
        "technology_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("technology_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "language IN ('kk', 'ru', 'en')", name=op.f("ck_technology_label_language_is_known")
        ),
        sa.CheckConstraint(
            "length(label) BETWEEN 1 AND 120", name=op.f("ck_technology_label_label_is_short")
        ),
        sa.ForeignKeyConstraint(
            ["technology_id"],
            ["technology.id"],
            name=op.f("fk_technology_label_technology_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_technology_label")),
        sa.UniqueConstraint(
            "technology_id",
            "language",
            "label",
            name=op.f("uq_technology_label_technology_id_language_label"),
        ),
    )
    op.create_index(
        "uq_technology_label_one_preferred",
        "technology_label",
        ["technology_id", "language"],
        unique=True,
        sqlite_where=sa.text("preferred"),
        postgresql_where=sa.text("preferred"),
    )
    op.create_table(
        "exhibit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("college_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.Integer(), nullable=True),
        sa.Column("specialty_id", sa.Integer(), nullable=True),
        sa.Column("hall_id", sa.Integer(), nullable=True),
        sa.Column("stand_number", sa.Text(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("team_size", sa.Integer(), nullable=True),
        sa.Column("course", sa.Integer(), nullable=True),
        sa.Column("contactable", sa.Boolean(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('product', 'prototype', 'software', 'programme', 'research', 'craft', 'service')",
            name=op.f("ck_exhibit_kind_is_known"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'submitted', 'changes_requested', 'accepted', 'rejected', 'duplicate', 'published', 'cancelled', 'withdrawn')",
            name=op.f("ck_exhibit_state_is_known"),
        ),
        sa.CheckConstraint("course BETWEEN 1 AND 4", name=op.f("ck_exhibit_course_is_1_to_4")),
        sa.CheckConstraint(
            "length(external_id) BETWEEN 1 AND 200", name=op.f("ck_exhibit_external_id_is_short")
        ),
        sa.CheckConstraint(
            "length(stand_number) BETWEEN 1 AND 20", name=op.f("ck_exhibit_stand_is_short")
        ),
        sa.CheckConstraint(
            "team_size BETWEEN 1 AND 100", name=op.f("ck_exhibit_team_size_is_sane")
        ),
        sa.CheckConstraint(
            "updated_at >= created_at", name=op.f("ck_exhibit_updated_after_creation")
        ),
        sa.ForeignKeyConstraint(["code"], ["used_code.code"], name=op.f("fk_exhibit_code")),
        sa.ForeignKeyConstraint(["college_id"], ["college.id"], name=op.f("fk_exhibit_college_id")),
        sa.ForeignKeyConstraint(
            ["edition_id", "hall_id"],
            ["hall.edition_id", "hall.id"],
            name=op.f("fk_exhibit_edition_id_hall_id"),
        ),
        sa.ForeignKeyConstraint(["edition_id"], ["edition.id"], name=op.f("fk_exhibit_edition_id")),
        sa.ForeignKeyConstraint(["field_id"], ["field.id"], name=op.f("fk_exhibit_field_id")),
        sa.ForeignKeyConstraint(
            ["specialty_id"], ["specialty.id"], name=op.f("fk_exhibit_specialty_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit")),
        sa.UniqueConstraint("code", name=op.f("uq_exhibit_code")),
        sa.UniqueConstraint(
            "college_id",
            "edition_id",
            "external_id",
            name=op.f("uq_exhibit_college_id_edition_id_external_id"),
        ),
    )
    op.create_index("ix_exhibit_public", "exhibit", ["edition_id", "state"], unique=False)
    op.create_index(
        op.f("uq_exhibit_stand_not_double_booked"),
        "exhibit",
        ["edition_id", sa.text("coalesce(hall_id, 0)"), "stand_number"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    op.create_table(
        "exhibit_creator",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "role IN ('author', 'presenter', 'supervisor')",
            name=op.f("ck_exhibit_creator_role_is_known"),
        ),
        sa.CheckConstraint(
            "position BETWEEN 0 AND 19", name=op.f("ck_exhibit_creator_twenty_at_most")
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibit.id"],
            name=op.f("fk_exhibit_creator_exhibit_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("exhibit_id", "position", name=op.f("pk_exhibit_creator")),
    )
    op.create_table(
        "exhibit_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "from_state IN ('draft', 'submitted', 'changes_requested', 'accepted', 'rejected', 'duplicate', 'published', 'cancelled', 'withdrawn')",
            name=op.f("ck_exhibit_history_from_state_is_known"),
        ),
        sa.CheckConstraint(
            "to_state IN ('draft', 'submitted', 'changes_requested', 'accepted', 'rejected', 'duplicate', 'published', 'cancelled', 'withdrawn')",
            name=op.f("ck_exhibit_history_to_state_is_known"),
        ),
        sa.CheckConstraint("length(actor) > 0", name=op.f("ck_exhibit_history_somebody_did_it")),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibit.id"],
            name=op.f("fk_exhibit_history_exhibit_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_history")),
    )
    op.create_index(
        op.f("ix_exhibit_history_exhibit_id"), "exhibit_history", ["exhibit_id"], unique=False
    )
    op.create_table(
        "exhibit_keyword",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("keyword", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(keyword) BETWEEN 1 AND 60", name=op.f("ck_exhibit_keyword_keyword_is_short")
        ),
        sa.CheckConstraint("position BETWEEN 0 AND 9", name=op.f("ck_exhibit_keyword_ten_at_most")),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibit.id"],
            name=op.f("fk_exhibit_keyword_exhibit_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("exhibit_id", "position", name=op.f("pk_exhibit_keyword")),
        sa.UniqueConstraint(
            "exhibit_id", "keyword", name=op.f("uq_exhibit_keyword_exhibit_id_keyword")
        ),
    )
    op.create_table(
        "exhibit_picture",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("alt_kk", sa.Text(), nullable=True),
        sa.Column("alt_ru", sa.Text(), nullable=True),
        sa.Column("alt_en", sa.Text(), nullable=True),
        sa.Column("nobody_recognizable", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "coalesce(length(alt_kk), 0) + coalesce(length(alt_ru), 0) + coalesce(length(alt_en), 0) > 0",
            name=op.f("ck_exhibit_picture_alt_text_is_there"),
        ),
        sa.CheckConstraint(
            "position BETWEEN 0 AND 7", name=op.f("ck_exhibit_picture_eight_at_most")
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibit.id"],
            name=op.f("fk_exhibit_picture_exhibit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["hash"], ["picture.hash"], name=op.f("fk_exhibit_picture_hash")),
        sa.PrimaryKeyConstraint("exhibit_id", "position", name=op.f("pk_exhibit_picture")),
        sa.UniqueConstraint("exhibit_id", "hash", name=op.f("uq_exhibit_picture_exhibit_id_hash")),
    )
    op.create_index(op.f("ix_exhibit_picture_hash"), "exhibit_picture", ["hash"], unique=False)
    op.create_table(
        "exhibit_seeking",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("seeking", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "seeking IN ('internship', 'pilot', 'investment', 'hackathon')",
            name=op.f("ck_exhibit_seeking_seeking_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibit.id"],
            name=op.f("fk_exhibit_seeking_exhibit_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("exhibit_id", "seeking", name=op.f("pk_exhibit_seeking")),
    )
    op.create_table(
        "exhibit_technology",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("technology_id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "position BETWEEN 0 AND 9", name=op.f("ck_exhibit_technology_ten_at_most")
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibit.id"],
            name=op.f("fk_exhibit_technology_exhibit_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["technology_id"], ["technology.id"], name=op.f("fk_exhibit_technology_technology_id")
        ),
        sa.PrimaryKeyConstraint("exhibit_id", "position", name=op.f("pk_exhibit_technology")),
        sa.UniqueConstraint(
            "exhibit_id",
            "technology_id",
            name=op.f("uq_exhibit_technology_exhibit_id_technology_id"),
        ),
    )
    op.create_index(
        op.f("ix_exhibit_technology_technology_id"),
        "exhibit_technology",
        ["technology_id"],
        unique=False,
    )
    op.create_table(
        "exhibit_text",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "language IN ('kk', 'ru', 'en')", name=op.f("ck_exhibit_text_language_is_known")
        ),
        sa.CheckConstraint(
            "origin IN ('original', 'person', 'machine')",
            name=op.f("ck_exhibit_text_origin_is_known"),
        ),
        sa.CheckConstraint(
            "length(description) <= 5000", name=op.f("ck_exhibit_text_description_is_5000_at_most")
        ),
        sa.CheckConstraint(
            "length(summary) <= 300", name=op.f("ck_exhibit_text_summary_is_300_at_most")
        ),
        sa.CheckConstraint(
            "length(title) BETWEEN 3 AND 150", name=op.f("ck_exhibit_text_title_is_3_to_150")
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibit.id"],
            name=op.f("fk_exhibit_text_exhibit_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("exhibit_id", "language", name=op.f("pk_exhibit_text")),
    )
    revision_table = sa.table("catalog_revision", sa.column("id"), sa.column("number"))
    op.execute(revision_table.insert().values(id=1, number=0))


def downgrade() -> None:
    op.drop_table("exhibit_text")
    op.drop_index(op.f("ix_exhibit_technology_technology_id"), table_name="exhibit_technology")
    op.drop_table("exhibit_technology")
    op.drop_table("exhibit_seeking")
    op.drop_index(op.f("ix_exhibit_picture_hash"), table_name="exhibit_picture")
    op.drop_table("exhibit_picture")
    op.drop_table("exhibit_keyword")
    op.drop_index(op.f("ix_exhibit_history_exhibit_id"), table_name="exhibit_history")
    op.drop_table("exhibit_history")
    op.drop_table("exhibit_creator")
    op.drop_index("ix_exhibit_public", table_name="exhibit")
    op.drop_index(op.f("uq_exhibit_stand_not_double_booked"), table_name="exhibit")
    op.drop_table("exhibit")
    op.drop_index(
        "uq_technology_label_one_preferred",
        table_name="technology_label",
        sqlite_where=sa.text("preferred"),
        postgresql_where=sa.text("preferred"),
    )
    op.drop_table("technology_label")
    op.drop_index(op.f("ix_technology_broader_broader_id"), table_name="technology_broader")
    op.drop_table("technology_broader")
    op.drop_table("picture_size")
    op.drop_table("hall")
    op.drop_index(op.f("ix_college_specialty_specialty_id"), table_name="college_specialty")
    op.drop_table("college_specialty")
    op.drop_table("college_alias")
    op.drop_table("used_code")
    op.drop_table("technology")
    op.drop_table("specialty")
    op.drop_table("picture")
    op.drop_table("field")
    op.drop_index(
        "uq_edition_one_current",
        table_name="edition",
        sqlite_where=sa.text("is_current"),
        postgresql_where=sa.text("is_current"),
    )
    op.drop_table("edition")
    op.drop_table("college")
    op.drop_table("catalog_revision")
    op.drop_table("cached_vector")
