"""A board writes to an author once, when their first post stands there: where it is, what is promised, and two questions.

It goes out when the post has its promise, so that what is said is what holds (docs/decisions/0020).
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from fedconnect.events import HearingPlaced, PostPublished, PostWithdrawn
from fedconnect.federation.outbound import outbox, responses
from fedconnect.forum import direct_messages, moderators
from fedconnect.forum.boards import board_uri
from fedconnect.foundation.wording import Wording
from fedconnect.listening import listeners
from fedconnect.models.board import Board
from fedconnect.models.direct_message import DirectMessageKind
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.surfacing.hearing import opt_outs, travel_consent
from fedconnect.surfacing.hearing.lifecycle import find_hearing

_WORDING = Wording(Path(__file__).with_name("hearing_messages.toml"))
_PROMISED = (HearingState.OPEN, HearingState.HEARD, HearingState.ANSWERED)


def message_author(session: Session, event: PostPublished) -> None:
    """Write to the author of a first post that waits for no promise, such as an answer."""
    if event.was_moved:
        return
    _send_or_wait(session, session.get_one(Post, event.post_id))


def message_placed_author(session: Session, event: HearingPlaced) -> None:
    """Write to the author of a first post whose promise is known now; not from a board to which they did not send it."""
    post = session.get_one(Post, event.post_id)
    if session.get_one(Thread, post.thread_id).moved_from_id is None:
        _send(session, post)


def withdraw(session: Session, event: PostWithdrawn) -> None:
    """Do not send a note about a post that is gone; another post of theirs takes its place."""
    post = session.get_one(Post, event.post_id)
    if post.person_id is None:
        return
    direct_message = direct_messages.find_message(
        session, event.board_id, post.person_id, DirectMessageKind.FIRST_POST
    )
    if direct_message is None or direct_message.in_reply_to != post.uri:
        return
    board = session.get_one(Board, event.board_id)
    if outbox.withdraw_unsent(session, f"{board_uri(board.slug)}/notices/{direct_message.id}/activity"):
        return
    following = direct_messages.next_post_to_mention(session, direct_message)
    session.delete(direct_message)
    session.flush()  # one notice of a kind for each person
    if following is not None:
        _send_or_wait(session, following)


def _send_or_wait(session: Session, post: Post) -> None:
    """Write about a post now; where it waits for its promise, then."""
    hearing = find_hearing(session, post.id)
    if hearing is not None and hearing.exclusion is Exclusion.SAFEGUARDING:
        return  # nothing is promised until somebody has looked
    if hearing is None or hearing.state is not HearingState.WAITING or hearing.was_placed:
        _send(session, post)


def _send(session: Session, post: Post) -> None:
    if post.person_id is None or not post.is_addressed:
        return
    board, person = session.get_one(Board, post.board_id), session.get_one(Person, post.person_id)
    if direct_messages.find_message(session, board.id, person.id, DirectMessageKind.FIRST_POST) is not None:
        return
    direct_message = direct_messages.write(
        session,
        board,
        person,
        DirectMessageKind.FIRST_POST,
        post.uri,
        _compose(session, board, person, post),
        "",
    )
    if direct_message is not None:
        responses.send_direct_message(session, direct_message)


def _compose(session: Session, board: Board, person: Person, post: Post) -> str:
    def say(name: str, **facts: str) -> str:
        return _WORDING.say(board.language, name, board=board.name, **facts)

    page = f"{board_uri(board.slug)}/threads/{post.thread_id}"
    link = opt_outs.link_for(person.id, board.id)
    hearing = find_hearing(session, post.id)
    is_promised = hearing is not None and hearing.state in _PROMISED
    parts = [say("thanks", link=page), say("seen_boosted" if post.is_starter else "seen")]
    if hearing is None or hearing.exclusion is not Exclusion.AUTHOR:  # or they want none of it
        parts.append(
            _promise(session, board, hearing) if is_promised and hearing is not None else say("brought")
        )
        if travel_consent.ask_once(session, person.id):
            until_then = "travels_until" if person.indexable else "stays_until"
            parts.append(say("travel", link=link) + say(until_then))
        if is_promised:
            parts.append(say("tell"))
        parts.append(say("stop", link=link))
    parts.append(say("take_back"))
    if not direct_messages.was_written(session, board.id, person.id, DirectMessageKind.CARE):
        parts.append(say("only_once"))
    return "".join(parts)


def _promise(session: Session, board: Board, hearing: Hearing) -> str:
    def say(name: str, **facts: str) -> str:
        return _WORDING.say(board.language, name, **facts)

    if hearing.floor:
        name = "promise_one" if hearing.floor == 1 else "promise"
        return say(name, count=str(hearing.floor), hours=str(board.hearing_hours))
    if listeners.has_listeners(session, board):
        return say("listener_asked")
    return say("moderator_asked" if moderators.list_moderators(session, board) else "listed")
