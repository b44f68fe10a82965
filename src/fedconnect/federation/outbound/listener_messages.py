"""What a board writes to listeners and to authors who asked for something: an ask, what was understood, what came of it."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from pathlib import Path

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from fedconnect.events import HearingEnded, ListenerAsked
from fedconnect.federation.outbound import responses
from fedconnect.forum import direct_messages
from fedconnect.forum.boards import board_uri
from fedconnect.foundation import clock, ids
from fedconnect.foundation.wording import Wording
from fedconnect.listening import listeners
from fedconnect.models.board import Board, Moderator
from fedconnect.models.case import Case, Severity
from fedconnect.models.direct_message import DirectMessageKind
from fedconnect.models.hearing import Exclusion
from fedconnect.models.listener import Listener
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.surfacing.hearing import opt_outs
from fedconnect.surfacing.hearing.lifecycle import find_hearing

_WORDING = Wording(Path(__file__).with_name("hearing_messages.toml"))
_MOST_A_DAY = 10  # answers of a kind to one person
_DAY = timedelta(days=1)


def send_ask(session: Session, event: ListenerAsked) -> None:
    """Ask somebody in private to answer a post, as a reply to the message in which they offered to, so that filters let
    it through. It begins with the post's own address, which an app opens. Whoever offered here is told here alone."""
    board, post = session.get_one(Board, event.board_id), session.get_one(Post, event.post_id)
    person = session.get_one(Person, event.person_id)
    listener = listeners.find_listener(session, person.id, board)
    looks_after = exists().where(Moderator.board_id == board.id, Moderator.person_id == person.id)
    if (
        not (listener is not None and listener.offered_in)
        and not session.execute(select(looks_after)).scalar()
    ):
        return
    address = escape(post.url or post.uri)
    words = _say(board, "ask")
    hearing = find_hearing(session, post.id)
    danger = exists().where(Case.post_id == post.id, Case.severity == Severity.DANGER)
    if (hearing is not None and hearing.exclusion is Exclusion.SAFEGUARDING) or session.execute(
        select(danger)
    ).scalar():
        words += _say(board, "ask_grave")
    # numpy comes with the first ask, not at the start
    from fedconnect.surfacing.feed import counted_links  # noqa: PLC0415

    path = f"/boards/{board.slug}/threads/{post.thread_id}"
    words += _say(
        board, "ask_page", link=counted_links.addresses(session, person, (), {post.id: path}, "ask")[post.id]
    )
    _send(
        session, board, person, DirectMessageKind.ASK, listener.offered_in if listener is not None else "", words,
        str(post.id), opening=f'<p><a href="{address}">{address}</a></p>',
    )  # fmt: skip


def send_outcome(session: Session, event: HearingEnded) -> None:
    """Tell an author who asked for it that their post was answered, or seen as was promised."""
    post = session.get_one(Post, event.post_id)
    hearing = find_hearing(session, post.id)
    if post.person_id is None or hearing is None:
        return
    board, person = session.get_one(Board, post.board_id), session.get_one(Person, post.person_id)
    name = "outcome_answered" if hearing.answerers else "outcome_heard"
    words = _say(board, name, link=f"{board_uri(board.slug)}/threads/{post.thread_id}")
    _send(session, board, person, DirectMessageKind.OUTCOME, post.uri, words, str(post.id))


def repeat_offer(session: Session, board: Board, person: Person, listener: Listener | None, to: str) -> None:
    """Repeat what was understood of an offer to listen, and ask for the time zone where it is needed and not known."""
    if listener is None:
        _answer(session, board, person, DirectMessageKind.LISTENING, to, _say(board, "full"))
        return
    texts = _WORDING.of(board.language)
    often = texts["often_one"] if listener.a_day == 1 else texts["often"].format(count=listener.a_day)
    is_any_hour = (listener.from_hour, listener.to_hour) == (0, 23)
    spoken = "any_hour" if is_any_hour else "hours" if listener.zone else "hours_without_zone"
    when = texts[spoken].format(first=listener.from_hour, last=listener.to_hour, zone=listener.zone)
    words = _say(board, "listening", often=often, when=when)
    if not is_any_hour and not listener.zone:
        words += _say(board, "which_zone")
    _answer(session, board, person, DirectMessageKind.LISTENING, to, words + _say(board, "change_listening"))


def say_how_to_listen(session: Session, board: Board, person: Person, to: str) -> None:
    """Say how to write an offer to listen that we understand."""
    _answer(session, board, person, DirectMessageKind.LISTENING, to, _say(board, "not_understood"))


def end_listening(session: Session, board: Board, person: Person, to: str) -> None:
    """Say that somebody is not asked any more."""
    _answer(session, board, person, DirectMessageKind.LISTENING, to, _say(board, "stopped"))


def send_hint(session: Session, board: Board, person: Person, post: Post, to: str) -> None:
    """Say that what was meant for a post's author was seen by the board alone; once for each post."""
    words = _say(board, "hint", link=post.url or post.uri)
    _send(session, board, person, DirectMessageKind.HINT, to, words, str(post.id))


def confirm_decline(session: Session, board: Board, person: Person, to: str) -> None:
    """Thank for a no."""
    _answer(session, board, person, DirectMessageKind.CHOICE, to, _say(board, "declined"))


def confirm_travel(session: Session, board: Board, person: Person, to: str, *, allows: bool) -> None:
    """Say what holds now, and where to change it."""
    words = _say(board, "travel_yes" if allows else "travel_no", link=opt_outs.link_for(person.id, board.id))
    _answer(session, board, person, DirectMessageKind.TRAVEL, to, words)


def confirm_telling(session: Session, board: Board, person: Person, to: str, *, is_running: bool) -> None:
    """Say that an author will hear what comes of their post, or that nothing more will."""
    words = _say(board, "tells" if is_running else "tells_not")
    _answer(session, board, person, DirectMessageKind.CHOICE, to, words)


def _say(board: Board, name: str, **facts: str) -> str:
    return _WORDING.say(board.language, name, board=board.name, **facts)


def _answer(
    session: Session, board: Board, person: Person, kind: DirectMessageKind, to: str, words: str
) -> None:
    """Answer what somebody wrote; a server that writes without end is not answered without end."""
    if direct_messages.count_lately(session, person.id, kind, clock.now() - _DAY) < _MOST_A_DAY:
        _send(session, board, person, kind, to, words, str(ids.new_id()))


def _send(
    session: Session,
    board: Board,
    person: Person,
    kind: DirectMessageKind,
    to: str,
    words: str,
    about: str,
    opening: str = "",
) -> None:
    written = direct_messages.write(session, board, person, kind, to, words, about, opening)
    if written is not None:
        responses.send_direct_message(session, written)
