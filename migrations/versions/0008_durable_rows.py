"""One engine for every durable row: claims, leases and outcomes for all five kinds; the latest time seen"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_FETCH_KINDS = sa.Enum(
    "post", "revisit", "ancestors", "replies", "followers", name="fetchkind", native_enum=False, length=16
)
_FETCH_STATES = sa.Enum("queued", "done", "failed", name="fetchstate", native_enum=False, length=16)
_EVENT_STATES = sa.Enum("queued", "failed", name="plugineventstate", native_enum=False, length=16)


def _durable() -> list[sa.Column[object]]:
    return [
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False, server_default="0"),
        _claims(),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=200), nullable=False, server_default=""),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
    ]


def _claims() -> sa.Column[object]:
    return sa.Column("claims", sa.BigInteger(), nullable=False, server_default="0")


def upgrade() -> None:
    op.create_table(
        "clock_mark",
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_mark")),
    )
    with op.batch_alter_table("inbound_activity", schema=None) as batch_op:
        batch_op.add_column(_claims())
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.alter_column(
            "answer", new_column_name="outcome", existing_type=sa.String(length=80), existing_nullable=False,
            type_=sa.String(length=200),
        )  # fmt: skip
        batch_op.add_column(_claims())
        batch_op.add_column(sa.Column("token", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.drop_column("lane_token")
        batch_op.drop_column("lane_until")
        batch_op.add_column(sa.Column("strikes", sa.BigInteger(), nullable=False, server_default="0"))
    with op.batch_alter_table("submission", schema=None) as batch_op:
        batch_op.add_column(_claims())
        batch_op.add_column(sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=200), nullable=False, server_default=""))
    op.create_table(
        "fetch_task",
        sa.Column("kind", _FETCH_KINDS, nullable=False),
        sa.Column("state", _FETCH_STATES, nullable=False),
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("asker", sa.String(length=260), nullable=False),
        sa.Column("round", sa.BigInteger(), nullable=False),
        sa.Column("inbound_id", sa.BigInteger(), nullable=True),
        sa.Column("for_board", sa.String(length=24), nullable=False),
        sa.Column("sister_uri", sa.String(length=2048), nullable=False),
        *_durable(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch_task")),
        sa.UniqueConstraint("kind", "uri", "cause", name=op.f("uq_fetch_task_kind_uri_cause")),
    )
    op.create_index("ix_fetch_task_due", "fetch_task", ["state", "due_at"], unique=False)
    op.create_index("ix_fetch_task_asker", "fetch_task", ["asker", "state", "due_at"], unique=False)
    op.execute(
        "INSERT INTO fetch_task (id, kind, state, uri, cause, asker, round, inbound_id, for_board, sister_uri,"
        " due_at, attempts, claims, outcome)"
        " SELECT id, CASE WHEN kind = 'answers' THEN 'replies' WHEN cause LIKE 'again:%' THEN 'revisit' ELSE kind END,"
        " CASE WHEN done_at IS NULL THEN 'queued' ELSE 'done' END, uri, cause, '', 3, inbound_id, for_board,"
        " sister_uri, COALESCE(done_at, due_at), 0, 0, outcome FROM errand"
    )  # every look of the older kind has its row already: none of them is to make another, so each counts as the last
    op.drop_table("errand")
    op.create_table(
        "plugin_event",
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("hook", sa.String(length=40), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("state", _EVENT_STATES, nullable=False),
        *_durable(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_event")),
    )
    op.create_index("ix_plugin_event_due", "plugin_event", ["state", "due_at"], unique=False)
    op.execute(
        "INSERT INTO plugin_event (id, plugin, hook, event, state, due_at, attempts, claims, outcome)"
        " SELECT id, plugin, hook, event, 'queued', due_at, attempts, 0, '' FROM plugin_reaction"
    )
    op.drop_table("plugin_reaction")
    held = sa.text("lease_until IS NOT NULL")
    for table in ("inbound_activity", "delivery", "submission", "fetch_task", "plugin_event"):
        op.create_index(f"ix_{table}_lease", table, ["lease_until"], sqlite_where=held, postgresql_where=held)
