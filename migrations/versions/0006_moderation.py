"""Moderation: cases, decisions with rules, appeals, conduct"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "admin",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_admin_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin")),
        sa.UniqueConstraint("person_id", name=op.f("uq_admin_person_id")),
    )
    op.create_table(
        "conduct",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.Column("welcome", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_conduct_board_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conduct")),
        sa.UniqueConstraint("board_id", "version", name=op.f("uq_conduct_board_id_version")),
    )
    op.create_table(
        "invitation",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("is_handover", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_invitation_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["by_id"], ["person.id"], name=op.f("fk_invitation_by_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_invitation_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("board_id", "person_id", name=op.f("uq_invitation_board_id_person_id")),
    )
    op.create_index(op.f("ix_invitation_person_id"), "invitation", ["person_id"], unique=False)

    op.create_table(
        "screening_rule",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "words",
                "links",
                "new_account",
                "mentions",
                "language",
                "repeated",
                name="rulekind",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=1000), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_screening_rule_board_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_rule")),
    )
    op.create_index(op.f("ix_screening_rule_board_id"), "screening_rule", ["board_id"], unique=False)
    op.create_table(
        "appeal",
        sa.Column("decision_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "upheld", "overturned", name="appealstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_by", sa.BigInteger(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.id"], name=op.f("fk_appeal_decision_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["heard_by"], ["person.id"], name=op.f("fk_appeal_heard_by"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_appeal_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_appeal_decision_id")),
    )
    op.create_index(op.f("ix_appeal_person_id"), "appeal", ["person_id"], unique=False)

    op.create_table(
        "case_note",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["report_case.id"], name=op.f("fk_case_note_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_case_note_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_note")),
    )
    op.create_index(op.f("ix_case_note_case_id"), "case_note", ["case_id"], unique=False)

    op.create_table(
        "evidence",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["report_case.id"], name=op.f("fk_evidence_case_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("case_id", name=op.f("uq_evidence_case_id")),
    )
    op.create_index(op.f("ix_evidence_at"), "evidence", ["at"], unique=False)

    op.create_table(
        "evidence_opened",
        sa.Column("case_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["report_case.id"], name=op.f("fk_evidence_opened_case_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_evidence_opened_person_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_opened")),
    )
    op.create_index(op.f("ix_evidence_opened_case_id"), "evidence_opened", ["case_id"], unique=False)

    op.add_column("ban", sa.Column("is_hold", sa.Boolean(), server_default=sa.false(), nullable=False))

    op.add_column("board", sa.Column("attended_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "board", sa.Column("holds_after_hours", sa.BigInteger(), server_default="72", nullable=False)
    )
    op.add_column("board", sa.Column("open_from", sa.BigInteger(), server_default="8", nullable=False))
    op.add_column("board", sa.Column("open_to", sa.BigInteger(), server_default="20", nullable=False))
    op.add_column("board", sa.Column("zone", sa.String(length=40), server_default="UTC", nullable=False))
    op.add_column("board", sa.Column("slow_minutes", sa.BigInteger(), server_default="0", nullable=False))
    op.add_column(
        "board", sa.Column("holds_first_posts", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column(
        "board", sa.Column("wants_moderators", sa.Boolean(), server_default=sa.false(), nullable=False)
    )

    board = sa.table("board", sa.column("attended_at", sa.DateTime(timezone=True)))
    op.execute(
        board.update().values(attended_at=sa.func.current_timestamp())
    )  # three days to look from now on

    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("post_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("case_id", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("rule", sa.String(length=500), server_default="", nullable=False))
        batch_op.add_column(sa.Column("detail", sa.String(length=500), server_default="", nullable=False))
        batch_op.add_column(sa.Column("gentle", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("is_automated", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.alter_column("board_id", existing_type=sa.BIGINT(), nullable=True)
        batch_op.create_index(batch_op.f("ix_decision_post_id"), ["post_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_decision_post_id"), "post", ["post_id"], ["id"], ondelete="SET NULL"
        )

    op.add_column(
        "moderator", sa.Column("is_deputy", sa.Boolean(), server_default=sa.false(), nullable=False)
    )

    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(length=40), server_default="", nullable=False))
        batch_op.drop_constraint(batch_op.f("uq_notice_board_id_person_id_kind"), type_="unique")
        batch_op.create_unique_constraint("uq_notice_about", ["board_id", "person_id", "kind", "about"])

    op.add_column("thread", sa.Column("is_retitled", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("thread", sa.Column("merged_into_id", sa.BigInteger(), nullable=True))
    op.add_column("thread", sa.Column("moved_from_id", sa.BigInteger(), nullable=True))
    op.create_index("ix_post_url", "post", ["url"], unique=False)
    op.add_column("post", sa.Column("covered", sa.String(length=500), nullable=True))
    op.add_column("post", sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("report_case", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum(
                    "report",
                    "held",
                    "appeal",
                    "message",
                    "unnamed",
                    name="casekind",
                    native_enum=False,
                    length=16,
                ),
                server_default="report",
                nullable=False,
            )
        )
        batch_op.add_column(sa.Column("harm", sa.BigInteger(), server_default="2", nullable=False))
        batch_op.add_column(sa.Column("wave", sa.String(length=16), server_default="", nullable=False))
        batch_op.add_column(sa.Column("sealed", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("climbed", sa.BigInteger(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("claimed_by", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_report_case_board_id_subject_uri"), type_="unique")
        batch_op.create_index("ix_report_case_list", ["state", "harm", "first_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_report_case_post_id"), ["post_id"], unique=False)
        batch_op.create_unique_constraint("uq_report_case_subject", ["board_id", "kind", "subject_uri"])
