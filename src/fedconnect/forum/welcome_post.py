"""The first post of a board: how to post, who sees it, how to take it back. Pinned and featured."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft, Visibility
from fedconnect.forum import quiet_ways
from fedconnect.forum.boards import board_uri, create_board
from fedconnect.forum.posting import start_thread
from fedconnect.foundation import clock, own_address
from fedconnect.foundation.ids import new_id
from fedconnect.foundation.wording import Wording
from fedconnect.models.board import Board
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.models.visibility import visible_in_thread
from fedconnect.site import known_address

_WORDING = Wording(Path(__file__).with_name("welcome_texts.toml"))


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
    text = _text(board)
    uri = f"{board_uri(board.slug)}/posts/{new_id()}"
    draft = PostDraft(
        uri=uri,
        author_uri=board_uri(board.slug),
        html=text,
        source=text,
        visibility=Visibility.PUBLIC,
        published=clock.now(),
        url=uri,
        language=_WORDING.language(board.language),
    )
    post = start_thread(session, board, draft, None)
    board.welcome_post_id = post.id
    thread = session.execute(select(Thread).where(Thread.id == post.thread_id)).scalar_one()
    thread.pinned = True


def _text(board: Board) -> str:
    """Return the welcome in the board's language: every way to take part, without signing in."""
    facts = {
        "board": board.name,
        "handle": f"@{board.slug}@{own_address.host()}",
        "companion": quiet_ways.companion_handle(board),
        "letter": quiet_ways.letter_handle(),
    }
    names = ["title", "account", "follow", "post", "companion", "letter", "seen", "take_back"]
    if not facts["letter"]:
        names.remove("letter")
    return "".join(_WORDING.say(board.language, name, **facts) for name in names)


def find_welcome(session: Session, board: Board) -> Post | None:
    """Return the post that a board began with, while everybody may see it; None where there is none."""
    wanted = select(Post).where(Post.id == board.welcome_post_id, visible_in_thread())
    return session.execute(wanted).scalar_one_or_none()
