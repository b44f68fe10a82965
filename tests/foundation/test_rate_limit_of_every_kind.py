"""Every declared limit forgives, is shared by processes, and is bounded; and a hung Valkey costs little."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import time_machine
from redis import Redis

import fedconnect.app  # noqa: F401  every limit is declared once this is loaded
from fedconnect.foundation import rate_limit
from fedconnect.foundation.rate_limit import DECLARED, RateLimit
from support.forum import settings_for
from support.valkey import running_valkey

ALL = sorted(DECLARED)


@pytest.fixture
def alone() -> None:
    """No Valkey: this process counts for itself."""
    rate_limit.connect("redis://127.0.0.1:1/0", b"")
    rate_limit._shared._redis = None
    rate_limit.forget()


@pytest.fixture
def together(valkey_url: str) -> None:
    rate_limit.connect(valkey_url, b"")
    rate_limit.forget()


@pytest.mark.parametrize("name", ALL)
def test_h7_every_limit_has_a_bound_counts_by_name_and_forgives(alone: None, name: str) -> None:
    limit = DECLARED[name]
    with time_machine.travel(1_800_000_000, tick=False) as clock:
        assert [limit.take("one") for _ in range(limit.most)] == [0] * limit.most
        waits = [limit.take("one") for _ in range(3 * limit.most)]
        assert all(0 < wait_s <= limit.window_s for wait_s in waits)
        assert limit.take("another") == 0
        clock.shift(2 * limit.window_s)
        assert limit.take("one") == 0, "what was refused does not count"


@pytest.mark.parametrize("name", ALL)
def test_h7_every_limit_is_shared_and_its_counts_expire(together: None, valkey_url: str, name: str) -> None:
    limit = DECLARED[name]
    other = rate_limit._InValkey()  # what another process has
    other.connect(valkey_url)
    who = secrets.token_hex(8)
    place = rate_limit.hashlib.blake2b(who.encode(), key=rate_limit._Place.key, digest_size=12).hexdigest()
    half = limit.most // 2
    assert [limit.take(who) for _ in range(half)] == [0] * half
    rest = [other.take(limit, place, limit.most, 1) for _ in range(limit.most - half)]
    assert rest == [0] * len(rest)
    assert limit.take(who) > 0
    connection = Redis.from_url(valkey_url)
    keys = list(connection.scan_iter(f"limit:{limit.name}:*"))
    assert keys
    assert all(0 < connection.pttl(key) <= 2000 * limit.window_s for key in keys)


def test_h7_a_window_slides_so_that_its_edge_is_no_loophole(alone: None) -> None:
    limit = RateLimit("test: sliding", 10, 100)
    del DECLARED[limit.name]
    with time_machine.travel(1_800_000_099, tick=False) as clock:
        assert [limit.take("one") for _ in range(10)] == [0] * 10
        clock.shift(2)
        assert limit.take("one") > 0
        clock.shift(60)
        assert sum(limit.take("one") == 0 for _ in range(10)) in {5, 6}


@pytest.mark.parametrize("where", ["alone", "together"])
def test_h7_a_million_names_take_no_more_room_than_ten_thousand(
    request: pytest.FixtureRequest, where: str, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request.getfixturevalue(where)
    monkeypatch.setattr(rate_limit, "MOST_NAMES", 50)
    limit = RateLimit("test: bounded", 5, 1000)
    del DECLARED[limit.name]
    for number in range(3000):
        limit.take(str(number))
    if where == "alone":
        held = len(rate_limit._own._windows[limit.name][1])
    else:
        connection = Redis.from_url(valkey_url)
        held = max(connection.hlen(key) for key in connection.scan_iter(f"limit:{limit.name}:*"))
    assert held <= 50 + 1000


def test_m5_a_valkey_that_hangs_costs_a_third_of_a_second_once_and_is_asked_again(tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "data")
    limit = RateLimit("test: hung", 5, 60)
    del DECLARED[limit.name]
    with running_valkey(settings) as url:
        rate_limit.connect(url, b"")
        assert limit.take("one") == 0
        server = int(Redis.from_url(url).info("server")["process_id"])
        os.kill(server, signal.SIGSTOP)
        try:
            begun = time.monotonic()
            assert [limit.take("two") for _ in range(6)] == [0] * 5 + [pytest.approx(30, abs=30)]
            assert time.monotonic() - begun < 0.8
        finally:
            os.kill(server, signal.SIGCONT)
        rate_limit._shared._rests_until = time.monotonic() - 1
        assert limit.take("three") == 0
        assert rate_limit._shared._rests_until == 0, "it counts together again"


def test_no_address_can_be_read_from_a_count(together: None, valkey_url: str) -> None:
    limit = RateLimit("test: places", 5, 60)
    del DECLARED[limit.name]
    limit.take("203.0.113.77")
    connection = Redis.from_url(valkey_url)
    fields = [field for key in connection.scan_iter("limit:*") for field in connection.hkeys(key)]
    assert fields
    assert not any(b"203.0" in field for field in fields)


def test_every_limit_stands_in_the_table_of_the_docs() -> None:
    table = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()
    missing = [
        one.name
        for one in DECLARED.values()
        if f"| {one.name} | {one.most} | {one.window_s} s |" not in table
    ]
    assert missing == []


def test_two_processes_of_the_same_installation_count_together(together: None, valkey_url: str) -> None:
    script = (
        "import sys; from fedconnect.foundation import rate_limit\n"
        "rate_limit.connect(sys.argv[1], b'')\n"
        "print(sum(rate_limit.RateLimit('test: pair', 10, 1000).take('one') == 0 for _ in range(10)))"
    )
    command = [sys.executable, "-c", script, valkey_url]
    pair = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    assert sum(int(one.communicate(timeout=20)[0]) for one in pair) == 10
