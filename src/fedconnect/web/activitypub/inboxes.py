"""POST to the shared inbox, a board's own, or a bot's: 202 once the activity is kept."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.federation.inbound import inbox
from fedconnect.forum.boards import get_board
from fedconnect.foundation import database
from fedconnect.foundation.errors import WrongMediaType
from fedconnect.web import current_visit
from fedconnect.web.activitypub.bots import get_bot
from fedconnect.web.authorized_fetch import signed_request

blueprint = Blueprint("activitypub/inboxes", __name__)
_TYPES = frozenset({"application/activity+json", "application/ld+json"})


@blueprint.post("/inbox")
def shared_inbox() -> Response:
    """Take an activity for any of our actors."""
    return _receive()


@blueprint.post("/boards/<slug>/inbox")
def board_inbox(slug: str) -> Response:
    """Take an activity for one board."""
    with database.read_transaction() as session:
        get_board(session, slug)
    return _receive()


@blueprint.post("/boards/<slug>/companion/inbox")
def companion_inbox(slug: str) -> BaseResponse:
    """Take an activity for a companion."""
    with database.read_transaction() as session:
        get_board(session, slug)
    return _receive()


@blueprint.post("/services/<name>/inbox")
def bot_inbox(name: str) -> BaseResponse:
    """Take an activity for a service."""
    with database.read_transaction() as session:
        get_bot(session, name)
    return _receive()


def _receive() -> Response:
    """Take in the request's activity: 202 once it is kept."""
    if request.mimetype not in _TYPES:
        raise WrongMediaType(request.mimetype)
    inbox.receive(signed_request(), current_visit.client_address())
    return current_app.response_class(status=202)
