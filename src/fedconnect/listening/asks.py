"""Listeners are asked to answer what nobody answers; where none has time, a moderator is."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.events import ListenerAsked, PostPublished, emit
from fedconnect.foundation import clock, database
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.listening.askable_people import list_askable, list_handles
from fedconnect.models.base import table_of
from fedconnect.models.board import Moderator
from fedconnect.models.case import Case, Severity
from fedconnect.models.hearing import Exclusion, Hearing
from fedconnect.models.listener import KeptAway, Listener, ListenerAsk
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.models.stale_rows import StaleRows, stale
from fedconnect.models.visibility import in_sight, may_surface
from fedconnect.surfacing.hearing import asking
from fedconnect.surfacing.hearing.asking import Askable, QuietPost
from fedconnect.surfacing.parameters import in_force

_FORTNIGHT = timedelta(days=14)
_BOARDS_AT_ONCE = 200
_POSTS_OF_A_BOARD = 200
_MOST_IN_DISTRESS = 1000
_dice = random.SystemRandom()
_NOT_ASKED = (Exclusion.AUTHOR, Exclusion.WITHDRAWN)


def ask_next() -> int:
    """Ask about each board's quiet posts whoever's turn it is; return how many were asked. What falls into nobody's
    hours waits for them, and keeps no other board waiting."""
    with database.read_transaction() as session:
        waiting = _boards_with_quiet_posts(session)
    asked = 0
    for board_id in waiting:
        with database.read_transaction() as session:
            found = _choose_on(session, board_id)
        if found:
            with database.transaction() as session:  # chosen again, now that nobody else asks
                asked += _ask(session, _choose_on(session, board_id))
    return asked


def note_answer(session: Session, event: PostPublished) -> None:
    """Keep that somebody who was asked has answered in the thread."""
    if event.is_starter:
        return
    post = session.get_one(Post, event.post_id)
    if post.person_id is None:
        return
    in_thread = select(Hearing.post_id).where(Hearing.thread_id == event.thread_id)
    session.execute(
        update(ListenerAsk)
        .where(
            ListenerAsk.person_id == post.person_id,
            ListenerAsk.post_id.in_(in_thread),
            ListenerAsk.answered_at.is_(None),
        )
        .values(answered_at=clock.now())
    )


def decline(session: Session, person_id: int, post_id: int) -> None:
    """Let the next one be asked at once, since somebody said that they cannot answer."""
    declined = session.execute(
        select(ListenerAsk).where(ListenerAsk.person_id == person_id, ListenerAsk.post_id == post_id)
    ).scalar_one_or_none()
    if declined is None or declined.answered_at is not None or declined.declined_at is not None:
        return
    declined.declined_at = clock.now()
    hearing = session.execute(select(Hearing).where(Hearing.post_id == post_id)).scalar_one_or_none()
    if hearing is not None and hearing.asked_listeners_at == declined.at:  # or somebody else has it by now
        hearing.asked_listeners_at = None
        database.enqueue_after_commit(session, "listening")


def stale_asks(now: datetime) -> StaleRows:
    """Return the asks that nobody needs to know of any more."""
    return stale(ListenerAsk, ListenerAsk.at < now - _FORTNIGHT)


def _ask(session: Session, chosen: Iterable[tuple[QuietPost, Askable]]) -> int:
    asked, now = 0, clock.now()
    for post, one in chosen:
        hearing = session.execute(select(Hearing).where(Hearing.post_id == post.post_id)).scalar_one()
        hearing.asked_listeners_at = now
        session.execute(
            insert_or_skip(session, table_of(ListenerAsk)).values(
                id=new_id(), post_id=post.post_id, person_id=one.person_id, board_id=hearing.board_id,
                author_id=post.author_id, at=now,
            )
        )  # fmt: skip
        emit(session, ListenerAsked(post.post_id, hearing.board_id, one.person_id))
        asked += 1
    return asked


def _choose_on(session: Session, board_id: int) -> list[tuple[QuietPost, Askable]]:
    """Return whom to ask about which posts of a board now: each post once, and each person as long as they have time
    (10 queries)."""
    now, parameters = clock.now(), in_force().listening
    candidates = {one.person_id: one for one in list_askable(session, board_id, now)}
    posts = _quiet_posts(session, board_id, now, candidates) if candidates else []
    return asking.share_out(posts, candidates.values(), now, parameters)


def _boards_with_quiet_posts(session: Session) -> Sequence[int]:
    """Return boards on which somebody may be asked: those with somebody in distress first, then others by lot, so that
    many boards on which nobody has time keep no other waiting (2 queries, an index each)."""
    in_distress, unanswered = _is_quiet(clock.now())
    somebody = or_(
        exists().where(Listener.board_id == Hearing.board_id),
        exists().where(Moderator.board_id == Hearing.board_id),
    )
    urgent = select(Hearing.board_id).where(*in_distress, somebody).limit(_MOST_IN_DISTRESS)
    found = dict.fromkeys(session.execute(urgent).scalars())
    others = list(session.execute(select(Hearing.board_id).where(*unanswered, somebody).distinct()).scalars())
    _dice.shuffle(others)
    return [*found, *(one for one in others if one not in found)][:_BOARDS_AT_ONCE]


def _is_quiet(now: datetime) -> tuple[tuple[ColumnElement[bool], ...], tuple[ColumnElement[bool], ...]]:
    """Return two kinds of hearings about which somebody is asked, where nobody was in the last hours: those of posts in
    safeguarding, however old the post is, and those of threads without an answer."""
    parameters = in_force().listening
    until = now - timedelta(days=parameters.until_days)
    again = now - timedelta(hours=parameters.again_after_hours)
    both = (
        Hearing.answerers == 0,
        or_(
            Hearing.asked_listeners_at.is_(None),
            Hearing.asked_listeners_at <= again,
            Hearing.begun_at
            <= now - timedelta(hours=parameters.moderators_unpromised_hours),  # they wait for no listener
        ),
    )
    in_distress = (Hearing.exclusion == Exclusion.SAFEGUARDING, Hearing.ended_at > until)
    unanswered = (
        Hearing.begun_at.between(until, now),
        Hearing.is_starter.is_(True),
        Hearing.exclusion.not_in((*_NOT_ASKED, Exclusion.SAFEGUARDING)),
    )
    return (*in_distress, *both), (*unanswered, *both)


def _quiet_posts(
    session: Session, board_id: int, now: datetime, people: Mapping[int, Askable]
) -> list[QuietPost]:
    """Return what of a board's posts somebody may be asked about now, its authors asked once more (5 queries)."""
    danger = exists().where(Case.post_id == Post.id, Case.severity == Severity.DANGER)
    rows: list[Any] = []
    for is_quiet, stands in zip(_is_quiet(now), (in_sight(), may_surface()), strict=True):
        found = (
            select(Hearing, or_(Hearing.exclusion == Exclusion.SAFEGUARDING, danger))
            .join(Post, Post.id == Hearing.post_id)
            .outerjoin(Person, Person.id == Post.person_id)
            .where(Hearing.board_id == board_id, *is_quiet, stands)
            .order_by(
                Hearing.is_first.desc(),
                Hearing.asked_listeners_at.is_not(None),
                Hearing.floor > 0,
                Hearing.begun_at,
                Hearing.id,
            )
            .limit(_POSTS_OF_A_BOARD)
        )
        rows += session.execute(found).all()
    away = _kept_away(session, [one for one, _ in rows], list_handles(session, people))
    asked = _asked_about(session, [one for one, _ in rows])
    return [
        QuietPost(
            one.post_id, one.person_id, one.begun_at, one.is_first, one.floor, bool(is_grave),
            one.asked_listeners_at, frozenset(away[one.post_id] | asked[one.post_id]),
            any(person_id in people and people[person_id].is_moderator for person_id in asked[one.post_id]),
        )
        for one, is_grave in rows
    ]  # fmt: skip


