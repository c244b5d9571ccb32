"""Entries on their way: revisions, proposals, private copies, pending decisions, terms."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)
_DECISIONS = "'accepted', 'changes_requested', 'rejected', 'duplicate', 'withdrawn', 'superseded'"
_DEEDS = (
    "'moved', 'saved', 'submitted_changes', 'approved_changes', 'returned_changes',"
    " 'refused_changes', 'dropped_changes', 'hidden', 'shown'"
)
# SQLite adds a column with its constraints in one statement, and in no other way.
_NEW_COLUMNS = (
    ("exhibit", "version INTEGER NOT NULL DEFAULT 1"),
    ("exhibit", "saved_by INTEGER"),
    (
        "exhibit",
        "duplicate_of_id INTEGER CONSTRAINT fk_exhibit_duplicate_of_id REFERENCES exhibit (id)"
        " CONSTRAINT ck_exhibit_no_duplicate_of_itself CHECK (duplicate_of_id <> id)",
    ),
    (
        "exhibit_history",
        "deed TEXT NOT NULL DEFAULT 'moved' CONSTRAINT ck_exhibit_history_deed_is_known"
        f" CHECK (deed IN ({_DEEDS}))",
    ),
    ("exhibit_history", "account_id INTEGER"),
    ("exhibit_history", "on_behalf BOOLEAN NOT NULL DEFAULT false"),
    ("exhibit_history", "revision INTEGER"),
)


def upgrade() -> None:
    for table, column in _NEW_COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.create_index(op.f("ix_exhibit_duplicate_of_id"), "exhibit", ["duplicate_of_id"])
    op.create_table(
        "exhibit_link",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.CheckConstraint("position BETWEEN 0 AND 4", name=op.f("ck_exhibit_link_five_at_most")),
        sa.CheckConstraint(
            "url LIKE 'https://%' AND length(url) <= 500",
            name=op.f("ck_exhibit_link_url_is_https"),
        ),
        _to("exhibit_link", "exhibit_id", "exhibit.id", "CASCADE"),
        sa.PrimaryKeyConstraint("exhibit_id", "position", name=op.f("pk_exhibit_link")),
        sa.UniqueConstraint("exhibit_id", "url", name=op.f("uq_exhibit_link_exhibit_id_url")),
    )
    op.create_table(
        "exhibit_logistics",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("power_watts", sa.Integer(), nullable=True),
        sa.Column("floor_area", sa.Integer(), nullable=True),
        sa.Column("network", sa.Boolean(), nullable=False),
        sa.Column("noise", sa.Boolean(), nullable=False),
        sa.Column("fire", sa.Boolean(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("teacher_phone", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "power_watts BETWEEN 0 AND 100000", name=op.f("ck_exhibit_logistics_power_is_sane")
        ),
        sa.CheckConstraint(
            "floor_area BETWEEN 1 AND 1000", name=op.f("ck_exhibit_logistics_floor_area_is_sane")
        ),
        sa.CheckConstraint(
            "people BETWEEN 1 AND 50", name=op.f("ck_exhibit_logistics_people_are_a_few")
        ),
        sa.CheckConstraint(
            "length(teacher_phone) BETWEEN 1 AND 40",
            name=op.f("ck_exhibit_logistics_phone_is_short"),
        ),
        _to("exhibit_logistics", "exhibit_id", "exhibit.id", "CASCADE"),
        sa.PrimaryKeyConstraint("exhibit_id", name=op.f("pk_exhibit_logistics")),
    )
    op.create_table(
        "revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            f"decision IN ({_DECISIONS})", name=op.f("ck_revision_decision_is_known")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_revision_numbered_from_1")),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_at IS NULL)",
            name=op.f("ck_revision_decided_when_there_is_a_decision"),
        ),
        sa.CheckConstraint(
            "decision NOT IN ('changes_requested', 'rejected') OR length(comment) > 0",
            name=op.f("ck_revision_a_no_is_explained"),
        ),
        sa.CheckConstraint("length(comment) <= 2000", name=op.f("ck_revision_comment_is_short")),
        _to("revision", "exhibit_id", "exhibit.id", "CASCADE"),
        _to("revision", "created_by", "account.id", "SET NULL"),
        _to("revision", "decided_by", "account.id", "SET NULL"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("exhibit_id", "number", name=op.f("uq_revision_exhibit_id_number")),
    )
    op.create_index(
        "uq_revision_one_waits",
        "revision",
        ["exhibit_id"],
        unique=True,
        sqlite_where=sa.text("decision IS NULL"),
        postgresql_where=sa.text("decision IS NULL"),
    )
    op.create_table(
        "proposal",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            "state IN ('writing', 'submitted', 'changes_requested')",
            name=op.f("ck_proposal_state_is_known"),
        ),
        _to("proposal", "exhibit_id", "exhibit.id", "CASCADE"),
        sa.PrimaryKeyConstraint("exhibit_id", name=op.f("pk_proposal")),
    )
    op.create_table(
        "pending_decision",
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("at", _MOMENT, nullable=False),
        sa.CheckConstraint(
            f"decision IN ({_DECISIONS})", name=op.f("ck_pending_decision_decision_is_known")
        ),
        sa.CheckConstraint(
            "length(reason) <= 2000", name=op.f("ck_pending_decision_reason_is_short")
        ),
        _to("pending_decision", "exhibit_id", "exhibit.id", "CASCADE"),
        _to("pending_decision", "account_id", "account.id", "SET NULL"),
        sa.PrimaryKeyConstraint("exhibit_id", name=op.f("pk_pending_decision")),
    )
    op.create_table(
        "working_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("college_id", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=True),
        sa.Column("base_version", sa.Integer(), nullable=False),
        sa.Column("base", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("updated_at", _MOMENT, nullable=False),
        _to("working_copy", "account_id", "account.id", "CASCADE"),
        _to("working_copy", "edition_id", "edition.id", "CASCADE"),
        _to("working_copy", "college_id", "college.id", None),
        _to("working_copy", "exhibit_id", "exhibit.id", "CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_copy")),
        sa.UniqueConstraint(
            "account_id", "exhibit_id", name=op.f("uq_working_copy_account_id_exhibit_id")
        ),
        sqlite_autoincrement=True,
    )
    for column in ("college_id", "exhibit_id"):
        op.create_index(op.f(f"ix_working_copy_{column}"), "working_copy", [column])
    op.create_table(
        "college_terms",
        sa.Column("college_id", sa.Integer(), nullable=False),
        sa.Column("edition_id", sa.Integer(), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=True),
        sa.Column("deadline", _MOMENT, nullable=True),
        sa.CheckConstraint("quota BETWEEN 0 AND 1000", name=op.f("ck_college_terms_quota_is_sane")),
        _to("college_terms", "college_id", "college.id", "CASCADE"),
        _to("college_terms", "edition_id", "edition.id", "CASCADE"),
        sa.PrimaryKeyConstraint("college_id", "edition_id", name=op.f("pk_college_terms")),
    )


def downgrade() -> None:
    for table in (
        "college_terms",
        "working_copy",
        "pending_decision",
        "proposal",
        "revision",
        "exhibit_logistics",
        "exhibit_link",
    ):
        op.drop_table(table)
    op.drop_index(op.f("ix_exhibit_duplicate_of_id"), "exhibit")
    for table, column in reversed(_NEW_COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")


def _to(table: str, column: str, target: str, ondelete: str | None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [target], name=op.f(f"fk_{table}_{column}"), ondelete=ondelete
    )
