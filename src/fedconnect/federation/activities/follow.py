"""Follow: somebody wants a board's announcements. Ref: ActivityPub §7.5."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.events import FollowRefused, emit
from fedconnect.federation.activities.activity_type import ActivityType, Incoming, nothing
from fedconnect.federation.activities.result import UNSEEN, Handled, Ignored, Result
from fedconnect.federation.outbound import bot_actors
from fedconnect.forum import followers
from fedconnect.forum.boards import boards_named, slug_of
from fedconnect.foundation import own_address


def apply(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Let the signer follow the board, and answer with an Accept; the installation and its moderators cannot be followed."""
    activity = incoming.activity
    bot = bot_actors.find_bot(session, activity.object_uri)
    is_instance = activity.object_uri == own_address.base_url() + "/actor"
    if is_instance or (bot is not None and bot.name == bot_actors.MODERATORS):
        name = own_keys.INSTANCE if is_instance else bot_actors.MODERATORS
        emit(session, FollowRefused(name, incoming.person.id, activity.id))
        return Handled("refused")
    if bot is not None:
        taken = bot_actors.follow(session, bot, incoming.person, activity.id)
        return Handled("follows" if taken else "taken back before it came")
    slug = slug_of(activity.object_uri) if activity.object_uri else None
    boards = boards_named(session, (slug,)) if slug else []
    if not boards:
        return Ignored("no board of ours")
    if followers.follow(session, boards[0], incoming.person, activity.id):
        return Handled("follows")
    return Handled("taken back before it came")


def undo(session: Session, incoming: Incoming) -> Result:
    """End a follow of a board or a service; remembered where it was not seen yet."""
    activity, target = incoming.activity, incoming.activity.inner_target
    if bot_actors.unfollow(session, incoming.person, activity.object_uri, target):
        return Handled("undone")
    slug = slug_of(target)
    board = next(iter(boards_named(session, (slug,))), None) if slug else None
    was_here = followers.unfollow(session, incoming.person, activity.object_uri, board)
    return Handled("undone") if was_here else Handled(UNSEEN)


FOLLOW = ActivityType("Follow", nothing, apply, undo, is_undone_by_id=True)
