"""Rows of the surfacing room: hearings, vectors, profiles, and readers who follow a board."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.evaluation.dataset import Dataset
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.bookmark import LocalFollow
from fedconnect.models.hearing import Exclusion, Hearing, HearingState, PostVector
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.profile import Profile
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Notification, NotificationKind, Topic
from fedconnect.surfacing.encoder import Encoding, Frequencies, encode
from fedconnect.surfacing.parameters import in_force
from support.unit import a_person, a_reader, a_thread, add

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
INSTANT = timedelta(microseconds=1)


def stop_the_clock(monkeypatch: pytest.MonkeyPatch, moment: datetime = NOON) -> datetime:
    """Let it be this moment until the test ends, or until it is called again."""
    monkeypatch.setattr(clock, "now", lambda: moment)
    return moment


def encoded(text: str) -> Encoding:
    """A text as a vector, where every word is equally rare."""
    return encode(text, "en", Frequencies(), in_force().encoder)


def a_hearing(
    session: Session, post: Post, state: HearingState = HearingState.OPEN, **values: Any
) -> Hearing:
    """A hearing of a post that began an hour ago, for anybody, with a floor of ten."""
    begun = values.get("begun_at", clock.now() - HOUR)
    known: dict[str, Any] = {
        "post_id": post.id, "thread_id": post.thread_id, "board_id": post.board_id, "person_id": post.person_id,
        "state": state, "exclusion": Exclusion.NONE, "is_starter": post.is_starter, "begun_at": begun,
        "ends_at": begun + 48 * HOUR, "floor": 10, "thresholds": "[0.0]",
    }  # fmt: skip
    return add(session, Hearing(**{**known, **values}))


def a_vector(session: Session, post: Post, text: str, **values: Any) -> PostVector:
    """The vector of a post that says this."""
    encoding = encoded(text)
    known: dict[str, Any] = {
        "post_id": post.id, "board_id": post.board_id, "packed": encoding.pack(),
        "words": " ".join(encoding.words), "simhash": encoding.simhash, "since": post.received,
    }  # fmt: skip
    return add(session, PostVector(**{**known, **values}))


def a_profile(session: Session, reader: Reader, **values: Any) -> Profile:
    """What a reader chose: they said yes to learning."""
    return add(
        session, Profile(**{"reader_id": reader.id, "learns": True, "updated_at": clock.now(), **values})
    )


def a_topic(session: Session, reader: Reader, topic: str) -> Topic:
    return add(session, Topic(reader_id=reader.id, topic=topic, since=clock.now()))


def a_local_follow(session: Session, reader: Reader, board: Board) -> LocalFollow:
    return add(session, LocalFollow(reader_id=reader.id, board_id=board.id, since=clock.now()))


def a_reader_named(session: Session, name: str, host: str = "readers.example", **values: Any) -> Reader:
    """Somebody who signed in a month ago."""
    person = a_person(session, name, host)
    return a_reader(session, person, **{"joined_at": clock.now() - timedelta(days=30), **values})


def a_young_post(session: Session, board: Board, text: str, name: str, hours: float = 1) -> Post:
    """A thread that says this, placed some hours before noon; its author lets it travel."""
    author = a_person(session, name, indexable=True)
    _, post = a_thread(session, board, author, received=NOON - hours * HOUR, title=text)
    a_vector(session, post, text)
    return post


def a_dataset(*posts: tuple[float, int, str], readers: int = 3, **values: Any) -> Dataset:
    """Posts as (arrival, author, text), all on one board that every reader follows."""
    known: dict[str, Any] = {
        "name": "d", "texts": [text for _, _, text in posts], "languages": ["en"] * len(posts),
        "boards": np.zeros(len(posts), int), "authors": np.array([author for _, author, _ in posts]),
        "arrival_h": np.array([at for at, _, _ in posts], float), "history": [[] for _ in range(readers)],
        "likes": [[] for _ in range(readers)], "follows": [[0] for _ in range(readers)], "pace": np.ones(readers),
        "visits_a_day": 0.5,
    }  # fmt: skip
    return Dataset(**{**known, **values})


def an_unanswered_post(
    session: Session, board: Board, author: Person | None = None, **values: object
) -> Post:
    """A post that nobody has answered for thirteen hours: so long that listeners are asked."""
    _, post = a_thread(session, board, author or a_person(session, indexable=True))
    a_hearing(session, post, **{"begun_at": NOON - 13 * HOUR, **values})
    return post


def notified(session: Session) -> list[tuple[int, int, NotificationKind]]:
    """Who was told of which post, and as what, in order."""
    rows = session.execute(
        select(Reader.id, Notification.post_id, Notification.kind)
        .join(Reader, Reader.person_id == Notification.person_id)
        .order_by(Notification.id)
    )
    return [tuple(row) for row in rows]
