"""Saying yes or no to looking after a board."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.foundation import database, ids
from fedconnect.moderation.boards import invitations
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

blueprint = Blueprint("boards/invitations", __name__)


@blueprint.get("/invitations/<invitation_id>")
def show(invitation_id: str) -> Response:
    """What looking after a board means, for whom it is asked of."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        asked, board = invitations.get_invitation(session, visit, ids.parse_id(invitation_id) or 0)
        return personal_page("boards/invitation.html", board=board, invitation=asked)


@blueprint.post("/invitations/<invitation_id>")
def respond(invitation_id: str) -> BaseResponse:
    """Say yes or no."""
    visit, accepts = current_visit.get_visit(), request.form.get("how") == "yes"
    with database.transaction() as session:
        board, accepted = invitations.respond(
            session, visit, ids.parse_id(invitation_id) or 0, accepts=accepts
        )
    return redirect(f"/boards/{board.slug}/care" if accepted else f"/boards/{board.slug}", 303)
