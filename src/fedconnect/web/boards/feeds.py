"""A board's newest threads, and what is unanswered, for feed readers. Ref: RFC 4287."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response

from fedconnect.forum import boards, thread_lists, unanswered
from fedconnect.forum.lists_without_authors import without_names
from fedconnect.forum.thread_lists import ThreadItem
from fedconnect.foundation import clock, database, own_address
from fedconnect.models.board import Board
from fedconnect.web.responses import public_feed

blueprint = Blueprint("boards/feeds", __name__)


@blueprint.get("/boards/<slug>/feed.atom")
def newest(slug: str) -> Response:
    """A board's newest public threads. Ref: RFC 4287."""
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        threads = without_names(thread_lists.list_feed(session, found), None)
    updated = max((line.published for line in threads), default=found.created_at)
    return public_feed(
        "boards/feed.atom", board=found, threads=threads, updated=updated, base=own_address.base_url()
    )


@blueprint.get("/quiet/feed.atom")
def unanswered_everywhere() -> Response:
    """Posts of every board that nobody has answered, for feed readers. Ref: RFC 4287."""
    with database.read_transaction() as session:
        threads = without_names(unanswered.list_unanswered_feed(session), None)
    return _unanswered_feed(None, threads)


@blueprint.get("/boards/<slug>/quiet/feed.atom")
def unanswered_on_board(slug: str) -> Response:
    """A board's posts that nobody has answered, for feed readers. Ref: RFC 4287."""
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        threads = without_names(unanswered.list_unanswered_feed(session, found), None)
    return _unanswered_feed(found, threads)


def _unanswered_feed(board: Board | None, threads: Sequence[ThreadItem]) -> Response:
    updated = max((line.published for line in threads), default=clock.now())
    return public_feed(
        "boards/unanswered.atom", board=board, threads=threads, updated=updated, base=own_address.base_url()
    )
