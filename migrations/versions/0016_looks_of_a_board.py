"""What was looked at on a board is counted without its posts"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("impression") as table:
        table.add_column(sa.Column("board_id", sa.BigInteger(), nullable=True))
        table.create_foreign_key("fk_impression_board_id", "board", ["board_id"], ["id"], ondelete="CASCADE")
    op.execute(
        "UPDATE impression SET board_id = (SELECT hearing.board_id FROM hearing WHERE hearing.post_id = impression.post_id)"
    )
    op.drop_index("ix_impression_at", "impression")
    op.create_index("ix_impression_board", "impression", ["at", "board_id"])
