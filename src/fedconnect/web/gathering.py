"""The page on which a board's moderators tie hashtags and boost, by hand, what was gathered."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import grants
from fedconnect.accounts.permissions import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.federation import hashtags
from fedconnect.forum import boards
from fedconnect.forum.moderators import may_decide
from fedconnect.foundation import database, fetch, ids
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.moderation import care
from fedconnect.moderation.mandate import Mandate
from fedconnect.web import visitors

gathering = Blueprint("gathering", __name__)
_PATIENCE_S = 15.0
_SAID = {
    "boost": "a gathered post was boosted", "leave": "a gathered post was left", "untie": "gathers a hashtag no more",
}  # fmt: skip


@gathering.get("/boards/<slug>/gathered")
def overview(slug: str) -> Response:
    """What is gathered for a board, for its moderators."""
    visit = visitors.get_visit()
    with database.reading() as session:
        board = _board_of(session, visit, slug)
        tags, found = hashtags.list_tags(session, board), hashtags.list_found(session, board)
    answer = make_response(
        render_template("gathered.html", board=board, tags=tags, found=found, most=hashtags.MOST_TAGS)
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@gathering.post("/boards/<slug>/gathered")
def tie(slug: str) -> BaseResponse:
    """Gather a hashtag with one's own token; asked for that permission first."""
    visit = visitors.get_visit()
    with database.transaction() as session:
        board = _board_of(session, visit, slug)
        if Permission.GATHER not in grants.permissions_of(session, visit):
            raise grants.PermissionNeeded(Permission.GATHER)
        tag = request.form.get("tag", "")[:100]
        hashtags.tie(session, board, visit.reader_id, tag)
        care.note_setting(session, _mandate(session, visit, board), f"gathers {tag}")
    return redirect(f"/boards/{slug}/gathered", 303)


@gathering.post("/boards/<slug>/gathered/<number>/<any(boost, leave, untie):deed>")
def decide(slug: str, number: str, deed: str) -> BaseResponse:
    """Boost or leave out what was found, or end a hashtag."""
    visit = visitors.get_visit()
    wanted = ids.parse_id(number) or 0
    with database.reading() as session:
        board = _board_of(session, visit, slug)
    if deed == "boost":
        with outbound_slot(), fetch.at_most(_PATIENCE_S):
            hashtags.boost(board.id, wanted)
    with database.transaction() as session:
        board = session.get_one(Board, board.id)
        if deed != "boost":
            change = hashtags.leave_out if deed == "leave" else hashtags.untie
            change(session, board, wanted)
        care.note_setting(session, _mandate(session, visit, board), _SAID[deed])
    return redirect("/moderation" if request.args.get("back") == "list" else f"/boards/{slug}/gathered", 303)


def _mandate(session: Session, visit: Visit, board: Board) -> Mandate:
    return Mandate(board, session.get_one(Person, visit.person_id), "Decided by hand.", care.BY_TEAM)


def _board_of(session: Session, visit: Visit, slug: str) -> Board:
    board = boards.get_board(session, slug)
    if not may_decide(session, board, session.get_one(Person, visit.person_id)):
        raise NotFound("not a moderator of this board")
    return board
