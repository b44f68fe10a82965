"""When the actor of a follow was read anew last, so that a move of theirs is found"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("follow", sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True))
    op.execute("UPDATE follow SET checked_at = since")
    op.create_index("ix_follow_checked_at", "follow", ["checked_at"])
