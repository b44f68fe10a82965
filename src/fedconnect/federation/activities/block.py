"""Block: a moderator bans somebody from a board, until `endTime` or for good; of a board itself: somebody blocks it.

Ref: FEP-1b12 §moderation; Lemmy's shape.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors, vocabulary
from fedconnect.federation import authority
from fedconnect.federation.activities import moderator
from fedconnect.federation.activities.activity_type import ActivityType, Incoming
from fedconnect.federation.activities.moderator import Subject
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.forum import followers
from fedconnect.models.decision import DecisionKind
from fedconnect.moderation.actions.action import ActionParams


def apply(session: Session, incoming: Incoming, subject: Subject) -> Result:
    """Ban the subject from the board, or end the blocker's follow of it."""
    activity = incoming.activity
    own = moderator.find_named_board(session, activity.object_uri)
    if own is not None:
        followers.unfollow(session, incoming.person, "", own)
        return Handled("the board is blocked by a person")
    board = moderator.find_named_board(session, activity.target_uri)
    if board is None or not authority.may_moderate(session, board, incoming.person):
        return moderator.NO_MODERATOR
    if subject.person is None:
        return Ignored("nobody to ban")
    params = ActionParams(days=0, until=activity.until)
    return moderator.decide_on_person(session, incoming, board, subject.person, DecisionKind.BAN, params)


def undo(session: Session, incoming: Incoming) -> Result:
    """End a ban."""
    activity = incoming.activity
    target = vocabulary.reference((activity.embedded or {}).get("target")) or ""
    board = moderator.find_named_board(session, target)
    if board is None or not authority.may_moderate(session, board, incoming.person):
        return moderator.NO_MODERATOR
    person = remote_actors.find_person(session, activity.inner_target)
    if person is None:
        return Ignored("nobody that we know")
    return moderator.decide_on_person(session, incoming, board, person, DecisionKind.UNBAN, ActionParams())


BLOCK = ActivityType("Block", moderator.prepare_subject, apply, undo)
