"""POST to the shared inbox or a board's own: 202 once the activity is kept."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from fedconnect.federation.inbound import inbox
from fedconnect.forum.boards import get_board
from fedconnect.foundation import database
from fedconnect.foundation.errors import WrongMediaType
from fedconnect.web import current_visit
from fedconnect.web.authorized_fetch import signed_request

inboxes = Blueprint("inboxes", __name__)
_TYPES = frozenset({"application/activity+json", "application/ld+json"})


@inboxes.post("/inbox")
def shared_inbox() -> Response:
    """Take an activity for any of our actors."""
    return receive()


@inboxes.post("/boards/<slug>/inbox")
def board_inbox(slug: str) -> Response:
    """Take an activity for one board."""
    with database.read_transaction() as session:
        get_board(session, slug)
    return receive()


def receive() -> Response:
    """Take in the request's activity: 202 once it is kept."""
    if request.mimetype not in _TYPES:
        raise WrongMediaType(request.mimetype)
    inbox.receive(signed_request(), current_visit.client_address())
    return current_app.response_class(status=202)
