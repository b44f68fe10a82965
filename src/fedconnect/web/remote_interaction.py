"""From here to the reader's own server: follow a board, open a post there, write to a board.

The way on is a link on a page of ours, never a redirect: people see where they are going.
"""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from fedconnect.foundation import own_address
from fedconnect.foundation.errors import FedConnectError
from fedconnect.home_servers import interaction_links
from fedconnect.home_servers.interaction_links import Intent
from fedconnect.models.board import Board
from fedconnect.web import current_visit
from fedconnect.web.languages import say


def respond_with_link(board: Board, intent: Intent, subject: str, title: str = "") -> Response:
    """Ask where somebody lives, or return the page with the link to their own server."""
    typed = request.form.get("account", "")[:400] if request.method == "POST" else ""
    link, problem = None, ""
    if request.method == "POST":
        try:
            link = interaction_links.find_link(
                interaction_links.read_account(typed), intent, subject, current_visit.client_address()
            )
        except FedConnectError as error:
            problem = say(error.sentence)
    page = make_response(
        render_template(
            "remote_interaction.html", board=board, intent=intent.name.lower(), link=link, problem=problem, typed=typed,
            title=title, subject=subject, handle=f"@{board.slug}@{own_address.host()}",
        ),
        422 if problem else 200,
    )  # fmt: skip
    page.headers["Cache-Control"] = "private, no-store" if request.method == "POST" else "public, max-age=30"
    page.headers["X-Robots-Tag"] = "noindex"
    return page
