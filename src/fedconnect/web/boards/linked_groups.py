"""A board's sisters: a group elsewhere is asked, asked again, or left."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.forum import boards
from fedconnect.foundation import database, ids
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.moderation.boards import linked_groups, team
from fedconnect.web import current_visit
from fedconnect.web.boards import settings
from fedconnect.web.boards.moderator_changes import changing_visit, given_reason
from fedconnect.web.languages import say

blueprint = Blueprint("boards/linked_groups", __name__)
_look_ups = RateLimit("sister boards that a moderator looks up", 20, 3600)


@blueprint.post("/boards/<slug>/sisters")
def ask(slug: str) -> BaseResponse:
    """Ask a group elsewhere to let the board follow it; what cannot be asked stays in its field, with why."""
    visit = changing_visit()
    current_visit.check_rate_limit(_look_ups, str(visit.reader_id))
    typed = request.form.get("handle", "").strip()[:400]
    try:
        linked_groups.ask_by_handle(visit, slug, typed, given_reason())
    except Malformed as error:
        return settings.care_page(visit, slug, sister=typed, problem=say(error.sentence))
    return _redirect(slug)


@blueprint.post("/boards/<slug>/sisters/<person_id>/<any(ask, leave):action>")
def change(slug: str, person_id: str, action: str) -> BaseResponse:
    """Ask a sister that has not answered again, or leave one."""
    visit = changing_visit()
    deed = linked_groups.leave if action == "leave" else linked_groups.ask_again
    with database.transaction() as session:
        context = team.get_context(session, visit, boards.get_board(session, slug), given_reason())
        deed(session, context, ids.parse_id(person_id) or 0)
    return _redirect(slug)


def _redirect(slug: str) -> BaseResponse:
    return redirect(f"/boards/{slug}/care#sisters", 303)
