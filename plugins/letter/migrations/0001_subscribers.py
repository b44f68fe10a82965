"""The letter's tables, in a branch of their own."""

import sqlalchemy as sa
from alembic import op

revision = "letter_0001"
down_revision = None
branch_labels = ("letter",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "letter_subscriber",
        sa.Column("person_uri", sa.String(2048), primary_key=True),
        sa.Column("handle", sa.String(520), nullable=False),
        sa.Column("topics", sa.Text(), nullable=False),
        sa.Column("pace", sa.String(16), nullable=False),
        sa.Column("is_follower", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_uri", sa.String(2048), nullable=False),
    )
    op.create_index("ix_letter_subscriber_due", "letter_subscriber", ["pace", "due_at"])
    op.create_table(
        "letter_sent",
        sa.Column("person_uri", sa.String(2048), primary_key=True),
        sa.Column("post_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("letter_sent")
    op.drop_table("letter_subscriber")
