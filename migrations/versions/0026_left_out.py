"""Whether more was sent of a post than stands here"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("post", sa.Column("is_left_out", sa.Boolean(), server_default=sa.false(), nullable=False))
