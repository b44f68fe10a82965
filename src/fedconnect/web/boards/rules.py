"""What a board asks of those who write on it: read by anybody, written by who looks after it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import boards
from fedconnect.foundation import database, own_address
from fedconnect.foundation.errors import NotFound
from fedconnect.moderation import wording
from fedconnect.moderation.boards import board_rules, team
from fedconnect.moderation.decisions import appeals
from fedconnect.web import current_visit
from fedconnect.web.boards.moderator_changes import changing_visit, given_reason
from fedconnect.web.responses import plain_page

blueprint = Blueprint("boards/rules", __name__)


@blueprint.get("/boards/<slug>/rules")
def show(slug: str) -> Response:
    """What a board asks of those who write on it, in the version in force or an earlier one."""
    wanted = request.args.get("version", "")
    with database.read_transaction() as session:
        board = boards.get_any_board(session, slug)
        shown = board_rules.current(session, board)
        if wanted:
            if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 7):
                raise NotFound("no version")
            shown = board_rules.get_version(session, board, int(wanted))
        versions = board_rules.list_versions(session, board)
        hears = appeals.who_hears(session, board)
        looks_after = team.looks_after(session, current_visit.find_visit(), board)
    return plain_page(
        "boards/rules.html",
        board=board,
        shown=shown,
        rules=board_rules.rules_of(shown),
        versions=versions,
        hears=hears,
        looks_after=looks_after,
        written_in=wording.language_of(board),
        host=own_address.host(),
    )


@blueprint.post("/boards/<slug>/rules")
def write(slug: str) -> BaseResponse:
    """Put a new version of the rules and the welcome in force."""
    visit = changing_visit()
    rules, welcome = request.form.get("rules", "")[:5000], request.form.get("welcome", "")[:5000]
    with database.transaction() as session:
        context = team.get_context(session, visit, boards.get_any_board(session, slug), given_reason())
        board_rules.write(session, context, rules.replace("\r\n", "\n"), welcome)
    return redirect(f"/boards/{slug}/rules", 303)
