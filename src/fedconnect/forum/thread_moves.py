"""How conversations are put in order: another title or board, one thread of two, two of one. Words stay as they are."""

from __future__ import annotations

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session, aliased

from fedconnect.drafts import Visibility
from fedconnect.events import Cause, PostEdited, PostPublished, PostWithdrawn, emit
from fedconnect.forum import post_content
from fedconnect.forum.threads import locked_row, recount
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.case import Case, CaseState
from fedconnect.models.hearing import Hearing
from fedconnect.models.post import Post, PostState
from fedconnect.models.thread import Thread, month_of

_MOST_POSTS = 1000


def retitle(session: Session, thread: Thread, title: str) -> bool:
    """Give a thread another title, which an edit of its starter no longer changes; the words of the old one stay."""
    if thread.title == title:
        return False
    thread.title, thread.is_retitled = title, True
    starter = _starter(session, thread)
    post_content.let_title_be_words(session, starter)
    emit(session, PostEdited(starter.id, thread.id, thread.board_id))
    return True


def move(session: Session, thread: Thread, target: Board) -> None:
    """Take a whole thread from its board to another: off the one for its followers, and onto the other."""
    thread = locked_row(session, thread.id)
    old, posts = thread.board_id, _posts(session, thread.id)
    visible = [post for post in posts if post.state is PostState.VISIBLE]
    for post in visible:
        emit(session, PostWithdrawn(post.id, thread.id, old, post.is_starter, Cause.MOVED))
    thread.board_id, thread.pinned, thread.moved_from_id = target.id, False, old
    for post in posts:
        post.board_id = target.id
    session.execute(update(Hearing).where(Hearing.thread_id == thread.id).values(board_id=target.id))
    _move_cases(session, [post.id for post in posts], target.id)
    session.flush()
    for post in visible:
        emit(session, PostPublished(post.id, thread.id, target.id, post.is_starter, was_moved=True))


def split(session: Session, post: Post, title: str) -> Thread:
    """Let an answer and everything under it be a thread of its own on the same board."""
    old = locked_row(session, post.thread_id)
    branch = _branch(post, _posts(session, old.id))
    new = session.execute(select(Thread).where(Thread.starter_uri == post.uri)).scalar_one_or_none()
    if new is None:
        new = Thread(
            starter_uri=post.uri, board_id=post.board_id, title=title, published=post.published,
            month=month_of(post.published), last_post_at=post.published,
        )  # fmt: skip
        session.add(new)
    new.board_id, new.title, new.is_retitled, new.merged_into_id = post.board_id, title, True, None
    new.is_listed, new.is_public = True, post.visibility is Visibility.PUBLIC
    session.flush()  # the posts name it
    for one in branch:
        one.thread_id = new.id
    post.is_starter, post.parent_id = True, None
    _settle(session, branch, new, starts=post)
    recount(session, old)
    recount(session, new)
    if post.is_addressed:
        emit(session, PostPublished(post.id, new.id, new.board_id, is_starter=True))
    return new


def merge(session: Session, starter: Post, into: Thread) -> None:
    """Let a thread's starter be an answer in another thread, with everything under it. Its address leads there."""
    old, into = locked_row(session, starter.thread_id), locked_row(session, into.id)
    posts, root = _posts(session, old.id), _starter(session, into)
    if starter.state is PostState.VISIBLE:
        emit(session, PostWithdrawn(starter.id, old.id, old.board_id, is_starter=True, cause=Cause.MERGED))
    old.is_listed, old.pinned, old.merged_into_id = False, False, into.id
    session.execute(update(Thread).where(Thread.merged_into_id == old.id).values(merged_into_id=into.id))
    for one in posts:
        one.thread_id = into.id
    starter.is_starter, starter.parent_id = False, root.id
    post_content.let_title_be_words(session, starter)
    _settle(session, posts, into, starts=None)
    recount(session, into)


def _settle(session: Session, posts: list[Post], thread: Thread, *, starts: Post | None) -> None:
    """Let what hangs on posts know of their new thread."""
    session.flush()
    for one in posts:
        session.execute(
            update(Hearing).where(Hearing.post_id == one.id).values(thread_id=thread.id, is_starter=one is starts)
        )  # fmt: skip
        if one.state is PostState.VISIBLE and one is not starts:
            emit(session, PostEdited(one.id, thread.id, thread.board_id))


def _move_cases(session: Session, posts: list[int], board_id: int) -> None:
    """Open cases go with their posts, so that the moderators of the new board can close them."""
    same = aliased(Case)
    duplicate = exists().where(
        same.board_id == board_id, same.kind == Case.kind, same.subject_uri == Case.subject_uri
    )
    session.execute(
        update(Case)
        .where(Case.post_id.in_(posts), Case.state == CaseState.OPEN, ~duplicate)
        .values(board_id=board_id)
        .execution_options(synchronize_session=False)
    )


def _branch(root: Post, posts: list[Post]) -> list[Post]:
    """Return a post and everything under it."""
    under: dict[int | None, list[Post]] = {}
    for post in posts:
        under.setdefault(post.parent_id, []).append(post)
    found, waiting = [], [root]
    while waiting:
        post = waiting.pop()
        found.append(post)
        waiting.extend(under.get(post.id, ()))
    return found


def _starter(session: Session, thread: Thread) -> Post:
    return session.execute(
        select(Post).where(Post.thread_id == thread.id, Post.is_starter.is_(True))
    ).scalar_one()


def _posts(session: Session, thread_id: int) -> list[Post]:
    """Return every post of a thread. Raises Malformed where there are too many to be touched at once."""
    found = select(Post).where(Post.thread_id == thread_id).order_by(Post.published, Post.uri)
    posts = list(session.execute(found.limit(_MOST_POSTS + 1)).scalars())
    if len(posts) > _MOST_POSTS:
        raise Malformed("long", safe="This conversation is too long to be rearranged: close it instead.")
    return posts
