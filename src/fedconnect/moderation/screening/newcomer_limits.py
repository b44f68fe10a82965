"""How many threads of people not seen before are shown within an hour: by one of them, by all of a server, and by all
on the whole installation. More wait for a moderator, whatever they say, in one case.

Known is whoever has had a post on the board that stood before this hour; a Follow does not make anybody known. What
an author was is kept with each post, so that counting reads no more than what newcomers sent within the hour. The
hour moves on, so that a number once reached forgives. Servers are counted by registrable domain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, exists, func, literal, select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.registrable_domains import is_home, registrable_domain
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.visibility import in_sight
from fedconnect.moderation.hold_reason import WAVE

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
        in_sight(),
        Post.received <= clock.now() - WINDOW,
    )


def is_by_newcomer() -> ColumnElement[bool]:
    """Return the condition that a post's author was new to its board, in the words of the index for it."""
    return Post.newcomer_host != literal("", literal_execute=True)


def is_over(session: Session, board: Board, author: Person, *, is_thread: bool) -> bool:
    """Whether one more thread or answer of somebody not seen before is too many within an hour (1 query)."""
    here = Post.board_id == board.id
    shown = session.execute(
        select(
            Post.newcomer_host,
            func.count(),
            func.count().filter(here),
            func.count().filter(here, Post.person_id == author.id),
        )
        .where(
            is_by_newcomer(),
            Post.received > clock.now() - WINDOW,
            Post.is_starter.is_(is_thread),
            Post.state != PostState.HELD,
        )
        .group_by(Post.newcomer_host)
    ).all()
    limit = numbers_of(board, author.host, is_thread=is_thread)
    if sum(of_author for _, _, _, of_author in shown) >= limit.a_stranger:
        return True
    domain = registrable_domain(author.host)
    if (
        sum(on_board for host, _, on_board, _ in shown if registrable_domain(host) == domain)
        >= limit.a_server
    ):
        return True
    if is_home(author.host):
        return False
    abroad = sum(everywhere for host, everywhere, _, _ in shown if not is_home(host))
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
    letters = select(func.count(DirectMessage.id)).where(
        DirectMessage.kind == DirectMessageKind.HELD, DirectMessage.at > clock.now() - WINDOW
    )
    asked: int = session.info.get("surge_letters", 0)  # they are written when this transaction ends
    if (session.execute(letters).scalar() or 0) + asked >= LETTERS:
        return False
    session.info["surge_letters"] = asked + 1
    return True
