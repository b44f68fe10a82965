"""Whether somebody looks after a board: to the hour, and never for a board that minds it not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from fedconnect.models.board import Board
from fedconnect.moderation.boards.moderator_activity import is_note_due, is_unattended, note_active
from support.moderation_rows import somebody_of_the_team, stop_the_clock
from support.unit import a_board, a_person


def test_a_board_is_unattended_after_its_hours_and_not_at_them(monkeypatch: pytest.MonkeyPatch) -> None:
    now = stop_the_clock(monkeypatch)
    board = Board(
        holds_after_hours=72, attended_at=now - timedelta(hours=72), created_at=now - timedelta(days=99)
    )
    assert not is_unattended(board)
    board.attended_at = now - timedelta(hours=72, seconds=1)
    assert is_unattended(board)
    board.holds_after_hours = 0
    assert not is_unattended(board)


def test_a_new_board_has_its_hours_from_when_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    now = stop_the_clock(monkeypatch)
    board = Board(holds_after_hours=12, attended_at=None, created_at=now - timedelta(hours=11))
    assert (is_unattended(board), is_note_due(board)) == (False, True)
    board.created_at = now - timedelta(hours=13)
    assert is_unattended(board)


def test_who_looks_after_nothing_leaves_no_trace_and_who_does_one_an_hour(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, other = a_board(session), a_board(session, "other")
    mo, now = somebody_of_the_team(session, board), stop_the_clock(monkeypatch)

    def seen(by: timedelta) -> tuple[object, object]:
        stop_the_clock(monkeypatch, now + by)
        note_active(session, mo)
        session.expire_all()
        return board.attended_at, other.attended_at

    note_active(session, a_person(session))
    session.expire_all()
    assert board.attended_at is None
    assert seen(timedelta()) == (now, None)
    assert seen(timedelta(hours=1)) == (now, None)
    assert not is_note_due(board)
    later = timedelta(hours=1, seconds=1)
    clock_then = now + later
    assert seen(later) == (clock_then, None)
