"""Delete: an author takes a post back, a moderator removes one, an account is gone. Ref: ActivityPub §7.4."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.accounts import forced_sign_out
from fedconnect.activitypub import vocabulary
from fedconnect.events import Cause
from fedconnect.federation import authority
from fedconnect.federation.activities import linked_group, moderator
from fedconnect.federation.activities.activity_type import ActivityType, Envelope, Incoming, nothing
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.federation.backfill import fetch_queue
from fedconnect.federation.outbound import announcements, bot_actors
from fedconnect.forum import followers, post_lookup, removal, tombstones
from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.decision import DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.posts import restored_posts


def apply(session: Session, incoming: Incoming, prepared: None) -> Result:
    """Withdraw the signer's own post or account, here or yet to come; or a post from a board of theirs."""
    uri, person = incoming.activity.object_uri, incoming.person
    if not uri:
        return Ignored("a Delete of nothing")
    if uri == person.uri:
        return _account(session, person)
    post = post_lookup.find_post(session, uri)
    if authority.may_delete(person, uri, post):
        tells = post is not None and post.state is not PostState.DELETED and post.is_addressed
        removal.delete_by_author(session, post, uri, person)
        if post is None and removal.revoke(session, uri, person):
            return Handled("leave to answer taken back")
        return Handled("deleted", session.get(Board, post.board_id) if post is not None and tells else None)
    if post is None:
        return Ignored("somebody else's post")
    if authority.may_delete_for_its_server(person, post):
        removal.withdraw(session, post, Cause.ACCOUNT)
        return Handled("deleted by its server")
    return _as_moderator(session, incoming, post)


def _account(session: Session, person: Person) -> Result:
    removal.delete_everything_of(session, person)
    followers.unfollow_all(session, person)
    bot_actors.forget_person(session, person)
    forced_sign_out.end_person(session, person)
    person.gone_at = clock.now()
    person.name = ""
    return Handled("account gone")


def undo(session: Session, incoming: Incoming) -> Result:
    """Bring back what its author deleted, or restore what a moderator removed, as who sends this. The Delete inside has a name
    of its own (PieFed, Lemmy): what it is about counts."""
    uri, person = incoming.activity.inner_target, incoming.person
    post = post_lookup.find_post(session, uri)
    if post is None:
        return Ignored("nothing to restore")
    board = session.get_one(Board, post.board_id)
    if post.state is PostState.DELETED and authority.may_edit(person, post):
        return _bring_back(session, incoming, post, board)
    if (
        post.state is PostState.REMOVED
        and authority.may_edit(person, post)
        and not authority.may_moderate(session, board, person)
    ):
        return _decision_stands(session, incoming, post, board)
    if not authority.may_moderate(session, board, incoming.person):
        return moderator.NO_MODERATOR
    return moderator.decide_on_post(session, incoming, board, post, DecisionKind.RESTORE)


def _bring_back(session: Session, incoming: Incoming, post: Post, board: Board) -> Result:
    """Ask the author's server for a post that they deleted and bring back. What moderators decided on it stands."""
    person = incoming.person
    if not tombstones.is_taken_back(session, post.uri, person.uri):
        return Ignored("not deleted by its author")
    if not restored_posts.may_be_brought_back(session, post, board, person):
        return _decision_stands(session, incoming, post, board)
    if not fetch_queue.fetch_restored(session, post.uri, incoming.inbound_id, asker=person.host):
        return Ignored("too much is to be fetched at present")
    return Handled("to be read again at its origin", is_said_later=True)


def _decision_stands(session: Session, incoming: Incoming, post: Post, board: Board) -> Result:
    """Say once more to the author's server what was decided: PieFed lets its people restore what a moderator removed."""
    announcements.repeat_removal(session, board, post, incoming.person, incoming.activity.id)
    return Ignored("a moderator's decision stands")


def _as_moderator(session: Session, incoming: Incoming, post: Post) -> Result:
    board = session.get_one(Board, post.board_id)
    if not authority.may_moderate(session, board, incoming.person):
        return Ignored("somebody else's post")
    context = moderator.context_of(incoming, board)
    changed = registry.perform(session, context, post, DecisionKind.REMOVE, ActionParams())
    return Handled("removed" if changed else "removed already")


def _in_envelope(session: Session, envelope: Envelope) -> Result:
    """Take off what the sister's moderators removed; a removal carries a summary, an author's deletion does not, and is
    asked about at its origin. Where the sister, who deletes and what is deleted are on one server, that has said so."""
    found = linked_group.find_theirs(session, envelope)
    if found is not None and found[0].arrival is not Arrival.SENT and _is_all_of_one_server(envelope):
        removal.withdraw(session, found[0], Cause.LEFT)
        return Handled("deleted by the server that it is on")
    if found is None or not envelope.inner.get("summary") or found[0].arrival is Arrival.SENT:
        return linked_group.fetch_target(session, envelope)
    removal.withdraw(session, found[0], Cause.LEFT)
    return Handled("removed by the sister board")


def _undo_in_envelope(session: Session, envelope: Envelope) -> Result:
    """Look again at what its author or the sister's moderators brought back."""
    return linked_group.fetch_again(session, envelope)


def _is_all_of_one_server(envelope: Envelope) -> bool:
    who, sister = vocabulary.reference(envelope.inner.get("actor")), envelope.incoming.person.uri
    return (
        who is not None
        and vocabulary.same_origin(sister, who)
        and vocabulary.same_origin(sister, envelope.target)
    )


DELETE = ActivityType(
    "Delete", nothing, apply, undo, in_envelope=_in_envelope, undo_in_envelope=_undo_in_envelope,
    can_end_account=True, can_be_about_actor=True, can_be_forwarded=True, is_relayed=True,
)  # fmt: skip
