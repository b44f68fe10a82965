"""Questions under a hashtag that nobody answers are shown to moderators; how many they answered is counted by the day"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hashtag_post", sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "hashtag_post", sa.Column("home_status_id", sa.String(64), server_default="", nullable=False)
    )
    op.add_column("hashtag_post", sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "hashtag_post", sa.Column("is_unanswered", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.create_table(
        "answered_question",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("day", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name="fk_answered_question_board_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_answered_question"),
    )
    op.create_index("ix_answered_question_board_id", "answered_question", ["board_id"])
    op.create_index("ix_answered_question_day", "answered_question", ["day"])
