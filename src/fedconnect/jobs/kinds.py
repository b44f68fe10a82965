"""Every kind of durable row: what the sweep looks at, and what `fedconnect jobs` shows."""

from __future__ import annotations

from typing import Any

from fedconnect.federation.backfill.fetch_handlers import FETCH_TASKS
from fedconnect.federation.inbound.received_kind import RECEIVED
from fedconnect.federation.outbound.delivery_kind import DELIVERIES
from fedconnect.foundation.durable_kind import Kind
from fedconnect.home_servers.submissions import SUBMISSIONS
from fedconnect.jobs.plugins import PLUGIN_EVENTS

KINDS: tuple[Kind[Any], ...] = (RECEIVED, DELIVERIES, SUBMISSIONS, FETCH_TASKS, PLUGIN_EVENTS)
