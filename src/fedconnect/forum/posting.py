"""How a draft becomes a post in a thread, and how it is edited."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from fedconnect.drafts import PostDraft
from fedconnect.events import PostEdited, PostPublished, emit
from fedconnect.forum import post_content
from fedconnect.forum.notifications import notify_mention
from fedconnect.forum.proxied_images import remember_pictures
from fedconnect.forum.removal import empty
from fedconnect.forum.stored_json import picture_urls_in, poll_in
from fedconnect.forum.threads import locked_row, recount
from fedconnect.forum.titles import TitleAndBody, without_board_mentions
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.models.thread import Thread, month_of


def start_thread(
    session: Session,
    board: Board,
    draft: PostDraft,
    author: Person | None,
    *,
    state: PostState = PostState.VISIBLE,
    arrival: Arrival = Arrival.SENT,
    linked_group_uri: str | None = None,
    is_anonymous: bool = False,
    newcomer_host: str = "",
) -> Post:
    """Begin a thread with a draft, in sight, held or (`deleted`) taken back before it came. `author` is empty for the
    board's own words; `is_anonymous`: it asks them for somebody, and waits for answers.

    What was written to a sister board stands on this board alone, and was not addressed to it.
    """
    head = TitleAndBody("", "") if state is PostState.DELETED else post_content.headline(draft)
    published = _clamped(draft.published)
    thread = Thread(
        board_id=board.id,
        starter_uri=draft.uri,
        title=head.title,
        published=published,
        month=month_of(published),
        last_post_at=published,
        is_listed=state is PostState.VISIBLE,
        is_public=draft.visibility == "public" and linked_group_uri is None,
        reply_count=0,
        answered=author is None and not is_anonymous,
        is_anonymous=is_anonymous,
        linked_group_uri=linked_group_uri,
    )
    session.add(thread)
    session.flush()  # the post names its thread
    post = _post(session, draft, author, thread, head.body_html, None, state, arrival)
    post.is_addressed, post.newcomer_host = linked_group_uri is None, newcomer_host
    session.add(post)
    session.flush()  # the event names the post
    _settle(session, post, draft)
    return post


def reply(
    session: Session,
    thread: Thread,
    parent: Post,
    draft: PostDraft,
    author: Person | None,
    *,
    addressed: bool,
    state: PostState = PostState.VISIBLE,
    arrival: Arrival = Arrival.SENT,
    approval: str = "",
    newcomer_host: str = "",
) -> Post:
    """Put a draft under a post, in sight, held or (`deleted`) taken back before it came. `thread` is its locked row.
    `addressed`: it names the board itself; `approval`: where the leave for it stands."""
    body = without_board_mentions(draft.html, draft.boards)
    post = _post(session, draft, author, thread, body, parent, state, arrival)
    post.is_addressed, post.approval_uri, post.newcomer_host = addressed, approval, newcomer_host
    session.add(post)
    session.flush()  # the counts below see it
    if state is PostState.VISIBLE:
        recount(session, thread)
    _settle(session, post, draft)
    return post


def edit(session: Session, post: Post, draft: PostDraft) -> None:
    """Put a later version in the place of the one that is here. Who may see the post is never widened."""
    thread = locked_row(session, post.thread_id)
    if post.is_starter:
        head = post_content.headline(draft)
        body = without_board_mentions(draft.html, draft.boards) if thread.is_retitled else head.body_html
        thread.title = (
            thread.title if thread.is_retitled else ""
        ) or head.title  # a title went with a deleted post
        if post.visibility == "public" and thread.linked_group_uri is None:
            thread.is_public = draft.visibility == "public"
    else:
        body = without_board_mentions(draft.html, draft.boards)
    post.visibility = draft.visibility if post.visibility == "public" else post.visibility
    post.updated = draft.updated or draft.published
    post_content.put_words(session, post, draft, body)
    if post.state is PostState.VISIBLE:
        emit(session, PostEdited(post.id, post.thread_id, post.board_id))


def take_votes(post: Post, draft: PostDraft) -> None:
    """Take over a poll's state from an Update without a date: the question itself stays as it was."""
    if draft.updated is None and draft.poll is not None and post.poll:
        known = poll_in(post.poll)
        if known is not None and [option.name for option in known.options] == [
            option.name for option in draft.poll.options
        ]:
            post.poll = post_content.poll_json(draft.poll)


def _settle(session: Session, post: Post, draft: PostDraft) -> None:
    """Empty a new post that was taken back, and tell of one that is in sight."""
    if post.state is PostState.DELETED:
        empty(post)
    elif post.state is PostState.VISIBLE:
        emit(session, PostPublished(post.id, post.thread_id, post.board_id, post.is_starter))
        notify_mention(session, post, [uri for uri in draft.mentions if uri not in draft.boards])


def _clamped(published: datetime) -> datetime:
    return min(published, clock.now())


def _post(
    session: Session,
    draft: PostDraft,
    author: Person | None,
    thread: Thread,
    body: str,
    parent: Post | None,
    state: PostState,
    arrival: Arrival,
) -> Post:
    post = Post(
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
        arrival=arrival,
        answers_uri="" if parent is not None else draft.in_reply_to or "",
        held_until=None,  # said here, so that holding it for a look changes no row again
    )
    post_content.put_words(session, post, draft, body)
    if author is not None and author.emojis != "[]":
        remember_pictures(session, picture_urls_in(author.emojis))
    return post
