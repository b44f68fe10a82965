"""The first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = ("core",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "board",
        sa.Column("slug", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("welcome_post_id", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board")),
        sa.UniqueConstraint("slug", name=op.f("uq_board_slug")),
    )
    op.create_table(
        "inbound_activity",
        sa.Column("actor_uri", sa.String(length=2048), nullable=False),
        sa.Column("activity_uri", sa.String(length=2048), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_uri", sa.String(length=2048), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "received",
                "waiting",
                "handled",
                "ignored",
                "failed",
                name="inboundstate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("waits_for", sa.String(length=2048), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=200), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_activity")),
        sa.UniqueConstraint(
            "actor_uri", "activity_uri", name=op.f("uq_inbound_activity_actor_uri_activity_uri")
        ),
    )
    with op.batch_alter_table("inbound_activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbound_activity_waits_for"), ["waits_for"], unique=False)
        batch_op.create_index("ix_inbound_due", ["state", "due_at"], unique=False)
        batch_op.create_index("ix_inbound_object", ["object_uri"], unique=False)

    op.create_table(
        "instance",
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column(
            "policy",
            sa.Enum("open", "limited", "blocked", name="policy", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("failures", sa.BigInteger(), nullable=False),
        sa.Column("bad_days", sa.BigInteger(), nullable=False),
        sa.Column("last_bad_day", sa.String(length=10), nullable=True),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lane_token", sa.String(length=32), nullable=True),
        sa.Column("lane_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_instance")),
        sa.UniqueConstraint("host", name=op.f("uq_instance_host")),
    )
    op.create_table(
        "own_actor",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("path", sa.String(length=80), nullable=False),
        sa.Column("public_pem", sa.Text(), nullable=False),
        sa.Column("private_sealed", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_own_actor")),
        sa.UniqueConstraint("name", name=op.f("uq_own_actor_name")),
        sa.UniqueConstraint("path", name=op.f("uq_own_actor_path")),
    )
    op.create_table(
        "person",
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("username", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=500), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column("inbox", sa.String(length=2048), nullable=False),
        sa.Column("shared_inbox", sa.String(length=2048), nullable=True),
        sa.Column("indexable", sa.Boolean(), nullable=False),
        sa.Column("asks_no_bots", sa.Boolean(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("uri", name=op.f("uq_person_uri")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_host"), ["host"], unique=False)

    op.create_table(
        "plugin_reaction",
        sa.Column("plugin", sa.String(length=40), nullable=False),
        sa.Column("hook", sa.String(length=40), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plugin_reaction")),
    )
    with op.batch_alter_table("plugin_reaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plugin_reaction_due_at"), ["due_at"], unique=False)

    op.create_table(
        "tombstone",
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("actor_uri", sa.String(length=2048), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
        sa.UniqueConstraint("uri", "actor_uri", name=op.f("uq_tombstone_uri_actor_uri")),
    )
    op.create_table(
        "follow",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_follow_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_follow_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow")),
        sa.UniqueConstraint("board_id", "person_id", name=op.f("uq_follow_board_id_person_id")),
    )
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_follow_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_follow_uri"), ["uri"], unique=False)

    op.create_table(
        "moderator",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_moderator_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_moderator_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderator")),
        sa.UniqueConstraint("board_id", "person_id", name=op.f("uq_moderator_board_id_person_id")),
    )
    op.create_table(
        "notice",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("first_post", "not_public", name="noticekind", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("in_reply_to", sa.String(length=2048), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_notice_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("board_id", "person_id", "kind", name=op.f("uq_notice_board_id_person_id_kind")),
    )
    op.create_table(
        "outbound_activity",
        sa.Column("uri", sa.String(length=400), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("board_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("object_uri", sa.String(length=2048), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_outbound_activity_board_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_activity")),
        sa.UniqueConstraint("uri", name=op.f("uq_outbound_activity_uri")),
    )
    with op.batch_alter_table("outbound_activity", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbound_activity_board_id"), ["board_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbound_activity_object_uri"), ["object_uri"], unique=False)

    op.create_table(
        "person_key",
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("key_uri", sa.String(length=2048), nullable=False),
        sa.Column("pem", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_key_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_key")),
        sa.UniqueConstraint("key_uri", name=op.f("uq_person_key_key_uri")),
    )
    with op.batch_alter_table("person_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_key_person_id"), ["person_id"], unique=False)

    op.create_table(
        "thread",
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("starter_uri", sa.String(length=2048), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum("open", "locked", name="threadstate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column("pinned", sa.Boolean(), nullable=False),
        sa.Column("is_listed", sa.Boolean(), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("last_post_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_count", sa.BigInteger(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_thread_board_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_thread")),
        sa.UniqueConstraint("starter_uri", name=op.f("uq_thread_starter_uri")),
    )
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.create_index(
            "ix_thread_board_latest",
            ["board_id", "is_listed", "pinned", "published", "starter_uri"],
            unique=False,
        )
        batch_op.create_index("ix_thread_board_month", ["board_id", "is_listed", "month"], unique=False)
        batch_op.create_index("ix_thread_latest", ["is_listed", "is_public", "published"], unique=False)
        batch_op.create_index("ix_thread_quiet", ["answered", "is_listed", "published"], unique=False)

    op.create_table(
        "delivery",
        sa.Column("activity_id", sa.BigInteger(), nullable=False),
        sa.Column("inbox", sa.String(length=2048), nullable=False),
        sa.Column("host", sa.String(length=260), nullable=False),
        sa.Column("object_uri", sa.String(length=2048), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "queued",
                "retrying",
                "delivered",
                "abandoned",
                name="deliverystate",
                native_enum=False,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer", sa.String(length=80), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["activity_id"],
            ["outbound_activity.id"],
            name=op.f("fk_delivery_activity_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("activity_id", "inbox", name=op.f("uq_delivery_activity_id_inbox")),
    )
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.create_index("ix_delivery_due", ["state", "due_at"], unique=False)
        batch_op.create_index("ix_delivery_lane", ["host", "state", "due_at"], unique=False)

    op.create_table(
        "post",
        sa.Column("thread_id", sa.BigInteger(), nullable=False),
        sa.Column("board_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("parent_id", sa.BigInteger(), nullable=True),
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("url", sa.String(length=2048), nullable=False),
        sa.Column(
            "state",
            sa.Enum("visible", "held", "deleted", name="poststate", native_enum=False, length=16),
            nullable=False,
        ),
        sa.Column(
            "visibility",
            sa.Enum(
                "public", "unlisted", "followers", "direct", name="visibility", native_enum=False, length=16
            ),
            nullable=False,
        ),
        sa.Column("is_starter", sa.Boolean(), nullable=False),
        sa.Column("is_addressed", sa.Boolean(), nullable=False),
        sa.Column("published", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("warning", sa.String(length=500), nullable=False),
        sa.Column("body_html", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.String(length=320), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("sanitiser", sa.BigInteger(), nullable=False),
        sa.Column("hashtags", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["board_id"], ["board.id"], name=op.f("fk_post_board_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["post.id"], name=op.f("fk_post_parent_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_post_person_id")),
        sa.ForeignKeyConstraint(
            ["thread_id"], ["thread.id"], name=op.f("fk_post_thread_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("uri", name=op.f("uq_post_uri")),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_post_thread_order", ["thread_id", "published", "uri"], unique=False)

    op.create_table(
        "mark",
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column(
            "kind", sa.Enum("like", "boost", name="markkind", native_enum=False, length=16), nullable=False
        ),
        sa.Column("uri", sa.String(length=2048), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_mark_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_mark_post_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark")),
        sa.UniqueConstraint("post_id", "person_id", "kind", name=op.f("uq_mark_post_id_person_id_kind")),
    )
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mark_uri"), ["uri"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("mark", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mark_uri"))

    op.drop_table("mark")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index("ix_post_thread_order")
        batch_op.drop_index(batch_op.f("ix_post_person_id"))

    op.drop_table("post")
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index("ix_delivery_lane")
        batch_op.drop_index("ix_delivery_due")

    op.drop_table("delivery")
    with op.batch_alter_table("thread", schema=None) as batch_op:
        batch_op.drop_index("ix_thread_quiet")
        batch_op.drop_index("ix_thread_latest")
        batch_op.drop_index("ix_thread_board_month")
        batch_op.drop_index("ix_thread_board_latest")

    op.drop_table("thread")
    with op.batch_alter_table("person_key", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_key_person_id"))

    op.drop_table("person_key")
    with op.batch_alter_table("outbound_activity", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbound_activity_object_uri"))
        batch_op.drop_index(batch_op.f("ix_outbound_activity_board_id"))

    op.drop_table("outbound_activity")
    op.drop_table("notice")
    op.drop_table("moderator")
    with op.batch_alter_table("follow", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_follow_uri"))
        batch_op.drop_index(batch_op.f("ix_follow_person_id"))

    op.drop_table("follow")
    op.drop_table("tombstone")
    with op.batch_alter_table("plugin_reaction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_plugin_reaction_due_at"))

    op.drop_table("plugin_reaction")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_host"))

    op.drop_table("person")
    op.drop_table("own_actor")
    op.drop_table("instance")
    with op.batch_alter_table("inbound_activity", schema=None) as batch_op:
        batch_op.drop_index("ix_inbound_object")
        batch_op.drop_index("ix_inbound_due")
        batch_op.drop_index(batch_op.f("ix_inbound_activity_waits_for"))

    op.drop_table("inbound_activity")
    op.drop_table("board")
