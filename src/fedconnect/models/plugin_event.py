"""What a plugin is still to be told: a durable row, so that no event is lost with a worker."""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.foundation.durable_kind import Durable, lease_index
from fedconnect.models.base import Moves, Row, state_column


class PluginEventState(StrEnum):
    """queued until the plugin has heard it, and then the row is deleted; failed: it could not be told."""

    QUEUED = "queued"
    FAILED = "failed"


PLUGIN_EVENT_MOVES = Moves[PluginEventState](
    {
        PluginEventState.QUEUED: {PluginEventState.FAILED},
        PluginEventState.FAILED: {PluginEventState.QUEUED},
    }
)


class PluginEvent(Durable, Row):
    """One event for one plugin, as JSON; deleted once the plugin has heard it."""

    __tablename__ = "plugin_event"

    plugin: Mapped[str] = mapped_column(String(40))
    hook: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(Text)
    state: Mapped[PluginEventState] = mapped_column(
        state_column(PluginEventState), default=PluginEventState.QUEUED
    )

    def move(self, new: PluginEventState) -> None:
        """Change the state; the only way to do so."""
        PLUGIN_EVENT_MOVES.check(self.state, new)
        self.state = new


lease_index(PluginEvent)
Index("ix_plugin_event_due", PluginEvent.state, PluginEvent.due_at)
