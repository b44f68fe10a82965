"""Federation in full: sisters, errands, decisions, reports, stamps, and what posts can carry"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "errand",
        sa.Column(
            "kind",
            sa.Enum(
                "post", "ancestors", "answers", "followers", name="errandkind", native_enum=False, length=16
            ),
            nullable=False,
        ),
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("cause", sa.String(length=60), nullable=False),
        sa.Column("inbound_id", sa.BigInteger(), nullable=True),
        sa.Column("for_board", sa.String(length=24), nullable=False),
        sa.Column("sister_uri", sa.String(length=2048), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=120), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_errand")),
        sa.UniqueConstraint("kind", "uri", "cause", name=op.f("uq_errand_kind_uri_cause")),
    )
    with op.batch_alter_table("errand", schema=None) as batch_op:
        batch_op.create_index("ix_errand_cause", ["cause"], unique=False)
        batch_op.create_index("ix_errand_due", ["done_at", "due_at"], unique=False)

    op.create_table(
        "medium",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("refused", sa.String(length=120), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medium")),
        sa.UniqueConstraint("digest", name=op.f("uq_medium_digest")),
    )
    op.create_table(
        "spending",
        sa.Column("purse", sa.String(length=300), nullable=False),
        sa.Column("fetches", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spending")),
        sa.UniqueConstraint("purse", name=op.f("uq_spending_purse")),
    )
    with op.batch_alter_table("spending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_spending_since"), ["since"], unique=False)

    op.create_table(
        "ban",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_ban_board_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_ban_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ban")),
        sa.UniqueConstraint("board_id", "person_id", name=op.f("uq_ban_board_id_person_id")),
    )
    with op.batch_alter_table("ban", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_ban_person_id"), ["person_id"], unique=False)

    op.create_table(
        "decision",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "remove",
                "restore",
                "lock",
                "unlock",
                "pin",
                "unpin",
                "ban",
                "unban",
                "appoint",
                "dismiss",
                name="decisionkind",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("subject_uri", sa.String(length=2048), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_decision_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_decision_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decision")),
    )
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.create_index("ix_decision_board_at", ["board_id", "at"], unique=False)
        batch_op.create_index("ix_decision_subject", ["subject_uri"], unique=False)

    op.create_table(
        "quote_stamp",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("quoting_uri", sa.String(length=1024), nullable=False),
        sa.Column("quoted_uri", sa.String(length=1024), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_quote_stamp_board_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quote_stamp")),
        sa.UniqueConstraint("quoting_uri", "quoted_uri", name=op.f("uq_quote_stamp_quoting_uri_quoted_uri")),
    )
    op.create_table(
        "sister",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("uri", sa.String(length=400), nullable=False),
        sa.Column(
            "state",
            sa.Enum("asked", "accepted", name="sisterstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_sister_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_sister_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sister")),
        sa.UniqueConstraint("board_id", "person_id", name=op.f("uq_sister_board_id_person_id")),
        sa.UniqueConstraint("uri", name=op.f("uq_sister_uri")),
    )
    with op.batch_alter_table("sister", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sister_person_id"), ["person_id"], unique=False)

    op.create_table(
        "report_case",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_uri", sa.String(length=2048), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column(
            "state", sa.Enum("open", "closed", name="casestate", native_enum=False, length=16), nullable=False
        ),
        sa.Column("times", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_report_case_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["post_id"], ["post.id"], name=op.f("fk_report_case_post_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_case")),
        sa.UniqueConstraint("board_id", "subject_uri", name=op.f("uq_report_case_board_id_subject_uri")),
    )
    op.create_table(
        "report",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["report_case.id"], name=op.f("fk_report_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_report_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint("case_id", "person_id", name=op.f("uq_report_case_id_person_id")),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_uri"), ["uri"], unique=False)

    with op.batch_alter_table("board", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("takes_unaddressed", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        batch_op.add_column(sa.Column("also_known_as", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("moved_to", sa.String(length=2048), nullable=True))

    with op.batch_alter_table("inbound_activity", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "road",
                sa.Enum("signed", "fetched", name="road", native_enum=False, length=16),
                nullable=False,
                server_default="signed",
            )
        )
        batch_op.add_column(sa.Column("cause", sa.String(length=60), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("for_board", sa.String(length=24), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("sister_uri", sa.String(length=2048), nullable=False, server_default="")
        )
        batch_op.add_column(
            sa.Column("stands_alone", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("instance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("software", sa.String(length=40), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("handle_host", sa.String(length=260), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("handle_host", sa.String(length=260), nullable=False, server_default="")
        )
        batch_op.add_column(sa.Column("emojis", sa.Text(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("born_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("moved_to", sa.String(length=2048), nullable=True))
        batch_op.add_column(sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "arrival",
                sa.Enum("sent", "fetched", "sister", name="arrival", native_enum=False, length=16),
                nullable=False,
                server_default="sent",
            )
        )
        batch_op.add_column(sa.Column("poll", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("emojis", sa.Text(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("quote_uri", sa.String(length=2048), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("may_reply", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("is_sensitive", sa.Boolean(), nullable=False, server_default=sa.false())
        )

    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sister_uri", sa.String(length=2048), nullable=True))
    op.execute(sa.text("UPDATE person SET handle_host = host"))
