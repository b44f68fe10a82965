"""The fair hearing: what every post is promised, and what came of it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.federation.outbound import hashtag_questions
from fedconnect.forum import boards
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.listening import listeners
from fedconnect.moderation.boards import board_settings, team
from fedconnect.surfacing.hearing import public_record
from fedconnect.surfacing.parameters import in_force
from fedconnect.web import current_visit
from fedconnect.web.responses import plain_page

blueprint = Blueprint("boards/hearing", __name__)
_FLOORS, _HOURS, _BOOSTS = range(1, 51), range(12, 169), range(13)


@blueprint.get("/hearing")
def everywhere() -> Response:
    """What every post is promised here, and what came of it."""
    with database.read_transaction() as session:
        found = public_record.read_record(session)
    return plain_page(
        "boards/hearing.html",
        board=None,
        record=found,
        parameters=in_force(),
        formulas=public_record.formulas(found),
    )


@blueprint.get("/boards/<slug>/hearing")
def on_board(slug: str) -> Response:
    """What every post is promised on a board, and what came of it."""
    visit = current_visit.find_visit()
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        found = public_record.read_record(session, board)
        listens = listeners.find_listener(session, visit.person_id, board) if visit else None
        looks_after = team.looks_after(session, visit, board)
        is_heard = listeners.has_listeners(session, board)
        elsewhere = hashtag_questions.count_answered(session, board)
        known = listeners.list_listeners(session, board) if looks_after else ()
    return plain_page(
        "boards/hearing.html", board=board, record=found, parameters=in_force(),
        formulas=public_record.formulas(found), listens=listens,
        looks_after=looks_after, has_listeners=is_heard, known_listeners=known, answered_elsewhere=elsewhere,
    )  # fmt: skip


@blueprint.post("/boards/<slug>/hearing")
def change(slug: str) -> BaseResponse:
    """Let a moderator of the board set what each of its posts is promised."""
    visit = current_visit.get_visit()
    floor, hours = _number("floor", _FLOORS), _number("hours", _HOURS)
    boosts = _number("boosts", _BOOSTS)
    with database.transaction() as session:
        context = team.get_context(session, visit, boards.get_board(session, slug))
        board_settings.change_hearing(session, context, floor, hours, boosts)
    return redirect(f"/boards/{slug}/hearing", 303)


def _number(name: str, allowed: range) -> int:
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) in allowed):
        raise Malformed(
            name,
            safe="“%(name)s” wants a whole number from %(least)s to %(most)s.",
            name=name,
            least=allowed.start,
            most=allowed.stop - 1,
        )
    return int(text)
