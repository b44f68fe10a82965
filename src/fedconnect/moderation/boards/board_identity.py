"""What a board is called and how it looks, its place among the others, and its end: each change is a decision in its log.

Where the Group has changed that other servers know, its followers' servers are told to read it again.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from fedconnect.events import BoardChanged, emit
from fedconnect.forum import boards
from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.decision import DecisionKind
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision
from fedconnect.site import pictures
from fedconnect.site.tints import TINTS

BY_ADMIN = "Those who run the forum decide what its boards are called."


@dataclass(frozen=True, slots=True)
class BoardIdentity:
    """What an admin may set; `tint` is from 0 to 5, or None: by the slug."""

    name: str
    summary: str
    language: str
    tint: int | None


def identity_of(board: Board) -> BoardIdentity:
    """Return what a board is called, and how it looks."""
    return BoardIdentity(board.name, board.summary, board.language, board.tint)


def change_identity(session: Session, context: ModerationContext, wanted: BoardIdentity) -> bool:
    """Take over what was set; the log says what changed. False where nothing did.

    Raises:
        Malformed: no name, a summary that is too long, no language, no tint.
    """
    authorize(session, context, context.board.id)
    wanted = BoardIdentity(
        wanted.name.strip(), wanted.summary.replace("\r\n", "\n").strip(), wanted.language, wanted.tint
    )
    boards.check_words(wanted.name, wanted.summary, wanted.language)
    if wanted.tint is not None and not 0 <= wanted.tint < len(TINTS):
        raise Malformed("tint", safe="There are six colours: please choose one of them.")
    before = identity_of(context.board)
    news = [one for one in BoardIdentity.__slots__ if getattr(wanted, one) != getattr(before, one)]
    for one in news:
        setattr(context.board, one, getattr(wanted, one))
    return _changed(session, context, ", ".join(news))


def change_picture(session: Session, context: ModerationContext, webp: bytes | None) -> bool:
    """Give a board a picture (WebP, as `pictures.remade` makes it), or take it away."""
    authorize(session, context, context.board.id)
    before, board = context.board.picture, context.board
    board.picture = pictures.keep(session, webp) if webp is not None else ""
    pictures.drop_unused(session)
    return _changed(session, context, "picture" if board.picture != before else "")


def archive(session: Session, context: ModerationContext, *, is_archived: bool) -> bool:
    """Let a board be read alone, off all lists; or open it again. False where it was so already."""
    authorize(session, context, context.board.id)
    if context.board.is_archived is is_archived:
        return False
    context.board.archived_at = clock.now() if is_archived else None
    return _changed(session, context, "archived" if is_archived else "open again")


def move_in_order(session: Session, board: Board, places: int) -> bool:
    """Move a board so many places down its list (up: below 0), as far as the list goes; False where it cannot."""
    order = boards.list_every_board(session)
    at = order.index(board)
    to = min(max(at + places, 0), len(order) - 1)
    order.insert(to, order.pop(at))
    for position, one in enumerate(order, 1):
        one.position = position
    return to != at


def _changed(session: Session, context: ModerationContext, detail: str) -> bool:
    if not detail:
        return False
    record_decision(session, context, DecisionKind.SETTINGS, context.board.slug, detail=detail)
    emit(session, BoardChanged(context.board.id))
    return True
