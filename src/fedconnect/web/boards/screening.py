"""A board's screening rules: tried on what was written lately, put in force, ended."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import boards
from fedconnect.foundation import database, ids
from fedconnect.moderation.boards import team
from fedconnect.moderation.screening import rule_matching, screening_rules
from fedconnect.web.boards.moderator_changes import changing_visit, given_reason
from fedconnect.web.responses import personal_page

blueprint = Blueprint("boards/screening", __name__)


@blueprint.post("/boards/<slug>/screening")
def screen(slug: str) -> BaseResponse:
    """Try a screening rule on the last thirty days, put it in force, or end one."""
    visit = changing_visit()
    how = request.form.get("how", "try")
    with database.transaction() as session:
        context = team.get_context(session, visit, boards.get_any_board(session, slug), given_reason())
        if how == "end":
            screening_rules.end(session, context, ids.parse_id(request.form.get("rule", "")) or 0)
            return redirect(f"/boards/{slug}/care", 303)
        rule = rule_matching.check_rule(request.form.get("kind", ""), request.form.get("value", "")[:4000])
        if how == "force":
            screening_rules.put_in_force(session, context, rule)
            return redirect(f"/boards/{slug}/care", 303)
        trial = screening_rules.try_rule(session, context.board, rule)
        return personal_page("boards/screening_trial.html", board=context.board, trial=trial)
