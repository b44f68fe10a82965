"""From here to the reader's own server: follow a board, open a post there, write to a board.

The way on is a link on a page of ours, never a redirect: people see where they are going.
"""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.activitypub import own_keys
from fedconnect.federation.home_servers import interaction_links
from fedconnect.federation.home_servers.interaction_links import Intent
from fedconnect.forum import boards, thread_pages
from fedconnect.foundation import database, ids
from fedconnect.foundation.errors import FedConnectError, NotFound
from fedconnect.models.board import Board
from fedconnect.web import current_visit
from fedconnect.web.authorized_fetch import check_reader
from fedconnect.web.languages import say
from fedconnect.web.negotiation import wants_activitypub

joining = Blueprint("joining", __name__)


@joining.route("/boards/<slug>/follow", methods=["GET", "POST"])
def follow(slug: str) -> Response:
    """Follow a board from one's own account."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
    return _answer(board, Intent.FOLLOW, boards.board_uri(slug), "")


@joining.route("/boards/<slug>/write", methods=["GET", "POST"])
def write(slug: str) -> Response:
    """Write to a board from one's own account."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
    return _answer(board, Intent.WRITE, f"\n\n@{slug}@{own_keys.host()}", "")


@joining.get("/boards/<slug>/threads/<thread_id>/<post_id>")
def post(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """The address of one post here: leads to its place in the thread, or to the post on its own server."""
    if wants_activitypub():
        check_reader()
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        thread, found = thread_pages.get_post_place(session, board, _number(post_id))
        if str(thread.id) != thread_id:
            raise NotFound("another thread's")
        if wants_activitypub():
            target = found.uri
        else:
            page = thread_pages.page_of_post(session, board, thread, found.id)
            query = f"?page={page}" if page > 1 else ""
            target = f"/boards/{slug}/threads/{thread.id}{query}#post-{found.id}"
    answer = redirect(target, 303)
    answer.headers["Vary"] = "Accept"
    answer.headers["Link"] = f'<{found.uri}>; rel="alternate"; type="application/activity+json"'
    return answer


@joining.route("/boards/<slug>/threads/<thread_id>/<post_id>/answer", methods=["GET", "POST"])
def answer(slug: str, thread_id: str, post_id: str) -> Response:
    """Open a post on one's own server, to answer or keep it there."""
    with database.read_transaction() as session:
        board = boards.get_board(session, slug)
        thread, found = thread_pages.get_post_place(session, board, _number(post_id))
        if str(thread.id) != thread_id:
            raise NotFound("another thread's")
        title = thread.title
    return _answer(board, Intent.OPEN, found.uri, title)


def _answer(board: Board, intent: Intent, subject: str, title: str) -> Response:
    typed = request.form.get("account", "")[:400] if request.method == "POST" else ""
    door, problem = None, ""
    if request.method == "POST":
        try:
            door = interaction_links.find_link(
                interaction_links.read_account(typed), intent, subject, current_visit.client_address()
            )
        except FedConnectError as error:
            problem = say(error.sentence)
    page = make_response(
        render_template(
            "remote_interaction.html", board=board, intent=intent.name.lower(), door=door, problem=problem, typed=typed,
            title=title, subject=subject, handle=f"@{board.slug}@{own_keys.host()}",
        ),
        422 if problem else 200,
    )  # fmt: skip
    page.headers["Cache-Control"] = "private, no-store" if request.method == "POST" else "public, max-age=30"
    page.headers["X-Robots-Tag"] = "noindex"
    return page


def _number(text: str) -> int:
    number = ids.parse_id(text)
    if number is None:
        raise NotFound("no id")
    return number
