"""The front page: boards, what is waiting for an answer, and what is new; for readers their own feed."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response

from fedconnect.forum import boards, thread_lists, unanswered
from fedconnect.foundation import database
from fedconnect.moderation import first_steps
from fedconnect.web import link_previews, view_tracking, viewer_context
from fedconnect.web.front import home_feed
from fedconnect.web.pagination import page_number
from fedconnect.web.responses import public_page

blueprint = Blueprint("front/home", __name__)


@blueprint.get("/")
def home() -> Response:
    """Boards, what is waiting for an answer, and what is new."""
    with database.read_transaction() as session:
        everything = [one for one in boards.list_every_board(session) if not one.is_archived]
        viewer = viewer_context.load(session)
        me = viewer.visit.handle if viewer.visit is not None else ""
        own = home_feed.build_home_feed(session, viewer, page_number()) if viewer.visit is not None else None
        waiting = [] if own else unanswered.list_unanswered(session, reader=me).threads
        quietest = [one for one in waiting if one.author_handle != me][:3]
        latest = [] if own else thread_lists.list_latest(session)
        steps: Sequence[first_steps.FirstStep] = ()
        if viewer.visit is not None and viewer.visit.looks_after:
            steps = first_steps.list_first_steps(session, viewer.visit.person_id)
        shown = {line.id: line for line in viewer.apply(session, [*quietest, *latest])}
    if own is not None and viewer.visit is not None:
        view_tracking.note_passed_on(viewer.visit.reader_id, own.passed_on)
    return public_page(
        "front/home.html",
        preview=link_previews.of_forum("/") if viewer.visit is None else None,
        boards=[one for one in everything if not one.is_local_only],
        here=[one for one in everything if one.is_local_only],
        waiting=[shown[line.id] for line in quietest if line.id in shown],
        threads=[shown[line.id] for line in latest if line.id in shown],
        own=own,
        steps=steps,
    )
