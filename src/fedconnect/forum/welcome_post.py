"""The first post of a board: how to post, who sees it, how to take it back. Pinned and featured."""

from __future__ import annotations

import html

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft, Visibility
from fedconnect.forum.boards import board_uri, create_board
from fedconnect.forum.posting import start_thread
from fedconnect.foundation import clock, own_address
from fedconnect.foundation.ids import new_id
from fedconnect.models.board import Board
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import visible_in_thread
from fedconnect.site import known_address


def begin_board(
    session: Session,
    slug: str,
    name: str,
    summary: str = "",
    language: str = "en",
    *,
    is_local_only: bool = False,
) -> Board:
    """Create a board with its welcome; one that stays here begins empty.

    Raises:
        Malformed: as `create_board`. InvalidSettings: the other boards were made under another address.
    """
    known_address.check(session, own_address.base_url())
    made = create_board(session, slug, name, summary, language, is_local_only=is_local_only)
    if not is_local_only:
        write_welcome(session, made)
    return made


def write_welcome(session: Session, board: Board) -> None:
    """Begin a board with its pinned welcome."""
    handle = f"@{board.slug}@{own_address.host()}"
    name = html.escape(board.name)
    text = (
        f"<p>Welcome to {name}: how to take part</p>"
        f"<p>You need no account here. Use the Mastodon account that you have.</p>"
        f"<p><strong>Follow</strong>: search for <code>{handle}</code> on your own server and follow it. "
        "New threads then appear in your timeline.</p>"
        f"<p><strong>Post</strong>: write a public or unlisted post that names <code>{handle}</code>. "
        "Its first line becomes the title. <strong>Answer</strong>: reply as you always do, and leave the "
        "board’s name in.</p>"
        "<p><strong>Who sees it</strong>: everybody who opens this page, and those who follow the board. "
        "Nobody here has a rank: there are no follower numbers, no scores, and no post is pushed up because "
        "it is popular. Posts that nobody has answered yet have a page of their own.</p>"
        "<p><strong>Take it back</strong>: delete the post on your own server, and it goes from here too. "
        "Servers that already have a copy are told; we cannot promise for them. "
        "A private message to a board is never published: only those who look after it can read it.</p>"
    )
    uri = f"{board_uri(board.slug)}/posts/{new_id()}"
    draft = PostDraft(
        uri=uri,
        author_uri=board_uri(board.slug),
        html=text,
        source=text,
        visibility=Visibility.PUBLIC,
        published=clock.now(),
        url=uri,
        language="en",
    )
    post = start_thread(session, board, draft, None)
    board.welcome_post_id = post.id
    thread = session.execute(select(Thread).where(Thread.id == post.thread_id)).scalar_one()
    thread.pinned = True


def find_welcome(session: Session, board: Board) -> Post | None:
    """Return the post that a board began with, while everybody may see it; None where there is none."""
    wanted = select(Post).where(Post.id == board.welcome_post_id, visible_in_thread())
    return session.execute(wanted).scalar_one_or_none()
