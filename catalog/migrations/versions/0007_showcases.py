"""Showcases: what curators put together, with their pins, exclusions and changes."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_LANGUAGES = ("kk", "ru", "en")


def _length(column: str) -> str:
    return f"coalesce(length({column}), 0)"


def _at_most(column: str, limit: int) -> str:
    return " AND ".join(f"{_length(f'{column}_{one}')} <= {limit}" for one in _LANGUAGES)


def upgrade() -> None:
    op.create_table(
        "showcase",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        *(sa.Column(f"title_{one}", sa.Text(), nullable=True) for one in _LANGUAGES),
        *(sa.Column(f"introduction_{one}", sa.Text(), nullable=True) for one in _LANGUAGES),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("cover_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("starts_at", _MOMENT, nullable=True),
        sa.Column("ends_at", _MOMENT, nullable=True),
        sa.Column("first_published_at", _MOMENT, nullable=True),
        sa.Column("curator_id", sa.Integer(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("length(slug) BETWEEN 1 AND 80", name=op.f("ck_showcase_slug_is_short")),
        sa.CheckConstraint(
            "state IN ('draft', 'published', 'archived')", name=op.f("ck_showcase_state_is_known")
        ),
        sa.CheckConstraint(
            f"{' + '.join(_length(f'title_{one}') for one in _LANGUAGES)} > 0",
            name=op.f("ck_showcase_one_title_at_least"),
        ),
        sa.CheckConstraint(_at_most("title", 150), name=op.f("ck_showcase_titles_are_short")),
        sa.CheckConstraint(
            _at_most("introduction", 2000), name=op.f("ck_showcase_introductions_are_short")
        ),
        sa.CheckConstraint("length(query) <= 300", name=op.f("ck_showcase_query_is_short")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_showcase_ends_after_start")),
        sa.CheckConstraint(
            "state <> 'published' OR first_published_at IS NOT NULL",
            name=op.f("ck_showcase_published_once"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_showcase_version_counts")),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_showcase_edition_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["cover_id"], ["exhibit.id"], name=op.f("fk_showcase_cover_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["curator_id"], ["account.id"], name=op.f("fk_showcase_curator_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_showcase")),
        sa.UniqueConstraint("slug", name=op.f("uq_showcase_slug")),
        sqlite_autoincrement=True,
    )
    for column in ("edition_id", "cover_id", "curator_id"):
        op.create_index(op.f(f"ix_showcase_{column}"), "showcase", [column], unique=False)
    op.create_table(
        "showcase_exhibit",
        sa.Column("showcase_id", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        *(sa.Column(f"note_{one}", sa.Text(), nullable=True) for one in _LANGUAGES),
        sa.CheckConstraint("position >= 0", name=op.f("ck_showcase_exhibit_position_counts")),
        sa.CheckConstraint(_at_most("note", 500), name=op.f("ck_showcase_exhibit_notes_are_short")),
        sa.CheckConstraint(
            "position IS NOT NULL OR (note_kk IS NULL AND note_ru IS NULL AND note_en IS NULL)",
            name=op.f("ck_showcase_exhibit_notes_are_of_pins"),
        ),
        sa.ForeignKeyConstraint(
            ["showcase_id"],
            ["showcase.id"],
            name=op.f("fk_showcase_exhibit_showcase_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibit.id"],
            name=op.f("fk_showcase_exhibit_exhibit_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("showcase_id", "exhibit_id", name=op.f("pk_showcase_exhibit")),
    )
    op.create_index(
        op.f("ix_showcase_exhibit_exhibit_id"), "showcase_exhibit", ["exhibit_id"], unique=False
    )
    op.create_index(
        "uq_showcase_exhibit_position",
        "showcase_exhibit",
        ["showcase_id", "position"],
        unique=True,
        sqlite_where=sa.text("position IS NOT NULL"),
        postgresql_where=sa.text("position IS NOT NULL"),
    )
    op.create_table(
        "showcase_change",
        sa.Column("showcase_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("parts", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["showcase_id"],
            ["showcase.id"],
            name=op.f("fk_showcase_change_showcase_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_showcase_change_account_id"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("showcase_id", "version", name=op.f("pk_showcase_change")),
    )


def downgrade() -> None:
    op.drop_table("showcase_change")
    op.drop_table("showcase_exhibit")
    op.drop_table("showcase")
