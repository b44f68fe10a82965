"""The form of signature that a server took where it refused the other, and when both were tried"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("instance", sa.Column("signature_form", sa.String(16), nullable=True))
    op.add_column("instance", sa.Column("knocked_at", sa.DateTime(timezone=True), nullable=True))
