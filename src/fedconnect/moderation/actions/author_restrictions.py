"""What actions on an author have in common: one row says that somebody is kept off a board, or waits for a look."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from fedconnect.forum import moderators
from fedconnect.foundation import clock
from fedconnect.foundation.errors import NotPermitted
from fedconnect.models.board import Board
from fedconnect.models.decision import Ban, Decision, DecisionKind
from fedconnect.models.person import Person
from fedconnect.models.post import Post, PostState
from fedconnect.moderation.actions.action import ActionParams, Target
from fedconnect.moderation.authorization import ModerationContext, authorize, record_decision


def is_somebody(post: Post, board: Board) -> bool:
    """Offer an action on the author of a post that is not the board's own, nor gone."""
    return post.person_id is not None and post.state is not PostState.DELETED


def restrict(
    session: Session,
    context: ModerationContext,
    target: Target,
    params: ActionParams,
    kind: DecisionKind,
    *,
    is_hold: bool,
) -> Decision | None:
    """Keep somebody from writing on the board, or let their posts wait, until a moment or for good.

    Raises:
        NotPermitted: they look after the board, or run the forum.
    """
    person, until = target.need_author(session), params.end
    authorize(session, context, context.board.id)
    if moderators.may_decide(session, context.board, person):
        raise NotPermitted("a moderator", safe="Who looks after the board is dismissed from that first.")
    if until is not None and until <= clock.now():
        return None
    known = find_ban(session, context.board.id, person)
    if known is None:
        session.add(Ban(board_id=context.board.id, person_id=person.id, until=until, is_hold=is_hold))
    elif (known.until, known.is_hold) == (until, is_hold):
        return None
    else:
        known.until, known.is_hold = until, is_hold
    return record_decision(session, context, kind, person.uri, until=until)


def lift(
    session: Session, context: ModerationContext, target: Target, kind: DecisionKind, *, is_hold: bool
) -> Decision | None:
    """Let somebody write as before."""
    person = target.need_author(session)
    authorize(session, context, context.board.id)
    known = find_ban(session, context.board.id, person)
    if known is None or known.is_hold is not is_hold:
        return None
    session.execute(delete(Ban).where(Ban.id == known.id))
    return record_decision(session, context, kind, person.uri)


def find_ban(session: Session, board_id: int, person: Person) -> Ban | None:
    """Return the row that keeps somebody off a board, or lets them wait."""
    return session.execute(
        select(Ban).where(Ban.board_id == board_id, Ban.person_id == person.id)
    ).scalar_one_or_none()
