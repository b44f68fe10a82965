"""All readers at a worker's desk: their tastes in order, and what each of them may be matched by."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.models.board import Follow
from fedconnect.models.reader import Reader
from fedconnect.surfacing.hearing import reader_index
from support.surfacing_rows import NOON, a_local_follow, a_profile, a_reader_named, a_topic, encoded
from support.unit import a_board, add


def vectors(session: Session, *readers: Reader) -> list[tuple[set[str], set[int]]]:
    found = reader_index.vectors_of(session, readers)
    return [(set(one.words), set(one.boards)) for one in found]


def test_whoever_wants_nothing_chosen_brings_only_the_boards_they_follow(session: Session) -> None:
    board = a_board(session)
    for number, chosen in enumerate(({"is_personal": False}, {"learns": False}, {"learns": None}, {})):
        reader = a_reader_named(session, f"r{number}")
        a_profile(session, reader, liked='{"bread": 1.0}', boards='{"99": 1.0}', **chosen)
        a_topic(session, reader, "sleep")
        a_local_follow(session, reader, board)
    unasked = a_reader_named(session, "unasked")
    a_topic(session, unasked, "sleep")
    readers = [session.get_one(Reader, one) for (one,) in session.query(Reader.id).order_by(Reader.id)]
    assert vectors(session, *readers) == [
        (set(), {board.id}),
        ({"sleep"}, {board.id}),
        ({"sleep"}, {board.id}),
        ({"sleep", "bread"}, {board.id, 99}),
        ({"sleep"}, set()),
    ]


def test_follows_from_home_and_from_here_are_each_readers_own(session: Session) -> None:
    here, there = a_board(session), a_board(session, "sleep")
    dora, eve, away = (a_reader_named(session, name) for name in ("dora", "eve", "away"))
    a_local_follow(session, dora, here)
    add(session, Follow(board_id=there.id, person_id=eve.person_id, uri="https://r.example/1", since=NOON))
    add(session, Follow(board_id=here.id, person_id=away.person_id, uri="https://r.example/2", since=NOON))
    assert vectors(session, eve, dora) == [(set(), {there.id}), (set(), {here.id})]


def test_readers_come_in_the_order_of_their_ids_each_once_in_whatever_blocks(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader_index, "_BLOCK", 2)
    ids = [a_reader_named(session, f"r{number}").id for number in range(5)]
    assert [one.id for one, _ in reader_index.each_vector(session)] == ids
    assert [one.id for one, _ in reader_index.each_vector(session, ids[0], 3)] == ids[1:4]
    assert list(reader_index.each_vector(session, ids[-1])) == []
    assert list(reader_index.each_vector(session, 0, 0)) == []


def test_a_desk_is_used_for_a_while_and_then_set_up_anew(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr(reader_index.time, "monotonic", lambda: now[0])
    board, dora = a_board(session), a_reader_named(session, "dora")
    a_local_follow(session, dora, board)
    index = reader_index.get_index(session)
    assert (index.count, index.fits(encoded("bread"), board.id).tolist()) == (1, [pytest.approx(0.3)])
    a_reader_named(session, "eve")
    now[0] += 2.0
    assert reader_index.get_index(session) is index
    now[0] += 0.1
    again = reader_index.get_index(session)
    assert again.count == 2
    assert again.origins is not None
    assert len(again.origins.readers) == 2
    reader_index.clear()
    assert reader_index.get_index(session) is not again
