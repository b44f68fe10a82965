"""Lock, Add, Remove, Block: what moderators of a board decide from their own servers, and its Undo.

Ref: FEP-1b12 §moderation; Lemmy's and PieFed's shapes.
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors, vocabulary
from fedconnect.activitypub.vocabulary import Activity
from fedconnect.federation import authority
from fedconnect.federation.results import Gathered, Handled, Ignored, Result
from fedconnect.forum import following, posting
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.foundation.errors import Malformed
from fedconnect.models.board import Board
from fedconnect.models.post import Post
from fedconnect.moderation import care, deeds, people
from fedconnect.moderation.deeds import Wish
from fedconnect.moderation.mandate import Mandate

UNDOABLE = frozenset({"Lock", "Block", "Delete"})
_SAID_ELSEWHERE = "Decided from another server."
_NO_MODERATOR = Ignored("not a moderator of this board")


def lock(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Close a thread to answers."""
    return _on_thread(session, activity, gathered, activity.object_uri, "lock")


def add(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Pin a thread (target `featured`), or ask somebody to look after the board (target `moderators`)."""
    return _collection(session, activity, gathered, added=True)


def remove(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Unpin a thread, or end a moderator's part: one's own, or as who runs the installation."""
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
    mandate, wish = _mandate(board, activity, gathered), Wish(days=0, until=activity.until)
    return _outcome(deeds.do_to_person(session, mandate, gathered.subject, "ban", wish), board)


def undo(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Take a Lock, a Block or a moderator's Delete back."""
    target = activity.inner_target
    if activity.object_kind == "Lock":
        return _on_thread(session, activity, gathered, target, "unlock")
    if activity.object_kind == "Delete":
        return _restore(session, activity, gathered, target)
    board = _board(session, vocabulary.reference((activity.embedded or {}).get("target")) or "")
    if board is None or not authority.may_moderate(session, board, gathered.person):
        return _NO_MODERATOR
    person = remote_actors.find_person(session, target)
    if person is None:
        return Ignored("nobody that we know")
    mandate = _mandate(board, activity, gathered)
    return _outcome(deeds.do_to_person(session, mandate, person, "unban", Wish()), board)


def _restore(session: Session, activity: Activity, gathered: Gathered, uri: str) -> Result:
    post = posting.find_post(session, uri)
    if post is None:
        return Ignored("nothing to restore")
    board = session.get_one(Board, post.board_id)
    if not authority.may_moderate(session, board, gathered.person):
        return _NO_MODERATOR
    return _outcome(deeds.do(session, _mandate(board, activity, gathered), post, "restore", Wish()), board)


def _on_thread(
    session: Session,
    activity: Activity,
    gathered: Gathered,
    uri: str,
    deed: str,
) -> Result:
    post = _starter(session, uri)
    if post is None:
        return Ignored("no thread of ours")
    board = session.get_one(Board, post.board_id)
    if not authority.may_moderate(session, board, gathered.person):
        return _NO_MODERATOR
    return _outcome(deeds.do(session, _mandate(board, activity, gathered), post, deed, Wish()), board)


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
        return _outcome(deeds.do(session, mandate, post, "pin" if added else "unpin", Wish()), board)
    if collection != "moderators" or gathered.subject is None:
        return Ignored("no collection of ours")
    mandate = replace(mandate, was_said=False, reason=mandate.reason or _SAID_ELSEWHERE, rule=care.BY_TEAM)
    if not added:  # who looks after a board is nobody's but their own server's to know: it is not passed on
        dismissed = people.dismiss(session, mandate, gathered.subject)
        return Handled("dismissed" if dismissed else "dismissed already")
    try:
        care.invite(session, mandate, gathered.subject, "", is_handover=False)
    except Malformed as error:
        return Ignored(f"nobody to ask: {error.detail}")
    return Handled("asked to look after the board")  # told on once they say yes


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
