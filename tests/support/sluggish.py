"""A server that takes its time over some of its answers."""

from __future__ import annotations

import time

from support.remote import Received, RemoteServer


class SluggishServer(RemoteServer):
    """Answers its inbox after `inbox_s`, and everything else after `page_s`, in seconds."""

    def __init__(self, address: str, *, inbox_s: float = 0.0, page_s: float = 0.0) -> None:
        self.inbox_s, self.page_s = inbox_s, page_s
        super().__init__(address)

    def answer_api(self, request: Received) -> tuple[int, dict[str, str], bytes] | None:
        time.sleep(self.inbox_s if request.path.endswith("inbox") else self.page_s)
        return None
