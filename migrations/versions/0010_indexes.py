"""Indexes for what jobs look for: answers of a post, what waits, what is to be forgotten"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _mend_dates()
    op.create_index("ix_post_parent_id", "post", ["parent_id"])
    _create_partial("ix_post_held_until", "post", "held_until", "held_until IS NOT NULL")
    op.create_index("ix_tombstone_at", "tombstone", ["at"])
    op.create_index("ix_service_note_at", "service_note", ["at"])
    op.create_index("ix_companion_boost_undone_at", "companion_boost", ["undone_at"])
    op.create_index("ix_person_handle", "person", ["handle_host", "username"])
    op.create_index("ix_decision_at", "decision", ["at", "id"])
    op.create_index("ix_inbound_received", "inbound_activity", ["received_at"])
    _create_partial("ix_inbound_body", "inbound_activity", "received_at", "body != ''")
    _create_partial(
        "ix_outbound_activity_small_talk", "outbound_activity", "created_at", "kind != 'Announce'"
    )
    _create_partial("ix_news_unpushed", "news", "reader_id", "pushed_at IS NULL AND seen_at IS NULL")
    _create_partial("ix_notice_at", "notice", "at", "about != ''")


def _mend_dates() -> None:
    """A post from before 1970 (the year 1 of those who have no date) is from when it came here."""
    connection = op.get_bind()
    aware = connection.dialect.name != "sqlite"
    moment = sa.DateTime(timezone=aware)
    post = sa.table("post", sa.column("id"), sa.column("uri"), sa.column("published", moment),
                    sa.column("received", moment))  # fmt: skip
    thread = sa.table("thread", sa.column("starter_uri"), sa.column("published", moment),
                      sa.column("last_post_at", moment), sa.column("month"))  # fmt: skip
    earliest = sa.literal(datetime(1970, 1, 1, tzinfo=UTC if aware else None), moment)
    old = sa.select(post.c.id, post.c.uri, post.c.received).where(post.c.published < earliest)
    for number, uri, received in connection.execute(old).all():
        connection.execute(sa.update(post).where(post.c.id == number).values(published=received))
        mended = sa.update(thread).where(thread.c.starter_uri == uri)
        connection.execute(mended.values(published=received, month=f"{received:%Y-%m}"))
    late = sa.update(thread).where(thread.c.last_post_at < earliest)
    connection.execute(late.values(last_post_at=thread.c.published))


def _create_partial(name: str, table: str, column: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [column], sqlite_where=condition, postgresql_where=condition)
