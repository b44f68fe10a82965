"""Tell plugins what has happened, each row at least once; a plugin that fails is asked again later."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import get_type_hints

import structlog

from fedconnect.events import Event
from fedconnect.forum import plugin_post_views
from fedconnect.foundation import database, durable, queue
from fedconnect.foundation.durable_kind import Backoff, Claim, Done, End, Failed, Kind, RetryLater
from fedconnect.hooks import manager
from fedconnect.hooks.specs import FedConnectSpec
from fedconnect.models.plugin_event import PluginEvent, PluginEventState

log = structlog.get_logger()


def _told_hooks() -> dict[str, dict[str, type]]:
    """Return the hooks that are told of an event, each with the types of its arguments, as the specification says."""
    specs = {name: get_type_hints(spec) for name, spec in vars(FedConnectSpec).items() if callable(spec)}
    return {name: hints for name, hints in specs.items() if "event" in hints}


_HOOKS = _told_hooks()


@dataclass(frozen=True, slots=True)
class _PluginCall:
    plugin: str
    hook: str
    event: Event


def _decode(row: PluginEvent) -> _PluginCall:
    return _PluginCall(row.plugin, row.hook, _HOOKS[row.hook]["event"](**json.loads(row.event)))


PLUGIN_EVENTS = Kind(
    name="plugins",
    row=PluginEvent,
    open=(PluginEventState.QUEUED,),
    failed=PluginEventState.FAILED,
    decode=_decode,
    backoff=Backoff((120, 480, 1920), 7680),
    lease=timedelta(seconds=60),
    most_attempts=5,
)


def run() -> None:
    """Tell what is due."""
    queue.clear("plugins")
    while not queue.stop_requested():
        claims = durable.claim(PLUGIN_EVENTS, limit=1)
        if not claims:
            return
        for claimed in claims:
            durable.work(PLUGIN_EVENTS, claimed, _tell)


def _tell(claimed: Claim[_PluginCall]) -> End:
    """Tell one plugin of one event; whatever it raises, it is told again later."""
    told = claimed.item
    if not manager.hears(told.plugin, told.hook):
        return Failed(f"no plugin {told.plugin} hears {told.hook}")
    arguments: dict[str, object] = {"event": told.event}
    if "post" in _HOOKS[told.hook]:
        with database.read_transaction() as session:
            view = plugin_post_views.find_post_view(session, told.event.post_id)  # type: ignore[attr-defined]
        if view is None:
            return Done("withdrawn in the meantime, and that event follows")
        arguments["post"] = view
    try:
        manager.call(told.plugin, told.hook, **arguments)
    except Exception as error:
        log.exception("plugin_failed", plugin=told.plugin, hook=told.hook)
        return RetryLater(f"{type(error).__name__}: {error}")
    return Done()
