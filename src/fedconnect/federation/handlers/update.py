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
from fedconnect.models.post import Arrival, PostState
from fedconnect.models.thread import Thread
from fedconnect.moderation import admission


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
    board = session.get_one(Board, post.board_id)
    hold = admission.why_held(
        session, board, gathered.person, draft, admission.standing_of(session, board, gathered.person),
        is_thread=post.is_starter, screened="plugin" if gathered.verdict is Verdict.REFUSE else gathered.screened,
        is_edit=True,
    )  # fmt: skip
    if hold is not None and (withdrawing.hold(session, post) or post.state is PostState.HELD):
        admission.put_on_hold(session, post, hold)  # also where it waited for its time alone
    if not posting.edit(session, post, draft, gathered.person):
        return Handled("no newer edit")
    if hold is not None:
        return Handled("held: the edit was screened")
    tells = gathered.arrival is Arrival.SENT and draft.visibility.is_open and post.is_addressed
    return Handled("edited", board if tells and post.state is PostState.VISIBLE else None)
