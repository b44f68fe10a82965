"""Where leave to answer stands; how many strangers a board takes in an hour"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "post", sa.Column("approval_uri", sa.String(length=2048), server_default="", nullable=False)
    )
    op.create_index(op.f("ix_inbound_activity_object_uri"), "inbound_activity", ["object_uri"])
    op.create_index("ix_post_approval", "post", ["approval_uri"])
    op.add_column(
        "board", sa.Column("threads_a_stranger", sa.BigInteger(), server_default="3", nullable=False)
    )
    op.add_column(
        "board", sa.Column("threads_a_server", sa.BigInteger(), server_default="19", nullable=False)
    )
