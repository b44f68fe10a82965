"""What a board is called, its look, place and end: each change is logged once and told to followers' servers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect import events
from fedconnect.events import BoardChanged
from fedconnect.forum import boards
from fedconnect.foundation.errors import Malformed, NotPermitted
from fedconnect.models.decision import Decision
from fedconnect.moderation.boards.board_identity import (
    archive,
    change_identity,
    change_picture,
    identity_of,
    move_in_order,
)
from support.moderation_rows import a_context, an_admin, count, every
from support.unit import a_board, a_person


def told(session: Session) -> list[int]:
    return [one.board_id for one in events.take(session) if isinstance(one, BoardChanged)]


@pytest.mark.parametrize(
    "values",
    [{"name": " "}, {"name": "x" * 101}, {"summary": "x" * 2001}, {"language": "english language"}, {"language": ""},
     {"tint": 6}, {"tint": -1}],
)  # fmt: skip
def test_what_cannot_be_changes_nothing(session: Session, values: dict[str, Any]) -> None:
    board = a_board(session)
    before = identity_of(board)
    with pytest.raises(Malformed):
        change_identity(session, a_context(board), replace(before, **values))
    assert (identity_of(board), told(session), count(session, Decision)) == (before, [], 0)


def test_whoever_has_nothing_to_do_with_a_board_changes_nothing(session: Session) -> None:
    board, eve = a_board(session), a_person(session, "eve")
    context = a_context(board, eve)
    for change in (
        lambda: change_identity(session, context, replace(identity_of(board), name="Eve's")),
        lambda: change_picture(session, context, b"x"),
        lambda: archive(session, context, is_archived=True),
    ):
        with pytest.raises(NotPermitted):
            change()
    assert (board.name, board.picture, board.is_archived, told(session)) == ("Respite", "", False, [])


def test_a_change_is_logged_with_what_it_was_and_told_once(session: Session) -> None:
    board, ada = a_board(session), an_admin(session)
    wanted = replace(identity_of(board), name=" Breaks ", summary="Short\r\nbreaks", tint=3)
    assert change_identity(session, a_context(board, ada), wanted)
    assert (board.name, board.summary, board.tint) == ("Breaks", "Short\nbreaks", 3)
    assert told(session) == [board.id]
    (decision,) = every(session, Decision)
    assert decision.detail == "name, summary, tint"
    assert not change_identity(session, a_context(board, ada), identity_of(board))
    assert (told(session), count(session, Decision)) == ([], 1)


def test_a_picture_is_given_and_taken_away(session: Session) -> None:
    board = a_board(session)
    assert change_picture(session, a_context(board), b"webp")
    assert board.picture
    assert not change_picture(session, a_context(board), b"webp")
    assert change_picture(session, a_context(board), None)
    assert board.picture == ""
    assert told(session) == [board.id, board.id]


def test_a_board_is_archived_once_and_opened_again(session: Session) -> None:
    board = a_board(session)
    assert not archive(session, a_context(board), is_archived=False)
    assert archive(session, a_context(board), is_archived=True)
    assert not archive(session, a_context(board), is_archived=True)
    assert (board.is_archived, boards.list_open_boards(session), boards.list_boards(session)) == (
        True,
        [],
        [board],
    )
    assert archive(session, a_context(board), is_archived=False)
    assert boards.list_open_boards(session) == [board]
    assert [one.detail for one in every(session, Decision)] == ["archived", "open again"]


def test_boards_move_no_further_than_their_list(session: Session) -> None:
    ants, bees, cats = (a_board(session, slug) for slug in ("ants", "bees", "cats"))
    assert not move_in_order(session, ants, -1)
    assert not move_in_order(session, cats, 5)
    assert move_in_order(session, cats, -1)
    session.flush()
    assert boards.list_every_board(session) == [ants, cats, bees]
    assert move_in_order(session, bees, -499)
    session.flush()
    assert boards.list_every_board(session) == [bees, ants, cats]
