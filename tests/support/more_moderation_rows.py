"""More rows of moderation: posts on a board that stays here, questions without a name, who may write."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.accounts.oauth_scopes import everything
from fedconnect.accounts.sessions import Visit
from fedconnect.forum import local_only
from fedconnect.forum.post_addresses import PostAddress
from fedconnect.foundation import clock, sealing
from fedconnect.models.anonymous_question import AnonymousQuestion
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.decision import Decision
from fedconnect.models.direct_message import DirectMessage
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.reader import Grant
from fedconnect.models.thread import Thread
from fedconnect.moderation import anonymous_questions
from fedconnect.moderation.actions.action import ActionParams, Target
from support.moderation_rows import a_context, a_visit
from support.unit import a_board, add


def a_local_board(session: Session, slug: str = "shelter", **values: Any) -> Board:
    """A board that does not federate."""
    return a_board(session, slug, is_local_only=True, **values)


def a_local_post(
    session: Session,
    board: Board,
    author: Person,
    text: str = "A title\nA word of mine",
    state: PostState = PostState.VISIBLE,
    thread: Thread | None = None,
) -> Post:
    """A sealed post: the first of a conversation, or an answer in one."""
    draft, words = local_only.draft_of(board, author, text, is_thread=thread is None)
    if thread is None:
        return local_only.start_thread(session, board, author, draft, words, state=state)
    starter = local_only.get_starter(session, board, thread.id)
    return local_only.reply(session, thread, starter, author, draft, words, state=state)


def address_of(board: Board, post: Post) -> PostAddress:
    """Where a post stands, as its page names it."""
    return PostAddress(board.slug, post.thread_id, post.id)


def a_writer(session: Session, person: Person, **values: Any) -> Visit:
    """Somebody who is signed in and permitted everything."""
    visit, now = a_visit(session, person), clock.now()
    known = {
        "reader_id": visit.reader_id, "scopes": " ".join(everything()), "given_at": now, "checked_at": now,
        "token_sealed": sealing.seal(b"token", f"grant {visit.reader_id}"),
    }  # fmt: skip
    add(session, Grant(**{**known, **values}))
    return visit


def a_question(
    session: Session, board: Board, visit: Visit, text: str = "Who helps relatives?", consent: str = ""
) -> tuple[AnonymousQuestion, Case]:
    """What somebody asks without their name, and its case; the board has a team."""
    person = session.get_one(Person, visit.person_id)
    asked = anonymous_questions.ask(session, board, visit.reader_id, person, text, consent)
    session.flush()
    return asked, session.get_one(Case, asked.case_id)


def letters_to(session: Session, person: Person) -> list[DirectMessage]:
    """What boards wrote to somebody, oldest first."""
    session.flush()
    found = select(DirectMessage).where(DirectMessage.person_id == person.id).order_by(DirectMessage.id)
    return list(session.execute(found).scalars())


def act(
    session: Session, action: Any, on: Board, post: Post, by: Person | None = None, **params: Any
) -> Decision | None:
    """Let somebody of a board's team, or whoever runs the installation, do something with a post."""
    context, target = a_context(on, by), Target(post.uri, post)
    found: Decision | None = action.perform(session, context, target, ActionParams(**params))
    return found
