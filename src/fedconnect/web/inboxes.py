"""POST to the shared inbox or a board's own: 202 once the activity is kept."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.signatures import Request
from fedconnect.federation import inbox
from fedconnect.forum.boards import get_board
from fedconnect.foundation import database
from fedconnect.foundation.errors import WrongMediaType

inboxes = Blueprint("inboxes", __name__)
_TYPES = frozenset({"application/activity+json", "application/ld+json"})


@inboxes.post("/inbox")
def shared_inbox() -> Response:
    """Take an activity for any of our actors."""
    return _receive()


@inboxes.post("/boards/<slug>/inbox")
def board_inbox(slug: str) -> Response:
    """Take an activity for one board."""
    with database.reading() as session:
        get_board(session, slug)
    return _receive()


def _receive() -> Response:
    if request.mimetype not in _TYPES:
        raise WrongMediaType(request.mimetype)
    inbox.receive(
        Request(
            method=request.method,
            base_url=own_keys.base_url(),
            target=_target(),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.get_data(cache=False),
        )
    )
    return current_app.response_class(status=202)


def _target() -> str:
    """Return path and query exactly as they were sent, since that is what was signed."""
    raw = request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.full_path
    return str(raw).removesuffix("?")
