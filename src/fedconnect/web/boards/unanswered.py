"""Posts that nobody else has answered yet, on every board or on one."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.forum import boards, unanswered
from fedconnect.foundation import database, own_address
from fedconnect.web import viewer_context
from fedconnect.web.pagination import page_number
from fedconnect.web.responses import public_page

blueprint = Blueprint("boards/unanswered", __name__)


@blueprint.get("/quiet")
def everywhere() -> Response:
    """Posts of every board that nobody else has answered yet."""
    with database.read_transaction() as session:
        viewer = viewer_context.load(session)
        me = viewer.visit.handle if viewer.visit is not None else ""
        listed = unanswered.list_unanswered(session, reader=me, page=page_number())
        threads = viewer.apply(session, listed.threads)
    return public_page(
        "boards/unanswered.html", board=None, threads=threads, listed=listed, days=unanswered.WINDOW.days
    )


@blueprint.get("/boards/<slug>/quiet")
def on_board(slug: str) -> Response:
    """A board's posts that nobody else has answered yet."""
    with database.read_transaction() as session:
        found = boards.get_board(session, slug)
        viewer = viewer_context.load(session)
        me = viewer.visit.handle if viewer.visit is not None else ""
        listed = unanswered.list_unanswered(session, found, reader=me, page=page_number())
        threads = viewer.apply(session, listed.threads)
    return public_page(
        "boards/unanswered.html",
        board=found,
        threads=threads,
        listed=listed,
        days=unanswered.WINDOW.days,
        host=own_address.host(),
    )
