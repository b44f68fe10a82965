"""Tell plugins what has happened, each row at least once; a plugin that fails is asked again later."""

from __future__ import annotations

import json
from datetime import timedelta

import structlog
from sqlalchemy import select

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
        for row in rows:
            _tell(row)


def _tell(row: PluginReaction) -> None:
    event = _EVENTS[row.hook](**json.loads(row.event))
    arguments: dict[str, object] = {"event": event}
    if row.hook != "post_withdrawn":
        with database.reading() as session:
            view = reading.find_post_view(session, event.post_id)
        if view is None:
            _forget(row)  # withdrawn in the meantime; that event follows
            return
        arguments["post"] = view
    try:
        manager.call(row.plugin, row.hook, **arguments)
    except Exception:
        log.exception("plugin_failed", plugin=row.plugin, hook=row.hook)
        if row.attempts + 1 < _MOST_ATTEMPTS:
            _later(row)
            return
    _forget(row)


def _forget(row: PluginReaction) -> None:
    with database.transaction() as session:
        kept = session.get(PluginReaction, row.id)
        if kept is not None:
            session.delete(kept)


def _later(row: PluginReaction) -> None:
    with database.transaction() as session:
        kept = session.get(PluginReaction, row.id)
        if kept is not None:
            kept.attempts += 1
            kept.due_at = clock.now() + timedelta(seconds=30 * 4**kept.attempts)
