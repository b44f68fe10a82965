"""How a draft becomes a post in a thread, and how it is edited."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.drafts import Poll, PostDraft, Visibility
from fedconnect.events import Cause, PostEdited, PostPublished, emit
from fedconnect.forum.news import tell_of_mention
from fedconnect.forum.pictures import picture_path, remember_pictures
from fedconnect.forum.stored import picture_urls_in, poll_in
from fedconnect.forum.threads import locked_row, recount
from fedconnect.forum.titles import Headline, headline, without_board_mentions
from fedconnect.forum.tombstones import is_taken_back
from fedconnect.forum.withdrawing import empty, withdraw
from fedconnect.foundation import clock
from fedconnect.foundation.html import SANITISER_VERSION, text_of
from fedconnect.foundation.links import with_emojis
from fedconnect.models.board import Board
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.models.thread import Thread, ThreadState, month_of

_EXCERPT = 280


class Outcome(StrEnum):
    """What became of a draft."""

    PUBLISHED = "published"
    HELD = "held"
    KNOWN = "known already"
    TAKEN_BACK = "taken back before it came"
    LOCKED = "the thread is locked"


def find_post(session: Session, uri: str) -> Post | None:
    """Return the post with this id, in whatever state; those of boards that stay here are known to nobody outside."""
    found = select(Post).where(Post.uri == uri, Post.visibility != Visibility.HERE)
    return session.execute(found).scalar_one_or_none()


def is_any_here(session: Session, uris: set[str]) -> bool:
    """Whether there is a post of one of these ids that others may know of, in whatever state (1 query)."""
    found = select(Post.id).where(Post.uri.in_(uris), Post.visibility != Visibility.HERE).limit(1)
    return session.execute(found).first() is not None


def start_thread(
    session: Session,
    board: Board,
    draft: PostDraft,
    author: Person | None,
    *,
    held: bool = False,
    arrival: Arrival = Arrival.SENT,
    sister_uri: str | None = None,
    is_unnamed: bool = False,
    newcomer_host: str = "",
) -> Outcome:
    """Begin a thread with a draft. `author` is empty for the board's own words; `is_unnamed`: it asks them for
    somebody, and waits for answers.

    What was written to a sister board stands on this board alone, and was not addressed to it.
    """
    if find_post(session, draft.uri) is not None:
        return Outcome.KNOWN
    gone = is_taken_back(session, draft.uri, draft.author_uri)
    head = Headline("", "") if gone else _headline(draft)
    published = _clamped(draft.published)
    thread = Thread(
        board_id=board.id,
        starter_uri=draft.uri,
        title=head.title,
        published=published,
        month=month_of(published),
        last_post_at=published,
        is_listed=not (held or gone),
        is_public=draft.visibility == "public" and sister_uri is None,
        reply_count=0,
        answered=author is None and not is_unnamed,
        is_unnamed=is_unnamed,
        sister_uri=sister_uri,
    )
    session.add(thread)
    session.flush()  # the post names its thread
    post = _post(session, draft, author, thread, head.body_html, None, _first_state(gone, held), arrival)
    post.is_addressed, post.newcomer_host = sister_uri is None, newcomer_host
    session.add(post)
    session.flush()  # the event names the post
    if gone:
        empty(post)
        return Outcome.TAKEN_BACK
    if held:
        return Outcome.HELD
    emit(session, PostPublished(post.id, thread.id, board.id, is_starter=True))
    tell_of_mention(session, post, _people_named(draft))
    return Outcome.PUBLISHED


def reply(
    session: Session,
    parent: Post,
    draft: PostDraft,
    author: Person,
    *,
    addressed: bool,
    held: bool = False,
    arrival: Arrival = Arrival.SENT,
    approval: str = "",
    newcomer_host: str = "",
) -> Outcome:
    """Put a draft under a post. `addressed`: it names the board itself; `approval`: where the leave for it stands."""
    if find_post(session, draft.uri) is not None:
        return Outcome.KNOWN
    gone = is_taken_back(session, draft.uri, draft.author_uri)
    thread = locked_row(session, parent.thread_id)
    if thread.state is ThreadState.LOCKED:
        return Outcome.LOCKED
    body = without_board_mentions(draft.html, draft.boards)
    post = _post(session, draft, author, thread, body, parent, _first_state(gone, held), arrival)
    post.is_addressed, post.approval_uri, post.newcomer_host = addressed, approval, newcomer_host
    session.add(post)
    session.flush()  # the counts below see it
    if gone:
        empty(post)
        return Outcome.TAKEN_BACK
    if held:
        return Outcome.HELD
    recount(session, thread)
    emit(session, PostPublished(post.id, thread.id, thread.board_id, is_starter=False))
    tell_of_mention(session, post, _people_named(draft))
    return Outcome.PUBLISHED


def edit(session: Session, post: Post, draft: PostDraft, author: Person | None) -> bool:
    """Take over an edit, unless a later one is here already. Who may see the post is never widened."""
    if post.state is PostState.DELETED:
        return False
    _take_votes(post, draft)
    moment = draft.updated or draft.published
    if moment <= (post.updated or post.published):
        return False
    if not draft.visibility.is_open:
        withdraw(session, post, Cause.NARROWED)
        return True
    thread = locked_row(session, post.thread_id)
    if post.is_starter:
        head = _headline(draft)
        body = head.body_html
        thread.title = thread.title if thread.is_retitled else head.title
        if post.visibility == "public" and thread.sister_uri is None:
            thread.is_public = draft.visibility == "public"
    else:
        body = without_board_mentions(draft.html, draft.boards)
    post.visibility = draft.visibility if post.visibility == "public" else post.visibility
    post.updated = moment
    _put_words(session, post, draft, body)
    if post.state is PostState.VISIBLE:
        emit(session, PostEdited(post.id, post.thread_id, post.board_id))
    return True


def _headline(draft: PostDraft) -> Headline:
    """A content warning is the title, so that a list shows nothing that the author covered.

    A title never says who wrote: lists may go without names.
    """
    if draft.warning:
        body = without_board_mentions(draft.html, draft.boards)
        return Headline(draft.warning[:140], body)
    head = headline(draft.html, draft.boards)
    if head.title:
        return head
    return Headline("A picture" if draft.attachments else "A post", head.body_html)


def _people_named(draft: PostDraft) -> list[str]:
    return [uri for uri in draft.mentions if uri not in draft.boards]


def _first_state(gone: bool, held: bool) -> PostState:
    return PostState.DELETED if gone else PostState.HELD if held else PostState.VISIBLE


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
    )
    _put_words(session, post, draft, body)
    if author is not None and author.emojis != "[]":
        remember_pictures(session, picture_urls_in(author.emojis))
    return post


def _put_words(session: Session, post: Post, draft: PostDraft, body: str) -> None:
    """Store a post's words and what it carries beside them, ready to be shown."""
    pictures = {emoji.shortcode: picture_path(emoji.url) for emoji in draft.emojis}
    post.body_html = with_emojis(body, pictures)
    post.source, post.sanitiser = draft.source, SANITISER_VERSION
    post.language, post.warning = draft.language, draft.warning or post.covered or ""
    post.excerpt = _excerpt(body, draft)
    post.hashtags = " ".join(draft.hashtags)
    post.attachments = json.dumps([asdict(item) for item in draft.attachments])
    post.emojis = json.dumps([asdict(item) for item in draft.emojis])
    post.poll = _poll_json(draft.poll)
    post.quote_uri = draft.quote_uri
    post.is_sensitive = draft.is_sensitive or post.covered is not None
    post.may_reply = "\n".join(draft.may_reply)
    shown = [item.url for item in draft.attachments if item.media_type.startswith("image/")]
    remember_pictures(session, [*shown, *(emoji.url for emoji in draft.emojis)])


def _take_votes(post: Post, draft: PostDraft) -> None:
    """Take over a poll's state from an Update without a date: the question itself stays as it was."""
    if draft.updated is None and draft.poll is not None and post.poll:
        known = poll_in(post.poll)
        if known is not None and [option.name for option in known.options] == [
            option.name for option in draft.poll.options
        ]:
            post.poll = _poll_json(draft.poll)


def _poll_json(poll: Poll | None) -> str:
    if poll is None:
        return ""
    ends = poll.ends.isoformat() if poll.ends is not None else None
    return json.dumps({**asdict(poll), "ends": ends})


def _excerpt(body: str, draft: PostDraft) -> str:
    if draft.warning:
        return ""
    text = " ".join(text_of(body).split())
    return text if len(text) <= _EXCERPT else text[:_EXCERPT].rsplit(" ", 1)[0] + "…"
