"""The place of a post that came from another server: decided by the domain, and what federation does about it then."""

from __future__ import annotations

from sqlalchemy.orm import Session

from fedconnect.federation.activities.activity_type import Incoming
from fedconnect.federation.activities.post import PreparedPost
from fedconnect.federation.activities.result import Deferred, Handled, Ignored, Result
from fedconnect.federation.backfill import fetch_queue
from fedconnect.hooks.views import Verdict
from fedconnect.models.board import Board
from fedconnect.models.post import Arrival, Post, PostState
from fedconnect.moderation.posts.outcome_types import ConversationHidden, Held, Known, Published, Refused
from fedconnect.moderation.posts.submit_post import Submitted, submit_post
from fedconnect.moderation.posts.submitted_post import NewPost


def start_thread(
    session: Session,
    incoming: Incoming,
    prepared: PreparedPost,
    board: Board,
    linked_group_uri: str | None = None,
) -> Result:
    """Let a post begin a thread. `linked_group_uri`: the sister board that brought it; None where it names this board."""
    is_meant = linked_group_uri is None
    new = NewPost(
        board, incoming.person, prepared.draft, arrival=incoming.arrival, is_addressed=is_meant,
        linked_group_uri=linked_group_uri, was_passed_on=not is_meant, is_refused=prepared.verdict is Verdict.REFUSE,
        screened=prepared.screened,
    )  # fmt: skip
    submitted = submit_post(session, new)
    if isinstance(submitted.outcome, Published):
        _mind_copy(session, incoming, new)
        if board.takes_unaddressed:
            fetch_queue.fetch_replies(
                session, new.draft.uri, prepared.collections, asker=incoming.person.host
            )
    return _result(new, submitted)


def reply(
    session: Session,
    incoming: Incoming,
    prepared: PreparedPost,
    parent: Post,
    *,
    is_addressed: bool,
    approval: str | None,
) -> Result:
    """Let a post join the thread of what it answers. `approval` as in `NewPost`."""
    board = session.get_one(Board, parent.board_id)
    new = NewPost(
        board, incoming.person, prepared.draft, parent, incoming.arrival, is_addressed=is_addressed,
        was_passed_on=not is_addressed and incoming.arrival is not Arrival.SENT, approval=approval,
        is_refused=prepared.verdict is Verdict.REFUSE, screened=prepared.screened,
    )  # fmt: skip
    submitted = submit_post(session, new)
    if approval and isinstance(submitted.outcome, Published | Held):
        fetch_queue.revisit(session, approval, "")
    if isinstance(submitted.outcome, Published):
        _mind_copy(session, incoming, new)
    return _result(new, submitted)


def _mind_copy(session: Session, incoming: Incoming, new: NewPost) -> None:
    """See to it that a post which its author's server did not send us does not outlive its original."""
    if incoming.arrival is not Arrival.SENT:
        fetch_queue.revisit(session, new.draft.uri, incoming.linked_group_uri)


def _result(new: NewPost, submitted: Submitted) -> Result:
    outcome = submitted.outcome
    if isinstance(outcome, Refused):
        return Ignored(outcome.reason)
    if isinstance(outcome, ConversationHidden):
        return Deferred(outcome.uri)
    is_news = _is_news(new, submitted)
    return Handled(outcome.reason, new.board if is_news and new.is_addressed else None)


def _is_news(new: NewPost, submitted: Submitted) -> bool:
    """Whether threadiverse followers hear of it: of what was sent to us, names the board and stands on it now."""
    if new.arrival is not Arrival.SENT:
        return False
    if isinstance(submitted.outcome, Known) and submitted.post is not None:
        return _was_adopted(submitted.post)
    return isinstance(submitted.outcome, Published)


def _was_adopted(known: Post) -> bool:
    """Whether a post that was written here is now sent by its own server as well, for the first time."""
    if known.arrival is not Arrival.HOME_API:
        return False
    known.arrival = Arrival.SENT
    return known.state is PostState.VISIBLE
