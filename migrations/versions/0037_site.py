"""The forum's own identity, and how a board looks, where it stands in lists, and whether it is archived"""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    def words(name: str, length: int) -> sa.Column:
        return sa.Column(name, sa.String(length), server_default="", nullable=False)

    op.create_table(
        "site",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        words("base_url", 300),
        words("name", 60),
        words("description", 300),
        words("operator", 200),
        words("contact", 300),
        words("languages", 200),
        words("accent", 7),
        words("logo", 64),
        sa.Column("privacy", sa.Text(), server_default="", nullable=False),
        sa.Column("terms", sa.Text(), server_default="", nullable=False),
        sa.Column("imprint", sa.Text(), server_default="", nullable=False),
        sa.Column("steps_hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_site"),
    )
    op.create_table(
        "own_picture",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("webp", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_own_picture"),
        sa.UniqueConstraint("digest", name="uq_own_picture_digest"),
    )
    op.add_column("board", sa.Column("tint", sa.BigInteger(), nullable=True))
    op.add_column("board", sa.Column("picture", sa.String(64), server_default="", nullable=False))
    op.add_column("board", sa.Column("position", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("board", sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True))
