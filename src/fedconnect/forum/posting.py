"""How a draft becomes a post in a thread, how it is edited, and how its author takes it back."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft
from fedconnect.events import PostEdited, PostPublished, PostWithdrawn, emit
from fedconnect.forum.titles import Headline, headline, without_board_mentions
from fedconnect.forum.tombstones import is_taken_back, take_back
from fedconnect.foundation import clock
from fedconnect.foundation.html import SANITISER_VERSION, text_of
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Mark, Post, PostState
from fedconnect.models.thread import Thread, ThreadState

_EXCERPT = 280


class Outcome(StrEnum):
    """What became of a draft."""

    PUBLISHED = "published"
    HELD = "held"
    KNOWN = "known already"
    TAKEN_BACK = "taken back before it came"
    LOCKED = "the thread is locked"


def find_post(session: Session, uri: str) -> Post | None:
    """Return the post with this id, in whatever state."""
    return session.execute(select(Post).where(Post.uri == uri)).scalar_one_or_none()


def start_thread(
    session: Session, board: Board, draft: PostDraft, author: Person | None, *, held: bool = False
) -> Outcome:
    """Begin a thread with a draft. `author` is empty for the board's own words."""
    if find_post(session, draft.uri) is not None:
        return Outcome.KNOWN
    gone = is_taken_back(session, draft.uri, draft.author_uri)
    head = Headline("", "") if gone else _headline(draft, author)
    published = _clamped(draft.published)
    thread = Thread(
        board_id=board.id,
        starter_uri=draft.uri,
        title=head.title,
        published=published,
        month=f"{published:%Y-%m}",
        last_post_at=published,
        is_listed=not (held or gone),
        is_public=draft.visibility == "public",
        reply_count=0,
        answered=author is None,
    )
    session.add(thread)
    session.flush()  # the post names its thread
    post = _post(draft, author, thread, head.body_html, None, _first_state(gone, held))
    session.add(post)
    session.flush()  # the event names the post
    if gone:
        _empty(post)
        return Outcome.TAKEN_BACK
    if held:
        return Outcome.HELD
    emit(session, PostPublished(post.id, thread.id, board.id, is_starter=True))
    return Outcome.PUBLISHED


def reply(
    session: Session, parent: Post, draft: PostDraft, author: Person, *, addressed: bool, held: bool = False
) -> Outcome:
    """Put a draft under a post. `addressed`: it names the board itself."""
    if find_post(session, draft.uri) is not None:
        return Outcome.KNOWN
    gone = is_taken_back(session, draft.uri, draft.author_uri)
    thread = _locked_row(session, parent.thread_id)
    if thread.state is ThreadState.LOCKED:
        return Outcome.LOCKED
    body = without_board_mentions(draft.html, draft.boards)
    post = _post(draft, author, thread, body, parent, _first_state(gone, held))
    post.is_addressed = addressed
    session.add(post)
    session.flush()  # the counts below see it
    if gone:
        _empty(post)
        return Outcome.TAKEN_BACK
    if held:
        return Outcome.HELD
    recount(session, thread)
    emit(session, PostPublished(post.id, thread.id, thread.board_id, is_starter=False))
    return Outcome.PUBLISHED


def edit(session: Session, post: Post, draft: PostDraft, author: Person | None) -> bool:
    """Take over an edit, unless a later one is here already. Who may see the post is never widened."""
    if post.state is PostState.DELETED:
        return False
    moment = draft.updated or draft.published
    if moment <= (post.updated or post.published):
        return False
    if not draft.visibility.is_open:
        withdraw(session, post)
        return True
    thread = _locked_row(session, post.thread_id)
    if post.is_starter:
        head = _headline(draft, author)
        thread.title, body = head.title, head.body_html
        if post.visibility == "public":
            thread.is_public = draft.visibility == "public"
    else:
        body = without_board_mentions(draft.html, draft.boards)
    post.visibility = draft.visibility if post.visibility == "public" else post.visibility
    post.updated = moment
    post.language, post.warning = draft.language, draft.warning
    post.body_html, post.source, post.sanitiser = body, draft.source, SANITISER_VERSION
    post.excerpt = _excerpt(body, draft)
    post.hashtags = " ".join(draft.hashtags)
    post.attachments = json.dumps([asdict(item) for item in draft.attachments])
    if post.state is PostState.VISIBLE:
        emit(session, PostEdited(post.id, post.thread_id, post.board_id))
    return True


def delete_by_author(session: Session, uri: str, author: Person) -> bool:
    """Take back a post of this author, here or yet to come. False where it is somebody else's."""
    post = find_post(session, uri)
    if post is not None and post.person_id != author.id:
        return False
    take_back(session, uri, author.uri)
    if post is not None:
        withdraw(session, post)
    return True


