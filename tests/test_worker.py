"""One worker goes on in another's place where Valkey was lost, and only there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from redis.exceptions import ConnectionError, ResponseError

from fedconnect import worker


@dataclass
class Ending:
    """A worker that ends at once, in one way or another, and a Valkey that answers or not."""

    connection: Any
    error: Exception | None = None
    is_listening: bool = True

    def work(self, logging_level: str) -> None:
        if self.error is not None:
            raise self.error

    def stop_listening(self) -> None:
        self.is_listening = False


@dataclass
class Valkey:
    answers: bool

    def ping(self) -> bool:
        if not self.answers:
            raise ConnectionError
        return True


@pytest.mark.parametrize("error", [None, ConnectionError()])
def test_a_worker_that_lost_valkey_is_followed_by_another(error: Exception | None) -> None:
    ending = Ending(Valkey(answers=False), error)
    worker._work_on(ending)  # type: ignore[arg-type]
    assert not ending.is_listening


def test_a_worker_that_ends_at_once_although_valkey_answers_ends_its_process() -> None:
    ending = Ending(Valkey(answers=True))
    with pytest.raises(SystemExit):
        worker._work_on(ending)  # type: ignore[arg-type]
    assert not ending.is_listening


def test_what_valkey_refuses_for_good_is_not_tried_for_ever() -> None:
    ending = Ending(Valkey(answers=True), ResponseError("OOM command not allowed"))
    with pytest.raises(ResponseError):
        worker._work_on(ending)  # type: ignore[arg-type]
    assert not ending.is_listening
