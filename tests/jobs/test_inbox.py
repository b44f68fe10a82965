"""The job of received activities: what needs other servers goes beside the rest, no more of a domain than its share."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from fedconnect.federation.inbound import processor
from fedconnect.foundation import durable, queue
from fedconnect.foundation.durable_kind import Claim
from fedconnect.jobs import inbox
from fedconnect.jobs.side_threads import Lanes


def received(number: int, actor: str = "https://a.example/ana") -> Claim[Any]:
    return Claim(number, "t", 0, SimpleNamespace(activity=SimpleNamespace(actor=actor)))


class World:
    """Batches to claim, which of them need other servers, and what became of each."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.batches: list[list[Claim[Any]]] = []
        self.slow = False
        self.handled: list[int] = []
        self.aside: list[tuple[int, Any]] = []
        self.rung: list[str] = []
        self.stops = False
        self.on_claim: Callable[[], None] = lambda: None
        monkeypatch.setattr(processor, "claim", self.claim)
        monkeypatch.setattr(processor, "process_at_once", lambda batch: batch if self.slow else [])
        monkeypatch.setattr(processor, "process_slowly", lambda one: self.handled.append(one.id))
        monkeypatch.setattr(durable, "settle", lambda kind, one, ended: self.aside.append((one.id, ended)))
        monkeypatch.setattr(queue, "clear", lambda job: self.rung.append(f"cleared {job}"))
        monkeypatch.setattr(queue, "enqueue_once", self.rung.append)
        monkeypatch.setattr(queue, "stop_requested", lambda: self.stops)

    def claim(self) -> list[Claim[Any]]:
        self.on_claim()
        return self.batches.pop(0) if self.batches else []


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    return World(monkeypatch)


def test_a_worker_that_is_to_stop_claims_nothing_and_rings_for_another(world: World) -> None:
    world.batches = [[received(1)]]
    world.stops = True
    inbox.run()
    assert len(world.batches) == 1
    assert world.rung == ["cleared inbox", "inbox"]


@pytest.mark.parametrize(("size", "rung"), [(processor.BATCH - 1, []), (processor.BATCH, ["inbox"])])
def test_a_full_batch_calls_another_worker(world: World, size: int, rung: list[str]) -> None:
    world.batches = [[received(number) for number in range(size)]]
    inbox.run()
    assert world.rung == ["cleared inbox", *rung]


def test_what_needs_other_servers_is_handled_in_order_of_its_actor(world: World) -> None:
    world.slow = True
    world.batches = [[received(1), received(2), received(3)], [received(4)]]
    inbox.run()
    assert [one for one in world.handled if one < 4] == [1, 2, 3]
    assert sorted(world.handled) == [1, 2, 3, 4]
    assert world.aside == []


def test_what_was_claimed_and_not_begun_is_given_back_at_the_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.slow = True
    world.batches = [[received(number, f"https://a.example/{number}") for number in range(5)]]
    go = threading.Event()
    monkeypatch.setattr(processor, "process_slowly", lambda one: go.wait(5) and world.handled.append(one.id))

    def stop_after_the_first_batch() -> None:
        if not world.batches:
            world.stops = True
            go.set()

    world.on_claim = stop_after_the_first_batch
    inbox.run()
    assert sorted(world.handled + [number for number, _ in world.aside]) == [0, 1, 2, 3, 4]
    assert world.rung[-1] == "inbox"


@pytest.fixture
def slow(world: World) -> Iterator[inbox._Slow]:
    with Lanes("test", 8) as lanes:
        yield inbox._Slow(lanes)


def of_actors(count: int, host: str = "a.example") -> list[Claim[Any]]:
    return [received(number, f"https://{host}/{number}") for number in range(count)]


def test_of_one_domain_twenty_wait_and_the_rest_steps_aside(world: World, slow: inbox._Slow) -> None:
    slow.take(of_actors(21))
    assert [number for number, _ in world.aside] == [20]
    slow.take([received(99, "https://b.example/x")])
    assert len(world.aside) == 1, "another domain has a share of its own"
    slow.take([received(98, "https://sub.a.example/x")])
    assert [number for number, _ in world.aside] == [20, 98], "and a subdomain has none"
    ended = world.aside[0][1]
    assert (ended.counts, ended.wait) == (False, timedelta(seconds=5))


def test_a_hundred_wait_in_all(world: World, slow: inbox._Slow) -> None:
    for number in range(6):
        slow.take(of_actors(20, f"d{number}.example"))
    assert len(world.aside) == 20


def test_many_rows_of_one_actor_are_one_of_their_domains_share(world: World, slow: inbox._Slow) -> None:
    slow.take([received(number) for number in range(50)])
    assert world.aside == []
    slow.release()
    assert [number for number, _ in world.aside] == list(range(50))
    slow.release()
    assert len(world.aside) == 50


def test_two_threads_at_most_are_busy_for_one_domain(
    world: World, slow: inbox._Slow, monkeypatch: pytest.MonkeyPatch
) -> None:
    go = threading.Event()
    monkeypatch.setattr(processor, "process_slowly", lambda one: go.wait(5))
    slow.take(of_actors(5))
    slow.take([received(9, "https://b.example/x")])
    slow.start()
    slow.start()
    assert dict(slow._lanes.names) == {"a.example": 2, "b.example": 1}
    assert len(slow._waiting) == 3
    go.set()
