"""The posts that a reader keeps."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.forum import bookmarks
from fedconnect.foundation import database
from fedconnect.web import current_visit
from fedconnect.web.responses import plain_page

blueprint = Blueprint("you/bookmarks", __name__)


@blueprint.get("/you/saved")
def show() -> Response:
    """The posts that a reader keeps."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        lines = bookmarks.list_bookmarks(session, visit.reader_id)
    return plain_page("you/bookmarks.html", lines=lines)