def delete_everything_of(session: Session, author: Person) -> None:
    """Take back every post of a person whose account is gone, also what is still to come."""
    take_back(session, author.uri, author.uri)
    for post in session.execute(select(Post).where(Post.person_id == author.id)).scalars():
        take_back(session, post.uri, author.uri)
        withdraw(session, post)
    session.execute(delete(Mark).where(Mark.person_id == author.id))


def withdraw(session: Session, post: Post) -> None:
    """Empty a post and keep its place, so that answers to it stay where they were."""
    if post.state is PostState.DELETED:
        return
    was_visible = post.state is PostState.VISIBLE
    post.move(PostState.DELETED)
    _empty(post)
    session.execute(delete(Mark).where(Mark.post_id == post.id))
    session.flush()  # the counts below no longer see it
    thread = _locked_row(session, post.thread_id)
    if post.is_starter:
        thread.is_listed = False
        thread.title = ""
    recount(session, thread)
    if was_visible:
        emit(session, PostWithdrawn(post.id, post.thread_id, post.board_id, post.is_starter))


def hold(session: Session, post: Post) -> None:
    """Take a post out of sight until a moderator has looked at it; its words are kept."""
    if post.state is not PostState.VISIBLE:
        return
    post.move(PostState.HELD)
    session.flush()  # the counts below no longer see it
    thread = _locked_row(session, post.thread_id)
    if post.is_starter:
        thread.is_listed = False
    recount(session, thread)
    emit(session, PostWithdrawn(post.id, post.thread_id, post.board_id, post.is_starter))


def recount(session: Session, thread: Thread) -> None:
    """Derive from the posts what lists show of a thread, so that order of arrival leaves no trace."""
    starter = session.execute(
        select(Post.person_id).where(Post.thread_id == thread.id, Post.is_starter)
    ).scalar_one()
    addressed = Post.is_addressed.is_(True)
    replies, latest, others = session.execute(
        select(
            func.count().filter(addressed),
            func.max(Post.published).filter(addressed),
            func.count().filter(Post.person_id.is_distinct_from(starter)),
        ).where(
            Post.thread_id == thread.id,
            Post.state == PostState.VISIBLE,
            Post.is_starter.is_(False),
        )
    ).one()
    session.execute(
        update(Thread)
        .where(Thread.id == thread.id)
        .values(
            reply_count=replies,
            last_post_at=max(latest or thread.published, thread.published),
            answered=others > 0 or starter is None,  # a board's own words wait for no answer
        )
    )


def _locked_row(session: Session, thread_id: int) -> Thread:
    return session.execute(
        select(Thread).where(Thread.id == thread_id).with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()  # fmt: skip


def _headline(draft: PostDraft, author: Person | None) -> Headline:
    """A content warning is the title, so that a list shows nothing that the author covered."""
    if draft.warning:
        body = without_board_mentions(draft.html, draft.boards)
        return Headline(draft.warning[:140], body)
    head = headline(draft.html, draft.boards)
    if head.title:
        return head
    name = author.name or author.username if author is not None else ""
    what = "A picture" if draft.attachments else "A post"
    return Headline(f"{what} by {name}"[:140] if name else what, head.body_html)


def _first_state(gone: bool, held: bool) -> PostState:
    return PostState.DELETED if gone else PostState.HELD if held else PostState.VISIBLE


def _empty(post: Post) -> None:
    """Keep a post's place and nothing of what it said."""
    post.body_html = post.source = post.excerpt = post.warning = post.hashtags = post.language = ""
    post.attachments = "[]"
    post.updated = None


def _clamped(published: datetime) -> datetime:
    return min(published, clock.now())


def _post(
    draft: PostDraft, author: Person | None, thread: Thread, body: str, parent: Post | None, state: PostState
) -> Post:
    return Post(
        thread_id=thread.id,
        board_id=thread.board_id,
        person_id=author.id if author is not None else None,
        parent_id=parent.id if parent is not None else None,
        uri=draft.uri,
        url=draft.url or draft.uri,
        state=state,
        visibility=draft.visibility,
        is_starter=parent is None,
        published=_clamped(draft.published),
        updated=draft.updated,
        received=clock.now(),
        language=draft.language,
        warning=draft.warning,
        body_html=body,
        excerpt=_excerpt(body, draft),
        source=draft.source,
        sanitiser=SANITISER_VERSION,
        hashtags=" ".join(draft.hashtags),
        attachments=json.dumps([asdict(item) for item in draft.attachments]),
    )


def _excerpt(body: str, draft: PostDraft) -> str:
    if draft.warning:
        return ""
    text = " ".join(text_of(body).split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + "…"
