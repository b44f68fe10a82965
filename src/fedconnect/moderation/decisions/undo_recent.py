"""Taking back at once what was just decided by mistake. It is logged like everything else."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from fedconnect.foundation import clock
from fedconnect.models.board import Board
from fedconnect.models.case import Case
from fedconnect.models.decision import Decision
from fedconnect.models.person import Person
from fedconnect.models.post import Post
from fedconnect.moderation.actions import registry
from fedconnect.moderation.authorization import ModerationContext, authorize
from fedconnect.moderation.cases import cases

AT_ONCE = timedelta(minutes=15)
MOST = 2000


def undo(session: Session, person: Person, first: int, last: int, reason: str) -> int:
    """Take back what somebody decided themselves within a quarter of an hour, from one decision to another, the
    latest first; return how much that was."""
    own = (
        select(Decision)
        .where(
            Decision.id.between(first, last),
            Decision.person_id == person.id,
            Decision.at > clock.now() - AT_ONCE,
            Decision.board_id.is_not(None),
        )
        .order_by(Decision.at.desc(), Decision.id.desc())
        .limit(MOST)
    )
    return sum(
        _undo_one(session, decision, person, reason) for decision in session.execute(own).scalars().all()
    )


def _undo_one(session: Session, decision: Decision, person: Person, reason: str) -> bool:
    assert decision.board_id is not None
    context = ModerationContext(
        session.get_one(Board, decision.board_id), person, reason, decision.rule, case_id=decision.case_id,
        is_without_rule=not decision.rule,
    )  # fmt: skip
    authorize(session, context, decision.board_id)
    post = session.get(Post, decision.post_id) if decision.post_id is not None else None
    if post is not None and post.board_id != decision.board_id:
        return False  # it was moved since, and is another team's
    done = registry.take_back(session, context, decision, on_persons=False)
    case = session.get(Case, decision.case_id) if done and decision.case_id is not None else None
    if case is not None:
        cases.reopen(session, case)
    return done is not None
