"""Who may boost a post, where its author chose that (GoToSocial's canAnnounce)"""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("may_boost", sa.Text(), server_default="", nullable=False))
