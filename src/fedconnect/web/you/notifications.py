"""What a reader is told."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.accounts import web_push
from fedconnect.forum import mutes, notifications
from fedconnect.foundation import database
from fedconnect.web import current_visit
from fedconnect.web.responses import plain_page

blueprint = Blueprint("you/notifications", __name__)


@blueprint.get("/you/news")
def show() -> Response:
    """What a reader is told; looking at it is reading it."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        lines = notifications.list_notifications(
            session, visit.reader_id, visit.person_id, visit.handle,
            mutes.mutes_of(session, visit.reader_id),
        )  # fmt: skip
    if visit.has_news:  # also of somebody whom they hide
        with database.transaction() as session:
            notifications.mark_read(session, visit.person_id)
    return plain_page("you/notifications.html", lines=lines, push_key=web_push.application_key())
