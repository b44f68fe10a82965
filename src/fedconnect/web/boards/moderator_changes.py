"""Who changes how a board is run, how often, and why."""

from __future__ import annotations

from flask import request

from fedconnect.accounts.sessions import Visit
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.web import current_visit

_changes = RateLimit("changes of a moderator to boards", 60, 3600)


def changing_visit() -> Visit:
    """Return who wants to change something, which counts."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_changes, str(visit.reader_id))
    return visit


def given_reason() -> str:
    """Return the reason that was typed."""
    return request.form.get("reason", "")
