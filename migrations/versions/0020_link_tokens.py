"""Links in private messages are counted once when they are opened, without telling who did"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "link_token",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("is_qualified", sa.Boolean(), nullable=False),
        sa.Column("domain", sa.String(64), nullable=True),
        sa.Column("marks", sa.String(130), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name="fk_link_token_post_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_link_token"),
        sa.UniqueConstraint("digest", name="uq_link_token_digest"),
    )
    op.create_index("ix_link_token_post_id", "link_token", ["post_id"])
    op.create_index("ix_link_token_made_at", "link_token", ["made_at"])
