"""The log: one line a fact, of the level that was asked for; nothing fails for want of a place to write."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from fedconnect.foundation.logs import configure_log


@pytest.fixture(autouse=True)
def log_as_it_was(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = structlog.get_config()
    monkeypatch.delenv("FEDCONNECT_LOG", raising=False)
    yield
    structlog.configure(**before)


class Stream(io.StringIO):
    """Standard error, of a terminal or not."""

    def __init__(self, *, is_terminal: bool = False) -> None:
        super().__init__()
        self.is_terminal = is_terminal

    def isatty(self) -> bool:
        return self.is_terminal


class Full(Stream):
    """A disk that takes nothing more."""

    error: Exception = OSError(28, "No space left on device")

    def write(self, text: str) -> int:
        raise self.error

    def flush(self) -> None:
        raise self.error


def lines(monkeypatch: pytest.MonkeyPatch, level: str | None = None) -> list[dict[str, Any]]:
    """What is logged at each level, as a program reads it."""
    stream = Stream()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_log(level)
    log = structlog.get_logger()
    for name in ("debug", "info", "warning", "error"):
        getattr(log, name)("happened", by=name)
    return [json.loads(line) for line in stream.getvalue().splitlines()]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), ValueError("I/O on closed file")])
def test_a_log_that_cannot_be_written_fails_nobody(monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    full = Full()
    full.error = error
    monkeypatch.setattr(sys, "stderr", full)
    configure_log()
    structlog.get_logger().error("happened")


def test_whatever_else_goes_wrong_with_writing_is_a_mistake_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    full = Full()
    full.error = TypeError("no text")
    monkeypatch.setattr(sys, "stderr", full)
    configure_log()
    with pytest.raises(TypeError):
        structlog.get_logger().error("happened")


@pytest.mark.parametrize(
    ("level", "told"),
    [
        (None, ["info", "warning", "error"]), ("debug", ["debug", "info", "warning", "error"]),
        ("Warning", ["warning", "error"]),
        ("ERROR", ["error"]), ("critical", []), ("loud", ["info", "warning", "error"]),
        ("", ["info", "warning", "error"]),
    ],
)  # fmt: skip
def test_as_much_is_told_as_was_asked_for(
    monkeypatch: pytest.MonkeyPatch, level: str | None, told: list[str]
) -> None:
    assert [line["level"] for line in lines(monkeypatch, level)] == told


def test_the_setting_counts_where_nobody_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEDCONNECT_LOG", "error")
    assert [line["level"] for line in lines(monkeypatch)] == ["error"]
    assert [line["level"] for line in lines(monkeypatch, "warning")] == ["warning", "error"]


def test_a_fact_is_one_line_with_its_moment_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    (line,) = lines(monkeypatch, "error")
    assert (line["event"], line["by"], line["level"]) == ("happened", "error", "error")
    assert line["timestamp"].endswith("Z")


def test_a_traceback_stays_within_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream()
    monkeypatch.setattr(sys, "stderr", stream)
    configure_log()
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        structlog.get_logger().exception("happened", text="two\nlines")
    (line,) = stream.getvalue().splitlines()
    assert "ZeroDivisionError" in json.loads(line)["exception"]


def test_people_at_a_terminal_read_text(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Stream(is_terminal=True)
    monkeypatch.setattr(sys, "stderr", stream)
    configure_log()
    structlog.get_logger().info("happened")
    assert "happened" in stream.getvalue()
    with pytest.raises(ValueError, match="Expecting"):
        json.loads(stream.getvalue())


def test_the_log_goes_where_standard_error_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = Stream(), Stream()
    monkeypatch.setattr(sys, "stderr", first)
    configure_log()
    log = structlog.get_logger()
    log.info("one")
    monkeypatch.setattr(sys, "stderr", second)
    log.info("two")
    assert ("one" in first.getvalue(), "two" in first.getvalue(), "two" in second.getvalue()) == (
        True,
        False,
        True,
    )


def test_a_fact_does_not_wait_to_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    flushed: list[str] = []
    stream = Stream()
    monkeypatch.setattr(stream, "flush", lambda: flushed.append(stream.getvalue()))
    monkeypatch.setattr(sys, "stderr", stream)
    configure_log()
    structlog.get_logger().info("happened")
    assert [("happened" in one) for one in flushed] == [True]
