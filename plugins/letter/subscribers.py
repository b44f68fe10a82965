"""Who gets the letter, about what and how often; which posts each has had, and which are drawn for the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    MetaData,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from fedconnect.foundation import clock, database
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.database_engine import Instant
from fedconnect.hooks.views import PersonView

from .wishes import Pace, Wish

METADATA = MetaData()
SUBSCRIBER = Table(
    "letter_subscriber",
    METADATA,
    Column("person_uri", String(2048), primary_key=True),
    Column("handle", String(520), nullable=False),
    Column("topics", Text, nullable=False),
    Column("pace", String(16), nullable=False),
    Column("is_follower", Boolean, nullable=False),
    Column("due_at", Instant(), nullable=False),
    Column("answered_uri", String(2048), nullable=False),
    Column("draw_at", Instant(), nullable=True),
)
SENT = Table(
    "letter_sent",
    METADATA,
    Column("person_uri", String(2048), primary_key=True),
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant(), nullable=False),
)
DRAWN = Table(
    "letter_drawn",
    METADATA,
    Column("person_uri", String(2048), primary_key=True),
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", Instant(), nullable=False),
)
Index("ix_letter_drawn_post", DRAWN.c.post_id)
Index("ix_letter_sent_post", SENT.c.post_id)
Index("ix_letter_subscriber_draw", SUBSCRIBER.c.pace, SUBSCRIBER.c.draw_at)
Index("ix_letter_subscriber_due", SUBSCRIBER.c.pace, SUBSCRIBER.c.due_at)
MOST_POSTS = 5
_EVERY = {Pace.WEEKLY: timedelta(days=7), Pace.DAILY: timedelta(days=1)}
_FIRST_AFTER = timedelta(hours=1)
_MOST_DUE = 500
_MOST_DRAWING = 500
_SENT_LIFE = timedelta(days=60)
_DRAWN_LIFE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """Somebody who gets the letter; `topics` in their own words."""

    person_uri: str
    handle: str
    topics: tuple[str, ...]
    pace: Pace


def find(person_uri: str) -> Subscriber | None:
    """Return somebody's subscription."""
    with database.read_transaction() as session:
        row = session.execute(select(SUBSCRIBER).where(SUBSCRIBER.c.person_uri == person_uri)).one_or_none()
    return _read(row) if row is not None else None


def has_answered(uri: str) -> bool:
    """Whether a message was answered already: it may be told twice."""
    with database.read_transaction() as session:
        found = select(SUBSCRIBER.c.person_uri).where(SUBSCRIBER.c.answered_uri == uri)
        return session.execute(found).first() is not None


def heed(person_uri: str, handle: str, wish: Wish, uri: str) -> None:
    """Do what somebody wrote; safe to repeat. After “stop” nothing of them is kept."""
    if wish.stops:
        forget(person_uri)
        return
    if wish.topics is None and wish.pace is None:
        return
    known = find(person_uri)
    pace = wish.pace or (known.pace if known and known.pace is not Pace.OFF else Pace.WEEKLY)
    topics = wish.topics if wish.topics is not None else known.topics if known else ()
    with database.transaction() as session:
        for table in (SUBSCRIBER, DRAWN):  # what was drawn was drawn for other topics
            session.execute(delete(table).where(table.c.person_uri == person_uri))
        session.execute(
            insert(SUBSCRIBER).values(
                person_uri=person_uri, handle=handle, topics="\n".join(topics), pace=pace.value,
                is_follower=False, due_at=clock.now() + _FIRST_AFTER, answered_uri=uri,
            )
        )  # fmt: skip


def forget(person_uri: str) -> None:
    """Forget somebody altogether."""
    with database.transaction() as session:
        for table in (SUBSCRIBER, SENT, DRAWN):
            session.execute(delete(table).where(table.c.person_uri == person_uri))


def meet_followers(followers: Iterable[PersonView]) -> None:
    """Let those who follow get it weekly, and those who only followed and do so no more get it no more."""
    present = {person.uri: person.handle for person in followers}
    with database.transaction() as session:
        for uri, handle in present.items():
            session.execute(
                insert_or_skip(session, SUBSCRIBER).values(
                    person_uri=uri, handle=handle, topics="", pace=Pace.WEEKLY.value, is_follower=True,
                    due_at=clock.now(), answered_uri="",
                )
            )  # fmt: skip
        only_followed = select(SUBSCRIBER.c.person_uri).where(SUBSCRIBER.c.is_follower.is_(True))
        gone = [uri for uri in session.execute(only_followed).scalars() if uri not in present]
        for table in (SUBSCRIBER, DRAWN):
            session.execute(delete(table).where(table.c.person_uri.in_(gone)))
        session.execute(delete(DRAWN).where(DRAWN.c.at < clock.now() - _DRAWN_LIFE))
        session.execute(delete(SENT).where(SENT.c.at < clock.now() - _SENT_LIFE))


