"""What somebody asks of a board in private is done: to listen, to be asked no longer, yes, no, stop, tell me."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft
from fedconnect.federation.outbound import listener_messages
from fedconnect.foundation import html, ids
from fedconnect.listening import asks, listeners, private_requests
from fedconnect.listening.private_requests import Answer, PrivateRequest
from fedconnect.models.board import Board
from fedconnect.models.case import Severity
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.cases import triage
from fedconnect.surfacing.hearing import opt_outs, outcome, travel_consent
from fedconnect.surfacing.hearing.listening_hours import Hours

_FROM_LISTENERS = (DirectMessageKind.ASK, DirectMessageKind.LISTENING)


def heed(
    session: Session, draft: PostDraft, author: Person, boards: list[Board], answered: DirectMessage | None
) -> bool:
    """Do what a private message asks for, and say so; False where it is for people. `answered` is what of a board's own
    words to them it answers."""
    board = session.get_one(Board, answered.board_id) if answered is not None else next(iter(boards), None)
    if board is None:
        return False
    request = private_requests.read(html.text_of(draft.html), _names_of(boards or [board]))
    if request.listen is not None and not board.is_local_only:
        for one in boards or [board]:
            _listen(session, one, author, request, draft.uri)
        return True
    if answered is None:
        return _heed_unasked(session, board, author, request, draft.uri)
    if answered.kind in _FROM_LISTENERS and request.answer is Answer.STOP:
        listeners.leave(session, author.id, board)
        listener_messages.end_listening(session, board, author, draft.uri)
        return True
    if answered.kind is DirectMessageKind.ASK:
        return _heed_ask(session, board, author, request, answered, draft)
    if answered.kind is DirectMessageKind.LISTENING:
        return _heed_zone(session, board, author, request, draft.uri)
    return _heed_author(session, board, author, request, answered, draft.uri)


def _names_of(boards: list[Board]) -> frozenset[str]:
    return frozenset(word for one in boards for word in (one.slug, *one.name.casefold().split()))


def _listen(session: Session, board: Board, person: Person, request: PrivateRequest, uri: str) -> None:
    assert request.listen is not None
    offered, known = request.listen, listeners.find_listener(session, person.id, board)
    zone = offered.zone or (known.zone if known is not None else "")
    hours = Hours(offered.first, offered.last, zone)
    listener = listeners.offer(session, person.id, board, hours, offered.a_day, offered_in=uri)
    listener_messages.repeat_offer(session, board, person, listener, uri)


def _heed_unasked(session: Session, board: Board, person: Person, request: PrivateRequest, uri: str) -> bool:
    if request.answer is Answer.STOP and listeners.leave(session, person.id, board):
        listener_messages.end_listening(session, board, person, uri)
        return True
    if request.means_listening and not board.is_local_only:
        listener_messages.say_how_to_listen(session, board, person, uri)
    return False


def _heed_ask(
    session: Session,
    board: Board,
    person: Person,
    request: PrivateRequest,
    asked: DirectMessage,
    draft: PostDraft,
) -> bool:
    words, uri = html.text_of(draft.html), draft.uri
    post = session.get(Post, ids.parse_id(asked.about) or 0)
    if post is None:
        return False
    is_alarming = triage.severity_of(words) <= Severity.HURT
    if request.answer is Answer.NO:
        asks.decline(session, person.id, post.id)
        listener_messages.confirm_decline(session, board, person, uri)
        return True
    listener_messages.send_hint(session, board, person, post, uri)
    return not is_alarming  # then its moderators read it too


def _heed_zone(session: Session, board: Board, person: Person, request: PrivateRequest, uri: str) -> bool:
    known = listeners.find_listener(session, person.id, board)
    if request.zone is None or known is None:
        return False
    listeners.offer(session, person.id, board, Hours(known.from_hour, known.to_hour, request.zone))
    listener_messages.repeat_offer(session, board, person, known, uri)
    return True


def _heed_author(
    session: Session, board: Board, person: Person, request: PrivateRequest, answered: DirectMessage, uri: str
) -> bool:
    """Heed an author. A yes or no is to the question whether their posts may travel; in answer to a note from before it, a
    no is a stop. In answer to anything else, such as a decision, both are for people."""
    is_first = answered.kind is DirectMessageKind.FIRST_POST
    was_asked = answered.kind is DirectMessageKind.TRAVEL or (
        is_first and travel_consent.was_asked_by(session, person.id, answered.at)
    )
    if request.answer is Answer.STOP or (request.answer is Answer.NO and is_first and not was_asked):
        opt_outs.opt_out(session, person.id, board.id)
        return True
    if was_asked and request.answer in {Answer.YES, Answer.NO}:
        allows = request.answer is Answer.YES
        travel_consent.answer(session, person.id, allows=allows)
        listener_messages.confirm_travel(session, board, person, uri, allows=allows)
        return True
    if is_first and request.answer is Answer.TELL:
        post = session.execute(select(Post).where(Post.uri == answered.in_reply_to)).scalar_one_or_none()
        is_running = post is not None and outcome.ask_to_be_told(session, post.id)
        listener_messages.confirm_telling(session, board, person, uri, is_running=is_running)
        return True
    return False
