"""Read the hashtags that boards gather and the lists of servers that are due, and tell plugins that an hour has passed."""

from __future__ import annotations

import structlog

from fedconnect.blocklists import consensus
from fedconnect.federation.outbound import hashtag_curation
from fedconnect.foundation import clock, queue
from fedconnect.hooks import manager

log = structlog.get_logger()


def run() -> None:
    """Let each plugin do what is due; one that fails keeps nobody else from it."""
    queue.clear("hourly")
    hashtag_curation.fetch_all()
    consensus.follow_lists()
    now = clock.now()
    for plugin in manager.names_that_hear("on_the_hour"):
        try:
            manager.call(plugin, "on_the_hour", now=now)
        except Exception:
            log.exception("plugin_failed", plugin=plugin, hook="on_the_hour")
