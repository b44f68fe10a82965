"""The few posts in safeguarding are found among all hearings"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_hearing_safeguarded", "hearing", ["ended_at"],
        sqlite_where=sa.text("exclusion = 'safeguarding'"), postgresql_where=sa.text("exclusion = 'safeguarding'"),
    )  # fmt: skip
