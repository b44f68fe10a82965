"""How many people read here: each once, those of the last fortnight."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import caches
from fedconnect.foundation.ids import new_id
from fedconnect.models.reader import Reader, ReaderSession
from fedconnect.surfacing.feed import readership
from support.surfacing_rows import DAY, INSTANT, NOON, a_reader_named, stop_the_clock
from support.unit import add


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    stop_the_clock(monkeypatch)
    caches.clear_all()


def here(session: Session, reader: Reader, ago: timedelta) -> None:
    seen = NOON - ago
    add(session, ReaderSession(token_hash=str(new_id()), reader_id=reader.id, begun_at=seen, seen_at=seen))


def test_each_reader_of_the_last_fortnight_counts_once_in_however_many_browsers(session: Session) -> None:
    dora, eve, finn = (a_reader_named(session, name) for name in ("dora", "eve", "finn"))
    for reader, ago in ((dora, DAY), (dora, 2 * DAY), (eve, 14 * DAY - INSTANT), (finn, 14 * DAY)):
        here(session, reader, ago)
    assert readership.count_readers(session) == 2


def test_it_is_counted_once_in_a_while_and_no_further_than_matters(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert readership.count_readers(session) == 0
    for name in ("dora", "eve", "finn"):
        here(session, a_reader_named(session, name), DAY)
    assert readership.count_readers(session) == 0, "as five minutes ago"
    caches.clear_all()
    monkeypatch.setattr(readership, "_MOST", 2)
    assert readership.count_readers(session) == 2
