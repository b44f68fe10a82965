"""How a board is run, for those who look after it; and saying yes or no to doing so."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.activitypub import remote_actors, webfinger
from fedconnect.forum import boards, moderators
from fedconnect.foundation import database, fetch, ids
from fedconnect.foundation.counts import RateLimit
from fedconnect.foundation.errors import FetchFailed, Malformed, NotFound
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.board import Board
from fedconnect.models.conduct import Invitation
from fedconnect.models.person import Person
from fedconnect.models.screening import RuleKind
from fedconnect.moderation import care, conduct, people, rulebook, screening
from fedconnect.moderation.care import BY_TEAM, Settings
from fedconnect.moderation.mandate import Mandate
from fedconnect.web import visitors
from fedconnect.web.headers import personal_page

looking_after = Blueprint("looking_after", __name__)
_changes = RateLimit("changes of a moderator to boards", 60, 3600)
_PATIENCE_S = 15.0


@looking_after.get("/boards/<slug>/care")
def overview(slug: str) -> Response:
    """How a board is run."""
    with database.reading() as session:
        board, _ = _board_of(session, slug)
        team = moderators.list_moderators(session, board)
        deputies = {one.id for one in moderators.list_deputies(session, board)}
        shown = conduct.current(session, board)
        screens = rulebook.list_rules(session, board.id)
        return personal_page(
            "care.html",
            board=board,
            settings=care.settings_of(board),
            team=team,
            deputies=deputies,
            conduct=shown,
            screens=screens,
            kinds=list(RuleKind),
        )


@looking_after.post("/boards/<slug>/care")
def change(slug: str) -> BaseResponse:
    """Change how a board is run."""
    visitors.get_visit()
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
        takes_unnamed="takes_unnamed" in request.form,
    )
    with database.transaction() as session:
        board, person = _board_of(session, slug)
        care.change_settings(session, _mandate(board, person), wanted)
    return redirect(f"/boards/{slug}/care", 303)


@looking_after.post("/boards/<slug>/rules")
def write_rules(slug: str) -> BaseResponse:
    """Put a new version of the rules and the welcome in force."""
    with database.transaction() as session:
        board, person = _board_of(session, slug)
        rules, welcome = request.form.get("rules", "")[:5000], request.form.get("welcome", "")[:5000]
        conduct.write(session, _mandate(board, person), rules.replace("\r\n", "\n"), welcome)
    return redirect(f"/boards/{slug}/rules", 303)


@looking_after.post("/boards/<slug>/screening")
def screen(slug: str) -> BaseResponse:
    """Try a screening rule on the last thirty days, put it in force, or end one."""
    visitors.get_visit()
    how = request.form.get("how", "try")
    with database.transaction() as session:
        board, person = _board_of(session, slug)
        if how == "end":
            rulebook.end(session, _mandate(board, person), ids.parse_id(request.form.get("rule", "")) or 0)
            return redirect(f"/boards/{slug}/care", 303)
        rule = screening.check_rule(request.form.get("kind", ""), request.form.get("value", "")[:4000])
        if how == "force":
            rulebook.put_in_force(session, _mandate(board, person), rule)
            return redirect(f"/boards/{slug}/care", 303)
        trial = rulebook.try_rule(session, board, rule)
        return personal_page("trial.html", board=board, trial=trial)


@looking_after.post("/boards/<slug>/team")
def ask(slug: str) -> BaseResponse:
    """Ask somebody to look after the board, or hand it over to them."""
    with database.reading() as session:
        _board_of(session, slug)
    handle = request.form.get("handle", "").strip()[:400]
    try:
        with outbound_slot(), fetch.at_most(_PATIENCE_S):
            account = webfinger.look_up(webfinger.parse_handle(handle))
            found = remote_actors.ensure_person(account.actor_uri)
    except FetchFailed as error:
        raise Malformed(error.detail, safe="That account could not be found. Is the handle whole?") from error
    with database.transaction() as session:
        board, person = _board_of(session, slug)
        asked = session.merge(found, load=False)
        is_handover = request.form.get("how") == "handover"
        words = request.form.get("words", "")
        care.invite(session, _mandate(board, person), asked, words, is_handover=is_handover)
    return redirect(f"/boards/{slug}/care", 303)


@looking_after.post("/boards/<slug>/team/<person_id>/<any(deputy, undeputy, dismiss):deed>")
def change_team(slug: str, person_id: str, deed: str) -> BaseResponse:
    """Name a deputy, or end somebody's part; one's own ends by stepping back."""
    with database.transaction() as session:
        board, person = _board_of(session, slug)
        other = session.get(Person, ids.parse_id(person_id) or 0)
        if other is None or not moderators.is_moderator(session, board, other):
            raise NotFound("nobody who looks after it")
        if deed != "dismiss":
            care.name_deputy(session, _mandate(board, person), other, is_deputy=deed == "deputy")
        elif other.id == person.id:
            care.step_back(session, board, person)
        else:
            people.dismiss(session, _mandate(board, person), other)
    return redirect(f"/boards/{slug}", 303)


@looking_after.get("/invitations/<invitation_id>")
def invitation(invitation_id: str) -> Response:
    """What looking after a board means, for whom it is asked of."""
    with database.reading() as session:
        asked, _ = _invitation(session, invitation_id)
        return personal_page(
            "invitation.html", board=session.get_one(Board, asked.board_id), invitation=asked
        )


@looking_after.post("/invitations/<invitation_id>")
def answer(invitation_id: str) -> BaseResponse:
    """Say yes or no."""
    with database.transaction() as session:
        asked, person = _invitation(session, invitation_id)
        slug = session.get_one(Board, asked.board_id).slug
        accepted = care.answer_invitation(session, asked, person, accepts=request.form.get("how") == "yes")
    return redirect(f"/boards/{slug}/care" if accepted else f"/boards/{slug}", 303)


def _board_of(session: Session, slug: str) -> tuple[Board, Person]:
    visit = visitors.get_visit()
    if request.method == "POST":
        visitors.limit(_changes, str(visit.reader_id))
    person = session.get_one(Person, visit.person_id)
    board = boards.get_any_board(session, slug)
    if not moderators.may_decide(session, board, person):
        raise NotFound("not a moderator of this board")
    return board, person


def _invitation(session: Session, number: str) -> tuple[Invitation, Person]:
    person = session.get_one(Person, visitors.get_visit().person_id)
    found = session.get(Invitation, ids.parse_id(number) or 0)
    if found is None or found.person_id != person.id:
        raise NotFound("no such invitation, or somebody else's")
    return found, person


def _mandate(board: Board, person: Person) -> Mandate:
    return Mandate(board, person, request.form.get("reason", "").strip() or "Changed by the team.", BY_TEAM)


def _number(name: str) -> int:
    text = request.form.get(name, "")
    if not (text.isascii() and text.isdigit() and len(text) <= 5):
        raise Malformed(name, safe="Please fill in whole numbers.")
    return int(text)
