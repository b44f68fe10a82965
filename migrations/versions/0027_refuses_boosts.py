"""That the author of a post said no to a boost of it"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "post", sa.Column("refuses_boosts", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
