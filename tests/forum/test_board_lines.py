"""Boards in lists: by name, with a whole sentence, and counts of conversations alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from fedconnect.forum.board_lines import BoardLine, first_sentence, list_board_lines
from fedconnect.foundation import clock
from support.unit import a_board, a_thread


def lines(session: Session) -> dict[str, BoardLine]:
    return {one.slug: one for one in list_board_lines(session)}


def test_nothing_is_counted_of_a_board_that_stays_here(session: Session) -> None:
    a_thread(session, a_board(session, "shelter", is_local_only=True))
    found = lines(session)["shelter"]
    assert (found.new, found.path, found.is_local_only) == (0, "/here/shelter", True)


@pytest.mark.parametrize(
    ("values", "counted"),
    [
        ({}, 1), ({"thread_is_listed": False}, 0), ({"thread_pinned": True}, 0), ({"thread_is_public": False}, 1),
        ({"published": clock.now() - timedelta(days=8)}, 0),
    ],
)  # fmt: skip
def test_what_began_this_week_and_can_be_seen_is_counted(
    session: Session, values: dict[str, Any], counted: int
) -> None:
    a_thread(session, a_board(session), **values)
    assert lines(session)["respite"].new == counted


def test_boards_come_by_name_and_those_that_stay_here_last(session: Session) -> None:
    a_board(session, "a", name="Aa", is_local_only=True)
    a_board(session, "z", name="Zz")
    a_board(session, "m", name="Mm")
    assert [one.slug for one in list_board_lines(session)] == ["m", "z", "a"]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("Rents, ownership and what councils could do. Statements, CC BY 4.0.", "Rents, ownership and what councils could do."),
        ("For Dr. Berg's patients. And others.", "For Dr. Berg's patients."), ("Forms", "Forms"), ("", ""),
        ("Why? Because.", "Why?"), ("休息について。話しましょう。", "休息について。"),
    ],
)  # fmt: skip
def test_the_first_sentence_is_whole(text: str, first: str) -> None:
    assert first_sentence(text) == first
