"""Asking without a name, blocklists, boards that stay here"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "allowed_server",
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowed_server")),
        sa.UniqueConstraint("host", name=op.f("uq_allowed_server_host")),
    )
    op.create_table(
        "blocklist",
        sa.Column("source", sa.String(length=2048), nullable=False),
        sa.Column("is_subscribed", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column(
            "at_most",
            sa.Enum("open", "silenced", "limited", "blocked", name="policy", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocklist")),
        sa.UniqueConstraint("source", name=op.f("uq_blocklist_source")),
    )
    op.create_table(
        "list_agreement",
        sa.Column("lists", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_list_agreement")),
    )
    op.create_table(
        "listed_server",
        sa.Column("list_id", sa.BigInteger(), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "policy",
            sa.Enum("open", "silenced", "limited", "blocked", name="policy", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["blocklist.id"], name=op.f("fk_listed_server_list_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listed_server")),
        sa.UniqueConstraint("list_id", "digest", name=op.f("uq_listed_server_list_id_digest")),
    )
    op.create_table(
        "unnamed",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("asker", sa.String(length=64), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_unnamed_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["case_id"], ["report_case.id"], name=op.f("fk_unnamed_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_unnamed_post_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unnamed")),
        sa.UniqueConstraint("case_id", name=op.f("uq_unnamed_case_id")),
    )
    op.create_index(op.f("ix_unnamed_asker"), "unnamed", ["asker"], unique=False)

    op.add_column("board", sa.Column("takes_unnamed", sa.Boolean(), server_default=sa.true(), nullable=False))
    op.add_column("board", sa.Column("stays_here", sa.Boolean(), server_default=sa.false(), nullable=False))

    op.add_column("instance", sa.Column("by_lists", sa.Boolean(), server_default=sa.false(), nullable=False))

    op.add_column("post", sa.Column("sealed", sa.Text(), server_default="", nullable=False))

    op.add_column("thread", sa.Column("is_unnamed", sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.alter_column("problem", existing_type=sa.String(length=300), type_=sa.Text())

    op.add_column("thread", sa.Column("boosts_undone", sa.BigInteger(), server_default="0", nullable=False))
