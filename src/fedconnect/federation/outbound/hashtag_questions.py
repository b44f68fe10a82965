"""Seeking them out: what people asked in public under a board's hashtags, and nobody answered within a day.

Those who look after the board are shown where it stands, and answer there as themselves. The server whose token found a
question is asked about it again, hourly: whether it is there, its author lets it and nobody replied. How many were answered
is public; nothing is kept of who asked and was not.
Ref: Mastodon `GET /api/v1/statuses/:id`, `GET /api/v1/statuses/:id/context`, both with `read:statuses`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

import structlog
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session

from fedconnect.accounts import grants
from fedconnect.accounts.mastodon_api import HomeClient, HomeRefused
from fedconnect.accounts.oauth_scopes import Permission
from fedconnect.activitypub import vocabulary
from fedconnect.activitypub.instance_trust import policy_of
from fedconnect.federation.outbound.hashtag_curation import COUNTED, KEPT
from fedconnect.federation.outbound.hashtag_statuses import Answerer, first_to_answer, read_status
from fedconnect.forum import moderators
from fedconnect.foundation import clock, database
from fedconnect.foundation.errors import FedConnectError, Malformed
from fedconnect.models.board import Board
from fedconnect.models.hashtag import AnsweredQuestion, FollowedHashtag, HashtagPost, HashtagPostState
from fedconnect.models.instance import Policy
from fedconnect.models.person import Person
from fedconnect.models.reader import Reader

log = structlog.get_logger()

PATIENCE = timedelta(days=1)  # how long others have to answer before moderators are shown a question
MOST_ASKED = 40  # of a board, each hour
MOST_SHOWN = 20
_MOST_TIME = timedelta(minutes=2)
_MOST_FAILURES = 3  # then a home is left in peace until the next hour
_GONE = frozenset({404, 410})


@dataclass(frozen=True, slots=True)
class _Question:
    """A question that is due, and by whose token it is asked about; `home_host`: the domain of that reader's handle."""

    id: int
    board_id: int
    uri: str
    home_status_id: str
    reader_id: int
    home_host: str
    last: datetime


@dataclass(frozen=True, slots=True)
class _Look:
    """What a home server says of a question: is it still one, has somebody replied, and who first."""

    may_stay: bool = True
    asks: bool = True
    answerer: Answerer | None = None


def ask_about_all() -> None:
    """Ask about each question that is a day old or older, those longest not asked about first; opens its own transactions.

    What its home server does not tell is not shown until it does.
    """
    with database.read_transaction() as session:
        due = [one for board_id in _boards(session) for one in _list_due(session, board_id)]
    until, failures, clients = clock.now() + _MOST_TIME, Counter[int](), dict[int, HomeClient]()
    for question in sorted(due, key=lambda one: one.last):
        if clock.now() > until:
            break  # in an hour these come first
        if failures[question.reader_id] >= _MOST_FAILURES:
            continue
        look = None
        try:
            if question.reader_id not in clients:
                clients[question.reader_id] = grants.client_for(question.reader_id, Permission.HASHTAGS)
            look = _look_at(clients[question.reader_id], question)
        except FedConnectError as error:
            failures[question.reader_id] += 1
            log.info("question_not_told", host=question.home_host, reason=error.detail)
        with database.transaction() as session:
            _note(session, question, look)


def list_unanswered(session: Session, board: Board) -> Sequence[HashtagPost]:
    """Return what was asked under a board's hashtags and nobody answered, the longest waiting first."""
    found = (
        _questions()
        .where(HashtagPost.board_id == board.id, HashtagPost.is_unanswered.is_(True))
        .order_by(HashtagPost.asked_at, HashtagPost.id)
        .limit(MOST_SHOWN)
    )
    rows = session.execute(found.with_only_columns(HashtagPost)).scalars()
    return [one for one in rows if _is_open(session, one.uri)]


