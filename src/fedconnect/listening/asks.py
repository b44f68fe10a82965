"""Listeners are asked to answer what nobody answers; where none has time, a moderator is."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.orm import Session

from fedconnect.events import ListenerAsked, PostPublished, emit
from fedconnect.foundation import clock, database, ids
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Moderator
from fedconnect.models.case import Case, Severity
from fedconnect.models.decision import Ban
from fedconnect.models.hearing import Exclusion, Hearing
from fedconnect.models.instance import Instance, Policy
from fedconnect.models.listener import KeptAway, Listener, ListenerAsk
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.reader import Reader
from fedconnect.models.reader_state import Mute, MuteKind
from fedconnect.models.stale_rows import StaleRows, stale
from fedconnect.models.visibility import in_sight
from fedconnect.surfacing.hearing import asking
from fedconnect.surfacing.hearing.asking import Askable, QuietPost
from fedconnect.surfacing.hearing.listening_hours import Hours
from fedconnect.surfacing.parameters import in_force

_DAY = timedelta(days=1)
_FORTNIGHT = timedelta(days=14)
_BOARDS_AT_ONCE = 200
_POSTS_OF_A_BOARD = 50
_MOST_IN_DISTRESS = 1000
_PEOPLE_OF_A_BOARD = 500
_ANY_HOUR = Hours(0, 23, "UTC")
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
        database.enqueue_after_commit(session, "hearings")


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
    candidates = {one.person_id: one for one in _candidates(session, board_id, now)}
    posts = _quiet_posts(session, board_id, now, _handles(session, candidates)) if candidates else []
    chosen: list[tuple[QuietPost, Askable]] = []
    for post in posts:
        one = asking.choose(post, candidates.values(), now, parameters)
        if one is not None:
            chosen.append((post, one))
            candidates[one.person_id] = replace(
                one, asked_today=one.asked_today + 1, asked_at=now, last_author_id=post.author_id
            )
    return chosen


def _boards_with_quiet_posts(session: Session) -> Sequence[int]:
    """Return boards on which something may be asked: those with somebody in distress first, then others by lot, so that
    many boards on which nobody has time keep no other waiting (2 queries, an index each)."""
    in_distress, unanswered = _is_quiet(clock.now())
    urgent = session.execute(select(Hearing.board_id).where(*in_distress).limit(_MOST_IN_DISTRESS)).scalars()
    found = dict.fromkeys(urgent)
    others = list(session.execute(select(Hearing.board_id).where(*unanswered).distinct()).scalars())
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
        or_(Hearing.asked_listeners_at.is_(None), Hearing.asked_listeners_at <= again),
    )
    in_distress = (Hearing.exclusion == Exclusion.SAFEGUARDING, Hearing.ended_at > until)
    unanswered = (
        Hearing.begun_at.between(until, now),
        Hearing.is_starter.is_(True),
        Hearing.exclusion.not_in((*_NOT_ASKED, Exclusion.SAFEGUARDING)),
        ~exists().where(
            Person.id == Hearing.person_id, Instance.host == Person.host, Instance.policy == Policy.SILENCED
        ),
    )
    return (*in_distress, *both), (*unanswered, *both)


def _quiet_posts(
    session: Session, board_id: int, now: datetime, handles: Mapping[int, str]
) -> list[QuietPost]:
    danger = exists().where(Case.post_id == Post.id, Case.severity == Severity.DANGER)
    rows: list[Any] = []
    for is_quiet in _is_quiet(now):
        found = (
            select(Hearing, or_(Hearing.exclusion == Exclusion.SAFEGUARDING, danger))
            .join(Post, Post.id == Hearing.post_id)
            .where(Hearing.board_id == board_id, *is_quiet, in_sight())
            .order_by(Hearing.is_first.desc(), Hearing.begun_at, Hearing.id)  # those for whoever listens
            .limit(_POSTS_OF_A_BOARD)
        )
        rows += session.execute(found).all()
    away = _kept_away(session, [one for one, _ in rows], handles)
    return [
        QuietPost(
            one.post_id, one.person_id, one.begun_at, one.is_first, one.floor, bool(is_grave),
            one.asked_listeners_at, frozenset(away[one.post_id]),
        )
        for one, is_grave in rows
    ]  # fmt: skip


def _kept_away(
    session: Session, hearings: Sequence[Hearing], handles: Mapping[int, str]
) -> defaultdict[int, set[int]]:
    """Return by post whom not to ask about it: who was asked before, and whom its author keeps away or hides from
    themselves (3 queries)."""
    away: defaultdict[int, set[int]] = defaultdict(set)
    of_author: defaultdict[int, list[int]] = defaultdict(list)
    for one in hearings:
        if one.person_id is not None:
            of_author[one.person_id].append(one.post_id)
    asked = select(ListenerAsk.post_id, ListenerAsk.person_id).where(
        ListenerAsk.post_id.in_([one.post_id for one in hearings])
    )
    for post_id, person_id in session.execute(asked):
        away[post_id].add(person_id)
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


def _handles(session: Session, people: Iterable[int]) -> dict[int, str]:
    rows = session.execute(
        select(Person.id, Person.username, Person.handle_host).where(Person.id.in_(list(people)))
    )
    return {row[0]: f"{row[1]}@{row[2]}".lower() for row in rows}


def _is_kept_out(board_id: int, now: datetime) -> ColumnElement[bool]:
    """Listeners (Person in the query) who may not write on a board, or only after a look, or whose server is not trusted:
    they are brought to nobody who is alone."""
    banned = exists().where(
        Ban.person_id == Person.id, Ban.board_id == board_id, or_(Ban.until.is_(None), Ban.until > now)
    )
    distrusted = exists().where(Instance.host == Person.host, Instance.policy != Policy.OPEN)
    return or_(banned, distrusted)


def _candidates(session: Session, board_id: int, now: datetime) -> list[Askable]:
    """Return who may be asked on a board: its listeners, in their hours, and its moderators, at any (3 queries)."""
    parameters = in_force().listening
    present = (Person.gone_at.is_(None), Person.quarantined_at.is_(None))
    found: dict[int, Askable] = {}
    for person_id in session.execute(
        select(Person.id)
        .join(Moderator, Moderator.person_id == Person.id)
        .where(Moderator.board_id == board_id, *present)
        .limit(_PEOPLE_OF_A_BOARD)
    ).scalars():
        found[person_id] = Askable(
            person_id,
            _ANY_HOUR,
            parameters.most_a_day,
            ids.moment_of(person_id),
            may_have_all=True,
            is_moderator=True,
        )
    for one in session.execute(
        select(Listener)
        .join(Person, Person.id == Listener.person_id)
        .where(Listener.board_id == board_id, *present, ~_is_kept_out(board_id, now))
        .order_by(Listener.id)
        .limit(_PEOPLE_OF_A_BOARD)
    ).scalars():
        is_moderator = one.person_id in found
        found[one.person_id] = Askable(
            one.person_id, Hours(one.from_hour, one.to_hour, one.zone), one.a_day, ids.moment_of(one.person_id),
            may_have_all=is_moderator or one.confirmed_at is not None,
        )  # fmt: skip
    asked = (
        select(ListenerAsk.person_id, ListenerAsk.at, ListenerAsk.author_id)
        .where(ListenerAsk.person_id.in_(found))
        .order_by(ListenerAsk.at, ListenerAsk.id)
    )
    for person_id, at, author_id in session.execute(asked):
        one_before = found[person_id]
        found[person_id] = replace(
            one_before,
            asked_today=one_before.asked_today + (at > now - _DAY),
            asked_at=at,
            last_author_id=author_id,
        )
    return list(found.values())
