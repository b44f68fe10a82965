"""Sends what people of a server say, in order, signed; what cannot be taken just now is sent again for a minute."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable

import structlog
from cryptography.hazmat.primitives.asymmetric import rsa

from fedconnect.activitypub import signing
from fedconnect.activitypub.vocabulary import Document
from fedconnect.foundation import fetch
from fedconnect.foundation.errors import FetchFailed

log = structlog.get_logger()
_PATIENCE_S = 60.0
_AGAIN_S = 0.5


def deliver(key: rsa.RSAPrivateKey, key_id: str, inbox: str, activity: Document) -> bool:
    """Send one activity to an inbox; return whether it was taken."""
    body = json.dumps(activity).encode()
    until = time.monotonic() + _PATIENCE_S
    while True:
        headers = signing.sign(key, key_id, "POST", inbox, body)  # anew: a signature is of its moment
        try:
            status = fetch.post(inbox, body, headers=headers).status
        except FetchFailed:
            status = 503
        if status == 202:
            return True
        if (status < 500 and status != 429) or time.monotonic() > until:
            log.error("demo_refused", status=status, kind=activity["type"])
            return False
        time.sleep(_AGAIN_S)


class Deliverer:
    """A thread that sends in the background what was put here, so that nobody who writes waits for an inbox."""

    def __init__(self) -> None:
        self._waiting: queue.Queue[Callable[[], object]] = queue.Queue(maxsize=10_000)
        threading.Thread(target=self._work, name="deliveries", daemon=True).start()

    def put(self, key: rsa.RSAPrivateKey, key_id: str, inbox: str, activity: Document) -> None:
        """Let something be sent."""
        self._waiting.put(lambda: deliver(key, key_id, inbox, activity))

    def do(self, work: Callable[[], object]) -> None:
        """Let something else be done in its turn."""
        self._waiting.put(work)

    def wait(self) -> None:
        """Wait until all of that is sent."""
        self._waiting.join()

    def _work(self) -> None:
        while True:
            work = self._waiting.get()
            try:
                work()
            except Exception:
                log.exception("demo_delivery_failed")
            finally:
                self._waiting.task_done()
