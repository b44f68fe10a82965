"""Update: an author edits a post, or a person's own profile changes. Ref: ActivityPub §7.3."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors
from fedconnect.activitypub.vocabulary import Actor
from fedconnect.drafts import PostDraft
from fedconnect.federation import authority
from fedconnect.federation.activities import create, linked_group, post
from fedconnect.federation.activities.activity_type import ActivityType, Incoming
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.federation.outbound import announcements
from fedconnect.forum import post_lookup, tombstones
from fedconnect.foundation import clock
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.inbound import InboundActivity
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.moderation.posts import restored_posts
from fedconnect.moderation.posts.edit_post import edit_post
from fedconnect.moderation.posts.outcome_types import Edited
from fedconnect.moderation.posts.submitted_post import PostEdit


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
    edited = post_lookup.find_post(session, prepared.post.draft.uri)
    if edited is None:
        return create.publish(session, incoming, prepared.post)
    return _edit(session, incoming, prepared.post, edited)


def _edit(session: Session, incoming: Incoming, prepared: PreparedPost, edited: Post) -> Result:
    author, draft = incoming.person, _dated(incoming, prepared.draft, edited)
    if not authority.may_edit(author, edited):
        return Ignored("somebody else's post")
    board = session.get_one(Board, edited.board_id)
    screened = "plugin" if prepared.verdict is Verdict.REFUSE else prepared.screened
    is_restored = incoming.restored_by != 0 and edited.state is PostState.DELETED
    if is_restored and (why := _why_not_restored(session, incoming, edited, board)):
        return Ignored(why)
    if is_restored and not screened and restored_posts.needs_look(session, edited):
        screened = "restored"
    decision = edit_post(session, PostEdit(edited, board, author, draft, screened, is_restored))
    is_shown = decision.hold is None and isinstance(decision.outcome, Edited)
    if is_restored and isinstance(decision.outcome, Edited):
        tombstones.forget(session, edited.uri, author.uri)
    if is_restored and is_shown:
        announcements.relay_restored(session, board, edited, author, incoming.restored_by)
    tells = is_shown and incoming.arrival is Arrival.SENT and edited.is_addressed
    return Handled(decision.reason, board if tells and edited.state is PostState.VISIBLE else None)


def _why_not_restored(session: Session, incoming: Incoming, post: Post, board: Board) -> str:
    """Return why a deleted post is not shown again; nothing where it may be. A sister's word undoes no deletion that its author asked
    for, here or there: their server may show it still."""
    author, asked = incoming.person, session.get(InboundActivity, incoming.restored_by)
    if asked is None:
        return "nobody asked for it"
    if asked.actor_uri != author.uri and tombstones.is_taken_back(session, post.uri, author.uri):
        return "deleted by its author"
    if tombstones.is_taken_back_since(session, post.uri, author.uri, asked.received_at):
        return "deleted again meanwhile"
    parent = session.get(Post, post.parent_id) if post.parent_id is not None else None
    if parent is not None and authority.needs_approval(parent, author):
        return "needs leave to answer again"
    if not restored_posts.may_be_brought_back(session, post, board, author):
        return "a moderator's decision stands"
    return ""


def _dated(incoming: Incoming, draft: PostDraft, edited: Post) -> PostDraft:
    """Return an edit that its server did not date with the time at which it was told, where it says something else. What says the
    same is none: so servers tell of votes."""
    says_the_same = (draft.source, draft.warning) == (edited.source, edited.warning)
    if draft.updated is not None or says_the_same or incoming.arrival is not Arrival.SENT:
        return draft
    return replace(draft, updated=min(incoming.activity.published or clock.now(), clock.now()))


UPDATE = ActivityType(
    "Update", prepare, apply,
    in_envelope=linked_group.fetch_edited, carries_post=True, can_be_about_actor=True, can_be_forwarded=True, is_relayed=True,
)  # fmt: skip