def _kept_away(
    session: Session, hearings: Sequence[Hearing], handles: Mapping[int, str]
) -> defaultdict[int, set[int]]:
    """Return by post whom its author keeps away or hides from themselves (2 queries)."""
    away: defaultdict[int, set[int]] = defaultdict(set)
    of_author: defaultdict[int, list[int]] = defaultdict(list)
    for one in hearings:
        if one.person_id is not None:
            of_author[one.person_id].append(one.post_id)
    kept = select(KeptAway.author_id, KeptAway.listener_id).where(KeptAway.author_id.in_(of_author))
    for author_id, listener_id in session.execute(kept):
        for post_id in of_author[author_id]:
            away[post_id].add(listener_id)
    hidden = (
        select(Reader.person_id, Mute.kind, Mute.subject)
        .join(Reader, Reader.id == Mute.reader_id)
        .where(Reader.person_id.in_(of_author), Mute.kind != MuteKind.WORDS)
    )
    for author_id, kind, subject in session.execute(hidden):
        for person_id, handle in handles.items():
            if subject == (handle if kind is MuteKind.PERSON else handle.rpartition("@")[2]):
                for post_id in of_author[author_id]:
                    away[post_id].add(person_id)
    return away


def _asked_about(session: Session, hearings: Sequence[Hearing]) -> defaultdict[int, set[int]]:
    """Return by post who was asked about it."""
    asked: defaultdict[int, set[int]] = defaultdict(set)
    rows = select(ListenerAsk.post_id, ListenerAsk.person_id).where(
        ListenerAsk.post_id.in_([one.post_id for one in hearings])
    )
    for post_id, person_id in session.execute(rows):
        asked[post_id].add(person_id)
    return asked
