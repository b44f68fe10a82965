"""Boards as lists name them: one sentence each, and how much began there this week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, monogram, sentences
from fedconnect.models.board import Board
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import listed_on_board

LATELY = timedelta(days=7)
MOST = 500  # an installation has dozens


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One board in a list. `sentence` is the first of what it says of itself; `tint` is from 0 to 5; `new` is how many
    conversations began in the last seven days, none for a board that stays here: its words are sealed."""

    id: int
    slug: str
    name: str
    path: str
    sentence: str
    tint: int
    new: int
    is_local_only: bool
    is_discreet: bool


def list_board_lines(session: Session) -> Sequence[BoardLine]:
    """Return every board by name, those that stay here last (1 query)."""
    since = clock.now() - LATELY
    new = (
        select(func.count())
        .where(
            Thread.board_id == Board.id, listed_on_board(), Thread.published > since, Thread.pinned.is_(False)
        )
        .correlate(Board)
        .scalar_subquery()
    )
    rows = session.execute(select(Board, new).order_by(Board.is_local_only, Board.name, Board.id).limit(MOST))
    return [_line(board, 0 if board.is_local_only else count) for board, count in rows]


def first_sentence(text: str, language: str = "") -> str:
    """Return the first sentence of a text with its full stop; all of a text that has none."""
    ends = sentences.ends(text, language)
    return text[: ends[0]].strip() if ends else text.strip()


def _line(board: Board, new: int) -> BoardLine:
    return BoardLine(
        board.id, board.slug, board.name, board.path, first_sentence(board.summary, board.language),
        monogram.tint_of(board.slug), new, board.is_local_only, board.is_discreet,
    )  # fmt: skip
