"""What an answer to a message means: for the message, and for the server that gave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from fedconnect.federation.outbound.delivery_kind import LONGEST, RESTS, OutgoingMessage
from fedconnect.federation.outbound.host_health import HostHealth
from fedconnect.foundation.durable_kind import Claim, Done, End, Failed, RetryLater
from fedconnect.foundation.fetch import HttpResponse

SLOW_S = 5.0
_MOST_RETRY_AFTER_S = 21_600
UNANSWERED = (
    "no answer three times, while others were answered"  # as a delivery's outcome: it may have arrived
)
_UNANSWERED_TIMES = 3
_NEVER_GIVEN_UP = frozenset({"Accept", "Delete", "Undo"})


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What came of sending: how the delivery ends, and what that says of its host. `is_unanswered`: there came no answer at
    all, which may be this message's fault or its host's."""

    end: End
    host: HostHealth
    retry_after_s: int = 0
    is_unanswered: bool = False


def judge(claimed: Claim[OutgoingMessage], response: HttpResponse, *, took_s: float) -> SendOutcome:
    """Return what an answer means: done, never, or later; and whether its server is well."""
    status = response.status
    host = HostHealth.SLOW if took_s > SLOW_S else HostHealth.UP
    if 200 <= status < 300:
        return SendOutcome(Done(str(status)), host)
    if status == 429 or (status >= 500 and status != 501):
        after_s = _retry_after_s(response.headers.get("retry-after", ""))
        return SendOutcome(later(claimed, str(status), after_s), HostHealth.DOWN, after_s)
    if status in {401, 408}:
        return SendOutcome(later(claimed, str(status)), host)
    return SendOutcome(Failed(str(status)), host)


def is_stuck(claimed: Claim[OutgoingMessage]) -> bool:
    """Whether a message that is never answered, on a host that answers others, is given up: at the third time. What takes
    words back, or what somebody waits for, never is, as long as there is time."""
    return claimed.attempts + 1 >= _UNANSWERED_TIMES and claimed.item.kind not in _NEVER_GIVEN_UP


def later(claimed: Claim[OutgoingMessage], reason: str, after_s: int = 0) -> RetryLater:
    """Return when a message is tried again: by the schedule, not before its server asks for it, seven days at most."""
    wait = max(RESTS.wait(claimed.attempts + 1), timedelta(seconds=after_s))
    return RetryLater(reason, wait=wait, until=claimed.item.created_at + LONGEST)


def _retry_after_s(header: str) -> int:
    if not (header.isascii() and header.isdigit() and len(header) < 9):
        return 0  # of other digits, as ², int() reads not all
    return min(int(header), _MOST_RETRY_AFTER_S)
