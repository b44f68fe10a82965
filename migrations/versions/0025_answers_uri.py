"""What a conversation's first post answers elsewhere, where that is on no board or cannot be reached"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("answers_uri", sa.String(2048), server_default="", nullable=False))
