"""How a board is run, for those who look after it; and saying yes or no to doing so."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.forum import boards, moderators
from fedconnect.foundation import database, ids
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.models.screening import RuleKind
from fedconnect.moderation.boards import board_rules, board_settings, invitations, team
from fedconnect.moderation.boards.board_settings import Settings
from fedconnect.moderation.boards.team import TeamChange
from fedconnect.moderation.screening import rule_matching, screening_rules
from fedconnect.web import current_visit
from fedconnect.web.responses import personal_page

looking_after = Blueprint("looking_after", __name__)
_changes = RateLimit("changes of a moderator to boards", 60, 3600)


@looking_after.get("/boards/<slug>/care")
def overview(slug: str) -> Response:
    """How a board is run."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        board, _ = team.get_looked_after(session, visit, slug)
        looking = moderators.list_moderators(session, board)
        deputies = {one.id for one in moderators.list_deputies(session, board)}
        shown = board_rules.current(session, board)
        screens = screening_rules.list_rules(session, board.id)
        return personal_page(
            "boards/settings.html",
            board=board,
            settings=board_settings.settings_of(board),
            team=looking,
            deputies=deputies,
            board_rules=shown,
            screens=screens,
            kinds=list(RuleKind),
        )


@looking_after.post("/boards/<slug>/care")
def change(slug: str) -> BaseResponse:
    """Change how a board is run."""
    current_visit.get_visit()
    wanted = Settings(
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
    visit = _changing()
    with database.transaction() as session:
        board = boards.get_any_board(session, slug)
        board_settings.change_settings(session, team.get_mandate(session, visit, board, _reason()), wanted)
    return redirect(f"/boards/{slug}/care", 303)


@looking_after.post("/boards/<slug>/rules")
def write_rules(slug: str) -> BaseResponse:
    """Put a new version of the rules and the welcome in force."""
    visit = _changing()
    rules, welcome = request.form.get("rules", "")[:5000], request.form.get("welcome", "")[:5000]
    with database.transaction() as session:
        context = team.get_mandate(session, visit, boards.get_any_board(session, slug), _reason())
        board_rules.write(session, context, rules.replace("\r\n", "\n"), welcome)
    return redirect(f"/boards/{slug}/rules", 303)


@looking_after.post("/boards/<slug>/screening")
def screen(slug: str) -> BaseResponse:
    """Try a screening rule on the last thirty days, put it in force, or end one."""
    visit = _changing()
    how = request.form.get("how", "try")
    with database.transaction() as session:
        context = team.get_mandate(session, visit, boards.get_any_board(session, slug), _reason())
        if how == "end":
            screening_rules.end(session, context, ids.parse_id(request.form.get("rule", "")) or 0)
            return redirect(f"/boards/{slug}/care", 303)
        rule = rule_matching.check_rule(request.form.get("kind", ""), request.form.get("value", "")[:4000])
        if how == "force":
            screening_rules.put_in_force(session, context, rule)
            return redirect(f"/boards/{slug}/care", 303)
        trial = screening_rules.try_rule(session, context.board, rule)
        return personal_page("boards/screening_trial.html", board=context.board, trial=trial)


@looking_after.post("/boards/<slug>/team")
def ask(slug: str) -> BaseResponse:
    """Ask somebody to look after the board, or hand it over to them."""
    visit = _changing()
    _changing()  # somebody else's server is asked for it, so it counts twice
    invitations.ask_by_handle(
        visit, slug, request.form.get("handle", "").strip()[:400], request.form.get("words", ""), _reason(),
        is_handover=request.form.get("how") == "handover",
    )  # fmt: skip
    return redirect(f"/boards/{slug}/care", 303)


@looking_after.post("/boards/<slug>/team/<person_id>/<any(deputy, undeputy, dismiss):deed>")
def change_team(slug: str, person_id: str, deed: str) -> BaseResponse:
    """Name a deputy, or end somebody's part; one's own ends by stepping back."""
    visit = _changing()
    with database.transaction() as session:
        context = team.get_mandate(session, visit, boards.get_any_board(session, slug), _reason())
        team.change_team(session, context, ids.parse_id(person_id) or 0, TeamChange(deed))
    return redirect(f"/boards/{slug}", 303)


@looking_after.get("/invitations/<invitation_id>")
def invitation(invitation_id: str) -> Response:
    """What looking after a board means, for whom it is asked of."""
    visit = current_visit.get_visit()
    with database.read_transaction() as session:
        asked, board = invitations.get_invitation(session, visit, ids.parse_id(invitation_id) or 0)
        return personal_page("boards/invitation.html", board=board, invitation=asked)


@looking_after.post("/invitations/<invitation_id>")
def answer(invitation_id: str) -> BaseResponse:
    """Say yes or no."""
    visit, accepts = current_visit.get_visit(), request.form.get("how") == "yes"
    with database.transaction() as session:
        board, accepted = invitations.answer(
            session, visit, ids.parse_id(invitation_id) or 0, accepts=accepts
        )
    return redirect(f"/boards/{board.slug}/care" if accepted else f"/boards/{board.slug}", 303)


def _changing() -> Visit:
    """Return who wants to change something, which counts."""
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_changes, str(visit.reader_id))
    return visit


def _reason() -> str:
    return request.form.get("reason", "")


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise Malformed(name, safe="Please fill in whole numbers.")
    return int(text)
