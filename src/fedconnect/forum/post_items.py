"""One post as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import Attachment, Poll, Visibility
from fedconnect.forum.author_display import Author, author_of
from fedconnect.forum.proxied_images import picture_path
from fedconnect.forum.reply_tree import Place
from fedconnect.forum.stored_json import attachments_in, poll_in
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One attachment: a picture that our proxy shows, or (`picture` empty) a link to the author's server."""

    url: str
    picture: str
    media_type: str
    alt: str
    warning: str


@dataclass(frozen=True, slots=True)
class PostItem:
    """One post on a thread's page; `depth` is how far it is indented, `parent_page` where its parent is,
    `parent_name` whom it answers, as HTML.

    `removed_for` is a moderator's reason, where one took it off the board.
    """

    id: int
    uri: str
    url: str
    person_id: int | None
    author: Author | None
    html: str
    warning: str
    language: str
    published: datetime
    updated: datetime | None
    received: datetime
    handle: str
    excerpt: str
    is_public: bool
    arrival: Arrival
    is_starter: bool
    is_deleted: bool
    is_removed: bool
    removed_for: str
    is_addressed: bool
    is_noindex: bool
    parent_id: int | None
    parent_name: str
    parent_page: int
    depth: int
    media: tuple[MediaItem, ...]
    poll: Poll | None
    quote_uri: str
    answers_uri: str
    is_sensitive: bool
    is_left_out: bool


def post_items(
    session: Session, board: Board, shown: Sequence[Place], page_of: dict[int, int]
) -> list[PostItem]:
    """Return the posts at some places of a thread (1 query; 1 more where a moderator removed one)."""
    wanted = {place.id for place in shown} | {place.parent_id for place in shown if place.parent_id}
    rows = session.execute(
        select(Post, Person).outerjoin(Person, Person.id == Post.person_id).where(Post.id.in_(wanted))
    )
    found: dict[int, tuple[Post, Person | None]] = {post.id: (post, person) for post, person in rows}
    removed = [post.uri for post, _ in found.values() if post.state is PostState.REMOVED]
    reasons = _reasons(session, board, removed) if removed else {}
    return [_line(board, place, found, page_of, reasons) for place in shown]


def _reasons(session: Session, board: Board, uris: list[str]) -> dict[str, str]:
    rows = session.execute(
        select(Decision.subject_uri, Decision.reason)
        .where(
            Decision.board_id == board.id,
            Decision.subject_uri.in_(uris),
            Decision.kind == DecisionKind.REMOVE,
        )
        .order_by(Decision.at)
    )
    return {row[0]: row[1] for row in rows}


def _line(
    board: Board,
    place: Place,
    found: dict[int, tuple[Post, Person | None]],
    page_of: dict[int, int],
    reasons: dict[str, str],
) -> PostItem:
    post, person = found[place.id]
    removed = post.state is PostState.REMOVED
    hidden = removed or post.state is PostState.DELETED
    parent = found.get(place.parent_id) if place.parent_id else None
    return PostItem(
        id=post.id,
        uri=post.uri,
        url=post.url,
        person_id=post.person_id,
        author=None if hidden else _author(board, person),
        html="" if hidden else post.body_html,
        warning="" if hidden else post.warning,
        language=post.language,
        published=post.published,
        updated=post.updated,
        received=post.received,
        handle=person.handle if person is not None and not hidden else "",
        excerpt="" if hidden else post.excerpt,
        is_public=post.visibility is Visibility.PUBLIC,
        arrival=post.arrival,
        is_starter=post.is_starter,
        is_deleted=hidden,
        is_removed=removed,
        removed_for=reasons.get(post.uri, ""),
        is_addressed=post.is_addressed,
        is_noindex=not post.is_addressed or (person is not None and not person.indexable),
        parent_id=place.parent_id,
        parent_name=_name_of(parent, board),
        parent_page=page_of.get(place.parent_id, 1) if place.parent_id else 1,
        depth=place.depth,
        media=() if hidden else media_of(post),
        poll=poll_in(post.poll) if post.poll and not hidden else None,
        quote_uri="" if hidden else post.quote_uri,
        answers_uri="" if hidden else post.answers_uri,
        is_sensitive=post.is_sensitive and not post.warning,
        is_left_out=post.is_left_out and not hidden,
    )


def media_of(post: Post) -> tuple[MediaItem, ...]:
    """Return what is attached to a post."""
    return tuple(_medium(item) for item in attachments_in(post.attachments))


def _author(board: Board, person: Person | None) -> Author:
    if person is None:
        return author_of(None, None, None, None, board.name)
    return author_of(person.name, person.username, person.handle_host, person.url, board.name, person.emojis)


def _medium(item: Attachment) -> MediaItem:
    picture = picture_path(item.url) if item.media_type.startswith("image/") else ""
    return MediaItem(item.url, picture, item.media_type, item.alt, item.warning)


def _name_of(parent: tuple[Post, Person | None] | None, board: Board) -> str:
    if parent is None or parent[0].state in {PostState.DELETED, PostState.REMOVED}:
        return ""
    person = parent[1]
    return _author(board, person).name_html
