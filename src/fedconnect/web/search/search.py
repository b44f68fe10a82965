"""Search. Newest first, nothing counted."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response

from fedconnect.forum import boards
from fedconnect.forum.lists_without_authors import names_hidden
from fedconnect.foundation import database
from fedconnect.foundation.errors import Malformed
from fedconnect.web import viewer_context
from fedconnect.web.pagination import page_number
from fedconnect.web.search.query import ask, query, read_question
from fedconnect.web.search.results import results_feed, results_page

blueprint = Blueprint("search/search", __name__)


@blueprint.get("/search")
def show() -> Response:
    """Find posts by words, board, person, language and date."""
    question = read_question()
    with database.read_transaction() as session:
        viewer = viewer_context.load(session)
        found, has_more = ask(session, question)
        everything = boards.list_boards(session)
    shown = [
        one for one in found
        if not viewer.mutes.against_person(one.author_handle) and not viewer.mutes.against_words(one.title, one.excerpt)
    ]  # fmt: skip
    hidden = {one.post_id for one in shown if names_hidden(viewer.hides_authors, one.hides_authors)}
    response = results_page(
        "search/search.html", question=question, found=shown, hidden=hidden, boards=everything, page=page_number(),
        has_more=has_more, query=urlencode(query()),
    )  # fmt: skip
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/search/feed.atom")
def feed() -> Response:
    """The newest posts that a search finds. Ref: RFC 4287."""
    question = read_question()
    if question.is_empty:
        raise Malformed("an empty search", safe="A feed of a search needs words to look for.")
    with database.read_transaction() as session:
        found, _ = ask(session, question)
    path = "/search?" + urlencode(query())
    return results_feed(
        f"Search: {question.words or question.person}", path, path.replace("?", "/feed.atom?"), found
    )
