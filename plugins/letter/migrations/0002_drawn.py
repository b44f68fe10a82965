"""The links of the next letter are drawn one by one until it is sent."""

import sqlalchemy as sa
from alembic import op

revision = "letter_0002"
down_revision = "letter_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("letter_subscriber") as table:
        table.add_column(sa.Column("draw_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index("ix_letter_subscriber_draw", "letter_subscriber", ["pace", "draw_at"])
    op.create_index("ix_letter_sent_post", "letter_sent", ["post_id"])
    op.create_table(
        "letter_drawn",
        sa.Column("person_uri", sa.String(2048), primary_key=True),
        sa.Column("post_id", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    )
    op.create_index("ix_letter_drawn_post", "letter_drawn", ["post_id"])
