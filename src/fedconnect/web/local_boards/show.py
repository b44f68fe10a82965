"""Boards that do not federate, and their conversations, for whoever is signed in."""

from __future__ import annotations

from flask import Blueprint, Response, request
from sqlalchemy.orm import Session

from fedconnect.accounts.sessions import Visit
from fedconnect.forum import local_only, moderators, mutes
from fedconnect.foundation import database, ids
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.moderation.boards import moderator_activity
from fedconnect.moderation.posts import local_board_access
from fedconnect.web import current_visit
from fedconnect.web.pagination import page_number
from fedconnect.web.responses import personal_page

blueprint = Blueprint("local_boards/show", __name__, url_prefix="/here/<slug>")


@blueprint.get("")
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


@blueprint.get("/<thread_id>")
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


def _enter(session: Session, slug: str) -> tuple[Visit, Board, Person]:
    """Return who is asking, and the board; whoever is not signed in is asked to, and learns nothing else.

    Raises:
        NotFound: no such board, or they are kept off.
    """
    visit = current_visit.get_visit()
    found, person = local_board_access.enter(session, visit, slug)
    return visit, found, person
