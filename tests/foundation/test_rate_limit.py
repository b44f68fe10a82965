"""Limits while nobody else counts, and when Valkey is asked; test_rate_limit_of_every_kind.py tells what all have in common."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import time_machine
from redis.exceptions import RedisError
from redis.exceptions import TimeoutError as HangsError

from fedconnect.foundation import rate_limit
from fedconnect.foundation.rate_limit import DECLARED, RateLimit

START = 1_800_000_000  # a whole number of minutes


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[time_machine.Coordinates]:
    """No Valkey, and a clock that stands still at the beginning of a window."""
    monkeypatch.setattr(rate_limit, "_own", rate_limit._InProcess())
    monkeypatch.setattr(rate_limit, "_shared", rate_limit._InValkey())
    with time_machine.travel(START, tick=False) as found:
        yield found


@pytest.fixture
def limit() -> Iterator[RateLimit]:
    found = RateLimit("test: four a minute", 4, 60)
    yield found
    del DECLARED[found.name]


def test_the_fifth_of_four_waits_and_nobody_else_does(limit: RateLimit) -> None:
    assert [limit.take("ana") for _ in range(5)] == [0, 0, 0, 0, 60]
    assert limit.take("ben") == 0


def test_looking_counts_nothing(limit: RateLimit) -> None:
    assert [limit.peek("ana") for _ in range(9)] == [0] * 9
    assert not limit.used("ana")
    for _ in range(4):
        limit.take("ana")
    assert limit.used("ana")
    assert limit.peek("ana") == 60
    assert not limit.used("ben")


@pytest.mark.parametrize(("times", "most"), [(0.5, 2), (1, 4), (2.5, 10), (0.2, 0)])
def test_a_limit_is_wider_or_narrower_for_some(limit: RateLimit, times: float, most: int) -> None:
    assert [limit.take("net", times=times) for _ in range(most)] == [0] * most
    assert limit.peek("net", times=times) == limit.take("net", times=times) == 60


@pytest.mark.parametrize(("later_s", "free"), [(59, 0), (60, 0), (75, 1), (90, 2), (119, 3), (120, 4)])
def test_what_happened_counts_less_and_less(
    limit: RateLimit, clock: time_machine.Coordinates, later_s: int, free: int
) -> None:
    for _ in range(4):
        limit.take("ana")
    clock.shift(later_s)
    assert sum(limit.take("ana") == 0 for _ in range(4)) == free


def test_a_wait_is_rounded_up_to_whole_seconds(limit: RateLimit, clock: time_machine.Coordinates) -> None:
    for _ in range(4):
        limit.take("ana")
    clock.shift(0.5)
    assert limit.take("ana") == 60


def test_more_names_than_there_is_room_for_share_a_place(
    limit: RateLimit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_limit, "MOST_NAMES", 2)
    monkeypatch.setattr(rate_limit, "_SHARED_PLACES", 1)
    assert [limit.take(name) for name in ("ana", "ben")] == [0, 0]
    assert [limit.take(f"p{number}") for number in range(5)] == [0, 0, 0, 0, 60]
    assert limit.take("ana") == 0, "who has a place keeps it"


def test_forgetting_begins_anew(limit: RateLimit) -> None:
    for _ in range(4):
        limit.take("ana")
    rate_limit.forget()
    assert limit.take("ana") == 0


class Script:
    """What Valkey answers when it is asked to count: milliseconds to wait, or an error."""

    def __init__(self, answer: int | Exception) -> None:
        self.answer = answer
        self.asked: list[list[object]] = []

    def __call__(self, keys: list[str], args: list[object]) -> int:
        self.asked.append([*keys, *args])
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def script(monkeypatch: pytest.MonkeyPatch) -> Script:
    found = Script(0)
    monkeypatch.setattr(rate_limit._shared, "_redis", object())
    monkeypatch.setattr(rate_limit._shared, "_script", found)
    return found


@pytest.mark.parametrize(("wait_ms", "wait_s"), [(0, 0), (1, 1), (1000, 1), (1001, 2)])
def test_where_valkey_answers_its_word_counts(
    limit: RateLimit, script: Script, wait_ms: int, wait_s: int
) -> None:
    script.answer = wait_ms
    assert [limit.take("ana") for _ in range(9)] == [wait_s] * 9
    assert not rate_limit._own._windows, "nothing is counted twice"


def test_no_name_goes_to_valkey_as_it_is(limit: RateLimit, script: Script) -> None:
    limit.take("203.0.113.7")
    limit.peek("203.0.113.7")
    assert "203.0.113" not in str(script.asked)
    taking, looking = script.asked
    assert taking[:2] == looking[:2]
    assert (taking[2], taking[3], taking[-1], looking[-1]) == (60_000, 4, 1, 0)


def test_a_valkey_that_fails_is_left_alone_for_ten_seconds(
    limit: RateLimit, script: Script, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(rate_limit.time, "monotonic", lambda: now[0])
    script.answer = HangsError("no answer")
    assert [limit.take("ana") for _ in range(5)] == [0, 0, 0, 0, 60], "this process counts for itself"
    assert len(script.asked) == 1
    now[0] += 9.9
    limit.take("ana")
    assert len(script.asked) == 1
    now[0] += 0.1
    limit.take("ana")
    assert len(script.asked) == 2
    now[0] += 10
    script.answer = 0
    assert [limit.take("ana") for _ in range(3)] == [0, 0, 0], "it counts together again"
    assert len(script.asked) == 5


def test_while_one_thread_tries_whether_it_is_back_no_other_waits(limit: RateLimit, script: Script) -> None:
    shared = rate_limit._shared
    shared._rests_until = rate_limit.time.monotonic() - 1
    with shared._trying:
        assert limit.take("ana") == 0
    assert script.asked == []
    limit.take("ana")
    assert len(script.asked) == 1


@pytest.mark.parametrize(("alive", "has"), [([], False), ([b"w1"], True), ([b"w2"], True)])
def test_a_worker_counts_while_its_heart_beats(
    monkeypatch: pytest.MonkeyPatch, alive: list[bytes], has: bool
) -> None:
    class Valkey:
        def smembers(self, name: str) -> list[bytes]:
            return [b"w1", b"w2"]

        def exists(self, name: bytes) -> int:
            return int(name in alive)

        def ping(self) -> bool:
            raise RedisError

    assert not rate_limit.has_workers()
    assert not rate_limit.is_reachable()
    monkeypatch.setattr(rate_limit._shared, "_redis", Valkey())
    assert rate_limit.has_workers() is has
    assert not rate_limit.is_reachable()
