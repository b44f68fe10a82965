"""Update: an author edits a post, or a person's own profile changes. Ref: ActivityPub §7.3."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors
from fedconnect.activitypub.vocabulary import Actor
from fedconnect.events import Cause
from fedconnect.federation import authority
from fedconnect.federation.activities import create, post, sister
from fedconnect.federation.activities.activity_type import ActivityType, Incoming
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.federation.results import Handled, Ignored, Result
from fedconnect.forum import posting, withdrawing
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.models.thread import Thread
from fedconnect.moderation import admission


@dataclass(frozen=True, slots=True)
class PreparedUpdate:
    """The profile as its own server tells it just now, or the edited post; neither, where it is nothing for us."""

    profile: Actor | None = None
    post: PreparedPost | None = None


def prepare(incoming: Incoming) -> PreparedUpdate:
    """Ask for the profile again, or clean and screen the post."""
    if incoming.activity.object_uri == incoming.activity.actor:
        return PreparedUpdate(profile=remote_actors.fetch_actor(incoming.activity.actor))
    return PreparedUpdate(post=post.prepare(incoming))


def apply(session: Session, incoming: Incoming, prepared: PreparedUpdate) -> Result:
    """Take over the edit; of a post that is not here yet, it counts as its Create."""
    if prepared.profile is not None:
        remote_actors.remember(session, prepared.profile)
        return Handled("profile refreshed")
    if prepared.post is None:
        return Ignored("no post that we can take")
    edited = posting.find_post(session, prepared.post.draft.uri)
    if edited is None:
        return create.publish(session, incoming, prepared.post)
    return _edit(session, incoming, prepared.post, edited)


def _edit(session: Session, incoming: Incoming, prepared: PreparedPost, edited: Post) -> Result:
    draft = prepared.draft
    if not authority.may_edit(incoming.person, edited):
        return Ignored("somebody else's post")
    through_sister = session.get_one(Thread, edited.thread_id).sister_uri is not None
    if edited.is_starter and not draft.boards and not through_sister:
        withdrawing.withdraw(session, edited, Cause.LEFT)
        return Handled("left the board")
    board = session.get_one(Board, edited.board_id)
    standing = admission.standing_of(session, board, incoming.person)
    screened = "plugin" if prepared.verdict is Verdict.REFUSE else prepared.screened
    hold = admission.why_edit_held(session, board, incoming.person, draft, standing, screened)
    if hold is not None and (withdrawing.hold(session, edited) or edited.state is PostState.HELD):
        admission.put_on_hold(session, edited, hold)  # also where it waited for its time alone
    if not posting.edit(session, edited, draft, incoming.person):
        return Handled("no newer edit")
    if hold is not None:
        return Handled("held: the edit was screened")
    tells = incoming.arrival is Arrival.SENT and draft.visibility.is_open and edited.is_addressed
    return Handled("edited", board if tells and edited.state is PostState.VISIBLE else None)


UPDATE = ActivityType(
    "Update", prepare, apply,
    in_envelope=sister.fetch_target, carries_post=True, can_be_about_actor=True, can_be_forwarded=True, is_relayed=True,
)  # fmt: skip
