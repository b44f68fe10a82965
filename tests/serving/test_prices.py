"""docs/prices.md, for what is read in front of the threads: what each kind of request may cost, measured."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from waitress.adjustments import Adjustments

from fedconnect.serving.request_head import RequestReader
from fedconnect.serving.worker import front_adjustments

pytestmark = pytest.mark.heavy

MOST_S = 0.25
POST = b"POST /inbox HTTP/1.1\r\nHost: a\r\n"


def fed(sent: bytes, piece: int) -> float:
    """Return the CPU of reading bytes in pieces of a size, in seconds."""
    adjustments: Adjustments = front_adjustments()
    reader = RequestReader(adjustments)
    begun = time.thread_time()
    while sent and not reader.completed:
        sent = sent[reader.received(sent[:piece]) :]
    reader.close()
    return time.thread_time() - begun


KINDS: dict[str, Callable[[], float]] = {
    "a head of 32 kB": lambda: fed(
        b"GET / HTTP/1.1\r\nHost: a\r\n" + (b"X: " + b"a" * 8000 + b"\r\n") * 5, 65536
    ),
    "a head of 32 kB in pieces of 16 bytes": lambda: fed(b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 8000, 16),
    "a hundred fields": lambda: fed(b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: a\r\n" * 99 + b"\r\n", 65536),
    "a body of 1 MiB": lambda: fed(POST + b"Content-Length: 1048576\r\n\r\n" + b"x" * (1 << 20), 65536),
    "a body of 1 MiB in packets": lambda: fed(
        POST + b"Content-Length: 1048576\r\n\r\n" + b"x" * (1 << 20), 1400
    ),
    "a body of 1 MiB in chunks of 16 bytes": lambda: fed(
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + (b"10\r\n" + b"x" * 16 + b"\r\n") * 45_000, 65536
    ),
    "a body of 1 MiB in chunks of one byte": lambda: fed(
        POST + b"Transfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 170_000, 65536
    ),
}


@pytest.mark.parametrize("kind", KINDS)
def test_c2_reading_costs_at_most_a_quarter_of_a_second(kind: str) -> None:
    cost = min(KINDS[kind]() for _ in range(3))
    print(f"{kind}: {cost * 1000:.1f} ms")
    assert cost < MOST_S
