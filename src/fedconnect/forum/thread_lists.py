"""Lists of threads: one table read in order, every list bounded, at most two queries each."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, UnaryExpression, func, select
from sqlalchemy.orm import Session

from fedconnect.forum.author_display import Author, author_of
from fedconnect.forum.list_words import words_in_list
from fedconnect.foundation import monogram
from fedconnect.foundation.errors import NotFound
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, ThreadState
from fedconnect.models.visibility import listed_everywhere, listed_on_board

THREADS_A_PAGE = 20
FEED_LENGTH = 40
_MOST_PAGES = 10_000
_MONTH = re.compile(r"[1-9]\d{3}-(0[1-9]|1[0-2])")  # others are of rows that something else wrote


@dataclass(frozen=True, slots=True)
class ThreadItem:
    """One thread in a list. The author is empty where words come first (see lists_without_authors.py).

    `news` is what is new to the reader: a `thread`, `answers`, or nothing. `is_answered`: somebody else has answered, maybe
    without naming the board. `has_picture` and `has_poll` tell what its first post brings.
    """

    id: int
    board_slug: str
    board_name: str
    title: str
    excerpt: str
    warning: str
    author: Author | None
    author_handle: str
    published: datetime
    last_post_at: datetime
    reply_count: int
    pinned: bool
    is_locked: bool
    language: str
    starter_uri: str
    boosts_undone: int
    is_from_linked_group: bool
    hides_authors: bool
    post_id: int
    is_answered: bool = False
    news: str = ""
    has_picture: bool = False
    has_poll: bool = False

    @property
    def tint(self) -> int:
        """Which of the six tints is the board's, from 0 to 5."""
        return monogram.tint_of(self.board_slug)

    @property
    def words(self) -> tuple[str, str]:
        """Headline and text as a list shows them."""
        return words_in_list(self.title, self.excerpt, self.language)

    @property
    def latest(self) -> datetime:
        """When something was last said: by its last reply, or at its beginning."""
        return self.last_post_at if self.reply_count else self.published


@dataclass(frozen=True, slots=True)
class ThreadList:
    """One page of threads."""

    threads: Sequence[ThreadItem]
    page: int
    has_more: bool


def list_threads(session: Session, board: Board, page: int = 1) -> ThreadList:
    """Return a board's threads, newest first, pinned ones before all (at most 2 queries)."""
    here = (Thread.board_id == board.id, listed_on_board())
    pinned: list[ThreadItem] = []
    if page == 1:
        chosen = select(Thread.id).where(*here, Thread.pinned.is_(True)).order_by(*_newest_first()).limit(5)
        pinned = _chosen_lines(session, chosen)
    found = _page(session, page, *here, Thread.pinned.is_(False))
    return ThreadList([*pinned, *found.threads], page, found.has_more)


def list_pinned(session: Session, board: Board) -> list[str]:
    """Return the ids of a board's pinned threads' first posts."""
    pinned = select(Thread.starter_uri).where(
        Thread.board_id == board.id, listed_on_board(), Thread.pinned.is_(True), Thread.title != ""
    )
    return list(session.execute(pinned.order_by(*_newest_first()).limit(20)).scalars())


def list_month(session: Session, board: Board, month: str, page: int = 1) -> ThreadList:
    """Return the threads that began in a month, `2026-11`."""
    return _page(session, page, Thread.board_id == board.id, listed_on_board(), Thread.month == month)


def list_latest(session: Session, limit: int = THREADS_A_PAGE) -> list[ThreadItem]:
    """Return the newest public threads of all boards."""
    lines = (
        _lines().where(listed_everywhere(), Thread.pinned.is_(False)).order_by(*_newest_first()).limit(limit)
    )
    return [_thread_line(row) for row in session.execute(lines)]


def list_followed(session: Session, board_ids: Collection[int], page: int = 1) -> ThreadList:
    """Return the threads of some boards, newest first. Raises: NotFound, a page beyond the last."""
    return _page(session, page, Thread.board_id.in_(board_ids), listed_on_board(), Thread.pinned.is_(False))


def list_chosen(session: Session, thread_ids: Sequence[int]) -> list[ThreadItem]:
    """Return some threads in the order in which they are named (1 query)."""
    found = {
        line.id: line
        for line in map(_thread_line, session.execute(_lines().where(Thread.id.in_(thread_ids))))
    }
    return [found[thread_id] for thread_id in thread_ids if thread_id in found]


def list_feed(session: Session, board: Board) -> list[ThreadItem]:
    """Return a board's newest public threads, for Atom and the outbox."""
    lines = (
        _lines()
        .where(Thread.board_id == board.id, listed_everywhere())
        .order_by(*_newest_first())
        .limit(FEED_LENGTH)
    )
    return [_thread_line(row) for row in session.execute(lines)]


