"""What readers keep for themselves: saved posts, boards followed here, and what they marked on a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, String, cast, delete, literal, or_, select, union_all
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.foundation.database import insert_or_skip
from fedconnect.foundation.database_engine import Instant
from fedconnect.foundation.ids import new_id
from fedconnect.models.base import table_of
from fedconnect.models.board import Board, Follow
from fedconnect.models.bookmark import Bookmark, LocalFollow
from fedconnect.models.post import Post, Reaction, ReactionKind
from fedconnect.models.reader_state import ReadMarker
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import visible_in_thread

_MOST_SAVED = 200


@dataclass(frozen=True, slots=True)
class BookmarkState:
    """What a reader did with the posts of a thread, by post id, and when they last had it open."""

    saved: frozenset[int]
    liked: frozenset[int]
    boosted: frozenset[int]
    seen_at: datetime | None


def bookmarks_in(session: Session, reader_id: int, person_id: int, thread_id: int) -> BookmarkState:
    """Return what a reader did with the posts of a thread (1 query)."""
    posts = select(Post.id).where(Post.thread_id == thread_id)
    never, nothing = literal(None, Instant()), literal(None, BigInteger())
    rows = session.execute(
        union_all(
            select(literal("saved"), Bookmark.post_id, never).where(
                Bookmark.reader_id == reader_id, Bookmark.post_id.in_(posts)
            ),
            select(cast(Reaction.kind, String), Reaction.post_id, never).where(
                Reaction.person_id == person_id, Reaction.post_id.in_(posts)
            ),
            select(literal("seen"), nothing, ReadMarker.at).where(
                ReadMarker.reader_id == reader_id, ReadMarker.thread_id == thread_id
            ),
        )
    ).all()

    def of(word: str) -> frozenset[int]:
        return frozenset(row[1] for row in rows if row[0] == word)

    seen = next((row[2] for row in rows if row[0] == "seen"), None)
    return BookmarkState(of("saved"), of(ReactionKind.LIKE.value), of(ReactionKind.BOOST.value), seen)


def add_bookmark(session: Session, reader_id: int, post: Post) -> None:
    """Keep a post to come back to."""
    session.execute(
        insert_or_skip(session, table_of(Bookmark)).values(
            id=new_id(), reader_id=reader_id, post_id=post.id, at=clock.now()
        )
    )


def remove_bookmark(session: Session, reader_id: int, post: Post) -> None:
    """Keep it no longer."""
    session.execute(delete(Bookmark).where(Bookmark.reader_id == reader_id, Bookmark.post_id == post.id))


def follow_here(session: Session, reader_id: int, board: Board) -> None:
    """Follow a board on these pages alone."""
    session.execute(
        insert_or_skip(session, table_of(LocalFollow)).values(
            id=new_id(), reader_id=reader_id, board_id=board.id, since=clock.now()
        )
    )


def unfollow_here(session: Session, reader_id: int, board: Board) -> None:
    """Follow it here no longer."""
    session.execute(
        delete(LocalFollow).where(LocalFollow.reader_id == reader_id, LocalFollow.board_id == board.id)
    )


def followed_boards(session: Session, reader_id: int, person_id: int) -> dict[int, str]:
    """Return the boards that a reader follows: `home` from their own account, `here` on these pages alone."""
    rows = session.execute(
        union_all(
            select(LocalFollow.board_id, literal("here")).where(LocalFollow.reader_id == reader_id),
            select(Follow.board_id, literal("home")).where(Follow.person_id == person_id),
        )
    )
    return {row[0]: row[1] for row in rows}  # a follow from home is the one that counts


@dataclass(frozen=True, slots=True)
class BookmarkItem:
    """A saved post in its list."""

    post_id: int
    thread_id: int
    board_slug: str
    board_name: str
    title: str
    excerpt: str
    is_starter: bool
    saved_at: datetime


def list_bookmarks(session: Session, reader_id: int) -> Sequence[BookmarkItem]:
    """Return a reader's saved posts that can still be seen, the latest saved first."""
    rows = session.execute(
        select(Post, Thread.title, Board.slug, Board.name, Bookmark.at)
        .join(Bookmark, Bookmark.post_id == Post.id)
        .join(Thread, Thread.id == Post.thread_id)
        .join(Board, Board.id == Post.board_id)
        .where(
            Bookmark.reader_id == reader_id,
            visible_in_thread(),
            or_(Thread.is_listed.is_(True), Post.is_starter.is_(False)),
        )
        .order_by(Bookmark.at.desc(), Bookmark.id.desc())
        .limit(_MOST_SAVED)
    )
    return [
        BookmarkItem(post.id, post.thread_id, slug, name, title, post.excerpt, post.is_starter, at)
        for post, title, slug, name, at in rows
    ]
