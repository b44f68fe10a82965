"""Connection, not only attention: listeners are asked where nobody answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from sqlalchemy import and_, delete, exists, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board, Moderator
from fedconnect.models.hearing import Exclusion, Hearing
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Listener
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import NotificationKind
from fedconnect.models.visibility import from_silenced, in_sight
from fedconnect.surfacing.hearing.reader_notifications import notify

ASK_AFTER = timedelta(hours=12)
ASK_UNTIL = timedelta(days=7)
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
                    notify(session, reader.person_id, NotificationKind.LISTENING, one.post_id)
            told = [reader for reader in listeners.get(one.board_id, ()) if reader.person_id != one.person_id]
            for reader in told:
                notify(session, reader.person_id, NotificationKind.LISTENING, one.post_id)
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
