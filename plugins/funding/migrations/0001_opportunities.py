"""The table of opportunities, in a branch of its own."""

import sqlalchemy as sa
from alembic import op

revision = "funding_0001"
down_revision = None
branch_labels = ("funding",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "funding_opportunity",
        sa.Column("post_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("closes", sa.Date(), nullable=False),
    )
    op.create_index("ix_funding_opportunity_closes", "funding_opportunity", ["closes"])


def downgrade() -> None:
    op.drop_table("funding_opportunity")
