"""Who looks after a board: somebody is asked, named a deputy, or steps back."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import boards
from fedconnect.foundation import database, ids
from fedconnect.moderation.boards import invitations, team
from fedconnect.moderation.boards.team import TeamChange
from fedconnect.web.boards.moderator_changes import changing_visit, given_reason

blueprint = Blueprint("boards/team", __name__)


@blueprint.post("/boards/<slug>/team")
def ask(slug: str) -> BaseResponse:
    """Ask somebody to look after the board, or hand it over to them."""
    visit = changing_visit()
    changing_visit()  # somebody else's server is asked for it, so it counts twice
    invitations.ask_by_handle(
        visit, slug, request.form.get("handle", "").strip()[:400], request.form.get("words", ""), given_reason(),
        is_handover=request.form.get("how") == "handover",
    )  # fmt: skip
    return redirect(f"/boards/{slug}/care", 303)


@blueprint.post("/boards/<slug>/team/<person_id>/<any(deputy, undeputy, dismiss):action>")
def change(slug: str, person_id: str, action: str) -> BaseResponse:
    """Name a deputy, or end somebody's part; one's own ends by stepping back."""
    visit = changing_visit()
    with database.transaction() as session:
        context = team.get_context(session, visit, boards.get_any_board(session, slug), given_reason())
        team.change_team(session, context, ids.parse_id(person_id) or 0, TeamChange(action))
    return redirect(f"/boards/{slug}", 303)
