"""Where an audience comes from, and so how many of one domain count."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import registrable_domains
from fedconnect.models.board import Board, Follow
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader
from fedconnect.surfacing.hearing import reader_index
from fedconnect.surfacing.hearing.audience import Audience
from fedconnect.surfacing.hearing.audience_domains import domain_cap, origins_of
from fedconnect.surfacing.hearing.matching import ABSENT, EXEMPT
from support.surfacing_rows import (
    DAY,
    NOON,
    a_hearing,
    a_local_follow,
    a_profile,
    a_reader_named,
    stop_the_clock,
)
from support.unit import a_board, a_person, a_thread, add


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    stop_the_clock(monkeypatch)
    registrable_domains.configure(("home.example",))
    yield
    registrable_domains.configure(())


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


def test_hosts_of_one_domain_have_one_number_and_unknown_readers_none(session: Session) -> None:
    ids = [
        a_reader_named(session, name, host).id
        for name, host in (("a", "m1.crowd.example"), ("b", "m2.crowd.example"), ("c", "other.example"))
    ]
    origins = origins_of(session, [*reversed(ids), 99])
    c, b, a, unknown = origins.domains.tolist()
    assert a == b != c
    assert min(a, b, c) >= 0
    assert unknown == ABSENT
    assert origins.readers.tolist() == [*reversed(ids), 99]


def test_whoever_does_not_want_to_count_or_is_gone_is_nobody_to_wait_for(session: Session) -> None:
    away, gone, kept = (a_reader_named(session, name) for name in ("away", "gone", "kept"))
    a_profile(session, away, counts_views=False)
    a_profile(session, kept, counts_views=True)
    session.get_one(Person, gone.person_id).gone_at = NOON
    session.flush()
    found = origins_of(session, [away.id, gone.id, kept.id]).domains.tolist()
    assert [one == ABSENT for one in found] == [True, True, False]


@pytest.mark.parametrize(
    ("joined", "born", "exempt"), [(7, None, True), (6, None, False), (6, 7, True), (7, 6, False)]
)
def test_the_homes_people_are_exempt_after_a_week(
    session: Session, joined: int, born: int | None, exempt: bool
) -> None:
    reader = a_reader_named(session, "dora", "m.home.example", joined_at=NOON - joined * DAY)
    session.get_one(Person, reader.person_id).born_at = NOON - born * DAY if born else None
    session.flush()
    assert (origins_of(session, [reader.id]).domains.tolist() == [EXEMPT]) is exempt


def crowd(session: Session, **hosts: int) -> dict[str, list[Reader]]:
    return {
        host: [a_reader_named(session, f"{host}{number}", f"{host}.example") for number in range(count)]
        for host, count in hosts.items()
    }


def cap_of(session: Session, board: Board, author: Person, fits: list[float], **audience: Any) -> int:
    one = a_hearing(session, a_thread(session, board, author)[1], floor=9)
    known: dict[str, Any] = {"thresholds": (0.5, 0.1), "with_followers": False}
    step = audience.pop("step", 0)
    index = reader_index.get_index(session)
    return domain_cap(
        session, one, index, np.array(fits, np.float32), Audience(**{**known, **audience}), step
    )


def test_who_is_outside_the_audience_helps_nobody_to_the_floor(session: Session, board: Board) -> None:
    crowd(session, a=3, b=3, c=3)
    ana = a_person(session)
    assert cap_of(session, board, ana, [0.5] * 9) == 3
    assert cap_of(session, board, ana, [0.5] * 8 + [0.4]) == 4
    assert cap_of(session, board, ana, [0.5] * 6 + [0.4] * 3) == 6
    assert cap_of(session, board, ana, [0.5] * 6 + [0.4] * 3, step=1) == 3


def test_followers_count_where_the_audience_is_small_and_the_author_never(
    session: Session, board: Board
) -> None:
    readers = crowd(session, a=3, b=3, c=3)
    for reader in readers["c"][:2]:
        a_local_follow(session, reader, board)
    person = readers["c"][2].person_id
    add(session, Follow(board_id=board.id, person_id=person, uri="https://c.example/f", since=NOON))
    ana, fits = a_person(session), [0.5] * 6 + [0.0] * 3
    assert cap_of(session, board, ana, fits, with_followers=False) == 6
    assert cap_of(session, board, ana, fits, with_followers=True) == 3
    assert cap_of(session, a_board(session, "sleep"), ana, fits, with_followers=True) == 6
    author = session.get_one(Person, readers["a"][0].person_id)
    assert cap_of(session, board, author, fits, with_followers=True) == 4
