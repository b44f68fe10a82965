"""What a child made of a picture, and what its end means; the child itself is a double here."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from fedconnect.foundation import image_child, images
from fedconnect.foundation.errors import Busy, Malformed


class Child:
    """Ends as it is told to, and remembers how it was begun."""

    def __init__(self) -> None:
        self.ends: subprocess.CompletedProcess[bytes] | Exception = self.ended(0, b"WEBP")
        self.begun: list[tuple[list[str], dict[str, Any]]] = []
        self.is_alone = False

    @staticmethod
    def ended(code: int, out: bytes = b"", said: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess([], code, out, said)

    def run(self, command: list[str], **how: Any) -> subprocess.CompletedProcess[bytes]:
        self.begun.append((command, how))
        self.is_alone = images._turn.locked()
        if isinstance(self.ends, Exception):
            raise self.ends
        return self.ends


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Iterator[Child]:
    found = Child()
    monkeypatch.setattr(images.subprocess, "run", found.run)
    yield found
    assert not images._turn.locked(), "the next one may begin, however this one ended"


@pytest.mark.parametrize(
    ("ends", "says"),
    [
        (Child.ended(3, b"half a picture", b"no picture: OSError\n"), "no picture: OSError"),
        (Child.ended(3, b"", b"x" * 500), "x" * 120),
        (Child.ended(3, b"", b" \n"), "no picture"),
        (Child.ended(3, b"", b"\xff"), "\ufffd"),
        (Child.ended(0), "a picture that takes too much: exit 0"),
        (Child.ended(1, b"half a picture"), "a picture that takes too much: exit 1"),
        (Child.ended(-9, b"half a picture"), "a picture that takes too much: exit -9"),
        (subprocess.TimeoutExpired("child", 20), "a picture that takes too long"),
    ],
)
def test_nothing_that_a_failed_child_wrote_is_a_picture(child: Child, ends: Any, says: str) -> None:
    child.ends = ends
    with pytest.raises(Malformed) as refused:
        images.remake(b"raw")
    assert refused.value.detail == says


def test_a_child_that_cannot_be_begun_keeps_the_next_one_from_nothing(child: Child) -> None:
    child.ends = OSError("no memory")
    with pytest.raises(OSError, match="no memory"):
        images.remake(b"raw")
    child.ends = Child.ended(0, b"WEBP")
    assert images.remake(b"raw") == b"WEBP"


def test_whoever_comes_while_another_is_made_waits_a_while_and_takes_nobodys_turn(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "WAIT_S", 0.01)
    with images._turn:
        with pytest.raises(Busy):
            images.remake(b"raw")
        assert images._turn.locked(), "it is still the other's"
    assert child.begun == []


def test_a_child_gets_the_bytes_a_deadline_and_nothing_of_ours(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEDCONNECT_SECRET", "x")
    assert images.remake(b"raw") == b"WEBP"
    ((command, how),) = child.begun
    assert command == [sys.executable, "-I", image_child.__file__, str(os.getpid())]
    assert (how["input"], how["cwd"], how["close_fds"]) == (b"raw", "/", True)
    assert (how["capture_output"], how["check"]) == (True, False), "we read its end ourselves"
    assert set(how["env"]) == {"MALLOC_ARENA_MAX", "OMP_NUM_THREADS"}
    assert 0 < how["timeout"] <= 20
    assert child.is_alone
