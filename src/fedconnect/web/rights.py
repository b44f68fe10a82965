"""Everything that we keep about a reader, to take along; and to be forgotten."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, make_response, redirect, request
from sqlalchemy import select
from werkzeug.wrappers import Response as BaseResponse

from fedconnect.accounts import grants
from fedconnect.accounts.client import HomeRefused
from fedconnect.accounts.permissions import Permission
from fedconnect.federation import marking
from fedconnect.forum import search
from fedconnect.foundation import database, fetch
from fedconnect.foundation.counts import RateLimit
from fedconnect.foundation.errors import FedConnectError, Malformed
from fedconnect.foundation.outbound_slots import outbound_slot
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation import rights
from fedconnect.web import visitors
from fedconnect.web.headers import personal_page

your_rights = Blueprint("rights", __name__, url_prefix="/you")
_exports = RateLimit("exports of a reader", 5, 86_400)
_AT_HOME_AT_ONCE = 30  # home servers let an account delete so many in half an hour
_PATIENCE_S = 20.0
_AT_HOME_S = 40.0  # for all of them together: being forgotten here does not wait for a server that is slow


@your_rights.post("/export")
def export() -> Response:
    """Return everything as a file, to whoever is signed in as the one it is about; no link to it is left anywhere."""
    visit = visitors.get_visit()
    visitors.limit(_exports, str(visit.reader_id))
    with database.reading() as session:
        text = rights.as_json(rights.export(session, session.get_one(Person, visit.person_id)))
    answer = make_response(text)
    answer.content_type = "application/json; charset=utf-8"
    answer.headers["Content-Disposition"] = 'attachment; filename="fedconnect.json"'
    return answer


@your_rights.route("/erase", methods=["GET", "POST"])
def erase() -> BaseResponse:
    """Forget a reader, after asking once; their posts at home go too where they want that and permit it."""
    visit = visitors.get_visit()
    with database.reading() as session:
        permitted = Permission.WRITE in grants.permissions_of(session, visit)
    if request.method == "GET":
        return _page(permitted=permitted)
    if request.form.get("handle", "").strip().removeprefix("@") != visit.handle.removeprefix("@"):
        raise Malformed("handle", safe="Please type your handle as it stands above; nothing was deleted.")
    if permitted and "at_home" in request.form:
        _delete_at_home(visit.person_id)
    grants.withdraw(visit.reader_id)
    with suppress(FedConnectError), outbound_slot(), fetch.at_most(_PATIENCE_S):
        grants.give_back_all(visit.reader_id)
    with database.transaction() as session:
        rights.erase(session, session.get_one(Person, visit.person_id))
    search.leave_no_trace()
    answer = redirect("/", 303)
    visitors.forget_session(answer)
    return answer


def _delete_at_home(person_id: int) -> None:
    """Delete a reader's posts on their own server, the latest first; what it does not delete now they delete there."""
    visit = visitors.get_visit()
    with database.reading() as session:
        own = select(Post).where(Post.person_id == person_id, Post.state != PostState.DELETED)
        posts = session.execute(own.order_by(Post.published.desc()).limit(_AT_HOME_AT_ONCE)).scalars().all()
    with suppress(FedConnectError), outbound_slot(), fetch.at_most(_AT_HOME_S):
        for post in posts:
            with suppress(HomeRefused):  # one that it does not know keeps none of the others
                marking.delete(visit, post)


def _page(**facts: Any) -> Response:
    return personal_page("erase.html", most=_AT_HOME_AT_ONCE, **facts)
