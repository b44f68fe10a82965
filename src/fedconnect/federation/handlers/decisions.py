"""Lock, Add, Remove, Block: what moderators of a board decide from their own servers, and its Undo.

Ref: FEP-1b12 §moderation; Lemmy's and PieFed's shapes.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors, vocabulary
from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation import authority
from fedconnect.federation.results import Gathered, Handled, Ignored, Result
from fedconnect.forum import following, posting
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.models.board import Board
from fedconnect.models.post import Post
from fedconnect.models.thread import Thread
from fedconnect.moderation import people, posts, threads
from fedconnect.moderation.mandate import Mandate

UNDOABLE = frozenset({"Lock", "Block", "Delete"})
_NO_MODERATOR = Ignored("not a moderator of this board")


def lock(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Close a thread to answers."""
    return _on_thread(session, activity, gathered, activity.object_uri, threads.lock)


def add(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Pin a thread (target `featured`) or appoint a moderator (target `moderators`)."""
    return _collection(session, activity, gathered, added=True)


def remove(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Unpin a thread, or dismiss a moderator."""
    return _collection(session, activity, gathered, added=False)


def block(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Ban somebody from a board, until `endTime` or for good; of a board itself: somebody blocks it."""
    own = _board(session, activity.object_uri)
    if own is not None:
        following.unfollow(session, gathered.person, "", own)
        return Handled("the board is blocked by a person")
    board = _board(session, activity.target_uri)
    if board is None or not authority.may_moderate(session, board, gathered.person):
        return _NO_MODERATOR
    if gathered.subject is None:
        return Ignored("nobody to ban")
    mandate = _mandate(board, activity, gathered)
    return _outcome(people.ban(session, mandate, gathered.subject, activity.until), board)


def undo(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Take a Lock, a Block or a moderator's Delete back."""
    target = activity.inner_target
    if activity.object_kind == "Lock":
        return _on_thread(session, activity, gathered, target, threads.unlock)
    if activity.object_kind == "Delete":
        return _restore(session, activity, gathered, target)
    board = _board(session, vocabulary.reference((activity.embedded or {}).get("target")) or "")
    if board is None or not authority.may_moderate(session, board, gathered.person):
        return _NO_MODERATOR
    person = remote_actors.find_person(session, target)
    if person is None:
        return Ignored("nobody that we know")
    return _outcome(people.unban(session, _mandate(board, activity, gathered), person), board)


def _restore(session: Session, activity: Activity, gathered: Gathered, uri: str) -> Result:
    post = posting.find_post(session, uri)
    if post is None:
        return Ignored("nothing to restore")
    board = session.get_one(Board, post.board_id)
    if not authority.may_moderate(session, board, gathered.person):
        return _NO_MODERATOR
    return _outcome(posts.restore(session, _mandate(board, activity, gathered), post), board)


def _on_thread(
    session: Session,
    activity: Activity,
    gathered: Gathered,
    uri: str,
    action: Callable[[Session, Mandate, Thread], bool],
) -> Result:
    post = _starter(session, uri)
    if post is None:
        return Ignored("no thread of ours")
    board = session.get_one(Board, post.board_id)
    if not authority.may_moderate(session, board, gathered.person):
        return _NO_MODERATOR
    thread = session.get_one(Thread, post.thread_id)
    return _outcome(action(session, _mandate(board, activity, gathered), thread), board)


def _collection(session: Session, activity: Activity, gathered: Gathered, *, added: bool) -> Result:
    base, _, collection = activity.target_uri.rpartition("/")
    board = _board(session, base)
    if board is None or not authority.may_moderate(session, board, gathered.person):
        return _NO_MODERATOR
    mandate = _mandate(board, activity, gathered)
    if collection == "featured":
        post = _starter(session, activity.object_uri)
        if post is None or post.board_id != board.id:
            return Ignored("no thread of this board")
        thread = session.get_one(Thread, post.thread_id)
        return _outcome(threads.pin(session, mandate, thread, pinned=added), board)
    if collection != "moderators" or gathered.subject is None:
        return Ignored("no collection of ours")
    change = people.appoint if added else people.dismiss
    return _outcome(change(session, mandate, gathered.subject), board)


def _mandate(board: Board, activity: Activity, gathered: Gathered) -> Mandate:
    return Mandate(board, gathered.person, activity.reason, was_said=True)


def _outcome(changed: bool, board: Board) -> Result:
    return Handled("decided", board) if changed else Handled("decided already")


def _board(session: Session, uri: str) -> Board | None:
    slug = slug_of(uri) if uri else None
    return next(iter(boards_named(session, (slug,))), None) if slug else None


def _starter(session: Session, uri: str) -> Post | None:
    post = posting.find_post(session, uri) if uri else None
    return post if post is not None and post.is_starter else None