def list_months(session: Session, board: Board) -> list[str]:
    """Return the months in which threads began, newest first."""
    here = (Thread.board_id == board.id, listed_on_board())
    latest = select(func.max(Thread.month).label("month")).where(*here).cte("months", recursive=True)
    before = select(func.max(Thread.month)).where(*here, Thread.month < latest.c.month)
    months = latest.union_all(
        select(before.correlate(latest).scalar_subquery()).where(latest.c.month.is_not(None))
    )  # one index look-up a month, however many threads there are
    found = session.execute(select(months.c.month).where(months.c.month.is_not(None)).limit(600))
    return [month for month in found.scalars() if _MONTH.fullmatch(month)]


def thread_items(
    session: Session, *conditions: ColumnElement[bool], oldest_first: bool, limit: int
) -> list[ThreadItem]:
    """Return listed threads that meet conditions, by age."""
    order = (Thread.published, Thread.starter_uri) if oldest_first else _newest_first()
    lines = _lines().where(*conditions).order_by(*order).limit(limit)
    return [_thread_line(row) for row in session.execute(lines)]


def thread_ids(
    session: Session, *conditions: ColumnElement[bool], oldest_first: bool, limit: int
) -> list[int]:
    """Return the ids of threads that meet conditions, by age."""
    order = (Thread.published, Thread.starter_uri) if oldest_first else _newest_first()
    chosen = (
        select(Thread.id)
        .join(Post, Post.uri == Thread.starter_uri)
        .outerjoin(Person, Person.id == Post.person_id)
        .where(*conditions)
        .order_by(*order)
        .limit(limit)
    )
    return list(session.execute(chosen).scalars())


def _lines() -> Any:
    return (
        select(
            Thread.id, Board.slug, Board.name, Thread.title, Post.excerpt, Post.warning, Person.name,
            Person.username, Person.handle_host, Person.url, Thread.published, Thread.last_post_at,
            Thread.reply_count, Thread.pinned, Thread.state, Post.language, Thread.starter_uri,
            Thread.boosts_undone, Person.emojis, Thread.linked_group_uri, Board.hides_authors, Post.id,
            Thread.answered, Post.state, Post.attachments != "[]", Post.poll != "",
        )
        .join(Board, Board.id == Thread.board_id)
        .join(Post, Post.uri == Thread.starter_uri)
        .outerjoin(Person, Person.id == Post.person_id)
    )  # fmt: skip


def _newest_first() -> tuple[UnaryExpression[datetime], UnaryExpression[str]]:
    return (Thread.published.desc(), Thread.starter_uri.desc())


def _page(session: Session, page: int, *conditions: ColumnElement[bool]) -> ThreadList:
    """Return one page, newest first.

    Raises:
        NotFound: a page beyond the last.
    """
    if not 1 <= page <= _MOST_PAGES:
        raise NotFound("no such page")
    chosen = (
        select(Thread.id)
        .where(*conditions)
        .order_by(*_newest_first())
        .offset((page - 1) * THREADS_A_PAGE)
        .limit(THREADS_A_PAGE + 1)
    )
    lines = _chosen_lines(session, chosen)
    if not lines and page > 1:
        raise NotFound("no such page")
    return ThreadList(lines[:THREADS_A_PAGE], page, len(lines) > THREADS_A_PAGE)


def _chosen_lines(session: Session, chosen: Select[int]) -> list[ThreadItem]:
    """Return the lines of chosen threads; what is skipped on the way to a page is never joined."""
    few = chosen.subquery()
    rows = session.execute(_lines().join(few, few.c.id == Thread.id).order_by(*_newest_first()))
    return [_thread_line(row) for row in rows]


def _thread_line(row: Row[Any]) -> ThreadItem:
    facts: tuple[Any, ...] = tuple(row)
    (
        identity, slug, board_name, title, excerpt, warning, name, username, host, url, published, latest,
        replies, pinned, state, language, starter_uri, undone, emojis, linked_group_uri, hides_authors, post_id,
        answered, starter_state, has_picture, has_poll,
    ) = facts  # fmt: skip
    is_gone = starter_state is PostState.DELETED  # who wrote it is not told any more
    return ThreadItem(
        id=identity, board_slug=slug, board_name=board_name, title=title, excerpt=excerpt, warning=warning,
        author=None if is_gone else author_of(name, username, host, url, board_name, emojis or "[]"), published=published, last_post_at=latest,
        reply_count=replies, pinned=pinned, is_locked=state is ThreadState.LOCKED, language=language,
        starter_uri=starter_uri, boosts_undone=undone, is_from_linked_group=linked_group_uri is not None, hides_authors=hides_authors,
        author_handle=f"@{username}@{host}" if username and not is_gone else "", post_id=post_id, is_answered=answered,
        has_picture=has_picture and not is_gone, has_poll=has_poll and not is_gone,
    )  # fmt: skip
