"""A board's private words to an author. They tell; they never ask for anything."""

from __future__ import annotations

import html
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from fedconnect.forum.boards import slug_of
from fedconnect.foundation import clock, ids
from fedconnect.models.board import Board
from fedconnect.models.direct_message import DirectMessage, DirectMessageKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.models.visibility import in_sight


def find_message(
    session: Session, board_id: int, person_id: int, kind: DirectMessageKind, about: str = ""
) -> DirectMessage | None:
    """Return the notice of this kind that a person had from a board about something."""
    return session.execute(
        select(DirectMessage).where(
            DirectMessage.board_id == board_id,
            DirectMessage.person_id == person_id,
            DirectMessage.kind == kind,
            DirectMessage.about == about,
        )
    ).scalar_one_or_none()


def write(
    session: Session,
    board: Board,
    person: Person,
    kind: DirectMessageKind,
    in_reply_to: str,
    html_text: str,
    about: str,
    opening: str = "",
) -> DirectMessage | None:
    """Write safe HTML to somebody, once about the same; None where it was written before, or where the board stays
    here: a letter would tell their own server that they are on it. `opening` is safe HTML that stands before the name of
    whom it is to."""
    if board.is_local_only or find_message(session, board.id, person.id, kind, about) is not None:
        return None
    words = opening + html_text.replace("<p>", f"<p>{_mention(person)} ", 1)
    return _write(session, board, person, kind, in_reply_to, words, about)


def was_written(session: Session, board_id: int, person_id: int, kind: DirectMessageKind) -> bool:
    """Whether a board ever wrote a notice of this kind to somebody."""
    found = select(DirectMessage.id).where(
        DirectMessage.board_id == board_id, DirectMessage.person_id == person_id, DirectMessage.kind == kind
    )
    return session.execute(found.limit(1)).first() is not None


def count_lately(session: Session, person_id: int, kind: DirectMessageKind, since: datetime) -> int:
    """Return how many of a kind somebody was written since a moment."""
    return session.execute(
        select(func.count())
        .select_from(DirectMessage)
        .where(DirectMessage.person_id == person_id, DirectMessage.kind == kind, DirectMessage.at > since)
    ).scalar_one()


def find_replied_to(session: Session, uri: str, person: Person) -> DirectMessage | None:
    """Return the notice with this address, where it was written to this person."""
    board, _, number = uri.rpartition("/notices/")
    slug, direct_message_id = slug_of(board), ids.parse_id(number)
    if slug is None or direct_message_id is None:
        return None
    return session.execute(
        select(DirectMessage)
        .join(Board, Board.id == DirectMessage.board_id)
        .where(
            DirectMessage.id == direct_message_id, DirectMessage.person_id == person.id, Board.slug == slug
        )
    ).scalar_one_or_none()


def next_post_to_mention(session: Session, direct_message: DirectMessage) -> Post | None:
    """Return the author's earliest post that still stands on the board."""
    return session.execute(
        select(Post)
        .where(
            Post.board_id == direct_message.board_id,
            Post.person_id == direct_message.person_id,
            in_sight(),
            Post.is_addressed.is_(True),
        )
        .order_by(Post.published, Post.uri)
        .limit(1)
    ).scalar_one_or_none()


def _mention(person: Person) -> str:
    return (
        f'<span class="h-card" translate="no"><a href="{html.escape(person.url or person.uri)}" '
        f'class="u-url mention">@<span>{html.escape(person.username)}</span></a></span>'
    )


def _write(
    session: Session,
    board: Board,
    person: Person,
    kind: DirectMessageKind,
    in_reply_to: str,
    text: str,
    about: str = "",
) -> DirectMessage:
    direct_message = DirectMessage(
        board_id=board.id, person_id=person.id, kind=kind, about=about, in_reply_to=in_reply_to, html=text,
        at=clock.now(),
    )  # fmt: skip
    session.add(direct_message)
    session.flush()  # its id is part of its address
    return direct_message
