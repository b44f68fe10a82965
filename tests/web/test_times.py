"""Times in a few words: within half a day how long ago, then the day, as the reader's region writes it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import time_machine

from fedconnect.web import times
from fedconnect.web.times import HOURS, ago, waiting
from support.web_rows import a_bare_app

NOW = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(hours=-5), "1 min"), (timedelta(0), "1 min"), (timedelta(minutes=5, seconds=59), "5 min"),
        (timedelta(minutes=59, seconds=59), "59 min"), (timedelta(hours=1), "1 h"),
        (timedelta(hours=11, minutes=59), "11 h"), (timedelta(hours=12), "today 01:00"),
        (timedelta(hours=13, minutes=1), "yesterday 23:59"), (timedelta(hours=37), "yesterday 00:00"),
        (timedelta(hours=37, minutes=1), "21 Nov"), (timedelta(days=300), "27 Jan"), (timedelta(days=400), "19 Oct 2025"),
    ],
)  # fmt: skip
def test_a_time_is_told_in_a_few_words(before: timedelta, words: str) -> None:
    assert ago(NOW - before) == words


@pytest.mark.parametrize(
    ("asked", "words"),
    [("en-GB", "21 Nov"), ("en", "21 Nov"), ("en-US,en;q=0.9", "Nov 21"), ("de-DE", "21. Nov."), ("xx, en-US", "Nov 21"),
     ("en-XXXX-YYYY-ZZZZ-0000", "21 Nov"), ("es-MX", "21 nov")],
)  # fmt: skip
def test_a_date_is_in_the_order_of_the_readers_region(asked: str, words: str) -> None:
    with a_bare_app().test_request_context("/", headers={"Accept-Language": asked}):
        assert ago(NOW - timedelta(days=2)) == words


def test_the_browser_tells_it_by_the_same_rule() -> None:
    script = Path(times.__file__).parent / "static" / "times.js"
    assert f"const HOURS = {HOURS};" in script.read_text()


@pytest.mark.parametrize(
    ("before", "words"),
    [
        (timedelta(hours=-1), "just posted"), (timedelta(minutes=59), "just posted"), (timedelta(hours=1), "waiting 1 h"),
        (timedelta(hours=47, minutes=59), "waiting 47 h"), (timedelta(days=2), "waiting 2 days"),
        (timedelta(days=13, hours=23), "waiting 13 days"),
    ],
)  # fmt: skip
def test_how_long_a_post_waits_is_told_in_hours_and_then_in_days(before: timedelta, words: str) -> None:
    assert waiting(NOW - before) == words
