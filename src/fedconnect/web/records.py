"""What anybody may know of how boards are looked after: the log, a year in figures, the rules, where help is."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template, request

from fedconnect.activitypub import own_keys
from fedconnect.forum import boards
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import NotFound
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.moderation import help_lines, wording
from fedconnect.moderation.boards import board_rules, team
from fedconnect.moderation.decisions import appeals, public_log
from fedconnect.web import current_visit
from fedconnect.web.pagination import page_number

records = Blueprint("records", __name__)
_asked = RateLimit("searches of the public log", 60, 300)


@records.get("/log")
def everywhere() -> Response:
    """What was decided on any board."""
    return _log(None)


@records.get("/boards/<slug>/log")
def on_board(slug: str) -> Response:
    """What was decided on a board."""
    return _log(slug)


@records.get("/log.atom")
def everywhere_atom() -> Response:
    """The same as a feed."""
    return _atom(None)


@records.get("/boards/<slug>/log.atom")
def on_board_atom(slug: str) -> Response:
    """The same as a feed."""
    return _atom(slug)


@records.get("/transparency")
def transparency() -> Response:
    """A year of decisions, and what came of appeals."""
    with database.read_transaction() as session:
        everything = boards.list_every_board(session)
        figures = public_log.measure(session)
        each = appeals.who_hears_each(session, everything)
        hears = [(board, each[board.id]) for board in everything]
    return _page("moderation/transparency.html", figures=figures, hears=hears)


@records.get("/boards/<slug>/rules")
def rules(slug: str) -> Response:
    """What a board asks of those who write on it, in the version in force or an earlier one."""
    wanted = request.args.get("version", "")
    with database.read_transaction() as session:
        board = boards.get_any_board(session, slug)
        shown = board_rules.current(session, board)
        if wanted:
            if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 7):
                raise NotFound("no version")
            shown = board_rules.get_version(session, board, int(wanted))
        versions = board_rules.list_versions(session, board)
        hears = appeals.who_hears(session, board)
        looks_after = team.looks_after(session, current_visit.find_visit(), board)
    return _page(
        "boards/rules.html",
        board=board,
        shown=shown,
        rules=board_rules.rules_of(shown),
        versions=versions,
        hears=hears,
        looks_after=looks_after,
        written_in=wording.language_of(board),
        host=own_keys.host(),
    )


@records.get("/help-now")
def help_now() -> Response:
    """Where people find help at once."""
    return _page("front/help_now.html", countries=help_lines.list_help())


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
    return _page("boards/log.html", board=board, shown=shown, words=words)


def _atom(slug: str | None) -> Response:
    with database.read_transaction() as session:
        board = boards.get_any_board(session, slug) if slug is not None else None
        shown = public_log.list_decisions(session, board)
    where = f"/boards/{slug}" if slug is not None else ""
    updated = shown.lines[0].at if shown.lines else clock.now()
    answer = make_response(
        render_template(
            "boards/log.atom",
            board=board,
            lines=shown.lines,
            base=own_keys.base_url(),
            where=where,
            updated=updated,
        )
    )
    answer.content_type = "application/atom+xml; charset=utf-8"
    return answer


def _page(template: str, **facts: object) -> Response:
    return make_response(render_template(template, **facts))
