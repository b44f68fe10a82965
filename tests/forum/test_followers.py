"""Who receives a board's announcements: once each, and not after they took it back."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.events import BoardFollowed, BoardUnfollowed
from fedconnect.forum.followers import REMEMBERED, follow, unfollow, unfollow_all
from fedconnect.forum.tombstones import take_back
from fedconnect.models.board import Board, Follow
from fedconnect.models.person import Person
from support.forum_rows import forget_events, said
from support.unit import a_board, a_person

URI = "https://home.example/follows/1"


@pytest.fixture
def board(session: Session) -> Board:
    return a_board(session)


@pytest.fixture
def ana(session: Session) -> Person:
    return a_person(session)


@pytest.fixture
def eve(session: Session) -> Person:
    return a_person(session, "eve")


def followers(session: Session) -> list[tuple[int, int, str]]:
    rows = select(Follow.board_id, Follow.person_id, Follow.uri).order_by(Follow.id)
    return [tuple(row) for row in session.execute(rows)]


def test_nobody_ends_what_another_began(session: Session, board: Board, ana: Person, eve: Person) -> None:
    follow(session, board, ana, URI)
    forget_events(session)
    unfollow(session, eve, URI, board)
    unfollow(session, eve, "", board)
    unfollow(session, ana, "", None)
    assert followers(session) == [(board.id, ana.id, URI)]
    assert said(session, BoardUnfollowed) == []


def test_each_ends_their_own_follow_where_a_neighbour_calls_theirs_the_same(
    session: Session, board: Board, ana: Person, eve: Person
) -> None:
    follow(session, board, ana, URI)
    follow(session, board, eve, URI)
    forget_events(session)
    unfollow(session, ana, URI, None)
    assert followers(session) == [(board.id, eve.id, URI)]
    assert {one.person_id for one in said(session, BoardUnfollowed)} == {ana.id}


def test_a_follow_that_was_taken_back_before_it_came_stays_away(
    session: Session, board: Board, ana: Person, eve: Person
) -> None:
    unfollow(session, ana, URI, board)
    assert not follow(session, board, ana, URI)
    assert followers(session) == []
    assert said(session, BoardFollowed) == []
    assert follow(session, board, eve, URI)  # what Ana took back binds nobody else
    assert follow(session, board, ana, URI + "0")


def test_somebody_who_is_gone_follows_nothing_any_more(session: Session, board: Board, ana: Person) -> None:
    take_back(session, ana.uri, ana.uri)
    assert not follow(session, board, ana, URI)
    assert followers(session) == []


def test_whoever_asks_again_is_answered_again_and_is_one_follower(
    session: Session, board: Board, ana: Person
) -> None:
    assert follow(session, board, ana, URI)
    assert follow(session, board, ana, URI + "0")
    assert followers(session) == [(board.id, ana.id, URI + "0")]
    first, again = said(session, BoardFollowed)
    assert first == again


def test_a_follow_ends_by_its_activity_whatever_board_is_named(
    session: Session, board: Board, ana: Person
) -> None:
    other = a_board(session, "benefits")
    follow(session, board, ana, URI)
    follow(session, other, ana, URI + "0")
    unfollow(session, ana, URI, other)
    assert followers(session) == [(other.id, ana.id, URI + "0")]
    assert {one.follow_uri for one in said(session, BoardUnfollowed)} == {URI}


def test_a_follow_ends_by_its_board_where_no_activity_is_named(
    session: Session, board: Board, ana: Person, eve: Person
) -> None:
    other = a_board(session, "benefits")
    for number, (where, who) in enumerate(((board, ana), (other, ana), (board, eve))):
        follow(session, where, who, f"{URI}{number}")
    unfollow(session, ana, "", board)
    assert [row[:2] for row in followers(session)] == [(other.id, ana.id), (board.id, eve.id)]
    assert said(session, BoardUnfollowed) == [BoardUnfollowed(f"{URI}0", ana.id)]
    assert follow(session, board, ana, f"{URI}0")  # nothing says that this very activity was taken back


def test_whoever_is_gone_leaves_every_board_and_nobody_else_does(
    session: Session, board: Board, ana: Person, eve: Person
) -> None:
    other = a_board(session, "benefits")
    for number, (where, who) in enumerate(((board, ana), (other, ana), (board, eve))):
        follow(session, where, who, f"{URI}{number}")
    unfollow_all(session, ana)
    assert [row[:2] for row in followers(session)] == [(board.id, eve.id)]


def test_a_transaction_forgets_its_inboxes_where_followers_change(
    session: Session, board: Board, ana: Person, eve: Person
) -> None:
    session.info[REMEMBERED] = "old"
    follow(session, board, ana, URI)
    assert REMEMBERED not in session.info
    session.info[REMEMBERED] = "old"
    unfollow(session, eve, "", board)
    assert session.info[REMEMBERED] == "old"  # nothing has changed
    unfollow(session, ana, URI, None)
    assert REMEMBERED not in session.info
    session.info[REMEMBERED] = "old"
    unfollow_all(session, ana)
    assert REMEMBERED not in session.info
