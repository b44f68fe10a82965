"""What was decided on boards, for anybody: pages and feeds."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from fedconnect.forum import boards
from fedconnect.foundation import clock, database, own_address
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.moderation.decisions import public_log
from fedconnect.web import current_visit
from fedconnect.web.pagination import page_number
from fedconnect.web.responses import as_atom, plain_page

blueprint = Blueprint("boards/log", __name__)
_asked = RateLimit("searches of the public log", 60, 300)


@blueprint.get("/log")
def everywhere() -> Response:
    """What was decided on any board."""
    return _log(None)


@blueprint.get("/boards/<slug>/log")
def on_board(slug: str) -> Response:
    """What was decided on a board."""
    return _log(slug)


@blueprint.get("/log.atom")
def everywhere_atom() -> Response:
    """The same as a feed."""
    return _atom(None)


@blueprint.get("/boards/<slug>/log.atom")
def on_board_atom(slug: str) -> Response:
    """The same as a feed."""
    return _atom(slug)


def _log(slug: str | None) -> Response:
    words = request.args.get("q", "")[:200]
    if words:
        visit = current_visit.find_visit()
        current_visit.check_rate_limit(
            _asked, str(visit.reader_id) if visit else current_visit.client_address()
        )
    with database.read_transaction() as session:
        board = boards.get_any_board(session, slug) if slug is not None else None
        shown = public_log.list_decisions(session, board, words, page_number())
    return plain_page("boards/log.html", board=board, shown=shown, words=words)


def _atom(slug: str | None) -> Response:
    with database.read_transaction() as session:
        board = boards.get_any_board(session, slug) if slug is not None else None
        shown = public_log.list_decisions(session, board)
    where = f"/boards/{slug}" if slug is not None else ""
    updated = shown.lines[0].at if shown.lines else clock.now()
    response = make_response(
        render_template(
            "boards/log.atom",
            board=board,
            lines=shown.lines,
            base=own_address.base_url(),
            where=where,
            updated=updated,
        )
    )
    return as_atom(response)
