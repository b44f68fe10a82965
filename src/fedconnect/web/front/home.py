"""The front page: boards, what is waiting for an answer, and what is new; for readers their own feed."""

from __future__ import annotations

from flask import Blueprint, Response, request

from fedconnect.forum import board_lines, thread_lists, unanswered
from fedconnect.foundation import database
from fedconnect.web import view_tracking, viewer_context
from fedconnect.web.front import home_feed
from fedconnect.web.pagination import page_number
from fedconnect.web.responses import public_page

blueprint = Blueprint("front/home", __name__)


@blueprint.get("/")
def home() -> Response:
    """A reader's own feed; for whoever has none, or chooses boards, what waits for a reply, boards, and what is new."""
    is_choosing = request.args.get("choose") == "boards"
    with database.read_transaction() as session:
        viewer = viewer_context.load(session)
        has_feed = viewer.visit is not None and not is_choosing
        own = home_feed.build_home_feed(session, viewer, page_number()) if has_feed else None
        lines = [] if own else board_lines.list_board_lines(session)
        me = viewer.visit.handle if viewer.visit is not None else ""
        waiting = [] if own else unanswered.list_unanswered(session, reader=me).threads
        quietest = [one for one in waiting if one.author_handle != me][:3]
        latest = [] if own else thread_lists.list_latest(session)
        shown = {line.id: line for line in viewer.apply(session, [*quietest, *latest])}
    if own is not None and viewer.visit is not None:
        view_tracking.note_passed_on(viewer.visit.reader_id, own.passed_on)
    return public_page(
        "front/home.html",
        boards=[one for one in lines if not one.is_local_only],
        here=[one for one in lines if one.is_local_only],
        waiting=[shown[line.id] for line in quietest if line.id in shown],
        threads=[shown[line.id] for line in latest if line.id in shown],
        own=own,
    )
