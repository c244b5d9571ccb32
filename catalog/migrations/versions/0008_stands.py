"""Halls with a plan and numbered places; a stand is held from acceptance on."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_STATES = (
    "'draft', 'submitted', 'changes_requested', 'accepted', 'rejected', 'duplicate', 'published',"
    " 'cancelled', 'withdrawn'"
)
_DEEDS = (
    "'moved', 'saved', 'submitted_changes', 'approved_changes', 'returned_changes',"
    " 'refused_changes', 'dropped_changes', 'hidden', 'shown'"
)
_STAND_DEED = f"{_DEEDS}, 'stand_moved'"
# SQLite adds a column with its constraints in one statement, and in no other way.
_NEW_COLUMNS = (
    "plan_width INTEGER NOT NULL DEFAULT 1000",
    "plan_height INTEGER NOT NULL DEFAULT 600 CONSTRAINT ck_hall_plan_is_sane CHECK"
    " (plan_width BETWEEN 1 AND 100000 AND plan_height BETWEEN 1 AND 100000)",
    "plan_svg TEXT CONSTRAINT ck_hall_plan_is_no_novel CHECK (length(plan_svg) <= 500000)",
    "plan_picture TEXT CONSTRAINT fk_hall_plan_picture REFERENCES picture (hash)",
    "entrance_x INTEGER",
    "entrance_y INTEGER CONSTRAINT ck_hall_entrance_is_a_point CHECK"
    " ((entrance_x IS NULL) = (entrance_y IS NULL))",
)
_STANDS = "uq_exhibit_stand_not_double_booked"
_PUBLISHED, _STANDING = "state = 'published'", "state IN ('accepted', 'published')"
# Of several at one stand the published one keeps it, else the first.
_FREE_DOUBLE_STANDS = """
UPDATE exhibit SET stand_number = NULL
WHERE state = 'accepted' AND EXISTS (
    SELECT 1 FROM exhibit AS other
    WHERE other.edition_id = exhibit.edition_id
    AND coalesce(other.hall_id, 0) = coalesce(exhibit.hall_id, 0)
    AND other.stand_number = exhibit.stand_number
    AND (other.state = 'published' OR (other.state = 'accepted' AND other.id < exhibit.id))
)
"""


def upgrade() -> None:
    for column in _NEW_COLUMNS:
        op.execute(f"ALTER TABLE hall ADD COLUMN {column}")
    op.create_index(op.f("ix_hall_plan_picture"), "hall", ["plan_picture"])
    op.create_table(
        "hall_place",
        sa.Column("hall_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("x", sa.Integer(), nullable=False),
        sa.Column("y", sa.Integer(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("power_watts", sa.Integer(), nullable=False),
        sa.Column("floor_area", sa.Integer(), nullable=False),
        sa.Column("network", sa.Boolean(), nullable=False),
        sa.Column("noise", sa.Boolean(), nullable=False),
        sa.Column("fire", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "length(number) BETWEEN 1 AND 20", name=op.f("ck_hall_place_number_is_short")
        ),
        sa.CheckConstraint(
            "x >= 0 AND y >= 0 AND width >= 1 AND height >= 1",
            name=op.f("ck_hall_place_lies_on_plan"),
        ),
        sa.CheckConstraint(
            "power_watts BETWEEN 0 AND 100000", name=op.f("ck_hall_place_power_is_sane")
        ),
        sa.CheckConstraint(
            "floor_area BETWEEN 1 AND 1000", name=op.f("ck_hall_place_floor_area_is_sane")
        ),
        sa.ForeignKeyConstraint(
            ["hall_id"], ["hall.id"], name=op.f("fk_hall_place_hall_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("hall_id", "number", name=op.f("pk_hall_place")),
    )
    op.execute(_FREE_DOUBLE_STANDS)
    _index_stands(_STANDING)
    _allow_deeds(_STAND_DEED)


def downgrade() -> None:
    op.execute("UPDATE exhibit_history SET deed = 'saved' WHERE deed = 'stand_moved'")
    _allow_deeds(_DEEDS)
    _index_stands(_PUBLISHED)
    op.drop_table("hall_place")
    op.drop_index(op.f("ix_hall_plan_picture"), table_name="hall")
    names = ("entrance_y", "entrance_x", "plan_picture", "plan_svg", "plan_height", "plan_width")
    for name in names:
        op.execute(f"ALTER TABLE hall DROP COLUMN {name}")


def _index_stands(where: str) -> None:
    op.drop_index(op.f(_STANDS), table_name="exhibit")
    op.create_index(
        op.f(_STANDS),
        "exhibit",
        ["edition_id", sa.text("coalesce(hall_id, 0)"), "stand_number"],
        unique=True,
        sqlite_where=sa.text(where),
        postgresql_where=sa.text(where),
    )


def _allow_deeds(deeds: str) -> None:
    known = op.f("ck_exhibit_history_deed_is_known")
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(known, "exhibit_history", type_="check")
        op.create_check_constraint(known, "exhibit_history", f"deed IN ({deeds})")
        return
    # SQLite changes no constraint: the table is made anew. Nothing refers to it.
    op.drop_index(op.f("ix_exhibit_history_exhibit_id"), table_name="exhibit_history")
    op.rename_table("exhibit_history", "exhibit_history_before")
    op.create_table(
        "exhibit_history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exhibit_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("from_state", sa.Text(), nullable=True),
        sa.Column("to_state", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("deed", sa.Text(), nullable=False, server_default="moved"),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("on_behalf", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            f"from_state IN ({_STATES})", name=op.f("ck_exhibit_history_from_state_is_known")
        ),
        sa.CheckConstraint(
            f"to_state IN ({_STATES})", name=op.f("ck_exhibit_history_to_state_is_known")
        ),
        sa.CheckConstraint("length(actor) > 0", name=op.f("ck_exhibit_history_somebody_did_it")),
        sa.CheckConstraint(f"deed IN ({deeds})", name=known),
        sa.ForeignKeyConstraint(
            ["exhibit_id"],
            ["exhibit.id"],
            name=op.f("fk_exhibit_history_exhibit_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exhibit_history")),
    )
    columns = (
        "id, exhibit_id, at, actor, from_state, to_state, reason, deed, account_id, on_behalf,"
        " revision"
    )
    op.execute(
        f"INSERT INTO exhibit_history ({columns}) SELECT {columns} FROM exhibit_history_before"
    )
    op.drop_table("exhibit_history_before")
    op.create_index(op.f("ix_exhibit_history_exhibit_id"), "exhibit_history", ["exhibit_id"])
