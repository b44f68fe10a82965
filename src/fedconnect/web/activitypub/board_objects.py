"""What a board itself said and permits, by ids: announcements, stamps, the collections of a conversation."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.activitypub import strict_json
from fedconnect.federation import render
from fedconnect.federation.outbound import quote_approvals
from fedconnect.forum import boards, thread_collections, thread_pages
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.web.authorized_fetch import check_reader
from fedconnect.web.negotiation import activity_json
from fedconnect.web.pagination import page_number
from fedconnect.web.path_ids import read_id

blueprint = Blueprint("activitypub/board_objects", __name__)
blueprint.before_request(check_reader)


@blueprint.get("/boards/<slug>/announces/<name>")
def announce(slug: str, name: str) -> BaseResponse:
    """A board's announcement of a thread, by its id."""
    thread_id, _, nth = name.partition("-")
    undone = read_id(nth) - 1 if nth else 0
    if nth and undone < 1:
        raise NotFound("the first has no number")
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        document = thread_collections.find_announcement(
            session, render.announce_uri(board, read_id(thread_id), undone)
        )
    if document is None:
        raise NotFound("no such announcement")
    return activity_json(strict_json.loads(document.encode()))


@blueprint.get("/boards/<slug>/stamps/<stamp_id>")
def stamp(slug: str, stamp_id: str) -> BaseResponse:
    """Leave to quote a note of the board's own. Ref: FEP-044f."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        return activity_json(
            render.stamp(board, quote_approvals.get_stamp(session, board, read_id(stamp_id)))
        )


@blueprint.get("/boards/<slug>/threads/<thread_id>/context")
def context(slug: str, thread_id: str) -> BaseResponse:
    """A thread's whole conversation as ids. Ref: FEP-7888 and FEP-f228."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        thread = thread_pages.get_thread(session, board, read_id(thread_id))
        uri = render.context_uri(board, thread.id)
        if "page" not in request.args:
            document = render.paged_collection(uri)
            document["attributedTo"] = boards.board_uri(slug)
            return activity_json(document)
        page = page_number()
        items, more = thread_collections.list_context(session, board, thread, page)
    return activity_json(render.collection_page(uri, page, items, more=more))


@blueprint.get("/boards/<slug>/posts/<post_id>/replies")
def replies(slug: str, post_id: str) -> BaseResponse:
    """The answers to a note of the board's own. Ref: ActivityPub §5 (replies), FEP-7458."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        _, post = thread_collections.get_own_post(session, board, read_id(post_id))
        answers = thread_collections.list_replies(session, board, post)
    return activity_json(render.collection(post.uri + "/replies", answers))
