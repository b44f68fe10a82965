"""Bells: rung once, silent where Valkey is away, and asked seldom while it hangs."""

from __future__ import annotations

import pytest
from redis.exceptions import ConnectionError as AwayError
from redis.exceptions import TimeoutError as HangsError

from fedconnect.foundation import queue


class Valkey:
    """A table of marks with lives; or one that is away, or hangs."""

    def __init__(self) -> None:
        self.lives: dict[str, int] = {}
        self.error: Exception | None = None
        self.asked = 0

    def _ask(self) -> None:
        self.asked += 1
        if self.error is not None:
            raise self.error

    def set(self, name: str, value: int, *, ex: int, nx: bool = False) -> bool | None:
        self._ask()
        if nx and name in self.lives:
            return None
        self.lives[name] = ex
        return True

    def ttl(self, name: str) -> int:
        self._ask()
        return self.lives.get(name, -2)

    def delete(self, name: str) -> int:
        self._ask()
        return 1 if self.lives.pop(name, None) else 0

    def ping(self) -> bool:
        self._ask()
        return True


class Queues:
    """What was put into which queue, and for how long it may run."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, int]] = []

    def __call__(self, name: str = queue.GENERAL, connection: object = None) -> Queues:
        self.name = name
        return self

    def enqueue_call(self, function: str, *, timeout: int, **_kept: int) -> None:
        self.calls.append((self.name, function, timeout))


@pytest.fixture
def valkey(monkeypatch: pytest.MonkeyPatch) -> Valkey:
    found = Valkey()
    monkeypatch.setattr(queue, "_redis", found)
    monkeypatch.setattr(queue, "_hangs_until", 0.0)
    return found


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Queues:
    found = Queues()
    monkeypatch.setattr(queue, "queue", found)
    return found


def test_a_bell_is_rung_once_until_it_is_cleared(valkey: Valkey, queues: Queues) -> None:
    for _ in range(3):
        queue.enqueue_once("inbox")
    assert queues.calls == [("fedconnect", "fedconnect.jobs.inbox.run", 120)]
    queue.clear("delivery")
    queue.enqueue_once("inbox")
    assert len(queues.calls) == 1, "another job's bell is another bell"
    queue.clear("inbox")
    queue.enqueue_once("inbox")
    assert len(queues.calls) == 2


def test_deliveries_stand_in_a_queue_of_their_own(valkey: Valkey, queues: Queues) -> None:
    queue.enqueue_once("delivery")
    assert queues.calls == [("fedconnect-delivery", "fedconnect.jobs.delivery.run", 180)]


def test_a_bell_falls_silent_by_itself(valkey: Valkey, queues: Queues) -> None:
    queue.enqueue_once("inbox")
    assert valkey.lives == {"bell:inbox": 60}


@pytest.mark.parametrize(
    ("left_s", "is_rung"), [(-2, False), (-1, False), (60, False), (61, False), (62, True)]
)
def test_a_mark_from_before_the_clock_was_put_back_keeps_nobody_asleep(
    valkey: Valkey, queues: Queues, left_s: int, is_rung: bool
) -> None:
    valkey.lives["bell:inbox"] = left_s
    queue.enqueue_once("inbox")
    assert bool(queues.calls) is is_rung
    assert valkey.lives["bell:inbox"] == (60 if is_rung else left_s)


def test_a_valkey_that_hangs_is_left_alone_for_five_seconds(
    valkey: Valkey, queues: Queues, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(queue.time, "monotonic", lambda: now[0])
    valkey.error = HangsError("no answer")
    for _ in range(3):
        queue.enqueue_once("inbox")
        queue.clear("inbox")
    assert valkey.asked == 1
    now[0] += 4.9
    queue.enqueue_once("inbox")
    assert valkey.asked == 1
    now[0] += 0.1
    valkey.error = None
    queue.enqueue_once("inbox")
    assert len(queues.calls) == 1


def test_a_valkey_that_is_away_is_asked_each_time_and_raises_nothing(valkey: Valkey, queues: Queues) -> None:
    valkey.error = AwayError("refused")
    for _ in range(3):
        queue.enqueue_once("inbox")
    assert valkey.asked == 3
    assert queues.calls == []
    assert not queue.is_reachable()
    valkey.error = None
    assert queue.is_reachable()


def test_without_a_connection_nothing_is_rung_and_nothing_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_redis", None)
    queue.enqueue_once("inbox")
    queue.clear("inbox")
    queue.enqueue_recurring()
    assert not queue.is_reachable()
    with pytest.raises(RuntimeError):
        queue.queue()


def test_the_timetable_rings_for_each_job_once_in_its_time(valkey: Valkey, queues: Queues) -> None:
    recurring = {name: job.every_s for name, job in queue.JOBS.items() if job.every_s is not None}
    for _ in range(2):
        queue.enqueue_recurring()
    assert [function.split(".")[2] for _, function, _ in queues.calls] == list(recurring)
    assert {name: valkey.lives[f"timetable:{name}"] for name in recurring} == recurring
    del valkey.lives["timetable:sweep"]
    queue.clear("sweep")
    queue.enqueue_recurring()
    assert len(queues.calls) == len(recurring) + 1


def test_nothing_but_the_jobs_of_the_table_is_called_by_name(valkey: Valkey, queues: Queues) -> None:
    with pytest.raises(KeyError):
        queue.enqueue_once("os.system")
    assert queues.calls == []


def test_a_job_is_asked_to_stop_after_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "_stop", queue.threading.Event())
    assert not queue.stop_requested()
    queue.request_stop()
    assert queue.stop_requested()
