"""Handle received activities until none is due; those that need other servers go beside the rest."""

from __future__ import annotations

import time
from collections import Counter, defaultdict, deque
from collections.abc import Sequence
from datetime import timedelta

from fedconnect.activitypub import vocabulary
from fedconnect.federation.inbound import processor
from fedconnect.federation.inbound.received import Received
from fedconnect.federation.inbound.received_kind import RECEIVED
from fedconnect.foundation import durable, queue
from fedconnect.foundation.durable_kind import Claim, RetryLater
from fedconnect.foundation.registrable_domains import registrable_domain
from fedconnect.jobs.side_threads import Lanes

_LONGEST_S = 20.0
_LOOK_EVERY_S = 0.25
_THREADS = 8
_THREADS_A_DOMAIN = 2
_MOST_WAITING = 100
_MOST_WAITING_A_DOMAIN = 20
_STEPS_ASIDE = RetryLater("others of its server go first", wait=timedelta(seconds=5), counts=False)


def run() -> None:
    """Claim and handle batches; when a full batch was found, ring so that another worker joins in."""
    queue.clear("inbox")
    until = time.monotonic() + _LONGEST_S
    with Lanes("inbox", _THREADS) as lanes:
        slow = _Slow(lanes)
        while True:
            is_over = queue.stop_requested() or time.monotonic() > until
            batch = [] if is_over and not lanes.names else processor.claim()
            if len(batch) == processor.BATCH:
                queue.enqueue_once("inbox")
            slow.take(processor.process_at_once(batch))
            if is_over:
                slow.release()
            slow.start()
            if not batch:
                if not lanes.names:
                    break
                lanes.wait(_LOOK_EVERY_S)
    if is_over:
        queue.enqueue_once("inbox")


class _Slow:
    """What needs other servers: an actor's rows in order, two actors of a registrable domain at a time.

    What is more than a domain's share steps aside for a while, so that it cannot keep claims from ending.
    """

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._waiting: deque[tuple[str, list[Claim[Received]]]] = deque()

    def take(self, rows: Sequence[Claim[Received]]) -> None:
        """Queue rows by actor."""
        actors: defaultdict[str, list[Claim[Received]]] = defaultdict(list)
        for row in rows:
            actors[row.item.activity.actor].append(row)
        domains = Counter(domain for domain, _ in self._waiting)
        for actor, group in actors.items():
            domain = registrable_domain(vocabulary.host(actor))
            if len(self._waiting) >= _MOST_WAITING or domains[domain] >= _MOST_WAITING_A_DOMAIN:
                _step_aside(group)
            else:
                domains[domain] += 1
                self._waiting.append((domain, group))

    def start(self) -> None:
        """Begin with those whose domain has a thread to spare."""
        self._lanes.wait(0)
        for _ in range(len(self._waiting)):
            domain, group = self._waiting.popleft()
            if self._lanes.free and self._lanes.names[domain] < _THREADS_A_DOMAIN:
                self._lanes.start(domain, lambda group=group: _handle(group))  # type: ignore[misc]
            else:
                self._waiting.append((domain, group))

    def release(self) -> None:
        """Give back what was not begun."""
        while self._waiting:
            _step_aside(self._waiting.popleft()[1])


def _handle(group: Sequence[Claim[Received]]) -> None:
    for claimed in group:
        processor.process_slowly(claimed)


def _step_aside(group: Sequence[Claim[Received]]) -> None:
    for claimed in group:
        durable.settle(RECEIVED, claimed, _STEPS_ASIDE)
