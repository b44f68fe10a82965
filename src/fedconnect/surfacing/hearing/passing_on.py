"""A reader passes a quiet post on, to a board or to somebody, with one sentence why."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.hearing import Hearing, HearingState
from fedconnect.models.person import LATEST_FIRST, Person
from fedconnect.models.post import Post
from fedconnect.models.profile import PassedOn
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import NotificationKind
from fedconnect.models.visibility import may_travel, welcome_to
from fedconnect.surfacing.hearing.reader_notifications import notify

LONGEST_SENTENCE = 280
MOST_A_DAY = 10


def pass_on_to_board(session: Session, reader_id: int, post: Post, board: Board, sentence: str) -> None:
    """Pass a quiet post on to those who follow another board."""
    _pass_on(session, reader_id, post, sentence, to_board_id=board.id, to_reader_id=None)


def pass_on_to_reader(session: Session, reader_id: int, post: Post, handle: str, sentence: str) -> None:
    """Pass a quiet post on to another reader, who is told. Somebody unknown here is passed over in silence, so
    that nobody can find out who reads."""
    name, _, host = handle.strip().removeprefix("@").partition("@")
    reader = session.execute(
        select(Reader)
        .join(Person, Person.id == Reader.person_id)
        .where(Person.username == name, Person.handle_host == host.lower())
        .order_by(*LATEST_FIRST)
        .limit(1)
    ).scalar_one_or_none()
    if reader is None or reader.person_id == post.person_id:
        return
    welcome = select(Post.id).where(Post.id == post.id, welcome_to(f"{name}@{host}"))
    if session.execute(welcome).first() is not None:
        _pass_on(session, reader_id, post, sentence, to_board_id=None, to_reader_id=reader.id)
        notify(session, reader.id, NotificationKind.PASSED_ON, post.id)


def may_pass_on(session: Session, post: Post) -> bool:
    """Whether a post may be passed on: not yet heard or answered, and its author lets it travel."""
    quiet = or_(Hearing.state.in_((HearingState.OPEN, HearingState.MISSED)), Hearing.answerers == 0)
    found = session.execute(
        select(Hearing.id)
        .join(Post, Post.id == Hearing.post_id)
        .join(Person, Person.id == Post.person_id)
        .where(Post.id == post.id, Hearing.state != HearingState.CLOSED, quiet, may_travel())
    )
    return found.first() is not None


def _pass_on(
    session: Session, reader_id: int, post: Post, sentence: str, *, to_board_id: int | None, to_reader_id: int | None
) -> None:  # fmt: skip
    sentence = " ".join(sentence.split())
    if not sentence or len(sentence) > LONGEST_SENTENCE:
        raise Malformed("sentence", safe="Please say in one sentence why, with at most 280 characters.")
    today = clock.now() - timedelta(days=1)
    mine = select(PassedOn.id).where(PassedOn.by_id == reader_id, PassedOn.at > today).limit(MOST_A_DAY)
    if len(session.execute(mine).all()) >= MOST_A_DAY:
        raise Malformed("too many", safe="You have passed on ten posts today; tomorrow you can pass on more.")
    same = select(PassedOn.id).where(
        PassedOn.post_id == post.id, PassedOn.by_id == reader_id,
        PassedOn.to_board_id.is_(None) if to_board_id is None else PassedOn.to_board_id == to_board_id,
        PassedOn.to_reader_id.is_(None) if to_reader_id is None else PassedOn.to_reader_id == to_reader_id,
    )  # fmt: skip
    if session.execute(same).first() is None:
        session.add(
            PassedOn(
                post_id=post.id, by_id=reader_id, to_board_id=to_board_id, to_reader_id=to_reader_id,
                sentence=sentence, at=clock.now(),
            )
        )  # fmt: skip
