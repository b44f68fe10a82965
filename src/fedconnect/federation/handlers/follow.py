"""Follow: somebody wants a board's announcements. Ref: ActivityPub §7.5."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub import own_keys
from fedconnect.activitypub.vocabulary import Activity
from fedconnect.events import FollowRefused, emit
from fedconnect.federation import services
from fedconnect.federation.results import Gathered, Handled, Ignored, Result
from fedconnect.forum import following
from fedconnect.forum.boards import boards_named, slug_of


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Let the signer follow the board, and answer with an Accept; the installation cannot be followed."""
    if activity.object_uri == own_keys.base_url() + "/actor":
        emit(session, FollowRefused(own_keys.INSTANCE, gathered.person.id, activity.id))
        return Handled("refused")
    service = services.find_service(session, activity.object_uri)
    if service is not None:
        taken = services.follow(session, service, gathered.person, activity.id)
        return Handled("follows" if taken else "taken back before it came")
    slug = slug_of(activity.object_uri) if activity.object_uri else None
    boards = boards_named(session, (slug,)) if slug else []
    if not boards:
        return Ignored("no board of ours")
    if following.follow(session, boards[0], gathered.person, activity.id):
        return Handled("follows")
    return Handled("taken back before it came")
