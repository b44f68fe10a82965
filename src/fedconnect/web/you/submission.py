"""How far something that one wrote has come."""

from __future__ import annotations

from flask import Blueprint, redirect
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.foundation import database
from fedconnect.home_servers import publishing
from fedconnect.models.submission import SubmissionState
from fedconnect.web import current_visit
from fedconnect.web.path_ids import read_id
from fedconnect.web.responses import personal_page

blueprint = Blueprint("you/submission", __name__)


@blueprint.get("/you/sent/<submission_id>")
def show(submission_id: str) -> BaseResponse:
    """How far something that one wrote has come."""
    visit = current_visit.get_visit()
    number = read_id(submission_id)
    with database.read_transaction() as session:
        shown = publishing.read_sent(session, visit, number)
    row, post, board = shown.submission, shown.post, shown.board
    if shown.differs:
        return personal_page("you/submission.html", submission=row, board=board, differs=True, post=post)
    if shown.waits:
        until = post.held_until if post is not None else None
        return personal_page(
            "you/submission.html", submission=row, board=board, waits=True, why=shown.why, until=until
        )
    if post is not None and row.state is SubmissionState.SEEN:
        return redirect(f"/boards/{board.slug}/threads/{post.thread_id}/{post.id}", 303)
    return personal_page("you/submission.html", submission=row, board=board)
