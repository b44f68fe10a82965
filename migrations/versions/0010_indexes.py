"""Indexes for what jobs look for: answers of a post, what waits, what is to be forgotten"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
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


def _create_partial(name: str, table: str, column: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, [column], sqlite_where=condition, postgresql_where=condition)
