"""What pages and collections show: frozen views, a known number of queries each, every list bounded."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, UnaryExpression, func, select
from sqlalchemy.orm import Session

from fedconnect.drafts import Attachment, Visibility
from fedconnect.forum.tree import Node, Place, arrange, nest
from fedconnect.foundation.errors import Gone, NotFound
from fedconnect.foundation.html import text_of
from fedconnect.hooks.views import PostView
from fedconnect.models.board import Board
from fedconnect.models.outbound import OutboundActivity
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, ThreadState
from fedconnect.models.visibility import listed_everywhere, listed_on_board, visible_in_thread

THREADS_A_PAGE = 20
POSTS_A_PAGE = 100
FEED_LENGTH = 40
_MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Author:
    """Who said it: name and handle, or a board of ours."""

    name: str
    handle: str
    url: str


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """One thread in a list."""

    id: int
    board_slug: str
    board_name: str
    title: str
    excerpt: str
    warning: str
    author: Author
    published: datetime
    last_post_at: datetime
    reply_count: int
    pinned: bool
    is_locked: bool
    language: str
    starter_uri: str


@dataclass(frozen=True, slots=True)
class ThreadList:
    """One page of threads."""

    threads: Sequence[ThreadLine]
    page: int
    has_more: bool


@dataclass(frozen=True, slots=True)
class PostLine:
    """One post on a thread's page; `depth` is how far it is indented, `parent_page` where its parent is."""

    id: int
    uri: str
    url: str
    author: Author | None
    html: str
    warning: str
    language: str
    published: datetime
    updated: datetime | None
    is_starter: bool
    is_deleted: bool
    is_addressed: bool
    is_noindex: bool
    parent_id: int | None
    parent_name: str
    parent_page: int
    depth: int
    attachments: tuple[Attachment, ...]


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """A thread with one page of its posts, in reading order."""

    board: Board
    thread: Thread
    posts: Sequence[PostLine]
    page: int
    pages: int
    is_noindex: bool

    @property
    def nodes(self) -> list[Node[PostLine]]:
        """The answers on this page as a tree; one whose parent stands on another page is a root."""
        return nest([(post, post.depth) for post in self.posts if not post.is_starter])


def list_threads(session: Session, board: Board, page: int = 1) -> ThreadList:
    """Return a board's threads, newest first, pinned ones before all (2 queries a page)."""
    return _page(
        session, _lines().where(Thread.board_id == board.id, listed_on_board()), page, pinned_first=True
    )


def list_month(session: Session, board: Board, month: str, page: int = 1) -> ThreadList:
    """Return the threads that began in a month, `2026-11`."""
    lines = _lines().where(Thread.board_id == board.id, listed_on_board(), Thread.month == month)
    return _page(session, lines, page)


def list_latest(session: Session, limit: int = THREADS_A_PAGE) -> list[ThreadLine]:
    """Return the newest public threads of all boards."""
    lines = (
        _lines().where(listed_everywhere(), Thread.pinned.is_(False)).order_by(*_newest_first()).limit(limit)
    )
    return [_thread_line(row) for row in session.execute(lines)]


def list_feed(session: Session, board: Board) -> list[ThreadLine]:
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
    return list(found.scalars())


def thread_lines(
    session: Session, *conditions: ColumnElement[bool], oldest_first: bool, limit: int
) -> list[ThreadLine]:
    """Return listed threads that meet conditions, by age."""
    order = (Thread.published, Thread.starter_uri) if oldest_first else _newest_first()
    lines = _lines().where(*conditions).order_by(*order).limit(limit)
    return [_thread_line(row) for row in session.execute(lines)]


def get_thread(session: Session, board: Board, thread_id: int) -> Thread:
    """Return a thread that may be seen.

    Raises:
        NotFound: there is none on this board, or none that may be seen.
        Gone: its author took it back and nobody had answered.
    """
    row = session.execute(
        select(Thread, Post.state, Post.visibility)
        .join(Post, (Post.thread_id == Thread.id) & Post.is_starter.is_(True))
        .where(Thread.id == thread_id, Thread.board_id == board.id)
    ).one_or_none()
    if row is None or row[1] is PostState.HELD or not row[2].is_open:
        raise NotFound("no such thread")
    thread: Thread = row[0]
    if row[1] is PostState.DELETED and not _has_visible_posts(session, thread):
        raise Gone("a deleted thread")
    return thread


def _has_visible_posts(session: Session, thread: Thread) -> bool:
    return (
        session.execute(
            select(Post.id).where(Post.thread_id == thread.id, visible_in_thread()).limit(1)
        ).first()
        is not None
    )


