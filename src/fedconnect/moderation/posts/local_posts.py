"""A post on a board that does not federate, written here by who is signed in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum import local_only
from fedconnect.foundation.errors import Malformed, NotFound
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.posts import author_status_query
from fedconnect.moderation.posts.outcome_types import Full, Locked
from fedconnect.moderation.posts.submit_post import submit_post
from fedconnect.moderation.posts.submitted_post import NewPost
from fedconnect.moderation.posts.writing_places import check_open


def submit_local_post(
    session: Session, board: Board, person: Person, typed: str, thread_id: int | None = None
) -> Post:
    """Begin a conversation with what somebody typed, or answer in one; the post may have to wait.

    Raises:
        NotFound: they are kept off the board, or there is no such conversation. Malformed: nothing was written, or too
            much; or the conversation takes no answers. NotPermitted: the board is archived.
    """
    check_open(board)
    author_status = author_status_query.read_author_status(session, board, person)
    if author_status.is_banned:
        raise NotFound("kept off the board")
    draft, words = local_only.draft_of(board, person, typed, is_thread=thread_id is None)
    starter = local_only.get_starter(session, board, thread_id) if thread_id is not None else None
    submitted = submit_post(
        session, NewPost(board, person, draft, parent=starter, words=words, author_status=author_status)
    )
    if isinstance(submitted.outcome, Locked):
        raise Malformed("locked", safe="This conversation takes no more answers.")
    if isinstance(submitted.outcome, Full):
        raise Malformed("full", safe="This conversation is full. Please begin a new one.")
    assert submitted.post is not None
    return submitted.post
