"""What a process remembers for a while."""

from __future__ import annotations

import pytest

from fedconnect.foundation import caches
from fedconnect.foundation.caches import TTLCache


def test_an_entry_is_forgotten_when_its_life_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(caches.time, "monotonic", lambda: now[0])
    kept: TTLCache[str] = TTLCache(life_s=60)
    kept.put("host.example", "here")
    now[0] += 59
    assert kept.get("host.example") == "here"
    now[0] += 1
    assert kept.get("host.example") is None


def test_what_is_remembered_anew_lives_as_long_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(caches.time, "monotonic", lambda: now[0])
    kept: TTLCache[int] = TTLCache(life_s=60)
    kept.put("a", 1)
    now[0] += 59
    kept.put("a", 2)
    now[0] += 59
    assert kept.get("a") == 2


def test_the_oldest_goes_where_there_are_too_many() -> None:
    kept: TTLCache[int] = TTLCache(life_s=60, most=2)
    for number, name in enumerate(("a", "b", "a", "c")):
        kept.put(name, number)
    assert (kept.get("a"), kept.get("b"), kept.get("c")) == (2, None, 3)


def test_several_are_found_in_the_order_asked_and_not_beyond_their_life(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr(caches.time, "monotonic", lambda: now[0])
    kept: TTLCache[int] = TTLCache(life_s=60)
    kept.put("a", 1)
    now[0] += 59
    kept.put("b", 2)
    assert kept.get_all(["b", "c", "a"]) == [2, None, 1]
    now[0] += 1
    assert kept.get_all(["b", "c", "a"]) == [2, None, None]
    assert kept.get_all([]) == []


def test_every_memory_of_the_process_is_emptied_at_once() -> None:
    kept: TTLCache[int] = TTLCache(life_s=60)
    kept.put("a", 1)
    others: list[int] = [1]
    caches.cleared_with_all(others.clear)
    caches.clear_all()
    assert kept.get("a") is None
    assert others == []
    caches._others.remove(others.clear)