def get_thread_page(session: Session, board: Board, thread_id: int, page: int = 1) -> ThreadPage:
    """Return one page of a thread, as a tree in reading order (4 queries).

    Raises:
        NotFound, Gone: as get_thread; NotFound also for a page beyond the last.
    """
    thread = get_thread(session, board, thread_id)
    places = _places(session, thread)
    pages = max(1, -(-len(places) // POSTS_A_PAGE))
    if not 1 <= page <= pages:
        raise NotFound("no such page")
    shown = places[(page - 1) * POSTS_A_PAGE : page * POSTS_A_PAGE]
    page_of = {place.id: index // POSTS_A_PAGE + 1 for index, place in enumerate(places)}
    posts = _posts(session, board, shown, page_of)
    starter = next((post for post in posts if post.is_starter), None)
    noindex = starter.is_noindex if starter is not None else False
    return ThreadPage(board, thread, posts, page, pages, noindex)


def page_of_post(session: Session, thread: Thread, post_id: int) -> int:
    """Return the page of its thread on which a post stands.

    Raises:
        NotFound: it stands on none.
    """
    for index, place in enumerate(_places(session, thread)):
        if place.id == post_id:
            return index // POSTS_A_PAGE + 1
    raise NotFound("no such post")


def list_context(session: Session, thread: Thread, page: int) -> tuple[list[str], bool]:
    """Return the ids of a thread's visible posts in reading order, and whether there are more."""
    posts = list(
        session.execute(
            select(Post.uri)
            .where(Post.thread_id == thread.id, visible_in_thread())
            .order_by(Post.published, Post.uri)
            .offset((min(page, _MOST_PAGES) - 1) * POSTS_A_PAGE)
            .limit(POSTS_A_PAGE + 1)
        ).scalars()
    )
    return posts[:POSTS_A_PAGE], len(posts) > POSTS_A_PAGE


def get_own_post(session: Session, board: Board, post_id: int) -> tuple[Thread, Post]:
    """Return a public post that the board itself wrote.

    Raises:
        NotFound: there is none with this id.
        Gone: it was deleted.
    """
    row = session.execute(
        select(Thread, Post)
        .join(Post, Post.thread_id == Thread.id)
        .where(Post.uri.endswith(f"/boards/{board.slug}/posts/{post_id}"), Post.board_id == board.id)
        .where(Post.person_id.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound("no such post")
    if row[1].state is PostState.DELETED:
        raise Gone("a deleted post")
    return row[0], row[1]


def find_post_view(session: Session, post_id: int) -> PostView | None:
    """Return a visible post as plugins may see it, or None."""
    row = session.execute(
        select(Post, Thread.title, Board.slug, Board.name, Person)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Post.board_id)
        .outerjoin(Person, Person.id == Post.person_id)
        .where(Post.id == post_id, visible_in_thread())
    ).one_or_none()
    if row is None:
        return None
    post, title, slug, board_name, person = row
    return PostView(
        id=post.id,
        uri=post.uri,
        board_slug=slug,
        title=title,
        html=post.body_html,
        text=text_of(post.source),
        hashtags=tuple(post.hashtags.split()),
        author_name=(person.name or person.username) if person else board_name,
        author_handle=person.handle if person else "",
        published=post.published,
        path=f"/boards/{slug}/threads/{post.thread_id}",
        is_starter=post.is_starter,
    )


def _lines() -> Any:
    return (
        select(
            Thread.id, Board.slug, Board.name, Thread.title, Post.excerpt, Post.warning, Person.name,
            Person.username, Person.host, Person.url, Thread.published, Thread.last_post_at,
            Thread.reply_count, Thread.pinned, Thread.state, Post.language, Thread.starter_uri,
        )
        .join(Board, Board.id == Thread.board_id)
        .join(Post, Post.uri == Thread.starter_uri)
        .outerjoin(Person, Person.id == Post.person_id)
    )  # fmt: skip


def _newest_first() -> tuple[UnaryExpression[datetime], UnaryExpression[str]]:
    return (Thread.published.desc(), Thread.starter_uri.desc())


def _page(session: Session, lines: Select[Any], page: int, *, pinned_first: bool = False) -> ThreadList:
    if not 1 <= page <= _MOST_PAGES:
        raise NotFound("no such page")
    rows: list[Row[Any]] = []
    if pinned_first and page == 1:
        pinned = lines.where(Thread.pinned.is_(True)).order_by(*_newest_first()).limit(5)
        rows += session.execute(pinned).all()
    if pinned_first:
        lines = lines.where(Thread.pinned.is_(False))
    found = session.execute(
        lines.order_by(*_newest_first()).offset((page - 1) * THREADS_A_PAGE).limit(THREADS_A_PAGE + 1)
    ).all()
    rows += found[:THREADS_A_PAGE]
    if not rows and page > 1:
        raise NotFound("no such page")
    return ThreadList([_thread_line(row) for row in rows], page, len(found) > THREADS_A_PAGE)


def _thread_line(row: Row[Any]) -> ThreadLine:
    facts: tuple[Any, ...] = tuple(row)
    (
        identity, slug, board_name, title, excerpt, warning, name, username, host, url, published, latest,
        replies, pinned, state, language, starter_uri,
    ) = facts  # fmt: skip
    return ThreadLine(
        id=identity, board_slug=slug, board_name=board_name, title=title, excerpt=excerpt, warning=warning,
        author=_author(name, username, host, url, board_name), published=published, last_post_at=latest,
        reply_count=replies, pinned=pinned, is_locked=state is ThreadState.LOCKED, language=language,
        starter_uri=starter_uri,
    )  # fmt: skip


def _author(name: str | None, username: str | None, host: str | None, url: str | None, board: str) -> Author:
    if username is None:
        return Author(board, "", "")
    return Author(name or username, f"@{username}@{host}", url or "")


def _places(session: Session, thread: Thread) -> list[Place]:
    """Return every post's place in the tree; deleted ones only where an answer hangs on them."""
    rows = session.execute(
        select(Post.id, Post.parent_id, Post.state == PostState.DELETED, Post.is_starter)
        .where(
            Post.thread_id == thread.id,
            Post.state != PostState.HELD,
            Post.visibility.in_((Visibility.PUBLIC, Visibility.UNLISTED)),
        )
        .order_by(Post.published, Post.uri)
    )
    return arrange([(row[0], row[1], row[2] and not row[3]) for row in rows])


def _posts(session: Session, board: Board, shown: Sequence[Place], page_of: dict[int, int]) -> list[PostLine]:
    wanted = {place.id for place in shown} | {place.parent_id for place in shown if place.parent_id}
    rows = session.execute(
        select(Post, Person).outerjoin(Person, Person.id == Post.person_id).where(Post.id.in_(wanted))
    )
    found: dict[int, tuple[Post, Person | None]] = {post.id: (post, person) for post, person in rows}
    return [_post_line(board, place, found, page_of) for place in shown]


def _post_line(
    board: Board, place: Place, found: dict[int, tuple[Post, Person | None]], page_of: dict[int, int]
) -> PostLine:
    post, person = found[place.id]
    deleted = post.state is PostState.DELETED
    parent = found.get(place.parent_id) if place.parent_id else None
    name, username, host, url = (
        (person.name, person.username, person.host, person.url) if person else (None, None, None, None)
    )
    return PostLine(
        id=post.id,
        uri=post.uri,
        url=post.url,
        author=None if deleted else _author(name, username, host, url, board.name),
        html=post.body_html,
        warning=post.warning,
        language=post.language,
        published=post.published,
        updated=post.updated,
        is_starter=post.is_starter,
        is_deleted=deleted,
        is_addressed=post.is_addressed,
        is_noindex=not post.is_addressed or (person is not None and not person.indexable),
        parent_id=place.parent_id,
        parent_name=_name_of(parent, board),
        parent_page=page_of.get(place.parent_id, 1) if place.parent_id else 1,
        depth=place.depth,
        attachments=tuple(Attachment(**item) for item in json.loads(post.attachments)),
    )


def _name_of(parent: tuple[Post, Person | None] | None, board: Board) -> str:
    if parent is None or parent[0].state is PostState.DELETED:
        return ""
    person = parent[1]
    return (person.name or person.username) if person else board.name


def count_threads(session: Session, board: Board) -> int:
    """Return how many threads a board lists (for tests and commands; pages show no such number)."""
    return session.execute(
        select(func.count()).select_from(Thread).where(Thread.board_id == board.id, listed_on_board())
    ).scalar_one()


def find_announcement(session: Session, uri: str) -> str | None:
    """Return the stored JSON of an announcement, or None where it was never made or was withdrawn."""
    return session.execute(
        select(OutboundActivity.body).where(OutboundActivity.uri == uri, OutboundActivity.kind == "Announce")
    ).scalar_one_or_none()
