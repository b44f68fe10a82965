"""Boards that do not federate: read and written here alone, by who is signed in."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import sessions
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import local_only, moderators, mutes
from fedconnect.forum.post_addresses import read_address
from fedconnect.foundation import database, ids
from fedconnect.foundation.rate_limit import RateLimit
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import PostState
from fedconnect.moderation import reporting
from fedconnect.moderation.boards import moderator_activity
from fedconnect.moderation.posts import local_boards
from fedconnect.moderation.posts.local_posts import submit_local_post
from fedconnect.moderation.reporting import read_severity
from fedconnect.web import current_visit
from fedconnect.web.pagination import page_number
from fedconnect.web.responses import personal_page

staying_here = Blueprint("staying", __name__, url_prefix="/here/<slug>")
_posts = RateLimit("posts of a reader that stay here", 30, 3600)
_reports = RateLimit("reports of a reader of posts that stay here", 10, 3600)


@staying_here.get("")
def board(slug: str) -> Response:
    """The conversations of a board."""
    with database.read_transaction() as session:
        visit, found, person = _enter(session, slug)
        threads, has_more = local_only.list_threads(
            session, found, mutes.mutes_of(session, visit.reader_id), page_number()
        )
        return personal_page(
            "local_boards/show.html",
            board=found,
            threads=threads,
            page=page_number(),
            has_more=has_more,
            unattended=moderator_activity.is_unattended(found),
            looks_after=moderators.may_decide(session, found, person),
            waits="waits" in request.args,
            longest=local_only.LONGEST,
        )


@staying_here.post("")
def start(slug: str) -> BaseResponse:
    """Begin a conversation; its first line is the title."""
    return _write(slug, None)


@staying_here.get("/<thread_id>")
def thread(slug: str, thread_id: str) -> Response:
    """A conversation."""
    number = ids.parse_id(thread_id) or 0
    with database.read_transaction() as session:
        visit, found, person = _enter(session, slug)
        posts = local_only.list_posts(
            session, found, number, mutes.mutes_of(session, visit.reader_id), visit.person_id
        )
        return personal_page(
            "local_boards/thread.html",
            board=found,
            title=posts[0].title,
            thread_id=number,
            posts=posts,
            is_open=local_only.is_open(session, number),
            looks_after=moderators.may_decide(session, found, person),
            waits="waits" in request.args,
            longest=local_only.LONGEST,
        )


@staying_here.post("/<thread_id>")
def answer(slug: str, thread_id: str) -> BaseResponse:
    """Answer in a conversation."""
    return _write(slug, ids.parse_id(thread_id) or 0)


@staying_here.post("/<thread_id>/<post_id>/delete")
def delete(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Delete a post of one's own: its words are gone from the database."""
    visit = current_visit.get_visit()
    with database.transaction() as session:
        post = local_boards.delete_own(session, visit, read_address(slug, thread_id, post_id))
    return redirect(f"/here/{slug}" if post.is_starter else f"/here/{slug}/{thread_id}", 303)


@staying_here.route("/<thread_id>/<post_id>/report", methods=["GET", "POST"])
def report(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Ask the board's moderators to look at a post; nobody else is told."""
    visit, address = current_visit.get_visit(), read_address(slug, thread_id, post_id)
    with database.read_transaction() as session:
        found, _, post = local_boards.get_post(session, visit, address)
    facts: dict[str, Any] = {
        "board": found,
        "back": f"/here/{slug}/{thread_id}",
        "excerpt": local_only.plain_text(post)[:280],
    }
    if request.method != "POST":
        return personal_page("posts/report.html", post=post, done=False, **facts)
    current_visit.check_rate_limit(_reports, str(visit.reader_id))
    words, said = request.form.get("words", ""), read_severity(request.form.get("harm", ""))
    with database.transaction() as session:
        reporting.report_local_post(session, visit, address, words, said)
    return personal_page("posts/report.html", post=post, done=True, problem="", **facts)


def _write(slug: str, thread_id: int | None) -> BaseResponse:
    visit = current_visit.get_visit()
    current_visit.check_rate_limit(_posts, str(visit.reader_id))
    with database.transaction() as session:
        found, person = local_only.get_board(session, slug), sessions.person_of(session, visit)
        post = submit_local_post(session, found, person, request.form.get("text", ""), thread_id)
        waits = "?waits=1" if post.state is PostState.HELD else ""
    return redirect(f"/here/{slug}/{post.thread_id}{waits}#post-{post.id}", 303)


def _enter(session: Session, slug: str) -> tuple[Visit, Board, Person]:
    """Return who is asking, and the board; whoever is not signed in is asked to, and learns nothing else.

    Raises:
        NotFound: no such board, or they are kept off.
    """
    visit = current_visit.get_visit()
    found, person = local_boards.enter(session, visit, slug)
    return visit, found, person
