"""The forum's boards, for its admins: made, named, dressed, put in order, archived."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts.sessions import Visit
from fedconnect.blocklists import instance_policies
from fedconnect.forum import boards
from fedconnect.forum.welcome_post import begin_board
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.moderation.boards import board_identity
from fedconnect.moderation.boards.board_identity import BoardIdentity
from fedconnect.site.tints import TINTS, tint_number
from fedconnect.web import current_visit
from fedconnect.web.languages import say
from fedconnect.web.moderation.instances import changing_visit
from fedconnect.web.responses import personal_page
from fedconnect.web.site.settings import uploaded

blueprint = Blueprint("site/boards", __name__)
_FIELDS = ("slug", "name", "summary", "language")


@blueprint.get("/admin/boards")
def show() -> Response:
    """Every board, in the order of lists, and a form for another."""
    return _list_page(current_visit.get_visit())


@blueprint.post("/admin/boards")
def create() -> BaseResponse:
    """Make a board with its welcome; with a problem, what was typed stays in the form."""
    visit = changing_visit()
    typed = {name: request.form.get(name, "").strip()[:4000] for name in _FIELDS}
    try:
        with database.transaction() as session:
            instance_policies.get_admin(session, visit)
            begin_board(
                session,
                typed["slug"],
                typed["name"],
                typed["summary"],
                typed["language"] or "en",
                is_local_only="stays_here" in request.form,
            )
    except Malformed as error:
        return _list_page(visit, typed=typed, problem=say(error.sentence))
    return redirect(f"/admin/boards/{typed['slug']}?made", 303)


@blueprint.get("/admin/boards/<slug>")
def edit(slug: str) -> Response:
    """One board: what it is called, and how it looks."""
    return _board_page(current_visit.get_visit(), slug)


@blueprint.post("/admin/boards/<slug>")
def change(slug: str) -> BaseResponse:
    """Take over what was set for one board."""
    visit = changing_visit()
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)  # before a picture is worked on
    wanted = BoardIdentity(
        request.form.get("name", "")[:400],
        request.form.get("summary", "")[:8000],
        request.form.get("language", "").strip(),
        _tint(),
    )
    try:
        picture = uploaded("picture")
        with database.transaction() as session:
            context = instance_policies.admin_context(session, visit, boards.get_any_board(session, slug))
            board_identity.change_identity(session, context, wanted)
            if picture is not None or "no_picture" in request.form:
                board_identity.change_picture(session, context, picture)
    except Malformed as error:
        return _board_page(visit, slug, typed=wanted, problem=say(error.sentence))
    return redirect(f"/admin/boards/{slug}?done", 303)


@blueprint.post("/admin/boards/<slug>/<any(up, down, archive, reopen):deed>")
def place(slug: str, deed: str) -> BaseResponse:
    """Move a board in the lists, archive it, or open it again."""
    visit = changing_visit()
    with database.transaction() as session:
        board = boards.get_any_board(session, slug)
        context = instance_policies.admin_context(session, visit, board)
        if deed in {"up", "down"}:
            board_identity.move_in_order(session, board, -1 if deed == "up" else 1)
        else:
            board_identity.archive(session, context, is_archived=deed == "archive")
    return redirect("/admin/boards" if deed in {"up", "down"} else f"/admin/boards/{slug}?done", 303)


def _tint() -> int | None:
    text = request.form.get("tint", "")
    if text and not (text.isascii() and text.isdigit() and len(text) == 1):
        raise Malformed("tint", safe="There are six colours: please choose one of them.")
    return int(text) if text else None


def _list_page(visit: Visit, *, typed: dict[str, str] | None = None, problem: str = "") -> Response:
    with database.read_transaction() as session:
        instance_policies.get_admin(session, visit)
        everything = boards.list_every_board(session)
    return personal_page(
        "site/boards.html", 422 if problem else 200, boards=everything, typed=typed or {}, problem=problem
    )


def _board_page(
    visit: Visit, slug: str, *, typed: BoardIdentity | None = None, problem: str = ""
) -> Response:
    with database.read_transaction() as session:
        board = _get(session, visit, slug)
    return personal_page(
        "site/board.html",
        422 if problem else 200,
        one=board,
        shown=typed or board_identity.identity_of(board),
        tints=TINTS,
        own_tint=tint_number(board),
        problem=problem,
        is_made="made" in request.args,
        is_done="done" in request.args,
    )


def _get(session: Session, visit: Visit, slug: str) -> Board:
    instance_policies.get_admin(session, visit)
    return boards.get_any_board(session, slug)
