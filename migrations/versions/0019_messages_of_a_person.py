"""How much somebody was written lately is counted without reading all letters"""

from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_direct_message_person", "direct_message", ["person_id", "kind", "at"])
