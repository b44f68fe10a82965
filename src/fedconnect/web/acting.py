"""What a reader does with a post or a board: favourite, boost, save, delete, report, follow."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import grants
from fedconnect.accounts.permissions import Permission
from fedconnect.accounts.sessions import Visit
from fedconnect.activitypub import own_keys
from fedconnect.federation import marking
from fedconnect.forum import boards, keeping, reading
from fedconnect.foundation import database, fetch, html, ids
from fedconnect.foundation.counts import RateLimit
from fedconnect.foundation.errors import FedConnectError, NotFound
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.board import Board
from fedconnect.models.case import Harm
from fedconnect.models.person import Person
from fedconnect.models.post import MarkKind, Post
from fedconnect.moderation import cases
from fedconnect.surfacing import learning
from fedconnect.surfacing.learning import Deed
from fedconnect.web import visitors
from fedconnect.web.headers import personal_page
from fedconnect.web.languages import say

acting = Blueprint("acting", __name__)
_PATIENCE_S = 20.0
_HARMS = {"danger": Harm.DANGER, "hurt": Harm.HURT}
_deeds = RateLimit("deeds of a reader", 60, 300)
_reports = RateLimit("reports of a reader", 10, 3600)
_MARKS = {
    "favourite": (MarkKind.LIKE, True), "unfavourite": (MarkKind.LIKE, False),
    "boost": (MarkKind.BOOST, True), "unboost": (MarkKind.BOOST, False),
}  # fmt: skip


@acting.post(
    "/boards/<slug>/threads/<thread_id>/<post_id>/<any(favourite, unfavourite, boost, unboost):deed>"
)
def mark(slug: str, thread_id: str, post_id: str, deed: str) -> BaseResponse:
    """Favourite or boost through one's own server."""
    visit = _doer(Permission.MARK)
    _, post = _post(slug, thread_id, post_id)
    kind, on = _MARKS[deed]
    with outbound_slot(), fetch.at_most(_PATIENCE_S):
        marking.mark(visit, post, kind, on=on)
    if kind is MarkKind.BOOST and on:
        with database.transaction() as session:
            learning.learn_deed(session, visit.reader_id, post.id, Deed.BOOST)
    return _back(slug, thread_id, post_id)


@acting.post("/boards/<slug>/threads/<thread_id>/<post_id>/<any(save, unsave):deed>")
def save(slug: str, thread_id: str, post_id: str, deed: str) -> BaseResponse:
    """Keep a post for oneself; who permitted marks finds it among their bookmarks at home as well."""
    visit = _doer()
    _, post = _post(slug, thread_id, post_id)
    with database.transaction() as session:
        (keeping.save if deed == "save" else keeping.unsave)(session, visit.reader_id, post)
        if deed == "save":
            learning.learn_deed(session, visit.reader_id, post.id, Deed.SAVE)
        marks_too = Permission.MARK in grants.permissions_of(session, visit)
    if marks_too:
        with suppress(FedConnectError), outbound_slot(), fetch.at_most(_PATIENCE_S):
            marking.bookmark(visit, post, on=deed == "save")
    return _back(slug, thread_id, post_id)


@acting.route("/boards/<slug>/threads/<thread_id>/<post_id>/delete", methods=["GET", "POST"])
def delete(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Delete a post of one's own, after asking once."""
    visit = _doer(Permission.WRITE)
    board, post = _post(slug, thread_id, post_id)
    if post.person_id != visit.person_id:
        raise NotFound("somebody else's")
    if request.method == "GET":
        return personal_page("delete.html", board=board, post=post)
    with outbound_slot(), fetch.at_most(_PATIENCE_S):
        marking.delete(visit, post)
    return redirect(f"/boards/{slug}" if post.is_starter else f"/boards/{slug}/threads/{thread_id}", 303)


@acting.route("/boards/<slug>/threads/<thread_id>/<post_id>/report", methods=["GET", "POST"])
def report(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    """Ask the board's moderators to look at a post. It is kept here whatever the home server says."""
    visit = _doer()
    board, post = _post(slug, thread_id, post_id)
    if request.method == "GET":
        return personal_page("report.html", board=board, post=post, done=False)
    visitors.limit(_reports, str(visit.reader_id))
    words = html.plain_lines(request.form.get("words", ""), 1000)
    with database.transaction() as session:
        person = session.get_one(Person, visit.person_id)
        cases.report_post(
            session,
            session.merge(board),
            session.merge(post),
            person,
            words,
            "",
            _HARMS.get(request.form.get("harm", ""), Harm.RULES),
        )
    problem = ""
    if "pass_on" in request.form:
        try:
            with outbound_slot(), fetch.at_most(_PATIENCE_S):
                marking.pass_report_on(visit, post, words)
        except FedConnectError as error:
            problem = say(error.sentence)
    return personal_page("report.html", board=board, post=post, done=True, problem=problem)


@acting.post("/boards/<slug>/following")
def following(slug: str) -> BaseResponse:
    """Follow a board from one's own account, or on these pages alone; or end it."""
    how = request.form.get("how", "")
    visit = _doer(Permission.FOLLOW if how in {"home", "end_home"} else None)
    with database.reading() as session:
        board = boards.get_board(session, slug)
    if how in {"home", "end_home"}:
        with outbound_slot(), fetch.at_most(_PATIENCE_S):
            marking.follow(visit, f"@{slug}@{own_keys.host()}", on=how == "home")
    with database.transaction() as session:
        (keeping.follow_here if how == "here" else keeping.unfollow_here)(session, visit.reader_id, board)
    return redirect(f"/boards/{slug}", 303)


def _doer(permission: Permission | None = None) -> Visit:
    visit = visitors.find_visit()
    if visit is None:
        raise visitors.SignInNeeded("to act", wanted=(permission,) if permission else ())
    if request.method == "POST":
        visitors.limit(_deeds, str(visit.reader_id))
    return visit


def _post(slug: str, thread_id: str, post_id: str) -> tuple[Board, Post]:
    number = ids.parse_id(post_id)
    if number is None:
        raise NotFound("no id")
    with database.reading() as session:
        board = boards.get_board(session, slug)
        thread, post = reading.get_post_place(session, board, number)
        if str(thread.id) != thread_id:
            raise NotFound("another thread's")
    return board, post


def _back(slug: str, thread_id: str, post_id: str) -> BaseResponse:
    return redirect(f"/boards/{slug}/threads/{thread_id}/{post_id}", 303)
