"""Tell plugins what has happened, each row at least once; a plugin that fails is asked again later."""

from __future__ import annotations

import json
from datetime import timedelta

import structlog
from sqlalchemy import delete, select

from fedconnect import events
from fedconnect.forum import reading
from fedconnect.foundation import clock, database, queue
from fedconnect.hooks import manager
from fedconnect.models.plugin_reaction import PluginReaction

log = structlog.get_logger()
_MOST_ATTEMPTS = 5
_EVENTS = {
    "post_published": events.PostPublished,
    "post_edited": events.PostEdited,
    "post_withdrawn": events.PostWithdrawn,
    "message_received": events.ServiceMessaged,
}


def run() -> None:
    """Drain what is due."""
    queue.answer("plugins")
    while True:
        with database.reading() as session:
            rows = list(
                session.execute(
                    select(PluginReaction).where(PluginReaction.due_at <= clock.now())
                    .order_by(PluginReaction.id).limit(50)
                ).scalars()
            )  # fmt: skip
        if not rows:
            return
        told = [row.id for row in rows if _tell(row)]
        with database.transaction() as session:
            session.execute(delete(PluginReaction).where(PluginReaction.id.in_(told)))


def _tell(row: PluginReaction) -> bool:
    """Tell one plugin of one event. Return whether the row has had its effect and may go."""
    event = _EVENTS[row.hook](**json.loads(row.event))
    arguments: dict[str, object] = {"event": event}
    if row.hook in {"post_published", "post_edited"}:
        with database.reading() as session:
            view = reading.find_post_view(session, event.post_id)
        if view is None:
            return True  # withdrawn in the meantime; that event follows
        arguments["post"] = view
    try:
        manager.call(row.plugin, row.hook, **arguments)
    except Exception:
        log.exception("plugin_failed", plugin=row.plugin, hook=row.hook)
        return not _again_later(row)
    return True


def _again_later(row: PluginReaction) -> bool:
    """Put a row off; False when it was tried often enough."""
    if row.attempts + 1 >= _MOST_ATTEMPTS:
        return False
    with database.transaction() as session:
        kept = session.get(PluginReaction, row.id)
        if kept is not None:
            kept.attempts += 1
            kept.due_at = clock.now() + timedelta(seconds=30 * 4**kept.attempts)
    return True
