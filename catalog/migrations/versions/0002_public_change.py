"""What each public revision changed, so that an index follows without reading everything."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    changes = op.create_table(
        "public_change",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("codes", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_public_change")),
    )
    number = op.get_bind().scalar(sa.text("SELECT number FROM catalog_revision"))
    op.execute(changes.insert().values(number=number, token=secrets.token_hex(8), codes=None))


def downgrade() -> None:
    op.drop_table("public_change")
