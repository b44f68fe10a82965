"""Boards with the same sister share one Follow"""

from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("linked_group") as table:
        table.drop_constraint("uq_linked_group_uri", type_="unique")
        table.create_index("ix_linked_group_uri", ["uri"])
