"""The server of an author who was new to the board when a post came"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("newcomer_host", sa.String(260), server_default="", nullable=False))
    op.create_index(
        "ix_post_newcomers", "post", ["received"],
        sqlite_where=sa.text("newcomer_host != ''"), postgresql_where=sa.text("newcomer_host != ''"),
    )  # fmt: skip
