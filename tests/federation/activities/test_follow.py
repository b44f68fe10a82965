"""Follow and its Undo: boards and their companions can be followed, the installation and what stays here cannot."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.events import BoardFollowed, BoardUnfollowed, BotFollowed, FollowRefused
from fedconnect.federation.activities.result import UNSEEN, Handled, Ignored, Result
from fedconnect.models.board import Board, Follow
from fedconnect.models.bot_actor import BotFollow
from fedconnect.models.person import Person
from support.activity_rows import BOARD, does, undoes
from support.federation_rows import a_follow
from support.forum import BASE
from support.forum_rows import count, said
from support.moderation_rows import every
from support.unit import a_board, a_person

COMPANION = f"{BOARD}/companion"


def follows(session: Session, who: Person, target: object, **fields: str) -> Result:
    return does(session, who, "Follow", target, **fields)


def test_the_installation_cannot_be_followed_and_says_so(session: Session, ana: Person, board: Board) -> None:
    assert follows(session, ana, f"{BASE}/actor", id=f"{ana.uri}#f") == Handled("refused")
    assert said(session, FollowRefused) == [FollowRefused(own_keys.INSTANCE, ana.id, f"{ana.uri}#f")]
    assert count(session, Follow) == count(session, BotFollow) == 0


def test_what_is_no_board_and_boards_that_stay_here_are_not_followed(session: Session, ana: Person) -> None:
    a_board(session, "here", is_local_only=True)
    for target in (
        f"{BASE}/boards/here", f"{BASE}/boards/here/companion", f"{BASE}/boards/nowhere", f"{BASE}/boards/",
        f"{BASE}/boards/nowhere/companion", f"{BASE}/services/unknown", "https://evil.example/boards/respite", [],
    ):  # fmt: skip
        assert follows(session, ana, target) == Ignored("no board of ours")
    assert count(session, Follow) == count(session, BotFollow) == 0
    assert said(session, BoardFollowed) == said(session, FollowRefused) == []


def test_a_board_is_followed_once_and_who_asks_again_is_answered_again(
    session: Session, ana: Person, board: Board
) -> None:
    for number in (1, 2):
        assert follows(session, ana, BOARD, id=f"{ana.uri}#follows/{number}") == Handled("follows")
    (follow,) = every(session, Follow)
    assert (follow.board_id, follow.person_id, follow.uri) == (board.id, ana.id, f"{ana.uri}#follows/2")
    assert said(session, BoardFollowed) == [BoardFollowed(follow.id)] * 2


def test_a_boards_companion_is_followed_apart_from_it(session: Session, ana: Person, board: Board) -> None:
    assert follows(session, ana, COMPANION, id=f"{ana.uri}#f") == Handled("follows")
    assert said(session, BotFollowed) == [BotFollowed("quiet:respite", COMPANION, ana.id, f"{ana.uri}#f")]
    assert count(session, Follow) == 0
    follows(session, ana, BOARD)
    assert undoes(session, ana, "Follow", COMPANION) == Handled("undone")
    assert (count(session, BotFollow), count(session, Follow)) == (0, 1)


@pytest.mark.parametrize("target", [BOARD, COMPANION])
def test_a_follow_that_was_taken_back_before_it_came_is_none(
    session: Session, ana: Person, board: Board, target: str
) -> None:
    uri = f"{ana.uri}#follows/1"
    assert does(session, ana, "Undo", uri) == Handled("undone")
    assert follows(session, ana, target, id=uri) == Handled("taken back before it came")
    assert count(session, Follow) == count(session, BotFollow) == 0
    assert follows(session, ana, target) == Handled("follows")


def test_nobody_ends_what_somebody_else_follows(session: Session, ana: Person, board: Board) -> None:
    kept = a_follow(session, board, ana)
    neighbour = a_person(session, "ben")
    undoes(session, neighbour, "Follow", BOARD)
    does(session, neighbour, "Undo", kept.uri)
    does(
        session,
        neighbour,
        "Undo",
        {"type": "Follow", "id": kept.uri, "actor": neighbour.uri, "object": BOARD},
    )
    assert every(session, Follow) == [kept]
    assert said(session, BoardUnfollowed) == []


def test_a_follow_is_ended_by_its_board_where_it_has_no_id_and_no_other_is(
    session: Session, ana: Person, board: Board
) -> None:
    other = a_follow(session, a_board(session, "benefits"), ana)
    mine = a_follow(session, board, ana)
    for target in (f"{BASE}/boards/nowhere", "https://evil.example/boards/respite"):
        assert undoes(session, ana, "Follow", target) == Handled(UNSEEN)
    assert count(session, Follow) == 2
    assert undoes(session, ana, "Follow", BOARD) == Handled("undone")
    assert every(session, Follow) == [other]
    assert said(session, BoardUnfollowed) == [BoardUnfollowed(mine.uri, mine.person_id)]


def test_a_follow_is_ended_by_its_id_alone_whatever_else_the_undo_says(
    session: Session, ana: Person, board: Board
) -> None:
    other = a_follow(session, a_board(session, "benefits"), ana)
    mine = a_follow(session, board, ana)
    undo = {"type": "Follow", "id": mine.uri, "actor": ana.uri, "object": f"{BASE}/boards/benefits"}
    assert does(session, ana, "Undo", undo) == Handled("undone")
    assert every(session, Follow) == [other]


def test_a_follow_of_a_companion_is_ended_by_its_id(session: Session, ana: Person, board: Board) -> None:
    uri = f"{ana.uri}#follows/1"
    follows(session, ana, COMPANION, id=uri)
    kept = a_follow(session, board, ana)
    assert does(session, ana, "Undo", uri) == Handled("undone")
    assert count(session, BotFollow) == 0
    assert every(session, Follow) == [kept]
    assert said(session, BoardUnfollowed) == []
