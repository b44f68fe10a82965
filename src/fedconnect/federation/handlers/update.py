"""Update: an author edits a post, or a person's own profile changes. Ref: ActivityPub §7.3."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors
from fedconnect.activitypub.vocabulary import Activity
from fedconnect.events import Cause
from fedconnect.federation import authority
from fedconnect.federation.handlers import create
from fedconnect.federation.results import Gathered, Handled, Ignored, Result
from fedconnect.forum import posting, withdrawing
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.post import Arrival
from fedconnect.models.thread import Thread


def apply(session: Session, activity: Activity, gathered: Gathered) -> Result:
    """Take over the edit; of a post that is not here yet, it counts as its Create."""
    if gathered.actor is not None:
        remote_actors.remember(session, gathered.actor)
        return Handled("profile refreshed")
    draft = gathered.draft
    if draft is None:
        return Ignored("no post that we can take")
    post = posting.find_post(session, draft.uri)
    if post is None:
        return create.publish(session, draft, gathered)
    if not authority.may_edit(gathered.person, post):
        return Ignored("somebody else's post")
    through_sister = session.get_one(Thread, post.thread_id).sister_uri is not None
    if post.is_starter and not draft.boards and not through_sister:
        withdrawing.withdraw(session, post, Cause.LEFT)
        return Handled("left the board")
    if gathered.verdict is not Verdict.PUBLISH:
        withdrawing.hold(session, post)
        return Handled("held: the edit was screened")
    if not posting.edit(session, post, draft, gathered.person):
        return Handled("no newer edit")
    tells = gathered.arrival is Arrival.SENT and draft.visibility.is_open and post.is_addressed
    return Handled("edited", session.get_one(Board, post.board_id) if tells else None)
