"""People: accounts, roles, links, sign-ins, the log of acts, notices and letters."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_REFUSAL = "the log of acts is only added to"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("is_demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "language IN ('kk', 'ru', 'en')", name=op.f("ck_account_language_is_known")
        ),
        sa.CheckConstraint(
            "password_hash LIKE '$argon2id$%'", name=op.f("ck_account_password_is_hashed")
        ),
        sa.CheckConstraint(
            "length(login) BETWEEN 3 AND 120", name=op.f("ck_account_login_is_short")
        ),
        sa.CheckConstraint("length(name) BETWEEN 1 AND 100", name=op.f("ck_account_name_is_short")),
        sa.CheckConstraint(
            "login = lower(login)", name=op.f("ck_account_login_is_in_small_letters")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "attempt",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint("count > 0", name=op.f("ck_attempt_something_was_tried")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_attempt")),
    )
    op.create_index(op.f("ix_attempt_since"), "attempt", ["since"], unique=False)
    op.create_table(
        "audit_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=True),
        sa.Column("college_id", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("object_kind", sa.Text(), nullable=False),
        sa.Column("object_id", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(action) BETWEEN 1 AND 60", name=op.f("ck_audit_entry_action_is_named")
        ),
        sa.CheckConstraint(
            "length(object_id) BETWEEN 1 AND 80", name=op.f("ck_audit_entry_object_is_known")
        ),
        sa.CheckConstraint(
            "length(object_kind) BETWEEN 1 AND 40", name=op.f("ck_audit_entry_object_is_named")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_account_id"), "audit_entry", ["account_id"], unique=False)
    op.create_index(op.f("ix_audit_entry_at"), "audit_entry", ["at"], unique=False)
    op.create_index(op.f("ix_audit_entry_college_id"), "audit_entry", ["college_id"], unique=False)
    op.create_index(
        "ix_audit_entry_object", "audit_entry", ["object_kind", "object_id"], unique=False
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("whom", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=True),
        sa.Column("college_id", sa.Integer(), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.Integer(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(kind = 'invite' AND role IS NOT NULL AND account_id IS NULL) OR (kind = 'reset' AND role IS NULL AND account_id IS NOT NULL AND college_id IS NULL AND edition_id IS NULL)",
            name=op.f("ck_invitation_leads_to_one_thing"),
        ),
        sa.CheckConstraint("kind IN ('invite', 'reset')", name=op.f("ck_invitation_kind_is_known")),
        sa.CheckConstraint(
            "role IN ('editor', 'coordinator', 'reviewer', 'curator', 'organizer')",
            name=op.f("ck_invitation_role_is_known"),
        ),
        sa.CheckConstraint(
            "role IS NULL OR ((role NOT IN ('editor', 'coordinator') OR college_id IS NOT NULL) AND (role NOT IN ('curator', 'organizer') OR college_id IS NULL))",
            name=op.f("ck_invitation_college_fits_role"),
        ),
        sa.CheckConstraint(
            "expires_at > created_at", name=op.f("ck_invitation_expires_after_creation")
        ),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_invitation_token_is_sha256")),
        sa.CheckConstraint("length(whom) <= 100", name=op.f("ck_invitation_whom_is_short")),
        sa.CheckConstraint(
            "used_at IS NULL OR revoked_at IS NULL", name=op.f("ck_invitation_used_or_revoked")
        ),
        sa.CheckConstraint(
            "used_by IS NULL OR used_at IS NOT NULL", name=op.f("ck_invitation_used_by_when_used")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_invitation_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["college_id"], ["college.id"], name=op.f("fk_invitation_college_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["account.id"],
            name=op.f("fk_invitation_created_by"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_invitation_edition_id")
        ),
        sa.ForeignKeyConstraint(
            ["used_by"], ["account.id"], name=op.f("fk_invitation_used_by"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_invitation_token_hash")),
    )
    op.create_index(op.f("ix_invitation_account_id"), "invitation", ["account_id"], unique=False)
    op.create_index(op.f("ix_invitation_college_id"), "invitation", ["college_id"], unique=False)
    op.create_index(op.f("ix_invitation_edition_id"), "invitation", ["edition_id"], unique=False)
    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("college_id", sa.Integer(), nullable=True),
        sa.Column("edition_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(role NOT IN ('editor', 'coordinator') OR college_id IS NOT NULL) AND (role NOT IN ('curator', 'organizer') OR college_id IS NULL)",
            name=op.f("ck_membership_college_fits_role"),
        ),
        sa.CheckConstraint(
            "role IN ('editor', 'coordinator', 'reviewer', 'curator', 'organizer')",
            name=op.f("ck_membership_role_is_known"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_membership_account_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["college_id"], ["college.id"], name=op.f("fk_membership_college_id")
        ),
        sa.ForeignKeyConstraint(
            ["edition_id"], ["edition.id"], name=op.f("fk_membership_edition_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(
        "uq_membership_once",
        "membership",
        [
            "account_id",
            "role",
            sa.text("coalesce(college_id, 0)"),
            sa.text("coalesce(edition_id, 0)"),
        ],
        unique=True,
    )
    op.create_index(op.f("ix_membership_college_id"), "membership", ["college_id"], unique=False)
    op.create_index(op.f("ix_membership_edition_id"), "membership", ["edition_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("length(kind) BETWEEN 1 AND 40", name=op.f("ck_notice_kind_is_named")),
        sa.CheckConstraint("read_at >= created_at", name=op.f("ck_notice_read_after_creation")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_notice_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    op.create_index("ix_notice_account", "notice", ["account_id", "read_at"], unique=False)
    op.create_table(
        "sign_in",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "expires_at > created_at", name=op.f("ck_sign_in_expires_after_creation")
        ),
        sa.CheckConstraint(
            "last_seen_at >= created_at", name=op.f("ck_sign_in_seen_after_creation")
        ),
        sa.CheckConstraint("length(token_hash) = 64", name=op.f("ck_sign_in_token_is_sha256")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_sign_in_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sign_in")),
    )
    op.create_index(op.f("ix_sign_in_account_id"), "sign_in", ["account_id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_outbox_sent_when_sent")
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'sending', 'sent', 'failed', 'dropped')",
            name=op.f("ck_outbox_state_is_known"),
        ),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_outbox_attempts_are_counted")),
        sa.ForeignKeyConstraint(
            ["notice_id"], ["notice.id"], name=op.f("fk_outbox_notice_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_outbox_notice_id")),
    )
    op.create_index("ix_outbox_waiting", "outbox", ["state", "next_at"], unique=False)
    for statement in _only_add(op.get_bind().dialect.name):
        op.execute(statement)


def _only_add(dialect: str) -> list[str]:
    """What makes the database refuse to change or to delete a line of the log."""
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER audit_entry_no_{verb} BEFORE {verb} ON audit_entry"
            f" BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            for verb in ("update", "delete")
        ]
    return [
        "CREATE FUNCTION audit_entry_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';"
        " END $$",
        "CREATE TRIGGER audit_entry_only_added BEFORE UPDATE OR DELETE ON audit_entry"
        " FOR EACH ROW EXECUTE FUNCTION audit_entry_refuse()",
    ]


def downgrade() -> None:
    for table in (
        "outbox",
        "sign_in",
        "notice",
        "membership",
        "invitation",
        "audit_entry",
        "attempt",
        "account",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_entry_refuse()")
