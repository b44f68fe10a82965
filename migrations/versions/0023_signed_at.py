"""When a received activity was signed, so that what comes again is told from what somebody plays back"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("inbound_activity", sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True))
