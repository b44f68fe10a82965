"""What a plugin is still to be told: a durable row, so that no event is lost with a worker."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from fedconnect.models.base import Row


class PluginReaction(Row):
    """One event for one plugin; deleted once the plugin has heard it."""

    __tablename__ = "plugin_reaction"

    plugin: Mapped[str] = mapped_column(String(40))
    hook: Mapped[str] = mapped_column(String(40))
    event: Mapped[str] = mapped_column(Text)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(index=True)
