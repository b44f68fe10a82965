"""Somebody's posts on one page. Newest first, nothing counted."""

from __future__ import annotations

from flask import Blueprint, Response

from fedconnect.forum import person_pages, search
from fedconnect.forum.search import Question
from fedconnect.foundation import database
from fedconnect.foundation.errors import NotFound
from fedconnect.web import viewer_context
from fedconnect.web.pagination import page_number
from fedconnect.web.search.query import ask, read_handle
from fedconnect.web.search.results import results_feed, results_page

blueprint = Blueprint("search/posts_of_person", __name__)


@blueprint.get("/people/<handle>")
def show(handle: str) -> Response:
    """Somebody's public posts on these boards, if they let themselves be found."""
    handle = read_handle(handle)
    with database.read_transaction() as session:
        viewer = viewer_context.load(session)
        shown = person_pages.get_person(session, handle)
        found, has_more = ask(session, Question(person=shown.handle)) if shown.is_open else ([], False)
    response = results_page(
        "search/posts_of_person.html", person=shown, found=found, page=page_number(), has_more=has_more,
        is_muted=viewer.mutes.against_person(shown.handle),
    )  # fmt: skip
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/people/<handle>/feed.atom")
def feed(handle: str) -> Response:
    """Somebody's newest public posts on these boards. Ref: RFC 4287."""
    handle = read_handle(handle)
    with database.read_transaction() as session:
        shown = person_pages.get_person(session, handle)
        if not shown.is_open:
            raise NotFound("asks not to be gathered")
        found, _ = search.search(session, Question(person=shown.handle))
    path = f"/people/{shown.handle}"
    return results_feed(shown.author.name, path, path + "/feed.atom", found, is_about_one=True)
