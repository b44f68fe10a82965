"""An author says no to being brought to others, whether their posts may travel, and whom to keep away, by the link in the
board's note."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.listening import listeners
from fedconnect.surfacing.hearing import opt_outs, travel_consent
from fedconnect.web.responses import plain_page

blueprint = Blueprint("posts/opt_out", __name__)


@blueprint.route("/no/<code>", methods=["GET", "POST"])
def opt_out(code: str) -> BaseResponse:
    """Let an author say no by the link in the board's note, without signing in."""
    asker = opt_outs.read_link(code)
    if asker is None:
        raise NotFound("no such link")
    with database.read_transaction() as session:
        asked = opt_outs.find_asked(session, asker)
    if asked is None:
        raise NotFound("a board or person that is gone")
    board, person = asked
    if request.method == "POST":
        with database.transaction() as session:
            where = None if request.form.get("where") == "everywhere" else board.id
            how = request.form.get("how")
            if how in {"travel", "stay"}:
                travel_consent.answer(session, person.id, allows=how == "travel")
            elif how == "keep_away":
                listeners.keep_away(session, person.id, request.form.get("handle", ""))
            elif how == "allow":
                opt_outs.opt_in(session, person.id, board.id)
                opt_outs.opt_in(session, person.id)
            else:
                opt_outs.opt_out(session, person.id, where)
    with database.read_transaction() as session:
        here = opt_outs.has_opted_out(session, person.id, board.id)
        travels = travel_consent.lets_travel(session, person.id)
    response = plain_page(
        "posts/opt_out.html",
        board=board,
        code=code,
        refused=here,
        handle=person.handle,
        travels=travels,
        done=request.form.get("how", "") if request.method == "POST" else "",
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
