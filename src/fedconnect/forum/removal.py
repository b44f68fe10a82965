"""How a post goes out of sight: taken back, narrowed, held, removed; and how a removed one comes back."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from fedconnect.drafts import Visibility
from fedconnect.events import Cause, PostEdited, PostPublished, PostWithdrawn, emit
from fedconnect.forum.copy_erasure import erase_copies, erase_copies_of_unseen
from fedconnect.forum.post_content import let_title_be_words
from fedconnect.forum.threads import locked_row, recount
from fedconnect.forum.titles import MAX_TITLE, excerpt_of
from fedconnect.forum.tombstones import is_taken_back, take_back
from fedconnect.foundation import html
from fedconnect.foundation.sentences import shortened
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState, Reaction
from fedconnect.models.thread import Thread


def delete_by_author(session: Session, post: Post | None, uri: str, author: Person) -> None:
    """Take back a post of this author, here or (`post` empty) yet to come."""
    take_back(session, uri, author.uri)
    if post is None:
        erase_copies_of_unseen(session, uri, author)
    elif post.state is PostState.DELETED:
        erase_copies(session, uri)
    else:
        withdraw(session, post, Cause.AUTHOR)


def delete_everything_of(session: Session, author: Person) -> None:
    """Take back every post of a person whose account is gone, also what is still to come."""
    take_back(session, author.uri, author.uri)
    for post in session.execute(select(Post).where(Post.person_id == author.id)).scalars():
        take_back(session, post.uri, author.uri)
        withdraw(session, post, Cause.ACCOUNT)
    session.execute(delete(Reaction).where(Reaction.person_id == author.id))


def withdraw(session: Session, post: Post, cause: Cause) -> None:
    """Empty a post and keep its place, so that answers to it stay where they were."""
    if post.state is PostState.DELETED:
        return
    was_visible = post.state is PostState.VISIBLE
    post.move(PostState.DELETED)
    empty(post)
    erase_copies(session, post.uri)
    session.execute(delete(Reaction).where(Reaction.post_id == post.id))
    _unlist(session, post, forget_title=True)
    if was_visible:
        _tell(session, post, cause)


def revoke(session: Session, approval_uri: str, by: Person | None = None) -> int:
    """Take out of sight what was answered with a leave that is gone, and return how much that was. `by`: who took it
    back, so that it binds nobody else's; empty where its own server no longer has it. A new leave needs a new answer.
    """
    parent = aliased(Post)
    found = select(Post).join(parent, parent.id == Post.parent_id).where(Post.approval_uri == approval_uri)
    if by is not None:
        found = found.where(parent.person_id == by.id)
    answers = session.execute(found).scalars().all() if approval_uri else []
    for post in answers:
        withdraw(session, post, Cause.UNWANTED)
    return len(answers)


def is_revoked(session: Session, approval_uri: str, parent: Post) -> bool:
    """Whether the author of a post took a leave back before the answer came."""
    author = session.get(Person, parent.person_id) if parent.person_id is not None else None
    return author is not None and is_taken_back(session, approval_uri, author.uri)


def starter_of(session: Session, post: Post) -> Post:
    """Return what a post's conversation began with."""
    if post.is_starter:
        return post
    thread = session.get_one(Thread, post.thread_id)
    return session.execute(select(Post).where(Post.uri == thread.starter_uri)).scalar_one()


def hold(session: Session, post: Post) -> bool:
    """Take a post out of sight until a moderator has looked at it; its words are kept. False where it was not in
    sight."""
    if post.state is not PostState.VISIBLE:
        return False
    post.move(PostState.HELD)
    _unlist(session, post)
    _tell(session, post, Cause.HELD)
    return True


def remove(session: Session, post: Post) -> bool:
    """Take a post out of sight by a moderator's decision; its words are kept for an appeal."""
    if post.state not in {PostState.VISIBLE, PostState.HELD}:
        return False
    was_visible = post.state is PostState.VISIBLE
    post.move(PostState.REMOVED)
    _unlist(session, post)
    if was_visible:
        _tell(session, post, Cause.REMOVED)
    return True


def restore(session: Session, post: Post) -> bool:
    """Show a removed post again."""
    if post.state is not PostState.REMOVED:
        return False
    _show(session, post)
    return True


def _show(session: Session, post: Post) -> None:
    post.move(PostState.VISIBLE)
    session.flush()  # the counts below see it
    thread = locked_row(session, post.thread_id)
    if post.is_starter:
        thread.is_listed = post.visibility.is_open
    recount(session, thread)
    if post.visibility.is_open:  # nothing follows from a post that stays here
        emit(session, PostPublished(post.id, post.thread_id, post.board_id, post.is_starter))


def release(session: Session, post: Post) -> bool:
    """Show a post that was held."""
    if post.state is not PostState.HELD:
        return False
    post.held_until = None
    _show(session, post)
    return True


def cover(session: Session, post: Post, warning: str) -> bool:
    """Fold a post's media, and with a warning its words too; its author's own warning stays."""
    warning = html.plain(warning, 500)
    if post.state is PostState.DELETED or post.covered == warning or post.sealed:
        return False
    post.covered, post.is_sensitive = warning, True
    post.warning = post.warning or warning
    post.excerpt = excerpt_of(post.body_html, post.warning)
    if post.is_starter and post.warning:
        thread = locked_row(session, post.thread_id)
        thread.title, thread.is_retitled = shortened(post.warning, MAX_TITLE), True
        let_title_be_words(session, post)
    if post.state is PostState.VISIBLE:
        emit(session, PostEdited(post.id, post.thread_id, post.board_id))
    return True


def uncover(session: Session, post: Post) -> bool:
    """Lift what a moderator folded; a starter's title stays until its author's next edit."""
    covered = post.covered
    if covered is None:
        return False
    if post.warning == covered:
        post.warning = ""
    post.covered, post.is_sensitive = None, False
    post.excerpt = excerpt_of(post.body_html, post.warning)
    if post.is_starter and (thread := locked_row(session, post.thread_id)).title == shortened(
        covered, MAX_TITLE
    ):
        thread.is_retitled = False
    if post.state is PostState.VISIBLE:
        emit(session, PostEdited(post.id, post.thread_id, post.board_id))
    return True


def empty(post: Post) -> None:
    """Keep a post's place and nothing of what it said."""
    post.body_html = post.source = post.excerpt = post.warning = post.hashtags = post.language = ""
    post.sealed = ""
    post.attachments = post.emojis = "[]"
    post.poll = post.quote_uri = post.answers_uri = ""
    post.updated = None


def _unlist(session: Session, post: Post, *, forget_title: bool = False) -> None:
    session.flush()  # the counts below no longer see it
    thread = locked_row(session, post.thread_id)
    if post.is_starter:
        thread.is_listed = False
        if forget_title:
            thread.title = ""
    recount(session, thread)


def _tell(session: Session, post: Post, cause: Cause) -> None:
    if post.visibility is not Visibility.LOCAL_ONLY:
        emit(session, PostWithdrawn(post.id, post.thread_id, post.board_id, post.is_starter, cause))
