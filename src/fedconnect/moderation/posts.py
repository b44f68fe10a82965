"""Decisions on a post. Each checks the permission, changes the state, writes the log row and says so as an
event; one that changes nothing writes nothing and returns False."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.forum import withdrawing
from fedconnect.models.decision import DecisionKind
from fedconnect.models.post import Post
from fedconnect.moderation.mandate import Mandate, log, permit, permit_to_free, step_aside
from fedconnect.surfacing import opening


def remove(session: Session, mandate: Mandate, post: Post) -> bool:
    """Take a post off the board; its words are kept for an appeal."""
    permit(session, mandate, post.board_id)
    return withdrawing.remove(session, post) and log(
        session, mandate, DecisionKind.REMOVE, post.uri, post=post
    )


def restore(session: Session, mandate: Mandate, post: Post) -> bool:
    """Show a removed post again."""
    permit_to_free(session, mandate, post.board_id, post)
    return withdrawing.restore(session, post) and log(
        session, mandate, DecisionKind.RESTORE, post.uri, post=post
    )


def release(session: Session, mandate: Mandate, post: Post) -> bool:
    """Show a post that was held."""
    permit_to_free(session, mandate, post.board_id, post)
    return withdrawing.release(session, post) and log(
        session, mandate, DecisionKind.RELEASE, post.uri, post=post
    )


def mark_sensitive(session: Session, mandate: Mandate, post: Post, warning: str) -> bool:
    """Fold a post behind a content warning, or (`warning` empty) its media alone. The author's copy stays as it is."""
    permit(session, mandate, post.board_id)
    return withdrawing.cover(session, post, warning) and log(
        session, mandate, DecisionKind.SENSITIVE, post.uri, post=post, detail=warning
    )


def uncover(session: Session, mandate: Mandate, post: Post) -> bool:
    """Show a post again as its author meant it."""
    permit_to_free(session, mandate, post.board_id, post)
    return withdrawing.uncover(session, post) and log(
        session, mandate, DecisionKind.UNCOVER, post.uri, post=post
    )


def warn_author(session: Session, mandate: Mandate, post: Post) -> bool:
    """Tell an author that a post is against a rule, and leave it where it is."""
    permit(session, mandate, post.board_id)
    return post.person_id is not None and log(session, mandate, DecisionKind.WARN, post.uri, post=post)


def leave(session: Session, mandate: Mandate, subject: str, post: Post | None) -> bool:
    """Leave something as it is after a look: whoever reported it may know why."""
    permit(session, mandate, mandate.board.id)
    own = mandate.moderator
    if own is not None and (subject == own.uri or (post is not None and post.person_id == own.id)):
        step_aside(session, mandate)
    return log(session, mandate, DecisionKind.LEAVE, subject, post=post)


def safeguard(session: Session, mandate: Mandate, post: Post) -> bool:
    """Bring a post to listeners and moderators alone."""
    permit(session, mandate, post.board_id)
    if opening.is_safeguarded(session, post.id):
        return False
    opening.safeguard(session, post)
    return log(session, mandate, DecisionKind.SAFEGUARD, post.uri, post=post)


def end_safeguarding(session: Session, mandate: Mandate, post: Post) -> bool:
    """Let a post be heard like others again."""
    permit(session, mandate, post.board_id)
    if not opening.is_safeguarded(session, post.id):
        return False
    opening.end_safeguarding(session, post)
    return log(session, mandate, DecisionKind.UNSAFEGUARD, post.uri, post=post)
