"""How many readers of one domain count for a hearing"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("hearing", sa.Column("domain_cap", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column("hearing", sa.Column("domains", sa.Text(), server_default="", nullable=False))
