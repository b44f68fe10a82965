"""What somebody is told, and what is passed on, hangs on the person and not on a sign-in"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

UNPUSHED = sa.text("pushed_at IS NULL AND seen_at IS NULL")


def upgrade() -> None:
    # What a column belongs to, keys and uniqueness, goes with it on either database.
    for name in ("ix_notification_reader", "ix_notification_unpushed"):
        op.drop_index(name, "notification")
    _add_person("notification", "person_id", "reader_id")
    with op.batch_alter_table("notification") as table:
        table.alter_column("person_id", existing_type=sa.BigInteger(), nullable=False)
        table.drop_column("reader_id")
        table.create_unique_constraint(
            "uq_notification_person_id_post_id_kind", ["person_id", "post_id", "kind"]
        )
    op.create_index("ix_notification_person", "notification", ["person_id", "at"])
    op.create_index(
        "ix_notification_unpushed", "notification", ["person_id"],
        sqlite_where=UNPUSHED, postgresql_where=UNPUSHED,
    )  # fmt: skip

    for name in ("ix_passed_on_to_board_id", "ix_passed_on_to_reader_id"):
        op.drop_index(name, "passed_on")
    _add_person("passed_on", "by_person_id", "by_id")
    _add_person("passed_on", "to_person_id", "to_reader_id")
    with op.batch_alter_table("passed_on") as table:
        table.alter_column("by_person_id", existing_type=sa.BigInteger(), nullable=False)
        for column in ("by_id", "to_reader_id"):
            table.drop_column(column)
    for name, columns in (
        ("by", ["by_person_id", "at"]),
        ("to_board", ["to_board_id", "at"]),
        ("to_person", ["to_person_id", "at"]),
        ("at", ["at"]),
    ):
        op.create_index(f"ix_passed_on_{name}", "passed_on", columns)

    op.create_table(
        "passed_on_place",
        sa.Column("reader_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("visits", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_dismissed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["reader_id"], ["reader.id"], name="fk_passed_on_place_reader_id", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name="fk_passed_on_place_post_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_passed_on_place"),
        sa.UniqueConstraint("reader_id", "post_id", name="uq_passed_on_place_reader_id_post_id"),
    )
    op.create_index("ix_passed_on_place_post_id", "passed_on_place", ["post_id"])
    op.create_index("ix_passed_on_place_at", "passed_on_place", ["at"])

    with op.batch_alter_table("post_vector") as table:
        table.add_column(sa.Column("is_outdated", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_post_vector_outdated", "post_vector", ["post_id"],
        sqlite_where=sa.text("is_outdated IS 1"), postgresql_where=sa.text("is_outdated IS true"),
    )  # fmt: skip


def _add_person(table: str, column: str, of_reader: str) -> None:
    """Add who a reader is, and fill it in for the rows that are there."""
    with op.batch_alter_table(table) as batch:
        batch.add_column(sa.Column(column, sa.BigInteger(), nullable=True))
        batch.create_foreign_key(f"fk_{table}_{column}", "person", [column], ["id"], ondelete="CASCADE")
    moved = sa.table(table, sa.column(column), sa.column(of_reader))
    reader = sa.table("reader", sa.column("id"), sa.column("person_id"))
    whose = sa.select(reader.c.person_id).where(reader.c.id == moved.c[of_reader]).scalar_subquery()
    op.execute(moved.update().values({column: whose}))
