"""How many threads of people not seen before are shown within an hour: by one of them, by all of a server, and by all
on the whole installation. More wait for a moderator, whatever they say, in one case.

Known is whoever has had a post on the board that stood before this hour; a Follow does not make anybody known. The
hour moves on, so that a number once reached forgives. Servers are counted by registrable domain.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session, aliased

from fedconnect.foundation import clock
from fedconnect.foundation.domains import is_home, registrable_domain
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.notice import Notice, NoticeKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState

WAVE = "wave"  # one line on the daily list, with spam that says the same
WINDOW = timedelta(hours=1)
INSTALLATION = 100  # threads an hour of all people not seen before, but for those of the home server
HOME_A_STRANGER = 10
HOME_A_SERVER = 500  # on opening day everybody comes from there
REPLIES = 5  # so many times as many answers as threads
LETTERS = 20  # an hour, to people whose posts wait
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Numbers:
    """How many an hour are shown: of one stranger, and of all strangers of one server, on one board."""

    a_stranger: int
    a_server: int


def numbers_of(board: Board, host: str, *, is_thread: bool) -> Numbers:
    """Return the numbers that hold for a server's people on a board; the home server's are at least its own."""
    times = 1 if is_thread else REPLIES
    least = (HOME_A_STRANGER, HOME_A_SERVER) if is_home(host) else (0, 0)
    return Numbers(
        max(board.threads_a_stranger, least[0]) * times, max(board.threads_a_server, least[1]) * times
    )


def was_known(board: Board, person: Person) -> ColumnElement[bool]:
    """Return the condition that something of somebody stood on a board before this hour began."""
    return exists().where(
        Post.board_id == board.id,
        Post.person_id == person.id,
        Post.state == PostState.VISIBLE,
        Post.received <= clock.now() - WINDOW,
    )


def is_over(session: Session, board: Board, author: Person, *, is_thread: bool) -> bool:
    """Whether one more thread or answer of somebody not seen before is too many within an hour (1 query)."""
    earlier = aliased(Post)
    since = clock.now() - WINDOW
    shown = session.execute(
        select(Post.person_id, Post.board_id, Person.host)
        .join(Person, Person.id == Post.person_id)
        .where(
            Post.received > since,
            Post.is_starter.is_(is_thread),
            Post.state != PostState.HELD,
            ~exists().where(
                earlier.board_id == Post.board_id,
                earlier.person_id == Post.person_id,
                earlier.state == PostState.VISIBLE,
                earlier.received <= since,
            ),
        )
        .limit(INSTALLATION * REPLIES * 20)
    ).all()
    limit = numbers_of(board, author.host, is_thread=is_thread)
    here = [row for row in shown if row[1] == board.id]
    if sum(1 for row in here if row[0] == author.id) >= limit.a_stranger:
        return True
    domains = Counter(registrable_domain(row[2]) for row in here)
    if domains[registrable_domain(author.host)] >= limit.a_server:
        return True
    if is_home(author.host):
        return False
    abroad = sum(1 for row in shown if not is_home(row[2]))
    return abroad >= INSTALLATION * (1 if is_thread else REPLIES)


def may_write_to(session: Session, author: Person, case: Case) -> bool:
    """Whether whoever sent one post too many is told: once a day each, and few an hour, or a flood of strangers would
    make us write to anybody they name (2 queries)."""
    others = (
        select(Case.id)
        .join(Post, Post.id == Case.post_id)
        .where(
            Post.person_id == author.id,
            Case.wave == WAVE,
            Case.last_at > clock.now() - _DAY,
            Case.id != case.id,
        )
    )
    if session.execute(others.limit(1)).first() is not None:
        return False
    letters = select(func.count(Notice.id)).where(
        Notice.kind == NoticeKind.HELD, Notice.at > clock.now() - WINDOW
    )
    asked: int = session.info.get("surge_letters", 0)  # they are written when this transaction ends
    if (session.execute(letters).scalar() or 0) + asked >= LETTERS:
        return False
    session.info["surge_letters"] = asked + 1
    return True
