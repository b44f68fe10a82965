"""The button that was pressed when a permission was missing, sealed, for the ten minutes that asking may take"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("sign_in", sa.Column("pressed_sealed", sa.Text(), server_default="", nullable=False))
