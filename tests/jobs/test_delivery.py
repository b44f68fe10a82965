"""The job of deliveries: a lane for each host, slow ones share a few threads, and the end is rung for."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from fedconnect.federation.outbound import delivery
from fedconnect.foundation import queue
from fedconnect.jobs import delivery as delivery_job


class Hosts:
    """Hosts that have something due, and whether each is slow."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.due: dict[str, bool] = {}
        self.drained: list[str] = []
        self.most_slow = self.most = 0
        self.did: list[str] = []
        self.stops = False
        self._busy: list[str] = []
        self._lock = threading.Lock()
        monkeypatch.setattr(delivery, "due_hosts", self.due_hosts)
        monkeypatch.setattr(delivery, "drain", self.drain)
        monkeypatch.setattr(queue, "clear", lambda job: self.did.append(f"cleared {job}"))
        monkeypatch.setattr(queue, "enqueue_once", lambda job: self.did.append(f"rang {job}"))
        monkeypatch.setattr(queue, "stop_requested", lambda: self.stops)
        monkeypatch.setattr(delivery_job, "_LOOK_EVERY_S", 0.01)

    def due_hosts(self, limit: int, *, but: Sequence[str]) -> list[tuple[str, bool]]:
        with self._lock:
            assert limit >= 1
            waiting = [one for one in self.due.items() if one[0] not in but]
            return sorted(waiting, key=lambda one: one[1])[:limit]

    def drain(self, host: str) -> int:
        with self._lock:
            assert host not in self._busy, "two threads in one lane"
            self._busy.append(host)
            self.most = max(self.most, len(self._busy))
            self.most_slow = max(self.most_slow, sum(one.startswith("slow") for one in self._busy))
        threading.Event().wait(0.01)
        with self._lock:
            self._busy.remove(host)
            self.due.pop(host, None)
            self.drained.append(host)
        return 1


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> Hosts:
    return Hosts(monkeypatch)


def test_a_worker_that_is_to_stop_begins_with_nobody_and_rings(hosts: Hosts) -> None:
    hosts.due = {"a.example": False}
    hosts.stops = True
    delivery_job.run()
    assert hosts.drained == []
    assert hosts.did == ["cleared delivery", "rang delivery"]


def test_every_host_is_sent_to_and_nobody_is_woken_again(hosts: Hosts) -> None:
    hosts.due = {f"h{number}.example": False for number in range(30)}
    delivery_job.run()
    assert sorted(hosts.drained) == sorted(f"h{number}.example" for number in range(30))
    assert hosts.most <= 24
    assert hosts.did == ["cleared delivery"]


def test_slow_hosts_share_eight_threads(hosts: Hosts) -> None:
    hosts.due = {f"slow{number}.example": True for number in range(20)} | {"quick.example": False}
    delivery_job.run()
    assert len(hosts.drained) == 21
    assert 1 <= hosts.most_slow <= 8


def test_a_lane_that_fails_keeps_no_other_from_it(hosts: Hosts, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts.due = {"bad.example": False, "good.example": False}

    def drain(host: str) -> int:
        if host == "bad.example":
            hosts.due.pop(host)
            raise ZeroDivisionError
        return hosts.drain(host)

    monkeypatch.setattr(delivery, "drain", drain)
    delivery_job.run()
    assert hosts.drained == ["good.example"]
