"""Tokens of sign-ins that failed, until their servers take them back"""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "unkept_token",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("app_id", sa.BigInteger(), nullable=False),
        sa.Column("token_sealed", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["home_server_app.id"],
            name="fk_unkept_token_app_id_home_server_app",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_unkept_token"),
    )
    op.create_index("ix_unkept_token_checked_at", "unkept_token", ["checked_at"])