def list_due(now: datetime) -> list[Subscriber]:
    """Return whose letter is due, the longest waiting first; at most five hundred at once."""
    with database.read_transaction() as session:
        rows = session.execute(
            select(SUBSCRIBER)
            .where(SUBSCRIBER.c.pace != Pace.OFF.value, SUBSCRIBER.c.due_at <= now)
            .order_by(SUBSCRIBER.c.due_at)
            .limit(_MOST_DUE)
        ).all()
    return [_read(row) for row in rows]


def list_drawing(now: datetime) -> list[Subscriber]:
    """Return for whom a link of their next letter is to be drawn, the longest waiting first; at most five hundred at once."""
    with database.read_transaction() as session:
        rows = session.execute(
            select(SUBSCRIBER)
            .where(
                SUBSCRIBER.c.pace != Pace.OFF.value,
                or_(SUBSCRIBER.c.draw_at.is_(None), SUBSCRIBER.c.draw_at <= now),
            )
            .order_by(SUBSCRIBER.c.draw_at, SUBSCRIBER.c.person_uri)
            .limit(_MOST_DRAWING)
        ).all()
    return [_read(row) for row in rows]


def posts_drawn(person_uri: str) -> list[int]:
    """Return what was drawn for somebody's next letter, in order."""
    with database.read_transaction() as session:
        drawn = select(DRAWN.c.post_id).where(DRAWN.c.person_uri == person_uri)
        return list(session.execute(drawn.order_by(DRAWN.c.at, DRAWN.c.post_id)).scalars())


def count_letters(session: Session, post_ids: Sequence[int]) -> Counter[int]:
    """Return in how many letters each of some posts stands, sent or to be sent."""
    each = union_all(
        *(select(table.c.post_id).where(table.c.post_id.in_(post_ids)) for table in (SENT, DRAWN))
    )
    of = each.subquery().c.post_id
    return Counter({row[0]: row[1] for row in session.execute(select(of, func.count()).group_by(of))})


def note_drawn(subscriber: Subscriber, post_ids: Sequence[int], now: datetime) -> None:
    """Keep what was drawn for somebody, and say when they draw again: five times from one letter to the next."""
    with database.transaction() as session:
        mine = SUBSCRIBER.c.person_uri == subscriber.person_uri
        row = session.execute(select(SUBSCRIBER.c.draw_at).where(mine).with_for_update()).one_or_none()
        if row is None:
            return  # they said stop meanwhile
        for post_id in post_ids:
            session.execute(
                insert_or_skip(session, DRAWN).values(
                    person_uri=subscriber.person_uri, post_id=post_id, at=now
                )
            )
        spacing = _EVERY[subscriber.pace] / MOST_POSTS
        since = max(row[0] or now, now - timedelta(hours=1))  # the hour that it came late is not lost
        session.execute(update(SUBSCRIBER).where(mine).values(draw_at=since + spacing))


def posts_sent(person_uri: str) -> set[int]:
    """Return the posts that somebody has had."""
    with database.read_transaction() as session:
        return set(session.execute(select(SENT.c.post_id).where(SENT.c.person_uri == person_uri)).scalars())


def note_sent(subscriber: Subscriber, post_ids: Sequence[int], now: datetime, *, reached: bool) -> None:
    """Remember what somebody was sent, and when the next letter is due; whoever cannot be reached is forgotten."""
    if not reached:
        forget(subscriber.person_uri)
        return
    with database.transaction() as session:
        still = select(SUBSCRIBER.c.person_uri).where(SUBSCRIBER.c.person_uri == subscriber.person_uri)
        if session.execute(still.with_for_update()).first() is None:
            return  # they said stop while their letter was written
        for post_id in post_ids:
            session.execute(
                insert_or_skip(session, SENT).values(
                    person_uri=subscriber.person_uri, post_id=post_id, at=now
                )
            )
        session.execute(
            update(SUBSCRIBER)
            .where(SUBSCRIBER.c.person_uri == subscriber.person_uri)
            .values(due_at=now + _EVERY[subscriber.pace], draw_at=now + _EVERY[subscriber.pace] / MOST_POSTS)
        )
        session.execute(delete(DRAWN).where(DRAWN.c.person_uri == subscriber.person_uri))


def _read(row: object) -> Subscriber:
    facts = row._mapping  # type: ignore[attr-defined]
    topics = tuple(topic for topic in facts["topics"].split("\n") if topic)
    return Subscriber(facts["person_uri"], facts["handle"], topics, Pace(facts["pace"]))
