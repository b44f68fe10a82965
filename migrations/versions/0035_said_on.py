"""On which server a moderator decided, where that was not here"""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("decision", sa.Column("said_on", sa.String(260), server_default="", nullable=False))
