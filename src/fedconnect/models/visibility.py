"""The only answers to "may this be seen here?" that anything asks."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_, true

from fedconnect.drafts import Visibility
from fedconnect.models.board import Board
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread

_OPEN = (Visibility.PUBLIC, Visibility.UNLISTED)


def visible_in_thread() -> ColumnElement[bool]:
    """Posts that anybody may read in their thread: public or unlisted, and not held or deleted."""
    return and_(Post.state == PostState.VISIBLE, Post.visibility.in_(_OPEN))


def taken_by(board: Board) -> ColumnElement[bool]:
    """Posts that a board shows: without those that do not name it, where it wants only what does."""
    if board.takes_unaddressed:
        return true()
    return or_(Post.is_addressed.is_(True), Post.is_starter.is_(True))


def listed_on_board() -> ColumnElement[bool]:
    """Threads that stand in their board's list, archive and quiet page: public and unlisted ones."""
    return Thread.is_listed.is_(True)


def listed_everywhere() -> ColumnElement[bool]:
    """Threads that may also stand on the front page and in feeds: public ones alone."""
    return and_(Thread.is_listed.is_(True), Thread.is_public.is_(True))
