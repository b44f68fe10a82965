"""Connection, not only attention: listeners are asked where nobody answers, and readers pass posts on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import and_, delete, exists, or_, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, database
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.errors import Malformed
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board, Moderator
from fedconnect.models.hearing import Exclusion, Hearing, HearingState
from fedconnect.models.person import LATEST_FIRST, Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Listener, PassedOn
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Notification, NotificationKind
from fedconnect.models.visibility import from_silenced, in_sight, may_travel, welcome_to

ASK_AFTER = timedelta(hours=12)
ASK_UNTIL = timedelta(days=7)
LONGEST_SENTENCE = 280
MOST_A_DAY = 10
_ASKED_AT_ONCE = 100
_NOT_ASKED = (Exclusion.AUTHOR, Exclusion.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Hours:
    """When somebody listens: hours of their day, both included, in a time zone such as Europe/Berlin."""

    first: int
    last: int
    zone: str

    def hold(self, now: datetime) -> bool:
        """Whether it is one of these hours; from 22 to 6 goes over midnight."""
        hour = now.astimezone(ZoneInfo(self.zone)).hour
        if self.first <= self.last:
            return self.first <= hour <= self.last
        return hour >= self.first or hour <= self.last


def read_hours(first: str, last: str, zone: str) -> Hours:
    """Read hours as a form sends them.

    Raises:
        Malformed: no hours of a day, or no time zone that we know.
    """
    hours = [int(text) for text in (first, last) if text.isascii() and text.isdigit() and len(text) <= 2]
    if len(hours) != 2 or max(hours) > 23 or zone not in available_timezones():
        raise Malformed(
            "hours", safe="Please choose two hours from 0 to 23 and a time zone such as Europe/Berlin."
        )
    return Hours(hours[0], hours[1], zone)


def offer(session: Session, reader_id: int, board: Board, hours: Hours) -> None:
    """Let a reader be asked where nobody answers; said again, the hours change."""
    leave(session, reader_id, board)
    session.add(
        Listener(
            reader_id=reader_id, board_id=board.id, from_hour=hours.first, to_hour=hours.last,
            zone=hours.zone, since=clock.now(),
        )
    )  # fmt: skip


def leave(session: Session, reader_id: int, board: Board) -> None:
    """Ask a reader no longer."""
    session.execute(delete(Listener).where(Listener.reader_id == reader_id, Listener.board_id == board.id))


def find_listener(session: Session, reader_id: int, board: Board) -> Listener | None:
    """Return what a reader offered on a board."""
    return session.execute(
        select(Listener).where(Listener.reader_id == reader_id, Listener.board_id == board.id)
    ).scalar_one_or_none()


def has_listeners(session: Session, board: Board) -> bool:
    """Whether anybody listens on a board; how many is not told."""
    return (
        session.execute(select(Listener.id).where(Listener.board_id == board.id).limit(1)).first() is not None
    )


def ask_listeners() -> int:
    """Tell listeners of threads that nobody has answered for twelve hours, each in their hours; return of how many.

    What is due and falls into nobody's hours waits for them. A post in safeguarding is told at once, and to the
    board's moderators too.
    """
    now = clock.now()
    with database.read_transaction() as session:
        if not _due(session, now, most=1):
            return 0
    with database.transaction() as session:
        waiting = _due(session, now, most=_ASKED_AT_ONCE)
        listeners = _listening_now(session, {one.board_id for one in waiting}, now)
        asked = 0
        moderators = _moderators(session, {one.board_id for one in waiting})
        for one in waiting:
            if one.exclusion is Exclusion.SAFEGUARDING:
                for reader in moderators.get(one.board_id, ()):
                    _tell(session, reader.id, NotificationKind.LISTENING, one.post_id)
            told = [reader for reader in listeners.get(one.board_id, ()) if reader.person_id != one.person_id]
            for reader in told:
                _tell(session, reader.id, NotificationKind.LISTENING, one.post_id)
            if told:
                one.asked_listeners_at = now
                asked += 1
    return asked


def _due(session: Session, now: datetime, *, most: int) -> list[Hearing]:
    """Return what listeners are to be told of, posts in safeguarding first: those cannot wait for others (2 queries, an
    index each)."""
    # However old such a post is: its hearing ended when it was safeguarded.
    in_distress = and_(Hearing.exclusion == Exclusion.SAFEGUARDING, Hearing.ended_at > now - ASK_UNTIL)
    unanswered = and_(
        Hearing.is_starter.is_(True),
        Hearing.begun_at > now - ASK_UNTIL,
        Hearing.begun_at < now - ASK_AFTER,
        Hearing.answerers == 0,
        Hearing.exclusion != Exclusion.SAFEGUARDING,
        ~from_silenced(),
        exists().where(Listener.board_id == Hearing.board_id),
    )
    found: list[Hearing] = []
    for condition in (in_distress, unanswered):
        wanted = (
            select(Hearing)
            .join(Post, Post.id == Hearing.post_id)
            .outerjoin(Person, Person.id == Post.person_id)
            .where(
                condition,
                Hearing.asked_listeners_at.is_(None),
                Hearing.exclusion.not_in(_NOT_ASKED),
                in_sight(),
            )
            .order_by(Hearing.begun_at)
            .limit(most - len(found))
        )
        found += session.execute(wanted).scalars() if len(found) < most else ()
    return found


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
        _tell(session, reader.id, NotificationKind.PASSED_ON, post.id)


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


def _moderators(session: Session, boards: set[int]) -> dict[int, list[Reader]]:
    found: dict[int, list[Reader]] = {}
    for board_id, reader in session.execute(
        select(Moderator.board_id, Reader)
        .join(Reader, Reader.person_id == Moderator.person_id)
        .where(Moderator.board_id.in_(boards))
    ):
        found.setdefault(board_id, []).append(reader)
    return found


def _listening_now(session: Session, boards: set[int], now: datetime) -> dict[int, Sequence[Reader]]:
    rows = session.execute(
        select(Listener, Reader)
        .join(Reader, Reader.id == Listener.reader_id)
        .where(Listener.board_id.in_(boards))
        .limit(5000)
    ).all()
    found: dict[int, list[Reader]] = {}
    for listener, reader in rows:
        if Hours(listener.from_hour, listener.to_hour, listener.zone).hold(now):
            found.setdefault(listener.board_id, []).append(reader)
    return dict(found)


def _tell(session: Session, reader_id: int, kind: NotificationKind, post_id: int) -> None:
    session.execute(
        insert_or_skip(session, table_of(Notification)).values(
            id=new_id(), reader_id=reader_id, kind=kind, post_id=post_id, at=clock.now()
        )
    )
    database.enqueue_after_commit(session, "push")
