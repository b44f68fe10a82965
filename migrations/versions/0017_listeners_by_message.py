"""Listeners are people, signed in or not; they are asked one at a time; authors say whether their posts may travel"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "travel_consent",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _person("travel_consent", "person_id"),
        sa.Column("allows", sa.Boolean(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_travel_consent"),
        sa.UniqueConstraint("person_id", name="uq_travel_consent_person_id"),
    )
    _listeners_by_person()
    op.create_table(
        "listener_ask",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _to("listener_ask", "post_id", "post"),
        _person("listener_ask", "person_id"),
        _to("listener_ask", "board_id", "board"),
        _to("listener_ask", "author_id", "person", nullable=True, ondelete="SET NULL"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_listener_ask"),
        sa.UniqueConstraint("post_id", "person_id", name="uq_listener_ask_post_id_person_id"),
    )
    op.create_index("ix_listener_ask_person", "listener_ask", ["person_id", "at"])
    op.create_index("ix_listener_ask_at", "listener_ask", ["at", "board_id"])
    op.create_index("ix_listener_ask_author", "listener_ask", ["author_id"])
    op.create_table(
        "kept_away",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _person("kept_away", "author_id"),
        _person("kept_away", "listener_id"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_kept_away"),
        sa.UniqueConstraint("author_id", "listener_id", name="uq_kept_away_author_id_listener_id"),
    )
    op.create_index("ix_kept_away_listener_id", "kept_away", ["listener_id"])
    with op.batch_alter_table("hearing") as table:
        table.add_column(sa.Column("tells_outcome", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_hearing_tells_outcome",
        "hearing",
        ["begun_at"],
        sqlite_where=sa.text("tells_outcome IS 1"),
        postgresql_where=sa.text("tells_outcome IS true"),
    )


def _listeners_by_person() -> None:
    """The table is made anew; whoever listens goes on, and a moderator says anew for what."""
    op.rename_table("listener", "listener_before")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP INDEX IF EXISTS ix_listener_board_id")
        for name in ("pk_listener", "uq_listener_reader_id_board_id"):
            op.execute(f"ALTER TABLE listener_before DROP CONSTRAINT IF EXISTS {name} CASCADE")
    else:
        op.drop_index("ix_listener_board_id", "listener_before")
    op.create_table(
        "listener",
        sa.Column("id", sa.BigInteger(), nullable=False),
        _person("listener", "person_id"),
        _to("listener", "board_id", "board"),
        sa.Column("from_hour", sa.BigInteger(), nullable=False),
        sa.Column("to_hour", sa.BigInteger(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("a_day", sa.BigInteger(), server_default="3", nullable=False),
        sa.Column("offered_in", sa.String(2048), server_default="", nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_listener"),
        sa.UniqueConstraint("person_id", "board_id", name="uq_listener_person_id_board_id"),
    )
    op.create_index("ix_listener_board_id", "listener", ["board_id"])
    op.execute(
        "INSERT INTO listener (id, person_id, board_id, from_hour, to_hour, zone, since) "
        "SELECT before.id, reader.person_id, before.board_id, before.from_hour, before.to_hour, before.zone, before.since "
        "FROM listener_before AS before JOIN reader ON reader.id = before.reader_id"
    )
    op.drop_table("listener_before")


def _person(table: str, column: str) -> sa.Column[int]:
    return _to(table, column, "person")


def _to(
    table: str, column: str, other: str, *, nullable: bool = False, ondelete: str = "CASCADE"
) -> sa.Column[int]:
    key = sa.ForeignKey(f"{other}.id", name=f"fk_{table}_{column}", ondelete=ondelete)
    return sa.Column(column, sa.BigInteger(), key, nullable=nullable)
