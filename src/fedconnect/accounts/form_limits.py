"""What a home server's composer allows, for somebody who looks at the form."""

from __future__ import annotations

from fedconnect.accounts import home_limits
from fedconnect.accounts.home_limits import Limits
from fedconnect.foundation.errors import FedConnectError
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.home_server import HomeServer

_PATIENCE_S = 5.0


def limits_for_form(home: HomeServer) -> Limits:
    """Return a home's limits, or Mastodon's own where it does not say in time: a form is not to wait for it."""
    try:
        with outbound_slot(seconds=_PATIENCE_S):
            return home_limits.limits_of(home)
    except FedConnectError:
        return Limits()
