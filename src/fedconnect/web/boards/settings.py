"""How a board is run, for those who look after it."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.forum import boards, moderators
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.models.screening_rule import RuleKind
from fedconnect.moderation.boards import board_rules, board_settings, linked_groups, team
from fedconnect.moderation.boards.board_settings import BoardSettings
from fedconnect.moderation.screening import screening_rules
from fedconnect.web import current_visit
from fedconnect.web.boards.moderator_changes import changing_visit, given_reason
from fedconnect.web.responses import personal_page

blueprint = Blueprint("boards/settings", __name__)


@blueprint.get("/boards/<slug>/care")
def show(slug: str) -> Response:
    """How a board is run."""
    return care_page(current_visit.get_visit(), slug)


def care_page(visit: Visit, slug: str, *, sister: str = "", problem: str = "") -> Response:
    """Return how a board is run; with a problem, beside the handle that was typed for a sister.

    Raises:
        NotFound: they do not look after it.
    """
    with database.read_transaction() as session:
        board, _ = team.get_looked_after(session, visit, slug)
        looking = moderators.list_team(session, board)
        shown = board_rules.current(session, board)
        screens = screening_rules.list_rules(session, board.id)
        return personal_page(
            "boards/settings.html",
            422 if problem else 200,
            board=board,
            settings=board_settings.settings_of(board),
            team=[one for one, _ in looking],
            deputies={one.id for one, is_deputy in looking if is_deputy},
            board_rules=shown,
            screens=screens,
            kinds=list(RuleKind),
            sisters=linked_groups.list_sisters(session, board),
            typed_sister=sister,
            problem=problem,
        )


@blueprint.post("/boards/<slug>/care")
def change(slug: str) -> BaseResponse:
    """Change how a board is run."""
    current_visit.get_visit()
    wanted = BoardSettings(
        open_from=_number("open_from"),
        open_to=_number("open_to"),
        zone=request.form.get("zone", "").strip()[:40],
        holds_after_hours=_number("holds_after_hours"),
        slow_minutes=_number("slow_minutes"),
        threads_a_stranger=_number("threads_a_stranger"),
        threads_a_server=_number("threads_a_server"),
        holds_first_posts="holds_first_posts" in request.form,
        wants_moderators="wants_moderators" in request.form,
        is_discreet="is_discreet" in request.form,
        takes_anonymous="takes_anonymous" in request.form,
    )
    visit = changing_visit()
    with database.transaction() as session:
        board = boards.get_any_board(session, slug)
        board_settings.change_settings(
            session, team.get_context(session, visit, board, given_reason()), wanted
        )
    return redirect(f"/boards/{slug}/care", 303)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise Malformed(name, safe="Please fill in whole numbers.")
    return int(text)
