"""What activities of moderators have in common: they decide on a board from their own servers.

Ref: FEP-1b12 §moderation; Lemmy's and PieFed's shapes.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from fedconnect.activitypub import remote_actors
from fedconnect.federation import authority
from fedconnect.federation.activities.activity_type import Incoming
from fedconnect.federation.activities.result import Handled, Ignored, Result
from fedconnect.forum import post_lookup
from fedconnect.forum.boards import boards_named, find_board, slug_of
from fedconnect.foundation import database
from fedconnect.models.board import Board
from fedconnect.models.decision import Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.actions import registry
from fedconnect.moderation.actions.action import ActionParams
from fedconnect.moderation.authorization import ModerationContext

NO_MODERATOR = Ignored("not a moderator of this board")


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a decision is about, looked up where they live; nobody, where the sender may not decide."""

    person: Person | None


def prepare_subject(incoming: Incoming) -> Subject:
    """Look up whom a moderator's decision is about; nobody else can make us look somebody up."""
    activity = incoming.activity
    slug = slug_of(activity.target_uri.removesuffix("/moderators"))
    if slug is None or not activity.object_uri or activity.target_uri.endswith("/featured"):
        return Subject(None)
    with database.read_transaction() as session:
        board = find_board(session, slug)
        if board is None or not authority.may_moderate(session, board, incoming.person):
            return Subject(None)
    if authority.is_ours(activity.object_uri):
        return Subject(None)
    return Subject(remote_actors.ensure_person(activity.object_uri))


def decide_on_thread(session: Session, incoming: Incoming, uri: str, kind: DecisionKind) -> Result:
    """Do to a thread what its moderator asks for."""
    post = find_starter(session, uri)
    if post is None:
        return Ignored("no thread of ours")
    board = session.get_one(Board, post.board_id)
    if not authority.may_moderate(session, board, incoming.person):
        return NO_MODERATOR
    return decide_on_post(session, incoming, board, post, kind)


def decide_on_post(
    session: Session, incoming: Incoming, board: Board, post: Post, kind: DecisionKind
) -> Result:
    """Do to a post what a moderator of its board asks for."""
    decision = registry.perform(session, context_of(incoming, board), post, kind, ActionParams())
    return _outcome(decision)


def decide_on_person(
    session: Session,
    incoming: Incoming,
    board: Board,
    person: Person,
    kind: DecisionKind,
    params: ActionParams,
) -> Result:
    """Do about somebody what a moderator of a board asks for."""
    decision = registry.perform_on_person(session, context_of(incoming, board), person, kind, params)
    return _outcome(decision)


def context_of(incoming: Incoming, board: Board) -> ModerationContext:
    """Return what a moderator gives for a decision, which they have told their own server already. Everybody else hears of it
    from us, in nobody's name."""
    return ModerationContext(board, incoming.person, incoming.activity.reason, was_said=True)


def _outcome(decision: Decision | None) -> Result:
    return Handled("decided" if decision is not None else "decided already")


def find_named_board(session: Session, uri: str) -> Board | None:
    """Return the board of ours that an id names."""
    slug = slug_of(uri) if uri else None
    return next(iter(boards_named(session, (slug,))), None) if slug else None


def find_starter(session: Session, uri: str) -> Post | None:
    """Return the post that a thread of ours begins with."""
    post = post_lookup.find_post(session, uri) if uri else None
    return post if post is not None and post.is_starter else None