def count_answered(session: Session, board: Board) -> int:
    """Return how many questions from elsewhere those who look after a board answered first, in the last 30 days."""
    counted = select(func.count()).select_from(AnsweredQuestion)
    return session.execute(
        counted.where(AnsweredQuestion.board_id == board.id, AnsweredQuestion.day > clock.now() - COUNTED)
    ).scalar_one()


def _boards(session: Session) -> list[int]:
    return list(session.execute(select(FollowedHashtag.board_id).distinct()).scalars())


def _list_due(session: Session, board_id: int) -> list[_Question]:
    last = func.coalesce(HashtagPost.looked_at, HashtagPost.asked_at)
    found = (
        _questions().where(HashtagPost.board_id == board_id).order_by(last, HashtagPost.id).limit(MOST_ASKED)
    )
    return [
        _Question(
            one.id, one.board_id, one.uri, one.home_status_id, reader_id, host, one.looked_at or asked_at
        )
        for one, reader_id, host in session.execute(found)
        if (asked_at := one.asked_at)
    ]


def _questions() -> Select[HashtagPost, int, str]:
    """Questions a day old or older that wait for a hand, with whose token their hashtag is read: without it, none."""
    tied = and_(FollowedHashtag.board_id == HashtagPost.board_id, FollowedHashtag.tag == HashtagPost.tag)
    return (
        select(HashtagPost, FollowedHashtag.reader_id, Person.handle_host)
        .join(FollowedHashtag, tied)
        .join(Reader, Reader.id == FollowedHashtag.reader_id)
        .join(Person, Person.id == Reader.person_id)
        .where(HashtagPost.state == HashtagPostState.FOUND, _is_due())
    )


def _is_due() -> ColumnElement[bool]:
    now = clock.now()
    return and_(HashtagPost.asked_at > now - KEPT, HashtagPost.asked_at <= now - PATIENCE)


def _look_at(client: HomeClient, question: _Question) -> _Look:
    """Ask the server that found a question about it.

    Raises:
        FedConnectError: it does not tell.
    """
    path = f"/api/v1/statuses/{quote(question.home_status_id, safe='')}"
    try:
        document = client.get(path)
    except HomeRefused as error:
        if error.response_status in _GONE:
            return _Look(may_stay=False)
        raise
    if not isinstance(document, dict) or document.get("uri") != question.uri:
        raise Malformed("another status")
    status = read_status(document, question.home_host)
    if status is None:
        return _Look(may_stay=False)
    if status.replies is None:
        raise Malformed("no number of replies")
    if not status.replies or not status.asks:
        return _Look(asks=status.asks)
    return _Look(answerer=first_to_answer(client.get(path + "/context"), document, question.home_host))


def _note(session: Session, question: _Question, look: _Look | None) -> None:
    """Write down what came of asking; None: nothing was told."""
    row = session.get(HashtagPost, question.id, with_for_update=True)
    if row is None or row.state is not HashtagPostState.FOUND:
        return  # decided on meanwhile
    row.looked_at = clock.now()
    row.is_unanswered = look is not None and look.asks and look.answerer is None
    if look is None:
        return
    if not look.may_stay or not _is_open(session, row.uri):
        session.delete(row)
    elif look.answerer is not None and _looks_after(session, row.board_id, look.answerer):
        row.move(HashtagPostState.LEFT)
        session.add(AnsweredQuestion(board_id=row.board_id, day=_today()))
    elif not row.is_unanswered:
        row.asked_at = None


def _looks_after(session: Session, board_id: int, answerer: Answerer) -> bool:
    team = moderators.list_moderators(session, session.get_one(Board, board_id))
    handle = f"@{answerer.user}@{answerer.host}".casefold()
    return any(answerer.address == one.uri or handle == one.handle.casefold() for one in team)


def _is_open(session: Session, uri: str) -> bool:
    return policy_of(session, vocabulary.host(uri)) is Policy.OPEN


def _today() -> datetime:
    return clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
