"""The daily list: to open it is to look after one's boards, for whoever has any, once an hour."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import NotFound
from fedconnect.models.base import table_of
from fedconnect.models.board import Board
from fedconnect.models.hashtag import HashtagPost, HashtagPostState
from fedconnect.models.person import Person
from fedconnect.moderation.casework.daily_list import open_list
from support.moderation_rows import a_case, a_visit, an_admin, somebody_of_the_team
from support.unit import Unit, a_board, a_moderator, a_person, add

LONG_AGO = timedelta(days=9)


def attended(slug: str) -> float:
    """How many hours ago somebody was seen on a board; 999 where never."""
    with database.read_transaction() as session:
        at = session.query(Board).filter_by(slug=slug).one().attended_at
    return 999 if at is None else round((clock.now() - at) / timedelta(hours=1), 2)


def test_whoever_looks_after_nothing_finds_no_list_and_leaves_no_trace(unit: Unit) -> None:
    with database.transaction() as session:
        a_board(session)
        visit = a_visit(session, a_person(session))
    with pytest.raises(NotFound):
        open_list(visit)
    assert attended("respite") == 999


@pytest.mark.parametrize(("hours", "then"), [(None, 0), (2, 0), (0.5, 0.5)])
def test_being_here_is_noted_on_ones_own_boards_once_an_hour(
    unit: Unit, hours: float | None, then: float
) -> None:
    before = None if hours is None else clock.now() - timedelta(hours=hours)
    with database.transaction() as session:
        board, fresh = (
            a_board(session, attended_at=before),
            a_board(session, "fresh", attended_at=clock.now()),
        )
        a_board(session, "other", attended_at=clock.now() - LONG_AGO)
        mo = somebody_of_the_team(session, board)
        a_moderator(session, fresh, mo)
        visit = a_visit(session, mo)
    open_list(visit)
    assert attended("respite") == then
    assert attended("other") == 9 * 24


def test_who_runs_the_forum_sees_every_board_and_keeps_none_of_them_attended(unit: Unit) -> None:
    with database.transaction() as session:
        a_case(session, a_board(session, attended_at=clock.now() - LONG_AGO))
        visit = a_visit(session, an_admin(session))
    found = open_list(visit)
    assert (len(found.lines), found.runs_forum) == (1, True)
    assert attended("respite") == 9 * 24, "they do not look after it"


def a_find(session: Session, board: Board, number: int, state: HashtagPostState) -> HashtagPost:
    uri = f"https://far.example/{number}"
    known = {"board_id": board.id, "uri": uri, "url": uri, "tag": "care", "state": state}
    return add(session, HashtagPost(found_at=clock.now() - timedelta(hours=number), **known))


def test_the_list_holds_what_waits_on_ones_boards_and_nothing_of_others(unit: Unit) -> None:
    with database.transaction() as session:
        board, other = a_board(session), a_board(session, "other")
        visit = a_visit(session, somebody_of_the_team(session, board))
        mine = a_case(session, board)
        a_case(session, other)
        for number, state in (
            (1, HashtagPostState.FOUND),
            (2, HashtagPostState.FOUND),
            (3, HashtagPostState.LEFT),
        ):
            a_find(session, board, number, state)
        a_find(session, other, 4, HashtagPostState.FOUND)
    found = open_list(visit)
    assert [line.id for line in found.lines] == [mine.id]
    assert [one.uri[-1] for one, _ in found.hashtag_posts] == ["2", "1"], "the longest waiting first"
    assert [(one.board.id, one.cases, one.hashtag_posts) for one in found.waiting] == [(board.id, 1, 2)]
    assert list(found.rules) == [board.id]
    assert found.rules[board.id][0].startswith("1. ")
    assert not found.runs_forum


def test_what_is_noted_is_that_somebody_was_here_and_not_who(unit: Unit) -> None:
    with database.transaction() as session:
        board = a_board(session)
        mo = somebody_of_the_team(session, board)
        visit = a_visit(session, mo)
        before = {one.key: getattr(mo, one.key) for one in table_of(Person).columns}
    open_list(visit)
    with database.read_transaction() as session:
        after = session.get_one(Person, mo.id)
        assert {name: getattr(after, name) for name in before} == before
    assert (unit.events, unit.jobs) == ([], [])
