"""Tokens that end: until when, the sealed token that is good for a new one, and who renews it just now"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("reader_grant", sa.Column("refresh_sealed", sa.Text(), server_default="", nullable=False))
    op.add_column("reader_grant", sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reader_grant", sa.Column("renewing_until", sa.DateTime(timezone=True), nullable=True))
