"""One message on its way to one inbox: signed, posted, and the answer judged."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.federation.outbound import followers_synchronization
from fedconnect.federation.outbound.delivery_kind import LONGEST, RESTS, OutgoingMessage
from fedconnect.federation.outbound.host_health import HostHealth
from fedconnect.foundation import database, fetch
from fedconnect.foundation.database import database_now
from fedconnect.foundation.durable_kind import Claim, Done, End, Failed, RetryLater
from fedconnect.foundation.errors import AddressRefused, FedConnectError, FetchFailed

log = structlog.get_logger()
SLOW_S = 5.0
_MOST_RETRY_AFTER_S = 21_600


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What came of sending: how the delivery ends, and what that says of its host."""

    end: End
    host: HostHealth
    retry_after_s: int = 0


def send(claimed: Claim[OutgoingMessage]) -> SendOutcome:
    """Send one message, and judge the answer: its end, and what it says of the host."""
    began = time.monotonic()
    message = claimed.item
    try:
        with database.read_transaction() as session:
            signer = own_keys.signer(session, message.actor)
            extra = _synchronization(session, message)
        headers = signer.sign("POST", message.inbox, message.body, extra)
        response = fetch.post(message.inbox, message.body, headers=headers)
    except AddressRefused as error:
        return SendOutcome(Failed(f"not sent: {error.detail}"), HostHealth.UP)
    except FetchFailed as error:
        return SendOutcome(_later(claimed, error.detail), HostHealth.DOWN)
    except FedConnectError as error:
        return SendOutcome(Failed(f"not sent: {error.detail}"), HostHealth.UP)
    except Exception as error:
        log.exception("delivery_unforeseen", id=claimed.id)
        return SendOutcome(_later(claimed, f"unforeseen: {type(error).__name__}"), HostHealth.UP)
    host = HostHealth.SLOW if time.monotonic() - began > SLOW_S else HostHealth.UP
    status = response.status
    if 200 <= status < 300:
        return SendOutcome(Done(str(status)), host)
    if status == 429 or (status >= 500 and status != 501):
        after_s = _retry_after_s(response.headers.get("retry-after", ""))
        return SendOutcome(_later(claimed, str(status), after_s), HostHealth.DOWN, after_s)
    if status in {401, 408}:
        return SendOutcome(_later(claimed, str(status)), host)
    return SendOutcome(Failed(str(status)), host)


def _later(claimed: Claim[OutgoingMessage], reason: str, after_s: int = 0) -> End:
    with database.read_transaction() as session:
        age = database_now(session) - claimed.item.created_at
    if age > LONGEST:
        return Failed(reason)
    return RetryLater(reason, wait=max(RESTS.wait(claimed.attempts + 1), timedelta(seconds=after_s)))


def _synchronization(session: Session, message: OutgoingMessage) -> dict[str, str]:
    """Return the header by which a receiver finds out that it lost a follow, on what goes to followers."""
    kind, _, slug = message.actor.partition(":")
    if message.kind != "Announce" or kind != "board":
        return {}
    return {"Collection-Synchronization": followers_synchronization.header_for(session, slug, message.host)}


def _retry_after_s(header: str) -> int:
    if not (header.isascii() and header.isdigit() and len(header) < 9):
        return 0  # of other digits, as ², int() reads not all
    return min(int(header), _MOST_RETRY_AFTER_S)
