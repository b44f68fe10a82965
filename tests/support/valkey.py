"""A Valkey of the tests' own, started with the very command that `fedconnect up` uses."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from redis import Redis
from redis.exceptions import RedisError

from fedconnect.embedded_valkey import valkey_command
from fedconnect.foundation.settings import Settings
from support.keeper import dying_with_us


@contextmanager
def running_valkey(settings: Settings) -> Iterator[str]:
    """Yield the URL of a Valkey that lives as long as this context."""
    server = subprocess.Popen(
        valkey_command(settings),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        preexec_fn=dying_with_us(),
    )
    connection = Redis.from_url(settings.queue_url)
    try:
        for _ in range(200):
            try:
                connection.ping()
                break
            except RedisError:
                time.sleep(0.05)
        yield settings.queue_url
    finally:
        connection.close()
        server.terminate()
        server.wait(timeout=10)
